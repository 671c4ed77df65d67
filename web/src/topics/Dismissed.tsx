import type { Cluster } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { peopleQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Empty, useTitle } from '../ui/kit.tsx';
import { Page } from '../ui/Page.tsx';
import { date } from '../ui/time.ts';
import { TakeBack } from './Decide.tsx';
import { dismissedQuery } from './data.ts';
import { counted, Line } from './Line.tsx';
import './topics.css';

type Name = (id: string | null) => string | undefined;
const Away = ({ items, title, nameOf }: { items: Cluster[]; title: string; nameOf: Name }) => (
  <section className="card pad found foundalone" aria-label={title}>
    {items[0]?.kind === 'question' ? <h2>{title}</h2> : null}
    <ul className="foundlist">
      {items.map((one) => {
        const by = nameOf(one.decidedBy);
        return (
          <li key={one.id}>
            <Line one={one}>
              <span className="xs ink3">
                {counted(one)}
                {by ? (
                  <>
                    {' · '}
                    <bdi>{by}</bdi>
                  </>
                ) : null}
                {one.decidedAt ? ` · ${date(one.decidedAt)}` : ''}
              </span>
            </Line>
            <TakeBack one={one} />
          </li>
        );
      })}
    </ul>
  </section>
);

/** What somebody said is no problem, or needs no answer: to look at, and to take back. */
export const Dismissed = () => {
  useTitle(t('Not a problem'));
  const may = useMay();
  const query = useQuery(dismissedQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const items = query.data?.items ?? [];
  const nameOf: Name = (id) => people?.find((one) => one.id === id)?.name;
  const [unfiled, questions] = [
    items.filter((one) => one.kind === 'unfiled'),
    items.filter((one) => one.kind === 'question'),
  ];
  return (
    <Page
      of={query}
      rows={3}
      head={
        <div>
          <Link to="/problems" className="link xs row">
            <ArrowLeft className="i s14 flip" /> {t('Problems')}
          </Link>
          <h1>{t('Not a problem')}</h1>
          <p className="lead">
            {t('Found by themselves, and dismissed. They come again when they grow to twice their size.')}
          </p>
        </div>
      }
    >
      {query.isSuccess && items.length === 0 ? (
        <Empty title={t('Nothing was dismissed')}>
          {t('Or all of its conversations were filed, merged or removed since.')}
        </Empty>
      ) : null}
      {unfiled.length > 0 ? <Away items={unfiled} title={t('Not a problem')} nameOf={nameOf} /> : null}
      {questions.length > 0 ? <Away items={questions} title={t('Questions')} nameOf={nameOf} /> : null}
    </Page>
  );
};
