import { spawn } from 'node:child_process';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Say } from '../embedded.ts';
import { createAppRole } from '../roles.ts';
import type { Home, Postmaster } from './home.ts';
import { chownAll } from './own.ts';

// The full-text parser asks the C library what a letter is. In locale C it takes “ and — for letters and finds
// nothing that stands in typographic quotes, so a UTF-8 locale is worth a few tries.
const locales = ['C.UTF-8', 'C.utf8', 'en_US.UTF-8', 'C'];

/** Makes the data folder, once. Half-made ones are thrown away, finished ones never touched. */
export async function makeCluster(home: Home, log: Say): Promise<void> {
  const version = await readFile(join(home.data, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version !== undefined) return checkOwner(home);

  log.info('Making a new Postgres in the data folder');
  // A name of its own each time: a making that was cut short may still be writing for a moment.
  const half = `${home.data}.new.${process.pid}`;
  for (const name of await readdir(home.path))
    if (name.startsWith('data.new')) await rm(join(home.path, name), { recursive: true, force: true });
  const failures: string[] = [];
  for (const locale of locales) {
    await mkdir(half, { mode: 0o700 });
    await writeFile(`${half}.password`, `${home.secrets.postgres}\n`, { mode: 0o600 });
    if (home.user) for (const path of [half, `${half}.password`]) await chown(path, home.user.uid, home.user.gid);
    const failure = await initdb(home, half, locale);
    await rm(`${half}.password`);
    if (!failure) {
      await rename(half, home.data);
      return;
    }
    failures.push(failure);
    await rm(half, { recursive: true, force: true });
  }
  throw new Error(`The embedded Postgres could not be made in ${home.data}:\n${failures[0]}`);
}

function initdb(home: Home, folder: string, locale: string): Promise<string | undefined> {
  const args = ['-D', folder, '-U', 'postgres', '-E', 'UTF8', '-A', 'scram-sha-256', `--pwfile=${folder}.password`];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', `--locale=${locale}`, '--no-instructions');
  return new Promise((done) => {
    let output = '';
    const child = spawn(join(home.programs, 'bin', 'initdb'), args, {
      ...home.user,
      cwd: '/',
      env: { LC_MESSAGES: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += data));
    child.on('error', (error) => done(`${error.message}. (It needs glibc. Set DATABASE_URL to use another Postgres.)`));
    child.on('close', (code) => done(code === 0 ? undefined : output.trim()));
  });
}

async function checkOwner(home: Home): Promise<void> {
  const { uid } = await stat(home.data);
  const me = home.user?.uid ?? process.getuid?.();
  if (me === undefined || uid === me) return;
  if (home.user) {
    await chownAll(home.data, home.user); // it was made by someone who was not root; root may take it over
    return;
  }
  throw new Error(
    `${home.data} belongs to user ${uid} and you are user ${me} (it was probably first started by root). ` +
      `Start as root again, or give the whole data folder to yourself with chown -R. Nothing was changed.`,
  );
}

/** Written at every start, so that a newer Hearten brings its settings along. ALTER SYSTEM still wins. */
export async function writeSettings(home: Home, more: Record<string, string>): Promise<void> {
  const file = join(home.data, 'postgresql.conf');
  const all = { ...settings, ...more };
  const text = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  const head = '# Written by Hearten at every start. Your own settings: ALTER SYSTEM SET ...';
  await writeFile(file, `${[head, ...text].join('\n')}\n`);
  await chmod(file, 0o644);
}

const settings = {
  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  // durability: what was acknowledged stays
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'replica',
  max_wal_size: '1GB',
  max_wal_senders: '0',
  max_replication_slots: '0',
  // lean: one desk on one machine; shared_buffers costs memory only as pages are touched
  max_connections: '40',
  shared_buffers: '128MB',
  huge_pages: 'off',
  io_method: 'sync',
  max_logical_replication_workers: '0',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  random_page_cost: '1.1',
  autovacuum: 'on',
  idle_in_transaction_session_timeout: '60s',
  unix_socket_permissions: '0700',
};

/** Creates what Hearten needs besides the superuser. Costs one connection when all is there already. */
export async function createRoles(home: Home, running: Postmaster): Promise<void> {
  if (await canSignIn(running.url('hearten', home.secrets.hearten, 'hearten'))) return;
  const client = new pg.Client(running.url('postgres', home.secrets.postgres, 'postgres'));
  await client.connect();
  try {
    const password = client.escapeLiteral(home.secrets.hearten);
    const exists = await client.query(`select 1 from pg_roles where rolname = 'hearten'`);
    await client.query(
      `${exists.rowCount ? 'alter' : 'create'} role hearten login nosuperuser nobypassrls nocreaterole nocreatedb password ${password}`,
    );
    await createAppRole(client, 'hearten');
    const database = await client.query(`select 1 from pg_database where datname = 'hearten'`);
    if (!database.rowCount) await client.query('create database hearten owner hearten');
    await client.query('revoke connect on database postgres from public');
  } finally {
    await client.end();
  }
}

async function canSignIn(url: string): Promise<boolean> {
  const client = new pg.Client(url);
  try {
    await client.connect();
    const { rows } = await client.query(`select pg_has_role('hearten_app', 'set') as ok`);
    return rows[0].ok === true;
  } catch (error) {
    // 28P01 wrong password, 3D000 no such database, 42704 no such role: not made yet
    if (['28P01', '3D000', '42704', '28000'].includes((error as { code?: string }).code ?? '')) return false;
    throw error;
  } finally {
    await client.end().catch(() => undefined);
  }
}
