import type { WholeCustomer } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Merge, Undo2 } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { later } from '../ui/later.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { keep } from './data.ts';
import { merging, openMerge } from './merging.ts';

const MergeCustomers = later(async () => (await import('./MergeCustomers.tsx')).MergeCustomers);

export const duplicatesQuery = (id: string) => ({
  queryKey: ['customer', id, 'duplicates'],
  queryFn: async () => (await api('GET /customers/:id/duplicates', { params: { id } })).items,
  staleTime: 5 * 60_000,
});

/** Who may be the same person as this customer, who became one with them, and the way to merge. */
export const Duplicates = ({ customer }: { customer: WholeCustomer }) => {
  const can = useMay()('customer.write');
  const client = useQueryClient();
  const asked = useSyncExternalStore(merging.watch, merging.get);
  const { data: alike } = useQuery({ ...duplicatesQuery(customer.id), enabled: can && customer.mergedInto === null });
  const back = async (from: { id: string; name: string }) => {
    try {
      await api('POST /customers/:id/unmerge', { params: { id: from.id } });
      keep(client, await api('GET /customers/:id', { params: { id: customer.id } }));
      await client.invalidateQueries({ queryKey: ['customer', customer.id, 'duplicates'] });
      tell(t('{name} is a customer of their own again', { name: from.name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  useKeys([
    {
      id: 'mergeCustomer',
      when: can && customer.mergedInto === null,
      opens: 4000,
      run: () => openMerge(null, customer.id),
    },
  ]);
  const first = alike?.[0];
  return (
    <>
      {first && can ? (
        <div className="said info alike">
          <Merge className="i" aria-hidden="true" />
          <span className="grow">
            {alike.length > 1
              ? t('{n, plural, one {# customer} other {# customers}} may be the same person.', { n: alike.length })
              : t('{name} ({address}) may be the same person.', {
                  name: first.name,
                  address: first.handles[0]?.value ?? '',
                })}
          </span>
          <button
            type="button"
            className="btn sm"
            onClick={() => openMerge(alike.length > 1 ? null : first.id, customer.id)}
          >
            {t('Look')}
          </button>
        </div>
      ) : null}
      {customer.merged.map((one) => (
        <div key={one.id} className="xs ink3 row alike">
          <span className="grow cut">{t('{name} was merged into them', { name: one.name })}</span>
          {can ? (
            <button
              type="button"
              className="btn quiet icon xs"
              aria-label={t('Take the merge with {name} back', { name: one.name })}
              title={t('Take the merge with {name} back', { name: one.name })}
              onClick={() => void back(one)}
            >
              <Undo2 className="i s13 flip" />
            </button>
          ) : null}
        </div>
      ))}
      {asked?.into === customer.id ? <MergeCustomers customer={customer} from={asked.from} /> : null}
    </>
  );
};
