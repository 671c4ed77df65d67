import type { KnownProblem } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid } from '../base/errors.ts';
import type { Who } from '../base/module.ts';
import { holdFiled, moveUp } from './confirm.ts';
import { lockProblems, problemById, tell } from './problems.ts';
import { learnLater } from './words.ts';

type Left = {
  conversation_id: string;
  place: number;
  weight: number;
  filed_by: string | null;
  provisional: boolean;
  followed_from: string | null;
};

/** Everything filed under the one is filed under the other. What was filed under both counts once, and is kept for the way back. */
export async function mergeProblem(tx: Tx, who: Who, id: string, into: string): Promise<KnownProblem> {
  if (id === into) throw Invalid('A problem cannot be merged into itself. Nothing was changed.');
  await holdFiled(
    tx,
    sql`select f.conversation_id from conversation_problem f join conversation_problem o on o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id and o.problem_id = ${into} where f.workspace_id = ${tx.workspaceId} and f.problem_id = ${id}`,
  );
  const both = await lockProblems(tx, [id, into]);
  if (both.get(id)?.merged_into || both.get(into)?.merged_into)
    throw Conflict('One of the two was merged into another already. Nothing was changed.');
  const left = await tx.many<Left>(sql`
    delete from conversation_problem f where f.workspace_id = ${tx.workspaceId} and f.problem_id = ${id}
      and exists (select 1 from conversation_problem o where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id and o.problem_id = ${into})
    returning f.conversation_id, f.place, f.weight, f.filed_by, f.provisional, f.followed_from`);
  await moveUp(
    tx,
    left.map((one) => one.conversation_id),
  );
  await tx.run(
    sql`update conversation_problem set problem_id = ${into}, came_from = came_from || ${id}::uuid where workspace_id = ${tx.workspaceId} and problem_id = ${id}`,
  );
  await tx.run(
    sql`update problem set merged_into = ${into}, merge_undo = ${JSON.stringify(left)}::jsonb, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await learnLater(tx, into);
  await tell(tx, who, into);
  return problemById(tx, into);
}

export async function unmergeProblem(tx: Tx, who: Who, id: string): Promise<KnownProblem> {
  const now = await problemById(tx, id);
  const into = now.mergedInto;
  if (!into) throw Conflict('This problem is not merged into another (any more). Nothing was changed.');
  await holdFiled(
    tx,
    sql`select l.conversation_id from problem p cross join lateral jsonb_to_recordset(p.merge_undo) as l (conversation_id uuid) where p.workspace_id = ${tx.workspaceId} and p.id = ${id}`,
  );
  const both = await lockProblems(tx, [id, into]);
  if (both.get(id)?.merged_into !== into || both.get(into)?.merged_into)
    throw Conflict('What it was merged into was merged on since. Nothing was changed; take that merge back first.');
  await tx.run(sql`
    update conversation_problem set problem_id = ${id}, came_from = trim_array(came_from, 1)
    where workspace_id = ${tx.workspaceId} and problem_id = ${into} and came_from[cardinality(came_from)] = ${id}`);
  // The two stand side by side again where somebody had filed both, unless the conversation was filed anew since, or what it came with left.
  await tx.run(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, weight, filed_by, provisional, followed_from)
    select ${tx.workspaceId}, l.conversation_id, (select max(o.place) + 1 from conversation_problem o where o.workspace_id = ${tx.workspaceId} and o.conversation_id = l.conversation_id),
      'problem', ${id}, l.weight, l.filed_by, l.provisional, l.followed_from
    from problem p cross join lateral jsonb_to_recordset(p.merge_undo) as l (conversation_id uuid, weight real, filed_by uuid, provisional boolean, followed_from uuid)
    where p.workspace_id = ${tx.workspaceId} and p.id = ${id}
      and exists (select 1 from conversation_problem o where o.workspace_id = ${tx.workspaceId} and o.conversation_id = l.conversation_id and o.problem_id = ${into})
      and (l.followed_from is null or exists (select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = l.followed_from and c.merged_into = l.conversation_id))
    on conflict do nothing`);
  await tx.run(
    sql`update problem set merged_into = null, merge_undo = null, version = version + 1 where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  for (const one of [id, into]) await learnLater(tx, one);
  await tell(tx, who, id);
  return problemById(tx, id);
}
