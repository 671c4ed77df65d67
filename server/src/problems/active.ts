import type { Body, Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';

/** Visits are kept for ninety days unless said otherwise; weeks that reach further back are no longer whole. */
const BACK = 11;

/**
 * Counts the customers who were active in each whole week that is not counted yet: seen on a page or told of by the API, once however
 * often and on however many devices. Nobody who is only a visitor counts. A week older than what is kept of visits is left out.
 */
export const countActive = (tx: Tx): Promise<number> =>
  tx.run(sql`
    with place as (select coalesce((select name from pg_timezone_names where name = time_zone limit 1), 'UTC') as zone from workspace where id = ${tx.workspaceId}),
    span as (select zone, date_trunc('week', now() at time zone zone)::date as until, greatest(date_trunc('week', now() at time zone zone)::date - ${BACK * 7}::int,
        (select date_trunc('week', min(at) at time zone zone)::date + 7 from visitor_event where workspace_id = ${tx.workspaceId})) as since from place)
    insert into active_customers (workspace_id, week, customers)
    select ${tx.workspaceId}, date_trunc('week', e.at at time zone span.zone)::date, count(distinct coalesce(k.merged_into, k.id))
    from span join visitor_event e on e.workspace_id = ${tx.workspaceId} and e.at >= span.since::timestamp at time zone span.zone and e.at < span.until::timestamp at time zone span.zone
      left join visitor v on v.workspace_id = e.workspace_id and v.id = e.visitor_id
      join customer k on k.workspace_id = e.workspace_id and k.id = case when e.customer_id is null then v.customer_id else e.customer_id end
    group by 2 on conflict do nothing`);

export const enteredCustomers = async (tx: Tx): Promise<Reply<'GET /active-customers'>> => ({
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
