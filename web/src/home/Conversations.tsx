import type { Reply } from '@hearten/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { api } from '../api.ts';
import { channelName } from '../conversations/channels.ts';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { calendarDay, date } from '../ui/time.ts';
import { type Behind as Asked, WEEKS } from './behind.ts';
import { behindWords } from './data.ts';
import './home.css';
import { More } from '../ui/More.tsx';

type Page = Reply<'GET /restored/conversations'>;
type Item = Page['items'][number];
const faceOf = (one: Item): number | null =>
  one.value ?? (one.compared ? { better: 4, same: 3, worse: 2 }[one.compared] : null);

/** The conversations behind a number of Home. */
export const Conversations = () => {
  const asked: Asked = useSearch({ from: '/app/home/conversations' });
  const weeks = asked.weeks ?? WEEKS;
  const title = behindWords[asked.state ?? 'ended'];
  useTitle(title);
  const query = useInfiniteQuery({
    queryKey: ['reports', 'behind', asked],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page> =>
      api('GET /restored/conversations', { query: { ...asked, weeks: String(weeks), cursor: pageParam, limit: '50' } }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <div>
            <Link to="/home" search={asked.weeks ? { weeks: asked.weeks } : {}} className="link xs row">
              <ArrowLeft className="i s14 flip" /> {t('Home')}
            </Link>
            <h1>{title}</h1>
            <p className="lead">
              {asked.week
                ? t('Week of {day}', { day: calendarDay(asked.week) })
                : t('{n, plural, one {In the last week} other {In the last # weeks}}', { n: weeks })}
              {asked.channel ? ` · ${channelName(asked.channel)}` : ''}
            </p>
          </div>
          {query.isPending ? <SkeletonRows count={4} /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.data && items.length === 0 ? <Empty title={t('No conversation is behind this')} /> : null}
          {items.length ? (
            <div className="card rowsof">
              {items.map((one) => {
                const face = faceOf(one);
                return (
                  <Link key={one.id} to="/c/$number" params={{ number: String(one.number) }} className="endedrow">
                    {face ? <Face value={face} size={20} /> : <span className="noface" aria-hidden="true" />}
                    <span className="grow behindlines">
                      <bdi dir="auto" className="strong">
                        {one.subject || `#${one.number}`}
                      </bdi>
                      <span className="xs ink3">
                        <bdi>{one.customer}</bdi> · {behindWords[one.state]}
                      </span>
                      {one.words ? (
                        <bdi dir="auto" className="ink2">
                          {one.words}
                        </bdi>
                      ) : null}
                    </span>
                    <span className="xs ink3">{date(one.endedAt)}</span>
                  </Link>
                );
              })}
            </div>
          ) : null}
          <More of={query} />
        </div>
      </main>
    </div>
  );
};
