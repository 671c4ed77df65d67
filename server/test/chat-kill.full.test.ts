import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { dice } from './chaos-proxy.ts';
import { type ChatHouse, chatHouse } from './chat.ts';
import { type Sink, smtpSink } from './mail.ts';
import { waited } from './sending-desk.ts';

const ROUNDS = 12;
let house: ChatHouse;
let sink: Sink;
let worker: ChildProcess;
before(async () => {
  sink = await smtpSink();
  sink.delay = 400; // so that many are killed in the middle of sending
  house = await chatHouse({ config: { ROLES: 'serve' }, smtpPort: sink.port, mailAfter: 1 });
});
after(async () => {
  worker?.kill('SIGKILL');
  await house?.end();
  await sink?.stop();
});
function work(): void {
  worker = spawn(process.execPath, ['server/src/main.ts'], {
    cwd: resolve(import.meta.dirname, '../..'),
    env: {
      PATH: process.env.PATH,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      ...house.env,
      ROLES: 'work',
      PORT: '0',
      LOG_LEVEL: 'error',
    },
    stdio: 'ignore',
  });
}

test('Whatever sends the unread answers of a chat is killed at any moment: none leaves twice, and none is lost without a word', {
  timeout: 600_000,
}, async (t) => {
  const random = dice(Number(process.env.SEED ?? 1));
  const given: { conversation: string; text: string }[] = [];
  work();
  for (let round = 0; round < ROUNDS; round++) {
    const { token } = (await house.visit()).body;
    const { chat } = (await house.say(token, `Question ${round}?`)).body;
    await house.as(token, 'POST', '/about', { email: `visitor${round}@customer.example` });
    const { id } = await house.conversationOf(chat);
    for (const part of ['first', 'second', 'third']) {
      const text = `Answer ${round}, the ${part} part.`;
      await house.ask('POST', `/conversations/${id}/replies`, { text });
      given.push({ conversation: id, text });
    }
    // In the middle of it: while the mail server has the mail and has not said so yet, or a little before or after.
    const before = sink.ledger.length;
    for (let n = 0; n < 400 && sink.ledger.length === before; n++) await sleep(50);
    await sleep(random() * 600);
    worker.kill('SIGKILL');
    work();
  }
  const states = async (): Promise<Map<string, string>> => {
    const out = new Map<string, string>();
    for (const id of new Set(given.map((one) => one.conversation))) {
      const { body } = await house.ask<{ items: { text?: string; state?: string }[] }>('GET', `/conversations/${id}`);
      for (const item of body.items) if (item.text && item.state) out.set(item.text, item.state);
    }
    return out;
  };
  await waited(async () => {
    const now = await states();
    return given.every(({ text }) => ['sent', 'unknown'].includes(now.get(text) ?? ''));
  }, 120_000);
  const ended = await states();
  // What was said before stands in a later mail as a quotation, which is no second mail of it.
  const mails = sink.ledger.map(({ raw }) =>
    raw
      .replace(/=\r?\n/g, '')
      .replace(/^>.*$/gm, '')
      .replace(/<blockquote[\s\S]*<\/blockquote>/g, ''),
  );
  const carrying = (text: string): number => mails.filter((mail) => mail.includes(text)).length;
  t.diagnostic(
    JSON.stringify({ mails: mails.length, unknown: [...ended.values()].filter((s) => s === 'unknown').length }),
  );
  assert.deepEqual(
    given.filter(({ text }) => carrying(text) > 1).map(({ text }) => mails.filter((mail) => mail.includes(text))),
    [],
    'twice',
  );
  assert.deepEqual(
    given.filter(({ text }) => ended.get(text) === 'sent' && carrying(text) === 0),
    [],
    'said to be sent, and never seen',
  );
  // Whoever reads their mailbox reads what was said in the order in which it was said.
  const places = [...Map.groupBy(given, (one) => one.conversation).values()].map((theirs) =>
    theirs.map(({ text }) => mails.findIndex((mail) => mail.includes(text))).filter((n) => n >= 0),
  );
  const disorder = places.filter((at) => at.some((n, i) => i > 0 && n < (at[i - 1] as number)));
  assert.deepEqual(
    disorder.map((at) => at.map((n) => `${n}: ${mails[n]}`)),
    [],
    'out of order',
  );
  assert.ok(mails.length >= ROUNDS / 2, 'there was something to break');
});
