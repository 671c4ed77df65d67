import type { ConversationRow, Filter } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api.ts';
import type { Listing } from './listing.ts';

export type Selection = {
  ids: ReadonlySet<string>;
  /** All that match are meant, not only those on screen. */
  all: boolean;
  size: number;
  matching: number | undefined;
  toggle: (row: ConversationRow) => void;
  /** From where one selected last to this row. */
  reach: (row: ConversationRow) => void;
  shown: () => void;
  everything: () => void;
  clear: () => void;
  /** What was done to them was not done: they are selected again, unless one went on meanwhile. */
  again: () => void;
};

/** What is selected in a list. Another list begins with nothing. */
export const useSelection = (asked: Filter, rows: { current: Listing }): Selection => {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set());
  const [all, setAll] = useState(false);
  const anchor = useRef<string | null>(null);
  const key = JSON.stringify(asked);
  const latest = useRef(key);
  latest.current = key;
  const clear = useCallback(() => {
    setIds(new Set());
    setAll(false);
    anchor.current = null;
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another question, another list
  useEffect(clear, [key, clear]);
  const { data: matching } = useQuery({
    queryKey: ['list-count', asked],
    queryFn: async () => (await api('GET /conversations/count', { query: asked })).count,
    enabled: ids.size > 1,
    staleTime: 10_000,
  });
  return useMemo<Selection>(
    () => ({
      ids,
      all,
      size: all ? (matching ?? ids.size) : ids.size,
      matching,
      toggle: (row) => {
        anchor.current = row.id;
        setAll(false);
        setIds((was) => {
          const next = new Set(was);
          if (!next.delete(row.id)) next.add(row.id);
          return next;
        });
      },
      reach: (row) => {
        const at = (id: string | null) => rows.current.indexOf({ id: id ?? '' });
        const to = at(row.id);
        const from = at(anchor.current) === -1 ? to : at(anchor.current);
        anchor.current ??= row.id;
        setAll(false);
        const range = rows.current.between(Math.min(from, to), Math.max(from, to) + 1).map((r) => r.id);
        setIds((was) => new Set([...was, ...range]));
      },
      shown: () => setIds(new Set(rows.current.between(0, Math.min(1000, rows.current.length)).map((r) => r.id))),
      everything: () => setAll(true),
      clear,
      again: () => {
        if (latest.current === key) setIds((now) => (now.size > 0 ? now : ids));
      },
    }),
    [ids, all, matching, clear, rows, key],
  );
};
