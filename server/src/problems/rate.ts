import type { ContactRate } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { type Finding, verify, type Week } from './verify.ts';
import { cells } from './weeks.ts';

/** Both sides of 90 %. */
const Z = 1.6449;

/** One problem's weeks. `base` names the denominator, one for all of them; rates are by 1,000 of it, with their interval. */
export type Measured = {
  id: string;
  state: string;
  shippedOn: string | null;
  lastShipped: string | null;
  base: ContactRate['base'];
  closed: string[];
  weeks: (Week & { reporters: number; all: number; rate: number | null; low: number | null; high: number | null })[];
  life: ContactRate['life'];
};

/**
 * The weeks of some problems in one statement. Each customer counts once a week, in the inbox where they reported the problem first;
 * one who was merged counts as who they are now. A rate is the unique customers over the denominator, with Byar's interval for a
 * Poisson count (Breslow and Day, Statistical Methods in Cancer Research II, IARC 1987, p. 69): more may write than are tracked, so
 * Wilson's for shares does not fit. Other problems count as the control unless they were fixed within the weeks compared. Weeks
 * begin with the Monday after the first conversation, in the workspace's time zone, and end with the last whole one; what is over is kept
 * (server/src/problems/weeks.ts).
 */
export const measured = (tx: Tx, which: Sql, anew = false): Sql => sql`
  with ${cells(tx, anew)},
  wanted as (select p.id, p.state, p.shipped_on, (select s.shipped_on from problem_step s where s.workspace_id = p.workspace_id and s.problem_id = p.id and s.shipped_on is not null order by s.at desc limit 1) as last_shipped,
      array(select o.id from problem o where o.workspace_id = p.workspace_id and (o.id = p.id or not (p.shipped_on is null or coalesce(greatest(o.shipped_on,
        (select max(s.shipped_on) from problem_step s where s.workspace_id = o.workspace_id and s.problem_id = o.id)) < p.shipped_on - 364, true)))) as no_control
    from problem p where p.workspace_id = ${tx.workspaceId} and p.merged_into is null and ${which}),
  tracked as (select count(*) >= 13 as whole, count(*) > 0 as some from active_customers a, span where a.workspace_id = ${tx.workspaceId} and a.week >= span.until - 91 and a.week < span.until),
  bought as (select o.week, o.orders from counted_orders o join workspace s on s.id = o.workspace_id and o.event = s.order_event where o.workspace_id = ${tx.workspaceId}),
  ordered as (select count(*) >= 13 as whole, count(*) > 0 as some from bought b, span where b.week >= span.until - 91 and b.week < span.until),
  named as (select case when tracked.whole then 'tracked' when ordered.whole then 'orders' when exists (select 1 from entered_customers e where e.workspace_id = ${tx.workspaceId}) then 'entered'
      when tracked.some then 'tracked' when ordered.some then 'orders' end as base from tracked, ordered),
  week as (select g.week, case named.base
      when 'tracked' then (select a.customers from active_customers a where a.workspace_id = ${tx.workspaceId} and a.week = g.week)
      when 'orders' then (select b.orders from bought b where b.week = g.week)
      when 'entered' then (select e.customers from entered_customers e where e.workspace_id = ${tx.workspaceId} and e.week <= g.week order by e.week desc limit 1) end as customers
    from wanted_week g cross join named),
  written as (select week, sum(written)::int as written, sum(filings)::int as filed, sum(filers)::int as filers from cell group by week),
  plain as materialized (select week, inbox, problems, sum(customers)::int as customers from cell group by week, inbox, problems),
  side as (select w.id, c.week, r.inbox, c.customers as reporters, 0 as others, 0 as rest from cell c cross join lateral unnest(c.problems, c.inboxes) as r (problem, inbox) join wanted w on w.id = r.problem
    union all select w.id, c.week, c.inbox, 0, case when c.problems <@ w.no_control then 0 else c.customers end, c.customers from wanted w join plain c on not (w.id = any (c.problems))),
  part as (select id, week, inbox, sum(reporters)::int as reporters, sum(others)::int as others, sum(rest)::int as rest from side group by id, week, inbox),
  counted as (select w.id, k.week, k.customers, coalesce(n.written, 0) as written, coalesce(n.filed, 0) as filed, coalesce(n.filers, 0) as "all", coalesce(sum(part.reporters), 0)::int as reporters,
      coalesce(json_agg(json_build_object('inbox', part.inbox, 'reporters', part.reporters, 'others', part.others, 'rest', part.rest)) filter (where part.inbox is not null), '[]') as parts
    from wanted w cross join week k left join written n on n.week = k.week left join part on part.id = w.id and part.week = k.week
    group by w.id, k.week, k.customers, n.written, n.filed, n.filers)
  select w.id, w.state, w.shipped_on::text as "shippedOn", w.last_shipped::text as "lastShipped", named.base,
    (select coalesce(json_agg(i.id), '[]') from inbox i where i.workspace_id = ${tx.workspaceId} and (not i.enabled or i.deleted_at is not null)) as closed,
    (select coalesce(json_agg(json_build_object('week', c.week, 'customers', c.customers, 'written', c.written, 'filed', c.filed, 'all', c."all", 'reporters', c.reporters, 'parts', c.parts,
        'rate', 1000.0 * c.reporters / c.customers,
        'low', case when c.reporters = 0 then case when c.customers is not null then 0 end else 1000.0 * c.reporters * power(greatest(0, 1 - 1 / (9.0 * c.reporters) - ${Z}::float8 / (3 * sqrt(c.reporters))), 3) / c.customers end,
        'high', 1000.0 * (c.reporters + 1) * power(1 - 1 / (9.0 * (c.reporters + 1)) + ${Z}::float8 / (3 * sqrt(c.reporters + 1)), 3) / c.customers) order by c.week), '[]') from counted c where c.id = w.id) as weeks,
    (select coalesce(json_agg(json_build_object('state', s.state, 'at', s.at, 'byId', s.by_id, 'shippedOn', s.shipped_on, 'why', s.why) order by s.at), '[]')
      from problem_step s where s.workspace_id = ${tx.workspaceId} and s.problem_id = w.id) as life
  from wanted w cross join named order by w.id`;

/** `anew` counts every week from its conversations and looks at nothing that is kept. */
export const measure = (tx: Tx, which: Sql, anew = false): Promise<Measured[]> =>
  tx.many<Measured>(measured(tx, which, anew));

export const findingOf = (one: Measured): Finding =>
  verify({ weeks: one.weeks, shippedOn: one.shippedOn, closed: new Set(one.closed) });

/** The rate of one problem week by week, what the rule makes of it, and what became of the problem. */
export async function contactRate(tx: Tx, id: string): Promise<ContactRate> {
  const [one] = await measure(tx, sql`p.id = ${id}`);
  if (!one) throw NotFound();
  const { line, returned: _, ...finding } = findingOf(one);
  const expected = new Map(line.map((at) => [at.week, at.expected]));
  return {
    base: one.base,
    shippedOn: one.shippedOn ?? one.lastShipped,
    weeks: one.weeks.map(({ week, customers, reporters, all, rate, low, high }) => {
      const without = expected.get(week);
      return {
        ...{ week, customers, reporters, share: all ? reporters / all : null, rate, low, high },
        expected: without === undefined || !customers ? null : (1000 * without) / customers,
      };
    }),
    finding,
    life: one.life,
  };
}
