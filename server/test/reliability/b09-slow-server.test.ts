import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { newId } from '../../src/base/ids.ts';
import { sender } from '../../src/channels/email/send.ts';
import { fateOf, type Outgoing } from '../../src/conversations/index.ts';
import { chaosProxy } from '../chaos-proxy.ts';
import { smtpSink } from '../mail.ts';
import { testRoom } from '../room.ts';
import { type SendingDesk, sendingDesk, waited } from '../sending-desk.ts';

let w: SendingDesk;
const ends: (() => Promise<unknown>)[] = [];
before(async () => {
  w = await sendingDesk();
});
after(async () => {
  for (const end of ends.reverse()) await end();
  await w.end();
});

test('B09: fifty answers to a mail server that reads a byte a second hold up neither another workspace nor another inbox', async (t) => {
  const [slow, good] = [await smtpSink(), await smtpSink()];
  const proxy = await chaosProxy(slow.port);
  proxy.up = { kind: 'trickle', bytes: 1, every: 1000 };
  ends.push(slow.stop, good.stop, proxy.stop);
  const others = await w.another();
  await w.smtp(w.desk, proxy.port);
  await w.smtp(others, good.port);
  const beside = await w.inbox(w.desk, good.port);
  for (let i = 0; i < 50; i++) await w.write(w.desk, `Slow ${i}`);
  await w.work();
  await waited(() => proxy.lines() >= 3, 20_000);

  const took: number[] = [];
  for (let i = 0; i < 10; i++) {
    const [ours, theirs] = [`Beside ${i}`, `Other ${i}`];
    const began = Date.now();
    await Promise.all([w.write(w.desk, ours, beside), w.write(others, theirs)]);
    await Promise.all(
      [ours, theirs].map((subject) =>
        waited(() => good.ledger.some(({ raw }) => raw.includes(`Subject: ${subject}\r\n`)), 20_000),
      ),
    );
    took.push(Date.now() - began);
  }
  took.sort((a, b) => a - b);
  t.diagnostic(`others took ${took.join(', ')} ms; ${proxy.lines()} lines stood at the slow server`);
  assert.ok((took[Math.ceil(took.length * 0.95) - 1] as number) <= 10_000);
  assert.ok(proxy.lines() <= 3, 'one inbox has three slots, and no more');
  // The other server has a mail a moment before its fate is written down.
  await waited(async () => (await w.out(others)).every(({ state }) => state === 'sent'), 10_000);
  assert.equal((await w.out(others)).length, 10);
});

test('B09: a program that is told to stop does not wait for a mail server that hangs', async () => {
  const [sink, room] = [await smtpSink(), await testRoom()];
  const proxy = await chaosProxy(sink.port);
  proxy.down = { kind: 'hang', after: '<CR><LF>\r\n' };
  ends.push(room.close, sink.stop, proxy.stop);
  const inbox = await room.inbox({ smtp: { host: '127.0.0.1', port: proxy.port, security: 'none', user: '' } });
  const sending = sender(room);
  const id = newId();
  const message: Outgoing = {
    id,
    conversationId: newId(),
    externalId: `${id}@example.com`,
    inReplyTo: null,
    references: [],
    only: ['ana@example.org'],
    forwarded: '',
    to: [{ address: 'ana@example.org', name: '' }],
    cc: [],
    bcc: [],
    subject: 'Hello',
    text: 'Hello',
    attachments: [],
    automatic: false,
    quoted: null,
    quote: null,
    authorName: '',
    authorSignature: '',
  };
  const began = Date.now();
  const sent = sending
    .send(message, inbox, async () => sending.stop())
    .then(
      () => 'sent',
      (error) => fateOf(error)?.fate,
    );
  assert.equal(await sent, 'unsure', 'the whole message was with the server');
  assert.ok(Date.now() - began < 20_000);
});
