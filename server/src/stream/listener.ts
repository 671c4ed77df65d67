import type { ServerResponse } from 'node:http';
import { type Db, sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import type { Who } from '../base/module.ts';
import { has, type Position, settled, told, written } from './position.ts';
import { mayHear, type StreamType, typesOf } from './types.ts';

/** One open stream. `catching` reads what it missed; what happens meanwhile waits in `waiting`. */
export type Listener = {
  who: Who;
  wanted: ReadonlySet<string> | null;
  position: Position | null;
  state: 'new' | 'catching' | 'live' | 'over';
  waiting: EventRow[];
  out: ServerResponse;
  /** It was said that from here on it is told everything. */
  greeted: boolean;
};

const PAGE = 500;
const SLOW = 1_000_000; // bytes that wait for one reader: it is let go, and goes on from its Last-Event-ID
const WAITING = 5_000; // events while one catches up: more than that are read again from the table
const ABOVE = 300; // transactions told above the horizon that an id can name: more wait until the oldest writer is done

const envelope = (event: EventRow, type: StreamType, place: number): string =>
  JSON.stringify({
    id: `msg_${event.id.replaceAll('-', '')}${place > 0 ? `_${place}` : ''}`,
    type,
    timestamp: new Date(event.at).toISOString(),
    data: {
      conversationId: event.conversation_id,
      messageId: event.message_id,
      customerId: typeof event.data.customerId === 'string' ? event.data.customerId : null,
      actor: { kind: event.actor_kind, id: event.actor_id },
    },
  });

export function end(listener: Listener): void {
  listener.state = 'over';
  listener.waiting = [];
  listener.out.end();
}

/** Tells what it has not been told. False when it must be read again later, or the reader is gone. */
export function tell(listener: Listener, events: EventRow[], horizon: bigint): boolean {
  const { position, out, who, wanted } = listener;
  if (!position) return false;
  let text = '';
  let complete = true;
  for (const event of events) {
    const xid = BigInt(event.xid);
    if (xid >= horizon && position.done.size >= ABOVE) {
      complete = false;
      break;
    }
    typesOf(event).forEach((type, place) => {
      const spot = { xid, id: event.id, place };
      if (has(position, spot)) return;
      if (!mayHear(who, type) || (wanted && !wanted.has(type))) return;
      told(position, spot, horizon);
      text += `id: ${written(position)}\nevent: ${type}\ndata: ${envelope(event, type, place)}\n\n`;
    });
  }
  if (text) out.write(text);
  if (out.writableLength > SLOW) {
    out.destroy();
    listener.state = 'over';
  }
  return complete && listener.state !== 'over';
}

/** Where it stands, though nothing happened: so that an id stays young in a quiet workspace. */
export function beat(listener: Listener): void {
  if (listener.state === 'live' && listener.position) listener.out.write(`id: ${written(listener.position)}\n: \n\n`);
}

type Page = { horizon: string } & { [K in keyof EventRow]: EventRow[K] | null };
/**
 * Reads everything from its position on, page by page, then what waited meanwhile. The listener stands in line for live events before
 * the first page is read, so whatever commits after that is either on a page or waiting.
 */
export async function catchUp(db: Db, listener: Listener): Promise<void> {
  const { who } = listener;
  listener.position ??= await fromNow(db, who.workspaceId);
  const { position } = listener;
  if (!position) return again(listener);
  let after = { xid: position.base, id: '00000000-0000-0000-0000-000000000000' };
  let horizon: bigint | null = null;
  for (;;) {
    const rows: Page[] = await db.read<Page>(
      who.workspaceId,
      sql`select h.horizon, e.* from (select pg_snapshot_xmin(pg_current_snapshot())::text as horizon) h left join lateral (
        select e.workspace_id, e.id, e.xid::text as xid, e.name, e.conversation_id, e.message_id, e.actor_kind, e.actor_id, e.data, e.because, e.depth, e.at
        from event e where e.workspace_id = ${who.workspaceId} and e.xid >= ${String(after.xid)}::xid8 and (e.xid, e.id) > (${String(after.xid)}::xid8, ${after.id}::uuid)
        order by e.xid, e.id limit ${PAGE}) e on true`,
    );
    // Below what was oldest when the first page was read, no page can miss anything.
    horizon ??= BigInt((rows[0] as Page).horizon);
    const events = rows.filter((row): row is Page & EventRow => row.id !== null);
    if (!tell(listener, events, horizon)) return again(listener);
    if (listener.out.writableNeedDrain) await drained(listener);
    const last = events.at(-1);
    if (!last || events.length < PAGE) break;
    after = { xid: BigInt(last.xid), id: last.id };
  }
  settled(position, horizon);
  if (listener.state !== 'catching') return;
  if (listener.waiting.length > WAITING) return again(listener);
  listener.state = 'live';
  const waiting = listener.waiting;
  listener.waiting = [];
  if (!tell(listener, waiting, horizon)) return again(listener);
  if (!listener.greeted) listener.out.write(`id: ${written(position)}\nevent: ready\ndata: {}\n\n`);
  listener.greeted = true;
}
/** Where a new listener begins: what can be seen already it is not told. Null while that is more than an id can name. */
async function fromNow(db: Db, workspaceId: string): Promise<Position | null> {
  const [now] = await db.read<{ mark: string; horizon: string; seen: string[] }>(
    workspaceId,
    sql`select (select mark from installation), h.horizon, coalesce((select array_agg(distinct e.xid::text) from event e where e.workspace_id = ${workspaceId} and e.xid >= h.horizon::xid8), '{}') as seen
        from (select pg_snapshot_xmin(pg_current_snapshot())::text as horizon) h`,
  );
  if (!now || now.seen.length > ABOVE) return null;
  return { mark: now.mark, base: BigInt(now.horizon), done: new Set(now.seen.map(BigInt)), at: null };
}
function again(listener: Listener): void {
  if (listener.state === 'over') return;
  listener.waiting = [];
  listener.state = 'new';
}
const drained = ({ out }: Listener): Promise<void> =>
  new Promise((done) => {
    out.once('drain', done);
    out.once('close', done);
  });
