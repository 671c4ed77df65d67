import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { connectTo, onlyOne } from './hosts.ts';

export const migrationsDir = join(import.meta.dirname, '../../migrations');

type Migration = { name: string; checksum: string; text: string };
type Options = {
  dir?: string;
  log?: { info(message: string): void };
  /** Not beyond this one: a backup is read into the tables it was made from. */
  upTo?: string;
};

/**
 * Brings the database up to what this code knows, file by file, each in its own transaction: killed at any moment, it
 * goes on where it was. Several may start at once; one does the work and the others wait for it.
 * Returns the names of what it applied.
 */
export async function migrate(url: string, { dir = migrationsDir, log, upTo }: Options = {}): Promise<string[]> {
  const known = await readMigrations(dir);
  const client = await connectTo(url, { application_name: 'hearten migrate' });
  try {
    await onlyOne(client, 'hearten migrate');
    if (upTo === undefined) await refuseHalfRestored(client);
    const pending = (await compare(client, known)).filter(({ name }) => upTo === undefined || name <= upTo);
    if (pending.length > 0 && upTo === undefined) await endBackups(client);
    const say = tellOf(pending.length, pending[0]?.name === known[0]?.name, log);
    for (const [n, migration] of pending.entries()) {
      await apply(client, migration);
      say(migration.name, n + 1);
    }
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/** An upgrade names each step. A new database is one line, whoever starts for the first time looks for the link; while it takes long, how far it is. */
function tellOf(all: number, isNew: boolean, log: Options['log']): (name: string, done: number) => void {
  const began = Date.now();
  let said = began;
  return (name, done) => {
    if (!isNew) return log?.info(`Migrated ${name}`);
    if (done === all)
      return log?.info(`Database prepared: ${all} steps in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    if (Date.now() - said < 5_000) return undefined;
    said = Date.now();
    return log?.info(`Preparing the database: ${done} of ${all} steps`);
  };
}

/** While a restore writes, and after one that broke off, a table says so. */
async function refuseHalfRestored(client: pg.Client): Promise<void> {
  const { rows } = await client.query(`select to_regclass('public.restoring') is not null as half`);
  if (rows[0].half)
    throw new Error(
      'A backup is being restored into this database, or that broke off. Nothing was changed. Wait until it is done; if it ' +
        'broke off, run `hearten restore` again: it begins anew.',
    );
}

/** A backup reads all tables for minutes, and a migration would wait for it in vain. It is made again by its schedule. */
async function endBackups(client: pg.Client): Promise<void> {
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'hearten backup' and usename = current_user`,
  );
}

/** The newest migration that this code knows. */
export const newestKnown = async (dir = migrationsDir): Promise<string> =>
  (await readdir(dir))
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .at(-1) ?? '';

export async function readMigrations(dir: string): Promise<Migration[]> {
  const names = (await readdir(dir)).filter((name) => name.endsWith('.sql')).sort();
  const numbers = new Set<string>();
  for (const name of names) {
    if (!/^\d{4}_[a-z0-9_]+\.sql$/.test(name)) throw new Error(`${name}: a migration is named like 0007_add_tags.sql`);
    const number = name.slice(0, 4);
    if (numbers.has(number)) throw new Error(`Two migrations have the number ${number}; one of them must move on.`);
    numbers.add(number);
  }
  return Promise.all(
    names.map(async (name) => {
      const text = await readFile(join(dir, name), 'utf8');
      return { name, text, checksum: createHash('sha256').update(text).digest('hex').slice(0, 16) };
    }),
  );
}

async function compare(client: pg.Client, known: Migration[]): Promise<Migration[]> {
  // asked first, because "create if not exists" says so in a notice at every start
  const { rows } = await client.query(`select to_regclass('public.migration') is not null as exists`);
  if (!rows[0].exists)
    await client.query(
      `create table migration (name text primary key, checksum text not null, applied_at timestamptz not null default now())`,
    );
  const applied = await client.query<{ name: string; checksum: string }>(
    `select name, checksum from migration order by name`,
  );
  const done = new Map(applied.rows.map(({ name, checksum }) => [name, checksum]));
  const newest = applied.rows.at(-1)?.name ?? '';

  const foreign = [...done.keys()].filter((name) => !known.some((migration) => migration.name === name));
  if (foreign.length)
    throw new Error(
      `This database was used by a newer Hearten: it has ${foreign.join(', ')}, and this one knows only up to ` +
        `${known.at(-1)?.name ?? 'nothing'}. Nothing was changed. Start the newer version, or restore a backup ` +
        `made before the upgrade.`,
    );
  for (const { name, checksum } of known) {
    const was = done.get(name);
    if (was !== undefined && was !== checksum)
      throw new Error(`${name} was changed after it was applied to this database. Add a new migration instead.`);
    if (was === undefined && name < newest)
      throw new Error(`${name} comes before ${newest}, which this database already has. Give it the next number.`);
  }
  return known.filter(({ name }) => !done.has(name));
}

const WAIT = 800; // ms that a migration waits for its locks, and others behind it
const TRIES = 60; // with growing pauses between: a minute and a half on a desk that is never quiet

async function apply(client: pg.Client, { name, text, checksum }: Migration): Promise<void> {
  if (text.startsWith('-- in steps')) await inSteps(client, name, text);
  const outside = /^-- (no transaction|in steps)/.test(text);
  const inside = outside ? text : await besideWork(client, text);
  for (let attempt = 1; ; attempt++) {
    try {
      // Sent together, statements would share one implicit transaction; "concurrently" wants none.
      if (text.startsWith('-- no transaction')) for (const statement of statements(text)) await client.query(statement);
      await client.query('begin');
      if (!outside) {
        await lockAll(client, text, attempt);
        await client.query(inside);
      }
      await client.query(`insert into migration (name, checksum) values ($1, $2)`, [name, checksum]);
      await client.query(grants);
      await client.query('commit');
      return;
    } catch (error) {
      await client.query('rollback');
      const { code, message } = error as { code?: string; message: string };
      // A lock that others held, or two who waited for each other: what was done is undone, and tried again.
      if ((code === '55P03' || code === '40P01' || code === '57014') && attempt < TRIES) {
        await sleep(100 + Math.random() * Math.min(attempt * 100, 1_000));
        continue;
      }
      throw new Error(`The migration ${name} failed and was undone: ${message}`, { cause: error });
    }
  }
}

/**
 * What fills a large table, a little at a time: each statement is done again, every time in a transaction of its own, until it finds
 * nothing left to do. So it says itself what is left (`where … is null … limit 1000`), holds few rows for a moment, and killed goes on
 * where it was.
 */
async function inSteps(client: pg.Client, name: string, text: string): Promise<void> {
  await client.query(`set lock_timeout = '${WAIT}ms'`);
  for (const statement of statements(text))
    for (let failures = 0; ; ) {
      try {
        if (!(await client.query(statement)).rowCount) break;
        failures = 0;
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        if (!['55P03', '40P01', '40001'].includes(code ?? '') || ++failures === TRIES)
          throw new Error(
            `The migration ${name} stopped: ${message}. What it did is kept, and it goes on from there.`,
            {
              cause: error,
            },
          );
        await sleep(100 + Math.random() * Math.min(failures * 100, 1_000));
      }
    }
  await client.query('set lock_timeout = default');
}

const LARGE = 20 * 1024 * 1024; // bytes of a table whose index takes longer than anyone should wait

/**
 * An index on a large table, built inside the transaction, would hold up all who write there: 3.5 s with a million messages. It is built
 * first, beside the work, wherever its columns are there already; what the migration then says of it is done. Returns what is left to do.
 */
async function besideWork(client: pg.Client, text: string): Promise<string> {
  let left = text;
  for (const statement of statements(text)) {
    const [, unique = '', name, table, rest] = /^create (unique )?index (\w+) on (\w+)\b(.*)$/s.exec(statement) ?? [];
    if (!name || !table) continue;
    const { rows } = await client.query<{ large: boolean; broken: boolean }>(
      `select coalesce(pg_relation_size(to_regclass($1)), 0) > $3 as large,
         exists (select 1 from pg_index where indexrelid = to_regclass($2) and not indisvalid) as broken`,
      [`public.${table}`, `public.${name}`, LARGE],
    );
    if (!rows[0]?.large) continue;
    if (rows[0].broken) await client.query(`drop index concurrently ${name}`); // its building was cut short
    try {
      await client.query(`create ${unique}index concurrently if not exists ${name} on ${table}${rest}`);
    } catch (error) {
      // What it is about is made by this very migration: 42703 a column, 42P01 a table, 42883 a function, 42704 a type.
      if (!['42703', '42P01', '42883', '42704'].includes((error as { code?: string }).code ?? '')) throw error;
      continue;
    }
    left = left.replace(
      new RegExp(`create ${unique}index ${name} on`),
      `create ${unique}index if not exists ${name} on`,
    );
  }
  return left;
}

/**
 * Takes every lock that a migration needs before it changes anything, or none. One after the other, between its changes, they would be
 * waited for while others wait for us: with a program at work that ends in a deadlock, and in its transactions failing. All are waited
 * for less long than Postgres takes to look for deadlocks (a second), so nobody fails but this try. Transactions touch tables in one
 * order or the other: every second try begins at the other end.
 */
async function lockAll(client: pg.Client, text: string, attempt: number): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by relname`,
  );
  const bare = text.replace(/--.*$/gm, '');
  const after = (before: RegExp): Set<string> => new Set([...bare.matchAll(before)].map((found) => found[1] as string));
  const changed = after(
    /\b(?:alter table(?: if exists)?(?: only)?|on|update|delete from|drop table(?: if exists)?) (\w+)/g,
  );
  const named = after(/\b(?:references|insert into|from|join) (\w+)/g);
  const tables = rows.filter(({ name }) => changed.has(name) || named.has(name));
  if (attempt % 2 === 0) tables.reverse();
  const end = Date.now() + WAIT;
  for (const { name } of tables) {
    await client.query(`set local statement_timeout = '${Math.max(20, end - Date.now())}ms'`);
    // What is only pointed at stays open to those who point at it too: the program's own keys are checked all the time.
    const mode = changed.has(name) ? 'access exclusive' : 'share row exclusive';
    await client.query(`lock table "${name}" in ${mode} mode`);
  }
  await client.query(`set local statement_timeout = 0`);
  await client.query(`set local lock_timeout = '2s'`);
}

function statements(text: string): string[] {
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.replace(/^--.*$/gm, '').trim())
    .filter(Boolean);
}

// Tables belong to the role that migrates; hearten_app works on them, under row security.
const grants = `
  grant usage on schema public to hearten_app;
  grant select, insert, update, delete on all tables in schema public to hearten_app;
  grant usage, select on all sequences in schema public to hearten_app;
  alter default privileges in schema public grant select, insert, update, delete on tables to hearten_app;
  alter default privileges in schema public grant usage, select on sequences to hearten_app;
  alter default privileges in schema public grant execute on functions to hearten_app;
  revoke all on table migration from hearten_app;
  do $$ begin if to_regclass('public.audit') is not null then revoke update, delete, truncate on table audit from hearten_app; end if; end $$;`;
