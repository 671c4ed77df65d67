import { useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { SavedText } from '../ui/saved.tsx';

/** Which events are orders: over them contact rates are counted where no customers are tracked. */
export const Orders = () => {
  const may = useMay();
  const client = useQueryClient();
  const query = useQuery({
    queryKey: ['active-customers'],
    queryFn: () => api('GET /active-customers'),
    enabled: may('problem.read'),
  });
  const orders = query.data?.orders;
  if (!orders) return null;
  return (
    <fieldset className="form card pad" disabled={!may('workspace.write')}>
      <h2>{t('Orders')}</h2>
      <SavedText
        label={t('The event that is an order')}
        name="orderEvent"
        help={
          <>
            {t('As your pages or your shop call it when they tell Hearten of one.')}{' '}
            {orders.weeks
              ? t('{n, plural, one {# week of the last 13 has orders.} other {# weeks of the last 13 have orders.}}', {
                  n: Math.min(13, orders.weeks),
                })
              : t('No week has orders yet. Weeks are counted when they are over.')}
          </>
        }
        value={orders.event}
        save={async (orderEvent) => {
          await api('PATCH /workspace', { body: { orderEvent: orderEvent.trim() } });
          await client.invalidateQueries({ queryKey: ['active-customers'] });
        }}
        wrong={(event) => (event.trim() ? undefined : t('An event needs a name.'))}
      >
        <input className="input" dir="auto" maxLength={100} />
      </SavedText>
    </fieldset>
  );
};
