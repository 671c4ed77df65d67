import { createHash } from 'node:crypto';
import type { Reply, ToldValues, VisitorEvent } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound, TooMany } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import { cut, unkeepable } from '../../base/text.ts';
import { dropVisitorFiles } from '../../conversations/index.ts';

/** Of whom something is told: a visitor by their page, a customer by the API. */
export type Whose = { visitorId: string } | { customerId: string };
export type Told = {
  id?: string | undefined;
  name: string;
  meta: ToldValues;
  at?: string | undefined;
  kind?: VisitorEvent['kind'];
};

/** How much is kept of one of them in a day; a page that tells without end fills no table. */
const DAILY = { visitor: 500, customer: 5_000 };
const HOUR = 3600;
const AHEAD = 5 * 60_000; // clocks of others
const SOURCE = /^utm_[a-z_]{1,30}$/;

/** Keeps what is new of it; told again under the same name, an event is the one that is there. */
export async function keepEvents(tx: Tx, whose: Whose, told: Told[]): Promise<number> {
  if (unkeepable(told.map(({ name, meta, id }) => [name, meta, id])) !== null)
    throw Invalid('An event holds a character that cannot be stored. None of them was kept.');
  if ('customerId' in whose && told.some((one) => one.at && Date.parse(one.at) > Date.now() + AHEAD))
    throw Invalid('An event lies in the future. None of them was kept; leave its time out, or put it right.');
  const [visitorId, customerId] = 'visitorId' in whose ? [whose.visitorId, null] : [null, whose.customerId];
  const kind = visitorId ? 'visitor' : 'customer';
  const { n } = (await tx.first<{ n: number }>(sql`
    select count(*)::int as n from (select 1 from visitor_event e where e.workspace_id = ${tx.workspaceId} and ${visitorId ? lately(sql`${visitorId}`) : sql`e.customer_id = ${customerId} and e.at > now() - interval '1 day'`} limit ${DAILY[kind]}) x`)) as {
    n: number;
  };
  if (n + told.length > DAILY[kind])
    throw TooMany('So much was told of this visitor today that no more is kept. Nothing was changed.', HOUR);
  const rows = told.map((one) => ({
    ...{ id: one.id ? idOf(visitorId ?? customerId ?? '', one.id) : newId(), kind: one.kind ?? 'event' },
    ...{ name: one.name, meta: one.meta, at: (visitorId ? withinDay(one.at) : one.at) ?? null },
  }));
  return tx.run(sql`
    insert into visitor_event (workspace_id, id, visitor_id, customer_id, kind, name, meta, at)
    select ${tx.workspaceId}, r.id, ${visitorId}, ${customerId}, r.kind, r.name, r.meta, date_trunc('milliseconds', coalesce(r.at, now()))
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, kind text, name text, meta jsonb, at timestamptz) on conflict do nothing`);
}
/** The events `e` of a visitor that were told in the last day. None of them lies further back than two, which is how they are found. */
const lately = (visitorId: Sql): Sql =>
  sql`e.visitor_id = ${visitorId} and e.at > now() - interval '2 days' and case when e.told_at is null then e.at else e.told_at end > now() - interval '1 day'`;
/** A browser's clock may be anywhere: what it says was in the last day, and not later than now. */
function withinDay(at: string | undefined): string | undefined {
  if (at === undefined) return undefined;
  return new Date(Math.min(Date.now(), Math.max(Date.now() - 24 * HOUR * 1000, Date.parse(at)))).toISOString();
}
/** The id of an event that its teller named: the same for the same name, and never that of somebody else's. */
function idOf(whose: string, name: string): string {
  const hex = createHash('sha256').update(`${whose}\n${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Where a page is, without what its address carries along: that may be a secret, as of a link to a new password or of the way back from a
 * sign-in. Only by which campaign somebody came (`utm_…`) is kept. Of what is no page on the web, nothing.
 */
export function placeIn(address: string): string {
  if (!URL.canParse(address)) return '';
  const { protocol, origin, pathname, searchParams } = new URL(address);
  if (!/^https?:$/.test(protocol)) return '';
  const source = new URLSearchParams([...searchParams].filter(([name]) => SOURCE.test(name))).toString();
  return `${origin}${pathname}${source && `?${source}`}`;
}

/** A page that a visitor saw, unless they asked not to be counted; the one they are still at is not a second one. */
export async function keepPage(
  tx: Tx,
  visitorId: string,
  { url, title }: { url: string; title: string },
): Promise<void> {
  if (url === '') return;
  const w = tx.workspaceId;
  await tx.run(sql`
    insert into visitor_event (workspace_id, id, visitor_id, kind, name, meta)
    select ${w}, ${newId()}, v.id, 'page', ${cut(title, 300)}, jsonb_build_object('url', ${cut(url, 2000)}::text) from visitor v
    where v.workspace_id = ${w} and v.id = ${visitorId} and v.consent is distinct from false
      and (select count(*) from (select 1 from visitor_event e where e.workspace_id = ${w} and ${lately(sql`v.id`)} limit ${DAILY.visitor}) x) < ${DAILY.visitor}
      and ${cut(url, 2000)} is distinct from (select e.meta->>'url' from visitor_event e where e.workspace_id = ${w} and e.visitor_id = v.id and e.kind = 'page' order by e.at desc, e.id desc limit 1)`);
}

/** From the API: of a customer who is here. */
export async function tellOfCustomer(tx: Tx, customerId: string, told: Told[]): Promise<{ kept: number }> {
  // Locked against an erasure that goes on at the same moment.
  const here = await tx.first(
    sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${customerId} for key share`,
  );
  if (!here) throw NotFound('This customer is not here. Nothing was kept.');
  return { kept: await keepEvents(tx, { customerId }, told) };
}

