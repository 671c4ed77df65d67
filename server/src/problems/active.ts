import type { Body, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';

/** Visits are kept for ninety days unless said otherwise; weeks that reach further back are no longer whole. */
const BACK = 11;

/** The whole weeks of which all visits are still there. */
const span = (tx: Tx): Sql => sql`
  place as (select coalesce((select name from pg_timezone_names where name = time_zone limit 1), 'UTC') as zone, order_event from workspace where id = ${tx.workspaceId}),
  span as (select zone, order_event, date_trunc('week', now() at time zone zone)::date as until, greatest(date_trunc('week', now() at time zone zone)::date - ${BACK * 7}::int,
      (select date_trunc('week', min(at) at time zone zone)::date + 7 from visitor_event where workspace_id = ${tx.workspaceId})) as since from place)`;

/**
 * Counts the customers who were active in each whole week that is not counted yet: seen on a page or told of by the API, once however
 * often and on however many devices. Nobody who is only a visitor counts. A week older than what is kept of visits is left out.
 */
export const countActive = (tx: Tx): Promise<number> =>
  tx.run(sql`
    with ${span(tx)}
    insert into active_customers (workspace_id, week, customers)
    select ${tx.workspaceId}, date_trunc('week', e.at at time zone span.zone)::date, count(distinct coalesce(k.merged_into, k.id))
    from span join visitor_event e on e.workspace_id = ${tx.workspaceId} and e.at >= span.since::timestamp at time zone span.zone and e.at < span.until::timestamp at time zone span.zone
      left join visitor v on v.workspace_id = e.workspace_id and v.id = e.visitor_id
      join customer k on k.workspace_id = e.workspace_id and k.id = case when e.customer_id is null then v.customer_id else e.customer_id end
    group by 2 on conflict do nothing`);

/**
 * Counts the orders of each whole week that is not counted yet: events of the name that the workspace gives them, of pages and of the API,
 * also of people nobody knows. A week without any has no number: it may be that nobody told of them.
 */
export const countOrders = (tx: Tx): Promise<number> =>
  tx.run(sql`
    with ${span(tx)}
    insert into counted_orders (workspace_id, week, event, orders)
    select ${tx.workspaceId}, date_trunc('week', e.at at time zone span.zone)::date, span.order_event, count(*)
    from span join visitor_event e on e.workspace_id = ${tx.workspaceId} and e.kind = 'event' and e.name = span.order_event
      and e.at >= span.since::timestamp at time zone span.zone and e.at < span.until::timestamp at time zone span.zone
    group by 2, 3 on conflict do nothing`);

/** Orders have another name: the weeks that can still be counted are, at once. */
export async function ordersRenamed(tx: Tx, event: EventRow): Promise<void> {
  if (typeof event.data.orderEvent === 'string') await countOrders(tx);
}

export const enteredCustomers = async (tx: Tx): Promise<Reply<'GET /active-customers'>> => ({
  orders: (await tx.first<{ event: string; weeks: number }>(sql`
    select order_event as event, (select count(*)::int from counted_orders o where o.workspace_id = w.id and o.event = w.order_event and o.week >= now() - interval '98 days') as weeks
    from workspace w where w.id = ${tx.workspaceId}`)) ?? { event: 'order', weeks: 0 },
  items: await tx.many(
    sql`select week::text, customers from entered_customers where workspace_id = ${tx.workspaceId} order by week`,
  ),
});

/** The number of active customers from a week on, named by any of its days; null takes the number of that week away. */
export async function enterCustomers(
  tx: Tx,
  body: Body<'PUT /active-customers'>,
): Promise<Reply<'PUT /active-customers'>> {
  if (Date.parse(body.from) > Date.now() + 86_400_000)
    throw Invalid('The week lies ahead. Nothing was changed; name one that has begun.');
  const week = sql`date_trunc('week', ${body.from}::timestamp)::date`;
  await tx.run(
    body.customers === null
      ? sql`delete from entered_customers where workspace_id = ${tx.workspaceId} and week = ${week}`
      : sql`insert into entered_customers (workspace_id, week, customers) values (${tx.workspaceId}, ${week}, ${body.customers})
          on conflict (workspace_id, week) do update set customers = excluded.customers`,
  );
  return enteredCustomers(tx);
}
