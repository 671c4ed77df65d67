import { clock } from '../base/clock.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import { isPractice } from '../conversations/index.ts';
import { hear } from './hear.ts';
import { type Both, clearer, FEWEST, type Heard, hourOfWeek, over, risen, shapeOf, type Usual } from './surprise.ts';
import { findNew } from './unheard.ts';

/** So far back it is looked what is usual; a desk younger than a week has no weekday yet, and nothing is flagged there. */
const DAYS = 56;
const YOUNGEST = 7 * 24;
const LATELY = 6; // hours
const SLOT = 30_000;

/** One look for each half minute in which something came, however much: it is under way before the next begins. */
const lookAt = (tx: Tx, at: number): Promise<void> =>
  jobs.add(tx, 'look-for-rises', {}, { at: new Date(at), key: `look-for-rises:${Math.floor(at / SLOT)}`, tries: 2 });
export const lookNext = (tx: Tx): Promise<void> => lookAt(tx, (Math.floor(clock() / SLOT) + 1) * SLOT);
export async function lookSoon(tx: Tx, events: EventRow[]): Promise<void> {
  const opened = events.some(
    ({ data }) => data.opened === true && data.historic !== true && data.automatic !== true && data.spam !== true,
  );
  if (opened) await lookNext(tx);
}

type Row = { topic: string; kind: 'problem' | 'cluster'; id: string; customer: string; at: string };
type Base = { topic: string; conversations: number };
type Open = { id: string; topic: string; minutes: number };

/**
 * Conversations about a problem: as filed, and as they sound while nobody filed them. What was made a problem is that problem, what was
 * merged is what it was merged into, and what somebody said is no problem is none.
 */
const about = (tx: Tx, when: Sql): Sql => {
  const w = tx.workspaceId;
  const counts = sql`c.folder = 'inbox' and c.merged_into is null and ${when} and not ${isPractice(tx)}`;
  const unfiled = sql`${counts} and not exists (select 1 from conversation_problem f where f.workspace_id = c.workspace_id and f.conversation_id = c.id)`;
  return sql`
    select 'problem' as kind, f.problem_id as topic, c.id, c.customer_id as customer, c.created_at as at from conversation_problem f
      join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
      where f.workspace_id = ${w} and f.problem_id is not null and ${counts}
    union select case when coalesce(h.problem_id, k.problem_id) is null then 'cluster' else 'problem' end, coalesce(p.merged_into, p.id, k.id), c.id, c.customer_id, c.created_at from topic_heard h
      left join cluster k on k.workspace_id = h.workspace_id and k.id = h.cluster_id and k.state <> 'dismissed'
      left join problem p on p.workspace_id = h.workspace_id and p.id = case when h.problem_id is null then k.problem_id else h.problem_id end
      join conversation c on c.workspace_id = h.workspace_id and c.id = h.conversation_id
      where h.workspace_id = ${w} and coalesce(p.id, k.id) is not null and h.at > now() - make_interval(days => ${DAYS}) and ${unfiled}
    union select 'cluster', m.cluster_id, c.id, c.customer_id, c.created_at from cluster_conversation m join cluster k on k.workspace_id = m.workspace_id and k.id = m.cluster_id and k.kind = 'unfiled' and k.state = 'open'
      join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
      where m.workspace_id = ${w} and ${unfiled}`;
};

