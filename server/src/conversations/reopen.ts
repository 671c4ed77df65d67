import { sql, type Tx } from '../base/db.ts';

/**
 * Locks the conversation that a message is in, before the message itself, as every verb does: so nobody waits for each other in a circle.
 * A merge may move the message while we wait; then its new conversation is locked. Null when there is no such message.
 */
export async function lockHomeOf(tx: Tx, messageId: string): Promise<string | null> {
  const home = () =>
    tx.first<{ id: string }>(
      sql`select conversation_id as id from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
    );
  for (let was = await home(); was; ) {
    await tx.run(
      sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${was.id} for no key update`,
    );
    const now = await home();
    if (now?.id === was.id) return was.id;
    was = now;
  }
  return null;
}

/** An answer that did not arrive is ours to act on again. */
export async function reopen(tx: Tx, conversationId: string): Promise<void> {
  const lapsed = sql`status in ('waiting', 'resolved', 'snoozed')`;
  await tx.run(sql`
    update conversation set status = case when ${lapsed} then 'open' else status end, snoozed_until = case when ${lapsed} then null else snoozed_until end,
      resolved_at = case when ${lapsed} then null else resolved_at end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${conversationId}`);
}
