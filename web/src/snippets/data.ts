import type { BodyInput, Macro, Snippet } from '@hearten/contract';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export type Kind = 'snippet' | 'macro';
/** A snippet, or with `steps` a macro. */
export type Prepared = Snippet & Partial<Pick<Macro, 'steps' | 'sends'>>;
export type Change = BodyInput<'PATCH /macros/:id'>;

export const preparedQuery = (kind: Kind, archived = false) =>
  queryOptions({
    queryKey: ['snippets', kind, archived] as const,
    queryFn: async (): Promise<Prepared[]> => {
      const query = archived ? ({ archived: '1' } as const) : {};
      return kind === 'macro'
        ? (await api('GET /macros', { query })).items
        : (await api('GET /snippets', { query })).items;
    },
    staleTime: 300_000,
  });
/** What each variable is in a conversation; in none, in the latest one. */
export const variablesQuery = (conversationId: string | undefined) =>
  queryOptions({
    queryKey: ['snippets', 'variables', conversationId ?? ''] as const,
    queryFn: () => api('GET /snippets/variables', { query: { conversationId } }),
    staleTime: 60_000,
  });

/** Everything one can do to one of them, whichever it is; the lists on screen know at once. */
export const keeping = (client: QueryClient, kind: Kind) => {
  const put = (one: Prepared): Prepared => {
    for (const archived of [false, true])
      client.setQueryData(preparedQuery(kind, archived).queryKey, (all) => {
        if (!all) return all;
        const others = all.filter((other) => other.id !== one.id);
        return (one.archivedAt !== null) === archived ? [...others, one].sort(byPlace) : others;
      });
    return one;
  };
  const params = (id: string) => ({ params: { id } });
  const macro = kind === 'macro';
  return {
    make: async (body: BodyInput<'POST /macros'>) =>
      put(macro ? (await api('POST /macros', { body })).macro : (await api('POST /snippets', { body })).snippet),
    change: async (id: string, body: Change) =>
      put(
        macro
          ? (await api('PATCH /macros/:id', { ...params(id), body })).macro
          : (await api('PATCH /snippets/:id', { ...params(id), body })).snippet,
      ),
    duplicate: async (id: string) =>
      put(
        macro
          ? (await api('POST /macros/:id/duplicate', params(id))).macro
          : (await api('POST /snippets/:id/duplicate', params(id))).snippet,
      ),
    archive: async (id: string) =>
      put(
        macro
          ? (await api('POST /macros/:id/archive', params(id))).macro
          : (await api('POST /snippets/:id/archive', params(id))).snippet,
      ),
    restore: async (id: string) =>
      put(
        macro
          ? (await api('POST /macros/:id/restore', params(id))).macro
          : (await api('POST /snippets/:id/restore', params(id))).snippet,
      ),
    forget: async (id: string) => {
      await (macro ? api('DELETE /macros/:id', params(id)) : api('DELETE /snippets/:id', params(id)));
      client.setQueryData(preparedQuery(kind, true).queryKey, (all) => all?.filter((one) => one.id !== id));
    },
  };
};
const byPlace = (a: Prepared, b: Prepared): number =>
  a.folder.localeCompare(b.folder) || a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1);