/** The job: what came is told apart by what it is about; a topic that rises is flagged once, and one that rests again is over. */
export async function lookForRises(tx: Tx): Promise<void> {
  const w = tx.workspaceId;
  const now = clock();
  if (await hear(tx)) await findNew(tx, now);
  const recent = sql`c.last_at > now() - make_interval(hours => ${LATELY}) and c.created_at > now() - make_interval(hours => ${LATELY})`;
  const lately = await tx.many<Row>(sql`select a.kind, a.topic, a.id, a.customer, a.at from (${about(tx, recent)}) a`);
  const open = await tx.many<Open>(
    sql`select id, coalesce(problem_id, cluster_id) as topic, minutes from rise where workspace_id = ${w} and ended_at is null`,
  );
  const byTopic = Map.groupBy(lately, ({ topic }) => topic);
  const many = (rows: Row[]): boolean => new Set(rows.map(({ customer }) => customer)).size >= FEWEST;
  // What is usual is asked for only where something may rise or be over: mostly it is neither.
  if (open.length === 0 && ![...byTopic.values()].some(many)) return;
  const past = sql`c.last_at > now() - make_interval(days => ${DAYS}) and c.created_at between now() - make_interval(days => ${DAYS}) and now() - make_interval(hours => ${LATELY})`;
  const [bases, hours, ended, known, came] = await Promise.all([
    tx.many<Base>(sql`select a.topic, count(*)::int as conversations from (${about(tx, past)}) a group by a.topic`),
    tx.many<{ hour: number; n: number; first: string }>(sql`
      select floor(extract(epoch from c.created_at) / 3600)::bigint as hour, count(*)::int as n, min(c.created_at) as first from conversation c
      where c.workspace_id = ${w} and c.folder = 'inbox' and c.merged_into is null and ${past} and not ${isPractice(tx)} group by 1`),
    tx.many<{ topic: string; at: string }>(sql`
      select coalesce(problem_id, cluster_id) as topic, max(ended_at) as at from rise where workspace_id = ${w} and ended_at > now() - make_interval(hours => ${LATELY}) group by 1`),
    tx.many<{ id: string }>(sql`
      select m.conversation_id as id from rise r join rise_conversation m on m.workspace_id = r.workspace_id and m.rise_id = r.id
      where r.workspace_id = ${w} and (r.ended_at is null or r.ended_at > now() - make_interval(hours => ${LATELY}))`),
    tx.first<{ n: number }>(sql`
      select count(*)::int as n from conversation c where c.workspace_id = ${w} and c.folder = 'inbox' and c.merged_into is null and ${recent} and not ${isPractice(tx)}`),
  ]);
  const first = hours.reduce((least, one) => Math.min(least, Date.parse(one.first)), now);
  const history = (now - first) / 3_600_000 - LATELY;
  const byHour = new Array<number>(168).fill(0);
  for (const { hour, n } of hours) {
    const place = hourOfWeek(hour * 3_600_000);
    byHour[place] = (byHour[place] ?? 0) + n;
  }
  const shape = shapeOf(byHour);
  const usualOf = new Map(bases.map((one) => [one.topic, one.conversations]));
  const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0);
  const all = { lately: came?.n ?? 0, past: sum(hours.map(({ n }) => n)) };
  const apart = {
    lately: new Set(lately.map(({ id }) => id)).size,
    past: Math.min(all.past, sum([...usualOf.values()])),
  };
  const counts = (topic: string): Both => ({
    lately: byTopic.get(topic)?.length ?? 0,
    past: usualOf.get(topic) ?? 0,
  });
  const usual = (topic: string): Usual => ({
    conversations: counts(topic).past * clearer(counts(topic), apart, all),
    hours: Math.max(history, YOUNGEST),
    shape,
  });
  const restsSince = new Map(ended.map((one) => [one.topic, Date.parse(one.at)]));
  const heard = (rows: Row[], topic: string): Heard[] =>
    rows
      .map(({ at, customer }) => ({ at: Date.parse(at), customer }))
      .filter(({ at }) => at > (restsSince.get(topic) ?? 0));
  const topics = new Set([...usualOf.keys(), ...byTopic.keys()]).size;
  for (const one of open) {
    const rows = byTopic.get(one.topic) ?? [];
    if (over(heard(rows, one.topic), now, one.minutes, usual(one.topic))) {
      await tx.run(
        sql`update rise set ended_at = now() where workspace_id = ${w} and id = ${one.id} and ended_at is null`,
      );
      await emit(tx, [{ name: 'problem.rested', actor: system, data: { riseId: one.id } }]);
    } else
      await join(
        tx,
        one.id,
        rows.map(({ id }) => id),
      );
  }
  const going = new Set(open.map(({ topic }) => topic));
  // What was told as one rise is not told as another: filed under two problems, found anew, or merged, it is the same wave.
  const told = new Set(known.map(({ id }) => id));
  if (history >= YOUNGEST)
    for (const [topic, rows] of byTopic) {
      const fresh = rows.filter(({ id }) => !told.has(id));
      const found = going.has(topic) ? null : risen(heard(fresh, topic), now, usual(topic), topics);
      if (!found) continue;
      const id = newId();
      const kind = rows[0]?.kind ?? 'problem';
      await tx.run(sql`
        insert into rise (workspace_id, id, problem_id, cluster_id, customers, minutes, usual, chance, began_at)
        values (${w}, ${id}, ${kind === 'problem' ? topic : null}, ${kind === 'cluster' ? topic : null}, ${found.customers}, ${found.minutes}, ${found.usual}, ${found.chance}, ${new Date(found.from).toISOString()})`);
      const behind = fresh.filter(({ at }) => Date.parse(at) > found.from).map((one) => one.id);
      await join(tx, id, behind);
      for (const one of behind) told.add(one);
      await emit(tx, [{ name: 'problem.rising', actor: system, data: { riseId: id, ...found, topic, kind } }]);
      going.add(topic);
    }
  if (going.size > 0) await lookAt(tx, (Math.floor(now / SLOT) + 10) * SLOT);
}

/** What came before it began stays out; what comes while it goes on is part of it. */
const join = (tx: Tx, rise: string, ids: string[]): Promise<number> =>
  tx.run(sql`
    insert into rise_conversation (workspace_id, rise_id, conversation_id)
    select ${tx.workspaceId}, r.id, c.id from rise r join conversation c on c.workspace_id = r.workspace_id and c.id = any (${ids}::uuid[]) and c.created_at > r.began_at
    where r.workspace_id = ${tx.workspaceId} and r.id = ${rise} on conflict do nothing`);
