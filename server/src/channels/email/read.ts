import type { Reason } from '@hearten/contract';
import { type ParsedMail, parseInWorker, type Unreadable } from './parse/index.ts';

export type Read = { mail: ParsedMail } | { unreadable: Reason };

const codes: Record<Unreadable['reason'], Reason> = {
  empty: { code: 'mail-empty' },
  'too-big': { code: 'mail-too-big' },
  'not-mail': { code: 'not-mail' },
  'too-slow': { code: 'too-slow' },
  crashed: { code: 'parser-crashed' },
};

/** Bytes → what they say, in a thread that is killed when a mail takes too much; one bad mail never spoils its neighbours. */
export async function read(all: Buffer[]): Promise<Read[]> {
  const outcomes = await parseInWorker(all);
  return all.map((_, i) => {
    const one = outcomes[i];
    return one && 'mail' in one ? one : { unreadable: one ? codes[one.reason] : { code: 'unreadable' } };
  });
}
