import type { BodyInput, Cluster } from '@hearten/contract';
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

type One = Pick<Cluster, 'id' | 'kind'>;
const again = (client: QueryClient): Promise<void> => client.invalidateQueries({ queryKey: ['problems'] });
/** Whatever was decided about it is taken back; false when it was not, and why was said. */
export async function back(client: QueryClient, { id, kind }: One): Promise<boolean> {
  try {
    await api('POST /clusters/:id/reopen', { params: { id } });
    await again(client);
    tell(
      kind === 'question'
        ? t('It stands among what is asked again and again')
        : t('It is found among unfiled conversations again'),
    );
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
}

/** Its conversations are filed at once, until somebody confirms them; what went wrong is the dialog's to say. */
export async function makeProblemOf(client: QueryClient, one: One, name: string): Promise<void> {
  const { filed } = await api('POST /clusters/:id/problem', { params: { id: one.id }, body: { name } });
  await again(client);
  tell(t('{n, plural, one {# conversation is filed} other {# conversations are filed}}', { n: filed }), {
    label: t('Undo'),
    run: () => void back(client, one),
  });
}

/** False when it was not kept, and why was said. */
export async function noProblem(client: QueryClient, one: One): Promise<boolean> {
  try {
    await api('POST /clusters/:id/dismiss', { params: { id: one.id } });
    await again(client);
    tell(t('Not shown again unless it grows to twice its size'), {
      label: t('Undo'),
      run: () => void back(client, one),
    });
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
}

export const risesQuery = queryOptions({ queryKey: ['problems', 'rises'], queryFn: () => api('GET /rises') });

/** What went wrong is the dialog's to say. */
export async function writeAnswer(
  client: QueryClient,
  id: string,
  body: BodyInput<'POST /clusters/:id/answer'>,
): Promise<void> {
  const { snippetId } = await api('POST /clusters/:id/answer', { params: { id }, body });
  await Promise.all([again(client), client.invalidateQueries({ queryKey: ['snippets'] })]);
  tell(t('Saved as “{name}”, and linked', { name: body.name }), {
    label: t('Undo'),
    run: () => void unwrite(client, id, snippetId).catch(tellProblem),
  });
}
async function unwrite(client: QueryClient, id: string, snippetId: string): Promise<void> {
  await api('PUT /clusters/:id/answer', { params: { id }, body: { snippetId: null } });
  await api('POST /snippets/:id/archive', { params: { id: snippetId } });
  await Promise.all([again(client), client.invalidateQueries({ queryKey: ['snippets'] })]);
}

export async function linkAnswer(client: QueryClient, one: Cluster, snippetId: string | null): Promise<void> {
  const put = async (to: string | null): Promise<void> => {
    await api('PUT /clusters/:id/answer', { params: { id: one.id }, body: { snippetId: to } });
    await again(client);
  };
  try {
    await put(snippetId);
    tell(snippetId ? t('The answer is linked') : t('No answer is linked any more'), {
      label: t('Undo'),
      run: () => void put(one.answer?.id ?? null).catch(tellProblem),
    });
  } catch (error) {
    tellProblem(error);
  }
}
