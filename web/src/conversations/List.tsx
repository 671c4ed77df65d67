import type { ConversationRow, View } from '@hearten/contract';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { SquarePen, Trash2 } from 'lucide-react';
import { type KeyboardEvent, type MouseEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { withKeys } from '../keys/chosen.ts';
import { useMay, useMe } from '../me.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import { useHint } from '../ui/useKeys.ts';
import { BulkBar } from './BulkBar.tsx';
import { agesQuery, listQuery, peopleQuery, rows as rowsOf, viewsQuery } from './data.ts';
import { FilterBar } from './FilterBar.tsx';
import { Row } from './Row.tsx';
import type { Selection } from './selection.ts';
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
  /** The name of a saved view; `waiting`: what it asks for is not known yet. */
  title: string | undefined;
  waiting: boolean;
  selection: Selection;
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
export const List = ({
  view,
  asked,
  search,
  open,
  cursor,
  onCursor,
  onRows,
  write,
  title,
  waiting,
  selection,
}: Props) => {
  const me = useMe().person.id;
  const may = useMay();
  const query = useInfiniteQuery({ ...listQuery(asked, me), enabled: !waiting });
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
    overscan: 16,
    getItemKey: (i) => rows[i]?.id ?? i,
  });
  const shown = virtual.getVirtualItems();
  const end = shown.at(-1)?.index ?? 0;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the rows' height changes
  useEffect(() => virtual.measure(), [phone]);
  useEffect(() => onRows(rows), [rows, onRows]);
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && end > rows.length - 60) void fetchNextPage();
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
  const { v, ...narrowed } = search;
  const filtered = Object.values(narrowed).some(Boolean);
  const number = filtered ? '' : counted(counts?.[v ?? view]);
  const rowAt = (target: EventTarget): ConversationRow | undefined =>
    rows.find((r) => String(r.number) === (target as Element).closest('[data-number]')?.getAttribute('data-number'));
  /** With Shift, a click or an arrow reaches to where it goes. */
  const reach = (row: ConversationRow | undefined, e: { preventDefault: () => void; stopPropagation: () => void }) => {
    if (!row || !may('conversation.write')) return;
    e.preventDefault();
    e.stopPropagation();
    selection.reach(row);
  };
  const onClickCapture = (e: MouseEvent) => {
    if (e.shiftKey) reach(rowAt(e.target), e);
  };
  const onKeyDownCapture = (e: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!by || !e.shiftKey) return;
    const from = rows.findIndex((r) => r.id === (rowAt(e.target)?.id ?? cursor?.id));
    const next = rows[from + by];
    if (!next) return;
    const here = rows[from];
    if (here && !selection.ids.has(here.id)) selection.reach(here);
    reach(next, e);
    onCursor(next);
    document.querySelector<HTMLElement>(`a[data-number="${next.number}"]`)?.focus();
  };
  // With nothing open, the list is what the page is about.
  const Pane = open === null ? 'main' : 'section';
  const hint = useHint('Write to someone', 'compose');
  const mixed = view === 'mine' || view === 'all' || view === 'spam' || view === 'trash';
  return (
    <Pane className="pane list" id={open === null ? 'main' : undefined} aria-label={about.label}>
      {selection.size > 0 ? <BulkBar selection={selection} asked={asked} view={view} /> : null}
      <div className="bar" hidden={selection.size > 0}>
        {open === null ? <h1>{title ?? about.label}</h1> : <h2>{title ?? about.label}</h2>}
        <span className="count">{number}</span>
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
      {selection.size > 0 ? null : <FilterBar view={view} search={search} />}
      {view === 'trash' ? <Emptied /> : null}
      <div
        className={`rows${selection.size > 0 ? ' selecting' : ''}`}
        ref={scroll}
        tabIndex={-1}
        onClickCapture={onClickCapture}
        onKeyDownCapture={onKeyDownCapture}
      >
        {query.isPending ? <SkeletonRows count={9} /> : null}
        {query.isError && rows.length === 0 ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
        {query.isSuccess && rows.length === 0 ? (
          filtered || v ? (
            <Empty title="Nothing matches">Take a filter away to see more.</Empty>
          ) : (
            <Empty title={about.empty.title} sun={about.empty.sun}>
              {withKeys(about.empty.text)}
            </Empty>
          )
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
                {may('conversation.write') ? (
                  <input
                    type="checkbox"
                    className="pickrow"
                    aria-label={`Select #${row.number}, ${row.customer.name || row.customer.address}`}
                    checked={selection.all || selection.ids.has(row.id)}
                    onChange={(e) =>
                      (e.nativeEvent as globalThis.MouseEvent).shiftKey ? selection.reach(row) : selection.toggle(row)
                    }
                    data-number={row.number}
                    tabIndex={-1}
                  />
                ) : null}
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
