import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { messageFor } from './rows.ts';

/** Sends again what failed, came back, or may not have arrived: same Message-ID, so a mail program shows a double one once. */
export async function retry(tx: Tx, who: Who, id: string): Promise<Json> {
  const row = await tx.first<{ conversation_id: string; inbox_id: string }>(sql`
    update message set state = 'queued', state_reason = null, send_at = now(), attempts = 0, lease_until = null, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id} and type = 'out' and state in ('failed', 'unknown', 'bounced', 'deferred') returning conversation_id, inbox_id`);
  if (!row) {
    if (!(await tx.first(sql`select 1 from message where workspace_id = ${tx.workspaceId} and id = ${id}`)))
      throw NotFound('This message is not here.');
    throw Conflict('This message is on its way or has arrived; there is nothing to send again.');
  }
  await jobs.add(tx, 'deliver', { messageId: id }, { key: `deliver:${id}`, tries: 12, lane: row.inbox_id });
  await emit(tx, [
    { name: 'message.retried', actor: actorOf(who), conversationId: row.conversation_id, messageId: id },
  ]);
  return json(`{"message":${await messageFor(tx, id)}}`);
}
export async function quoteOf(tx: Tx, id: string): Promise<{ text: string }> {
  const row = await tx.first<{ text: string }>(
    sql`select quote as text from message where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound('This message is not here.');
  return row;
}
