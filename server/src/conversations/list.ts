import type { Filter, Query } from '@hearten/contract';
import { join, none, type Sql, sql, type Tx, whole } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { type Json, json, type Who } from '../base/module.ts';
import { rowJson, seenBy } from './rows.ts';
import { savedFor } from './saved-views.ts';

/** What each view holds. Each has an index of its own, in the order of the list. */
export function viewOf(view: string, who: Who): Sql {
  // What is said beside a conversation is shown in it, and nowhere else.
  const here = sql`c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side'`;
  switch (view) {
    case 'open':
      return sql`c.status = 'open' and ${here}`;
    case 'mine':
      return sql`c.assignee_id = ${who.id} and c.status = 'open' and ${here}`;
    case 'unassigned':
      return sql`c.status = 'open' and c.assignee_id is null and ${here}`;
    case 'mentions':
      return sql`c.mentioned <> '{}' and ${who.id}::uuid = any (c.mentioned) and ${here}`;
    case 'waiting':
      return sql`c.status = 'waiting' and ${here} and c.status <> 'open'`;
    case 'snoozed':
      return sql`c.status = 'snoozed' and ${here} and c.status <> 'open'`;
    case 'scheduled':
      return sql`c.scheduled_at is not null and ${here}`;
    case 'resolved':
      return sql`c.status in ('resolved', 'closed') and ${here}`;
    case 'spam':
      return sql`c.folder = 'spam' and c.merged_into is null`;
    case 'trash':
      return sql`c.folder = 'trash' and c.merged_into is null`;
    default:
      return here;
  }
}

const hours = { h: 1, d: 24, w: 168 } as const;
/** The conditions of a filter, as `web/src/patch.ts` says them too. */
export const matching = (who: Who, q: Filter): Sql =>
  join([viewOf(q.view ?? 'all', who), ...narrowing(who, q)], ' and ');
/** What a filter says beside its view. */
export function narrowing(who: Who, q: Omit<Filter, 'view'>): Sql[] {
  const assignee = q.assigneeId === 'me' ? who.id : q.assigneeId;
  return [
    ...(q.status ? [sql`c.status = ${q.status}`] : []),
    ...(q.channel ? [sql`c.channel = ${q.channel}`] : []),
    ...(q.inboxId ? [sql`c.inbox_id = ${q.inboxId}`] : []),
    ...(q.teamId ? [q.teamId === 'none' ? sql`c.team_id is null` : sql`c.team_id = ${q.teamId}`] : []),
    ...(assignee ? [assignee === 'none' ? sql`c.assignee_id is null` : sql`c.assignee_id = ${assignee}`] : []),
    ...(q.customerId ? [sql`c.customer_id = ${q.customerId}`] : []),
    ...(q.tag ? [sql`c.tags @> ${[q.tag]}::text[]`] : []),
    ...(q.priority ? [sql`c.priority = ${q.priority}`] : []),
    ...(q.mood ? [q.mood === 'either' ? sql`c.mood is not null` : sql`c.mood = ${q.mood}`] : []),
    ...(q.unread ? [sql`coalesce(${seenBy(who.id)} < c.last_at, c.status not in ('resolved', 'closed'))`] : []),
    ...(q.from ? [sql`strpos(lower(c.customer_name || ' ' || c.customer_address), ${q.from.toLowerCase()}) > 0`] : []),
    ...(q.since ? [sql`c.last_at >= now() - make_interval(hours => ${hoursOf(q.since)}::int)`] : []),
    ...(q.before ? [sql`c.last_at < ${q.before}::timestamptz`] : []),
    ...(q.after ? [sql`c.last_at >= ${q.after}::timestamptz`] : []),
  ];
}
const hoursOf = (since: string): number =>
  Number(since.slice(0, -1)) * (hours[since.slice(-1) as keyof typeof hours] ?? 24);

const SELDOM = 1500; // conversations with a tag, before a list in its own order comes upon enough of them soon
/**
 * Where the rows of a filter come from: those that have its tag, one by one, where few have it. In the order of the list one would go
 * through all others to find them. Null where there are many, and where no tag is asked for.
 */
export const withTag = async (tx: Tx, tag: string | undefined): Promise<string[] | null> =>
  tag ? ((await withTags(tx, [tag])).get(tag) ?? null) : null;
/** The same of each of these tags, however often it is named: asked once, together. */
async function withTags(tx: Tx, tags: (string | undefined)[]): Promise<Map<string, string[] | null>> {
  const asked = [...new Set(tags.filter((tag) => tag !== undefined && tag !== ''))];
  if (asked.length === 0) return new Map();
  const rows = await tx.many<{ tag: string; ids: string[] | null }>(
    sql`select t.tag, seldom_tagged(t.tag, ${SELDOM}) as ids from unnest(${asked}::text[]) t (tag)`,
  );
  return new Map(rows.map(({ tag, ids }) => [tag, ids]));
}
/** To be read as `c`. */
export const rowsOf = (tx: Tx, ids: string[] | null): Sql =>
  ids
    ? sql`unnest(${ids}::uuid[]) u (id), lateral (select k.* from conversation k where k.workspace_id = ${tx.workspaceId} and k.id = u.id offset 0) c`
    : sql`conversation c`;

