import type { Query, Reply } from '@hearten/contract';
import { audit } from '../base/audit.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { columns, counts } from './shown.ts';
import { subscribe } from './unsubscribe.ts';

const MOST = 25;
type Place = { at: string; id: string };
function readPlace(cursor: string | undefined): Place | null {
  if (!cursor) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (!at || !isId(id) || Number.isNaN(Date.parse(at)))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return { at, id };
}
const nextOf = ({ at, id }: Place): string => Buffer.from(`${at}|${id}`).toString('base64url');

/** What the problem is part of by now, however often it was merged on. */
const whole: Sql = sql`
  lateral (with recursive up as (select p.id, p.name, p.merged_into from problem p where p.workspace_id = m.workspace_id and p.id = m.problem_id
      union select n.id, n.name, n.merged_into from up u join problem n on n.workspace_id = m.workspace_id and n.id = u.merged_into)
    select id, name from up where merged_into is null) b`;

/** Stands somewhere in a text; without words everything does. */
const holds = (text: Sql, q: string): Sql => sql`position(lower(${q}) in lower(${text})) > 0`;

type Row = Reply<'GET /mailings'>['items'][number] & { place: string };
/** All that was told to many, whatever it was about: what began last comes first, and what is a preview still is not among it. */
export async function listMailings(tx: Tx, query: Query<'GET /mailings'>): Promise<Reply<'GET /mailings'>> {
  const most = query.limit ?? MOST;
  const after = readPlace(query.cursor);
  const before: Sql = after ? sql`(m.started_at, m.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql`true`;
  const which: Sql = query.kind ? sql`m.kind = ${query.kind}` : sql`true`;
  const q = query.q?.trim();
  const said: Sql = q
    ? sql`(${holds(sql`m.text`, q)} or exists (select 1 from ${whole} where ${holds(sql`b.name`, q)}))`
    : sql`true`;
  const rows = await tx.many<Row>(sql`
    select ${columns}, json_build_object('id', b.id, 'name', b.name) as problem, json_build_object('id', w.id, 'name', w.name) as person, m.started_at::text as place
    from (select * from mailing m where m.workspace_id = ${tx.workspaceId} and m.started_at is not null and ${which} and ${said} and ${before} order by m.started_at desc, m.id desc limit ${most + 1}) m
      cross join ${counts()} cross join ${whole} join person w on w.workspace_id = m.workspace_id and w.id = m.person_id
    order by m.started_at desc, m.id desc`);
  const items = rows.slice(0, most);
  const last = rows.length > most ? items.at(-1) : undefined;
  return {
    items: items.map(({ place: _, ...one }) => one),
    next: last ? nextOf({ at: last.place, id: last.id }) : null,
  };
}

type Ended = Reply<'GET /unsubscriptions'>['items'][number] & { place: string; row: string };
/** Who wants no more such news, by each address that ended it, with whose it is by now. */
export async function listUnsubscribed(
  tx: Tx,
  query: Query<'GET /unsubscriptions'>,
): Promise<Reply<'GET /unsubscriptions'>> {
  const most = query.limit ?? MOST;
  const after = readPlace(query.cursor);
  const before: Sql = after ? sql`(u.at, u.customer_id) < (${after.at}::timestamptz, ${after.id}::uuid)` : sql`true`;
  const q = query.q?.trim();
  // By every name and address they have or had, also as whom they were merged into.
  const called: Sql = q
    ? sql`exists (with recursive home as (select k.id, k.name, k.merged_into from customer k where k.workspace_id = u.workspace_id and k.id = u.customer_id
          union select k.id, k.name, k.merged_into from home o join customer k on k.workspace_id = u.workspace_id and k.id = o.merged_into)
        select 1 from home o where ${holds(sql`o.name`, q)} or exists (select 1 from handle h where h.workspace_id = u.workspace_id and h.customer_id = o.id and h.kind = 'email' and ${holds(sql`h.value`, q)}))`
    : sql`true`;
  const rows = await tx.many<Ended>(sql`
    with recursive page as materialized (select u.customer_id, u.at, u.mailing_id, u.workspace_id from unsubscribed u where u.workspace_id = ${tx.workspaceId} and ${called} and ${before} order by u.at desc, u.customer_id desc limit ${most + 1}),
      up as (select p.customer_id as row, k.id, k.name, k.merged_into from page p join customer k on k.workspace_id = ${tx.workspaceId} and k.id = p.customer_id
        union select u.row, k.id, k.name, k.merged_into from up u join customer k on k.workspace_id = ${tx.workspaceId} and k.id = u.merged_into)
    select k.id as "customerId", k.name as customer, coalesce(h.value, '') as address, p.at, p.at::text as place, p.customer_id as row,
      case when m.id is not null then json_build_object('id', m.id, 'kind', m.kind, 'problem', b.name) end as mailing
    from page p join up k on k.row = p.customer_id and k.merged_into is null
      left join mailing m on m.workspace_id = p.workspace_id and m.id = p.mailing_id left join ${whole} on true
      left join lateral (select h.value from handle h where h.workspace_id = p.workspace_id and h.customer_id in (p.customer_id, k.id) and h.kind = 'email'
        order by h.customer_id <> p.customer_id, h.created_at, h.value limit 1) h on true
    order by p.at desc, p.customer_id desc`);
  const items = rows.slice(0, most);
  const last = rows.length > most ? items.at(-1) : undefined;
  return {
    items: items.map(({ place: _, row: __, ...one }) => one),
    next: last ? nextOf({ at: last.place, id: last.row }) : null,
  };
}

/**
 * Somebody asked for the news again in other words than by the link, and a person says so for them: the log tells who, and what is gone by
 * that, for it stands nowhere else any more.
 */
export async function takeOut(tx: Tx, customerId: string): Promise<void> {
  const known = await tx.first(
    sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${customerId} for no key update`,
  );
  if (!known) throw NotFound();
  const gone = await subscribe(tx, customerId);
  await audit(
    tx,
    ...gone.map(({ customerId: customer, at: ended, mailingId: mailing }) => ({
      area: 'data' as const,
      what: 'customer.news-again',
      about: ['customer', customerId] as const,
      facts: { customer, ended, mailing },
    })),
  );
}
