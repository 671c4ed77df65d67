import type { Restored } from '@hearten/contract';
import { Link, useSearch } from '@tanstack/react-router';
import { t } from '../language/index.ts';
import { calendarDay } from '../ui/time.ts';
import { useChart } from '../ui/useChart.ts';
import { between, percent, shareWords } from './data.ts';

type Week = Restored['byWeek'][number];
const HEIGHT = 190;
const [TOP, BOTTOM, SIDE] = [14, 24, 40];

const words = (week: Week): string => {
  const day = calendarDay(week.week);
  if (week.answered === null) return `${t('Week of {day}', { day })}: ${shareWords(week)}`;
  return week.restored
    ? t('Week of {day}: {share} restored, {range}, {n} answered', {
        day,
        share: percent(week.restored.share),
        range: between(week.restored),
        n: week.answered,
      })
    : t('Week of {day}: too few yet, {n} answered', { day, n: week.answered });
};

/** Week by week: the share as a line with its interval as a band; where too few answered, a gap: a mark on the line would read as nobody. */
export const WeekChart = ({ weeks }: { weeks: Week[] }) => {
  const { box, wide: width, mirrored: rtl } = useChart(560);
  const asked = useSearch({ from: '/app/home' });
  const step = (width - SIDE) / weeks.length;
  const x = (n: number): number => {
    const from = SIDE + step * (n + 0.5);
    return rtl ? width - from : from;
  };
  const y = (share: number): number => TOP + (1 - share) * (HEIGHT - TOP - BOTTOM);
  // Neighbours with a figure are joined; a week without one is a gap, not a line drawn through what nobody knows.
  const runs: { n: number; restored: NonNullable<Week['restored']> }[][] = [[]];
  weeks.forEach(({ restored }, n) => {
    if (restored) runs.at(-1)?.push({ n, restored });
    else if (runs.at(-1)?.length) runs.push([]);
  });
  const every = Math.max(1, Math.ceil(64 / step));
  return (
    <div ref={box} className="weekchart">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing with links in it is a group, no fieldset */}
      <svg direction="ltr" width={width} height={HEIGHT} role="group" aria-label={t('Restored, week by week')}>
        {[0, 0.5, 1].map((share) => (
          <g key={share}>
            <path className={share ? 'grid' : 'axis'} d={`M${rtl ? 0 : SIDE} ${y(share)}h${width - SIDE}`} />
            <text x={rtl ? width : 0} y={y(share) + 4} textAnchor={rtl ? 'end' : 'start'}>
              {percent(share)}
            </text>
          </g>
        ))}
        {runs.some((run) => run.length) ? null : (
          <text x={(rtl ? 0 : SIDE) + (width - SIDE) / 2} y={y(0.75) + 4} textAnchor="middle">
            {t('In each week too few answered yet')}
          </text>
        )}
        {runs.map((run) =>
          run.length ? (
            <g key={run[0]?.n}>
              <polygon
                className="band"
                points={[
                  ...run.map(({ n, restored }) => `${x(n)},${y(restored.high)}`),
                  ...run.toReversed().map(({ n, restored }) => `${x(n)},${y(restored.low)}`),
                ].join(' ')}
              />
              <polyline
                className="line"
                points={run.map(({ n, restored }) => `${x(n)},${y(restored.share)}`).join(' ')}
              />
            </g>
          ) : null,
        )}
        {weeks.map((week, n) =>
          week.answered === null ? (
            // Told to nobody: there is nothing behind it to open.
            <g key={week.week}>
              <title>{words(week)}</title>
              <rect className="hit" x={x(n) - step / 2} y={0} width={step} height={HEIGHT - BOTTOM} rx={4} />
            </g>
          ) : (
            <Link
              key={week.week}
              to="/home/conversations"
              search={{ ...asked, state: 'answered', week: week.week }}
              aria-label={words(week)}
            >
              <title>{words(week)}</title>
              <rect className="hit" x={x(n) - step / 2} y={0} width={step} height={HEIGHT - BOTTOM} rx={4} />
              {week.restored ? (
                <>
                  <path className="range" d={`M${x(n)} ${y(week.restored.high)}V${y(week.restored.low)}`} />
                  <circle className="dot" cx={x(n)} cy={y(week.restored.share)} r={4.5} />
                </>
              ) : null}
            </Link>
          ),
        )}
        {weeks.map((week, n) =>
          (weeks.length - 1 - n) % every === 0 ? (
            <text
              key={week.week}
              x={n === weeks.length - 1 ? (rtl ? 0 : width) : x(n)}
              y={HEIGHT - 6}
              textAnchor={n === weeks.length - 1 ? (rtl ? 'start' : 'end') : 'middle'}
            >
              {shortDay(week.week)}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  );
};
const shortDay = (day: string): string =>
  new Intl.DateTimeFormat(document.documentElement.lang || 'en', {
    day: 'numeric',
    month: 'short',
    timeZone: 'UTC',
  }).format(new Date(`${day}T00:00:00Z`));

/** The same as a table: every chart has one. */
export const WeekTable = ({ weeks }: { weeks: Week[] }) => (
  <table className="weektable">
    <thead>
      <tr>
        <th scope="col">{t('Week of')}</th>
        <th scope="col">{t('Restored')}</th>
        <th scope="col">{t('They answered')}</th>
        <th scope="col">{t('Silent')}</th>
        <th scope="col">{t('Were not asked')}</th>
      </tr>
    </thead>
    <tbody>
      {weeks.map((week) => (
        <tr key={week.week}>
          <th scope="row">{calendarDay(week.week)}</th>
          <td>{shareWords(week)}</td>
          <td>{week.answered}</td>
          <td>{week.silent}</td>
          <td>{week.notAsked}</td>
        </tr>
      ))}
    </tbody>
  </table>
);
