import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import { lockHomeOf } from './reopen.ts';

/** Whether one of the team sent this, as the first mail of a conversation that nobody has touched: only then is it worth reading again. */
export async function mayBeForwarded(tx: Tx, messageId: string): Promise<boolean> {
  const row = await tx.first(sql`
    select 1 from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      join person p on p.workspace_id = m.workspace_id and p.active and p.role <> 'viewer' and lower(p.email) = lower(m.sender->>'address')
    where m.workspace_id = ${tx.workspaceId} and m.id = ${messageId} and c.id = m.id and c.message_count = 1 and c.folder <> 'trash' and c.merged_into is null
      and m.kind = 'message' and not m.automatic and m.forwarded is null and m.authentication->>'verdict' = 'verified'`);
  return row !== undefined;
}

/** What `vouched` does when a mail comes, done when its sender is found out only afterwards: the forward is the customer's after all. */
export async function vouchLater(tx: Tx, messageId: string, original: Address): Promise<void> {
  const home = await lockHomeOf(tx, messageId);
  if (!home || !(await mayBeForwarded(tx, messageId))) return;
  const message = await tx.first<{ sender: Address }>(
    sql`select sender from message where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
  const by = message?.sender;
  if (!by || plainAddress(by.address) === plainAddress(original.address)) return;
  const customer = (await recognise(tx, [original])).get(plainAddress(original.address)) as Recognised;
  await tx.run(sql`
    update message set sender = ${JSON.stringify(original)}::jsonb, customer_id = ${customer.customerId}, forwarded = ${JSON.stringify({ by })}::jsonb, authentication = null, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${messageId}`);
  await tx.run(sql`
    update conversation set customer_id = ${customer.customerId}, customer_name = ${customer.name}, customer_address = ${original.address}, version = version + 1,
      participants = (select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(participants) p where lower(p->>'address') <> lower(${original.address}))
    where workspace_id = ${tx.workspaceId} and id = ${home}`);
  await emit(tx, [{ name: 'conversation.vouched', actor: system, conversationId: home, messageId, data: {} }]);
}
