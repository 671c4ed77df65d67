import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

export const clustersQuery = queryOptions({
  queryKey: ['problems', 'clusters'],
  queryFn: () => api('GET /clusters', { query: {} }),
});
export const dismissedQuery = queryOptions({
  queryKey: ['problems', 'clusters', 'dismissed'],
  queryFn: () => api('GET /clusters', { query: { state: 'dismissed' } }),
});

const again = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['problems'] });
/** Whatever was decided about it is taken back; false when it was not, and why was said. */
export async function back(client: QueryClient, id: string): Promise<boolean> {
  try {
    await api('POST /clusters/:id/reopen', { params: { id } });
    await again(client);
    tell(t('It is found among unfiled conversations again'));
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
}

/** Its conversations are filed at once, until somebody confirms them; what went wrong is the dialog's to say. */
export async function makeProblemOf(client: QueryClient, id: string, name: string): Promise<void> {
  const { filed } = await api('POST /clusters/:id/problem', { params: { id }, body: { name } });
  await again(client);
  tell(t('{n, plural, one {# conversation is filed} other {# conversations are filed}}', { n: filed }), {
    label: t('Undo'),
    run: () => void back(client, id),
  });
}

/** False when it was not kept, and why was said. */
export async function noProblem(client: QueryClient, id: string): Promise<boolean> {
  try {
    await api('POST /clusters/:id/dismiss', { params: { id } });
    await again(client);
    tell(t('Not shown again unless it grows to twice its size'), {
      label: t('Undo'),
      run: () => void back(client, id),
    });
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
}

export const risesQuery = queryOptions({ queryKey: ['problems', 'rises'], queryFn: () => api('GET /rises') });
