import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import type { Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { plainAddress } from '../customers/index.ts';
import { told } from './parent.ts';
import type { Locked, MergeUndo } from './rows.ts';

type Below = NonNullable<MergeUndo['below']>;

/** What stands below a conversation: it goes along when the conversation is merged, so it is locked with it. */
export const idsBelow = async (tx: Tx, id: string): Promise<string[]> =>
  (
    await tx.many<{ id: string }>(
      sql`select id from conversation where workspace_id = ${tx.workspaceId} and parent_id = ${id} and merged_into is null`,
    )
  ).map((row) => row.id);

/** What was said with a third person must not stand where the customer is answered, nor the customer's words where the third person is. */
export async function apart(tx: Tx, from: Locked, target: Locked): Promise<void> {
  if (from.parent_kind === 'side' && (target.parent_kind !== 'side' || target.parent_id !== from.parent_id))
    throw Conflict(
      'A side conversation stays apart from what customers read. Nothing was changed; forward a message of it if its words are needed elsewhere.',
    );
  if (target.parent_kind !== 'side' || from.parent_kind === 'side') return;
  const beside = await tx.first<{ customer_id: string; people: string[] }>(sql`
    select customer_id, array(select lower(p->>'address') from jsonb_array_elements(c.participants || jsonb_build_object('address', c.customer_address)) p) as people
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${target.parent_id}`);
  const known = new Set(beside?.people.map(plainAddress));
  const coming = [from.customer_address, ...from.participants.map((p) => p.address)];
  if (
    from.id === target.parent_id ||
    from.customer_id === beside?.customer_id ||
    coming.some((address) => known.has(plainAddress(address)))
  )
    throw Conflict(
      say(
        '#{number} is a side conversation that this customer must not see. Nothing was changed; merge into the conversation it stands beside.',
        { number: target.number },
      ),
    );
}

/** Children and side conversations of what is merged stand below the other from now on; below its own parent, when it is a child itself. */
export async function moveBelow(tx: Tx, who: Who, from: Locked, target: Locked): Promise<Below> {
  const below = await tx.many<Below[number]>(sql`
    select c.id, c.parent_id as "parentId", c.parent_kind as kind, case when c.id = ${target.id} then null when c.parent_kind = 'side' then ${target.id}::uuid
        when ${target.parent_id}::uuid is distinct from ${from.id}::uuid then coalesce(${target.parent_id}::uuid, ${target.id}::uuid) else ${target.id}::uuid end as now
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.parent_id = ${from.id} and c.merged_into is null order by c.id`);
  await place(
    tx,
    below.map((one) => ({ id: one.id, parentId: one.now, kind: one.kind })),
  );
  await emit(
    tx,
    below.flatMap((one) =>
      told(who, one.now ? 'conversation.attached' : 'conversation.detached', one.id, one.now ?? from.id),
    ),
  );
  return below;
}

/** The way back, for those that nobody placed elsewhere since. */
export async function moveBack(tx: Tx, who: Who, below: Below): Promise<void> {
  const still = await tx.many<{ id: string }>(sql`
    select c.id from conversation c join jsonb_to_recordset(${JSON.stringify(below)}::jsonb) as b (id uuid, now uuid) on b.id = c.id
    where c.workspace_id = ${tx.workspaceId} and c.parent_id is not distinct from b.now and c.merged_into is null order by c.id for update of c`);
  const back = below.filter((one) => still.some((row) => row.id === one.id));
  await place(tx, back);
  await emit(
    tx,
    back.flatMap((one) => told(who, 'conversation.attached', one.id, one.parentId)),
  );
}

const place = (tx: Tx, list: { id: string; parentId: string | null; kind: string }[]): Promise<number> =>
  tx.run(sql`
    update conversation c set parent_id = b."parentId", parent_kind = case when b."parentId" is not null then b.kind end, version = c.version + 1
    from jsonb_to_recordset(${JSON.stringify(list)}::jsonb) as b (id uuid, "parentId" uuid, kind text)
    where c.workspace_id = ${tx.workspaceId} and c.id = b.id`);
