import type { Delivery } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { plainAddress } from '../customers/index.ts';
import { freeAsk } from './turn.ts';

/** The mail that would have asked came back, or nobody took it: they were not asked, and are silent about nothing. */
export const NOT_DELIVERED = 'not delivered';

/** Did this message miss this address for good? Where it went by another one by now, it did when it reached nobody. */
export async function missed(tx: Tx, messageId: string, address: string): Promise<boolean> {
  const message = await tx.first<{ state: string; delivery: Delivery | null }>(
    sql`select state, delivery from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
  if (!message) return false;
  const all = message.delivery?.recipients ?? [];
  if (all.length === 0) return message.state === 'failed' || message.state === 'bounced';
  const theirs = all.filter((one) => plainAddress(one.address) === plainAddress(address));
  return (theirs.length > 0 ? theirs : all).every(({ state }) => state === 'refused' || state === 'bounced');
}

/** The answer with the question did not reach its customer. What they answered nevertheless stands. */
export async function askMissed(tx: Tx, { message_id: messageId }: EventRow): Promise<void> {
  if (!messageId) return;
  const ask = await tx.first<{ id: string; conversation_id: string; address: string }>(sql`
    select a.id, a.conversation_id, c.customer_address as address from mood_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
    where a.workspace_id = ${tx.workspaceId} and a.message_id = ${messageId} and a.excluded is null and a.answered_at is null and not a.in_chat`);
  if (!ask || !(await missed(tx, messageId, ask.address))) return;
  // As in every verb its conversation first.
  await tx.run(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = ${ask.conversation_id} for no key update`,
  );
  const taken = await tx.run(
    sql`update mood_ask set excluded = ${NOT_DELIVERED} where workspace_id = ${tx.workspaceId} and id = ${ask.id} and excluded is null and answered_at is null`,
  );
  if (taken) await freeAsk(tx, ask.id);
}