export type Place = { at: string; id: string };
export const cursorText = (at: string, id: string): string => Buffer.from(`${at}|${id}`).toString('base64url');
export function readCursor(text: string | undefined): Place | null {
  if (!text) return null;
  const [at, id] = Buffer.from(text, 'base64url').toString().split('|');
  if (!at || !isId(id) || Number.isNaN(Date.parse(at)))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return { at, id };
}

/** What a page runs along. Where we wrote last nobody waits for us, and the last word stands for it. */
type Order = { key: Sql; newest: boolean };
function orderOf({ order, view }: Query<'GET /conversations'>): Order {
  if (order === undefined) return { key: sql`c.last_at`, newest: true };
  // These are short; everything that was ever written has no order of waiting.
  if (view !== 'open' && view !== 'mine' && view !== 'unassigned')
    throw Invalid('Who has waited longest is told of the views open, mine and unassigned. Name one of them.');
  return { key: sql`case when c.waiting_since is null then c.last_at else c.waiting_since end`, newest: false };
}

/** One page of the list, newest first or longest waiting first, one statement; the rows are JSON made by Postgres. */
export async function list(tx: Tx, who: Who, q: Query<'GET /conversations'>): Promise<Json> {
  const most = q.limit ?? 50;
  const after = readCursor(q.cursor);
  const from = rowsOf(tx, await withTag(tx, q.tag));
  const { key, newest } = orderOf(q);
  const [way, back, beyond] = newest ? [sql`desc`, sql`asc`, sql`<`] : [sql`asc`, sql`desc`, sql`>`];
  const where = after
    ? sql`${matching(who, q)} and (${key}, c.id) ${beyond} (${after.at}::timestamptz, ${after.id}::uuid)`
    : matching(who, q);
  const row = await tx.last<{ items: string; n: number; at: string | null; id: string | null }>(sql`
    with page as materialized (select c.* from ${from} where c.workspace_id = ${tx.workspaceId} and ${where} order by ${key} ${way}, c.id ${way} limit ${whole(most)})
    select coalesce(json_agg(${rowJson(sql`s.up_to`)} order by ${key} ${way}, c.id ${way}), '[]')::text as items, count(*)::int as n,
      (array_agg(${key} order by ${key} ${back}, c.id ${back}))[1]::text as at, (array_agg(c.id order by ${key} ${back}, c.id ${back}))[1]::text as id
    from page c left join seen s on s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.person_id = ${who.id}`);
  const { items, n, at, id } = row as { items: string; n: number; at: string | null; id: string | null };
  return json(`{"items":${items},"next":${n === most && at && id ? JSON.stringify(cursorText(at, id)) : 'null'}}`);
}

const EVERY = 200;
/** How long the list is from a cursor on, and where each 200th row stands: one walk along the view's index. */
export async function landmarks(
  tx: Tx,
  who: Who,
  q: Query<'GET /conversations/landmarks'>,
): Promise<{ count: number; every: number; cursors: string[] }> {
  const after = readCursor(q.cursor);
  const from = rowsOf(tx, await withTag(tx, q.tag));
  const beyond = after ? sql`and (c.last_at, c.id) < (${after.at}::timestamptz, ${after.id}::uuid)` : none;
  const row = await tx.last<{ count: number; places: Place[] | null }>(sql`
    select max(n)::int as count, json_agg(json_build_object('at', at, 'id', id) order by n) filter (where n % ${whole(EVERY)} = 0) as places from (
      select c.last_at::text as at, c.id, row_number() over (order by c.last_at desc, c.id desc) as n
      from ${from} where c.workspace_id = ${tx.workspaceId} and ${matching(who, q)} ${beyond}) c`);
  return {
    count: row?.count ?? 0,
    every: EVERY,
    cursors: (row?.places ?? []).map(({ at, id }) => cursorText(at, id)),
  };
}

/** How many match, exactly: before one acts on all of them. */
export async function countMatching(tx: Tx, who: Who, q: Filter): Promise<{ count: number }> {
  const from = rowsOf(tx, await withTag(tx, q.tag));
  const row = await tx.last<{ count: number }>(
    sql`select count(*)::int as count from ${from} where c.workspace_id = ${tx.workspaceId} and ${matching(who, q)}`,
  );
  return row as { count: number };
}

const counted = ['open', 'mine', 'unassigned', 'mentions', 'waiting', 'snoozed', 'scheduled', 'spam'] as const;
/** How many each view holds, counted to 1,000 at most: beyond that the number helps nobody and costs much. */
export async function countViews(tx: Tx, who: Who): Promise<{ counts: Record<string, number> }> {
  const saved = await savedFor(tx, who);
  const asked: [string, Filter][] = [
    ...counted.map((view): [string, Filter] => [view, { view }]),
    ...saved.slice(0, 50).map((one): [string, Filter] => [one.id, one.filter]),
  ];
  const tagged = await withTags(
    tx,
    asked.map(([, filter]) => filter.tag),
  );
  const pieces = asked.map(
    ([, filter]) =>
      sql`(select count(*)::int from (select 1 from ${rowsOf(tx, tagged.get(filter.tag ?? '') ?? null)} where c.workspace_id = ${tx.workspaceId} and ${matching(who, filter)} limit 1000) x)`,
  );
  const row = await tx.last<{ counts: number[] }>(sql`select array[${join(pieces)}] as counts ${none}`);
  const counts = (row as { counts: number[] }).counts;
  return { counts: Object.fromEntries(asked.map(([name], i) => [name, counts[i] ?? 0])) };
}
