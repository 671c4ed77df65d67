import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { type Actor, emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { fold } from './fold.ts';
import { plainAddress } from './recognise.ts';

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

export type Blocked = { id: string; pattern: string; createdAt: string };
export const listBlocked = (tx: Tx): Promise<Blocked[]> =>
  tx.many(
    sql`select id, pattern, created_at as "createdAt" from blocked_sender where workspace_id = ${tx.workspaceId} order by created_at desc limit 1000`,
  );

/** Blocks one address, or with `@example.com` a whole domain. */
export async function block(tx: Tx, actor: Actor, given: string): Promise<Blocked> {
  const pattern = plainAddress(given);
  const made = await tx.first<Blocked>(sql`
    insert into blocked_sender (workspace_id, id, pattern) values (${tx.workspaceId}, ${newId()}, ${pattern}) on conflict do nothing returning id, pattern, created_at as "createdAt"`);
  if (!made) throw Conflict(`${pattern} is blocked already.`);
  await emit(tx, [{ name: 'sender.blocked', actor, data: { pattern } }]);
  return made;
}
export async function unblock(tx: Tx, actor: Actor, id: string): Promise<void> {
  const gone = await tx.first<{ pattern: string }>(
    sql`delete from blocked_sender where workspace_id = ${tx.workspaceId} and id = ${id} returning pattern`,
  );
  if (!gone) throw NotFound('This sender is not blocked.');
  await emit(tx, [{ name: 'sender.unblocked', actor, data: { pattern: gone.pattern } }]);
}
