import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import nodemailer from 'nodemailer';
import pg from 'pg';
import { testDatabase } from './database.ts';
import { conversationsOf, type Real, realHearten, until } from './real.ts';

const ends: (() => Promise<unknown> | unknown)[] = [];
after(async () => {
  for (const end of ends.reverse()) await end();
});

type Desk = Real;
/** A Hearten as its own process, with one inbox. */
async function desk(dataDir: string, more: Record<string, string> = {}, stderr?: number): Promise<Desk> {
  const out = await realHearten({ DATA_DIR: dataDir, ...more }, stderr);
  ends.push(out.stop);
  const inbox = { name: 'Support', address: 'support@northwind.example', settings: {} };
  assert.equal((await out.ask('POST', '/inboxes', inbox)).status, 201);
  return out;
}
/** Sends as a mail server does: tries again until it is taken. Answers with the Message-IDs that were taken. */
async function send(
  d: Desk,
  from: number,
  to: number,
  meanwhile: (i: number) => unknown = () => undefined,
): Promise<{ taken: string[]; refusals: string[] }> {
  const [taken, refusals]: [string[], string[]] = [[], []];
  for (let i = from; i < to; i++) {
    await meanwhile(i);
    const messageId = `<outage-${i}@example.org>`;
    for (const end = Date.now() + 60_000; ; await new Promise((done) => setTimeout(done, 300))) {
      const mail = nodemailer.createTransport({
        host: '127.0.0.1',
        port: d.smtp,
        ignoreTLS: true,
        connectionTimeout: 5000,
        greetingTimeout: 5000,
        socketTimeout: 10_000,
      });
      try {
        await mail.sendMail({
          from: `c${i}@example.org`,
          to: 'support@northwind.example',
          subject: `Mail ${i}`,
          text: `Body of mail ${i}. ${'All work and no light. '.repeat(1000)}`,
          messageId,
        });
        taken.push(messageId);
        break;
      } catch (error) {
        refusals.push(String((error as { response?: string }).response ?? error));
        assert.ok(Date.now() < end, `mail ${i} was never taken: ${refusals.at(-1)}\n${d.log().slice(-4000)}`);
      } finally {
        mail.close();
      }
    }
  }
  return { taken, refusals };
}
/** Until not a byte is left. */
async function fill(path: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    for (let size = 1 << 20; size >= 1; )
      await file.write(Buffer.alloc(size)).catch((error: { code: string }) => {
        assert.equal(error.code, 'ENOSPC');
        size >>= 1;
      });
  } finally {
    await file.close();
  }
}
const stored = async (d: Desk): Promise<string[]> => (await conversationsOf(d)).map(({ subject }) => subject).sort();

test('O01: Postgres killed in the middle of the mail: it comes back by itself within ten seconds, what was taken is there once, requests are told to wait', {
  timeout: 150_000,
}, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-outage-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const d = await desk(folder);
  let waits = 0;
  /** Asks until it is answered again; mail goes on coming meanwhile. */
  const recovery = async (): Promise<number> => {
    for (const began = Date.now(); ; await sleep(50)) {
      const answer = await d.ask('GET', '/conversations');
      if (answer.status === 200) return Date.now() - began;
      waits++;
      assert.equal(answer.status, 503, answer.text);
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.match(answer.text, /database is not answering/);
      assert.ok(Date.now() - began < 30_000, d.log().slice(-4000));
    }
  };
  const recoveries: Promise<number>[] = [];
  const { taken } = await send(d, 0, 40, async (i) => {
    if (i !== 10 && i !== 25) return;
    const link = join(folder, 'postgres/data/postmaster.pid');
    const file = existsSync(link)
      ? link
      : spawnSync('find', [folder, '-name', 'postmaster.pid']).stdout.toString().trim();
    const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
    const children = spawnSync('pgrep', ['-P', String(pid)])
      .stdout.toString()
      .split('\n')
      .filter(Boolean)
      .map(Number);
    // All of it at once, as when a machine is out of memory.
    spawnSync('kill', ['-9', ...[pid, ...children].map(String)]);
    recoveries.push(recovery());
  });
  const took = await Promise.all(recoveries);
  t.diagnostic(`answers again after ${took.join(' and ')} ms`);
  assert.equal(took.length, 2);
  assert.ok(
    took.every((ms) => ms <= 10_000),
    took.join(),
  );
  assert.equal(taken.length, 40);
  await until(async () => (await fetch(`${d.url}/health/ready`)).status === 200, 20_000, d.log);
  assert.deepEqual(await stored(d), Array.from({ length: 40 }, (_, i) => `Mail ${i}`).sort());
  assert.ok(waits > 0, 'no request met the gap');
});

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
test('O02: a full disk: mail is asked to wait, nothing is lost, health says why, and it goes on when there is room', {
  skip: canMount ? false : 'needs root for a small disk',
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-full-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=260m', 'tmpfs', disk]).status, 0);
  const database = await testDatabase();
  ends.push(
    () => database.drop(),
    () => rm(folder, { recursive: true, force: true }),
    () => spawnSync('umount', ['-l', disk]),
  );
  // Its log lies on the same disk.
  const log = openSync(join(disk, 'hearten.log'), 'a');
  ends.push(() => closeSync(log));
  const d = await desk(disk, { DATABASE_URL: database.url, LOG_LEVEL: 'debug' }, log);
  const health = () => fetch(`${d.url}/health/ready`);
  await send(d, 0, 3);
  assert.equal((await health()).status, 200);
  await fill(join(disk, 'filler'));
  const { taken, refusals } = await send(d, 3, 6, async (i) => {
    if (i === 3) {
      const said = await health();
      assert.equal(said.status, 503);
      assert.match(await said.text(), /Make room/);
      // More lines than the rest of the last page of its log has room for.
      for (let n = 0; n < 60; n++) assert.equal((await health()).status, 503);
      setTimeout(() => rm(join(disk, 'filler')), 1500);
    }
  });
  assert.ok(
    refusals.every((text) => /^4\d\d/.test(text)),
    refusals.join('\n'),
  );
  assert.ok(refusals.length > 0, 'nothing was asked to wait');
  assert.equal(taken.length, 3);
  assert.deepEqual(await stored(d), ['Mail 0', 'Mail 1', 'Mail 2', 'Mail 3', 'Mail 4', 'Mail 5']);
  assert.equal((await health()).status, 200, 'and says so');
  await until(
    async () => /\d lines of this log are missing/.test(await readFile(join(disk, 'hearten.log'), 'utf8')),
    10_000,
  );
  const client = new pg.Client(database.url);
  await client.connect();
  const open = await client.query(
    `select count(*)::int as n from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 seconds' and datname = current_database()`,
  );
  await client.end();
  assert.equal(open.rows[0].n, 0);
});
