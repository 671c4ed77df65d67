import type { Webhook, WebhookDelivery } from '@hearten/contract';
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Item, Menu } from '../ui/float.tsx';
import { Empty, Failed, SkeletonRows } from '../ui/kit.tsx';
import { More } from '../ui/More.tsx';
import { ago, due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { deliveriesQuery, type Shown } from './data.ts';
import { deliveryState, outcome } from './words.ts';

const filters: [Shown, string][] = [
  ['all', t('All')],
  ['failed', t('Failed')],
  ['waiting', t('Waiting')],
];
const HOUR = 3_600_000;

const what = (one: WebhookDelivery): string =>
  [
    one.status !== null || one.error ? outcome(one) : '',
    t('{n, plural, =0 {not tried yet} one {tried once} other {tried # times}}', { n: one.tries }),
    one.state === 'waiting' && one.nextAt && Date.parse(one.nextAt) > Date.now()
      ? t('next {when}', { when: due(one.nextAt) })
      : '',
    ago(one.createdAt),
  ]
    .filter(Boolean)
    .join(' · ');

/** What was sent, newest first. */
export const Deliveries = ({ one, show }: { one: Webhook; show: (id: string) => void }) => {
  const client = useQueryClient();
  const [state, setState] = useState<Shown>('all');
  const query = useInfiniteQuery(deliveriesQuery(one.id, state));
  const items = query.data?.pages.flatMap((page) => page.items) ?? [];
  const again = async (since?: number) => {
    try {
      const { count } = await api('POST /webhooks/:id/resend', {
        params: { id: one.id },
        body: since ? { since: new Date(Date.now() - since).toISOString() } : {},
      });
      tell(
        t('{n, plural, =0 {Nothing failed in that time} one {# is sent again} other {# are sent again}}', { n: count }),
      );
      await client.invalidateQueries({ queryKey: ['webhooks'] });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="stack" aria-label={t('Deliveries')}>
      <div className="row wraps">
        <h2 className="grow">{t('Deliveries')}</h2>
        {one.failed > 0 || (one.failingSince && one.waiting > 0) ? (
          <Menu
            align="end"
            trigger={
              <button type="button" className="btn sm">
                <RotateCw className="i s14" /> {t('Send failed again')}
              </button>
            }
          >
            <Item run={() => void again(HOUR)}>{t('Those of the last hour')}</Item>
            <Item run={() => void again(24 * HOUR)}>{t('Those of the last day')}</Item>
            <Item run={() => void again()}>{t('All that failed')}</Item>
          </Menu>
        ) : null}
        {/* biome-ignore lint/a11y/useSemanticElements: buttons of one choice */}
        <span className="seg" role="group" aria-label={t('Which')}>
          {filters.map(([name, label]) => (
            <button type="button" key={name} aria-pressed={state === name} onClick={() => setState(name)}>
              {label}
            </button>
          ))}
        </span>
      </div>
      {query.isPending ? <SkeletonRows count={4} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.isSuccess && items.length === 0 ? (
        <Empty title={state === 'failed' ? t('Nothing failed') : t('Nothing here yet')}>
          {t('What is sent stands here for two weeks, with what was answered.')}
        </Empty>
      ) : null}
      {items.length > 0 ? (
        <div className="card rowsof hooks">
          {items.map((delivery) => {
            const look = deliveryState[delivery.state];
            return (
              <button type="button" key={delivery.id} onClick={() => show(delivery.id)}>
                <span className={`chip ${look.tone}`}>
                  <look.icon className="i s13" />
                  {look.label}
                </span>
                <span className="grow hookline">
                  <code className="cut" dir="ltr">
                    {delivery.type}
                  </code>
                  <span className="xs ink2 wrap">{what(delivery)}</span>
                </span>
              </button>
            );
          })}
        </div>
      ) : null}
      <More of={query} />
    </section>
  );
};
