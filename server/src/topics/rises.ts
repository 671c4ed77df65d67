import type { Query, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';

type Item = Reply<'GET /rises'>['items'][number];
/**
 * What rises now, and what rose in the last week, but for what was said to be no problem; each number is that of the list behind it.
 */
export async function listRises(tx: Tx): Promise<Reply<'GET /rises'>> {
  const w = tx.workspaceId;
  const items = await tx.many<Item>(sql`
    select r.id, r.problem_id as "problemId", r.cluster_id as "clusterId", coalesce(p.name, k.name) as name, r.customers as "flaggedCustomers", r.minutes, r.usual,
      r.began_at as "beganAt", r.flagged_at as "flaggedAt", r.ended_at as "endedAt", n.conversations, n.customers
    from rise r left join problem p on p.workspace_id = r.workspace_id and p.id = r.problem_id left join cluster k on k.workspace_id = r.workspace_id and k.id = r.cluster_id
      cross join lateral (select count(*)::int as conversations, count(distinct c.customer_id)::int as customers from rise_conversation m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
        where m.workspace_id = r.workspace_id and m.rise_id = r.id and c.folder = 'inbox' and c.merged_into is null) n
    where r.workspace_id = ${w} and (r.ended_at is null or r.ended_at > now() - interval '7 days') and k.state is distinct from 'dismissed' order by r.ended_at desc nulls first, r.flagged_at desc limit 50`);
  return { items };
}

export async function conversationsOfRise(
  tx: Tx,
  id: string,
  query: Query<'GET /rises/:id/conversations'>,
): Promise<Reply<'GET /rises/:id/conversations'>> {
  const most = query.limit ?? 50;
  const after = query.cursor ?? null;
  const home = await tx.first<{ name: string }>(sql`
    select coalesce(p.name, k.name) as name from rise r left join problem p on p.workspace_id = r.workspace_id and p.id = r.problem_id left join cluster k on k.workspace_id = r.workspace_id and k.id = r.cluster_id
    where r.workspace_id = ${tx.workspaceId} and r.id = ${id}`);
  if (!home) throw NotFound();
  const items = await tx.many<Reply<'GET /rises/:id/conversations'>['items'][number]>(sql`
    select c.id, c.number, c.subject, coalesce(nullif(c.customer_name, ''), c.customer_address) as customer, c.created_at as "createdAt"
    from rise_conversation m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${tx.workspaceId} and m.rise_id = ${id} and c.folder = 'inbox' and c.merged_into is null and (${after}::bigint is null or c.number < ${after}::bigint)
    order by c.number desc limit ${most + 1}`);
  const shown = items.slice(0, most);
  return { name: home.name, items: shown, next: items.length > most ? String(shown.at(-1)?.number) : null };
}

/** What rises goes on as the problem that was made of it, and back: it was told once, and is not told again under the other name. */
export const moveRises = (tx: Tx, from: string, to: string): Promise<number> =>
  tx.run(sql`
    update rise r set problem_id = (select p.id from problem p where p.workspace_id = r.workspace_id and p.id = ${to}), cluster_id = (select k.id from cluster k where k.workspace_id = r.workspace_id and k.id = ${to})
    where r.workspace_id = ${tx.workspaceId} and coalesce(r.problem_id, r.cluster_id) = ${from}`);

/** What somebody says is no problem rises no more, from that moment. */
export async function endRises(tx: Tx, who: Who, clusterId: string): Promise<void> {
  const ended = await tx.many<{ id: string }>(
    sql`update rise set ended_at = now() where workspace_id = ${tx.workspaceId} and cluster_id = ${clusterId} and ended_at is null returning id`,
  );
  await emit(
    tx,
    ended.map(({ id }) => ({ name: 'problem.rested', actor: actorOf(who), data: { riseId: id } })),
  );
}

/** So long after it was said to be no problem it may be rising still. */
const STILL = 6; // hours
/**
 * What was ended because its group was said to be no problem goes on when that is taken back, untold: it was told once. To be done while
 * the group knows when it was said. Where any goes on, a look has to tell whether it rests meanwhile.
 */
export const resumeRises = (tx: Tx, clusterId: string): Promise<number> =>
  tx.run(sql`
    update rise r set ended_at = null from cluster k where r.workspace_id = ${tx.workspaceId} and k.workspace_id = ${tx.workspaceId} and k.id = ${clusterId} and k.state = 'dismissed'
      and r.cluster_id = k.id and r.ended_at = k.decided_at and k.decided_at > now() - make_interval(hours => ${STILL})
      and not exists (select 1 from rise o where o.workspace_id = r.workspace_id and o.cluster_id = r.cluster_id and o.ended_at is null)`);
