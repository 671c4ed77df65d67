import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { newId } from '../src/base/ids.ts';
import { migrate, migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { emptyDatabase } from './database.ts';

/** The schema of the very first release. */
export const FIRST = '0001_foundation.sql';

export type Upgraded = {
  applied: string[];
  /** Transactions the old program finished while the schema changed under it, its longest, and those that failed. */
  done: number;
  longestMs: number;
  failed: string[];
  /** Which migrations were run while that longest one waited, and the migrations that took longest. */
  during: string;
  slowest: string[];
  tookMs: number;
  filledMs: number;
  /** Messages that were there before and that were written meanwhile, against those found afterwards. */
  expected: number;
  found: number;
};

/** Migrates a first-schema database with so many conversations, while a program that knows only that schema goes on writing and reading. */
export async function upgradeUnderLoad(conversations: number, writers = 4): Promise<Upgraded> {
  const database = await emptyDatabase();
  const dir = await mkdtemp(join(tmpdir(), 'hearten-first-'));
  const going = new AbortController();
  const old: Promise<void>[] = [];
  try {
    for (const { name } of await readMigrations(migrationsDir))
      if (name <= FIRST) await cp(join(migrationsDir, name), join(dir, name));
    await migrate(database.url, { dir });
    const filling = performance.now();
    const place = await fillFirst(database.url, conversations);
    const filledMs = performance.now() - filling;
    const log = { done: 0, longestMs: 0, longestAt: 0, failed: [] as string[] };
    for (let n = 0; n < writers; n++) old.push(oldProgram(database.url, place, log, going.signal));
    const more = async (than: number): Promise<void> => {
      while (log.done < than + writers * 20 && log.failed.length === 0) await sleep(20);
    };
    await more(0);
    const before = log.done;
    const began = performance.now();
    const steps: { name: string; from: number; to: number }[] = [];
    let from = began;
    const applied = await migrate(database.url, {
      log: {
        info: (said) => {
          const to = performance.now();
          steps.push({ name: said.replace('Migrated ', ''), from, to });
          from = to;
        },
      },
    });
    const tookMs = performance.now() - began;
    // The old program goes on beside the new schema until it is stopped.
    await more(log.done);
    going.abort();
    await Promise.all(old);
    const client = await connect(database.url);
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from message');
    await client.end();
    const during = steps.filter((s) => log.longestAt < s.to && log.longestAt + log.longestMs > s.from);
    const slowest = steps.toSorted((a, b) => b.to - b.from - (a.to - a.from)).slice(0, 4);
    const said = (list: typeof steps): string[] =>
      list.map((s) => `${s.name.slice(0, 4)} ${Math.round(s.to - s.from)} ms`);
    return {
      during: said(during).join(', '),
      slowest: said(slowest),
      applied,
      tookMs,
      filledMs,
      ...log,
      done: log.done - before,
      expected: conversations * 4 + log.done,
      found: rows[0]?.n ?? 0,
    };
  } finally {
    going.abort();
    await Promise.allSettled(old);
    await database.drop();
    await rm(dir, { recursive: true });
  }
}

/** When something fails, the database is dropped under connections that are open still; what failed is told, not that. */
async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client(url);
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

type Place = { workspace: string; inbox: string; customer: string };

/** A desk as the first schema has it: each conversation with four messages, their events and what is kept of their mails. */
export async function fillFirst(url: string, conversations: number): Promise<Place> {
  const [workspace, brand, inbox, customer] = [newId(), newId(), newId(), newId()];
  const client = await connect(url);
  await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
  const run = (text: string, values: unknown[] = []) => client.query(text, values);
  await run(`insert into workspace (id, name) values ($1, 'Upgraded')`, [workspace]);
  await run(`insert into counter (workspace_id, conversations) values ($1, 10000000)`, [workspace]);
  await run(`insert into brand (workspace_id, id, name) values ($1, $2, 'Upgraded')`, [workspace, brand]);
  await run(
    `insert into inbox (workspace_id, id, brand_id, channel, name, address) values ($1, $2, $3, 'email', 'Support', 'support@upgraded.example')`,
    [workspace, inbox, brand],
  );
  await run(`insert into customer (workspace_id, id, name) values ($1, $2, 'Customer')`, [workspace, customer]);
  await run(
    `insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, folder, last_at)
     select $1, gen_random_uuid(), n, $2, 'email', $3, 'Customer', 'c@customer.example', 'Subject ' || n, case n % 5 when 0 then 'open' else 'closed' end,
       case n % 50 when 7 then 'trash' when 9 then 'spam' else 'inbox' end, now() - n * interval '1 minute' from generate_series(1, $4::int) n`,
    [workspace, inbox, customer, conversations],
  );
  await run(
    `insert into message (workspace_id, id, conversation_id, inbox_id, type, customer_id, text, external_id, dedupe, state, at)
     select $1, gen_random_uuid(), c.id, $2, case k when 2 then 'out' else 'in' end, $3, repeat('What was written. ', 20), c.id || '-' || k,
       sha256((c.id::text || k)::bytea), case k when 2 then 'sent' end, c.last_at from conversation c, generate_series(1, 4) k`,
    [workspace, inbox, customer],
  );
  await run(
    `insert into event (workspace_id, id, name, conversation_id, message_id, actor_kind)
     select workspace_id, gen_random_uuid(), 'message.received', conversation_id, id, 'customer' from message`,
  );
  await run(
    `insert into inbound_mail (workspace_id, id, inbox_id, source, state, message_id)
     select workspace_id, id, inbox_id, 'imap', 'processed', id from message where type = 'in'`,
  );
  await client.end();
  return { workspace, inbox, customer };
}

/** Takes in mail, answers and lists, in the first schema's own columns, one transaction after the other. */
async function oldProgram(
  url: string,
  { workspace, inbox, customer }: Place,
  log: { done: number; longestMs: number; longestAt: number; failed: string[] },
  stop: AbortSignal,
): Promise<void> {
  const client = await connect(url);
  while (!stop.aborted) {
    const [home, message] = [newId(), newId()];
    const began = performance.now();
    try {
      await client.query('begin');
      await client.query(`select set_config('role', 'hearten_app', true), set_config('app.workspace_id', $1, true)`, [
        workspace,
      ]);
      await client.query(
        `insert into inbound_mail (workspace_id, id, inbox_id, source, state, message_id) values ($1, $2, $3, 'smtp', 'processed', $2)`,
        [workspace, message, inbox],
      );
      await client.query(
        `with n as (update counter set conversations = conversations + 1 where workspace_id = $1 returning conversations)
         insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject)
         select $1, $2, n.conversations, $3, 'email', $4, 'Customer', 'c@customer.example', 'New' from n`,
        [workspace, home, inbox, customer],
      );
      await client.query(
        `insert into message (workspace_id, id, conversation_id, inbox_id, type, customer_id, text, external_id, dedupe) values ($1, $2, $3, $4, 'in', $5, 'New', $6::text, sha256($6::text::bytea))`,
        [workspace, message, home, inbox, customer, `${message}@old.example`],
      );
      await client.query(
        `insert into event (workspace_id, id, name, conversation_id, message_id, actor_kind) values ($1, gen_random_uuid(), 'message.received', $2, $3, 'customer')`,
        [workspace, home, message],
      );
      await client.query(
        `update conversation set status = 'waiting', version = version + 1 where workspace_id = $1 and id = $2`,
        [workspace, home],
      );
      await client.query(
        `select id, subject, tags, participants from conversation where workspace_id = $1 and status = 'open' and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 50`,
        [workspace],
      );
      await client.query('commit');
      log.done++;
    } catch (error) {
      log.failed.push(error instanceof Error ? error.message : String(error));
      await client.query('rollback');
    }
    const took = performance.now() - began;
    if (took > log.longestMs) Object.assign(log, { longestMs: took, longestAt: began });
  }
  await client.end();
}
