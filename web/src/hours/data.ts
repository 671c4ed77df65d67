import type { Schedule } from '@hearten/contract';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

/** Whether it is open changes by itself: once a minute is asked. */
const EVERY = 60_000;
export const hoursQuery = queryOptions({
  queryKey: ['hours', 'all'],
  queryFn: () => api('GET /hours'),
  refetchInterval: EVERY,
});
export const scheduleQuery = (id: string) =>
  queryOptions({
    queryKey: ['hours', 'one', id],
    queryFn: () => api('GET /hours/:id', { params: { id } }),
    refetchInterval: EVERY,
  });
/** What the server answered is what is shown, here and in the list. */
export const shownNow = async (client: QueryClient, schedule: Schedule): Promise<void> => {
  client.setQueryData(scheduleQuery(schedule.id).queryKey, schedule);
  await client.invalidateQueries({ queryKey: hoursQuery.queryKey });
};
