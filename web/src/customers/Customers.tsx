import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Avatar, Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { date } from '../ui/time.ts';

/** Everyone who ever wrote. */
export const Customers = () => {
  useTitle(t('Customers'));
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const query = useInfiniteQuery({
    queryKey: ['customers', q],
    initialPageParam: undefined as string | undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ pageParam, signal }) =>
      api('GET /customers', { query: { q: q || undefined, cursor: pageParam, limit: 50 }, signal }),
    getNextPageParam: (last) => last.next ?? undefined,
  });
  const customers = query.data?.pages.flatMap((p) => p.items) ?? [];
  return (
    <div className="sheet">
      <main className="page" id="main">
        <div className="in">
          <h1>{t('Customers')}</h1>
          <div className="search">
            <Search className="i" />
            <input
              className="input"
              type="search"
              aria-label={t('Find a customer')}
              placeholder={t('A name or an address')}
              value={text}
              onChange={(e) => setText(e.target.value)}
            />
          </div>
          {query.isPending ? <SkeletonRows /> : null}
          {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
          {query.isSuccess && customers.length === 0 ? (
            <Empty title={q ? t('Nobody called “{q}”', { q }) : t('No customers yet')}>
              {q
                ? t('Names forgive a typo; try a part of the address.')
                : t('Whoever writes to you appears here by themselves.')}
            </Empty>
          ) : null}
          <div>
            {customers.map((c) => (
              <Link key={c.id} to="/customers/$id" params={{ id: c.id }} className="hit">
                <span className="row">
                  <Avatar name={c.name || (c.handles[0]?.value ?? '')} id={c.id} />
                  <bdi dir="auto" className="medium cut">
                    {c.name || c.handles[0]?.value}
                  </bdi>
                  <bdi className="ink3 xs cut grow">{c.handles.map((h) => h.value).join(', ')}</bdi>
                  {c.blocked ? <span className="chip breach">{t('blocked')}</span> : null}
                  <span className="xs ink3 wide-only">{date(c.createdAt)}</span>
                </span>
              </Link>
            ))}
          </div>
          <More of={query} />
        </div>
      </main>
    </div>
  );
};
