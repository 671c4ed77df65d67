import type { ConversationRow, View } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { SquarePen, Trash2, X } from 'lucide-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { withKeys } from '../keys/chosen.ts';
import { useMay, useMe } from '../me.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import { useHint } from '../ui/useKeys.ts';
import { agesQuery, inboxesQuery, listQuery, peopleQuery, rows as rowsOf, teamsQuery, viewsQuery } from './data.ts';
import { Row } from './Row.tsx';
import { counted, views } from './views.ts';

type Props = {
  view: View;
  asked: Asked;
  search: InboxSearch;
  open: number | null;
  cursor: ConversationRow | null;
  onCursor: (row: ConversationRow) => void;
  onRows: (rows: ConversationRow[]) => void;
  write: () => void;
};

/** Ages tick once a minute, all together. */
const useMinute = () => {
  const [n, setN] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setN((x) => x + 1), 60_000);
    return () => clearInterval(timer);
  }, []);
  return n;
};

const Filters = ({ view, search }: { view: View; search: InboxSearch }) => {
  const may = useMay();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: may('people.read') });
  const set: { key: keyof InboxSearch; label: string }[] = [];
  if (search.inbox) set.push({ key: 'inbox', label: inboxes?.find((i) => i.id === search.inbox)?.name ?? 'One inbox' });
  if (search.team) set.push({ key: 'team', label: teams?.find((t) => t.id === search.team)?.name ?? 'One team' });
  if (search.tag) set.push({ key: 'tag', label: search.tag });
  if (search.customer) set.push({ key: 'customer', label: 'One customer' });
  if (set.length === 0) return null;
  return (
    <div className="filters">
      {set.map(({ key, label }) => (
        <Link
          key={key}
          to="/inbox/$view"
          params={{ view }}
          search={{ ...search, [key]: undefined }}
          className="chip accent"
        >
          <bdi>{label}</bdi>
          <X className="i s13" aria-label="Remove this filter" />
        </Link>
      ))}
    </div>
  );
};

/** How long what lies in the trash stays there. */
const Emptied = () => {
  const { data } = useQuery(agesQuery);
  if (!data) return null;
  const days = data.emptiesTrashAfterDays;
  return (
    <p className="listnote">
      <Trash2 className="i s13" />
      What lies here is deleted for good after {days === 1 ? 'a day' : `${days} days`}.
    </p>
  );
};

/** The list of a view: only what is in sight is in the page, the next part is fetched before one arrives there. */
export const List = ({ view, asked, search, open, cursor, onCursor, onRows, write }: Props) => {
  const me = useMe().person.id;
  const may = useMay();
  const query = useInfiniteQuery(listQuery(asked, me));
  const { data: counts } = useQuery(viewsQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const rows = useMemo(() => rowsOf(query.data), [query.data]);
  const byId = useMemo(() => new Map(people?.map((p) => [p.id, p])), [people]);
  const person = useCallback((id: string) => byId.get(id)?.name ?? 'Someone', [byId]);
  const scroll = useRef<HTMLDivElement>(null);
  const phone = !useWide(600);
  const rowHeight = phone ? 77 : 67;
  const minute = useMinute();
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    getItemKey: (i) => rows[i]?.id ?? i,
  });
  const shown = virtual.getVirtualItems();
  const end = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the rows' height changes
  useEffect(() => virtual.measure(), [phone]);
  useEffect(() => onRows(rows), [rows, onRows]);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && end > rows.length - 15) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, end, rows.length]);
  const at = rows.findIndex((r) => (open === null ? r.id === cursor?.id : r.number === open));
  // biome-ignore lint/correctness/useExhaustiveDependencies: only moving the cursor scrolls, not rows moving under it
  useEffect(() => {
    // Asking the browser where things are would lay the page out once more; the virtualizer remembers.
    const [top, seen] = [virtual.scrollOffset ?? 0, virtual.scrollRect?.height ?? 0];
    const [from, to] = [at * rowHeight, (at + 1) * rowHeight];
    if (at >= 0 && (from < top || to > top + seen)) virtual.scrollToIndex(at, { align: 'auto' });
  }, [open, cursor?.id]);

  const about = views[view];
  // With nothing open, the list is what the page is about.
  const Pane = open === null ? 'main' : 'section';
  const hint = useHint('Write to someone', 'compose');
  const mixed = view === 'mine' || view === 'all' || view === 'spam' || view === 'trash';
  return (
    <Pane className="pane list" id={open === null ? 'main' : undefined} aria-label={about.label}>
      <div className="bar">
        {open === null ? <h1>{about.label}</h1> : <h2>{about.label}</h2>}
        <span className="count">{Object.values(search).some(Boolean) ? '' : counted(counts?.[view])}</span>
        <span className="grow" />
        {may('conversation.write') ? (
          <button
            type="button"
            className="btn quiet sm icon"
            aria-label="Write to someone"
            title={hint}
            onClick={write}
          >
            <SquarePen className="i" />
          </button>
        ) : null}
      </div>
      <Filters view={view} search={search} />
      {view === 'trash' ? <Emptied /> : null}
      <div className="rows" ref={scroll} tabIndex={-1}>
        {query.isPending ? <SkeletonRows count={9} /> : null}
        {query.isError && rows.length === 0 ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
        {query.isSuccess && rows.length === 0 ? (
          <Empty title={about.empty.title} sun={about.empty.sun}>
            {withKeys(about.empty.text)}
          </Empty>
        ) : null}
        <ul style={{ blockSize: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows[item.index];
            return row ? (
              <li
                key={item.key}
                style={{ transform: `translateY(${item.start}px)` }}
                aria-setsize={query.hasNextPage ? -1 : rows.length}
                aria-posinset={item.index + 1}
              >
                <Row
                  row={row}
                  view={view}
                  search={search}
                  mixed={mixed}
                  person={person}
                  minute={minute}
                  onFocus={onCursor}
                  current={open === null ? false : row.number === open}
                  focusable={at === -1 ? item.index === 0 : item.index === at}
                  assignee={row.assigneeId ? byId.get(row.assigneeId) : undefined}
                />
              </li>
            ) : null;
          })}
        </ul>
        {query.isFetchNextPageError ? <Failed error={query.error} retry={() => void fetchNextPage()} /> : null}
      </div>
    </Pane>
  );
};
