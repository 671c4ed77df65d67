import type { ConversationRow, View } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { withKeys } from '../keys/chosen.ts';
import { useMay, useMe } from '../me.ts';
import type { Asked } from '../patch.ts';
import type { InboxSearch } from '../router.tsx';
import { Empty, Failed, Soon, useTitle } from '../ui/kit.tsx';
import { useWide } from '../ui/theme.ts';
import { useKeys } from '../ui/useKeys.ts';
import { useAim } from './aim.ts';
import { Conversation } from './Conversation.tsx';
import { knowNumber, listQuery, numberQuery, openedQuery, rows as rowsOf } from './data.ts';
import { FirstSteps } from './FirstSteps.tsx';
import { List } from './List.tsx';
import { askedFor } from './operators.ts';
import { useRowKeys } from './rowKeys.tsx';
import { savedViewsQuery } from './SavedViews.tsx';
import { useSelection } from './selection.ts';
import { views } from './views.ts';
import { Write } from './Write.tsx';

/** List, conversation, customer: the desk itself. */
export const Inbox = () => {
  const { view, number } = useParams({ strict: false }) as { view: View; number?: string };
  const search = useSearch({ from: '/app/inbox/$view' }) as InboxSearch;
  const me = useMe().person.id;
  const may = useMay();
  const client = useQueryClient();
  const navigate = useNavigate();
  const two = useWide(900);
  const [cursor, setCursor] = useState<ConversationRow | null>(null);
  const [writing, setWriting] = useState(false);
  const rows = useRef<ConversationRow[]>([]);
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
  const here = useRef({ open, cursor });
  here.current = { open, cursor };
  const place = useCallback(() => {
    const { open: number, cursor: at } = here.current;
    return rows.current.findIndex((r) => (number === null ? r.id === at?.id : r.number === number));
  }, []);
  /** Where the open conversation stood: an answer may have taken it out of the list meanwhile. */
  const stood = useRef(0);
  const onRows = useCallback(
    (next: ConversationRow[]) => {
      rows.current = next;
      const at = place();
      if (at !== -1) stood.current = at;
      for (const r of next) knowNumber(client, r);
    },
    [client, place],
  );
  const beside = useCallback(
    (by: number): ConversationRow | undefined => {
      const at = place();
      if (at !== -1) return rows.current[at + by];
      return open === null ? rows.current[0] : rows.current[by > 0 ? stood.current : stood.current - 1];
    },
    [place, open],
  );
  const step = (by: number) => () => {
    const next = beside(by);
    if (!next) return;
    setCursor(next);
    if (open !== null || two) go(next);
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
      const at = rows.current.findIndex((r) => r.number === open);
      if (at !== -1) stood.current = at;
      if (at !== -1)
        for (const r of [rows.current[at + 1], rows.current[at + 2], rows.current[at - 1]])
          if (r) void client.prefetchQuery(openedQuery(r.id, me));
    }, 120);
    return () => clearTimeout(timer);
  }, [open, id.data, client, me]);

  const first = useQuery({ ...openedQuery(id.data ?? '', me), enabled: false }).data?.conversation;
  const target = open === null ? cursor : (first ?? rows.current.find((r) => r.number === open) ?? null);
  useKeys([
    { id: 'next', run: step(1) },
    { id: 'previous', run: step(-1) },
    { id: 'open', run: () => go(cursor ?? rows.current[0]) },
    { id: 'back', run: () => go(undefined) },
    { id: 'compose', when: may('conversation.write'), run: () => setWriting(true), opens: true },
    { id: 'select', when: may('conversation.write'), run: () => target && selection.toggle(target) },
    { id: 'selectShown', when: may('conversation.write'), run: selection.shown },
  ]);
  useRowKeys(selection.size > 0 ? null : target, onward, open === null);
  useAim(target, onward);
  useTitle(open === null ? views[view].label : (target?.subject ?? `#${open}`));

  const pages = client.getQueryData(listQuery(asked, me).queryKey);
  const Pane = open === null ? 'section' : 'main';
  const nothing = view === 'all' && pages !== undefined && rowsOf(pages).length === 0;
  return (
    <div className={`sheet inbox${open === null ? '' : ' is-open'}${open === null ? ' alone' : ''}`}>
      <List
        view={view}
        asked={asked}
        title={saved?.name ?? (search.v && savedViews ? 'A view that is gone' : undefined)}
        waiting={search.v !== undefined && savedViews === undefined}
        selection={selection}
        search={search}
        open={open}
        cursor={cursor}
        onCursor={setCursor}
        onRows={onRows}
        write={() => setWriting(true)}
      />
      {open !== null && id.data ? (
        <Conversation key={id.data} id={id.data} back={() => go(undefined)} onward={onward} />
      ) : (
        <Pane className="pane conv center" id={open === null ? undefined : 'main'} aria-label="Conversation">
          {open === null ? (
            nothing ? (
              <FirstSteps />
            ) : (
              <Empty title="Choose a conversation">
                {withKeys(
                  '{next} and {previous} move through the list, Enter opens. {palette} does anything, {sheet} shows every key.',
                )}
              </Empty>
            )
          ) : id.isError || !Number.isSafeInteger(open) ? (
            <Failed
              error={id.error ?? new Error('There is no conversation with this number.')}
              retry={() => void id.refetch()}
            />
          ) : (
            <Soon>
              <span role="status">Opening #{open} …</span>
            </Soon>
          )}
        </Pane>
      )}
      {writing ? <Write onClose={() => setWriting(false)} onSent={(row) => go(row)} /> : null}
    </div>
  );
};
