import type { Body, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { fileMany, makeProblem, questionsAgain, refileQuestions, unfileMany } from '../problems/index.ts';
import { findLater, type Kind } from './find.ts';
import { living, type State } from './found.ts';
import { endRises, moveRises, resumeRises } from './rises.ts';
import { lookNext } from './rising.ts';

type Locked = { state: State; kind: Kind; problem_id: string | null };
export async function lock(tx: Tx, id: string): Promise<Locked> {
  const home = await tx.first<Locked>(
    sql`select state, kind, problem_id from cluster where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!home) throw NotFound('This is not found any more. Nothing was changed; load the page again.');
  return home;
}
async function lockOpen(tx: Tx, id: string): Promise<Locked> {
  const home = await lock(tx, id);
  if (home.state !== 'open')
    throw Conflict('Somebody else decided about these conversations meanwhile. Nothing was changed.');
  return home;
}
export const told = (tx: Tx, who: Who, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'problem.cluster', actor: actorOf(who), data: { clusterId: id } }]);

/**
 * One problem, and everything of the cluster that is still unfiled, or filed as a question still, filed under it until its owner confirms.
 * All of it or nothing.
 */
export async function makeProblemOf(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /clusters/:id/problem'>,
): Promise<Reply<'POST /clusters/:id/problem'>> {
  const { kind } = await lockOpen(tx, id);
  const some = await tx.many<{ id: string; confidence: number }>(
    sql`select l.id, l.closeness as confidence from (${living(tx, kind, sql`k.id = ${id}`)}) l order by l.id`,
  );
  if (some.length === 0)
    throw Conflict('All of these conversations were filed or removed meanwhile. No problem was made.');
  const problem = await makeProblem(tx, who, { name: body.name });
  if (kind === 'question')
    await tx.run(sql`
      update cluster_conversation m set was_filed_by = f.filed_by, was_filed_at = f.filed_at from conversation_problem f
      where m.workspace_id = ${tx.workspaceId} and m.cluster_id = ${id} and f.workspace_id = m.workspace_id and f.conversation_id = m.conversation_id and f.kind = 'question'`);
  const filed = await (kind === 'question' ? refileQuestions : fileMany)(tx, who, problem.id, some);
  await tx.run(sql`
    update cluster set state = 'made', problem_id = ${problem.id}, decided_by = ${who.id}, decided_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await moveRises(tx, id, problem.id);
  await told(tx, who, id);
  return { problemId: problem.id, filed };
}

export async function dismissCluster(tx: Tx, who: Who, id: string): Promise<void> {
  await lockOpen(tx, id);
  await tx.run(sql`
    update cluster set state = 'dismissed', decided_by = ${who.id}, decided_at = now(),
      dismissed_at_size = (select count(*) from cluster_conversation m where m.workspace_id = ${tx.workspaceId} and m.cluster_id = ${id})
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await endRises(tx, who, id);
  await told(tx, who, id);
}

/** Takes either decision back. What somebody confirmed or filed anew since stays, and so does a problem that somebody went on with. */
export async function reopenCluster(tx: Tx, who: Who, id: string): Promise<void> {
  const home = await lock(tx, id);
  if (home.state === 'open') throw Conflict('Nothing was decided about this, or it was taken back already.');
  if ((await resumeRises(tx, id)) > 0) await lookNext(tx);
  await tx.run(sql`
    update cluster set state = 'open', problem_id = null, dismissed_at_size = null, decided_by = null, decided_at = null where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (home.problem_id) {
    await moveRises(tx, home.problem_id, id);
    const [members, keep] = await Promise.all([
      tx.many<{ id: string }>(
        sql`select conversation_id as id from cluster_conversation where workspace_id = ${tx.workspaceId} and cluster_id = ${id}`,
      ),
      tx.first(sql`select 1 from mailing where workspace_id = ${tx.workspaceId} and problem_id = ${home.problem_id}`),
    ]);
    const out = await unfileMany(tx, who, home.problem_id, {
      ids: members.map((one) => one.id),
      keep: keep !== undefined,
    });
    if (home.kind === 'question') await askedAgain(tx, who, id, out);
  }
  await told(tx, who, id);
}

/** What a problem was made of is a plain question again, as whoever filed it said. */
async function askedAgain(tx: Tx, who: Who, id: string, out: string[]): Promise<void> {
  const were = await tx.many<{ id: string; by: string | null; at: string }>(sql`
    update cluster_conversation m set was_filed_by = null, was_filed_at = null from cluster_conversation was
    where m.workspace_id = ${tx.workspaceId} and m.cluster_id = ${id} and m.conversation_id = any (${out}::uuid[]) and m.was_filed_at is not null
      and was.workspace_id = m.workspace_id and was.conversation_id = m.conversation_id
    returning m.conversation_id as id, was.was_filed_by as by, was.was_filed_at::text as at`);
  await questionsAgain(tx, who, were);
}

/**
 * Words of somebody who is erased may be in names: they go, and are found anew; what belongs together and what was decided stays. A search
 * that is under way has read them still, and keeps nothing (find.ts).
 */
export async function forgetClusters(tx: Tx): Promise<void> {
  const w = tx.workspaceId;
  const searched = await tx.run(
    sql`update cluster_run set at = at - interval '1 microsecond' where workspace_id = ${w}`,
  );
  const emptied = await tx.run(
    sql`update cluster set name = '', words = '{}' where workspace_id = ${w} and (name <> '' or words <> '{}')`,
  );
  if (emptied + searched > 0) for (const kind of ['unfiled', 'question'] as const) await findLater(tx, kind);
}
