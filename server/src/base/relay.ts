import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, enter, isMeeting, isPassing, keepPlans, NOWHERE, sql, type Tx } from './db.ts';
import { textOf } from './errors.ts';
import { advance, type Cursor, type EventRow, onBell, readFrom, ring } from './events.ts';
import { givingWay } from './hurry.ts';
import { jobs } from './jobs.ts';
import type { Log } from './log.ts';
import { newestKnown } from './migrate.ts';
import type { BatchReaction, Module } from './module.ts';
import type { Wire } from './wire.ts';

const QUIET = 2_000; // the slow poll that covers a lost bell
const CHANNEL = 'hearten_event';
const PAGE = 100; // events a transaction of reactions holds: what they lock is free again soon

/** Carries the bell between processes, at most one NOTIFY in 10 ms. */
export async function startBell(wire: Wire): Promise<() => Promise<void>> {
  let waiting: NodeJS.Timeout | null = null;
  let fromOutside = false;
  const others = (): void => {
    fromOutside = true;
    ring();
    fromOutside = false;
  };
  const off = onBell(() => {
    if (fromOutside || waiting) return;
    waiting = setTimeout(() => {
      waiting = null;
      wire.say(CHANNEL, '');
    }, 10);
  });
  await wire.listen(CHANNEL, others, ring);
  return async () => {
    off();
    if (waiting) clearTimeout(waiting);
  };
}

/**
 * Calls `each` with new events after every ring (and every two seconds): never two at once, never losing a ring. It may say for how many
 * milliseconds it rests, however often it is rung.
 */
export function startLoop(name: string, log: Log, each: () => Promise<number | undefined>): () => Promise<void> {
  let stopped = false;
  let rung = true;
  let resting = false;
  let wake: () => void = () => undefined;
  const off = onBell(() => {
    rung = true;
    if (!resting) wake();
  });
  const wait = (ms: number): Promise<void> =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      timer.unref();
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  const loop = (async () => {
    while (!stopped) {
      if (!rung) await wait(QUIET);
      if (stopped) return;
      rung = false;
      try {
        const rest = await each();
        if (rest && !stopped) {
          resting = true;
          await wait(rest);
          resting = false;
        }
      } catch (error) {
        log.warn(`${name} could not read the events; trying again`, { error: textOf(error) });
        await new Promise((resolve) => setTimeout(resolve, 500));
        rung = true;
      }
    }
  })();
  return async () => {
    stopped = true;
    off();
    wake();
    await loop;
  };
}

/** One module's reaction to some kinds of events, by a name of its own; one that takes them singly is given one after the other. */
export type Reacting = { name: string; events: readonly string[]; react: BatchReaction };

const GATHER = 40; // ms: nobody waits for a reaction; what happens meanwhile shares its transaction
/** Reactions may take this part of the time; what they have saved of it they may use at once, and rest so long at a stretch at most (ms). */
const SHARE = 0.1;
const SAVED = 2_000;
const REST = 1_000;
const ASIDE = 150; // ms of a round in which it lets words of chats pass

/**
 * How long reactions rest after a round, so that whoever waits for a screen finds the database and this process free: a word in a chat
 * leads to thirty statements that nobody waits for, and twenty words together to hardly more. Nobody notices in a desk with a few words a
 * minute: those are reacted to at once. With a full page there is more to do than time, and no rest.
 */
export function restAfter(now: () => number = () => performance.now()): (began: number, full: boolean) => number {
  let saved = SAVED;
  let at = now();
  return (began, full) => {
    const ended = now();
    saved = Math.min(SAVED, saved + (ended - at) * SHARE) - (ended - began);
    at = ended;
    if (full) saved = Math.max(saved, 0);
    return saved >= 0 ? 0 : Math.min(REST, -saved / SHARE);
  };
}

/** What the modules registered, as it is run: those of single events one by one, those of batches at once. */
export function reactionsOf(modules: Module[]): Reacting[] {
  return modules.flatMap((m): Reacting[] => [
    ...Object.entries(m.on ?? {}).map(
      ([event, react]): Reacting => ({
        name: `${m.name} ${event}`,
        events: [event],
        react: async (tx, events) => {
          for (const one of events) await react(tx, one);
        },
      }),
    ),
    ...(m.onBatch ? [{ name: m.name, ...m.onBatch }] : []),
  ]);
}

/**
 * Runs the reactions of all modules: cursor and reactions in one transaction, so each happens exactly once. When one fails, the batch
 * is taken back and done again reaction by reaction; what fails is left out with a log line, and the others go on. One that only met
 * somebody else's transaction is done again, with the whole page. Where it was the database that was in trouble, a job does it again
 * (react-again.ts): what takes the job holds nobody up, and what does not even take that is begun anew until it does. Beside a newer Hearten
 * it leaves all of it to that, since it would pass over what it does not know: the cursor says which migration is the newest, and whoever
 * does not know that one touches nothing.
 */
