import type { ConversationRow, View } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { startTransition, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { withKeys } from '../keys/chosen.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Empty, Failed, SkeletonRows, Soon, useTitle } from '../ui/kit.tsx';
import { later } from '../ui/later.tsx';
import { useWide } from '../ui/theme.ts';
import { afterPaint, useBehind } from '../ui/useBehind.ts';
import { useKeys } from '../ui/useKeys.ts';
import { toggleZone, useZones } from '../ui/zones.ts';
import { useAim } from './aim.ts';
import { Bonds } from './Bonds.tsx';
import { knowNumber, listQuery, numberQuery, openedQuery, rows as rowsOf } from './data.ts';
import { wantEarly } from './early.ts';
import { FirstSteps } from './FirstSteps.tsx';
import { List } from './List.tsx';
import { type Listing, listingOf } from './listing.ts';
import { askedFor } from './operators.ts';
import { useRowKeys } from './rowKeys.tsx';
import { savedViewsQuery } from './SavedViews.tsx';
import { useSelection } from './selection.ts';
import { views } from './views.ts';
import { Write } from './Write.tsx';

/** Until the conversation is there: what is typed after its key belongs into the field, not among the shortcuts. */
const Early = () => {
  useKeys([
    { id: 'reply', opens: 15_000, run: () => wantEarly('reply') },
    { id: 'note', opens: 5000, run: () => wantEarly('note') },
  ]);
  return null;
};
const Loading = () => (
  <main className="pane conv" id="main">
    <h1 className="sr">{t('Conversation')}</h1>
    <Early />
    <SkeletonRows count={4} />
  </main>
);
/** The list is the first to be seen; what it opens is loaded right after it, or at once where the address names one. */
export const Conversation = later(async () => (await import('./Conversation.tsx')).Conversation, Loading);

const HELD = 120; // ms between two steps: faster than that, one only passes by

/** List, conversation, customer: the desk itself. */
export const Inbox = () => {
  const { view, number } = useParams({ strict: false }) as { view: View; number?: string };
  const search = useSearch({ from: '/app/inbox/$view' }) as InboxSearch;
  const me = useMe().person.id;
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const two = useWide(900);
  const zones = useZones();
  const listed = !two || number === undefined || zones.list;
  const [cursor, setCursor] = useState<ConversationRow | null>(null);
  const [writing, setWriting] = useState(false);
  const write = useCallback(() => setWriting(true), []);
  const rows = useRef<Listing>(listingOf([], []));
  const { data: savedViews } = useQuery({ ...savedViewsQuery, enabled: search.v !== undefined });
  const saved = savedViews?.find((one) => one.id === search.v);
  const asked = useMemo<Asked>(() => askedFor(view, search, saved?.filter), [view, search, saved]);
  const selection = useSelection(asked, rows);
  const open = number === undefined ? null : Number(number);
  const id = useQuery({ ...numberQuery(open ?? 0), enabled: open !== null && Number.isSafeInteger(open) && open > 0 });

  const go = useCallback(
    (row: ConversationRow | undefined) =>
      void (row
        ? navigate({
            to: '/inbox/$view/$number',
            params: { view, number: String(row.number) },
            search,
            replace: open !== null && two,
            resetScroll: false,
          })
        : navigate({ to: '/inbox/$view', params: { view }, search, resetScroll: false })),
    [navigate, view, search, open, two],
  );
  /** Where a held key has got to: the row is marked at once, the conversation opens when one stays. */
  const [moving, setMoving] = useState<ConversationRow | null>(null);
  const pace = useRef<{ at: number; timer?: ReturnType<typeof setTimeout> }>({ at: 0 });
  // biome-ignore lint/correctness/useExhaustiveDependencies: wherever one arrived, by key or otherwise, the moving is over
  useEffect(() => {
    clearTimeout(pace.current.timer);
    setMoving(null);
  }, [open, view]);
  const marked = moving?.number ?? open;
  // The words are what one came for: the list marks whose they are in the frame behind.
  const before = useBehind(marked);
  const here = useRef({ open: marked, cursor });
  here.current = { open: marked, cursor };
  const place = useCallback(() => {
    const { open: number, cursor: at } = here.current;
    return rows.current.indexOf(number === null ? { id: at?.id } : { number });
  }, []);
  const known = useRef(new Set<string>());
  /** Where the open conversation stood: an answer may have taken it out of the list meanwhile. */
  const stood = useRef(0);
  const onRows = useCallback(
    (next: Listing) => {
      rows.current = next;
      const at = place();
      if (at !== -1) stood.current = at;
      for (const r of next.here)
        if (!known.current.has(r.id)) {
          known.current.add(r.id);
          knowNumber(client, r);
        }
    },
    [client, place],
  );
  const beside = useCallback(
    (by: number): ConversationRow | undefined => {
      const at = place();
      if (at !== -1) return rows.current.at(at + by);
      return rows.current.at(open === null ? 0 : by > 0 ? stood.current : stood.current - 1);
    },
    [place, open],
  );
  const step = (by: number) => () => {
    const next = beside(by);
    if (!next) return;
    // Beside an open conversation nothing shows where the cursor is: it may follow when the words are there.
    if (open === null) setCursor(next);
    else afterPaint(() => startTransition(() => setCursor(next)));
    const quick = performance.now() - pace.current.at < HELD;
    pace.current.at = performance.now();
    if ((open !== null || two) && quick) {
      clearTimeout(pace.current.timer);
      setMoving(next);
      pace.current.timer = setTimeout(() => go(next), HELD);
    } else if (open !== null || two) go(next);
    else document.querySelector<HTMLElement>(`a[data-number="${next.number}"]`)?.focus();
  };
  /** After something is dealt with: the next one down, or the last one, or the list. */
  const onward = useCallback(() => {
    const next = beside(1) ?? beside(-1);
    if (open !== null) go(two ? next : undefined);
    setCursor(next ?? null);
  }, [open, beside, go, two]);

  // The neighbours are fetched before they are asked for, so that j and k never wait.
  useEffect(() => {
    if (open === null || !id.data) return;
    const timer = setTimeout(() => {
      const at = rows.current.indexOf({ number: open });
      if (at === -1) return;
      stood.current = at;
      for (const by of [1, -1, 2, -2, 3, -3]) {
        const near = rows.current.at(at + by);
        if (near) void client.prefetchQuery(openedQuery(near.id, me));
      }
    }, 120);
    return () => clearTimeout(timer);
  }, [open, id.data, client, me]);

  const first = useQuery({ ...openedQuery(id.data ?? '', me), enabled: false }).data?.conversation;
  const target =
    moving ?? (open === null ? cursor : (first ?? rows.current.at(rows.current.indexOf({ number: open })) ?? null));
  useKeys([
    { id: 'next', run: step(1) },
    { id: 'previous', run: step(-1) },
    { id: 'open', run: () => go(cursor ?? rows.current.at(0)) },
    { id: 'back', run: () => go(undefined) },
    { id: 'zoneList', when: two && number !== undefined, run: () => toggleZone('list') },
    { id: 'compose', when: may('conversation.write'), run: () => setWriting(true), opens: true },
    { id: 'select', when: may('conversation.write'), run: () => target && selection.toggle(target) },
    { id: 'selectShown', when: may('conversation.write'), run: selection.shown },
  ]);
  useRowKeys(selection.size > 0 ? null : target, onward, open === null);
  useAim(target, onward);
  useTitle(open === null ? views[view].label : (target?.subject ?? `#${open}`));

  // Told when that changes, and only then: the list draws its rows by itself.
  const none = useQuery({ ...listQuery(asked, me), enabled: false, select: (d) => rowsOf(d).length === 0 });
  const Pane = open === null ? 'section' : 'main';
  const nothing = view === 'all' && none.data === true;
  return (
    <div
      className={`sheet inbox${open === null ? ' alone' : ' is-open'}${listed ? '' : ' no-list'}${zones.context ? '' : ' no-who'}`}
    >
      <List
        view={view}
        asked={asked}
        title={saved?.name ?? (search.v && savedViews ? t('A view that is gone') : undefined)}
        waiting={search.v !== undefined && savedViews === undefined}
        selection={selection}
        search={search}
        open={marked === null || before === null || moving ? marked : before}
        cursor={cursor}
        onCursor={setCursor}
        onRows={onRows}
        write={write}
      />
      {open !== null && id.data ? (
        <Conversation id={id.data} back={() => go(undefined)} onward={onward} />
      ) : (
        <Pane className="pane conv center" id={open === null ? undefined : 'main'} aria-label={t('Conversation')}>
          {open === null ? (
            nothing ? (
              <FirstSteps />
            ) : (
              <Empty title={t('Choose a conversation')}>
                {withKeys(
                  '{next} and {previous} move through the list, Enter opens. {palette} does anything, {sheet} shows every key.',
                )}
              </Empty>
            )
          ) : id.isError || !Number.isSafeInteger(open) ? (
            <Failed
              error={id.error ?? new Error(t('There is no conversation with this number.'))}
              retry={() => void id.refetch()}
            />
          ) : (
            <>
              <h1 className="sr">{t('Conversation')}</h1>
              <Early />
              <Soon>
                <span role="status">{t('Opening #{open} …', { open })}</span>
              </Soon>
            </>
          )}
        </Pane>
      )}
      <Bonds />
      {writing ? <Write onClose={() => setWriting(false)} onSent={(row) => go(row)} /> : null}
    </div>
  );
};
