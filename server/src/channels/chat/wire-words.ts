import type { Wire } from '../../base/wire.ts';
import type { Doing } from './team-words.ts';

const CHANNEL = 'hearten_chat';
const AT_ONCE = 100; // visitors in one word, which has 8,000 bytes at most

/** What one process tells the others of visitors: it is nowhere kept. `ended`: their visits are over; `woken`: their widgets look. */
export type Word = Doing | { ended: string[]; visit?: string } | { woken: string[] };

export const hearWords = (wire: Wire, hear: (said: Word) => void): Promise<void> =>
  wire.listen(
    CHANNEL,
    (text) => hear(JSON.parse(text) as Word),
    () => undefined,
  );
export const sayWord = (wire: Wire | null, said: Word): void => void wire?.say(CHANNEL, JSON.stringify(said));
/** The same of many visitors, in as many words as that takes. */
export function sayOf(wire: Wire | null, visitorIds: string[], said: (some: string[]) => Word): void {
  for (let n = 0; n < visitorIds.length; n += AT_ONCE) sayWord(wire, said(visitorIds.slice(n, n + AT_ONCE)));
}
