import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { TakeBack } from './Decide.tsx';
import { dismissedQuery } from './data.ts';
import './topics.css';

/** What somebody said is no problem: to look at, and to take back. */
export const Dismissed = () => {
  useTitle(t('Not a problem'));
  const may = useMay();
  const query = useQuery(dismissedQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const items = query.data?.items ?? [];
  const nameOf = (id: string | null) => people?.find((one) => one.id === id)?.name;
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div>
            <Link to="/problems" className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Problems')}
            </Link>
            <h1>{t('Not a problem')}</h1>
            <p className="lead">
              {t(
                'Found among unfiled conversations, and said to be none. They come again when they grow to twice their size.',
              )}
            </p>
          </div>
          {query.isPending ? <SkeletonRows count={3} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess && items.length === 0 ? (
            <Empty title={t('Nothing was said to be no problem')}>
              {t('Or all of its conversations were filed, merged or removed since.')}
            </Empty>
          ) : null}
          {items.length > 0 ? (
            <section className="card pad found foundalone" aria-label={t('Not a problem')}>
              <ul className="foundlist">
                {items.map((one) => {
                  const by = nameOf(one.decidedBy);
                  return (
                    <li key={one.id}>
                      <div className="grow foundline">
                        <Link className="link strong" to="/problems/found/$id" params={{ id: one.id }}>
                          <bdi dir="auto">{one.name || t('No name yet')}</bdi>
                        </Link>
                        <span className="xs ink3">
                          {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })} ·{' '}
                          {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
                          {by ? (
                            <>
                              {' · '}
                              <bdi>{by}</bdi>
                            </>
                          ) : null}
                          {one.decidedAt ? ` · ${date(one.decidedAt)}` : ''}
                        </span>
                        <ul className="foundsamples">
                          {one.samples.map((sample) => (
                            <li key={sample.id} className="sm ink2 cut">
                              <bdi dir="auto">{sample.subject || t('No subject')}</bdi>
                            </li>
                          ))}
                        </ul>
                      </div>
                      <TakeBack id={one.id} />
                    </li>
                  );
                })}
              </ul>
            </section>
          ) : null}
        </div>
      </main>
    </div>
  );
};
