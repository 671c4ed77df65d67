import { isUnreachable } from '../../problem.ts';

const tried = new Map<string, { what: string; once: string }>();
/**
 * Sends a letter under one key for as long as nobody knows whether it arrived: pressed again, or closed and opened again, it is not sent
 * twice. Other words are another letter.
 */
export const sendOnce = async <T>(place: string, letter: unknown, send: (once: string) => Promise<T>): Promise<T> => {
  const what = JSON.stringify(letter);
  const before = tried.get(place);
  const once = before?.what === what ? before.once : crypto.randomUUID();
  tried.set(place, { what, once });
  try {
    const answer = await send(once);
    tried.delete(place);
    return answer;
  } catch (error) {
    if (!isUnreachable(error)) tried.delete(place);
    throw error;
  }
};
