import { queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const quarantineQuery = queryOptions({
  queryKey: ['quarantine'],
  queryFn: () => api('GET /quarantine', { query: { limit: 50 } }),
  staleTime: 60_000,
});
