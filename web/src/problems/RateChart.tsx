import type { ContactRate } from '@hearten/contract';
import { t } from '../language/index.ts';
import { date, number } from '../ui/time.ts';
import { useChart } from '../ui/useChart.ts';

type Week = ContactRate['weeks'][number];
/** A day without a time, at a moment that is that day wherever it is read. */
export const onDay = (day: string): string => date(`${day.slice(0, 10)}T12:00:00Z`);
/** Small figures with a digit behind the point. */
export const figure = (n: number): string => number(n, n < 10 ? 1 : 0);

const TALL = 200;
const [TOP, BOTTOM, START, END] = [22, 26, 40, 12];
const MOST = 52;
const DAY = 86_400_000;

/** A step of 1, 2 or 5 that gives the height three or four lines. */
export function stepFor(height: number): number {
  const rough = Math.max(height, 0.1) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  return (([1, 2, 5].find((one) => one * power >= rough) ?? 10) as number) * power;
}

/** The weeks as a line with its interval, the fix where it shipped, and what other problems would have it be without it. */
export const RateChart = ({ rate, label }: { rate: ContactRate; label: string }) => {
  const { box, wide, mirrored } = useChart(640);
  const weeks = rate.weeks.slice(-MOST);
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (!first || !last || weeks.length < 2) return null;
  const over = rate.base !== null;
  const amountOf = (one: Week): number | null => (over ? one.rate : one.reporters);
  const highest = Math.max(
    ...weeks.flatMap((one) => [
      amountOf(one) ?? 0,
      over ? (one.expected ?? 0) : 0,
      over ? Math.min(one.high ?? 0, 2 * (one.rate ?? 0)) : 0,
    ]),
  );
  const step = stepFor(highest);
  const top = Math.max(step, Math.ceil(highest / step) * step);
  const xOf = (day: string): number => {
    const share =
      (Date.parse(day) - Date.parse(first.week)) / Math.max(1, Date.parse(last.week) - Date.parse(first.week));
    const x = START + Math.min(1.02, share) * (wide - START - END);
    return mirrored ? wide - x : x;
  };
  const yOf = (value: number): number => TOP + (1 - Math.min(value, top) / top) * (TALL - TOP - BOTTOM);
  const path = (of: (one: Week) => number | null): string => {
    let drawn = false;
    return weeks
      .map((one) => {
        const value = of(one);
        const word = value === null ? '' : `${drawn ? 'L' : 'M'}${xOf(one.week).toFixed(1)} ${yOf(value).toFixed(1)}`;
        drawn = value !== null;
        return word;
      })
      .join('');
  };
  // One piece for each run of weeks that have an interval.
  const runs: Week[][] = [];
  for (const one of weeks)
    if (one.low === null || one.high === null) runs.push([]);
    else if (runs.length) runs.at(-1)?.push(one);
    else runs.push([one]);
  const bands = runs
    .filter((run) => run.length > 1)
    .map((run) => {
      const point = (one: Week, value: number): string => `${xOf(one.week).toFixed(1)} ${yOf(value).toFixed(1)}`;
      const up = run.map((one) => point(one, one.high ?? 0));
      const down = run.toReversed().map((one) => point(one, one.low ?? 0));
      return `M${[...up, ...down].join('L')}Z`;
    });
  const many = Math.max(2, Math.min(5, Math.floor(wide / 130)));
  const ticks = Array.from(
    { length: many },
    (_, i) => weeks[Math.round((i * (weeks.length - 1)) / (many - 1))] as Week,
  );
  const fix = rate.shippedOn;
  const marked = fix && Date.parse(fix) >= Date.parse(first.week) && Date.parse(fix) < Date.parse(last.week) + 7 * DAY;
  const side = (i: number): 'start' | 'middle' | 'end' =>
    i > 0 && i < many - 1 ? 'middle' : (i === 0) !== mirrored ? 'start' : 'end';
  return (
    <div ref={box} className="ratechart">
      <svg viewBox={`0 0 ${wide} ${TALL}`} width={wide} height={TALL} role="img" aria-label={label}>
        {Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step).map((value) => (
          <g key={value}>
            <line
              className="grid"
              x1={mirrored ? END : START}
              x2={mirrored ? wide - START : wide - END}
              y1={yOf(value)}
              y2={yOf(value)}
            />
            <text
              x={mirrored ? wide - START + 6 : START - 6}
              y={yOf(value) + 4}
              textAnchor={mirrored ? 'start' : 'end'}
            >
              {number(value, step < 1 ? 1 : 0)}
            </text>
          </g>
        ))}
        {ticks.map((one, i) => (
          <text key={one.week} x={xOf(one.week)} y={TALL - 6} textAnchor={side(i)}>
            {onDay(one.week)}
          </text>
        ))}
        {over ? bands.map((band) => <path key={band} className="band" d={band} />) : null}
        {over ? <path className="without" d={path((one) => one.expected)} /> : null}
        <path className="rate" d={path(amountOf)} />
        {marked ? (
          <g>
            <line className="fix" x1={xOf(fix)} x2={xOf(fix)} y1={TOP - 6} y2={TALL - BOTTOM} />
            <text className="fixed" x={xOf(fix)} y={12} textAnchor="middle">
              {t('The fix')}
            </text>
          </g>
        ) : null}
      </svg>
    </div>
  );
};
