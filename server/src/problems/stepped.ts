import { type Cell, fit } from './fit.ts';
import { sumOf, type Week, Z } from './verify.ts';

/** How far, in log odds, a step and each half of a season may be expected to reach. */
export const [STEP, SEASON] = [2.5, 0.5];

/** The problem's own season: a sine and a cosine of the year, nought in the first week since the fix. */
export function season(weeksSince: number): [number, number] {
  const turn = (2 * Math.PI * weeksSince) / 52.18;
  return [Math.sin(turn), Math.cos(turn) - 1];
}

/** Each inbox and week with reporters as hits and reporters of other problems as misses; `terms` stand before the level of the inbox. */
export const cellsOf = (weeks: Week[], inboxes: string[], terms: (week: Week, i: number) => number[]): Cell[] =>
  weeks.flatMap((week, i) =>
    week.parts.flatMap(({ inbox, reporters, others }) =>
      inboxes.includes(inbox)
        ? [
            {
              terms: [...terms(week, i), ...inboxes.map((one) => (one === inbox ? 1 : 0))],
              hits: reporters,
              misses: others,
            },
          ]
        : [],
    ),
  );
export const levels = (inboxes: string[]): number[] => inboxes.map(() => Number.POSITIVE_INFINITY);

type Model = {
  effect: { ratio: number; low: number; high: number };
  /** Reporters a week as it would be without the step. */
  line: number[];
  settled: boolean;
};
/** The step at the fix with its 90 % interval, beside the season and a level for each inbox. */
export function stepped(before: Week[], after: Week[], inboxes: string[]): Model {
  const weeks = [...before, ...after];
  const cells = cellsOf(weeks, inboxes, (_, i) => [i >= before.length ? 1 : 0, ...season(i - before.length)]);
  const model = fit(cells, [STEP, SEASON, SEASON, ...levels(inboxes)]);
  const logRatio = model.at[0] ?? 0;
  const error = Math.sqrt(model.covariance[0]?.[0] ?? 0);
  const line = weeks.map((week, i) => {
    const swing = sumOf(season(i - before.length).map((one, j) => one * (model.at[1 + j] ?? 0)));
    return sumOf(
      week.parts.map(({ inbox, others }) => {
        const at = inboxes.indexOf(inbox);
        return at < 0 ? 0 : others * Math.exp(swing + (model.at[3 + at] ?? 0));
      }),
    );
  });
  const bounds = { low: Math.exp(logRatio - Z * error), high: Math.exp(logRatio + Z * error) };
  return { effect: { ratio: Math.exp(logRatio), ...bounds }, line, settled: model.settled };
}
