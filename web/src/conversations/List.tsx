import type { ConversationRow, View } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Check, Moon, PanelLeft, SquarePen, Trash2 } from 'lucide-react';
import {
  type KeyboardEvent,
  type MouseEvent,
  memo,
  type PointerEvent,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Risen } from '../mood/Risen.tsx';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/kit.tsx';
import { useRowHeight, useWide } from '../ui/theme.ts';
import { snoozeTimes } from '../ui/time.ts';
import { useBehind } from '../ui/useBehind.ts';
import { useHint } from '../ui/useKeys.ts';
import { toggleZone } from '../ui/zones.ts';
import { useActions } from './act.ts';
import { BulkBar } from './BulkBar.tsx';
import { agesQuery, openedQuery, peopleQuery, viewsQuery } from './data.ts';
import { FilterBar } from './FilterBar.tsx';
import type { Listing } from './listing.ts';
import { Row } from './Row.tsx';
import { RowButtons } from './RowButtons.tsx';
import type { Selection } from './selection.ts';
import { Today } from './Today.tsx';
import { useListing } from './useListing.ts';
import { type Side, useSwipe } from './useSwipe.ts';
import { counted, views } from './views.ts';

type Props = {
  view: View;
  asked: Asked;
  search: InboxSearch;
  open: number | null;
  cursor: ConversationRow | null;
  onCursor: (row: ConversationRow) => void;
  onRows: (rows: Listing) => void;
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

/** With a conversation open beside it, the list may step aside; its key or Back brings it again. */
const HideList = () => {
  const words = t('Hide the list');
  const hint = useHint(words, 'zoneList');
  return (
    <button
      type="button"
      className="btn quiet sm icon two-only"
      aria-label={words}
      title={hint}
      onClick={() => toggleZone('list')}
    >
      <PanelLeft className="i flip" />
    </button>
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
      {t(
        '{days, plural, one {What lies here is deleted for good after a day.} other {What lies here is deleted for good after # days.}}',
        { days },
      )}
    </p>
  );
};

/** The list of a view: only what is in sight is in the page, the next part is fetched before one arrives there. */
export const List = memo(function List({
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
}: Props) {
  const me = useMe().person.id;
  const may = useMay();
  const { listing: rows, look, ...query } = useListing(asked, waiting);
  const { data: counts } = useQuery(viewsQuery);
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const byId = useMemo(() => new Map(people?.map((p) => [p.id, p])), [people]);
  const person = useCallback((id: string) => byId.get(id)?.name ?? t('Someone'), [byId]);
  const scroll = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const act = useActions();
  const zone = useMe().person.timeZone;
  const touched = !useWide(600) && may('conversation.write');
  const [asking, setAsking] = useState<string | null>(null);
  const swiped = (row: ConversationRow | undefined, side: Side) => {
    if (!row) return;
    const times = snoozeTimes(new Date(), zone);
    const tomorrow = times.find(({ label }) => label === t('Tomorrow')) ?? times[0];
    if (side === 'done') void act.status(row, row.status === 'resolved' ? 'open' : 'resolved');
    else if (tomorrow) void act.snooze(row, tomorrow.at.toISOString());
  };
  useSwipe(scroll, touched && selection.size === 0, (number, side) => swiped(rows.at(rows.indexOf({ number })), side));
  const router = useRouter();
  const [path, asks] = useMemo(() => {
    const { pathname, searchStr } = router.buildLocation({ to: '/inbox/$view', params: { view }, search });
    return [pathname, searchStr];
  }, [router, view, search]);
  const onOpen = useCallback(
    ({ number }: ConversationRow) =>
      void router.navigate({
        to: '/inbox/$view/$number',
        params: { view, number: String(number) },
        search,
        resetScroll: false,
      }),
    [router, view, search],
  );
  const minute = useMinute();
  // All rows are of one height, so an index is key enough here: a key function of our own that changes with the rows
  // would have all 100,000 places worked out anew with each.
  // Another view shows what is in sight first; the rows around it, which scrolling wants, are drawn in the frame behind.
  const settled = useBehind<Asked | null>(asked, null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan: settled === asked ? 10 : 0,
  });
  const shown = virtual.getVirtualItems();

  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again when the rows' height changes
  useEffect(() => virtual.measure(), [rowHeight]);
  useEffect(() => onRows(rows), [rows, onRows]);
  const at = rows.indexOf(open === null ? { id: cursor?.id } : { number: open });
  const [from, to] = [shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0];
  useEffect(() => look(from, to, at), [look, from, to, at]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only moving the cursor scrolls, not rows moving under it
  useEffect(() => {
    // Asking the browser where things are would lay the page out once more; the virtualizer remembers.
    const [top, seen] = [virtual.scrollOffset ?? 0, virtual.scrollRect?.height ?? 0];
    const [above, below] = [at * rowHeight, (at + 1) * rowHeight];
    if (at < 0 || (above >= top && below <= top + seen)) return;
    const frame = requestAnimationFrame(() => scroll.current?.scrollTo(0, above < top ? above : below - seen));
    return () => cancelAnimationFrame(frame);
  }, [open, cursor?.id]);

  const about = views[view];
  const { v, ...narrowed } = search;
  const filtered = Object.values(narrowed).some(Boolean);
  const number = filtered ? '' : counted(counts?.[v ?? view]);
  const indexAt = (target: EventTarget): number =>
    rows.indexOf({ number: Number((target as Element).closest('[data-number]')?.getAttribute('data-number')) });
  const client = useQueryClient();
  const rests = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Where the pointer rests, one is about to click: it is fetched before. */
  const onPointerOver = (e: PointerEvent) => {
    const row = e.pointerType === 'mouse' ? rows.at(indexAt(e.target)) : undefined;
    clearTimeout(rests.current);
    if (row) rests.current = setTimeout(() => void client.prefetchQuery(openedQuery(row.id, me)), 65);
  };
  /** With Shift, a click or an arrow reaches to where it goes. */
  const reach = (row: ConversationRow | undefined, e: { preventDefault: () => void; stopPropagation: () => void }) => {
    if (!row || !may('conversation.write')) return;
    e.preventDefault();
    e.stopPropagation();
    selection.reach(row);
  };
  const onClickCapture = (e: MouseEvent) => {
    if (e.shiftKey) reach(rows.at(indexAt(e.target)), e);
  };
  const reachByArrow = (e: KeyboardEvent | globalThis.KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (!by || !e.shiftKey) return;
    const on = e.target ? indexAt(e.target) : -1;
    const from = on === -1 ? rows.indexOf({ id: cursor?.id }) : on;
    const next = rows.at(from + by);
    if (!next) return;
    const here = rows.at(from);
    if (here && !selection.ids.has(here.id)) selection.reach(here);
    reach(next, e);
    onCursor(next);
    document.querySelector<HTMLElement>(`a[data-number="${next.number}"]`)?.focus();
  };
  // Moved by j and k, nothing in the list has the focus; once something is selected, it reaches from there all the same.
  useEffect(() => {
    if (selection.size === 0) return;
    const elsewhere =
      '.pane.list, input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]';
    const hear = (e: globalThis.KeyboardEvent) => {
      if (e.target instanceof Element && !e.target.closest(elsewhere)) reachByArrow(e);
    };
    addEventListener('keydown', hear, true);
    return () => removeEventListener('keydown', hear, true);
  });
  const hint = useHint(t('Write to someone'), 'compose');
  const mixed = view === 'mine' || view === 'all' || view === 'spam' || view === 'trash';
  return (
    // With nothing open, the list is what the page is about; it stays the same element, or every row would be drawn anew.
    <section
      className="pane list"
      role={open === null ? 'main' : undefined}
      id={open === null ? 'main' : undefined}
      aria-label={about.label}
    >
      {selection.size > 0 ? <BulkBar selection={selection} asked={asked} view={view} /> : null}
      <div className="bar" hidden={selection.size > 0}>
        {open === null ? <h1>{title ?? about.label}</h1> : <h2>{title ?? about.label}</h2>}
        <span className="count">{number}</span>
        <span className="grow" />
        {open === null ? null : <HideList />}
        {may('conversation.write') ? (
          <button
            type="button"
            className="btn quiet sm icon"
            aria-label={t('Write to someone')}
            title={hint}
            onClick={write}
          >
            <SquarePen className="i" />
          </button>
        ) : null}
      </div>
      {selection.size > 0 ? null : <FilterBar view={view} search={search} />}
      {view === 'trash' ? <Emptied /> : null}
      <Risen view={view} asked={asked} search={search} />
      <div
        className={`rows${selection.size > 0 ? ' selecting' : ''}`}
        ref={scroll}
        tabIndex={-1}
        onPointerOver={onPointerOver}
        onClickCapture={onClickCapture}
        onKeyDownCapture={reachByArrow}
      >
        {query.pending ? <SkeletonRows count={9} /> : null}
        {query.settled && rows.length === 0 ? (
          filtered || v ? (
            <Empty title={t('Nothing matches')}>{t('Take a filter away to see more.')}</Empty>
          ) : (
            <Empty title={about.empty.title} sun={about.empty.sun} action={about.empty.sun ? <Today /> : undefined}>
              {about.empty.text()}
            </Empty>
          )
        ) : null}
        <ul style={{ blockSize: virtual.getTotalSize() }}>
          {shown.map((item) => {
            const row = rows.at(item.index);
            const picked = row !== undefined && (selection.all || selection.ids.has(row.id));
            return row ? (
              <li
                key={row.id}
                className={`${picked ? 'is-picked' : ''} ${row.number === open ? 'is-current' : ''}`}
                style={{ insetBlockStart: item.start }}
                aria-setsize={query.whole ? rows.length : -1}
                aria-posinset={item.index + 1}
              >
                {may('conversation.write') ? (
                  <input
                    type="checkbox"
                    className="pickrow"
                    aria-label={t('Select #{number}, {name}', {
                      number: row.number,
                      name: row.customer.name || row.customer.address,
                    })}
                    checked={picked}
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
                  href={`${path}/${row.number}${asks}`}
                  mixed={mixed}
                  person={person}
                  me={me}
                  minute={minute}
                  onFocus={onCursor}
                  onOpen={onOpen}
                  current={open === null ? false : row.number === open}
                  focusable={at === -1 ? item.index === 0 : item.index === at}
                  assignee={row.assigneeId ? byId.get(row.assigneeId) : undefined}
                />
                {touched && selection.size === 0 ? (
                  <>
                    <span className="behind done" aria-hidden="true">
                      <Check className="i s18" /> {row.status === 'resolved' ? t('Reopen') : t('Resolve')}
                    </span>
                    <span className="behind snooze" aria-hidden="true">
                      {t('Until tomorrow')} <Moon className="i s18" />
                    </span>
                    <RowButtons
                      row={row}
                      open={asking === row.id}
                      setOpen={setAsking}
                      run={(side) => swiped(row, side)}
                    />
                  </>
                ) : null}
              </li>
            ) : null;
          })}
        </ul>
        {query.error ? <Failed error={query.error} retry={query.retry} /> : null}
      </div>
    </section>
  );
});
