import type { ChatSettings } from '@hearten/contract';
import { raw, type Sql, sql, type Tx } from '../../base/db.ts';
import { type Actor, emit, system } from '../../base/events.ts';
import type { Jobs } from '../../base/jobs.ts';
import { hand } from '../../conversations/index.ts';
import { rolesWith } from '../../team/index.ts';

/** So long after a screen of theirs was last open a person gets no new chats (`HERE`), and those that wait for an answer go to others (`GONE`). */
export const HERE = "interval '100 seconds'";
export const GONE = "interval '3 minutes'";
/** An answered chat counts so long as one that somebody is in. */
const WARM = raw("interval '10 minutes'");
const WATCH = 30_000; // ms between two looks while there is something to look after
/** What nobody took in two days waits like a mail, and is handed to nobody by itself. */
const FRESH = raw("interval '2 days'");
const MOST = 100; // chats handed out in one transaction

const inbox: Sql = sql`c.folder = 'inbox' and c.merged_into is null and c.channel = 'chat'`;
/** How many chats the person `p` is in: those that wait for an answer, and those that were answered just now. */
export const takenBy: Sql = sql`(select count(*)::int from conversation c where c.workspace_id = p.workspace_id and c.assignee_id = p.id and ${inbox}
  and (c.status = 'open' or (c.status = 'waiting' and c.last_at > now() - ${WARM})))`;
/** Whether the person `p` with the attendance `a` is there for chats. */
export const isHere: Sql = sql`(a.away_since is null and coalesce(a.seen_at > now() - ${raw(HERE)}, false))`;

type Free = { id: string; room: number; share: number; teams: string[] };
/** Who is there and may answer, with the room they have left. */
const whoIsFree = (tx: Tx): Promise<Free[]> =>
  tx.many<Free>(sql`
    select id, most - taken as room, case when most = 0 then 1 else taken::float8 / most end as share, teams from (
      select p.id, coalesce(a.most, w.chats_each) as most, ${takenBy} as taken,
        array(select t.team_id from team_person t where t.workspace_id = p.workspace_id and t.person_id = p.id) as teams
      from attendance a join person p on p.workspace_id = a.workspace_id and p.id = a.person_id join workspace w on w.id = p.workspace_id
      where a.workspace_id = ${tx.workspaceId} and ${isHere} and p.active and p.role = any (${rolesWith('conversation.write')}::text[])) f order by id`);

/** Whether somebody would answer now: somebody with room, only people who are all with somebody else, or nobody. */
export type There = 'free' | 'full' | 'away';
export async function whoIsThere(tx: Tx, { assign, teamId }: Pick<ChatSettings, 'assign' | 'teamId'>): Promise<There> {
  // A team that was deleted is nobody's: then it is of everyone.
  const team =
    teamId &&
    (await tx.first<{ id: string }>(
      sql`select id from team where workspace_id = ${tx.workspaceId} and id = ${teamId}`,
    ));
  const here = (await whoIsFree(tx)).filter((one) => !team || one.teams.includes(team.id));
  if (here.length === 0) return 'away';
  return assign === 'room' && here.every((one) => one.room <= 0) ? 'full' : 'free';
}

/** The team that gets the chats of inbox `i`, as long as there is that team. */
const itsTeam: Sql = sql`(select t.id::text from team t where t.workspace_id = i.workspace_id and t.id::text = i.settings->>'teamId')`;
/** The same of one inbox: none where everyone gets them, or whoever takes them. */
export const teamOf = async (tx: Tx, inboxId: string): Promise<string | undefined> =>
  (
    await tx.first<{ id: string | null }>(sql`
      select ${itsTeam} as id from inbox i where i.workspace_id = ${tx.workspaceId} and i.id = ${inboxId} and i.channel = 'chat' and i.settings->>'assign' = 'room'`)
  )?.id ?? undefined;

/** Inboxes whose chats are handed out. */
const handedOut = (tx: Tx): Promise<{ id: string }[]> =>
  tx.many(sql`
    select i.id from inbox i
    where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.deleted_at is null and i.settings->>'assign' = 'room' order by i.id`);

type Waiting = { id: string; teamId: string | null; queued: boolean };
/** What waits and is nobody's, with the team `t` that it is for. */
const waits: Sql = sql`${inbox} and c.status = 'open' and c.assignee_id is null and c.last_from = 'customer' and c.waiting_since is not null`;
/**
 * Chats nobody has, those that wait longest first: of teams in which somebody has room, and before them in number none that only wait for
 * others; then those that were not yet told that they wait. What another transaction holds is changing: it is looked at again after that.
 */
