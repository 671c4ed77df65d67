import { sql, type Tx } from '../base/db.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { standsAgain } from './aside.ts';
import { draw } from './audit.ts';
import { lockProblem, tell } from './problems.ts';
import { learnLater } from './words.ts';

/** Files what is not filed yet under one problem, until its owner confirms it; how many that were. */
export async function fileMany(
  tx: Tx,
  who: Who,
  problemId: string,
  some: readonly { id: string; confidence: number }[],
): Promise<number> {
  await lockProblem(tx, problemId);
  const filed = await tx.many<{ id: string }>(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, confidence, filed_by, provisional)
    select ${tx.workspaceId}, r.id, 0, 'problem', ${problemId}, r.confidence, ${who.id}, true from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) as r (id uuid, confidence real)
    where not exists (select 1 from conversation_problem f where f.workspace_id = ${tx.workspaceId} and f.conversation_id = r.id)
    on conflict do nothing returning conversation_id as id`);
  await settled(tx, who, filed, 'problem');
  await learnLater(tx, problemId);
  return filed.length;
}

/** Files anew, under one problem and until its owner confirms it, what was filed as a plain question; how many that were. */
export async function refileQuestions(
  tx: Tx,
  who: Who,
  problemId: string,
  some: readonly { id: string; confidence: number }[],
): Promise<number> {
  await lockProblem(tx, problemId);
  const filed = await tx.many<{ id: string }>(sql`
    update conversation_problem f set kind = 'problem', problem_id = ${problemId}, confidence = r.confidence, filed_by = ${who.id}, confirmed_by = null, provisional = true, filed_at = now()
    from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) as r (id uuid, confidence real)
    where f.workspace_id = ${tx.workspaceId} and f.conversation_id = r.id and f.kind = 'question'
      and not exists (select 1 from conversation_problem o where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id and o.problem_id = ${problemId}) returning f.conversation_id as id`);
  await settled(tx, who, filed, 'problem');
  await learnLater(tx, problemId);
  return filed.length;
}

/** The way back: what is not filed any more is a question again, as it was filed before. */
export async function questionsAgain(
  tx: Tx,
  who: Who,
  some: readonly { id: string; by: string | null; at: string }[],
): Promise<void> {
  const filed = await tx.many<{ id: string }>(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, filed_by, provisional, confirmed_by, filed_at)
    select ${tx.workspaceId}, r.id, 0, 'question', r.by, false, r.by, r.at from jsonb_to_recordset(${JSON.stringify(some)}::jsonb) as r (id uuid, by uuid, at timestamptz)
    where not exists (select 1 from conversation_problem f where f.workspace_id = ${tx.workspaceId} and f.conversation_id = r.id)
    on conflict do nothing returning conversation_id as id`);
  await settled(tx, who, filed, 'question');
}

async function settled(tx: Tx, who: Who, filed: { id: string }[], kind: 'problem' | 'question'): Promise<void> {
  await draw(
    tx,
    filed.map(({ id }) => id),
  );
  await emit(
    tx,
    filed.map(({ id }) => ({ name: 'problem.filed', actor: actorOf(who), data: { about: id, kind } })),
  );
}

/**
 * Takes out what was filed there at once and nobody has confirmed. A problem that was made for it goes too, unless somebody changed it
 * since, something is left under it, or it is to be kept. Tells which were taken out.
 */
export async function unfileMany(
  tx: Tx,
  who: Who,
  problemId: string,
  { ids, keep }: { ids: string[]; keep: boolean },
): Promise<string[]> {
  const home = await lockProblem(tx, problemId);
  const out = await tx.many<{ id: string }>(sql`
    delete from conversation_problem f where f.workspace_id = ${tx.workspaceId} and f.problem_id = ${problemId} and f.conversation_id = any (${ids}::uuid[]) and f.provisional and f.place = 0 and f.came_from = '{}'
      and not exists (select 1 from conversation_problem o where o.workspace_id = f.workspace_id and o.conversation_id = f.conversation_id and o.place > 0)
    returning f.conversation_id as id`);
  await standsAgain(
    tx,
    out.map(({ id }) => id),
  );
  await emit(
    tx,
    out.map(({ id }) => ({ name: 'problem.filed', actor: actorOf(who), data: { about: id, kind: null } })),
  );
  const left = await tx.first(sql`
    select 1 from conversation_problem where workspace_id = ${tx.workspaceId} and problem_id = ${problemId}
    union all select 1 from problem where workspace_id = ${tx.workspaceId} and merged_into = ${problemId} limit 1`);
  if (!left && !keep && home.version === 1)
    await tx.run(sql`delete from problem where workspace_id = ${tx.workspaceId} and id = ${problemId}`);
  else await learnLater(tx, problemId);
  await tell(tx, who, problemId);
  return out.map(({ id }) => id);
}
