import type { Query, Reply } from '@hearten/contract';
import { raw, type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import type { Who } from '../base/module.ts';
import { usableSnippet } from '../conversations/index.ts';
import type { Kind } from './find.ts';

/** What is counted and shown: in the inbox still, not merged, and filed as it was when it was found, or not filed at all. */
export const living = (tx: Tx, kind: Kind, which: Sql): Sql => {
  const filed = sql`exists (select 1 from conversation_problem f where f.workspace_id = m.workspace_id and f.conversation_id = m.conversation_id`;
  return sql`
    select m.cluster_id, m.closeness, m.answered_by, c.id, c.number, c.subject, c.customer_id, c.customer_name, c.customer_address, c.created_at, c.last_at
    from cluster k join cluster_conversation m on m.workspace_id = k.workspace_id and m.cluster_id = k.id join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where k.workspace_id = ${tx.workspaceId} and k.kind = ${kind} and ${which} and c.folder = 'inbox' and c.merged_into is null
      and ${kind === 'question' ? sql`${filed} and f.kind = 'question')` : sql`not ${filed})`}`;
};

/** Twenty-eight days with today, where the workspace is: a number is the same all day. */
const span = (tx: Tx): Sql => sql`
  (select (date_trunc('day', now() at time zone time_zone) - interval '27 days') at time zone time_zone as lately,
    (date_trunc('day', now() at time zone time_zone) - interval '55 days') at time zone time_zone as before from workspace where id = ${tx.workspaceId})`;
/** Made from a saved answer, whichever. */
const saved = (tx: Tx): Sql =>
  sql`exists (select 1 from snippet_use u where u.workspace_id = ${tx.workspaceId} and u.conversation_id = l.id and u.message_id is not null)`;
/** How they felt when they asked; a person's word stands before what was read. */
const felt = (tx: Tx, from: Sql): Sql => sql`
  (select distinct on (l.id) l.id, d.value from ${from} l join mood d on d.workspace_id = ${tx.workspaceId} and d.conversation_id = l.id and d.stage = 'start'
    order by l.id, array_position(array['person', 'model', 'text'], d.source))`;
/** Conversations in which the linked answer was sent since it was linked. */
const used = (tx: Tx, k: Sql): Sql => sql`
  select distinct c.id, c.number, c.subject, c.customer_name, c.customer_address, c.created_at from snippet_use u join conversation c on c.workspace_id = u.workspace_id and c.id = u.conversation_id
  where u.workspace_id = ${tx.workspaceId} and u.snippet_id = ${k}.snippet_id and u.message_id is not null and u.at >= ${k}.linked_at and c.folder = 'inbox' and c.merged_into is null`;
/** Faces 1 and 2. */
const BAD = 2;
/** Fewer answers say nothing about whether one is missing. */
const LEAST = 3;

