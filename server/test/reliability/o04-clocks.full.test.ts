import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { type Fleet, type Member, makeFleet } from '../fleet.ts';
import { freePort, letter, type Sink, smtpSink } from '../mail.ts';
import { deliverTo, until } from '../real.ts';

// A library that tells one process another time than all others; the launcher installs it where it can.
const library = process.env.FAKETIME_LIBRARY ?? '';
const skip = library ? false : 'there is no libfaketime';
const UNDO = 3; // seconds

let sink: Sink;
let fleet: Fleet;
before(async () => {
  if (skip) return;
  sink = await smtpSink();
  fleet = await makeFleet({ smtp: sink, undoSeconds: UNDO });
});
after(async () => {
  await fleet?.end();
  await sink?.stop();
});

test('O04: hosts whose clocks are an hour ahead, an hour behind and a day ahead keep what was promised by one clock; each mail and answer is there once', {
  skip,
  timeout: 400_000,
}, async (t) => {
  const members: Member[] = [];
  for (const off of ['+1h', '-1h', '+1d']) {
    const wrong = { LD_PRELOAD: library, FAKETIME: off, FAKETIME_DONT_FAKE_MONOTONIC: '1' };
    const SMTP_LISTEN = `127.0.0.1:${await freePort()}`;
    members.push(await fleet.start('serve,work', { ...wrong, SMTP_LISTEN }));
  }
  for (const { log } of members) assert.match(log(), /clock of this host is not that of the database/);
  const read = <Row>(query: ReturnType<typeof sql>) => fleet.hearten.db.read<Row>(fleet.workspaceId, query);

  const began = Date.now();
  for (const [n, { smtp }] of members.entries())
    for (let i = 0; i < 4; i++) {
      const raw = letter({
        id: `clock-${n}-${i}@example.org`,
        subject: `Clock ${n}-${i}`,
        to: 'support@fleet.example',
      });
      await deliverTo(smtp as number, raw, `c${n}${i}@example.org`, 'support@fleet.example');
    }
  type In = { id: string; conversation_id: string; at: string };
  const mails = () =>
    read<In>(
      sql`select id, conversation_id, at from message where workspace_id = ${fleet.workspaceId} and type = 'in' order by at`,
    );
  await until(async () => (await mails()).length === 12, 20_000);
  for (const { at } of await mails())
    assert.ok(Date.parse(at) > began - 2_000 && Date.parse(at) < Date.now() + 2_000, `a mail of now stands at ${at}`);

  // Each answers at its own process, with three seconds to take it back.
  const answered = new Map<string, number>();
  for (const [i, { conversation_id }] of (await mails()).entries()) {
    const at = members[i % members.length] as Member;
    const said = await fleet.ask<{ message: { id: string } }>(
      'POST',
      `/conversations/${conversation_id}/replies`,
      { text: `Answer ${i}` },
      { at, key: `clock-answer-${i}` },
    );
    assert.equal(said.status, 201, said.text);
    answered.set(said.body.message.id, Date.now());
    if (i >= 3) continue;
    const back = await fleet.ask('POST', `/messages/${said.body.message.id}/undo`, {}, { at });
    assert.equal(back.status, 200, `taken back at once: ${back.text}`);
    answered.delete(said.body.message.id);
  }
  type Out = { id: string; state: string; sent_at: string };
  const sent = () =>
    read<Out>(
      sql`select id, state, sent_at from message where workspace_id = ${fleet.workspaceId} and type = 'out' and state = 'sent'`,
    );
  await until(
    async () => (await sent()).length === 9,
    25_000,
    () => members.map(({ log }) => log().slice(-800)).join('\n'),
  );
  const waited = (await sent()).map(({ id, sent_at }) => Date.parse(sent_at) - (answered.get(id) as number));
  t.diagnostic(`sent after ${Math.min(...waited)} to ${Math.max(...waited)} ms`);
  assert.ok(Math.min(...waited) >= UNDO * 1000 - 300, 'nothing leaves before the time to take it back is over');
  assert.equal(new Set(sink.ledger.map(({ messageId }) => messageId)).size, 9);
  assert.equal(sink.ledger.length, 9, 'nothing is sent twice');

  // Who is signed in stays so, and a snooze rings by the one clock.
  const [first] = await mails();
  const time = new Date(Date.now() + 4_000).toISOString();
  const path = `/conversations/${first?.conversation_id}`;
  for (const at of members) {
    const snoozed = await fleet.ask('POST', `${path}/snooze`, { until: time }, { at });
    assert.equal(snoozed.status, 200, snoozed.text);
  }
  const status = async () =>
    (await fleet.ask<{ conversation: { status: string } }>('GET', path, undefined, { at: members[0] as Member })).body
      .conversation.status;
  assert.equal(await status(), 'snoozed');
  await until(async () => (await status()) !== 'snoozed', 20_000);
  const rang = Date.now() - Date.parse(time);
  assert.ok(rang > -300, `it rang ${-rang} ms early`);
});
