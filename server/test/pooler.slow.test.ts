import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDb } from '../src/base/db.ts';
import { runsAs } from '../src/base/embedded/programs.ts';
import { keepsNames } from '../src/base/pooler.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { type Fleet, makeFleet } from './fleet.ts';
import { freePort, type Sink, smtpSink } from './mail.ts';
import { until } from './real.ts';

const program = [process.env.PGBOUNCER, '/usr/sbin/pgbouncer'].find((path) => path && existsSync(path));
const skip = program ? false : 'PgBouncer is not installed';
const said = program ? spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout : '';
const [version, major, minor] = /PgBouncer (\d+)\.(\d+)/.exec(said) ?? ['', '0', '0'];
/** Brings prepared statements along from session to session. */
const mayKeep = Number(major) > 1 || Number(minor) >= 21;

type Pooler = { url: string; stop: () => Promise<void> };
/** In transaction mode three sessions are everyone's: each transaction runs in whichever is free. */
async function pooler(database: string, keeps: boolean, mode = 'transaction'): Promise<Pooler> {
  const to = new URL(database);
  const folder = await mkdtemp(join(tmpdir(), 'hearten-pooler-'));
  await chmod(folder, 0o755);
  const port = await freePort();
  const host = to.searchParams.get('host') ?? to.hostname;
  const where = `host=${host} port=${to.port} dbname=${to.pathname.slice(1)} user=${to.username} password=${to.password}`;
  const lines = ['[databases]', `desk = ${where}`, '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`];
  lines.push('auth_type = any', 'unix_socket_dir =', `pool_mode = ${mode}`, 'default_pool_size = 3');
  lines.push('max_client_conn = 200', 'ignore_startup_parameters = extra_float_digits');
  if (mayKeep) lines.push(`max_prepared_statements = ${keeps ? 200 : 0}`);
  await writeFile(join(folder, 'pgbouncer.ini'), `${lines.join('\n')}\n`);
  let said = '';
  const child: ChildProcess = spawn(program as string, [join(folder, 'pgbouncer.ini')], { ...runsAs(), cwd: '/' });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += text));
  await until(
    () => /process up/.test(said),
    10_000,
    () => said,
  );
  return {
    url: `postgres://${to.username}@127.0.0.1:${port}/desk`,
    stop: async () => {
      const ended = new Promise((done) => child.once('exit', done));
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

test('behind PgBouncer in session mode, which takes no settings in a greeting, jobs have their connections', {
  skip,
  timeout: 60_000,
}, async () => {
  const database = await testDatabase();
  const front = await pooler(database.url, false, 'session');
  const db = openDb(front.url, { max: 1 });
  try {
    const asked = 'show synchronous_commit';
    const { rows } = await db.sessions(1, 'set synchronous_commit = local').query(asked);
    assert.deepEqual(rows, [{ synchronous_commit: 'local' }]);
  } finally {
    await db.close();
    await front.stop();
    await database.drop();
  }
});

type Behind = { database: TestDatabase; front: Pooler; sink: Sink; fleet: Fleet };
async function behind(keeps: boolean, work: (all: Behind) => Promise<void>): Promise<void> {
  const database = await testDatabase();
  const front = await pooler(database.url, keeps);
  const sink = await smtpSink();
  const env = { DATABASE_URL_DIRECT: database.url, LOG_LEVEL: 'info' };
  const fleet = await makeFleet({ url: front.url, smtp: sink, env });
  try {
    await work({ database, front, sink, fleet });
  } finally {
    await fleet.end();
    await Promise.all([sink.stop(), front.stop()]);
    await database.drop();
  }
}

for (const kept of mayKeep ? [false, true] : [false])
  test(
    `behind PgBouncer in transaction mode, ${kept ? 'which keeps statements,' : 'which keeps no statements,'} two processes answer, tell, undo, send and search`,
    {
      skip,
      timeout: 110_000,
    },
    (t) =>
      behind(kept, async ({ database, front, sink, fleet }) => {
        const keeps = await keepsNames(front.url);
        t.diagnostic(`${version}: statements ${keeps ? 'keep their names' : 'are planned anew'}`);
        assert.equal(keeps, kept);
        assert.equal(
          await keepsNames(database.url),
          false,
          'without a pooler there is no other session to find out by',
        );

        const [serve, work] = await Promise.all([fleet.start('serve'), fleet.start('work')]);
        await until(() => fleet.front.ready().length === 1, 20_000);
        assert.equal(/keeps no prepared statements/.test(serve.log()), !keeps);
        const tab = await fleet.tab();
        type Begun = { conversation: { id: string }; message: { id: string } };
        // More at once than there are sessions, so that each of them serves many in turn.
        const begun: { status: number; body: Begun; text: string }[] = [];
        const writer = async (from: number): Promise<void> => {
          for (let n = from; n < from + 5; n++)
            begun.push(
              await fleet.ask<Begun>('POST', '/conversations', {
                inboxId: fleet.inboxId,
                to: `claire@atelier-${n}.example`,
                subject: `Pooled ${n}`,
                text: `Quokka number ${n}.`,
              }),
            );
        };
        await Promise.all(Array.from({ length: 8 }, (_, i) => writer(i * 5)));
        assert.deepEqual(
          begun.filter(({ status }) => status !== 201).map(({ status, text }) => `${status} ${text}`),
          [],
        );
        const read = await Promise.all(
          begun.map(({ body }) => fleet.ask('GET', `/conversations/${body.conversation.id}`)),
        );
        assert.deepEqual([...new Set(read.map(({ status }) => status))], [200]);
        await sink.until(40, 40_000);
        assert.equal(new Set(sink.ledger.map(({ messageId }) => messageId)).size, 40, 'each was sent once');
        const found = await fleet.ask<{ items: unknown[] }>('GET', '/search?q=quokka&limit=50');
        assert.equal(found.body.items.length, 40);
        await until(
          () =>
            new Set(tab.frames.flatMap(({ frame }) => (frame.type === 'change' ? [frame.conversation.id] : [])))
              .size === 40,
          20_000,
        );
        for (const one of [serve, work]) assert.ok(!/"level":"error"/.test(one.log()), one.log());
      }),
  );
