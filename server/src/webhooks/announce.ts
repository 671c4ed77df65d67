import type { WebhookType } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { none, sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { type Payload, payloads, type Told } from './payload.ts';
import { heard, typesOf } from './types.ts';

/** Mail whose sender is still being looked up is told after so long at the latest, as it then stands. */
const PATIENCE = 20_000; // ms

type Hook = { id: string; types: WebhookType[] };
const hooksOf = (tx: Tx): Promise<Hook[]> =>
  tx.many<Hook>(sql`
    select h.id, h.types from webhook h join workspace w on w.id = h.workspace_id and w.sample_of is null
    where h.workspace_id = ${tx.workspaceId} and h.active and h.disabled is null`);

/**
 * Makes deliveries of what happened, in the transaction of the reaction and so exactly once: a row and a job for each webhook that wants
 * to hear of it. Where there is no webhook it is one short question for a whole batch.
 */
export async function announce(tx: Tx, jobs: Jobs, url: string, events: EventRow[]): Promise<void> {
  const hooks = await hooksOf(tx);
  if (hooks.length === 0) return;
  const found = events.flatMap((event) => (event.name === 'message.checked' ? (event.message_id ?? []) : []));
  const late = found.length > 0 ? await receivedOf(tx, found) : [];
  const held = await tell(tx, jobs, url, hooks, [...late, ...events]);
  const at = new Date(clock() + PATIENCE);
  const eventIds = held.map((event) => event.id);
  // A process of the version before asks by messages.
  const messageIds = held.map((event) => event.message_id);
  if (held.length > 0)
    await jobs.add(tx, 'webhook-held', { eventIds, messageIds }, { at, key: `webhook-held:${eventIds[0]}` });
}

type Held = { eventIds?: string[]; messageIds?: string[] };
/**
 * What waited for the look-up of its sender long enough. By the events themselves: meanwhile their messages may have gone to another
 * conversation, merged or split, while what happened stays where it did.
 */
export async function announceHeld(tx: Tx, jobs: Jobs, url: string, { eventIds, messageIds }: Held): Promise<void> {
  const hooks = await hooksOf(tx);
  if (hooks.length === 0) return;
  const waited = eventIds
    ? await tx.many<EventRow>(sql`
        select e.* from event e join message m on m.workspace_id = e.workspace_id and m.id = e.message_id
        where e.workspace_id = ${tx.workspaceId} and e.id = any (${eventIds}::uuid[]) order by e.id`)
    : await receivedOf(tx, messageIds ?? []);
  await tell(tx, jobs, url, hooks, waited, false);
}
/** Where messages still are where they came in: those of others are told when they have waited. */
const receivedOf = (tx: Tx, messageIds: string[]): Promise<EventRow[]> =>
  tx.many<EventRow>(sql`
    select e.* from message m cross join lateral (select * from event o where o.workspace_id = m.workspace_id and o.conversation_id = m.conversation_id
      and o.message_id = m.id and o.name = 'message.received' and o.at > now() - interval '1 day' limit 1) e
    where m.workspace_id = ${tx.workspaceId} and m.id = any (${messageIds}::uuid[]) order by e.id`);

async function tell(
  tx: Tx,
  jobs: Jobs,
  url: string,
  hooks: Hook[],
  events: EventRow[],
  holds = true,
): Promise<EventRow[]> {
  const wants = (hook: Hook, type: WebhookType): boolean => hook.types.length === 0 || hook.types.includes(type);
  const told: Told[] = events.flatMap((event) => {
    const types = typesOf(event);
    return types.some((type) => hooks.some((hook) => wants(hook, type))) ? [{ event, types }] : [];
  });
  if (told.length === 0) return [];
  const { ready, held } = await payloads(tx, told, url, holds);
  await deliverTo(
    tx,
    jobs,
    hooks.flatMap((hook) =>
      ready.filter(({ type }) => wants(hook, type)).map((payload) => ({ hook: hook.id, payload })),
    ),
  );
  return held;
}

/** Known ids are left out: a delivery is made once, whoever asks again. */
async function deliverTo(tx: Tx, jobs: Jobs, pairs: { hook: string; payload: Payload }[]): Promise<void> {
  if (pairs.length === 0) return;
  const rows = pairs.map(({ hook, payload }) => ({
    id: newId(),
    webhook_id: hook,
    message_id: payload.messageId,
    type: payload.type,
    body: payload.body,
    conversation_id: payload.conversationId,
    customer_id: payload.customerId,
  }));
  const made = await tx.many<{ id: string; webhook_id: string }>(sql`
    insert into webhook_delivery (workspace_id, id, webhook_id, message_id, type, body, conversation_id, customer_id, next_at)
    select ${tx.workspaceId}, d.id, d.webhook_id, d.message_id, d.type, d.body, d.conversation_id, d.customer_id, now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as d (id uuid, webhook_id uuid, message_id text, type text, body text, conversation_id uuid, customer_id uuid)
    on conflict do nothing returning id, webhook_id`);
  await Promise.all(made.map((row) => sendLater(tx, jobs, row.id, row.webhook_id)));
}

/** The job of one delivery; there is one at a time. */
export const sendLater = (tx: Tx, jobs: Jobs, id: string, webhookId: string, at?: Date): Promise<void> =>
  jobs.add(
    tx,
    'webhook',
    { deliveryId: id, webhookId },
    { key: `webhook:${id}`, lane: webhookId, tries: 25, ...(at ? { at } : {}) },
  );
/**
 * The oldest that wait go on, and those whose sender died: their job may have found no room when the lease ended. Whoever makes room takes
 * those that nobody else is just taking along: two that ended together and gave jobs to the same ones met at them, and what became of one
 * of the two was not kept. Who wakes a webhook waits for each.
 */
export async function nextInLine(
  tx: Tx,
  jobs: Jobs,
  webhookId: string,
  room: number,
  whose: 'free' | 'all' = 'free',
): Promise<void> {
  const waiting = await tx.many<{ id: string }>(sql`
    select id from webhook_delivery where workspace_id = ${tx.workspaceId} and webhook_id = ${webhookId}
      and (state = 'waiting' and next_at <= now() or state = 'sending' and lease_until <= now())
    order by created_at, id limit ${room} for update ${whose === 'free' ? sql`skip locked` : none}`);
  for (const { id } of waiting) await sendLater(tx, jobs, id, webhookId);
}
export const notLater = (tx: Tx, jobs: Jobs, id: string): Promise<void> => jobs.cancel(tx, `webhook:${id}`);

export const announced: readonly string[] = [...heard, 'message.checked'];
