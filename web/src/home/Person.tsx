import { queryOptions, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { WEEKS, WINDOWS } from './behind.ts';
import { percent, signed } from './data.ts';
import './home.css';

const personQuery = (id: string, weeks: number) =>
  queryOptions({
    queryKey: ['reports', 'person', id, weeks],
    queryFn: () => api('GET /people/:id/restored', { params: { id }, query: { weeks: String(weeks) } }),
  });

/** How the customers of one person left: for that person and their lead. It stands alone, beside nobody else's. */
export const PersonRestored = ({ id, title }: { id: string; title: string }) => {
  const [weeks, setWeeks] = useState(WEEKS);
  const { data, error, refetch } = useQuery(personQuery(id, weeks));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  if (!data) return <SkeletonRows count={2} />;
  const { whole, least } = data;
  const share = whole.restored;
  return (
    <section className="card pad restored" aria-labelledby="own-restored">
      <div className="row wraps">
        <h2 id="own-restored" className="grow">
          {title}
        </h2>
        <select
          className="input window"
          aria-label={t('Weeks that count')}
          value={weeks}
          onChange={(e) => setWeeks(Number(e.target.value))}
        >
          {WINDOWS.map((n) => (
            <option key={n} value={n}>
              {t('{n, plural, one {Last week} other {Last # weeks}}', { n })}
            </option>
          ))}
        </select>
      </div>
      <div className="restoredhead">
        <div>
          <p className={share ? 'bigfigure' : 'bigfigure few'}>{share ? percent(share.share) : t('Too few yet')}</p>
          <p className="ink2 xs">
            {share
              ? t('between {low} and {high}, with 95 % certainty', {
                  low: percent(share.low),
                  high: percent(share.high),
                })
              : t('{n} of {least} answers that a figure needs', { n: whole.answered, least })}
          </p>
        </div>
        <dl className="restoredfacts">
          <div>
            <dt>{t('They answered')}</dt>
            <dd>{number(whole.answered)}</dd>
          </div>
          <div>
            <dt>{t('Silent')}</dt>
            <dd>{number(whole.silent)}</dd>
          </div>
          <div>
            <dt>{t('Were not asked')}</dt>
            <dd>{number(whole.notAsked)}</dd>
          </div>
          {whole.lift ? (
            <div>
              <dt>{t('Lift')}</dt>
              <dd>
                <bdi>{signed(whole.lift.mean)}</bdi>{' '}
                <span className="ink3 xs">{t('{n} pairs', { n: whole.lift.pairs })}</span>
              </dd>
            </div>
          ) : null}
        </dl>
      </div>
      <p className="ink3 xs">
        {t(
          'Of the conversations they wrote the resolving answer to: better, the same as before, or happy. Only they and their lead are shown this, and nobody is compared with anybody.',
        )}
      </p>
    </section>
  );
};

/** On one's own page. */
export const OwnRestored = () => <PersonRestored id={useMe().person.id} title={t('How your customers left')} />;

/** Where a lead is led from the name of somebody in their team. */
export const PersonPage = () => {
  const { id } = useParams({ from: '/app/home/people/$id' });
  const { data: people } = useQuery(peopleQuery);
  const name = people?.find((one) => one.id === id)?.name ?? '';
  useTitle(name);
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div>
            <Link to="/settings/teams" className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Teams')}
            </Link>
            <h1>
              <bdi>{name}</bdi>
            </h1>
          </div>
          <PersonRestored id={id} title={t('How their customers left')} />
        </div>
      </main>
    </div>
  );
};
