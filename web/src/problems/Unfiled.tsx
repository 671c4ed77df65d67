import type { Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Empty, useTitle } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { Page } from '../ui/Page.tsx';
import { date, number } from '../ui/time.ts';
import { problemsQuery } from './data.ts';
import './problems.css';

type Some = Reply<'GET /unfiled-conversations'>;

/** What was resolved lately and nobody filed: the conversations behind the share. */
export const Unfiled = () => {
  useTitle(t('Not filed'));
  const { data: figures } = useQuery(problemsQuery);
  const query = useInfiniteQuery({
    queryKey: ['problems', 'unfiled'],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Some> =>
      api('GET /unfiled-conversations', { query: { cursor: pageParam, limit: '50' } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      of={query}
      head={
        <div>
          <Link to="/problems" className="link xs row">
            <ArrowLeft className="i s14 flip" /> {t('Problems')}
          </Link>
          <h1>{t('Not filed')}</h1>
          {figures ? (
            <p className="lead">
              {t('{unfiled} of {resolved} conversations that were resolved in 30 days', {
                unfiled: number(figures.unfiled),
                resolved: number(figures.resolved),
              })}
            </p>
          ) : null}
        </div>
      }
    >
      {query.data && items.length === 0 ? (
        <Empty title={t('Everything is filed')}>
          {t('What is resolved without being filed stands here for 30 days.')}
        </Empty>
      ) : null}
      {items.length ? (
        <div className="card rowsof">
          {items.map((one) => (
            <Link key={one.id} to="/c/$number" params={{ number: String(one.number) }}>
              <span className="grow problemline">
                <bdi dir="auto" className="strong">
                  {one.subject || `#${one.number}`}
                </bdi>
                <bdi className="xs ink3">{one.customer}</bdi>
              </span>
              <span className="xs ink3">{date(one.lastAt)}</span>
            </Link>
          ))}
        </div>
      ) : null}
      <More of={query} />
    </Page>
  );
};
