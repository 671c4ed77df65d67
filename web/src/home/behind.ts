import type { QueryInput } from '@hearten/contract';

/** Which conversations are behind a number: what the list of them is asked for, as it stands in the address. */
export type Behind = Omit<QueryInput<'GET /restored/conversations'>, 'cursor' | 'limit' | 'weeks'>;
const names = ['state', 'week', 'channel', 'teamId', 'problemId', 'kind', 'why'] as const;

export const readBehind = (text: (value: unknown) => string | undefined, s: Record<string, unknown>): Behind =>
  // What the address says wrongly is refused by the server, in words.
  Object.fromEntries(names.flatMap((name) => (text(s[name]) ? [[name, text(s[name])]] : []))) as Behind;
