import { type Db, NOWHERE, none, sql, type Tx } from './db.ts';
import { newId } from './ids.ts';

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
  tx.after(ring);
  return rows.map((row) => row.id);
}

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

/**
 * Everything committed since, each event once, without waiting for slow writers: read all with xid ≥ cursor less what was read already,
 * then move the cursor to the oldest transaction still running (pg_snapshot_xmin) and forget the ids below it.
 */
export async function readEvents(db: Db, cursor: Cursor, most = 1000): Promise<EventRow[]> {
  const rows = await db.read<EventRow & { horizon: string }>(
    NOWHERE,
    sql`select e.*, e.xid::text as xid, pg_snapshot_xmin(pg_current_snapshot())::text as horizon
        from events_since(${cursor.xid}::xid8, ${most + cursor.done.size}) e`,
  );
  const fresh = rows.filter((row) => !cursor.done.has(row.id));
  for (const row of fresh) cursor.done.add(row.id);
  const horizon = rows[0]?.horizon;
  // A full page may hide later rows of the same transactions: stay until the page is not full.
  if (
    horizon !== undefined &&
    rows.length < most + cursor.done.size - fresh.length &&
    BigInt(horizon) > BigInt(cursor.xid)
  ) {
    cursor.xid = horizon;
    const kept = new Set<string>();
    for (const row of rows) if (BigInt(row.xid) >= BigInt(horizon)) kept.add(row.id);
    cursor.done = kept;
  }
  return fresh;
}

/** A cursor that stands at now. */
export async function cursorAtNow(db: Db): Promise<Cursor> {
  const rows = await db.read<{ xid: string }>(
    NOWHERE,
    sql`select pg_snapshot_xmin(pg_current_snapshot())::text as xid ${none}`,
  );
  return { xid: (rows[0] as { xid: string }).xid, done: new Set() };
}
