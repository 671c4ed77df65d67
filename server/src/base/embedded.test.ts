import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { borrowPostgres, type EmbeddedPostgres, startPostgres } from './embedded.ts';
import { alive } from './processes.ts';

const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const running = new Set<EmbeddedPostgres>();
const log = { info() {}, warn() {} };

after(async () => {
  for (const one of running) await one.stop();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function folder(mode = 0o711): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'hearten-embedded-'));
  await chmod(made, mode);
  folders.push(made);
  return made;
}

let made: Promise<string> | undefined;
/** A copy of one that was made and has stopped, where the making is not what is tried: it takes longer than everything else. */
async function folderInUse(): Promise<string> {
  made ??= folder().then(async (first) => {
    await stop(await start(first));
    return first;
  });
  const [from, to] = [await made, await folder()];
  assert.equal(spawnSync('cp', ['-a', `${from}/.`, to]).status, 0);
  return to;
}

async function start(dataDir: string): Promise<EmbeddedPostgres> {
  const one = await startPostgres({ dataDir, log, settings: { fsync: 'off' } });
  running.add(one);
  return one;
}

async function stop(one: EmbeddedPostgres): Promise<void> {
  running.delete(one);
  await one.stop();
}

async function ask(url: string, text: string): Promise<Record<string, unknown>> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query(text)).rows[0] ?? {};
  } finally {
    await client.end();
  }
}

