import { Conflict, Invalid, Unavailable } from './errors.ts';

// 25006: it became a standby under us, and writing there fails for ever.
export const gone =
  /^(08|57P0|53|25P03|25006)|ECONN|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN/;
export const broken = /Connection terminated|connection error and is not queryable/;
// Serialisation, deadlock, lock not had in time, and two who wrote the same new thing at the same moment.
const meetings: ReadonlySet<string> = new Set(['40001', '40P01', '55P03', '23505']);
// No room or memory, shut down or cancelled, a disk or a file that fails, trouble inside Postgres.
const passing = /^(08|53|57|58|XX|25006)/;
const codesOf = (error: unknown): string[] =>
  [error, (error as { cause?: unknown } | null)?.cause].map((one) =>
    String((one as { code?: unknown } | null)?.code ?? ''),
  );
/** The state the database is in, and no fault of what it was asked: the same again works when that is over. */
export const isPassing = (error: unknown): boolean => codesOf(error).some((code) => passing.test(code));
/** Two transactions met at the same rows and this one gave way: the same again, a moment later, works. */
export const isMeeting = (error: unknown): boolean => codesOf(error).some((code) => meetings.has(code));

/** What Postgres' own complaints mean to a caller. */
export function translate(error: unknown): unknown {
  const code = String((error as { code?: string }).code ?? '');
  const text = error instanceof Error ? error.message : '';
  if (gone.test(code) || broken.test(text) || text.includes('timeout exceeded when trying to connect'))
    return Object.assign(Unavailable('The database is not answering. Nothing was changed; try again in a moment.'), {
      cause: error,
    });
  if (meetings.has(code))
    return Object.assign(Conflict('Someone else changed this at the same moment. Nothing was lost; try again.'), {
      cause: error,
    });
  if (code === '22021' || code === '22P05')
    return Object.assign(
      Invalid('The text holds a NUL or half a character, which cannot be kept. Nothing was changed.'),
      {
        cause: error,
      },
    );
  if (code === '22003' || code === '22007' || code === '22008')
    return Object.assign(Invalid('A date or number in this lies outside what can be kept. Nothing was changed.'), {
      cause: error,
    });
  return error;
}
