import type { VisitorEvent, VisitorSeen } from '@hearten/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Failed, SkeletonRows } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { age, date, full, regionName } from '../ui/time.ts';
import { browserOf } from './agent.ts';

const eventsQuery = (id: string) => ({
  queryKey: ['customer', id, 'events'],
  queryFn: ({ pageParam }: { pageParam: string | null }) =>
    api('GET /customers/:id/events', { params: { id }, query: pageParam ? { cursor: pageParam } : {} }),
  initialPageParam: null as string | null,
  getNextPageParam: (last: { next: string | null }) => last.next,
});
/** Whoever wants to see it wants to see it of the next customer too. */
let wasOpen = false;

const plain = (url: string): string => url.replace(/^https?:\/\//, '');
/** A link out of the app only where it is one; a page may call itself anything. */
const Address = ({ url }: { url: string }) =>
  /^https?:\/\//i.test(url) ? (
    <a className="link cut" dir="ltr" href={url} target="_blank" rel="noopener noreferrer nofollow" title={url}>
      <bdi>{plain(url)}</bdi>
    </a>
  ) : (
    <bdi className="cut">{url}</bdi>
  );

/** Where the visitor of a chat is, and with what. All of it but the times is what a browser says of itself. */
export const VisitorFacts = ({ visitor }: { visitor: VisitorSeen }) => {
  const place = [visitor.city, visitor.country ? regionName(visitor.country) : ''].filter(Boolean).join(', ');
  const browser = browserOf(visitor.agent);
  return (
    <section aria-label={t('Visit')}>
      <h3>{t('Visit')}</h3>
      <dl className="det">
        {visitor.page ? (
          <div>
            <dt>{t('Page')}</dt>
            <dd>
              <Address url={visitor.page} />
            </dd>
          </div>
        ) : null}
        {visitor.referrer ? (
          <div>
            <dt>{t('Came from')}</dt>
            <dd>
              <Address url={visitor.referrer} />
            </dd>
          </div>
        ) : null}
        {place ? (
          <div>
            <dt>{t('Place')}</dt>
            <dd>
              <bdi>{place}</bdi>
            </dd>
          </div>
        ) : null}
        {browser ? (
          <div>
            <dt>{t('Browser')}</dt>
            <dd>{browser}</dd>
          </div>
        ) : null}
        <div>
          <dt>{t('Visits')}</dt>
          <dd>
            {t('{n, plural, one {the first one} other {#, since {day}}}', {
              n: visitor.visits,
              day: date(visitor.firstAt),
            })}
          </dd>
        </div>
      </dl>
    </section>
  );
};

const Event = ({ event }: { event: VisitorEvent }) => {
  const url = typeof event.meta.url === 'string' ? event.meta.url : '';
  const values = Object.entries(event.meta).filter(([key]) => event.kind !== 'page' || key !== 'url');
  return (
    <li>
      <span className="row">
        <bdi className={`grow cut ${event.kind === 'page' ? 'ink2' : 'medium'}`} dir="auto">
          {event.kind === 'page' ? event.name || plain(url) : event.name}
        </bdi>
        <time className="xs ink3" dateTime={event.at} title={full(event.at)}>
          {age(event.at)}
        </time>
      </span>
      {event.kind === 'page' && event.name && url ? (
        <span className="xs ink3 row">
          <Address url={url} />
        </span>
      ) : null}
      {values.length > 0 ? (
        <span className="xs ink2">
          {values.map(([key, value], n) => (
            <span key={key}>
              {n > 0 ? ' · ' : ''}
              <bdi>{key}</bdi>: <bdi>{String(value)}</bdi>
            </span>
          ))}
        </span>
      ) : null}
    </li>
  );
};

/** What was told of a customer and the pages they saw, asked for when somebody looks. */
export const Visits = ({ id }: { id: string }) => {
  const [open, setOpen] = useState(wasOpen);
  const query = useInfiniteQuery({ ...eventsQuery(id), enabled: open });
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const visits = query.data?.pages[0]?.visits;
  return (
    <section>
      <details
        className="visits"
        open={open}
        onToggle={(e) => {
          wasOpen = e.currentTarget.open;
          setOpen(wasOpen);
        }}
      >
        <summary>{t('Visits and events')}</summary>
        {open && query.isPending ? <SkeletonRows count={3} /> : null}
        {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
        {visits ? (
          <p className="xs ink2">
            {t('{n, plural, one {One visit} other {# visits}}, the last one {when}', {
              n: visits.count,
              when: date(visits.lastAt),
            })}
          </p>
        ) : null}
        {query.isSuccess && items.length === 0 ? (
          <p className="xs ink3">{t('Nothing was told of them, and no page they saw is kept.')}</p>
        ) : null}
        <ul>
          {items.map((event) => (
            <Event key={event.id} event={event} />
          ))}
        </ul>
        <More of={query} label={t('Older ones')} small />
      </details>
    </section>
  );
};