type Item = Reply<'GET /clusters'>['items'][number];
/** What is found, or what was said to be no problem: that stays where it can be taken back, as long as any of it is left. */
export async function listClusters(
  tx: Tx,
  who: Who,
  { state = 'open' }: Query<'GET /clusters'> = {},
): Promise<Reply<'GET /clusters'>> {
  const w = tx.workspaceId;
  const both = (as: 'open' | 'dismissed'): Sql =>
    sql`${living(tx, 'unfiled', sql`k.state = ${as}`)} union all ${living(tx, 'question', sql`k.state = ${as}`)}`;
  const [items, away, runs] = await Promise.all([
    tx.many<Item & { nth: number }>(sql`
      with living as materialized (select l.*, row_number() over (partition by l.cluster_id order by l.closeness desc, l.id) as place, ${saved(tx)} as saved from (${both(state)}) l),
        felt as materialized ${felt(tx, sql`living`)},
        n as materialized (select l.cluster_id, count(*)::int as conversations, count(distinct l.customer_id)::int as customers, max(l.last_at) as "lastAt",
          (count(*) filter (where l.created_at >= s.lately))::int as lately, (count(*) filter (where l.created_at >= s.before and l.created_at < s.lately))::int as before,
          (count(*) filter (where l.answered_by is not null or l.saved))::int as answered, (count(*) filter (where l.answered_by is not null and not l.saved))::int as "byHand",
          count(f.value)::int as felt, (count(*) filter (where f.value <= ${BAD}))::int as unhappy, avg(f.value)::real as mood,
          json_agg(json_build_object('id', l.id, 'number', l.number, 'subject', l.subject) order by l.place) filter (where l.place <= 3) as samples
          from living l cross join ${span(tx)} s left join felt f on f.id = l.id group by l.cluster_id),
        known as (select k.*, s.id as saved_id, s.name as saved_name, s.owner_id as saved_owner, s.id is not null and ${usableSnippet(who)} as usable
          from cluster k left join snippet s on s.workspace_id = k.workspace_id and s.id = k.snippet_id and s.archived_at is null where k.workspace_id = ${w} and k.state = ${state}),
        rows as (select k.id, k.kind, k.name, n.conversations, n.customers, n."lastAt", k.created_at as "createdAt", n.samples, n.lately, n.before, n.felt, n.unhappy, n.mood, n.answered, n."byHand",
            k.answerers, k.differ, (k.saved_id is null or k.saved_owner is not null) and n.answered >= ${LEAST} and (n."byHand" * 2 > n.answered or k.differ) as gap,
            case when k.saved_id is not null then json_build_object('id', k.saved_id, 'name', case when k.usable then k.saved_name end, 'alone', k.saved_owner is not null) end as answer,
            case when k.saved_id is not null then k.linked_at end as "linkedAt", case when k.saved_id is not null then (select count(*)::int from (${used(tx, sql`k`)}) u) else 0 end as used,
            k.decided_at as "decidedAt", k.decided_by as "decidedBy"
          from known k join n on n.cluster_id = k.id)
      select x.* from (select r.*, row_number() over (partition by r.kind order by case when ${state} = 'dismissed' then r."decidedAt" end desc nulls last,
        case when r.kind = 'question' then r.gap end desc nulls last, r.customers desc, r.conversations desc, r.id) as nth from rows r) x where x.nth <= 200 order by x.kind desc, x.nth`),
    tx.many<{ kind: Kind; n: number }>(sql`
      select k.kind, count(*)::int as n from cluster k where k.workspace_id = ${w} and k.state = 'dismissed' and k.id in (select l.cluster_id from (${both('dismissed')}) l) group by k.kind`),
    tx.many<{ kind: Kind; at: string; conversations: number }>(
      sql`select kind, at, conversations from cluster_run where workspace_id = ${w}`,
    ),
  ]);
  const dismissed = { unfiled: 0, question: 0 };
  for (const { kind, n } of away) dismissed[kind] = n;
  const looked = (kind: Kind): Reply<'GET /clusters'>['looked']['unfiled'] => {
    const run = runs.find((one) => one.kind === kind);
    return run ? { at: run.at, conversations: run.conversations } : null;
  };
  return {
    items: items.map(({ nth: _, ...one }) => one),
    dismissed,
    looked: { unfiled: looked('unfiled'), question: looked('question') },
  };
}

/** The most like the rest first; the cursor is how many were shown. Behind each number as many as it says. */
export async function conversationsOfCluster(
  tx: Tx,
  id: string,
  query: Query<'GET /clusters/:id/conversations'>,
): Promise<Reply<'GET /clusters/:id/conversations'>> {
  const most = query.limit ?? 50;
  if (!/^\d{1,9}$/.test(query.cursor || '0'))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const from = Number(query.cursor || 0);
  const home = await tx.first<{ name: string; state: State; kind: Kind }>(
    sql`select name, state, kind from cluster where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!home) throw NotFound();
  const items = await tx.many<Reply<'GET /clusters/:id/conversations'>['items'][number]>(sql`
    select l.id, l.number, l.subject, coalesce(nullif(l.customer_name, ''), l.customer_address) as customer, l.created_at as "createdAt"
    from (${behind(tx, id, home.kind, query.of ?? 'all')}) l order by l.closeness desc, l.id limit ${most + 1} offset ${from}`);
  return { ...home, items: items.slice(0, most), next: items.length > most ? String(from + most) : null };
}
export type State = 'open' | 'dismissed' | 'made';

type Of = NonNullable<Query<'GET /clusters/:id/conversations'>['of']>;
function behind(tx: Tx, id: string, kind: Kind, of: Of): Sql {
  if (of === 'used')
    return sql`select u.*, extract(epoch from u.created_at) as closeness from cluster k cross join lateral (${used(tx, sql`k`)}) u where k.workspace_id = ${tx.workspaceId} and k.id = ${id}`;
  const own = living(tx, kind, sql`k.id = ${id}`);
  if (of === 'customers')
    return sql`select distinct on (l.customer_id) l.* from (${own}) l order by l.customer_id, l.closeness desc, l.id`;
  const mood = (which: string): Sql => sql`l.id in (select f.id from ${felt(tx, sql`(${own})`)} f ${raw(which)})`;
  const which: Record<Exclude<Of, 'used' | 'customers'>, () => Sql> = {
    all: () => sql`true`,
    lately: () => sql`l.created_at >= s.lately`,
    before: () => sql`l.created_at >= s.before and l.created_at < s.lately`,
    answered: () => sql`(l.answered_by is not null or ${saved(tx)})`,
    'by hand': () => sql`l.answered_by is not null and not ${saved(tx)}`,
    felt: () => mood(''),
    unhappy: () => mood(`where f.value <= ${BAD}`),
  };
  return sql`select l.* from (${own}) l cross join ${span(tx)} s where ${which[of]()}`;
}
