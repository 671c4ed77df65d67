import { useQueries, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useMe } from '../me.ts';
import type { Asked } from '../patch.ts';
import { fetchMore, landmarksQuery, listQuery, nextOf, partQuery, rows as rowsOf } from './data.ts';
import { headOf, type Listing, listingOf, partsOf } from './listing.ts';

const AHEAD = 240; // rows fetched before one arrives there: four seconds of j held down
const FEW = 250; // a list that is a little longer than its first page is simply loaded
const CALM = 600; // ms: until then one may only be passing through
const STEP = 40; // rows: looking a little further asks for nothing new

const nothing = () => undefined;
/** A list of any length: its top is kept up by live frames, what lies below is fetched where one looks. */
export const useListing = (asked: Asked, waiting: boolean) => {
  const me = useMe().person.id;
  const client = useQueryClient();
  const [seen, setSeen] = useState({ from: 0, to: 0, keep: -1 });
  const query = useQuery({ ...listQuery(asked, me), enabled: !waiting });
  const next = nextOf(query.data);
  const loaded = useMemo(() => rowsOf(query.data), [query.data]);

  const [calm, setCalm] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list is looked at anew
  useEffect(() => {
    setCalm(false);
    setSeen({ from: 0, to: 0, keep: -1 });
    const timer = setTimeout(() => setCalm(true), CALM);
    return () => clearTimeout(timer);
  }, [asked]);
  const { data: marks } = useQuery({
    ...landmarksQuery(asked, me),
    enabled: next !== null && loaded.length >= FEW,
  });

  const head = useMemo(() => headOf(loaded, marks), [loaded, marks]);
  const lengths = useRef(new Map<string, number>());
  const near = (from: number, to: number) => (part: { from: number; length: number }) =>
    part.from < to + AHEAD && part.from + part.length > from - AHEAD;
  const wanted = partsOf(marks, head.length, nothing, (cursor) => lengths.current.get(cursor))
    .filter((p) => near(seen.from, seen.to)(p) || (seen.keep >= 0 && near(seen.keep, seen.keep)(p)))
    .map((p) => p.cursor);
  const some = useQueries({ queries: wanted.map((cursor) => partQuery(asked, cursor, me)) });
  const stamp = wanted.map((cursor, i) => `${cursor} ${some[i]?.dataUpdatedAt}`).join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says which parts are wanted, and when one came or changed
  const listing = useMemo<Listing>(() => {
    const here = new Map(wanted.map((cursor, i) => [cursor, some[i]?.data]));
    for (const [cursor, rows] of here) if (rows) lengths.current.set(cursor, rows.length);
    const parts = partsOf(
      marks,
      head.length,
      (cursor) => here.get(cursor),
      (cursor) => lengths.current.get(cursor),
    );
    return listingOf(head, parts);
  }, [head, marks, stamp]);

  // Its first stretch; later only what arrived above since the landmarks were set.
  const last = loaded.at(-1);
  const short = marks
    ? last !== undefined && head.length === loaded.length && last.id !== marks.last.id
    : seen.to + AHEAD > loaded.length || loaded.length < FEW;
  const [trouble, setTrouble] = useState<{ asked: Asked; error: unknown } | null>(null);
  // What failed below another list says nothing of this one.
  const failed = trouble?.asked === asked ? trouble.error : null;
  const wants = short && next !== null && !query.isFetching && failed === null && (calm || seen.to > 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: behind each page the next one
  useEffect(() => {
    if (wants) fetchMore(client, asked, me).catch((error: unknown) => setTrouble({ asked, error }));
  }, [wants, next, client, asked, me]);

  return {
    listing,
    pending: query.isPending,
    settled: query.isSuccess,
    /** All of it is here, or its length is known. */
    whole: next === null || Boolean(marks),
    error: loaded.length === 0 ? query.error : (failed ?? some.find((one) => one.isError && !one.data)?.error ?? null),
    retry: () => {
      setTrouble(null);
      if (loaded.length === 0) void query.refetch();
      for (const one of some) if (one.isError) void one.refetch();
    },
    /** Which rows are in sight, and which one the cursor is at. */
    look: useCallback((from: number, to: number, keep: number) => {
      const step = (n: number) => Math.floor(n / STEP) * STEP;
      setSeen((was) => {
        const now = { from: step(from), to: to <= STEP ? 0 : step(to), keep: keep < 0 ? was.keep : step(keep) };
        return was.from === now.from && was.to === now.to && was.keep === now.keep ? was : now;
      });
    }, []),
  };
};
