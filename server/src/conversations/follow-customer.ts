import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';

const PIECE = 500;

/**
 * Conversations go where their customer went, by a job in pieces: a customer may have thousands. Once more a minute later, for a mail
 * that was being received while the two became one and named the former.
 */
export async function follow(tx: Tx, event: EventRow): Promise<void> {
  const { from, into } = event.data;
  const payload = { from, into, back: event.name === 'customer.unmerged' };
  await jobs.add(tx, 'follow-customer', payload, { key: `follow-customer:${from}` });
  if (!payload.back)
    await jobs.add(tx, 'follow-customer', payload, {
      key: `follow-customer-later:${from}`,
      at: new Date(clock() + 60_000),
    });
}

/** Moves all there are, or brings back those that came with this merge. A merge taken back meanwhile moves nothing more. */
export async function followCustomer(
  hearten: Hearten,
  workspaceId: string,
  { from, into, back }: { from: string; into: string; back: boolean },
): Promise<void> {
  let moved = 0;
  for (let more = true; more; ) {
    const count = await hearten.db.tx(workspaceId, (tx) =>
      back ? bringBack(tx, from, into) : moveOver(tx, from, into),
    );
    moved += count;
    more = count === PIECE;
  }
  if (moved > 0)
    await hearten.db.tx(workspaceId, (tx) =>
      emit(tx, [{ name: 'customer.moved', actor: system, data: { customerId: into, from } }]),
    );
}

/**
 * Of these customers nothing stands with another any more to whom a merge took it, though that was taken back: they are about to be erased,
 * and the job that would bring it back comes too late. A conversation that went along twice comes back one merge after the other.
 */
export async function bringHome(hearten: Hearten, workspaceId: string, customerIds: string[]): Promise<void> {
  const away = (): Promise<{ from: string; into: string }[]> =>
    hearten.db.read(
      workspaceId,
      sql`select distinct k.id as "from", c.customer_id as "into" from conversation c
        join customer k on k.workspace_id = c.workspace_id and k.id = c.customers_before[cardinality(c.customers_before)] and k.merged_into is null
        where c.workspace_id = ${workspaceId} and c.customers_before && ${customerIds}::uuid[] and c.customer_id <> k.id`,
    );
  for (let pairs = await away(); pairs.length > 0; pairs = await away())
    for (const pair of pairs) await followCustomer(hearten, workspaceId, { ...pair, back: true });
}

const moveOver = (tx: Tx, from: string, into: string): Promise<number> =>
  tx.run(sql`
    update conversation c set customer_id = k.id, customer_name = k.name, customers_before = c.customers_before || ${from}::uuid, version = version + 1
    from (select id, name from customer where workspace_id = ${tx.workspaceId} and id = ${into}) k
    where c.workspace_id = ${tx.workspaceId} and c.id in (select o.id from conversation o where o.workspace_id = ${tx.workspaceId} and o.customer_id = ${from} order by o.id limit ${PIECE} for update)
      and exists (select 1 from customer d where d.workspace_id = c.workspace_id and d.id = ${from} and d.merged_into = ${into})`);

const bringBack = (tx: Tx, from: string, into: string): Promise<number> =>
  tx.run(sql`
    update conversation c set customer_id = k.id, customer_name = k.name, customers_before = nullif(trim_array(c.customers_before, 1), '{}'), version = version + 1
    from (select id, name from customer where workspace_id = ${tx.workspaceId} and id = ${from} and merged_into is null) k
    where c.workspace_id = ${tx.workspaceId} and c.id in (select o.id from conversation o where o.workspace_id = ${tx.workspaceId} and o.customer_id = ${into}
      and o.customers_before[cardinality(o.customers_before)] = ${from} order by o.id limit ${PIECE} for update)`);
