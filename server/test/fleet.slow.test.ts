import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { sql } from '../src/base/db.ts';
import { type Fleet, type Member, makeFleet } from './fleet.ts';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from './mail.ts';
import { until } from './real.ts';
import { replaceEach } from './replace-each.ts';

const PROMISED = 30_000; // ms within which what a killed process had in hand is taken over
let server: Dovecot | null = null;
let sink: Sink;
let fleet: Fleet;
let serving: [Member, Member];
let working: Member;
before(async () => {
  server = hasDovecot ? await dovecot() : null;
  sink = await smtpSink();
  fleet = await makeFleet({ imap: server, smtp: sink, undoSeconds: 0 });
  const [one, two, work] = await Promise.all([fleet.start('serve'), fleet.start('serve'), fleet.start('work')]);
  serving = [one, two];
  working = work;
  await until(() => fleet.front.ready().length === 2, 20_000);
});
after(async () => {
  await fleet?.end();
  await Promise.all([sink?.stop(), server?.stop()]);
});

type Begun = { conversation: { id: string }; message: { id: string } };
const begin = async (subject: string, at?: Member): Promise<Begun> => {
  const asked = { inboxId: fleet.inboxId, to: 'claire@atelier.example', subject, text: `About ${subject}.` };
  const { status, body, text } = await fleet.ask<Begun>('POST', '/conversations', asked, at ? { at } : {});
  assert.equal(status, 201, text);
  return body;
};
const stateOf = async (messageId: string): Promise<string> => {
  const query = sql`select state from message where workspace_id = ${fleet.workspaceId} and id = ${messageId}`;
  return (await fleet.hearten.db.read<{ state: string }>(fleet.workspaceId, query))[0]?.state ?? 'gone';
};
const undoSeconds = (seconds: number): Promise<unknown> =>
  fleet.hearten.db.tx(fleet.workspaceId, (tx) =>
    tx.run(
      sql`update inbox set settings = settings || ${JSON.stringify({ undoSeconds: seconds })}::jsonb where workspace_id = ${fleet.workspaceId} and id = ${fleet.inboxId}`,
    ),
  );

test('what is written at one process is told by the other, taken back by the other, and sent by a third', async () => {
  const [here, there] = [await fleet.tab(serving[0]), await fleet.tab(serving[1])];
  const { conversation, message } = await begin('Across', serving[0]);
  for (const tab of [here, there])
    await until(
      () => tab.frames.some(({ frame }) => frame.type === 'change' && frame.conversation.id === conversation.id),
      10_000,
    );
  await sink.until(1);
  await until(async () => (await stateOf(message.id)) === 'sent', 10_000);

  await undoSeconds(20);
  const asked = { text: 'Too soon.' };
  const said = await fleet.ask<Begun>('POST', `/conversations/${conversation.id}/replies`, asked, { at: serving[0] });
  assert.equal(said.status, 201, said.text);
  const back = await fleet.ask('POST', `/messages/${said.body.message.id}/undo`, {}, { at: serving[1] });
  assert.equal(back.status, 200, back.text);
  await undoSeconds(0);

  here.say({ type: 'at', conversationId: conversation.id, doing: 'replying' });
  await until(
    () =>
      there.frames.some(
        ({ frame }) => frame.type === 'present' && frame.at[conversation.id]?.[0]?.doing === 'replying',
      ),
    10_000,
  );
});

test('what a killed process had in hand is taken over within 30 seconds: its mailbox, its jobs, and what it was sending is unknown', {
  timeout: 100_000,
}, async (t) => {
  // One is at the mail server when the process dies, one waits out its undo window.
  sink.atData = (delivery) => (/^subject: Hanging/im.test(delivery.raw) ? 'hang' : undefined);
  const hanging = await begin('Hanging');
  await until(() => sink.ledger.some(({ raw }) => /^subject: Hanging/im.test(raw)), 15_000);
  await undoSeconds(10);
  const waiting = await begin('Waiting');
  await undoSeconds(0);
  const dead = await heldBy();
  assert.ok(dead.size > 0, 'it has a job in hand');
  const next = await fleet.start('work');
  working.child.kill('SIGKILL');
  const killed = Date.now();
  const took = async (what: string, fits: () => Promise<boolean>): Promise<void> => {
    await until(fits, PROMISED - (Date.now() - killed), () => `${what}\n${next.log()}`);
    t.diagnostic(`${what}: ${((Date.now() - killed) / 1000).toFixed(1)} s after the kill`);
  };
  if (server) await server.append('fleet', [letter({ id: 'after-the-kill@example.org', subject: 'After the kill' })]);
  await Promise.all([
    took('the answer in its undo window was sent', async () => (await stateOf(waiting.message.id)) === 'sent'),
    took('the answer it was sending is unknown', async () => (await stateOf(hanging.message.id)) === 'unknown'),
    took('none of its jobs is held any more', async () => {
      const now = await heldBy();
      return ![...dead].some((name) => now.has(name));
    }),
    server &&
      took('its mailbox is read', async () => {
        const kept = sql`select 1 from message where workspace_id = ${fleet.workspaceId} and external_id = 'after-the-kill@example.org'`;
        return (await fleet.hearten.db.read(fleet.workspaceId, kept)).length === 1;
      }),
  ]);
  sink.atData = () => undefined;
  const seen = sink.ledger.filter(({ raw }) => /^subject: (Hanging|Waiting)/im.test(raw));
  assert.equal(seen.length, 2, 'neither was sent twice');
  working = next;
});

/** Who holds jobs: tables that are the jobs' own, asked as the owner of the database. */
async function heldBy(): Promise<Set<string>> {
  const client = await fleet.hearten.db.connect();
  try {
    const held = 'select distinct locked_by from graphile_worker._private_jobs where locked_by is not null';
    return new Set((await client.query<{ locked_by: string }>(held)).rows.map((row) => row.locked_by));
  } finally {
    await client.end();
  }
}

test('O08: every process is replaced, one after the other, and no request fails and no line breaks', {
  timeout: 150_000,
}, async (t) => {
  const got = await replaceEach(fleet, [serving[0], serving[1], working]);
  [serving, working] = [[got.now[0] as Member, got.now[1] as Member], got.now[2] as Member];
  t.diagnostic(got.said);
  assert.deepEqual(got.failed, []);
  assert.deepEqual(got.wrong, []);
});

test('processes that keep files in different folders are told so by health', async () => {
  type Health = { status: string; files?: string };
  const health = async (at: Member): Promise<Health> =>
    (await fetch(`http://127.0.0.1:${at.port}/health/ready`)).json() as Promise<Health>;
  assert.equal((await health(serving[0])).files, undefined);
  const folder = await mkdtemp(join(tmpdir(), 'hearten-apart-'));
  const apart = await fleet.start('serve', { DATA_DIR: folder, SECRET_KEY: fleet.env.SECRET_KEY as string });
  assert.match((await health(serving[0])).files ?? '', /different folders/);
  assert.equal((await health(apart)).status, 'ok', 'it is said, and nothing is stopped by it');
  apart.child.kill('SIGTERM');
  await apart.ended;
  await rm(folder, { recursive: true });
});
