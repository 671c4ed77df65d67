import type { ConversationRow, Opened } from '@hearten/contract';
import { type InfiniteData, infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { current } from '../frames.ts';
import type { Page } from '../live.ts';
import { type Asked, patchListing, patchOpened } from '../patch.ts';

/** A list, page by page. An answer that was overtaken by live frames is brought up to date before it is shown. */
export const listQuery = (asked: Asked, me: string) =>
  infiniteQueryOptions({
    queryKey: ['list', asked] as const,
    queryFn: ({ pageParam, signal }) =>
      current<Page>(
        () =>
          api('GET /conversations', {
            query: { ...asked, cursor: pageParam ?? undefined, limit: pageParam === null ? 50 : 100 },
            signal,
          }),
        (page, frame) => {
          if (frame.type !== 'change') return page;
          // On a later page only rows that stand there are replaced; what is new belongs to the first.
          if (pageParam !== null && !page.items.some((i) => i.id === frame.conversation.id)) return page;
          return {
            ...page,
            items: patchListing({ asked, items: page.items, next: page.next }, frame.conversation, me).items,
          };
        },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last: Page) => last.next,
    staleTime: 60_000,
  });

/** The rows of all loaded pages, each once: the newest version wins when a row moved between two answers. */
export const rows = (data: Pick<InfiniteData<Page>, 'pages'> | undefined): ConversationRow[] => {
  const seen = new Set<string>();
  return (data?.pages ?? []).flatMap((p) => p.items).filter((r) => !seen.has(r.id) && seen.add(r.id));
};

export const openedQuery = (id: string, me: string) =>
  queryOptions({
    queryKey: ['conversation', id] as const,
    queryFn: ({ signal }) =>
      current<Opened>(
        () => api('GET /conversations/:id', { params: { id }, signal }),
        (o, frame) => patchOpened(o, frame, me),
      ),
    staleTime: 60_000,
  });

export const numberQuery = (number: number) =>
  queryOptions({
    queryKey: ['number', number] as const,
    queryFn: async () => (await api('GET /conversations/number/:number', { params: { number } })).id,
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
export const notificationsQuery = queryOptions({
  queryKey: ['notifications'],
  queryFn: () => api('GET /notifications', { query: { limit: 50 } }),
  staleTime: 60_000,
});
