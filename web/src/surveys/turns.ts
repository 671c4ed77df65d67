import type { QueryInput } from '@hearten/contract';

/** Which turns are behind a number, as it stands in the address. */
export type Turns = Omit<QueryInput<'GET /surveys/:id/turns'>, 'cursor' | 'limit' | 'weeks'>;
const names = ['state', 'words', 'question', 'value', 'week', 'channel', 'way', 'teamId', 'why'] as const;

export const readTurns = (text: (value: unknown) => string | undefined, s: Record<string, unknown>): Turns =>
  // What the address says wrongly is refused by the server, in words.
  Object.fromEntries(names.flatMap((name) => (text(s[name]) ? [[name, text(s[name])]] : []))) as Turns;

/** Only those with words, as the address says it. */
export const WITH_WORDS = 'true';
