import type { Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { number } from '../ui/time.ts';
import { problemQuery } from './data.ts';
import './problems.css';
import { More } from '../ui/More.tsx';

type Page = Reply<'GET /wishes/:id/customers'>;

/** The customers behind a number of a wish. */
export const WishCustomers = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const { field, only } = useSearch({ from: '/app/problems/wishes/$id' });
  const wish = useQuery(problemQuery(id));
  const title = wish.data?.name ?? t('Wish');
  useTitle(title);
  const query = useInfiniteQuery({
    queryKey: ['problems', 'wish customers', id, field ?? null, only ?? null],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /wishes/:id/customers', {
        params: { id },
        query: {
          cursor: pageParam,
          limit: '50',
          ...(field ? { fieldId: field } : {}),
          ...(only ? { [only]: 'true' } : {}),
        },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const shown = { all: t('Customers who asked'), unhappy: t('Who was unhappy'), valued: t('Of known worth') };
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div>
            <Link to="/problems/wishes" search={field ? { field } : {}} className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Wishes')}
            </Link>
            <h1>
              <bdi dir="auto">{title}</bdi>
            </h1>
            <p className="lead">{shown[only ?? 'all']}</p>
          </div>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.data && items.length === 0 ? <Empty title={t('Nobody is behind this')} /> : null}
          {items.length ? (
            <div className="card rowsof">
              {items.map((one) => (
                <div key={one.id}>
                  {one.mood ? <Face value={one.mood} size={24} /> : <span className="noface" aria-hidden="true" />}
                  <span className="grow problemline">
                    <Link className="link strong" to="/customers/$id" params={{ id: one.id }}>
                      <bdi dir="auto">{one.name}</bdi>
                    </Link>
                    {one.conversations.map((c) => (
                      <Link key={c.id} className="link sm cut" to="/c/$number" params={{ number: String(c.number) }}>
                        <bdi dir="ltr">#{c.number}</bdi> <bdi dir="auto">{c.subject || t('No subject')}</bdi>
                      </Link>
                    ))}
                  </span>
                  {one.value === null ? null : <span className="wishworth">{number(one.value)}</span>}
                </div>
              ))}
            </div>
          ) : null}
          <More of={query} />
        </div>
      </main>
    </div>
  );
};
