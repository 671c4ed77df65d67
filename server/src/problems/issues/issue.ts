import type { Body, KnownProblem } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { Conflict, Forbidden } from '../../base/errors.ts';
import { type Actor, emit, system } from '../../base/events.ts';
import { actorOf, type Who } from '../../base/module.ts';
import { noteStep } from '../life.ts';
import { type Locked, lockProblem, problemById } from '../problems.ts';
import { dayOf, issueOf, issueRow, proposed } from './state.ts';
import { linkOf, type Told } from './told.ts';

const KEPT_DAYS = 30;
const tell = (tx: Tx, actor: Actor, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'problem.changed', actor, data: { problemId: id } }]);

type Held = Pick<Locked, 'id' | 'state' | 'link' | 'shipped_on'>;
/**
 * The problem becomes what its issue says: by somebody's word, or by itself, and then its life says so. The day that somebody entered stays
 * the day of the fix; opened again it has none any more, and the one it had stays in its life.
 */
async function become(tx: Tx, home: Held, to: 'fixed' | 'fixing', at: string, byId: string | null): Promise<void> {
  const after = await tx.first<{ shipped: string | null }>(sql`
    update problem set state = ${to}, shipped_on = case when ${to} = 'fixed' then coalesce(shipped_on, ${dayOf(tx, at)}) end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${home.id} returning shipped_on::text as shipped`);
  const step = { state: to, shippedOn: after?.shipped ?? home.shipped_on, byId };
  await noteStep(tx, home.id, byId ? step : { ...step, why: { issue: 1 } });
}

/**
 * A tracker may say a moment later that what it called done was given up (Jira sends the resolution by itself): where the issue made the
 * problem fixed, and nothing was said of the problem since, it never was. A day that somebody entered stays.
 */
async function takeBack(tx: Tx, home: Held, at: string): Promise<boolean> {
  const w = tx.workspaceId;
  // A minute for clocks that differ: what another link's issue did stands in its life as well.
  const [last, before] = await tx.many<{ id: string; state: Held['state']; its: boolean }>(sql`
    select id, state, by_id is null and coalesce(why ? 'issue', false) and at > ${at}::timestamptz - interval '1 minute' as its
    from problem_step where workspace_id = ${w} and problem_id = ${home.id} order by at desc, id desc limit 2`);
  if (home.state !== 'fixed' || last?.state !== 'fixed' || !last.its) return false;
  await tx.run(sql`
    update problem set state = ${before?.state ?? 'known'}, shipped_on = case when shipped_on is distinct from ${dayOf(tx, at)} then shipped_on end, version = version + 1
    where workspace_id = ${w} and id = ${home.id}`);
  await tx.run(sql`delete from problem_step where workspace_id = ${w} and id = ${last.id}`);
  return true;
}

/** One delivery, once: the link of each problem that names this issue shows its state, and its problem follows where that was chosen. */
export async function hear(tx: Tx, trackerId: string, delivery: string, told: Told | null): Promise<'new' | 'known'> {
  const w = tx.workspaceId;
  const fresh = await tx.run(sql`
    insert into tracker_delivery (workspace_id, tracker_id, delivery) values (${w}, ${trackerId}, ${delivery}) on conflict do nothing`);
  await tx.run(sql`update tracker set heard_at = now() where workspace_id = ${w} and id = ${trackerId}`);
  if (!fresh) return 'known';
  await tx.run(
    sql`delete from tracker_delivery where workspace_id = ${w} and at < now() - make_interval(days => ${KEPT_DAYS})`,
  );
  if (!told) return 'new';
  const linked = await tx.many<{ id: string; link: string }>(
    sql`select id, link from problem where workspace_id = ${w} and link <> '' and merged_into is null`,
  );
  const named = linked.filter(({ link }) => linkOf(link) === told.link).map(({ id }) => id);
  // Read again with the lock: one that got another link or was merged meanwhile is left out, and the others still hear.
  const held = await tx.many<Held>(sql`
    select id, state, link, shipped_on::text from problem where workspace_id = ${w} and id = any (${named}::uuid[]) and merged_into is null order by id for update`);
  for (const one of held) if (linkOf(one.link) === told.link) await note(tx, one, told);
  return 'new';
}

async function note(tx: Tx, home: Held, told: Told): Promise<void> {
  const { id } = home;
  const before = await issueRow(tx, id);
  const at = told.at.toISOString();
  // Deliveries overtake each other: what is older than what is known says nothing.
  const after = await tx.first<{ reopened: boolean }>(sql`
    insert into problem_issue as i (workspace_id, problem_id, link, state, at, told_at) values (${tx.workspaceId}, ${id}, ${told.link}, ${told.state}, ${at}, ${at})
    on conflict (workspace_id, problem_id) do update set link = excluded.link, state = excluded.state, told_at = excluded.told_at,
      at = case when i.link = excluded.link and i.state is not distinct from excluded.state then i.at else excluded.at end,
      reopened = i.link = excluded.link and excluded.state = 'open' and (i.state is not distinct from 'closed' or i.reopened),
      declined = i.declined and i.link = excluded.link and i.state is not distinct from excluded.state
    where i.link <> excluded.link or i.told_at is null or excluded.told_at >= i.told_at
    returning reopened`);
  if (!after) return;
  if (before?.link === told.link && before.state === told.state) {
    if (!told.dropped || !before.at || !(await takeBack(tx, home, before.at))) return;
    await tell(tx, system, id);
    return closed(tx, id, 'dropped');
  }
  const to = proposed(home.state, { state: told.state, reopened: after.reopened });
  // What was given up or is told elsewhere was not fixed: that is asked, whatever was chosen.
  const follows = to !== null && before?.follows === true && !told.dropped;
  if (follows) await become(tx, home, to, at, null);
  await tell(tx, system, id);
  if (told.state !== 'closed') return;
  await closed(tx, id, !to ? 'nothing' : follows ? 'fixed' : told.dropped ? 'dropped' : 'asks');
}
/** What closing the issue came to, for its owner. */
async function closed(tx: Tx, id: string, came: 'nothing' | 'fixed' | 'dropped' | 'asks'): Promise<void> {
  await emit(tx, [{ name: 'problem.issue', actor: system, data: { problemId: id, state: 'closed', came } }]);
}

/** Whether it follows its issue, and yes or not yet to what the issue proposes: its owner's to say, or whoever may change problems. */
export async function setIssue(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'PUT /problems/:id/issue'>,
): Promise<KnownProblem> {
  const home = await lockProblem(tx, id);
  if (home.owner_id !== who.id && !who.may('problem.write'))
    throw Forbidden('What its issue says of a problem is its owner’s to decide. Nothing was changed.');
  const issue = await issueOf(tx, home);
  if (!issue) throw Conflict('This problem links to no issue. Nothing was changed; enter its link first.');
  if (body.answer && !issue.proposes)
    throw Conflict('Its issue proposes nothing (any more). Nothing was changed; look at it again.');
  await tx.run(sql`
    insert into problem_issue as i (workspace_id, problem_id, link, follows, declined)
    values (${tx.workspaceId}, ${id}, ${linkOf(home.link)}, ${body.follows ?? false}, ${body.answer === 'decline'})
    on conflict (workspace_id, problem_id) do update set follows = case when ${body.follows === undefined} then i.follows else excluded.follows end,
      declined = i.declined or excluded.declined`);
  if (body.answer === 'accept' && issue.proposes && issue.at) await become(tx, home, issue.proposes, issue.at, who.id);
  await tell(tx, actorOf(who), id);
  return problemById(tx, id);
}
