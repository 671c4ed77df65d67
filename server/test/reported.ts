import { sql, type Tx } from '../src/base/db.ts';

const DAY = 86_400_000;
const now = new Date();
/** Of the running week, at midnight of UTC. */
const monday = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - ((now.getUTCDay() + 6) % 7));
/** A day of the week of so many weeks ago. */
export const dayOf = (weeksAgo: number, days = 0): string =>
  new Date(monday - weeksAgo * 7 * DAY + days * DAY).toISOString().slice(0, 10);

/** In each of thirty weeks, on its Tuesday, so many customers of their own report a problem: `was` until the fix, `is` since. */
export const reported = (
  tx: Tx,
  { problem, inbox, was, is, fixed }: { problem: string; inbox: string; was: number; is: number; fixed: number },
): Promise<number> =>
  tx.run(sql`
    with wrote as materialized (select gen_random_uuid() as id, gen_random_uuid() as customer, ago, n from generate_series(1, 30) ago, generate_series(1, case when ago >= ${fixed}::int then ${was}::int + ago % 3 else ${is}::int end) n),
      people as (insert into customer (workspace_id, id) select ${tx.workspaceId}, customer from wrote returning id),
      written as (insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
        select ${tx.workspaceId}, wrote.id, (select coalesce(max(number), 1000) from conversation where workspace_id = ${tx.workspaceId}) + row_number() over (order by ago desc, n), ${inbox}, 'email', customer, 'A writer', 'a@example.org', 'Hello', 'closed',
          ${dayOf(0, 1)}::date - ago * 7 + interval '1 hour', ${dayOf(0, 1)}::date - ago * 7 + interval '1 hour' from wrote join people on people.id = wrote.customer returning id)
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional) select ${tx.workspaceId}, id, 0, 'problem', ${problem}, false from written`);
