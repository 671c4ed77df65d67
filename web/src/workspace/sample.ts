import { queryOptions, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, trust } from '../api.ts';
import { tellProblem } from '../ui/toast.tsx';

/** The sample workspace; while it is made or removed it is asked again and again, which is over in seconds. */
export const sampleQuery = queryOptions({
  queryKey: ['sample'],
  queryFn: async () => (await api('GET /sample')).sample,
  staleTime: 30_000,
  refetchInterval: (query) => (query.state.data && query.state.data.state !== 'ready' ? 400 : false),
});
export const practiceQuery = queryOptions({
  queryKey: ['practice'],
  queryFn: async () => (await api('GET /practice')).practice,
  staleTime: 5_000,
});

/** Goes to stand in another workspace; nothing of the one that is left may stay on screen. */
export const useMoveTo = () => {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (workspaceId: string) => {
    try {
      const me = trust(await api('POST /me/workspace', { body: { workspaceId } }));
      client.clear();
      client.setQueryData(['me'], me);
      await navigate({ to: '/inbox/$view', params: { view: 'open' } });
    } catch (error) {
      tellProblem(error);
    }
  };
};
