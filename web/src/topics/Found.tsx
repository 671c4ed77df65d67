import type { Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { Decide, TakeBack } from './Decide.tsx';
import { clustersQuery, risesQuery } from './data.ts';
import { DecideRise, why } from './Rises.tsx';
import './topics.css';
import { More } from '../ui/More.tsx';

type Page = Reply<'GET /clusters/:id/conversations'>;
type Behind = Page['items'];
type Rose = Reply<'GET /rises/:id/conversations'>;

const Behind = ({ items }: { items: Behind }) => (
  <section className="card pad">
    <ul className="problemconvs">
      {items.map((item) => (
        <li key={item.id}>
          <Link className="link cut grow" to="/c/$number" params={{ number: String(item.number) }}>
            <bdi dir="ltr">#{item.number}</bdi> <bdi dir="auto">{item.subject || t('No subject')}</bdi>
          </Link>
          <bdi className="xs ink3 cut wide-only">{item.customer}</bdi>
          <span className="xs ink3">{date(item.createdAt)}</span>
        </li>
      ))}
    </ul>
  </section>
);

/** The conversations behind one finding, those that are most like the rest first. */
export const Found = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const { data: clusters } = useQuery(clustersQuery);
  const one = clusters?.items.find((other) => other.id === id);
  const query = useInfiniteQuery({
    queryKey: ['problems', 'found', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /clusters/:id/conversations', { params: { id }, query: { cursor: pageParam, limit: 50 } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { name = '', state } = query.data?.pages[0] ?? {};
  useTitle(name || t('Found by themselves'));
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Link to="/problems" className="link row">
            <ArrowLeft className="i s14 flip" /> {t('Problems')}
          </Link>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess ? (
            <>
              <div className="row wraps">
                <h1 className="grow">
                  <bdi dir="auto">{name || t('Found by themselves')}</bdi>
                </h1>
                {state === 'dismissed' ? <TakeBack id={id} /> : null}
                {one ? <Decide one={one} onDone={() => navigate({ to: '/problems' })} /> : null}
              </div>
              <p className="lead">
                {one ? (
                  <>
                    {t('{n, plural, one {# customer} other {# customers}}', { n: one.customers })} ·{' '}
                    {t('{n, plural, one {# conversation} other {# conversations}}', { n: one.conversations })}
                    {' · '}
                  </>
                ) : null}
                {t('Nobody filed these, and they are alike.')}{' '}
                {state === 'dismissed' ? t('Somebody said that it is no problem.') : null}
              </p>
              {items.length === 0 ? (
                <Empty title={t('Nothing unfiled is left here')}>
                  {t('These conversations were filed, merged or removed since.')}
                </Empty>
              ) : (
                <Behind items={items} />
              )}
              <More of={query} />
            </>
          ) : null}
        </div>
      </main>
    </div>
  );
};

/** The conversations behind a rise, the newest first. */
export const Rising = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const navigate = useNavigate();
  const one = useQuery(risesQuery).data?.items.find((other) => other.id === id);
  const query = useInfiniteQuery({
    queryKey: ['problems', 'rising', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Rose> =>
      api('GET /rises/:id/conversations', { params: { id }, query: { cursor: pageParam, limit: 50 } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const name = query.data?.pages[0]?.name ?? '';
  useTitle(name || t('This is starting'));
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <Link to="/problems" className="link row">
            <ArrowLeft className="i s14 flip" /> {t('Problems')}
          </Link>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess ? (
            <>
              <div className="row wraps">
                <h1 className="grow">
                  <bdi dir="auto">{name}</bdi>
                </h1>
                {one ? <DecideRise one={one} onDone={() => navigate({ to: '/problems' })} /> : null}
              </div>
              <p className="lead">
                {one ? `${why(one)} ` : ''}
                {t('What came of it since it began to rise.')}
              </p>
              {items.length > 0 ? (
                <Behind items={items} />
              ) : (
                <Empty title={t('Nothing is left here')}>
                  {t('These conversations were merged or removed since.')}
                </Empty>
              )}
              <More of={query} />
            </>
          ) : null}
        </div>
      </main>
    </div>
  );
};