async function pidOf(dataDir: string): Promise<number> {
  return Number((await readFile(join(dataDir, 'postgres/data/postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function until(true_: () => Promise<boolean> | boolean): Promise<void> {
  for (const end = Date.now() + 20_000; !(await true_()); await sleep(50))
    if (Date.now() > end) assert.fail('it did not become so within 20 seconds');
}

const works = (url: string) =>
  ask(url, 'select 1').then(
    () => true,
    () => false,
  );

test('The product signs in as a role that row security binds, and can step down to hearten_app', async () => {
  const postgres = await start(await folder());
  assert.deepEqual(
    await ask(
      postgres.url,
      `select current_user as me, r.rolsuper, r.rolbypassrls, r.rolcreaterole, pg_has_role('hearten_app', 'set') as app
         from pg_roles r where rolname = current_user`,
    ),
    { me: 'hearten', rolsuper: false, rolbypassrls: false, rolcreaterole: false, app: true },
  );
  assert.deepEqual(await ask(postgres.url, `select current_setting('fsync') as fsync, lower('ÄÖ') as low`), {
    fsync: 'off',
    low: 'äö',
  });
  await stop(postgres);
});

test('Words in typographic quotes are found', async () => {
  const postgres = await start(await folderInUse());
  const { words } = await ask(postgres.url, `select to_tsvector('simple', '“hello” — naïve')::text as words`);
  assert.equal(words, `'hello':1 'naïve':2`);
  await stop(postgres);
});

test('Passwords are for the owner’s eyes only, and Postgres listens on nothing but a socket', async () => {
  const dataDir = await folder();
  const postgres = await start(dataDir);
  assert.equal((await lstat(join(dataDir, 'postgres/passwords.json'))).mode & 0o777, 0o600);
  assert.equal((await ask(postgres.url, `select current_setting('listen_addresses') as tcp`)).tcp, '');
  await assert.rejects(ask(postgres.url.replace(/:[0-9a-f]{36}@/, ':wrong@'), 'select 1'), /password authentication/);
  await stop(postgres);
});

test('A path too long for a socket gets a port on the loopback below 32768', async () => {
  const dataDir = join(await folder(), 'a-rather-long-name-for-a-folder'.repeat(3));
  const postgres = await start(dataDir);
  const url = new URL(postgres.url);
  assert.equal(url.hostname, '127.0.0.1');
  assert.ok(Number(url.port) < 32768);
  assert.ok(await works(postgres.url));
  await stop(postgres);
});

test('A second start on the same data folder says who holds it and changes nothing', async () => {
  const dataDir = await folderInUse();
  const postgres = await start(dataDir);
  await assert.rejects(start(dataDir), new RegExp(`in use by another Hearten: process ${process.pid} `));
  assert.ok(await works(postgres.url));
  await stop(postgres);
  await stop(await start(dataDir));
});

test('The command line uses the Postgres of a running Hearten and leaves it running', async () => {
  const dataDir = await folderInUse();
  const postgres = await start(dataDir);
  const borrowed = await borrowPostgres({ dataDir, log });
  assert.equal(borrowed.url, postgres.url);
  await borrowed.stop();
  assert.ok(await works(postgres.url));
  await stop(postgres);

  const own = await borrowPostgres({ dataDir, log });
  assert.ok(await works(own.url));
  await own.stop();
  assert.equal(await works(own.url), false);
});

test('Of many starts at once on a fresh folder exactly one succeeds', async () => {
  const dataDir = await folder();
  const starts = await Promise.allSettled([1, 2, 3, 4].map(() => start(dataDir)));
  const good = starts.filter((one) => one.status === 'fulfilled');
  assert.equal(good.length, 1);
  await stop((good[0] as PromiseFulfilledResult<EmbeddedPostgres>).value);
});

test('A Postgres that outlived its Hearten is taken over, not started twice', async () => {
  const dataDir = await folderInUse();
  const program = `
    import { startPostgres } from ${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))};
    await startPostgres({ dataDir: ${JSON.stringify(dataDir)}, log: { info() {}, warn() {} } });
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
  await new Promise((done) => child.once('exit', done));
  const survivor = await pidOf(dataDir);
  assert.ok(alive(survivor));

  const postgres = await start(dataDir);
  assert.equal(await pidOf(dataDir), survivor);
  assert.ok(await works(postgres.url));
  await stop(postgres);
  assert.equal(alive(survivor), false);
});

test('Postgres killed with -9 under a running Hearten is started again at the same address', async () => {
  const dataDir = await folderInUse();
  const postgres = await start(dataDir);
  await ask(postgres.url, 'create table kept as select 7 as n');
  const killed = await pidOf(dataDir);
  process.kill(killed, 'SIGKILL');
  await until(async () => !alive(killed) && (await works(postgres.url)));
  assert.equal((await ask(postgres.url, 'select n from kept')).n, 7);
  await stop(postgres);
});

test('A stale postmaster.pid whose number now belongs to some other program is no obstacle', async () => {
  const dataDir = await folderInUse();
  const file = join(dataDir, 'postgres/data/postmaster.pid');
  // Postgres writes it as its own user, and only a program of that same user stands in its way.
  const owner = isRoot ? { uid: 65534, gid: 65534 } : {};
  const other = spawn('sleep', ['60'], owner);
  await writeFile(file, `${other.pid}\n${join(dataDir, 'postgres/data')}\n1700000000\n5432\n\n\n  5432 1\nready   \n`);
  const postgres = await start(dataDir);
  assert.ok(await works(postgres.url));
  assert.notEqual(await pidOf(dataDir), other.pid);
  assert.ok(alive(other.pid as number), 'the innocent program lives');
  other.kill('SIGKILL');
  await stop(postgres);
});

test('A making cut short is begun again', async () => {
  const dataDir = await folder();
  await mkdir(join(dataDir, 'postgres/data.new/base'), { recursive: true });
  await writeFile(join(dataDir, 'postgres/data.new/PG_VERSION'), '18\n');
  const postgres = await start(dataDir);
  assert.ok(await works(postgres.url));
  await stop(postgres);
});

test('Under root, a data folder closed to others keeps its Postgres in /var/lib/hearten', {
  skip: isRoot ? false : 'only root starts Postgres as somebody else',
}, async () => {
  const dataDir = await folder(0o700);
  const postgres = await start(dataDir);
  const elsewhere = await readlink(join(dataDir, 'postgres'));
  folders.push(elsewhere);
  assert.match(elsewhere, /^\/var\/lib\/hearten\/postgres-/);
  assert.ok(await works(postgres.url));
  await stop(postgres);
  await stop(await start(dataDir));
});
