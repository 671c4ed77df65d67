import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { type Actor, emit } from '../base/events.ts';
import { fold } from './fold.ts';

type Patch = { name?: string | undefined; language?: string | null | undefined; timeZone?: string | null | undefined };
/** Changes what is known of a customer. Conversations hear the event and take the name over. */
export async function changeCustomer(tx: Tx, actor: Actor, id: string, patch: Patch): Promise<void> {
  const found = await tx.first<{ id: string }>(sql`
    update customer set name = coalesce(${patch.name ?? null}, name), language = case when ${patch.language !== undefined} then ${patch.language ?? null} else language end,
      time_zone = case when ${patch.timeZone !== undefined} then ${patch.timeZone ?? null} else time_zone end
    where workspace_id = ${tx.workspaceId} and id = ${id} returning id`);
  if (!found) throw NotFound('This customer is not here.');
  if (patch.name !== undefined) {
    const handles = await tx.many<{ value: string }>(
      sql`select value from handle where workspace_id = ${tx.workspaceId} and customer_id = ${id}`,
    );
    await tx.run(
      sql`update search_name set folded = ${fold(`${patch.name} ${handles.map((h) => h.value).join(' ')}`)} where workspace_id = ${tx.workspaceId} and customer_id = ${id}`,
    );
  }
  await emit(tx, [{ name: 'customer.changed', actor, data: { customerId: id, fields: Object.keys(patch) } }]);
}
