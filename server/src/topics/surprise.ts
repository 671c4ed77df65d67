/** One conversation of a topic: when it came, in ms, and whose it is. */
export type Heard = { at: number; customer: string };
/** What is usual for a topic: conversations in so many hours looked back on, and how much busier than on average each hour of the week is. */
export type Usual = { conversations: number; hours: number; shape: readonly number[] };
export type Rise = { from: number; minutes: number; customers: number; usual: number; chance: number };

const HOUR = 3_600_000;
/** In minutes: what begins in a quarter of an hour, and what swells over half a day. */
export const WINDOWS = [20, 40, 120, 360];
/** Rarer than this is kept as this: a column of four bytes holds no less, and nobody tells such chances apart. */
export const RAREST = 1e-30;
/** Fewer customers are no rise, however rare that is. */
export const FEWEST = 5;
/** Alerts by chance that a desk is asked to bear in a year, over everything that is looked at. */
const A_YEAR = 12;
/** Looks overlap: so many times more often than in windows side by side can chance reach the bound. */
const OVERLAP = 5;
/** Days are not alike even at the same hour: how much more the counts scatter than by chance alone (a negative binomial of this size). */
export const SCATTER = 6;

/** How rare what is seen must be, where so many topics are looked at all year (Bonferroni, over topics, windows and the year). */
export const bound = (topics: number): number =>
  A_YEAR / (OVERLAP * Math.max(10, topics) * WINDOWS.reduce((sum, minutes) => sum + (365 * 24 * 60) / minutes, 0));

/** The chance of `n` or more where `mean` are expected and the mean itself is uncertain: a negative binomial of this size. */
export function tail(n: number, mean: number, size: number): number {
  if (n <= 0) return 1;
  const p = mean / (mean + size);
  let term = Math.exp(size * Math.log1p(-p));
  for (let k = 1; k <= n; k++) term *= ((size + k - 1) / k) * p;
  // From the n-th on, term by term: one minus what is below would be nothing but rounding.
  let sum = 0;
  for (let k = n; k < n + 10_000; k++) {
    sum += term;
    if (term < sum * 1e-12) break;
    term *= ((size + k) / (k + 1)) * p;
  }
  return Math.min(1, sum);
}

/** The hour of the week in UTC, Monday 0 o'clock first. */
export const hourOfWeek = (at: number): number => Math.floor(at / HOUR + 72) % 168;

/** How busy each hour of the week is, on average 1: with its neighbours, and drawn to the average where little is known. */
export function shapeOf(counts: readonly number[]): number[] {
  const all = counts.reduce((a, b) => a + b, 0);
  const mean = all / 168;
  const drawn = 4;
  return Array.from({ length: 168 }, (_, i) => {
    const around = [-1, 0, 1].map((step) => counts[(i + step + 168) % 168] ?? 0);
    return ((around[0] ?? 0) + 2 * (around[1] ?? 0) + (around[2] ?? 0) + drawn) / (4 * mean + drawn);
  });
}

const expected = ({ conversations, hours, shape }: Usual, from: number, to: number): number => {
  let weight = 0;
  for (let at = from; at < to; at += HOUR / 6)
    weight += (shape[hourOfWeek(at)] ?? 1) * (Math.min(HOUR / 6, to - at) / HOUR);
  return ((conversations + 0.5) / hours) * weight;
};

/** Conversations lately, and in the past that is compared with. */
export type Both = { lately: number; past: number };
/** So many conversations' worth of doubt: among a few, one more or less tells nothing. */
const DOUBT = 20;
/** Less than this of the past is not taken to have been told apart. */
const LEAST_KNOWN = 0.02;
/**
 * How many times more conversations are known to be about something now than were in the past: what was not filed then, before anything
 * was told by what it resembles, is unknown for ever. Of other topics, so that a rise does not explain itself.
 */
export function clearer(topic: Both, known: Both, all: Both): number {
  const then = Math.max(LEAST_KNOWN, (known.past - topic.past) / Math.max(1, all.past - topic.past));
  const now = (known.lately - topic.lately + DOUBT * then) / (all.lately - topic.lately + DOUBT);
  return Math.max(1, now / then);
}

/** Whether more customers came with a topic than its hour and weekday explain; the window in which that is rarest. */
export function risen(heard: readonly Heard[], now: number, usual: Usual, topics: number): Rise | null {
  let rarest: Rise | null = null;
  for (const minutes of WINDOWS) {
    const from = now - minutes * 60_000;
    const inside = heard.filter(({ at }) => at > from && at <= now);
    const customers = new Set(inside.map(({ customer }) => customer)).size;
    if (customers < FEWEST) continue;
    const mean = expected(usual, from, now);
    const chance = tail(customers, mean, Math.min(SCATTER, usual.conversations + 0.5));
    if (chance < bound(topics) && (!rarest || chance < rarest.chance))
      rarest = { from, minutes, customers, usual: mean, chance };
  }
  return rarest && { ...rarest, chance: Math.max(RAREST, rarest.chance) };
}

/** It is over when an hour, or twice the time in which it was seen, brings no more than twice what is usual, or one. */
export function over(heard: readonly Heard[], now: number, minutes: number, usual: Usual): boolean {
  const from = now - Math.max(60, 2 * minutes) * 60_000;
  const count = heard.filter(({ at }) => at > from).length;
  return count <= Math.max(1, 2 * expected(usual, from, now));
}
