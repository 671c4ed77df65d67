import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from '../../src/base/db.ts';
import { addForgotten, recoverLost } from '../../src/conversations/recover.ts';
import { retry } from '../../src/conversations/retry.ts';
import { type ChaosProxy, chaosProxy } from '../chaos-proxy.ts';
import { type Sink, smtpSink } from '../mail.ts';
import { type Out, type SendingDesk, sendingDesk, waited } from '../sending-desk.ts';
import { chaos, leak } from './sending.ts';

let w: SendingDesk;
let sink: Sink;
let proxy: ChaosProxy;
before(async () => {
  [w, sink] = await Promise.all([sendingDesk(), smtpSink()]);
  proxy = await chaosProxy(sink.port);
  await w.smtp(w.desk, proxy.port, { quoteHistory: true });
  await w.work();
});
after(async () => {
  await proxy?.stop();
  await sink?.stop();
  await w?.end();
});
beforeEach(() => {
  proxy.up = undefined;
  proxy.down = undefined;
  sink.atData = () => undefined;
  sink.atRcpt = () => undefined;
  sink.atMail = () => undefined;
});
const state = async (id: string): Promise<Out> => (await w.out(w.desk)).find((out) => out.id === id) as Out;
const becomes = (id: string, wanted: string, within = 30_000): Promise<number> =>
  waited(async () => (await state(id)).state === wanted, within);
const told = async (id: string, name: string): Promise<number> =>
  (
    await w.desk.hearten.db.read(
      w.desk.workspaceId,
      sql`select 1 from event where workspace_id = ${w.desk.workspaceId} and message_id = ${id} and name = ${name}`,
    )
  ).length;
const arrived = (subject: string): number =>
  sink.ledger.filter(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)).length;
/** As if its time had come long ago. */
const due = async (id: string): Promise<void> => {
  await w.desk.tx((tx) =>
    tx.run(
      sql`update message set send_at = now() - interval '4 minutes' where workspace_id = ${w.desk.workspaceId} and id = ${id}`,
    ),
  );
  await addForgotten(w.desk.hearten);
};

for (const [n, [name, broken]] of Object.entries({
  'the server closes the line': () => {
    sink.atData = () => 'close';
  },
  'the line breaks on the way back': () => {
    proxy.down = { kind: 'truncate', after: '<CR><LF>\r\n' };
  },
  'the line is reset behind it': () => {
    proxy.up = { kind: 'reset', after: '\r\n.\r\n' };
  },
}).entries())
  test(`B02: no answer after the last dot, because ${name}: unknown, shown, and never sent again by itself`, async () => {
    broken();
    const id = await w.write(w.desk, `Unanswered ${n}`);
    assert.ok((await becomes(id, 'unknown', 120_000)) <= 120_000);
    assert.ok(((await state(id)).state_reason ?? '').length > 20);
    assert.equal(await told(id, 'message.unknown'), 1);
    await due(id);
    await recoverLost(w.desk.hearten);
    await w.write(w.desk, `Behind ${n}`); // what would be sent again is sent before this
    sink.atData = () => undefined;
    proxy.up = undefined;
    proxy.down = undefined;
    await waited(() => arrived(`Behind ${n}`) > 0, 60_000).catch(() => undefined);
    assert.ok(arrived(`Unanswered ${n}`) <= 1);
    assert.equal((await state(id)).state, 'unknown');
    const before = (await state(id)).external_id;
    await w.desk.tx((tx) => retry(tx, () => w.channel, w.desk.people.lead, id));
    await becomes(id, 'sent');
    assert.equal((await state(id)).external_id, before, 'sent again by a person it is the same mail');
  });

for (const [name, refuse] of Object.entries({
  'at MAIL': () => {
    sink.atMail = () => 451;
  },
  'at RCPT, as greylisting does': () => {
    sink.atRcpt = () => 450;
  },
  'after the mail': () => {
    sink.atData = () => 452;
  },
}))
  test(`B03: "not now" ${name} is said with its words and a time, and goes out when the server takes it`, async () => {
    refuse();
    const id = await w.write(w.desk, `Later ${name}`);
    await becomes(id, 'deferred');
    const { state_reason } = await state(id);
    assert.match(state_reason ?? '', /The mail server said: 45[0-2]/);
    const [row] = await w.desk.hearten.db.read<{ wait: number }>(
      w.desk.workspaceId,
      sql`select extract(epoch from send_at - now())::float8 as wait from message where workspace_id = ${w.desk.workspaceId} and id = ${id}`,
    );
    assert.ok((row?.wait ?? 0) > 20 && (row?.wait ?? 0) <= 120, 'within two minutes at first');
    sink.atMail = () => undefined;
    sink.atRcpt = () => undefined;
    sink.atData = () => undefined;
    await due(id);
    await becomes(id, 'sent');
    assert.equal(arrived(`Later ${name}`), 1);
  });

for (const [name, refuse] of Object.entries({
  'at RCPT': () => {
    sink.atRcpt = () => 550;
  },
  'after the mail': () => {
    sink.atData = () => 554;
  },
}))
  test(`B03: "never" ${name} is seen within ten seconds, with the words of the server`, async () => {
    refuse();
    const id = await w.write(w.desk, `Never ${name}`);
    const took = await becomes(id, 'failed');
    assert.ok(took <= 10_000, `${took} ms`);
    assert.match((await state(id)).state_reason ?? '', /The mail server said: 55[04]/);
    assert.equal(await told(id, 'message.failed'), 1);
  });

test('B08: what a team says among itself never leaves with its answers', () => leak(w, sink, 25));

const seed = Number(process.env.SEED ?? 2);
test(`B01 B02: over lines that break anywhere each answer arrives once, or is said to be unknown (seed ${seed})`, async (t) => {
  t.diagnostic(JSON.stringify(await chaos(w, sink, 30, seed, 25)));
});
