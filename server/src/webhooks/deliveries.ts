import type { Query, Reply, WholeWebhookDelivery } from '@hearten/contract';
import { sql, type Tx, whole } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { isId } from '../base/ids.ts';

const columns = sql`d.id, d.webhook_id as "webhookId", d.message_id as "messageId", d.type, d.state, d.tries, case when d.state = 'waiting' then d.next_at end as "nextAt", d.status, d.error,
  d.created_at as "createdAt", d.done_at as "doneAt"`;

/** Newest first. A cursor is the id of the last one. */
export async function deliveriesOf(
  tx: Tx,
  webhookId: string,
  { cursor, limit = 50, state }: Query<'GET /webhooks/:id/deliveries'>,
): Promise<Reply<'GET /webhooks/:id/deliveries'>> {
  if (cursor && !isId(cursor)) throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const [there, items] = await Promise.all([
    tx.first(sql`select 1 from webhook where workspace_id = ${tx.workspaceId} and id = ${webhookId}`),
    tx.many<Reply<'GET /webhooks/:id/deliveries'>['items'][number]>(sql`
      select ${columns} from webhook_delivery d where d.workspace_id = ${tx.workspaceId} and d.webhook_id = ${webhookId}
        and (${state ?? null}::text is null or d.state = ${state ?? null} or ${state ?? null} = 'waiting' and d.state = 'sending')
        and (${cursor ?? null}::uuid is null or (d.created_at, d.id) < (select o.created_at, o.id from webhook_delivery o where o.workspace_id = ${tx.workspaceId} and o.id = ${cursor ?? null}::uuid))
      order by d.created_at desc, d.id desc limit ${whole(limit + 1)}`),
  ]);
  if (!there) throw NotFound();
  const page = items.slice(0, limit);
  return { items: page, next: items.length > limit ? (page.at(-1)?.id ?? null) : null };
}

export async function deliveryById(tx: Tx, id: string): Promise<WholeWebhookDelivery> {
  const row = await tx.first<WholeWebhookDelivery>(sql`
    select ${columns}, h.address, d.body,
      (select coalesce(json_agg(json_build_object('number', a.number, 'at', a.at, 'ms', a.ms, 'status', a.status, 'error', a.error, 'request', a.request, 'headers', a.headers, 'answer', a.answer) order by a.number desc), '[]')
        from webhook_attempt a where a.workspace_id = d.workspace_id and a.delivery_id = d.id) as attempts
    from webhook_delivery d join webhook h on h.workspace_id = d.workspace_id and h.id = d.webhook_id
    where d.workspace_id = ${tx.workspaceId} and d.id = ${id}`);
  if (!row) throw NotFound();
  return row;
}
