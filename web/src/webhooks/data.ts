import type { BodyInput, Webhook } from '@hearten/contract';
import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const webhooksQuery = queryOptions({ queryKey: ['webhooks', 'all'], queryFn: () => api('GET /webhooks') });
export const webhookQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'one', id],
    queryFn: () => api('GET /webhooks/:id', { params: { id } }),
    // What is sent meanwhile is seen without asking.
    refetchInterval: 5_000,
  });
export type Shown = 'all' | 'failed' | 'waiting';
export const deliveriesQuery = (id: string, state: Shown) =>
  infiniteQueryOptions({
    queryKey: ['webhooks', 'deliveries', id, state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      api('GET /webhooks/:id/deliveries', {
        params: { id },
        query: { cursor: pageParam, limit: 30, ...(state === 'all' ? {} : { state }) },
      }),
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: 5_000,
  });
export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ['webhooks', 'delivery', id],
    queryFn: () => api('GET /webhook-deliveries/:id', { params: { id } }),
  });

export const keepWebhook = async (
  client: QueryClient,
  id: string,
  body: BodyInput<'PATCH /webhooks/:id'>,
): Promise<Webhook> => {
  const kept = await api('PATCH /webhooks/:id', { params: { id }, body });
  client.setQueryData(webhookQuery(id).queryKey, kept);
  await client.invalidateQueries({ queryKey: webhooksQuery.queryKey });
  return kept;
};
export const nameOf = (one: Webhook): string => one.description || (URL.parse(one.address)?.host ?? one.address);
