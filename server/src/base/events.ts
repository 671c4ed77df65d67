import { clock } from './clock.ts';
import { type Db, NOWHERE, none, type Sql, sql, type Tx } from './db.ts';
import { firstIdOf, newId } from './ids.ts';
import { speaksOf } from './named.ts';

/** What happened, once. The same row serves the timeline, the live socket, reactions and the audit. */
export type EventRow = {
  workspace_id: string;
  id: string;
  xid: string;
  name: string;
  conversation_id: string | null;
  message_id: string | null;
  actor_kind: Actor['kind'];
  actor_id: string | null;
  data: Record<string, unknown>;
  because: string | null;
  depth: number;
  at: string;
};
export type Actor = { kind: 'person' | 'customer' | 'system' | 'key'; id: string | null };
export const system: Actor = { kind: 'system', id: null };
export type Happening = {
  name: string;
  actor: Actor;
  conversationId?: string | null;
  messageId?: string | null;
  data?: Record<string, unknown>;
  /** The event this one reacts to; a chain deeper than 5 is refused, so two rules can't chase each other. */
  because?: EventRow;
};

/** Writes events in the caller's transaction, as one statement. That is all the hot path pays. */
export async function emit(tx: Tx, happenings: Happening[]): Promise<string[]> {
  if (happenings.length === 0) return [];
  const rows = happenings.map((h) => {
    const depth = h.because ? h.because.depth + 1 : 0;
    if (depth > 5) throw new Error(`Automatic changes followed each other more than five deep at ${h.name}; stopped.`);
    return {
      id: newId(),
      name: h.name,
      conversation_id: h.conversationId ?? null,
      message_id: h.messageId ?? null,
      actor_kind: h.actor.kind,
      actor_id: h.actor.id,
      data: h.data ?? {},
      because: h.because?.id ?? null,
      depth,
    };
  });
  await tx.run(sql`
    insert into event (workspace_id, id, name, conversation_id, message_id, actor_kind, actor_id, data, because, depth)
    select ${tx.workspaceId}, id, name, conversation_id, message_id, actor_kind, actor_id, data, because, depth
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as e (id uuid, name text, conversation_id uuid, message_id uuid, actor_kind text, actor_id uuid, data jsonb, because uuid, depth smallint)`);
  const soon = rows.filter((row) => spoken.has(row.name));
  tx.after(() => {
    if (soon.length > 0)
      handOver(
        soon.map((row) => ({ ...row, workspace_id: tx.workspaceId, xid: '', at: new Date(clock()).toISOString() })),
      );
    ring();
  });
  return rows.map((row) => row.id);
}

/**
 * What somebody waits for at the other end is handed to this process' own screens as it was committed, before the log is read: the reader
 * comes upon it all the same, and leaves out what was told.
 */
const spoken: ReadonlySet<string> = new Set(['message.received', 'message.replied']);
const takers = new Set<(events: EventRow[]) => void>();
export function onSpoken(taker: (events: EventRow[]) => void): () => void {
  takers.add(taker);
  return () => takers.delete(taker);
}
function handOver(events: EventRow[]): void {
  for (const taker of takers) taker(events);
}

/** These carry what they tell of a conversation; all others are told as the state after them. */
export const carried: ReadonlySet<string> = new Set(['conversation.seen', 'draft.saved', 'draft.deleted']);

