import type { Delivery, ReasonCode } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { worded } from '../base/reasons.ts';
import { type Recipients, wholeState } from './recipients.ts';
import { lockHomeOf } from './reopen.ts';
import { messageFor } from './rows.ts';

/** How we know that a message has arrived of which nobody knew. */
export type Evidence = 'answered' | 'in the Sent folder' | 'reported' | 'said so';
const words: Record<Evidence, ReasonCode> = {
  answered: 'answered',
  'in the Sent folder': 'in-sent-folder',
  reported: 'reported',
  'said so': 'said-so',
};

/** What was unknown is known: it was taken. Who waits for whom is as it was before anyone doubted. False when nobody doubts it. */
export async function arrived(tx: Tx, who: Who | null, messageId: string, evidence: Evidence): Promise<boolean> {
  const home = await lockHomeOf(tx, messageId);
  const row = await tx.first<{ delivery: Delivery | null; recipients: Recipients }>(
    sql`select delivery, recipients from message where workspace_id = ${tx.workspaceId} and id = ${messageId} and type = 'out' and state = 'unknown' for update`,
  );
  if (!home || !row) return false;
  const at = new Date(clock()).toISOString();
  const told = worded({ code: words[evidence] });
  const delivery = row.delivery && {
    ...row.delivery,
    recipients: row.delivery.recipients.map((r) =>
      r.state === 'unknown' ? { ...r, state: 'accepted' as const, ...told, at } : r,
    ),
  };
  const state = delivery ? wholeState(delivery.recipients) : 'sent';
  await tx.run(sql`
    update message set state = ${state}, state_reason = ${told.text}, delivery = ${delivery && JSON.stringify(delivery)}::jsonb, sent_at = coalesce(sent_at, now()), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  await tx.run(sql`
    update conversation set version = version + 1, status = case when ${state} = 'sent' and status = 'open' and last_from = 'team' and waiting_since is null then 'waiting' else status end
    where workspace_id = ${tx.workspaceId} and id = ${home}`);
  const actor = who ? actorOf(who) : system;
  await emit(tx, [{ name: 'message.arrived', actor, conversationId: home, messageId, data: { evidence } }]);
  return true;
}

export async function sayArrived(tx: Tx, who: Who, messageId: string): Promise<Json> {
  if (!(await arrived(tx, who, messageId, 'said so'))) {
    if (!(await tx.first(sql`select 1 from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`)))
      throw NotFound('This message is not here.');
    throw Conflict('Nobody doubts any more what became of this message. Nothing was changed.');
  }
  return json(`{"message":${await messageFor(tx, messageId)}}`);
}

/** An answer proves that what it answers has arrived. */
export async function believeAnswer(tx: Tx, event: EventRow): Promise<void> {
  if (Array.isArray(event.data.proved))
    for (const id of event.data.proved) await arrived(tx, null, String(id), 'answered');
}
