import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../../base/config.ts';
import { openDb } from '../../base/db.ts';
import { borrowPostgres } from '../../base/embedded.ts';
import { foldersApart } from '../../base/folders.ts';
import { connectTo } from '../../base/hosts.ts';
import { jobs } from '../../base/jobs.ts';
import { makeLog } from '../../base/log.ts';
import { migrationsDir, readMigrations } from '../../base/migrate.ts';
import { checkRoles } from '../../base/roles.ts';
import { makeSeal } from '../../base/seal.ts';
import { checkInboxes } from '../../channels/email/index.ts';
import { words } from '../command.ts';
import type { Finding } from './finding.ts';
import { readSecretKey } from './secret-key.ts';

/** The database, its roles and its state, and what stands in it: passwords and mailboxes. */
export async function* lookAtDatabase(config: Config): AsyncGenerator<Finding> {
  const embedded = !config.DATABASE_URL;
  if (embedded && !existsSync(join(config.DATA_DIR, 'postgres'))) {
    yield { how: 'advice', text: 'There is no database yet. The first `npm start` makes it.' };
    return;
  }
  const postgres = embedded
    ? await borrowPostgres({ dataDir: config.DATA_DIR, log: makeLog('error') })
    : { url: config.DATABASE_URL as string, stop: async () => {} };
  try {
    yield* lookInto(config, postgres.url, embedded);
  } finally {
    await postgres.stop();
  }
}

async function* lookInto(config: Config, url: string, embedded: boolean): AsyncGenerator<Finding> {
  let client: pg.Client;
  try {
    client = await connectTo(config.DATABASE_URL_DIRECT ?? url, { connectionTimeoutMillis: 8_000 });
  } catch (error) {
    yield {
      how: 'wrong',
      text: `The database does not answer: ${words(error)}. Is it running, and is DATABASE_URL right?`,
    };
    return;
  }
  try {
    const { rows } = await client.query(
      `select current_setting('server_version') as version, now() as now, pg_size_pretty(pg_database_size(current_database())) as size, current_setting('fsync') as fsync`,
    );
    const found = rows[0] as { version: string; now: Date; size: string; fsync: string };
    yield {
      how: 'well',
      text: `Postgres ${found.version}${embedded ? ' (the one that comes with Hearten)' : ''}, ${found.size}`,
    };
    if (found.fsync !== 'on')
      yield {
        how: 'wrong',
        text: 'Postgres runs with fsync off: a power cut loses mail that was acknowledged. Switch it on.',
      };
    const apart = Math.abs(found.now.getTime() - Date.now());
    if (apart > 10_000)
      yield {
        how: 'wrong',
        text: `The clock of the database is ${Math.round(apart / 1000)} s from that of this machine. Set both by NTP.`,
      };
    yield await roles(config.DATABASE_URL_DIRECT ?? url);
    const state = await migrations(client);
    yield state;
    if (state.how === 'well') {
      yield await backups(client, config);
      yield* mail(config, url);
    }
  } finally {
    await client.end();
  }
}

async function roles(url: string): Promise<Finding> {
  try {
    await checkRoles(url);
    return { how: 'well', text: 'Row security holds: the database roles are as they must be.' };
  } catch (error) {
    return { how: 'wrong', text: words(error) };
  }
}

async function migrations(client: pg.Client): Promise<Finding> {
  const known = (await readMigrations(migrationsDir)).map(({ name }) => name);
  const there = await client.query(`select to_regclass('public.migration') is not null as exists`);
  if (!there.rows[0].exists) return { how: 'advice', text: 'The database is empty. The next `npm start` fills it.' };
  const { rows } = await client.query<{ name: string }>('select name from migration');
  const done = new Set(rows.map(({ name }) => name));
  const newer = [...done].filter((name) => !known.includes(name));
  if (newer.length)
    return {
      how: 'wrong',
      text: `The database was used by a newer Hearten (${newer.join(', ')}). Start that version.`,
    };
  const due = known.filter((name) => !done.has(name));
  if (due.length)
    return {
      how: 'advice',
      text: `${due.length} ${due.length === 1 ? 'migration is' : 'migrations are'} due; the next \`npm start\` runs what is due.`,
    };
  return { how: 'well', text: 'The database is up to date.' };
}

async function backups(client: pg.Client, config: Config): Promise<Finding> {
  const { rows } = await client.query<{ state: string; reason: string; age: number; held: boolean }>(
    `select state, reason, extract(epoch from now() - began_at)::int as age from backup
      where state <> 'running' or (began_at < now() - interval '1 minute' and pg_try_advisory_xact_lock_shared(hashtext('hearten backup run')))
      order by began_at desc limit 1`,
  );
  const held = (await client.query('select 1 from installation where held_since is not null')).rowCount === 1;
  if (held)
    return {
      how: 'advice',
      text: 'This desk was restored from a backup and is held: it sends and fetches nothing until `hearten release`.',
    };
  const [last] = rows;
  if (!last)
    return {
      how: 'advice',
      text: `No backup was ever made. ${config.BACKUP_TO ? 'The next one is due by BACKUP_AT.' : 'Set BACKUP_TO, or run hearten backup.'}`,
    };
  const days = Math.floor(last.age / 86_400);
  if (last.state === 'running')
    return {
      how: 'wrong',
      text: 'The last backup was broken off: whoever made it was killed. The next one is made as usual.',
    };
  if (last.state === 'failed') return { how: 'wrong', text: `The last backup failed: ${last.reason}` };
  if (last.reason) return { how: 'wrong', text: `The last backup is not whole. ${last.reason}` };
  if (days >= 2) return { how: 'advice', text: `The last backup is ${days} days old.` };
  const hours = Math.max(1, Math.ceil(last.age / 3600));
  return { how: 'well', text: `The last backup is ${hours === 1 ? 'an hour' : `${hours} hours`} old at most.` };
}

async function* mail(config: Config, url: string): AsyncGenerator<Finding> {
  const key = readSecretKey(config);
  if (!key) {
    yield {
      how: 'wrong',
      text: "The secret key is missing, so stored passwords can't be read. Put secret.key back into the data folder, or SECRET_KEY into the settings.",
    };
    return;
  }
  const db = openDb(url, { max: 2 });
  try {
    const apart = await foldersApart(db);
    if (apart) yield { how: 'wrong', text: apart };
    const inboxes = await checkInboxes({ config, db, jobs, log: makeLog('error'), seal: makeSeal(key) });
    if (inboxes.length === 0)
      yield { how: 'advice', text: 'No inbox is connected yet. Connect one in the app, under Inboxes.' };
    for (const { address, secrets, findings } of inboxes) {
      const wrong = [secrets, ...findings].filter(({ ok }) => !ok);
      if (wrong.length === 0) yield { how: 'well', text: `${address} works.` };
      for (const { text } of wrong) yield { how: 'wrong', text: `${address}: ${text}` };
    }
  } finally {
    await db.close();
  }
  if (!config.SYSTEM_SMTP)
    yield {
      how: 'advice',
      text: 'No system mail is set (SYSTEM_SMTP): invitations and resets are links to hand on, not mails.',
    };
}
