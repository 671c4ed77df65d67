import type { Attendance, Body } from '@hearten/contract';
import { raw, sql, type Tx } from '../../base/db.ts';
import { NotFound, textOf } from '../../base/errors.ts';
import { emit, system } from '../../base/events.ts';
import { actorOf, type Hearten, type Who } from '../../base/module.ts';
import { hand } from '../../conversations/index.ts';
import { giveOut, HERE, isHere, letGoOf, takenBy } from './give.ts';

const LOOK = 3_000; // ms until somebody who has just opened a screen counts as there
const AGAIN = 30_000; // ms after which it is said again, well within `HERE`

/**
 * Says who has a screen open, as long as they have. A process writes one row a person every half minute, in workspaces with a live chat
 * and nowhere else; who was not there before may get a chat at once.
 */
export function keepAttendance({ db, jobs, live, log }: Hearten): () => void {
  const said = new Map<string, number>();
  const look = async (): Promise<void> => {
    const now = Date.now();
    const due = new Map<string, Set<string>>();
    for (const { who } of live.seats()) {
      if (who.kind !== 'person' || now - (said.get(`${who.workspaceId} ${who.id}`) ?? 0) < AGAIN) continue;
      due.set(who.workspaceId, (due.get(who.workspaceId) ?? new Set()).add(who.id));
    }
    for (const [workspaceId, people] of due) {
      await db.tx(workspaceId, async (tx) => {
        const came = await attend(tx, [...people]);
        if (came === 0) return;
        await emit(tx, [{ name: 'attendance.came', actor: system }]);
        await giveOut(tx, jobs);
      });
      for (const id of people) said.set(`${workspaceId} ${id}`, now);
    }
    for (const [key, at] of said) if (now - at > 10 * AGAIN) said.delete(key);
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error) => log.warn('Who is there could not be noted', { error: textOf(error) }))
      .finally(() => {
        busy = false;
      });
  }, LOOK);
  return () => clearInterval(timer);
}

/** These have a screen open now; how many of them were not there before. */
export async function attend(tx: Tx, personIds: string[]): Promise<number> {
  const here = await tx.many<{ came: boolean }>(sql`
    with before as (select person_id, seen_at from attendance where workspace_id = ${tx.workspaceId} and person_id = any (${personIds}::uuid[]))
    insert into attendance as a (workspace_id, person_id, seen_at)
    select ${tx.workspaceId}, p.id, now() from person p where p.workspace_id = ${tx.workspaceId} and p.id = any (${personIds}::uuid[])
      and exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.deleted_at is null) order by p.id
    on conflict (workspace_id, person_id) do update set seen_at = excluded.seen_at
    returning coalesce((select b.seen_at from before b where b.person_id = a.person_id) < now() - ${raw(HERE)}, (select b.seen_at from before b where b.person_id = a.person_id) is null) as came`);
  return here.filter((one) => one.came).length;
}

/** Who is there, who is away, and how many chats each is in and takes. */
export async function attendance(tx: Tx): Promise<Attendance> {
  const [items, rest] = await Promise.all([
    tx.many<Attendance['items'][number]>(sql`
      select p.id as "personId", ${isHere} as here, a.away_since as "awaySince", ${takenBy} as chats, coalesce(a.most, w.chats_each) as most, a.most is not null as own
      from person p join workspace w on w.id = p.workspace_id left join attendance a on a.workspace_id = p.workspace_id and a.person_id = p.id
      where p.workspace_id = ${tx.workspaceId} and p.active order by lower(p.name), p.id`),
    tx.last<Omit<Attendance, 'items'>>(sql`
      select w.chats_each as each, q.queued, q.since from workspace w, (select count(*)::int as queued, min(c.waiting_since) as since
        from inbox i join conversation c on c.workspace_id = i.workspace_id and c.inbox_id = i.id and c.last_at > now() - interval '2 days'
        where i.workspace_id = ${tx.workspaceId} and i.channel = 'chat' and i.settings->>'assign' = 'room' and c.status = 'open' and c.assignee_id is null and c.folder = 'inbox' and c.merged_into is null and c.channel = 'chat' and c.last_from = 'customer') q
      where w.id = ${tx.workspaceId}`),
  ]);
  if (!rest) throw NotFound();
  return { items, ...rest };
}

/**
 * Goes away, or comes back. Chats of theirs that wait for an answer go on to a colleague with room, or wait for everyone; taking it
 * back brings home those that nobody has answered since.
 */
export async function setAway(
  tx: Tx,
  hearten: Pick<Hearten, 'jobs'>,
  who: Who,
  body: Body<'PUT /me/away'>,
): Promise<{ moved: string[] }> {
  await tx.run(sql`
    insert into attendance (workspace_id, person_id, away_since) values (${tx.workspaceId}, ${who.id}, ${body.away ? new Date().toISOString() : null})
    on conflict (workspace_id, person_id) do update set away_since = case when ${body.away} then coalesce(attendance.away_since, now()) end`);
  const actor = actorOf(who);
  const moved = body.away ? await letGoOf(tx, who.id, { why: 'away', actor }) : await backTo(tx, who, body.back ?? []);
  await emit(tx, [{ name: 'attendance.changed', actor, data: { personId: who.id, away: body.away } }]);
  await giveOut(tx, hearten.jobs);
  return { moved };
}
async function backTo(tx: Tx, who: Who, ids: string[]): Promise<string[]> {
  const known = await tx.many(
    sql`select 1 from conversation where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`,
  );
  if (known.length < new Set(ids).size) throw NotFound('One of these conversations is not here. Nothing was changed.');
  const back = await tx.many<{ id: string }>(sql`
    select c.id from conversation c join lateral (
      select e.actor_kind, e.data from event e where e.workspace_id = c.workspace_id and e.conversation_id = c.id and e.name = 'conversation.assigned' order by e.at desc, e.id desc limit 1) e on true
    where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids}::uuid[]) and c.status = 'open' and c.last_from = 'customer' and c.merged_into is null and e.data->>'why' in ('away', 'room')
      and exists (select 1 from event b where b.workspace_id = c.workspace_id and b.conversation_id = c.id and b.name = 'conversation.assigned' and b.actor_id = ${who.id} and b.data->>'why' = 'away' and b.at > now() - interval '10 minutes')
    order by c.id for update of c`);
  for (const { id } of back) await hand(tx, id, who.id, { why: 'room', actor: actorOf(who) });
  return back.map((one) => one.id);
}

/** How many chats a person takes at once; null takes what holds for everyone. */
export async function setMost(
  tx: Tx,
  hearten: Pick<Hearten, 'jobs'>,
  who: Who,
  personId: string,
  most: number | null,
): Promise<Attendance> {
  const here = await tx.first(
    sql`select 1 from person where workspace_id = ${tx.workspaceId} and id = ${personId} and active`,
  );
  if (!here) throw NotFound('This person does not work here (any more). Nothing was changed.');
  await tx.run(
    sql`insert into attendance (workspace_id, person_id) values (${tx.workspaceId}, ${personId}) on conflict do nothing`,
  );
  await tx.run(
    sql`update attendance set most = ${most} where workspace_id = ${tx.workspaceId} and person_id = ${personId}`,
  );
  await emit(tx, [{ name: 'attendance.changed', actor: actorOf(who), data: { personId, most } }]);
  await giveOut(tx, hearten.jobs);
  return attendance(tx);
}
