import type { Db } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import { type Cursor, cursorAtNow, type EventRow, readEvents, ring } from '../base/events.ts';
import type { Log } from '../base/log.ts';
import { startLoop } from '../base/relay.ts';
import { beat, catchUp, end, type Listener, tell } from './listener.ts';
import { settled } from './position.ts';

const BEAT = 15_000;
const PAGE = 1000;
const byOrder = (a: EventRow, b: EventRow): number =>
  a.xid === b.xid ? (a.id < b.id ? -1 : 1) : BigInt(a.xid) < BigInt(b.xid) ? -1 : 1;

export type Following = {
  add: (listener: Listener) => void;
  remove: (listener: Listener) => void;
  stop: () => Promise<void>;
};

/** Reads the log once for all open streams of this process; nobody there, nothing is read. */
export function follow(db: Db, log: Log): Following {
  const listeners = new Set<Listener>();
  let cursor: Cursor | null = null;

  const begin = (): void => {
    for (const listener of listeners) {
      if (listener.state !== 'new' || !cursor) continue;
      listener.state = 'catching';
      catchUp(db, listener).catch((error) => {
        log.warn('A stream of events could not be read; its reader goes on by itself', { error: textOf(error) });
        listener.out.destroy();
      });
    }
  };
  const give = (events: EventRow[], horizon: bigint): void => {
    for (const listener of listeners) {
      const mine = events.filter((event) => event.workspace_id === listener.who.workspaceId);
      if (listener.state === 'catching') listener.waiting.push(...mine);
      if (listener.state !== 'live' || !listener.position) continue;
      if (tell(listener, mine, horizon)) settled(listener.position, horizon);
      else if (listener.state === 'live') listener.state = 'new';
    }
  };
  const stop = startLoop('The stream of events', log, async () => {
    if (listeners.size === 0) {
      cursor = null;
      return;
    }
    try {
      if (cursor) {
        // All that is there, however many pages: a transaction is told whole, and in order.
        const events: EventRow[] = [];
        for (let full = true; full; ) {
          const page = await readEvents(db, cursor, PAGE);
          full = page.length >= PAGE;
          events.push(...page);
        }
        give(events.sort(byOrder), BigInt(cursor.xid));
      } else {
        cursor = await cursorAtNow(db);
        for (const listener of listeners) if (listener.state !== 'over') listener.state = 'new';
      }
      begin();
    } catch (error) {
      cursor = null;
      throw error;
    }
  });
  const pulse = setInterval(() => listeners.forEach(beat), BEAT);
  pulse.unref();
  return {
    add: (listener) => {
      listeners.add(listener);
      ring();
    },
    remove: (listener) => listeners.delete(listener),
    stop: async () => {
      clearInterval(pulse);
      listeners.forEach(end);
      listeners.clear();
      await stop();
    },
  };
}
