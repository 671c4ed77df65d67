import { cameBack } from './back.ts';
import { goneAmong } from './gone.ts';
import { stepped } from './stepped.ts';

/** One inbox in one week, each customer in one inbox a week: who reported the problem, who another one, and everybody else who wrote. */
export type Part = { inbox: string; reporters: number; others: number; rest: number };
/** A whole week, by its Monday. `customers` is the denominator; `filed` of the `written` conversations were filed as something. */
export type Week = { week: string; customers: number | null; filed: number; written: number; parts: Part[] };
export type Life = {
  /** One after another, the oldest first. */
  weeks: Week[];
  shippedOn: string | null;
  /** Inboxes that are switched off or removed. */
  closed: ReadonlySet<string>;
};
type Open =
  | 'not-shipped'
  | 'no-denominator'
  | 'too-short-before'
  | 'too-early'
  | 'channel-gone'
  | 'no-control'
  | 'too-few';
export type Finding = {
  verdict: 'verified' | 'shared' | 'unproven' | Open;
  /** Whole weeks compared. */
  weeksBefore: number;
  weeksAfter: number;
  /** The weeks in which a fix is looked at are over: what is found now stays. */
  over: boolean;
  reportersBefore: number;
  reportersAfter: number;
  /** Reporters to be expected since, had the fix changed nothing. */
  expected: number | null;
  /** What became of the rate beyond what became of that of other problems; 1 is no change. With its 90 % interval. */
  effect: { ratio: number; low: number; high: number } | null;
  /** What became of the rate itself, and of that of the other problems. */
  own: number | null;
  others: number | null;
  /** The inbox that vanished. */
  inbox: string | null;
  /** It fell and is back: so many reporters in so many weeks, where since the fix there were `usual` in as many. */
  returned: { reporters: number; weeks: number; usual: number } | null;
  /** Reporters a week as the other problems and the season would have it without the fix. */
  line: { week: string; expected: number }[];
};

export const BEFORE = { least: 8, most: 52 };
export const AFTER = { least: 4, most: 52 };
export const EXPECTED = 10;
/** The whole interval lies below this: a fall by three tenths at least, beyond that of the others. */
export const SURELY_BELOW = 0.7;
/** Both sides of 90 %. */
export const Z = 1.6449;
/** Reporters of other problems before the fix, and a quarter of them since. */
const OTHERS = 20;

/**
 * Whether a fix is followed by a fall that is its own. Each reporter is compared with those who reported other problems, in the same
 * inbox and week: given both counts, the number of reporters is binomial (Przyborowski and Wilenski, Biometrika 31, 1940), so all
 * that moves everybody (season, mood, growth, an inbox that is hidden) cancels, and the chance in the control counts as chance. A
 * logistic regression (`fit.ts`) with a level for each inbox, a step at the fix (interrupted time series with a control: Bernal, Cummins
 * and Gasparrini, Int. J. Epidemiol. 47(6), 2018) and the problem's own season, a sine and a cosine of the year, gives the step's 90 %
 * interval by Wald, widened by the scatter of the weeks.
 *
 * It is verified when that interval lies below 0.7, the rate over the denominator fell too (upper 90 % bound of the ratio of two
 * Poisson rates below 1), eight weeks before and four after were whole, and ten reporters were to be expected. The week of the fix
 * belongs to neither side. Without a denominator in each week, without other problems, or when an inbox that had a part in it is gone,
 * nothing is said. Because the question is asked anew each week, the bound is stricter than 1, and the answer must have been the same a
 * week ago. What it costs and how it was chosen: docs/decisions/0047-verified.md.
 */
export function verify(life: Life): Finding {
  const now = { ...judge(life), returned: returnOf(life) };
  if (now.verdict !== 'verified') return now;
  const week = sides(life.weeks, life.shippedOn ?? '').after.at(-1)?.week;
  const held = judge({ ...life, weeks: life.weeks.filter((one) => one.week !== week) });
  return held.verdict === 'verified' ? now : { ...now, verdict: 'unproven' };
}

/** Asked whatever else can be said: what was verified may come back years later, and on a desk that has lost its denominator or an inbox. */
function returnOf({ weeks, shippedOn }: Life): Finding['returned'] {
  if (!shippedOn) return null;
  const { known, since } = sides(weeks, shippedOn);
  return cameBack(known, since, shippedOn);
}

