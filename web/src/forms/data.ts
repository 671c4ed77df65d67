import type { BodyInput, Form } from '@hearten/contract';
import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { api } from '../api.ts';

export const formsQuery = queryOptions({ queryKey: ['forms', 'all'], queryFn: () => api('GET /forms') });
export const formQuery = (id: string) =>
  queryOptions({ queryKey: ['forms', 'one', id], queryFn: () => api('GET /forms/:id', { params: { id } }) });

/** What the server answered is what is shown, here and in the list. */
export const formNow = async (client: QueryClient, form: Form): Promise<void> => {
  client.setQueryData(formQuery(form.id).queryKey, form);
  await client.invalidateQueries({ queryKey: formsQuery.queryKey });
};
export const saveForm =
  (client: QueryClient, id: string) =>
  async (body: BodyInput<'PATCH /forms/:id'>): Promise<void> =>
    formNow(client, await api('PATCH /forms/:id', { params: { id }, body }));
