import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { freeAsk, missed, NOT_DELIVERED, noteAsk } from '../mood/index.ts';

/** The mail of a survey did not reach its customer: they were not asked, and something else may ask them. */
export async function surveyMissed(tx: Tx, { message_id: messageId }: EventRow): Promise<void> {
  if (!messageId) return;
  const ask = await tx.first<{ id: string; address: string }>(sql`
    select a.id, c.customer_address as address from survey_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
    where a.workspace_id = ${tx.workspaceId} and a.message_id = ${messageId} and a.excluded is null and a.answered_at is null for update of a`);
  if (!ask || !(await missed(tx, messageId, ask.address))) return;
  await tx.run(
    sql`update survey_ask set excluded = ${NOT_DELIVERED} where workspace_id = ${tx.workspaceId} and id = ${ask.id}`,
  );
  await freeAsk(tx, ask.id);
}

/** Somebody sent it once more, and now it was taken. */
export async function surveyArrived(tx: Tx, { message_id: messageId }: EventRow): Promise<void> {
  if (!messageId) return;
  const ask = await tx.first<{ id: string; conversation_id: string }>(sql`
    update survey_ask set excluded = null where workspace_id = ${tx.workspaceId} and message_id = ${messageId} and excluded = ${NOT_DELIVERED} returning id, conversation_id`);
  if (ask) await noteAsk(tx, { id: ask.id, conversationId: ask.conversation_id, kind: 'survey' });
}
