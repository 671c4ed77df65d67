import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
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
async function desk(dataDir: string, more: Record<string, string> = {}): Promise<Desk> {
  const out = await realHearten({ DATA_DIR: dataDir, ...more });
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
const stored = async (d: Desk): Promise<string[]> => (await conversationsOf(d)).map(({ subject }) => subject).sort();

test('Postgres killed in the middle of the mail: it comes back by itself, what was taken is there once, requests are told to wait', {
  timeout: 150_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-outage-'));
  ends.push(() => rm(folder, { recursive: true, force: true }));
  const d = await desk(folder);
  let waits = 0;
  const { taken } = await send(d, 0, 40, async (i) => {
    if (i !== 10 && i !== 25) return;
    const pid = Number(
      (
        await readFile(join(folder, 'postgres/data/postmaster.pid'), 'utf8').catch(() =>
          readFile(spawnSync('find', [folder, '-name', 'postmaster.pid']).stdout.toString().trim(), 'utf8'),
        )
      ).split('\n')[0],
    );
    process.kill(pid, 'SIGKILL');
    const answer = await d.ask('GET', '/conversations');
    if (answer.status === 503) {
      waits++;
      assert.ok(Number(answer.headers.get('retry-after')) > 0);
      assert.match(answer.text, /database is not answering/);
    }
  });
  assert.equal(taken.length, 40);
  await until(async () => (await fetch(`${d.url}/health/ready`)).status === 200, 20_000, d.log);
  assert.deepEqual(await stored(d), Array.from({ length: 40 }, (_, i) => `Mail ${i}`).sort());
  assert.ok(waits > 0, 'no request met the gap');
});

const canMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
test('a full disk: mail is asked to wait, nothing is lost, health says why, and it goes on when there is room', {
  skip: canMount ? false : 'needs root for a small disk',
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-full-'));
  const disk = join(folder, 'disk');
  await mkdir(disk);
  assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status, 0);
  const database = await testDatabase();
  ends.push(
    () => database.drop(),
    () => rm(folder, { recursive: true, force: true }),
    () => spawnSync('umount', ['-l', disk]),
  );
  const d = await desk(disk, { DATABASE_URL: database.url });
  await send(d, 0, 3);
  await writeFile(join(disk, 'filler'), Buffer.alloc(2_000_000)).catch((error) => assert.equal(error.code, 'ENOSPC'));
  const { taken, refusals } = await send(d, 3, 6, async (i) => {
    if (i === 3) {
      const health = await fetch(`${d.url}/health/ready`);
      assert.equal(health.status, 503);
      assert.match(await health.text(), /Make room/);
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
  const client = new pg.Client(database.url);
  await client.connect();
  const open = await client.query(
    `select count(*)::int as n from pg_stat_activity where state = 'idle in transaction' and state_change < now() - interval '5 seconds' and datname = current_database()`,
  );
  await client.end();
  assert.equal(open.rows[0].n, 0);
});
