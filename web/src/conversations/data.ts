import type { ConversationRow, Inbox, Opened, Reply } from '@hearten/contract';
import { type InfiniteData, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { current, mark, since } from '../frames.ts';
import { type Page, patchPages } from '../live.ts';
import { keptRows, keptThread } from '../offline/kept.ts';
import { type Asked, belongs, patchOpened, patchPart } from '../patch.ts';
import { isUnreachable } from '../problem.ts';
import { isPractice } from './ours.ts';

/** While nothing answers: what this device has kept, when it has any. */
const orKept =
  <T>(kept: () => Promise<T | undefined>) =>
  async (error: unknown): Promise<T> => {
    const had = isUnreachable(error) ? await kept().catch(() => undefined) : undefined;
    if (had === undefined) throw error;
    return had;
  };

/** The pages of a list that are loaded, from its top without a gap. */
export type Loaded = InfiniteData<Page, string | null>;
const ask = (asked: Asked, cursor: string | null, limit: number, signal?: AbortSignal) =>
  api('GET /conversations', { query: { ...asked, cursor: cursor ?? undefined, limit }, ...(signal ? { signal } : {}) });

/**
 * A list from its top, as far as it is loaded. Not an infinite query of the library: that one puts back the pages it had when a
 * question was asked, without what frames changed in them meanwhile. Here every frame that came during a question is applied again.
 */
export const listQuery = (asked: Asked, me: string) =>
  queryOptions({
    queryKey: ['list', asked] as const,
    queryFn: ({ signal, client, queryKey }) =>
      current<Loaded>(
        async () => {
          const loaded: Loaded = { pages: [], pageParams: [] };
          let cursor: string | null = null;
          do {
            const page: Page = await (cursor === null
              ? ask(asked, null, 50, signal).catch(
                  orKept(async () => ({
                    items: (await keptRows()).filter((row) => belongs(asked, row, me)),
                    next: null,
                  })),
                )
              : ask(asked, cursor, 200, signal));
            loaded.pages.push(page);
            loaded.pageParams.push(cursor);
            cursor = page.next;
          } while (cursor && loaded.pages.length < (client.getQueryData<Loaded>(queryKey)?.pages.length ?? 1));
          return loaded;
        },
        (loaded, frame) => patchPages(asked, loaded, frame, me),
      ),
    staleTime: 60_000,
  });
export const nextOf = (loaded: Loaded | undefined): string | null => loaded?.pages.at(-1)?.next ?? null;

const going = new Map<string, Promise<void>>();
/** The next page of a list goes behind those that are there by then. Asked twice at a time, it is fetched once. */
export const fetchMore = (client: QueryClient, asked: Asked, me: string): Promise<void> => {
  const { queryKey } = listQuery(asked, me);
  const cursor = nextOf(client.getQueryData(queryKey));
  if (cursor === null) return Promise.resolve();
  const name = `${JSON.stringify(asked)} ${cursor}`;
  const fetch = async (): Promise<void> => {
    const from = mark();
    const page = await ask(asked, cursor, 200);
    const frames = since(from);
    if (frames === null) return void client.invalidateQueries({ queryKey });
    client.setQueryData<Loaded>(queryKey, (now) => {
      // Asked again from the top meanwhile: its end is another one now.
      if (nextOf(now) !== cursor || !now) return now;
      const joined = { pages: [...now.pages, page], pageParams: [...now.pageParams, cursor] };
      return frames.reduce((loaded, frame) => patchPages(asked, loaded, frame, me), joined);
    });
  };
  const one = going.get(name) ?? fetch().finally(() => going.delete(name));
  going.set(name, one);
  return one;
};

export type Landmarks = Reply<'GET /conversations/landmarks'> & { after: string; last: ConversationRow };
/** How long the list is below what is loaded now, and where each part of it begins. Kept until all is asked for again. */
export const landmarksQuery = (asked: Asked, me: string) =>
  queryOptions({
    queryKey: ['landmarks', asked] as const,
    queryFn: async ({ client, signal }): Promise<Landmarks | null> => {
      const loaded = client.getQueryData(listQuery(asked, me).queryKey);
      const [after, last] = [nextOf(loaded), loaded?.pages.at(-1)?.items.at(-1)];
      if (!after || !last) return null;
      const found = await api('GET /conversations/landmarks', { query: { ...asked, cursor: after }, signal });
      return { ...found, after, last };
    },
    staleTime: 600_000,
  });
/** One part of a list, somewhere below. */
export const partQuery = (asked: Asked, cursor: string, me: string) =>
  queryOptions({
    queryKey: ['part', asked, cursor] as const,
    queryFn: ({ signal }) =>
      current<ConversationRow[]>(
        async () => (await ask(asked, cursor, 200, signal)).items,
        (items, frame) => patchPart(asked, items, frame, me),
      ),
    staleTime: 60_000,
    gcTime: 120_000,
  });

/** The rows of all loaded pages, each once: the newest version wins when a row moved between two answers. */
export const rows = (data: Pick<InfiniteData<Page>, 'pages'> | undefined): ConversationRow[] => {
  const seen = new Set<string>();
  return (data?.pages ?? []).flatMap((p) => p.items).filter((r) => !seen.has(r.id) && seen.add(r.id));
};

/** As far back as one has read already: asked for again, what stood above must not vanish under whoever is reading there. */
const asFarBack = async (client: QueryClient, opened: Opened, signal: AbortSignal): Promise<Opened> => {
  const { id } = opened.conversation;
  const had = client.getQueryData<Opened>(['conversation', id])?.items ?? [];
  let now = opened;
  for (;;) {
    const from = Date.parse(now.items[0]?.at ?? '');
    const missing = had.filter((item) => Date.parse(item.at) < from && !now.items.some((i) => i.id === item.id)).length;
    if (missing === 0 || now.earlier === null) return now;
    const query = { cursor: now.earlier, limit: Math.min(100, missing) };
    const page = await api('GET /conversations/:id/items', { params: { id }, query, signal });
    now = { ...now, items: [...page.items, ...now.items], earlier: page.earlier };
  }
};

export const openedQuery = (id: string, me: string) =>
  queryOptions({
    queryKey: ['conversation', id] as const,
    queryFn: ({ signal, client }) =>
      current<Opened>(
        async () => {
          const kept = orKept(() => keptThread(id));
          const opened = await api('GET /conversations/:id', { params: { id }, signal }).catch(kept);
          return asFarBack(client, opened, signal);
        },
        (o, frame) => patchOpened(o, frame, me),
      ),
    staleTime: 60_000,
  });

/** What came before what is loaded. */
export const fetchEarlier = async (client: QueryClient, id: string, limit?: number) => {
  const cursor = client.getQueryData<Opened>(['conversation', id])?.earlier;
  if (!cursor) return;
  const page = await api('GET /conversations/:id/items', { params: { id }, query: { cursor, limit } });
  client.setQueryData<Opened>(['conversation', id], (o) =>
    // Asked for again meanwhile, it begins elsewhere: between the two something would be missing.
    o?.earlier !== cursor
      ? o
      : {
          ...o,
          items: [...page.items.filter((i) => !o.items.some((x) => x.id === i.id)), ...o.items],
          earlier: page.earlier,
        },
  );
};

/** So many conversations that nobody looks at stay in memory; those opened longest ago are forgotten first. */
const kept = 60;
export const forgetOld = (client: QueryClient) => {
  const cache = client.getQueryCache();
  const idle = cache.findAll({ queryKey: ['conversation'], type: 'inactive' });
  if (idle.length <= kept) return;
  for (const query of idle.sort((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt).slice(0, idle.length - kept))
    cache.remove(query);
};

export const numberQuery = (number: number) =>
  queryOptions({
    queryKey: ['number', number] as const,
    queryFn: async () =>
      (
        await api('GET /conversations/number/:number', { params: { number } }).catch(
          orKept(async () => (await keptRows()).find((row) => row.number === number)),
        )
      ).id,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
/** A row on screen already tells its id; opening it needs no question. */
export const knowNumber = (client: QueryClient, row: Pick<ConversationRow, 'id' | 'number'>) => {
  const { queryKey } = numberQuery(row.number);
  if (client.getQueryData(queryKey) === undefined) client.setQueryData(queryKey, row.id);
};

export const viewsQuery = queryOptions({
  queryKey: ['views'],
  queryFn: async () => (await api('GET /views')).counts,
  staleTime: 30_000,
});
export const tagsQuery = queryOptions({
  queryKey: ['tags'],
  queryFn: async () => (await api('GET /tags')).items,
  staleTime: 60_000,
});
export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async () => (await api('GET /people')).items,
  staleTime: 300_000,
});
export const teamsQuery = queryOptions({
  queryKey: ['teams'],
  queryFn: async () => (await api('GET /teams')).items,
  staleTime: 300_000,
});
/** After how many days conversations close and the trash is emptied. */
export const agesQuery = queryOptions({
  queryKey: ['ages'],
  queryFn: () => api('GET /workspace/ages'),
  staleTime: 60_000,
});
export const inboxesQuery = queryOptions({
  queryKey: ['inboxes'],
  queryFn: async () => (await api('GET /inboxes')).items,
  staleTime: 60_000,
});
/**
 * Those that mail leaves from; by others only who came there can be answered. The one for practice, usually the oldest, comes last:
 * what is chosen before anybody chooses must reach people.
 */
export const byMail = <T extends Pick<Inbox, 'channel' | 'address'>>(inboxes: readonly T[] | undefined): T[] =>
  (inboxes ?? [])
    .filter(({ channel }) => channel === 'email')
    .sort((a, b) => Number(isPractice(a.address)) - Number(isPractice(b.address)));
export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => api('GET /notifications', { query: { limit: 50 } }),
  staleTime: 60_000,
});