export function startReactions(db: Db, log: Log, reactions: Reacting[]): () => Promise<void> {
  const wanted = new Set(reactions.flatMap(({ events }) => events));
  const subscriber = 'reacting';
  const rest = restAfter();
  const mine = newestKnown();
  let left = false;
  return startLoop('Reactions', log, async () => {
    await sleep(GATHER);
    let began = performance.now();
    const full = await db.tx(NOWHERE, async (whole) => {
      const { tx, waited } = givingWay(whole, ASIDE);
      whole.after(() => {
        began += waited();
      });
      const cursor = await lockCursor(tx, subscriber);
      if (!cursor) return false;
      if (cursor.newest > (await mine)) {
        if (!left) log.info('A newer Hearten is here: reactions to what happens are left to it.');
        left = true;
        return false;
      }
      const { fresh, cursor: next } = advance(cursor, await tx.many(readFrom(cursor, PAGE)), PAGE);
      const due = fresh.filter((event) => wanted.has(event.name));
      // Nothing that anyone reacts to, as after most of our own reactions: not worth a write, as long as it stays a little.
      if (due.length === 0 && fresh.length < PAGE / 2) return false;
      for (const [workspaceId, mine] of group(due)) await reactAll(await enter(tx, workspaceId), mine, reactions, log);
      if (due.length > 0) await enter(tx, NOWHERE);
      const moved = await tx.run(
        sql`update event_cursor set xid = ${next.xid}::xid8, done = ${[...next.done]}::uuid[], updated_at = now() where subscriber = ${subscriber} and newest = ${cursor.newest}`,
      );
      if (!moved)
        throw new Error('A newer Hearten came while this one was reacting: it is taken back, and left to that.');
      return fresh.length >= PAGE;
    });
    if (full) ring();
    return rest(began, full);
  });
}

async function lockCursor(tx: Tx, subscriber: string): Promise<(Cursor & { newest: string }) | undefined> {
  // A lock that writes nothing, and the row in a statement of its own: its snapshot must be younger than the lock.
  const [, , lock, row] = await Promise.all([
    // Reactions don't wait for the disk. What a machine loses of them it loses with this cursor, and they are done again; what follows from
    // one and leaves the house, a mail that is sent, commits waiting, and then all before it is safe too.
    tx.run(sql`select set_config('synchronous_commit', 'off', true)`),
    keepPlans(tx),
    tx.first<{ got: boolean }>(sql`select pg_try_advisory_xact_lock(hashtext(${`cursor ${subscriber}`})) as got`),
    tx.first<{ xid: string; done: string[]; newest: string }>(
      sql`select xid::text as xid, done, newest from event_cursor where subscriber = ${subscriber}`,
    ),
  ]);
  // Another process is at it already: it will see our events too.
  if (!lock?.got) return undefined;
  if (!row) throw new Error(`How far ${subscriber} have read is gone from event_cursor.`);
  return { xid: row.xid, done: new Set(row.done), newest: row.newest };
}

async function reactAll(tx: Tx, events: EventRow[], reactions: Reacting[], log: Log): Promise<void> {
  const each = reactions.flatMap(({ name, events: names, react }) => {
    const mine = events.filter((event) => names.includes(event.name));
    return mine.length > 0 ? [{ name, react, mine }] : [];
  });
  const whole = await within(tx, async () => {
    for (const { react, mine } of each) await react(tx, mine);
  });
  if (!whole) return;
  const single = each.flatMap(({ name, react, mine }) => mine.map((event) => ({ name, react, event })));
  for (const { name, react, event } of single) {
    const failed = single.length === 1 ? whole : await within(tx, () => react(tx, [event]));
    if (!failed) continue;
    const about = { event: event.name, eventId: event.id, workspaceId: event.workspace_id, error: failed.error };
    if (isPassing(failed.error)) {
      await jobs.add(tx, 'react-again', { eventId: event.id, reaction: name }, { tries: 25 });
      log.warn('The database could not take a reaction to an event; a job does it again', about);
    } else log.error('A reaction to an event failed and was left out', about);
  }
}

/** All of it or, with what went wrong, nothing. */
async function within(tx: Tx, work: () => Promise<void>): Promise<{ error: unknown } | null> {
  await tx.run(sql`savepoint reaction`);
  try {
    await work();
    await tx.run(sql`release savepoint reaction`);
    return null;
  } catch (error) {
    await tx.run(sql`rollback to savepoint reaction`);
    // A key that is taken (23505) would be taken again, and hold up all that follows.
    if (isMeeting(error) && (error as { code?: string }).code !== '23505') throw error;
    return { error };
  }
}

function group(events: EventRow[]): Map<string, EventRow[]> {
  const out = new Map<string, EventRow[]>();
  for (const event of events) {
    const list = out.get(event.workspace_id);
    if (list) list.push(event);
    else out.set(event.workspace_id, [event]);
  }
  return out;
}
