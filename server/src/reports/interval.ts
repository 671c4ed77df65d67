import type { RestoredPart } from '@hearten/contract';
import { student } from '../base/interval.ts';

/** Fewer than this give no figure, only "too few yet"; of one person, fewer than that. */
export const LEAST = 10;
export const LEAST_OF_ONE = 30;

/** What is needed of the pairs of one part: how many, and the sums of starts and lifts. */
export type Pairs = { pairs: number; s: number; l: number; ss: number; sl: number; ll: number };
const within = (p: Pairs) => ({
  ss: p.ss - p.s ** 2 / p.pairs,
  sl: p.sl - (p.s * p.l) / p.pairs,
  ll: p.ll - p.l ** 2 / p.pairs,
});

/** How much less is lifted for each step higher at the start, over all parts of one kind, each seen from its own middle. */
export function slopeOf(parts: Pairs[]): number {
  const sums = parts.filter((one) => one.pairs > 0).map(within);
  const ss = sums.reduce((all, one) => all + one.ss, 0);
  return ss > 0 ? sums.reduce((all, one) => all + one.sl, 0) / ss : 0;
}

/**
 * Who starts upset can only rise, so parts are compared as if all of them had started alike (analysis of covariance; Vickers and Altman
 * 2001, BMJ 323): from the mean lift is taken what the start explains, `slope` times its distance from the start of everybody.
 */
export function liftOf(part: Pairs, least: number, slope = 0, everybody = 0): RestoredPart['lift'] {
  if (part.pairs < least) return null;
  const { ss, sl, ll } = within(part);
  const mean = part.l / part.pairs - (slope === 0 ? 0 : slope * (part.s / part.pairs - everybody));
  const free = part.pairs - 1;
  const half = student(free) * Math.sqrt(Math.max(0, ll - 2 * slope * sl + slope ** 2 * ss) / free / part.pairs);
  return { pairs: part.pairs, mean, low: mean - half, high: mean + half };
}
