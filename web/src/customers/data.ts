import type { Body, CustomerField, Opened, WholeCustomer } from '@hearten/contract';
import { type QueryClient, queryOptions, useQuery } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

export const customerQuery = (id: string) =>
  queryOptions({ queryKey: ['customer', id], queryFn: () => api('GET /customers/:id', { params: { id } }) });
export const fieldsQuery = queryOptions({
  queryKey: ['customer-fields'],
  queryFn: async () => (await api('GET /customer-fields')).items,
  staleTime: 5 * 60_000,
});
/** The team's own fields that are shown, of customers or of companies. */
export const useFields = (about: CustomerField['about']): CustomerField[] =>
  (useQuery(fieldsQuery).data ?? []).filter((field) => field.about === about && !field.archived);

/** What the server says of a customer now, wherever they are on screen. */
export const keep = (client: QueryClient, customer: WholeCustomer): void => {
  client.setQueryData(customerQuery(customer.id).queryKey, customer);
  for (const [key, opened] of client.getQueriesData<Opened>({ queryKey: ['conversation'] }))
    if (opened?.customer.id === customer.id) client.setQueryData(key, { ...opened, customer });
};

export type Patch = Body<'PATCH /customers/:id'>;
/** The patch that puts back what another one changes. */
export const inverse = (before: WholeCustomer, patch: Patch): Patch => {
  const back: Patch = {};
  if (patch.name !== undefined) back.name = before.name;
  if (patch.role !== undefined) back.role = before.role;
  if (patch.language !== undefined) back.language = before.language;
  if (patch.timeZone !== undefined) back.timeZone = before.timeZone;
  if (patch.companyId !== undefined) back.companyId = before.company?.id ?? null;
  if (patch.fields)
    back.fields = Object.fromEntries(Object.keys(patch.fields).map((key) => [key, before.fields[key] ?? null]));
  return back;
};

/** Changes what is known of a customer and says so, with the way back. Throws what the server refuses, for the field to show. */
export const change = async (client: QueryClient, before: WholeCustomer, patch: Patch, undo = true): Promise<void> => {
  const params = { id: before.id };
  keep(client, await api('PATCH /customers/:id', { params, body: patch }));
  if (!undo) return;
  tell(t('Saved'), {
    label: t('Undo'),
    run: () => void change(client, before, inverse(before, patch), false).catch((error) => tellProblem(error)),
  });
};
