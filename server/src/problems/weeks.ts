import { type Sql, sql, type Tx } from '../base/db.ts';
import { isPractice } from '../conversations/index.ts';

/** As far back as the rule looks and a chart shows, before and after. */
export const WEEKS = 104;

const place = (tx: Tx): Sql =>
  sql`place as (select coalesce((select name from pg_timezone_names where name = time_zone limit 1), 'UTC') as zone from workspace where id = ${tx.workspaceId})`;

/**
 * The weeks that `looked` names, counted from their conversations as `fresh`: customers by the inbox they wrote to first, the problems they
 * reported that week, and the inbox of each. One who was merged counts as who they are now. This is the one way of counting: what is kept
 * was counted so, and what was touched since is counted so again.
 */
const counted = (tx: Tx): Sql => sql`
  said as (
    select c.id, c.inbox_id, c.created_at, case when k.merged_into is null then c.customer_id else k.merged_into end as customer_id, l.week, f.filed, p.problem_id, p.n
    from place cross join looked l join conversation c on c.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and not ${isPractice(tx)}
        and c.created_at >= (l.week - 1)::timestamp at time zone place.zone and c.created_at < (l.week + 8)::timestamp at time zone place.zone
      join customer k on k.workspace_id = ${tx.workspaceId} and k.id = c.customer_id
      cross join lateral (select array_agg(o.problem_id) filter (where o.problem_id is not null) as problems, count(*) > 0 as filed from conversation_problem o where o.workspace_id = ${tx.workspaceId} and o.conversation_id = c.id) f
      left join lateral unnest(f.problems) with ordinality as p (problem_id, n) on true
    where date_trunc('week', c.created_at at time zone place.zone)::date = l.week),
  report as (select week, customer_id, problem_id, (array_agg(inbox_id order by created_at, id))[1] as inbox, min(created_at) as at,
      (count(*) filter (where n is null or n = 1))::int as written, (count(*) filter (where filed and (n is null or n = 1)))::int as filings from said group by week, customer_id, problem_id),
  person as (select week, (array_agg(inbox order by at, inbox))[1] as inbox, coalesce(array_agg(problem_id order by problem_id) filter (where problem_id is not null), '{}') as problems,
      coalesce(array_agg(inbox order by problem_id) filter (where problem_id is not null), '{}') as inboxes, sum(written)::int as written, sum(filings)::int as filings from report group by week, customer_id),
  fresh as (select week, inbox, problems, inboxes, count(*)::int as customers, (count(*) filter (where filings > 0))::int as filers, sum(written)::int as written, sum(filings)::int as filings
    from person group by week, inbox, problems, inboxes)`;

/**
 * Every whole week of two years, as far as there are conversations, as `cell`: what is kept and was not touched since, and the rest counted
 * now, in one statement and so of one moment. `anew` looks at nothing that is kept. The statement goes on after this with `span` and `cell`.
 */
export const cells = (tx: Tx, anew = false): Sql => sql`
  ${place(tx)},
  span as (select place.zone, date_trunc('week', now() at time zone zone)::date as until, greatest(date_trunc('week', now() at time zone zone)::date - ${WEEKS * 7}::int,
      (select date_trunc('week', min(c.created_at) at time zone zone)::date + 7 from conversation c where c.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and not ${isPractice(tx)})) as since from place),
  wanted_week as (select g::date as week from span cross join generate_series(span.since::timestamp, span.until::timestamp - interval '7 days', interval '7 days') g),
  still as materialized (select w.week from wanted_week w cross join place join week_kept k on k.workspace_id = ${tx.workspaceId} and k.week = w.week and k.zone = place.zone
    where not ${anew} and not exists (select 1 from week_touched t where t.workspace_id = ${tx.workspaceId} and t.week = w.week)),
  looked as materialized (select week from wanted_week except select week from still),
  ${counted(tx)},
  cell as materialized (select k.week, k.inbox_id as inbox, k.problems, k.inboxes, k.customers, k.filers, k.written, k.filings from still s join week_cell k on k.workspace_id = ${tx.workspaceId} and k.week = s.week
    union all select * from fresh)`;

/**
 * Keeps what is over for an hour and not kept, or touched since; everything, where `all` says so, whatever is thought of it. What was
 * touched is read first and forgotten last: who touches a week meanwhile is not seen here, and the week stays touched. How many weeks.
 */
export async function keepWeeks(tx: Tx, all = false): Promise<number> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtextextended(${`weeks ${tx.workspaceId}`}, 0))`);
  const { zone } = (await tx.first<{ zone: string }>(sql`with ${place(tx)} select zone from place`)) ?? { zone: 'UTC' };
  const here = sql`place as (select ${zone}::text as zone)`;
  const touched = await tx.many<{ week: string; during: string }>(
    sql`select week::text, during::text from week_touched where workspace_id = ${tx.workspaceId}`,
  );
  const found = await tx.many<{ week: string }>(sql`
    with ${here}, ended as (select zone, date_trunc('week', (now() - interval '1 hour') at time zone zone)::date as until from place)
    select g::date::text as week from ended cross join generate_series((until - ${WEEKS * 7}::int)::timestamp, until::timestamp - interval '7 days', interval '7 days') g
    where ${all} or g::date = any (${touched.map((one) => one.week)}::date[]) or not exists (select 1 from week_kept k where k.workspace_id = ${tx.workspaceId} and k.week = g::date and k.zone = ended.zone)`);
  const weeks = found.map((one) => one.week);
  if (weeks.length === 0 && touched.length === 0) return 0;
  if (weeks.length) {
    await tx.run(
      sql`delete from week_cell where workspace_id = ${tx.workspaceId} and (week = any (${weeks}::date[]) or week < now() - interval '3 years')`,
    );
    await tx.run(sql`
      with ${here}, looked as (select unnest(${weeks}::date[]) as week), ${counted(tx)}
      insert into week_cell (workspace_id, week, place, inbox_id, problems, inboxes, customers, filers, written, filings)
      select ${tx.workspaceId}, week, row_number() over (partition by week order by inbox, problems, inboxes), inbox, problems, inboxes, customers, filers, written, filings from fresh`);
    await tx.run(sql`
      with ${here} insert into week_kept (workspace_id, week, zone) select ${tx.workspaceId}, unnest(${weeks}::date[]), zone from place
      on conflict (workspace_id, week) do update set zone = excluded.zone`);
  }
  await tx.run(sql`
    delete from week_touched t using jsonb_to_recordset(${JSON.stringify(touched)}::jsonb) as s (week date, during bigint)
    where t.workspace_id = ${tx.workspaceId} and t.week = s.week and t.during = s.during`);
  return weeks.length;
}