function judge(life: Life): Finding {
  const none: Finding = {
    ...{ verdict: 'not-shipped', weeksBefore: 0, weeksAfter: 0, over: false, reportersBefore: 0, reportersAfter: 0 },
    ...{ expected: null, effect: null, own: null, others: null, inbox: null, returned: null, line: [] },
  };
  if (!life.shippedOn) return none;
  const { before, after, unnamed } = sides(life.weeks, life.shippedOn);
  const counted = {
    ...none,
    ...{ weeksBefore: before.length, weeksAfter: after.length, over: after.length >= AFTER.most },
    ...{ reportersBefore: sum(before, 'reporters'), reportersAfter: sum(after, 'reporters') },
  };
  if (unnamed) return { ...counted, verdict: 'no-denominator' };
  if (before.length < BEFORE.least) return { ...counted, verdict: 'too-short-before' };
  if (after.length < AFTER.least) return { ...counted, verdict: 'too-early' };
  const gone = goneAmong(before, after, life.closed);
  if (gone.vanished) return { ...counted, verdict: 'channel-gone', inbox: gone.vanished };
  const own = ratioOf(before, after, 'reporters');
  const others = ratioOf(before, after, 'others');
  const told = { ...counted, own: own.ratio, others: others.ratio };
  if (sum(before, 'others') < OTHERS || sum(after, 'others') < OTHERS / 4) return { ...told, verdict: 'no-control' };
  const model = stepped(before, after, gone.left);
  const expected = sumOf(model.line.slice(before.length));
  const found = { ...told, expected, effect: model.effect, line: weekly([...before, ...after], model.line) };
  if (counted.reportersBefore < EXPECTED || expected < EXPECTED || !model.settled)
    return { ...found, verdict: 'too-few' };
  const falls = own.high < 1;
  const beyond = model.effect.high < SURELY_BELOW;
  return {
    ...found,
    verdict: falls && beyond ? 'verified' : falls && others.high < 1 && model.effect.high >= 1 ? 'shared' : 'unproven',
  };
}

type Sides<W extends Week> = {
  /** What is compared: weeks with a denominator that reach up to the fix, and a year of those since. */
  before: W[];
  after: W[];
  unnamed: boolean;
  /** All of the year before in which it was known, and all since. */
  known: W[];
  since: W[];
};
/** Which weeks are compared. What is hardly filed yet waits. */
export function sides<W extends Week>(weeks: W[], shippedOn: string): Sides<W> {
  const day = 86_400_000;
  const shipped = Date.parse(shippedOn);
  const startOf = (one: Week): number => Date.parse(one.week);
  const all = weeks.filter((one) => startOf(one) + 7 * day <= shipped).slice(-BEFORE.most);
  const named = (one: Week): boolean => one.customers !== null && one.customers > 0;
  // It begins after its first report: before that, nobody can have filed anything under it.
  const known = all.slice(all.findIndex(({ parts }) => parts.some((part) => part.reporters > 0)) + 1);
  const usual = shareFiled(known.slice(-BEFORE.least));
  const hardlyFiled = (one: Week): boolean => one.written > 0 && shareFiled([one]) < usual / 2;
  const before = known.slice(known.findLastIndex((one) => !named(one) || hardlyFiled(one)) + 1);
  const later = weeks.filter((one) => startOf(one) > shipped);
  const since = later.slice(0, later.findLastIndex((one) => !hardlyFiled(one)) + 1);
  const after = since.slice(0, AFTER.most);
  const last = all.at(-1);
  const short = before.length < BEFORE.least && known.filter(named).length < Math.min(known.length, BEFORE.least);
  return {
    ...{ before, after, known: known.filter((one) => !hardlyFiled(one)), since },
    unnamed: (last !== undefined && !named(last)) || short || after.some((one) => !named(one)),
  };
}

export const sumOf = (all: number[]): number => all.reduce((a, b) => a + b, 0);
export const sum = (weeks: Week[], what: 'reporters' | 'others'): number =>
  sumOf(weeks.flatMap(({ parts }) => parts.map((part) => part[what])));
const shareFiled = (weeks: Week[]): number => {
  const written = sumOf(weeks.map((one) => one.written));
  return written === 0 ? 0 : sumOf(weeks.map((one) => one.filed)) / written;
};
const weekly = (weeks: Week[], line: number[]): Finding['line'] =>
  weeks.map(({ week }, i) => ({ week, expected: line[i] ?? 0 }));

/** The ratio of two Poisson rates over the denominators, as far as conversations were filed at all, and its upper 90 % bound. */
function ratioOf(before: Week[], after: Week[], what: 'reporters' | 'others'): { ratio: number; high: number } {
  const over = (weeks: Week[]): number =>
    sumOf(weeks.map((one) => (one.customers ?? 0) * (one.written ? one.filed / one.written : 1)));
  const [was, is] = [sum(before, what), sum(after, what)];
  const scale = over(before) / Math.max(1e-9, over(after));
  const high = ((is + 0.5) / (was + 0.5)) * scale * Math.exp(Z * Math.sqrt(1 / (is + 0.5) + 1 / (was + 0.5)));
  return { ratio: was ? (is / was) * scale : 0, high };
}