const queue = (tx: Tx, inboxIds: string[], free: Free[]): Promise<Waiting[]> => {
  const roomy = free.filter((one) => one.room > 0);
  const teams = [...new Set(roomy.flatMap((one) => one.teams))];
  return tx.many<Waiting>(sql`
    select c.id, t.id as "teamId", q.queued from conversation c join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id
      cross join lateral (select coalesce((select t.id::text from team t where t.workspace_id = c.workspace_id and t.id = c.team_id), ${itsTeam}) as id) t
      cross join lateral (select exists (select 1 from chat h where h.workspace_id = c.workspace_id and h.conversation_id = c.id and h.queued_at is not null) as queued) q
      cross join lateral (select case when t.id is null then ${roomy.length > 0} else t.id = any (${teams}::text[]) end as served) s
    where c.workspace_id = ${tx.workspaceId} and c.inbox_id = any (${inboxIds}::uuid[]) and c.last_at > now() - ${FRESH} and ${waits} and (s.served or not q.queued)
    order by s.served desc, c.waiting_since, c.id limit ${raw(String(MOST))} for update of c skip locked`);
};

/** The one with the most room; between equals, whose chats fill the smaller part of what they take. */
const roomiest = (free: Free[], teamId: string | null): Free | undefined =>
  free
    .filter((one) => one.room > 0 && (!teamId || one.teams.includes(teamId)))
    .toSorted((a, b) => b.room - a.room || a.share - b.share || a.id.localeCompare(b.id))[0];

/**
 * Hands every waiting chat to whoever has most room, and says of the others that they wait. One after the other in a workspace, under a
 * lock of its own: two that would fill the same place count after each other, so nobody gets more than they take.
 */
export async function giveOut(tx: Tx, jobs: Jobs): Promise<number> {
  const inboxes = await handedOut(tx);
  if (inboxes.length === 0) return 0;
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`chats ${tx.workspaceId}`}, 0))`);
  if (!(await anyWaits(tx))) return 0;
  const free = await whoIsFree(tx);
  const waiting = await queue(
    tx,
    inboxes.map((one) => one.id),
    free,
  );
  let given = 0;
  for (const chat of waiting) {
    const to = roomiest(free, chat.teamId);
    if (to) {
      await hand(tx, chat.id, to.id, { why: 'room', actor: system });
      to.room -= 1;
      given += 1;
    } else if (!chat.queued) await queueUp(tx, chat.id);
  }
  await jobs.add(tx, 'watch-chats', {}, { key: 'watch-chats', at: new Date(Date.now() + WATCH) });
  return given;
}
const anyWaits = async (tx: Tx): Promise<boolean> =>
  (await tx.first(sql`
    select 1 from inbox i join conversation c on c.workspace_id = i.workspace_id and c.inbox_id = i.id and c.last_at > now() - ${FRESH}
    where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.deleted_at is null and i.settings->>'assign' = 'room' and ${waits} limit 1`)) !==
  undefined;
async function queueUp(tx: Tx, conversationId: string): Promise<void> {
  await tx.run(
    sql`update chat set queued_at = now() where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId}`,
  );
  await emit(tx, [{ name: 'chat.queued', actor: system, conversationId }]);
}

/** Somebody's chats that wait for an answer go back to everyone. Those they answered stay theirs. */
export async function letGoOf(
  tx: Tx,
  personId: string,
  why: { why: 'away' | 'gone'; actor: Actor },
): Promise<string[]> {
  const mine = await tx.many<{ id: string }>(sql`
    select c.id from conversation c join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id
    where c.workspace_id = ${tx.workspaceId} and c.assignee_id = ${personId} and c.status = 'open' and ${inbox} and c.last_from = 'customer' and c.waiting_since is not null
      and (${why.why === 'away'} or i.settings->>'assign' = 'room') order by c.id for update of c`);
  for (const { id } of mine) await hand(tx, id, null, why);
  return mine.map((one) => one.id);
}

/** Looks after what was handed out: who went without a word has no chats that wait; who came back, or has room again, gets those that do. */
export async function watchChats(tx: Tx, jobs: Jobs): Promise<void> {
  const gone = await tx.many<{ id: string }>(sql`
    select distinct c.assignee_id as id from inbox i join conversation c on c.workspace_id = i.workspace_id and c.inbox_id = i.id and c.last_at > now() - ${FRESH}
      left join attendance a on a.workspace_id = c.workspace_id and a.person_id = c.assignee_id
    where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.settings->>'assign' = 'room' and c.assignee_id is not null and c.status = 'open' and ${inbox} and c.last_from = 'customer' and c.waiting_since is not null
      and coalesce(a.seen_at < now() - ${raw(GONE)}, true) order by 1`);
  for (const { id } of gone) await letGoOf(tx, id, { why: 'gone', actor: system });
  await giveOut(tx, jobs);
  const open = await tx.first(sql`
    select 1 from inbox i join conversation c on c.workspace_id = i.workspace_id and c.inbox_id = i.id and c.last_at > now() - ${FRESH}
    where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.settings->>'assign' = 'room' and c.status = 'open' and ${inbox} limit 1`);
  if (open) await jobs.add(tx, 'watch-chats', {}, { key: 'watch-chats', at: new Date(Date.now() + WATCH) });
}
