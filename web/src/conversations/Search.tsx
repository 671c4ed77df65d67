import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { SearchIcon } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { Avatar, Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { age } from '../ui/time.ts';
import { marked } from './text.ts';
import { statusOf } from './views.ts';

const useSettled = (value: string, ms: number) => {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
};

export const Marked = ({ text }: { text: string }) => (
  <bdi dir="auto" className="excerpt">
    {marked(text).map((p, n) => (p.hit ? <mark key={n}>{p.text}</mark> : p.text))}
  </bdi>
);

/** Everything that was ever written, newest first, while one types. */
export const Search = () => {
  const { q = '' } = useSearch({ from: '/app/search' });
  const navigate = useNavigate();
  const [text, setText] = useState(q);
  const settled = useSettled(text.trim(), 120);
  const input = useRef<HTMLInputElement>(null);
  useTitle(q ? `${q} · Search` : 'Search');
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    if (settled !== q) void navigate({ to: '/search', search: { q: settled || undefined }, replace: true });
  }, [settled, q, navigate]);
  const query = useInfiniteQuery({
    queryKey: ['search', settled],
    enabled: settled !== '',
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      api('GET /search', { query: { q: settled, cursor: pageParam, limit: 30 }, signal }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const hits = query.data?.pages.flatMap((p) => p.items) ?? [];
  const customers = query.data?.pages[0]?.customers ?? [];
  const asked = settled !== '';
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <h1 className="sr">Search</h1>
          <search className="search">
            <SearchIcon className="i" />
            <input
              ref={input}
              className="input"
              type="search"
              aria-label="Search conversations and customers"
              placeholder="Words, a name, an address"
              value={text}
              onChange={(e) => setText(e.target.value)}
              style={{ blockSize: 44 }}
              onKeyDown={(e) => {
                if (e.key === 'ArrowDown') document.querySelector<HTMLElement>('.hit')?.focus();
                if (e.key === 'Escape') input.current?.blur();
              }}
            />
          </search>
          {!asked ? (
            <Empty title="Find anything anyone wrote">The last word may be unfinished. Names forgive a typo.</Empty>
          ) : null}
          {asked && query.isPending ? <SkeletonRows count={6} /> : null}
          {asked && query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {asked && customers.length > 0 ? (
            <section aria-label="Customers">
              <h2 className="xs ink3 medium">Customers</h2>
              {customers.slice(0, 5).map((c) => (
                <Link key={c.id} to="/customers/$id" params={{ id: c.id }} className="hit">
                  <span className="row">
                    <Avatar name={c.name || (c.handles[0]?.value ?? '')} id={c.id} />
                    <bdi className="medium">{c.name || c.handles[0]?.value}</bdi>
                    <bdi className="ink3 xs cut">{c.handles.map((h) => h.value).join(', ')}</bdi>
                  </span>
                </Link>
              ))}
            </section>
          ) : null}
          {asked && query.isSuccess && hits.length === 0 && customers.length === 0 ? (
            <Empty title={`Nobody has written “${settled}” yet`}>
              Try fewer or other words. Spam and trash are searched too.
            </Empty>
          ) : null}
          {hits.length > 0 ? (
            <section aria-label="Conversations">
              <h2 className="xs ink3 medium">Conversations</h2>
              {hits.map(({ conversation: row, excerpt, messageId }) => {
                const status = statusOf(row);
                return (
                  <Link
                    key={messageId}
                    to="/inbox/$view/$number"
                    params={{ view: row.folder === 'inbox' ? 'all' : row.folder, number: String(row.number) }}
                    className="hit"
                  >
                    <span className="row">
                      <bdi dir="auto" className="medium cut">
                        {row.subject || 'No subject'}
                      </bdi>
                      <bdi className="ink3 xs wide-only" dir="ltr">
                        #{row.number}
                      </bdi>
                      <span className={`chip ${status.tone}`}>{status.label}</span>
                      <time className="age end">{age(row.lastAt)}</time>
                    </span>
                    <span className="row xs ink2">
                      <bdi>{row.customer.name || row.customer.address}</bdi>
                    </span>
                    <Marked text={excerpt} />
                  </Link>
                );
              })}
              {query.hasNextPage ? (
                <button
                  type="button"
                  className={`btn${query.isFetchingNextPage ? ' busy' : ''}`}
                  onClick={() => void query.fetchNextPage()}
                >
                  Older ones
                </button>
              ) : null}
            </section>
          ) : null}
        </div>
      </main>
    </div>
  );
};
