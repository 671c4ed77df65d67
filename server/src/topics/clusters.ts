import type { Body, Query, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { fileMany, makeProblem, unfileMany } from '../problems/index.ts';
import { findLater } from './find.ts';
import { endRises, moveRises, resumeRises } from './rises.ts';
import { lookNext } from './rising.ts';

/** What is counted and shown: in the inbox still, not merged, and not filed by anybody meanwhile. */
const living = (tx: Tx): Sql => sql`
  select m.cluster_id, m.closeness, c.id, c.number, c.subject, c.customer_id, c.customer_name, c.customer_address, c.created_at, c.last_at
  from cluster_conversation m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
  where m.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null
    and not exists (select 1 from conversation_problem f where f.workspace_id = m.workspace_id and f.conversation_id = m.conversation_id)`;

type Item = Reply<'GET /clusters'>['items'][number];
/** What is found, or what was said to be no problem: that stays where it can be taken back, as long as any of it is unfiled. */
export async function listClusters(
  tx: Tx,
  { state = 'open' }: Query<'GET /clusters'> = {},
): Promise<Reply<'GET /clusters'>> {
  const [items, dismissed, looked] = await Promise.all([
    tx.many<Item>(sql`
      with living as materialized (select l.*, row_number() over (partition by l.cluster_id order by l.closeness desc, l.id) as place from (${living(tx)}) l),
        n as materialized (select l.cluster_id, count(*)::int as conversations, count(distinct l.customer_id)::int as customers, max(l.last_at) as "lastAt",
          json_agg(json_build_object('id', l.id, 'number', l.number, 'subject', l.subject) order by l.place) filter (where l.place <= 3) as samples from living l group by l.cluster_id)
      select k.id, k.name, n.conversations, n.customers, n."lastAt", k.created_at as "createdAt", n.samples, k.decided_at as "decidedAt", k.decided_by as "decidedBy"
      from cluster k join n on n.cluster_id = k.id where k.workspace_id = ${tx.workspaceId} and k.state = ${state}
      order by case when ${state} = 'dismissed' then k.decided_at end desc nulls last, n.customers desc, n.conversations desc, k.id limit 200`),
    tx.first<{ n: number }>(sql`
      select count(*)::int as n from cluster k where k.workspace_id = ${tx.workspaceId} and k.state = 'dismissed' and exists (select 1 from (${living(tx)}) l where l.cluster_id = k.id)`),
    tx.first<NonNullable<Reply<'GET /clusters'>['looked']>>(
      sql`select at, conversations from cluster_run where workspace_id = ${tx.workspaceId}`,
    ),
  ]);
  return { items, dismissed: dismissed?.n ?? 0, looked: looked ?? null };
}

/** The most like the rest first; the cursor is how many were shown. */
export async function conversationsOfCluster(
  tx: Tx,
  id: string,
  query: Query<'GET /clusters/:id/conversations'>,
): Promise<Reply<'GET /clusters/:id/conversations'>> {
  const most = query.limit ?? 50;
  if (!/^\d{1,9}$/.test(query.cursor || '0'))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const from = Number(query.cursor || 0);
  const home = await tx.first<{ name: string; state: State }>(
    sql`select name, state from cluster where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!home) throw NotFound();
  const items = await tx.many<Reply<'GET /clusters/:id/conversations'>['items'][number]>(sql`
    select l.id, l.number, l.subject, coalesce(nullif(l.customer_name, ''), l.customer_address) as customer, l.created_at as "createdAt"
    from (${living(tx)}) l where l.cluster_id = ${id} order by l.closeness desc, l.id limit ${most + 1} offset ${from}`);
  return {
    ...{ name: home.name, state: home.state, items: items.slice(0, most) },
    next: items.length > most ? String(from + most) : null,
  };
}

type State = 'open' | 'dismissed' | 'made';
async function lock(tx: Tx, id: string): Promise<{ state: State; problem_id: string | null }> {
  const home = await tx.first<{ state: State; problem_id: string | null }>(
    sql`select state, problem_id from cluster where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!home)
    throw NotFound('This is not found among unfiled conversations any more. Nothing was changed; load the page again.');
  return home;
}
async function lockOpen(tx: Tx, id: string): Promise<void> {
  if ((await lock(tx, id)).state !== 'open')
    throw Conflict('Somebody else decided about these conversations meanwhile. Nothing was changed.');
}
const told = (tx: Tx, who: Who, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'problem.cluster', actor: actorOf(who), data: { clusterId: id } }]);

/** One problem, and everything that is still unfiled of the cluster filed under it, until its owner confirms. All of it or nothing. */
export async function makeProblemOf(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /clusters/:id/problem'>,
): Promise<Reply<'POST /clusters/:id/problem'>> {
  await lockOpen(tx, id);
  const some = await tx.many<{ id: string; confidence: number }>(
    sql`select l.id, l.closeness as confidence from (${living(tx)}) l where l.cluster_id = ${id} order by l.id`,
  );
  if (some.length === 0)
    throw Conflict('All of these conversations were filed or removed meanwhile. No problem was made.');
  const problem = await makeProblem(tx, who, { name: body.name });
  const filed = await fileMany(tx, who, problem.id, some);
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
    await unfileMany(tx, who, home.problem_id, { ids: members.map((one) => one.id), keep: keep !== undefined });
  }
  await told(tx, who, id);
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
  if (emptied + searched > 0) await findLater(tx);
}
