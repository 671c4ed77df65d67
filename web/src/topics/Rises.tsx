import type { Rise } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { TrendingUp } from 'lucide-react';
import { t } from '../language/index.ts';
import { Failed } from '../ui/kit.tsx';
import { ago, number } from '../ui/time.ts';
import { Decide } from './Decide.tsx';
import { clustersQuery, risesQuery } from './data.ts';
import './topics.css';

/** What would be said as 0.0. */
const NONE = 0.05;
/** In words why it was flagged: how many came in what time, and how many are usual then. */
export const why = (one: Rise): string =>
  one.usual < NONE
    ? t('{customers} customers in {minutes} minutes, usually none.', {
        customers: number(one.flaggedCustomers),
        minutes: number(one.minutes),
      })
    : t('{customers} customers in {minutes} minutes, usually {usual}.', {
        customers: number(one.flaggedCustomers),
        minutes: number(one.minutes),
        usual: number(one.usual, 1),
      });

/** What rises and is no problem so far is made one here, or said to be none. */
export const DecideRise = ({ one, onDone }: { one: Rise; onDone?: () => Promise<void> }) => {
  const open = useQuery(clustersQuery).data?.items.find(({ id }) => id === one.clusterId);
  return open ? <Decide one={open} {...(onDone ? { onDone } : {})} /> : null;
};

const One = ({ one }: { one: Rise }) => (
  <li>
    <div className="grow foundline">
      <span className="row wraps">
        {one.problemId ? (
          <Link className="link strong" to="/problems/$id" params={{ id: one.problemId }}>
            <bdi dir="auto">{one.name}</bdi>
          </Link>
        ) : (
          <Link className="link strong" to="/problems/found/$id" params={{ id: one.clusterId ?? '' }}>
            <bdi dir="auto">{one.name || t('No name yet')}</bdi>
          </Link>
        )}
        {one.endedAt ? (
          <span className="chip">{t('Over, {when}', { when: ago(one.endedAt) })}</span>
        ) : (
          <span className="chip risk">
            <TrendingUp className="i s13" aria-hidden="true" /> {t('This is starting')}
          </span>
        )}
      </span>
      <span className="sm ink2">{why(one)}</span>
    </div>
    <span className="row wraps">
      <Link className="link sm" to="/problems/rising/$id" params={{ id: one.id }}>
        {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
      </Link>
      <DecideRise one={one} />
    </span>
  </li>
);

/** What more comes of than its hour and weekday explain, now and in the last week. */
export const Rises = () => {
  const { data, error, refetch } = useQuery(risesQuery);
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  const items = data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <section className="card pad found" aria-labelledby="rising">
      <h2 id="rising">{t('Rising now and lately')}</h2>
      <ul className="foundlist">
        {items.map((one) => (
          <One key={one.id} one={one} />
        ))}
      </ul>
    </section>
  );
};
