import { Forbidden } from './errors.ts';

/** What was answered in one part: how often, and whose work it was if it was one person's; null where several were answered, or nobody. */
export type Answered = { id: string | null; answered: number; only: string | null };

/** Of two as large the same stands first wherever it is asked: what a list withholds is what the figures withhold. */
const smallerFirst = (a: Answered, b: Answered): number =>
  a.answered - b.answered || ((a.id ?? '') < (b.id ?? '') ? -1 : 1);

/**
 * The parts whose figure is told to nobody: those in which customers answered one person alone, among others of the whole. As long as these
 * are one and the same person's, their figure would still be the whole less the other parts; so the smallest of those is withheld with them.
 */
export function withheldParts(parts: Answered[], whole: Answered | undefined): Set<string | null> {
  if (!whole || whole.only !== null) return new Set();
  const personal = parts.filter((one) => one.only !== null);
  const withheld = new Set(personal.map((one) => one.id));
  if (new Set(personal.map((one) => one.only)).size !== 1) return withheld;
  const others = parts.filter((one) => one.only === null && one.answered > 0);
  const next = others.sort(smallerFirst)[0];
  return next ? withheld.add(next.id) : withheld;
}

type Counted = { withheld: string | null };
const none = { asked: null, answered: null, provisional: null, silent: null, notAsked: null };
/** A part as it is told: of one that is withheld no count either, from which a share could be had. */
export const withoutCounts = <T extends Counted>(part: T): T | (Omit<T, keyof typeof none> & typeof none) =>
  part.withheld === 'personal' ? { ...part, ...none } : part;

/** No list says what the figures withhold: neither what was answered, nor how often. */
export const onlyTheirs = () =>
  Forbidden(
    'In this team customers answered one person alone, or its figure would tell that of one. How their customers left and what they said is for themselves and their lead.',
  );
