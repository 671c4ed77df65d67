import type { Removed as Told } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from '../language/index.ts';
import { states } from '../problems/data.ts';
import { told } from '../problems/told.ts';
import { Failed } from '../ui/kit.tsx';
import { calendarDay, number } from '../ui/time.ts';
import { decimal, removedQuery } from './data.ts';

type Item = Told['items'][number];
type Rate = NonNullable<NonNullable<Item['before']>['rate']>;

const Bounds = ({ of }: { of: Rate }) => (
  <span title={t('90 % interval: {low} to {high}', { low: decimal(of.low), high: decimal(of.high) })}>
    <span className="strong">{decimal(of.by1000)}</span>{' '}
    <bdi className="xs ink3">
      ({decimal(of.low)} – {decimal(of.high)})
    </bdi>
  </span>
);

/** How many of 1,000 customers, or to how many orders, it reached a week, and reaches now; without a denominator, how many reported it a week. */
const BeforeAfter = ({ one: { base, before, after } }: { one: Item }) => {
  if (!before || !after) return null;
  if (before.rate && after.rate)
    return (
      <span className="beforeafter">
        <span className="sr">
          {base === 'orders'
            ? t('Before, customers a week for each 1,000 orders')
            : t('Before, of 1,000 customers a week')}
        </span>
        <Bounds of={before.rate} />
        <span aria-hidden="true" className="ink3 flip">
          →
        </span>
        <span className="sr">{t('Since the fix')}</span>
        <Bounds of={after.rate} />
        <span className="xs ink3">
          {base === 'orders' ? t('customers a week for each 1,000 orders') : t('of 1,000 customers a week')}
        </span>
      </span>
    );
  return (
    <span className="xs ink2">
      {t('{before} customers a week before, {after} since', {
        before: decimal(before.reporters / before.weeks),
        after: decimal(after.reporters / after.weeks),
      })}
    </span>
  );
};

const Line = ({ one }: { one: Item }) => (
  <li className="removedline">
    <span className="row wraps">
      <Link to="/problems/$id" params={{ id: one.id }} className="link grow">
        <bdi dir="auto">{one.name}</bdi>
      </Link>
      <span className={`chip ${states[one.state].tone}`}>{states[one.state].label}</span>
      {one.shippedOn ? (
        <span className="xs ink3">{t('shipped on {date}', { date: calendarDay(one.shippedOn) })}</span>
      ) : null}
    </span>
    <BeforeAfter one={one} />
    <span className="xs ink2">
      {one.fewer && one.fewer.mean > 0
        ? one.state === 'verified'
          ? t('About {n} customers a week fewer than without the fix ({low} to {high})', {
              n: decimal(one.fewer.mean),
              low: decimal(one.fewer.low),
              high: decimal(one.fewer.high),
            })
          : t('Perhaps {n} customers a week fewer ({low} to {high}): not sure enough yet', {
              n: decimal(one.fewer.mean),
              low: decimal(one.fewer.low),
              high: decimal(one.fewer.high),
            })
        : told(one.finding, one)}
    </span>
  </li>
);

/** What was removed in these weeks, and how many customers are spared it. */
export const Removed = ({ weeks }: { weeks: number }) => {
  const { data, error, refetch } = useQuery(removedQuery(weeks));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return null;
  const { items, verified, fewer, more } = data;
  const unproven = items.length + more - verified;
  return (
    <section className="card pad" aria-labelledby="removed">
      <h2 id="removed">{t('Problems removed')}</h2>
      {items.length ? (
        <>
          <p className="removedsum">
            <span className="removedfigure">{number(verified)}</span>{' '}
            {fewer >= 0.05 ? (
              <span className="ink2">
                {t('about {n} customers a week fewer have to write', {
                  n: fewer < 1 ? decimal(fewer) : number(Math.round(fewer)),
                })}
              </span>
            ) : null}{' '}
            {unproven ? (
              <span className="ink3">
                {t('{n, plural, one {# more is fixed, not proven yet} other {# more are fixed, not proven yet}}', {
                  n: unproven,
                })}
              </span>
            ) : null}
          </p>
          <ul className="parts">
            {items.map((one) => (
              <Line key={one.id} one={one} />
            ))}
          </ul>
          {more ? (
            <p className="xs ink3">{t('{n, plural, one {and # more} other {and # more}}', { n: more })}</p>
          ) : null}
        </>
      ) : (
        <p className="ink2">
          {t('No fix shipped in these weeks. Mark a problem as fixed, with its day: then its effect is measured.')}
        </p>
      )}
    </section>
  );
};
