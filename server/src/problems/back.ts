import { fit } from './fit.ts';
import { cellsOf, levels, SEASON, STEP, season } from './stepped.ts';
import { type Finding, sum, type Week } from './verify.ts';

/** The last weeks that say whether it is back, few or some more, and how many since the fix they are compared with at most. */
const [LATELY, CALM] = [[4, 8], 52];
/** It is asked every week, so it takes more than 90 %: 99.7 %, both sides. */
const Z = 3;
const WEEK = 7 * 86_400_000;

/**
 * Back is what lately rose for sure above what it was since the fix, beyond the other problems, half the way to what it was before, with
 * five reporters at least. Where what it was before lies too far back to be known, twice what it was since the fix is half the way.
 * Both are counts of the same weeks, so no denominator is needed; and however long ago the fix was, the last weeks are asked: four, or
 * eight, lest four that are as bad as the four before them say that nothing changed.
 */
export function cameBack(before: Week[], since: Week[], shippedOn: string): Finding['returned'] {
  for (const lately of LATELY) {
    const found = risen(before, since, shippedOn, lately);
    if (found) return found;
  }
  return null;
}
function risen(before: Week[], since: Week[], shippedOn: string, last: number): Finding['returned'] {
  if (since.length < last + 4) return null;
  const calm = since.slice(0, -last).slice(-CALM);
  const lately = since.slice(-last);
  const weeks = [...before, ...calm, ...lately];
  const inboxes = [...new Set(weeks.flatMap(({ parts }) => parts.map((part) => part.inbox)))].sort();
  const late = before.length + calm.length;
  const cells = cellsOf(weeks, inboxes, (week, i) => [
    ...[i >= before.length ? 1 : 0, i >= late ? 1 : 0],
    ...season(Math.floor((Date.parse(week.week) - Date.parse(shippedOn)) / WEEK)),
  ]);
  const { at, covariance } = fit(cells, [STEP, STEP, SEASON, SEASON, ...levels(inboxes)]);
  const [step = 0, rise = 0] = at;
  const error = Math.sqrt(covariance[1]?.[1] ?? 0);
  const reporters = sum(lately, 'reporters');
  const half = before.length ? Math.exp(step + rise) >= (1 + Math.exp(step)) / 2 : Math.exp(rise) >= 2;
  if (rise - Z * error <= 0 || !half || reporters < 5) return null;
  const usual = (sum(calm, 'reporters') * last) / calm.length;
  return { reporters, weeks: last, usual: Math.round(usual * 10) / 10 };
}
