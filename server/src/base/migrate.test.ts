import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import pg from 'pg';
import { emptyDatabase, testDatabase } from '../../test/database.ts';
import { jobs } from './jobs.ts';
import { migrate } from './migrate.ts';
import { checkRoles } from './roles.ts';

const made: string[] = [];
after(() => Promise.all(made.map((dir) => rm(dir, { recursive: true }))));

async function folder(files: Record<string, string>): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hearten-migrations-'));
  made.push(dir);
  await mkdir(dir, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  return dir;
}

async function inEmpty(work: (url: string, query: (text: string) => Promise<pg.QueryResult>) => Promise<void>) {
  const database = await emptyDatabase();
  const client = new pg.Client(database.url);
  await client.connect();
  try {
    await work(database.url, (text) => client.query(text));
  } finally {
    await client.end();
    await database.drop();
  }
}

const one = { '0001_one.sql': 'create table one (id int primary key)' };

test('Starting twice at once migrates once', () =>
  inEmpty(async (url) => {
    const dir = await folder(one);
    const applied = await Promise.all([migrate(url, { dir }), migrate(url, { dir }), migrate(url, { dir })]);
    assert.deepEqual(applied.flat(), ['0001_one.sql']);
  }));

test('Starting several at once makes the tables of the jobs once, and puts nothing in the others’ way', () =>
  inEmpty(async (url) => {
    for (let n = 0; n < 3; n++) await Promise.all(Array.from({ length: 4 }, () => jobs.prepare(url)));
  }));

test('Who waits for another to migrate holds up no index that is built beside the work', () =>
  inEmpty(async (url, query) => {
    await migrate(url, { dir: await folder(one) });
    const text = '-- no transaction\ncreate index concurrently i on one (id);\n';
    const dir = await folder({ ...one, '0002_index.sql': text });
    const applied = await Promise.all([migrate(url, { dir }), migrate(url, { dir }), migrate(url, { dir })]);
    assert.deepEqual(applied.flat(), ['0002_index.sql']);
    const { rows } = await query(`select indisvalid as valid from pg_index where indexrelid = to_regclass('i')`);
    assert.deepEqual(rows, [{ valid: true }]);
  }));

test('A new database is told in one line, an upgrade names its steps', () =>
  inEmpty(async (url) => {
    const said: string[] = [];
    const log = { info: (text: string) => void said.push(text) };
    const three = { '0002_two.sql': 'select 2', '0003_three.sql': 'select 3' };
    await migrate(url, { dir: await folder({ ...one, '0002_two.sql': 'select 2' }), log });
    await migrate(url, { dir: await folder({ ...one, ...three }), log });
    await migrate(url, { dir: await folder({ ...one, ...three }), log });
    assert.match(said[0] ?? '', /^Database prepared: 2 steps in \d+\.\d s$/);
    assert.deepEqual(said.slice(1), ['Migrated 0003_three.sql']);
  }));

test('A migration that fails leaves nothing behind and can be tried again', () =>
  inEmpty(async (url, query) => {
    const broken = await folder({ ...one, '0002_two.sql': 'create table two (id int); select 1/0' });
    await assert.rejects(migrate(url, { dir: broken }), /0002_two.sql failed and was undone: division by zero/);
    assert.equal((await query(`select to_regclass('two') as two`)).rows[0].two, null);
    const mended = await folder({ ...one, '0002_two.sql': 'create table two (id int)' });
    assert.deepEqual(await migrate(url, { dir: mended }), ['0002_two.sql']);
  }));

test('A Hearten older than the database refuses to start and says which version is missing', () =>
  inEmpty(async (url) => {
    await migrate(url, { dir: await folder({ ...one, '0002_two.sql': 'select 1' }) });
    await assert.rejects(migrate(url, { dir: await folder(one) }), /newer Hearten: it has 0002_two.sql/);
  }));

test('A migration changed after it was applied is refused', () =>
  inEmpty(async (url) => {
    await migrate(url, { dir: await folder(one) });
    const changed = await folder({ '0001_one.sql': 'create table one (id bigint primary key)' });
    await assert.rejects(migrate(url, { dir: changed }), /0001_one.sql was changed/);
  }));

test('An index can be built outside a transaction', () =>
  inEmpty(async (url, query) => {
    const text = '-- no transaction\ndrop index concurrently if exists i;\ncreate index concurrently i on one (id);\n';
    await migrate(url, { dir: await folder({ ...one, '0002_index.sql': text }) });
    assert.equal((await query(`select to_regclass('i') is not null as there`)).rows[0].there, true);
  }));

test('Work is done as hearten_app, which can use the tables but not change them', () =>
  inEmpty(async (url, query) => {
    await migrate(url, { dir: await folder(one) });
    await query('begin');
    await query(`select set_config('role', 'hearten_app', true)`);
    await query('insert into one values (1)');
    await assert.rejects(query('alter table one add column x int'), /must be owner/);
    await query('rollback');
    await query(`set role hearten_app`);
    await assert.rejects(query('select * from migration'), /permission denied/);
  }));

test('A role that bypasses row security is refused, with the SQL that makes a better one', async () => {
  const database = await emptyDatabase();
  const admin = new URL(database.url);
  const given = new URL(process.env.HEARTEN_TEST_POSTGRES as string);
  admin.username = given.username;
  admin.password = given.password;
  await assert.rejects(
    checkRoles(admin.href),
    /is a superuser[\s\S]*create role hearten login[\s\S]*grant hearten_app/,
  );
  await checkRoles(database.url);
  await database.drop();
});

test('A test gets its own migrated database', async () => {
  const dir = await folder(one);
  const [a, b] = [await testDatabase({ dir }), await testDatabase({ dir })];
  assert.notEqual(a.url, b.url);
  await Promise.all([a.drop(), b.drop()]);
});
