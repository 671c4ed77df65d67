import type { Reply } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { date } from '../ui/time.ts';
import { Answering } from './Answering.tsx';
import { shown } from './behind.ts';
import { Decide, TakeBack } from './Decide.tsx';
import { clustersQuery, risesQuery } from './data.ts';
import { counted } from './Line.tsx';
import { Known, Numbers } from './Numbers.tsx';
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

/** The conversations behind one finding, or behind a number of it, those that are most like the rest first. */
export const Found = () => {
  const { id } = useParams({ strict: false }) as { id: string };
  const { of = 'all' } = useSearch({ from: '/app/problems/found/$id' });
  const navigate = useNavigate();
  const { data: clusters } = useQuery(clustersQuery);
  const one = clusters?.items.find((other) => other.id === id);
  const query = useInfiniteQuery({
    queryKey: ['problems', 'found', id, of],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /clusters/:id/conversations', { params: { id }, query: { cursor: pageParam, limit: 50, of } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const { name = '', state, kind = 'unfiled' } = query.data?.pages[0] ?? {};
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
                {state === 'dismissed' ? <TakeBack one={{ id, kind }} /> : null}
                {one && (one.kind === 'question' || one.gap || one.answer) ? <Answering one={one} keys /> : null}
                {one ? <Decide keys one={one} onDone={() => navigate({ to: '/problems' })} /> : null}
              </div>
              <div className="foundhead">
                <p className="lead">
                  {one?.kind === 'unfiled' ? `${counted(one)} · ` : null}
                  {kind === 'question'
                    ? t('Filed as plain questions, and they are alike.')
                    : t('Nobody filed these, and they are alike.')}{' '}
                  {state === 'dismissed'
                    ? kind === 'question'
                      ? t('Somebody dismissed it.')
                      : t('Somebody said that it is no problem.')
                    : null}
                </p>
                {one?.kind === 'question' ? <Numbers one={one} now={of} /> : null}
                {one ? <Known one={one} now={of} /> : null}
              </div>
              {of === 'all' ? null : <h2>{shown[of]}</h2>}
              {items.length === 0 ? (
                <Empty title={t('Nothing is left here')}>
                  {of === 'all'
                    ? t('These conversations were filed, merged or removed since.')
                    : t('No conversation is behind this.')}
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
