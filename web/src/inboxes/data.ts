import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: () => api('GET /quarantine', { query: { limit: 50 } }),
  staleTime: 60_000,
});

/** The provider that receives for an inbox; null when there is none. Below "inboxes", which is fetched again when one changes. */
export const postingQuery = (id: string) =>
  queryOptions({
    queryKey: ['inboxes', 'posting', id] as const,
    queryFn: async () => (await api('GET /inboxes/:id/provider', { params: { id } })).provider,
  });

/** While one is moving it is asked for again each second or so. */
export const importsQuery = (id: string) =>
  queryOptions({
    queryKey: ['inboxes', 'imports', id] as const,
    queryFn: async () => (await api('GET /inboxes/:id/imports', { params: { id } })).items,
    refetchInterval: ({ state }) =>
      state.data?.some((one) => one.state === 'running' || one.state === 'stopping') ? 1500 : false,
  });
