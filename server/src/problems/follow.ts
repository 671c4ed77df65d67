import { type Sql, sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { standsAgain, stepAside } from './aside.ts';
import { draw } from './audit.ts';
import { holdFiled, moveUp } from './confirm.ts';
import { learnLater } from './words.ts';

/** Which conversation was merged into which, or taken out of it: of the two that hear of it, the one that came and went. */
const wayOf = ({ conversation_id: from, data }: EventRow): { from: string; into: string } | null => {
  const { into } = data as { into?: unknown };
  return from && typeof into === 'string' ? { from, into } : null;
};

/** The shares of one conversation come to one, whoever came or went. */
const evenOut = (tx: Tx, id: string): Promise<number> =>
  tx.run(sql`
    update conversation_problem f set weight = f.weight / s.whole
    from (select sum(weight) as whole from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${id}) s
    where f.workspace_id = ${tx.workspaceId} and f.conversation_id = ${id} and s.whole <> 1`);

/** What is filed of a conversation that is merged into the other this moment. */
const brought = (tx: Tx, { from, into }: { from: string; into: string }): Sql =>
  sql`f.conversation_id = ${from} and exists (select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${from} and c.merged_into = ${into})`;

/**
 * What was filed goes along when its conversation is merged into another: as it is where that was not filed; else its problems stand after
 * those that were there, and in place of what is no problem. It bears the mark of where it came from, and leaves with it.
 */
export async function followMerge(tx: Tx, event: EventRow): Promise<void> {
  const way = wayOf(event);
  if (!way) return;
  const { from, into } = way;
  await holdFiled(tx, sql`select unnest(${[from, into]}::uuid[])`);
  if (
    await tx.first(
      sql`select 1 from conversation_problem f where f.workspace_id = ${tx.workspaceId} and ${brought(tx, way)} and f.kind = 'problem'`,
    )
  )
    await stepAside(tx, into);
  const came = await tx.many<{ problem_id: string | null }>(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, weight, filed_by, confidence, provisional, confirmed_by, came_from, filed_at, followed_from)
    select workspace_id, ${into}, next, kind, problem_id, weight, filed_by, confidence, provisional, confirmed_by, came_from, filed_at, ${from}
    from (select f.*, h.places + row_number() over (order by f.place)::int - 1 as next
      from conversation_problem f cross join (select coalesce(max(place) + 1, 0) as places from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${into}) h
      where f.workspace_id = ${tx.workspaceId} and ${brought(tx, way)} and (h.places = 0 or f.kind = 'problem')
        and not exists (select 1 from conversation_problem o where o.workspace_id = ${tx.workspaceId} and o.conversation_id = ${into} and o.problem_id = f.problem_id)) f
    on conflict do nothing returning problem_id`);
  if (came.length === 0) return;
  await evenOut(tx, into);
  await draw(tx, [into]);
  for (const { problem_id } of came) if (problem_id) await learnLater(tx, problem_id);
}

/**
 * Taken apart again, what came with the other leaves: nobody filed it here. Who confirmed it here confirmed what the other is filed as, and
 * there it stays confirmed. What somebody filed anew since is theirs, bears no mark, and stays.
 */
export async function followUnmerge(tx: Tx, event: EventRow): Promise<void> {
  const way = wayOf(event);
  if (!way) return;
  const { from, into } = way;
  await holdFiled(tx, sql`select unnest(${[from, into]}::uuid[])`);
  const confirmed = await tx.run(sql`
    update conversation_problem f set provisional = false, confirmed_by = o.confirmed_by from conversation_problem o
    where f.workspace_id = ${tx.workspaceId} and f.conversation_id = ${from} and f.provisional
      and o.workspace_id = ${tx.workspaceId} and o.conversation_id = ${into} and o.followed_from = ${from} and o.problem_id = f.problem_id and not o.provisional`);
  if (confirmed) await draw(tx, [from]);
  const gone = await tx.many<{ problem_id: string | null }>(
    sql`delete from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${into} and followed_from = ${from} returning problem_id`,
  );
  // A question that had come along, and stepped aside since, leaves as well.
  await tx.run(
    sql`delete from filing_aside where workspace_id = ${tx.workspaceId} and conversation_id = ${into} and followed_from = ${from}`,
  );
  if (gone.length === 0) return;
  await moveUp(tx, [into]);
  await evenOut(tx, into);
  await standsAgain(tx, [into]);
  for (const { problem_id } of gone) if (problem_id) await learnLater(tx, problem_id);
}
