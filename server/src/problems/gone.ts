import type { Week } from './verify.ts';

/** From this share of a problem's reporters on an inbox has a part in it. */
const PART = 0.05;
/** The weeks before the fix that say what is usual in an inbox. */
const USUAL = 12;
const LATELY = 4;

/**
 * Inboxes through which a problem came and that fell silent: switched off, removed, or hidden, which shows in what else comes through
 * them. That everybody else writes there less than half as much as the other inboxes would suggest (as the denominator would, where it
 * is the only one), where ten were to be expected, or that nothing at all comes where five were, is taken for gone. Then a fall says
 * nothing. What an inbox of no account had is left out on both sides.
 */
export function goneAmong(
  before: Week[],
  after: Week[],
  closed: ReadonlySet<string>,
): { vanished: string | null; left: string[] } {
  const inboxes = [...new Set([...before, ...after].flatMap(({ parts }) => parts.map((part) => part.inbox)))].sort();
  const usual = before.slice(-USUAL);
  const all = count(before, () => true, 'reporters');
  const silent = inboxes.filter((inbox) => {
    if (closed.has(inbox)) return true;
    return [after, after.slice(-LATELY)].some((weeks) => {
      const here = (one: string): boolean => one === inbox;
      const others = (one: string): boolean => one !== inbox && !closed.has(one);
      const [was, is] = [count(usual, others, 'rest'), count(weeks, others, 'rest')];
      const size = (some: Week[]): number => some.reduce((sum, one) => sum + (one.customers ?? 0), 0);
      const change = was >= 20 ? Math.max(is, 1) / was : size(weeks) / Math.max(1, size(usual));
      const rest = count(usual, here, 'rest') * change;
      const reporters = count(usual, here, 'reporters') * change;
      const told = count(weeks, here, 'rest');
      return (
        (rest >= 10 && told < rest / 2) ||
        (rest + reporters >= 5 && told + count(weeks, here, 'reporters') === 0 && change > 0)
      );
    });
  });
  const mattering = silent.filter((inbox) => {
    const here = count(before, (one) => one === inbox, 'reporters');
    return here >= 2 && here >= PART * all && stillThere(before, inbox);
  });
  return { vanished: mattering[0] ?? null, left: inboxes.filter((inbox) => !silent.includes(inbox)) };
}

/** One that was silent long before the fix was not there to fall. */
const stillThere = (before: Week[], inbox: string): boolean =>
  before
    .slice(-USUAL / 2)
    .some(({ parts }) => parts.some((one) => one.inbox === inbox && one.rest + one.reporters > 0));

const count = (weeks: Week[], which: (inbox: string) => boolean, what: 'reporters' | 'rest'): number =>
  weeks.reduce((sum, { parts }) => parts.reduce((n, one) => n + (which(one.inbox) ? one[what] : 0), sum), 0);
