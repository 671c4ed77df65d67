import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chown, mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import {
  cleanUp,
  dataFolder,
  firstLife,
  freePort,
  gone,
  processesOf,
  root,
  type Started,
  start,
  type Who,
} from './world.ts';

after(cleanUp);

const onLinux = process.platform === 'linux' ? false : 'finds processes in /proc, which only Linux has';
const nobody = 65534;
const nobodyCanRead = () =>
  spawnSync('/bin/sh', ['-c', `cd "${root}/launch" && test -x "${process.execPath}"`], { uid: nobody, gid: nobody })
    .status === 0;

async function database(dataDir: string): Promise<pg.Client> {
  const passwords = JSON.parse(await readFile(join(dataDir, 'postgres/passwords.json'), 'utf8'));
  const client = new pg.Client({
    host: join(dataDir, 'postgres/socket'),
    user: 'postgres',
    password: passwords.postgres,
    database: 'hearten',
  });
  client.on('error', () => undefined); // the test kills its server
  await client.connect();
  return client;
}

let lived: Promise<string> | undefined;
/** A copy of a folder that lived through a start and a stop, where making the database is not what is tried: that takes longer than everything else. */
async function livedIn(): Promise<string> {
  lived ??= firstLife();
  lived.catch(() => {
    lived = undefined; // one that failed is told by its test; the next one tries again
  });
  const [from, to] = [await lived, await dataFolder()];
  assert.equal(spawnSync('cp', ['-a', `${from}/.`, to]).status, 0);
  return to;
}

test('SIGTERM stops launcher, server and Postgres', { skip: onLinux }, async () => {
  const [dataDir, port] = [await livedIn(), await freePort()];
  const again = start({ dataDir, port });
  await again.ready();
  again.child.kill('SIGTERM');
  assert.equal(await again.ended, 0);
  await gone(dataDir, 0);
});

test('npm told to stop stops everything, Postgres too', { skip: onLinux }, async () => {
  const [dataDir, port] = [await livedIn(), await freePort()];
  const one = start({ dataDir, port, npm: true });
  await one.ready();
  one.child.kill('SIGTERM');
  await one.ended;
  await gone(dataDir);
});

test('Ctrl-C stops everything, Postgres too', { skip: onLinux }, async () => {
  const [dataDir, port] = [await livedIn(), await freePort()];
  const one = start({ dataDir, port, npm: true });
  await one.ready();
  process.kill(-(one.child.pid as number), 'SIGINT'); // what a terminal does: everyone in the foreground gets it
  await one.ended;
  await gone(dataDir, 0);
});

test('A signal while it is still starting stops it as well', { skip: onLinux }, async () => {
  for (const wait of [50, 150, 300, 600]) {
    const [dataDir, port] = [await dataFolder(), await freePort()];
    const one = start({ dataDir, port });
    await sleep(wait);
    one.child.kill('SIGTERM');
    await one.ended;
    await gone(dataDir);
  }
});

const victims: Who[] = ['npm', 'launcher', 'server', 'postgres'];
/** One that is ready, on a folder that lived through what came before; what recovered from one blow takes the next. */
let standing: Promise<{ dataDir: string; one: Started }> | undefined;
async function risen(dataDir: string): Promise<{ dataDir: string; one: Started }> {
  const one = start({ dataDir, port: await freePort(), npm: true });
  await one.ready();
  return { dataDir, one };
}
for (let mask = 1; mask < 16; mask++) {
  const chosen = victims.filter((_, i) => mask & (1 << i));
  test(`After kill -9 of ${chosen.join(', ')} the next npm start recovers by itself`, { skip: onLinux }, async () => {
    const { dataDir, one } = await (standing ?? risen(await livedIn()));
    standing = undefined;
    const client = await database(dataDir);
    await client.query('create table if not exists kept (answer int)');
    await client.query('insert into kept values ($1)', [mask]);

    const running = processesOf(dataDir);
    for (const who of chosen) process.kill(running[who] as number, 'SIGKILL');
    await client.end().catch(() => undefined);
    if (chosen.join() === 'postgres') {
      // Postgres alone is brought back by its server, which goes on; any other loss ends this Hearten.
      one.child.kill('SIGTERM');
      await gone(dataDir, 30_000);
    }

    standing = risen(dataDir);
    await standing;
    const again = await database(dataDir);
    assert.equal((await again.query('select answer from kept where answer = $1', [mask])).rowCount, 1);
    await again.end();
    // Who was left of the former ones has gone, but for a Postgres that was taken over.
    const former = [running.npm, running.launcher, running.server];
    for (const end = Date.now() + 10_000; ; await sleep(50)) {
      const left = processesOf(dataDir).all.filter((pid) => former.includes(pid));
      if (left.length === 0) break;
      assert.ok(Date.now() < end, `still running of the former ones: ${left}`);
    }
  });
}
test('After the last of them, told to stop, it stops and leaves nothing', { skip: onLinux }, async () => {
  const { dataDir, one } = await (standing ?? risen(await livedIn()));
  one.child.kill('SIGTERM');
  await one.ended;
  await gone(dataDir);
});

test('A server that outlives its launcher stops by itself, and its Postgres with it', { skip: onLinux }, async () => {
  const [dataDir, port] = [await livedIn(), await freePort()];
  const one = start({ dataDir, port });
  await one.ready();
  one.child.kill('SIGKILL');
  await gone(dataDir);
});

test('A second start on one data folder says which process has it and leaves that one alone', {
  skip: onLinux,
}, async () => {
  const dataDir = await livedIn();
  const [port, other] = [await freePort(), await freePort()];
  const first = start({ dataDir, port });
  await first.ready();
  const second = start({ dataDir, port: other });
  assert.notEqual(await second.ended, 0);
  const { server } = processesOf(dataDir);
  assert.match(second.output(), new RegExp(`in use by another Hearten: process ${server}\\b`));
  assert.doesNotMatch(second.output(), /\n\s+at /, 'a message, not a stack trace');
  (await database(dataDir)).end();
  first.child.kill('SIGTERM');
  await first.ended;
});

test('A port that is taken: it says by which process, and stops without leaving a Postgres', {
  skip: onLinux,
}, async () => {
  const dataDir = await dataFolder();
  const squatter = createServer();
  const port = await new Promise<number>((done) =>
    squatter.listen(0, '127.0.0.1', () => done((squatter.address() as { port: number }).port)),
  );
  const one = start({ dataDir, port, env: { HOST: '127.0.0.1' } });
  const code = await one.ended;
  squatter.close();
  assert.notEqual(code, 0);
  assert.match(one.output(), new RegExp(`${port}[\\s\\S]*${process.pid}`));
  assert.doesNotMatch(one.output(), /\n\s+at /, 'a message, not a stack trace');
  await gone(dataDir, 0);
});

test('Somebody who is not root can start it', {
  skip:
    process.getuid?.() === 0 ? (nobodyCanRead() ? false : 'this folder is closed to others') : 'is not root already',
}, async () => {
  const folder = await dataFolder();
  const dataDir = join(folder, 'data');
  await mkdir(dataDir);
  await chown(dataDir, nobody, nobody);
  const port = await freePort();
  const one = start({ dataDir, port, uid: nobody, env: { HOME: folder } });
  await one.ready();
  one.child.kill('SIGTERM');
  assert.equal(await one.ended, 0);
  await gone(dataDir);
});
