import type pg from 'pg';
import type { Db } from './db.ts';
import { textOf } from './errors.ts';
import { newId } from './ids.ts';
import type { Log } from './log.ts';

/** What one process tells the others, over NOTIFY: nothing is kept, and who isn't there hears nothing. */
export type Wire = {
  /** `joined` is called whenever the line stands (again): something may have been missed. */
  listen: (channel: string, heard: (text: string) => void, joined: () => void) => Promise<void>;
  /** False when the line is down; nothing was said then. Where no other process is, nobody is told. At most 8,000 bytes. */
  say: (channel: string, text: string) => boolean;
  stop: () => Promise<void>;
};

const HERE = 'hearten_here';
const ALONE = 3_000; // ms without a word of another process, since we said that we are here, after which there may be none
const KNOWN = 600_000; // ms that a process is known for, since it was heard or seen last
const LOOK = 5_000;

// Connections that begin as ours do, and those whose statements can't be seen, when they call themselves as processes do. One of an earlier
// version neither says that it is there nor answers; but it listens.
const others = `with ${HERE} as (select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and (query ~* '^(listen hearten_|select pg_notify\\(|with ${HERE} )'
  or (state = 'disabled' or query = '<insufficient privilege>') and application_name ~ '^hearten [0-9a-f]{12} ')) select exists (select 1 from ${HERE}) as there`;

/**
 * One connection of its own for all channels: in a writing transaction, NOTIFY would hold all writers to one writer's rate. Whoever joins
 * says so, and is answered, and Postgres is asked who else listens; so a process that is alone knows it and says nothing at all, which would
 * cost the disk a write each time.
 */
export async function startWire(db: Db, log: Log, every = LOOK): Promise<Wire> {
  const me = newId(); // what we say comes back to us and is dropped; a pid would be the same in two containers
  const channels = new Map<string, { heard: (text: string) => void; joined: () => void }>();
  let client: pg.Client | null = null;
  let stopped = false;
  let known = Number.NEGATIVE_INFINITY; // when another process was heard or seen last
  let joinedAt = 0;
  let looking = false;
  let again: NodeJS.Timeout | null = null;
  let before: Promise<unknown> = Promise.resolve();
  /** One after the other: a connection has one statement at a time. */
  const inTurn = (on: pg.Client, text: string, values: string[] = []): Promise<unknown> => {
    const mine = before.then(() => on.query(text, values));
    before = mine.catch(() => undefined); // told by whoever asked for it
    return mine;
  };

  const tell = (on: pg.Client, channel: string, text: string): void => {
    inTurn(on, 'select pg_notify($1, $2)', [channel, `${me} ${text}`]).catch((error) =>
      log.debug('wire', { channel, error: textOf(error) }),
    );
  };

  /** Reading who is there costs the disk nothing. Where it can't be read, somebody may be. */
  const look = async (): Promise<void> => {
    if (!client || looking) return;
    looking = true;
    try {
      const { rows } = (await inTurn(client, others)) as pg.QueryResult<{ there: boolean }>;
      if (rows[0]?.there) known = performance.now();
    } catch (error) {
      known = performance.now();
      log.debug('wire', { error: textOf(error) });
    }
    looking = false;
  };
  const timer = setInterval(look, every);
  timer.unref();

  const connect = async (): Promise<void> => {
    if (stopped) return;
    try {
      const made = await db.connect();
      made.on('error', () => lost(made));
      made.on('end', () => lost(made));
      made.on('notification', ({ channel, payload = '' }) => {
        const from = payload.split(' ', 1)[0] ?? '';
        if (from === me) return;
        known = performance.now();
        const text = payload.slice(from.length + 1);
        if (channel !== HERE) channels.get(channel)?.heard(text);
        else if (text === 'new') tell(made, HERE, 'too');
      });
      // Nothing that is said here is kept, so nothing of it waits for the disk either.
      await inTurn(made, 'set synchronous_commit = off');
      for (const channel of [HERE, ...channels.keys()]) await inTurn(made, `listen ${channel}`);
      client = made;
      joinedAt = performance.now();
      tell(made, HERE, 'new');
      void look();
      for (const { joined } of channels.values()) joined();
    } catch (error) {
      log.warn('The line between processes is down; trying again', { error: textOf(error) });
      again = setTimeout(connect, 1_000);
    }
  };
  const lost = (which: pg.Client): void => {
    if (client !== which) return;
    client = null;
    which.end().catch(() => undefined); // it is gone already
    again = setTimeout(connect, 250);
  };
  await connect();
  return {
    listen: async (channel, heard, joined) => {
      channels.set(channel, { heard, joined });
      if (!client) return;
      await inTurn(client, `listen ${channel}`);
      joined();
    },
    say: (channel, text) => {
      if (!client) return false;
      const now = performance.now();
      if (now - known < KNOWN || now - joinedAt < ALONE) tell(client, channel, text);
      return true;
    },
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      if (again) clearTimeout(again);
      const open = client;
      client = null;
      await open?.end();
    },
  };
}