// The bell: who waits for events in this process. NOTIFY (base/relay.ts) carries it to the others, coalesced, from its own connection:
// inside the writing transaction it would hold all writers to one writer's rate.
const listeners = new Set<() => void>();
export function onBell(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
export function ring(): void {
  for (const listener of listeners) listener();
}

/** Where a reader of the log stands. Reading by id alone would lose a slow transaction's events; see `readEvents`. */
export type Cursor = { xid: string; done: Set<string> };
type Read = EventRow & { horizon: string };

/** Everything from a cursor on, those read already included; `horizon` is the oldest transaction still running. */
export const readFrom = (cursor: Cursor, most: number): Sql =>
  sql`select e.*, e.xid::text as xid, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
      from events_since(${cursor.xid}::xid8, ${most + cursor.done.size}) e`;

/**
 * What of a page is new, and the cursor after it. The cursor moves up to the horizon, below which nothing can appear any more; on a full
 * page only up to its last transaction, of which there may be more rows. The ids kept are those of the few transactions above it.
 */
export function advance(cursor: Cursor, rows: Read[], most: number): { fresh: EventRow[]; cursor: Cursor } {
  const fresh = rows.filter((row) => !cursor.done.has(row.id));
  const last = rows.at(-1);
  if (!last) return { fresh, cursor };
  const full = rows.length >= most + cursor.done.size;
  const reach = BigInt(full && BigInt(last.xid) < BigInt(last.horizon) ? last.xid : last.horizon);
  const xid = reach > BigInt(cursor.xid) ? String(reach) : cursor.xid;
  const done = new Set(rows.filter((row) => BigInt(row.xid) >= BigInt(xid)).map((row) => row.id));
  return { fresh, cursor: { xid, done } };
}

/**
 * Everything committed since, each event once, without waiting for slow writers: read all with xid ≥ cursor less what was read already,
 * then move the cursor to the oldest transaction still running (pg_snapshot_xmin) and forget the ids below it.
 */
export async function readEvents(db: Db, cursor: Cursor, most = 1000): Promise<EventRow[]> {
  const next = advance(cursor, await db.read<Read>(NOWHERE, readFrom(cursor, most)), most);
  Object.assign(cursor, next.cursor);
  return next.fresh;
}

/** A cursor that stands at now. */
export async function cursorAtNow(db: Db): Promise<Cursor> {
  const rows = await db.read<{ xid: string }>(
    NOWHERE,
    sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid ${none}`,
  );
  return { xid: (rows[0] as { xid: string }).xid, done: new Set() };
}

/** The story of conversations that are deleted for good goes with them. */
export async function forgetEvents(tx: Tx, conversationIds: string[]): Promise<void> {
  await tx.run(
    sql`delete from event where workspace_id = ${tx.workspaceId} and conversation_id = any (${conversationIds}::uuid[])`,
  );
}

/** And that of single messages, in conversations that stay. */
export async function forgetMessageEvents(tx: Tx, conversationIds: string[], messageIds: string[]): Promise<void> {
  await tx.run(sql`
    delete from event where workspace_id = ${tx.workspaceId} and conversation_id = any (${conversationIds}::uuid[]) and message_id = any (${messageIds}::uuid[])`);
}

/** Whatever else was told of somebody: events that name one of these ids or addresses. Reads the whole log; for an erasure, nothing else. */
export const forgetNamed = (tx: Tx, words: string[]): Promise<number> =>
  tx.run(sql`
    delete from event e where e.workspace_id = ${tx.workspaceId} and e.name not in ('conversation.deleted', 'customer.erased')
      and ${speaksOf('lower(e.data::text)', words)}`);

/** Ids are in order of time, give or take the clocks: so what is young is not even looked at. */
const before = (days: number): string => firstIdOf(clock() - (days - 1) * 86_400_000);
export const countOldEvents = async (tx: Tx, days: number): Promise<number> =>
  (
    await tx.first<{ n: number }>(sql`
    select count(*)::int as n from (select 1 from event where workspace_id = ${tx.workspaceId} and id < ${before(days)} and at < now() - make_interval(days => ${days}::int) order by id limit 10000) x`)
  )?.n ?? 0;
/** Some of what was told long ago; conversations keep their messages and lose their history. Ids are in order of time. */
export const removeOldEvents = (tx: Tx, days: number): Promise<number> =>
  tx.run(sql`
    delete from event where workspace_id = ${tx.workspaceId} and id in
      (select id from event where workspace_id = ${tx.workspaceId} and id < ${before(days)} and at < now() - make_interval(days => ${days}::int) order by id limit 2000)`);
