import type { Db } from './db.ts';
import { type Cursor, carried, cursorAtNow, type EventRow, onSpoken, readEvents, ring } from './events.ts';
import type { Log } from './log.ts';
import { startLoop } from './relay.ts';

const PIECE = 10; // events told at a time: what is said meanwhile goes between them
const MANY = 1_000; // events that were told ahead and not come upon since, or read and not handed over since
/**
 * Tails the log for this process' open sockets. `vouch` says whether the stream is complete from here on. What this process itself has just
 * committed and somebody waits for is told first, and as a rule left out when the log is read.
 */
export function startTail(
  db: Db,
  log: Log,
  wanted: () => boolean,
  out: (events: EventRow[]) => Promise<void>,
  vouch: (sure: boolean) => void,
): () => Promise<void> {
  let cursor: Cursor | null = null;
  let spoken: EventRow[] = [];
  const ahead = new Set<string>();
  /** What the log told last: of a busy process the reader comes upon a word before its writer hears that it is committed. */
  const lately = new Set<string>();
  const off = onSpoken((events) => {
    if (cursor) spoken.push(...events.filter(({ id }) => !lately.has(id)));
  });
  /** But for what was read as well, and what must not overtake what is still to be told of its conversation. */
  const tellAhead = async (read?: Set<string>, after?: Set<string | null>): Promise<void> => {
    const here = spoken.filter(({ id }) => !read?.has(id));
    spoken = after ? here.filter(({ conversation_id: home }) => after.has(home)) : [];
    const first = here.filter((event) => !spoken.includes(event));
    for (const { id } of first) ahead.add(id);
    if (first.length) await out(first);
  };
  const drop = (): void => {
    cursor = null;
    spoken = [];
    ahead.clear();
    lately.clear();
    vouch(false);
  };
  const stop = startLoop('The live relay', log, async () => {
    if (!wanted()) {
      drop();
      return undefined;
    }
    try {
      if (!cursor) {
        cursor = await cursorAtNow(db);
        vouch(true);
      }
      if (spoken.length > 0) await tellAhead();
      const events = await readEvents(db, cursor);
      const read = new Set(events.map(({ id }) => id));
      for (const id of read) lately.add(id);
      for (const id of lately) if (lately.size > MANY) lately.delete(id);
      if (spoken.length > 0) await tellAhead(read, carriedIn(events));
      const others = leftOf(events, ahead);
      for (let n = 0; n < others.length; n += PIECE) {
        if (n > 0) await tellAhead(read, carriedIn(others.slice(n)));
        await out(others.slice(n, n + PIECE));
      }
      if (events.length >= 1000 || spoken.length) ring();
      if (ahead.size > MANY) ahead.clear();
      return undefined;
    } catch (error) {
      drop();
      throw error;
    }
  });
  return async () => {
    off();
    await stop();
  };
}

const carriedIn = (events: EventRow[]): Set<string | null> =>
  new Set(events.flatMap((event) => (carried.has(event.name) ? [event.conversation_id] : [])));

/**
 * What is left to tell. A word that was told ahead is told once more where it overtook an older event that carries what it tells: said
 * last, that one would show what is unread as read.
 */
function leftOf(events: EventRow[], ahead: Set<string>): EventRow[] {
  const overtaken = new Set<string | null>();
  return events.filter((event) => {
    if (ahead.delete(event.id)) return overtaken.has(event.conversation_id);
    if (carried.has(event.name)) overtaken.add(event.conversation_id);
    return true;
  });
}
