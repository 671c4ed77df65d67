import { type ParsedMail, parseInWorker } from './parse/index.ts';

export type Read = { mail: ParsedMail } | { unreadable: string };

/** Bytes → what they say, in a thread that is killed when a mail takes too much; one bad mail never spoils its neighbours. */
export async function read(all: Buffer[]): Promise<Read[]> {
  const outcomes = await parseInWorker(all);
  return all.map((_, i) => {
    const one = outcomes[i];
    return one && 'mail' in one ? one : { unreadable: one?.message ?? 'It could not be read.' };
  });
}
