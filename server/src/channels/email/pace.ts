import type { ImapFlow } from 'imapflow';
import { Unavailable } from '../../base/errors.ts';

const PATIENCE = 60_000;
const SLOWEST = 8_192; // bytes a second; a server that sends a letter a second is never silent, and never done

/** Waits for what a server hands out, as long as so many bytes may take; then the line is given up. */
export async function inPace<T>(client: ImapFlow, bytes: number, work: Promise<T>, patience = PATIENCE): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => {
      late.reject(Unavailable('The mail server sends so slowly that nothing arrives. It is tried again by itself.'));
      client.close();
    },
    patience + (bytes / SLOWEST) * 1000,
  );
  try {
    return await Promise.race([work, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