/** The customer, and everyone who became one with them: what was told of those stays where it is, and is read from here. */
const same = (tx: Tx, id: string): Sql => sql`
  with recursive same as (select c.id from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
    union select c.id from same s join customer c on c.workspace_id = ${tx.workspaceId} and c.merged_into = s.id),
  visiting as (select v.id, v.visits, v.created_at, v.seen_at from visitor v where v.workspace_id = ${tx.workspaceId} and v.customer_id in (select id from same))`;

type Row = Omit<VisitorEvent, 'at'> & { at: string };
export async function eventsOf(
  tx: Tx,
  id: string,
  { cursor, limit = 30 }: { cursor?: string | undefined; limit?: number | undefined },
): Promise<Reply<'GET /customers/:id/events'>> {
  const [at, last] = (cursor ?? '').split('_');
  if (cursor && (!isId(last) || Number.isNaN(Date.parse(at ?? ''))))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const here = await tx.first(sql`select 1 from customer where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (!here) throw NotFound('This customer is not here.');
  const before = cursor ? sql`and (e.at, e.id) < (${at ?? ''}::timestamptz, ${last ?? ''}::uuid)` : sql``;
  const columns = sql`e.id, e.kind, e.name, e.meta, e.at, case when e.visitor_id is null then 'api' else 'visitor' end as by`;
  const rows = await tx.many<Row>(sql`
    ${same(tx, id)} select * from (
      (select ${columns} from visitor_event e where e.workspace_id = ${tx.workspaceId} and e.customer_id in (select id from same) ${before} order by e.at desc, e.id desc limit ${limit + 1})
      union all (select ${columns} from visitor_event e where e.workspace_id = ${tx.workspaceId} and e.visitor_id in (select id from visiting) ${before} order by e.at desc, e.id desc limit ${limit + 1})) e
    order by e.at desc, e.id desc limit ${limit + 1}`);
  const visits = await tx.first<{ count: number; firstAt: string; lastAt: string }>(sql`
    ${same(tx, id)} select sum(visits)::int as count, min(created_at) as "firstAt", max(seen_at) as "lastAt" from visiting having count(*) > 0`);
  const items = rows.slice(0, limit);
  const end = items.at(-1);
  return { items, next: rows.length > limit && end ? `${end.at}_${end.id}` : null, visits: visits ?? null };
}

const SOME = 1_000;
/** How much of visits is older than so many days, as far as it is worth counting. */
export async function countOldVisits(tx: Tx, days: number): Promise<number> {
  const row = await tx.first<{ n: number }>(sql`
    select (select count(*)::int from (select 1 from visitor_event where workspace_id = ${tx.workspaceId} and at < now() - make_interval(days => ${days}::int) limit 10000) x)
      + (select count(*)::int from (select 1 from visitor v where ${silent(tx, days)} limit 10000) y) as n`);
  return row?.n ?? 0;
}
/** Visitors who never wrote, and were not seen for so long. */
const silent = (tx: Tx, days: number): Sql =>
  sql`v.workspace_id = ${tx.workspaceId} and v.seen_at < now() - make_interval(days => ${days}::int) and v.customer_id is null
    and not exists (select 1 from chat c where c.workspace_id = v.workspace_id and c.visitor_id = v.id)`;

/**
 * What is older goes, some at a time: events and pages, visitors who never wrote, and of those who did where they last were and with what.
 */
export async function removeOldVisits(tx: Tx, days: number): Promise<number> {
  const w = tx.workspaceId;
  const events = await tx.run(sql`
    delete from visitor_event where workspace_id = ${w} and id in (select id from visitor_event where workspace_id = ${w} and at < now() - make_interval(days => ${days}::int) limit ${SOME})`);
  const visitors = await tx.many<{ id: string }>(
    sql`delete from visitor where workspace_id = ${w} and id in (select v.id from visitor v where ${silent(tx, days)} limit ${SOME}) returning id`,
  );
  if (visitors.length > 0)
    await dropVisitorFiles(
      tx,
      visitors.map((one) => one.id),
    );
  await tx.run(sql`
    update visitor set page = '', referrer = '', agent = '', country = '', city = '' where workspace_id = ${w} and seen_at < now() - make_interval(days => ${days}::int)
      and (page, referrer, agent, country, city) is distinct from ('', '', '', '', '')`);
  return events + visitors.length;
}
