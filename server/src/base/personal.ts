import { WINDOWS } from '@hearten/contract';
import { sql, type Tx } from './db.ts';
import { Forbidden } from './errors.ts';

/** What was answered in one part: how often, and whose work it was if it was one person's; null where several were answered, or nobody. */
export type Answered = { id: string | null; answered: number; only: string | null };

/** Of two as large the same stands first wherever it is asked: what a list withholds is what the figures withhold. */
const smallerFirst = (a: Answered, b: Answered): number =>
  a.answered - b.answered || ((a.id ?? '') < (b.id ?? '') ? -1 : 1);

/** Whether this one person is the whole desk: nobody else who works here could have answered. Then the figure of the whole is theirs anyway. */
export const isWholeDesk = async (
  tx: Tx,
  only: string | null | undefined,
  roles: readonly string[],
): Promise<boolean> =>
  !!only &&
  (await tx.first(
    sql`select 1 from person where workspace_id = ${tx.workspaceId} and active and role = any (${roles}::text[]) and id <> ${only}::uuid limit 1`,
  )) === undefined;

const isMixed = (one: Answered): boolean => one.only === null && one.answered > 0;
/**
 * The parts whose figure is told to nobody: those in which customers answered one person alone, among others of the desk. Their figure would
 * still be the whole less the other parts, of two such persons for each of them, who knows their own; so the smallest of the others is
 * withheld with them. `alone`: that person is the whole desk, and nothing is withheld.
 */
export function withheldParts(parts: Answered[], alone: boolean): Set<string | null> {
  if (alone) return new Set();
  const withheld = new Set(parts.filter((one) => one.only !== null).map((one) => one.id));
  const next = withheld.size ? parts.filter(isMixed).sort(smallerFirst)[0] : undefined;
  return next ? withheld.add(next.id) : withheld;
}

/**
 * The same of weeks, the running one last among `weeks`. The windows that can be asked for end together, so one less the next smaller is
 * the weeks between: those are a whole of their own, whichever window they are looked at in. Where one person alone was answered in all of
 * them, the smallest of the other weeks is withheld all the same.
 */
export function withheldWeeks(parts: Answered[], alone: boolean, weeks: string[]): Set<string | null> {
  const ring = ({ id }: Answered): number => WINDOWS.findIndex((n) => weeks.length - weeks.indexOf(id ?? '') <= n);
  const rings = [...Map.groupBy(parts, ring).values()];
  const bare = rings.some((some) => !some.some(isMixed) && some.some((one) => one.only !== null));
  return new Set([...rings, ...(bare ? [parts] : [])].flatMap((some) => [...withheldParts(some, alone)]));
}

/** What a list is narrowed to, and how the same was parted: `of` says by what. The line of the narrowed list itself is `of: 'asked'`. */
export type Parted = Answered & { of: string };
/** Whether a list would say what the figures withhold: of one of the parts it is narrowed to, or of where several of them meet. */
export const saysOfOne = (lines: Parted[], asked: Parted['of'][][], alone: boolean, weeks: string[]): boolean =>
  !alone &&
  (lines.some((one) => one.of === 'asked' && one.only !== null) ||
    asked.some(([of, id]) => {
      const parts = lines.filter((one) => one.of === of);
      return (of === 'week' ? withheldWeeks(parts, alone, weeks) : withheldParts(parts, alone)).has(id ?? null);
    }));

type Counted = { withheld: string | null };
const none = { asked: null, answered: null, provisional: null, silent: null, notAsked: null };
/** A part as it is told: of one that is withheld no count either, from which a share could be had. */
export const withoutCounts = <T extends Counted>(part: T): T | (Omit<T, keyof typeof none> & typeof none) =>
  part.withheld === 'personal' ? { ...part, ...none } : part;

/** No list says what the figures withhold: neither what was answered, nor how often. */
export const onlyTheirs = () =>
  Forbidden(
    'Here customers answered one person alone, or the figure would tell that of one. How their customers left and what they said is for themselves and their lead.',
  );
