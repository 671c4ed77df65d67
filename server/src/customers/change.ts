import type { Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { type Actor, emit } from '../base/events.ts';
import { checkedFields, laidOver } from './fields.ts';
import { lock, refold } from './handles.ts';

/** Changes what is known of a customer. Conversations hear the event and take the name over. */
export async function changeCustomer(
  tx: Tx,
  actor: Actor,
  id: string,
  patch: Body<'PATCH /customers/:id'>,
): Promise<void> {
  await lock(tx, id);
  const fields = patch.fields ? await checkedFields(tx, 'customer', patch.fields) : {};
  if (patch.companyId) {
    const company = await tx.first(
      sql`select 1 from company where workspace_id = ${tx.workspaceId} and id = ${patch.companyId}`,
    );
    if (!company) throw Invalid('This company is not here. Nothing was changed.');
  }
  await tx.run(sql`
    update customer set name = coalesce(${patch.name ?? null}, name), role = case when ${patch.role !== undefined} then ${patch.role ?? null} else role end,
      company_id = case when ${patch.companyId !== undefined} then ${patch.companyId ?? null}::uuid else company_id end,
      language = case when ${patch.language !== undefined} then ${patch.language ?? null} else language end,
      time_zone = case when ${patch.timeZone !== undefined} then ${patch.timeZone ?? null} else time_zone end, fields = ${laidOver(sql`fields`, fields)}
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (patch.name !== undefined) await refold(tx, id);
  await emit(tx, [{ name: 'customer.changed', actor, data: { customerId: id, fields: Object.keys(patch) } }]);
}

/** A customer with whom nothing is left goes without a trace; one who still has a conversation stays. */
export async function forgetCustomer(tx: Tx, id: string): Promise<void> {
  const w = tx.workspaceId;
  const left = await tx.first(sql`select 1 from conversation where workspace_id = ${w} and customer_id = ${id}`);
  if (left) return;
  await tx.run(sql`delete from search_name where workspace_id = ${w} and customer_id = ${id}`);
  await tx.run(sql`delete from handle where workspace_id = ${w} and customer_id = ${id}`);
  await tx.run(sql`delete from customer where workspace_id = ${w} and id = ${id}`);
}
