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

/**
 * The parts whose figure is told to nobody: those in which customers answered one person alone, among others of the desk. As long as these
 * are one and the same person's, their figure would still be the whole less the other parts; so the smallest of those is withheld with them.
 * `alone`: that person is the whole desk, and nothing is withheld.
 */
export function withheldParts(parts: Answered[], alone: boolean): Set<string | null> {
  if (alone) return new Set();
  const personal = parts.filter((one) => one.only !== null);
  const withheld = new Set(personal.map((one) => one.id));
  if (new Set(personal.map((one) => one.only)).size !== 1) return withheld;
  const others = parts.filter((one) => one.only === null && one.answered > 0);
  const next = others.sort(smallerFirst)[0];
  return next ? withheld.add(next.id) : withheld;
}

/** What a list is narrowed to, and how the same was parted: `of` says by what. The line of the narrowed list itself is `of: 'asked'`. */
export type Parted = Answered & { of: string };
/** Whether a list would say what the figures withhold: of one of the parts it is narrowed to, or of where several of them meet. */
export const saysOfOne = (lines: Parted[], asked: Parted['of'][][], alone: boolean): boolean =>
  !alone &&
  (lines.some((one) => one.of === 'asked' && one.only !== null) ||
    asked.some(([of, id]) =>
      withheldParts(
        lines.filter((one) => one.of === of),
        alone,
      ).has(id ?? null),
    ));

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
