import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../src/base/embedded.ts';
import { holdFolder } from '../src/base/hold.ts';
import { jobs } from '../src/base/jobs.ts';
import { migrate, migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { createAppRole } from '../src/base/roles.ts';

/** Made to be thrown away: speed, not durability. */
export const testSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
  wal_level: 'minimal',
  max_wal_size: '4GB',
  checkpoint_timeout: '1h',
  scram_iterations: '1', // a password that stands in this file needs no protection from guessing
};

export type TestDatabase = { url: string; drop(): Promise<void> };

let ready: Promise<{ admin: string; template: string }> | undefined;

/** A fresh, migrated database of its own; `url` logs in as a role like the product's. */
export async function testDatabase({ dir = migrationsDir } = {}): Promise<TestDatabase> {
  if (dir === migrationsDir) ready ??= prepare(dir);
  const { admin, template } = await (dir === migrationsDir && ready ? ready : prepare(dir));
  const name = `test_${randomBytes(6).toString('hex')}`;
  // copying files beats writing the copy to the log, when the checkpoint it needs has no fsync to wait for
  await asAdmin(admin, (client) =>
    client.query(`create database ${name} template ${template} owner hearten_test strategy file_copy`),
  );
  return {
    url: urlOf(admin, name),
    drop: () => asAdmin(admin, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

/** An empty database with the roles and nothing else, for tests of migrating itself. */
export async function emptyDatabase(): Promise<TestDatabase> {
  const admin = await adminUrl();
  await asAdmin(admin, createTestRole);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await asAdmin(admin, (client) => client.query(`create database ${name} owner hearten_test`));
  return {
    url: urlOf(admin, name),
    drop: () => asAdmin(admin, async (client) => void (await client.query(`drop database ${name} with (force)`))),
  };
}

async function prepare(dir: string): Promise<{ admin: string; template: string }> {
  const admin = await adminUrl();
  const hash = createHash('sha256');
  for (const { name, text } of await readMigrations(dir)) hash.update(name).update(text);
  // What the jobs prepare is in it, too.
  for (const name of ['jobs.ts', 'named.ts'])
    hash.update(await readFile(join(import.meta.dirname, '../src/base', name)));
  const template = `template_${hash.digest('hex').slice(0, 16)}`;
  const isThere = (client: pg.Client) =>
    client.query(`select 1 from pg_database where datname = $1`, [template]).then(({ rowCount }) => rowCount === 1);

  await asAdmin(admin, async (client) => {
    if (await isThere(client)) return;
    await client.query(`select pg_advisory_lock(hashtext('hearten test template'))`);
    if (await isThere(client)) return;
    await createTestRole(client);
    const draft = `${template}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft} owner hearten_test`);
    await migrate(urlOf(admin, draft), { dir });
    if (dir === migrationsDir) await jobs.prepare(urlOf(admin, draft));
    await client.query(`alter database ${draft} rename to ${template}`);
  });
  return { admin, template };
}

async function createTestRole(client: pg.Client): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('hearten test role'))`);
  const { rowCount } = await client.query(`select 1 from pg_roles where rolname = 'hearten_test'`);
  if (!rowCount) await client.query(`create role hearten_test login nosuperuser nobypassrls password 'hearten_test'`);
  await createAppRole(client, 'hearten_test');
  await client.query(`select pg_advisory_unlock(hashtext('hearten test role'))`);
}

/** The run's Postgres; for a test started by hand, one that stays between runs. */
async function adminUrl(): Promise<string> {
  const given = process.env.HEARTEN_TEST_POSTGRES;
  if (given) return given;
  const dataDir = join(tmpdir(), `hearten-test-postgres-${userInfo().uid}`);
  const log = { info() {}, warn: (message: string) => process.stderr.write(`${message}\n`) };
  const release = await waitFor(dataDir);
  try {
    const { adminUrl } = await startPostgres({ dataDir, log, settings: testSettings, hold: false });
    process.env.HEARTEN_TEST_POSTGRES = adminUrl;
    return adminUrl;
  } finally {
    await release();
  }
}

async function waitFor(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  for (let attempt = 0; ; attempt++) {
    try {
      return await holdFolder(dataDir);
    } catch (error) {
      if (attempt === 200) throw error;
      await sleep(100);
    }
  }
}

async function asAdmin<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function urlOf(admin: string, database: string): string {
  const url = new URL(admin);
  url.username = 'hearten_test';
  url.password = 'hearten_test';
  url.pathname = `/${database}`;
  return url.href;
}
