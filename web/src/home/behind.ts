import type { QueryInput } from '@hearten/contract';

export const WEEKS = 12;
/** The windows that can be chosen. */
export const WINDOWS = [4, 12, 26, 52];
export const readWeeks = (value: unknown): number | undefined =>
  WINDOWS.find((one) => one === Number(value) && one !== WEEKS);

/** Which conversations are behind a number: what the list of them is asked for, as it stands in the address. */
export type Behind = Omit<QueryInput<'GET /restored/conversations'>, 'cursor' | 'limit' | 'weeks'> & { weeks?: number };
const names = ['state', 'week', 'channel', 'teamId', 'problemId', 'kind', 'why'] as const;

export const readBehind = (text: (value: unknown) => string | undefined, s: Record<string, unknown>): Behind =>
  // What the address says wrongly is refused by the server, in words.
  ({
    ...Object.fromEntries(names.flatMap((name) => (text(s[name]) ? [[name, text(s[name])]] : []))),
    ...(readWeeks(s.weeks) ? { weeks: readWeeks(s.weeks) } : {}),
  }) as Behind;
