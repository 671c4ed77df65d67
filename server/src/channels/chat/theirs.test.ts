import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatLine } from '@hearten/contract';
import nodemailer, { type SendMailOptions } from 'nodemailer';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';
import { testConfig } from '../../../test/desk.ts';
import { freePort, type Sink, smtpSink } from '../../../test/mail.ts';
import { waited } from '../../../test/sending-desk.ts';
import { makeLog } from '../../base/log.ts';
import { runHearten } from '../../run.ts';

let house: ChatHouse;
let sink: Sink;
let intake: number;
before(async () => {
  sink = await smtpSink();
  intake = await freePort();
  house = await chatHouse({ config: { SMTP_LISTEN: `127.0.0.1:${intake}` }, smtpPort: sink.port, mailAfter: 1 });
});
after(async () => {
  await house?.end();
  await sink?.stop();
});

type Begun = { token: string; chat: string; id: string };
const begun = async (text: string, email = ''): Promise<Begun> => {
  const { token } = (await house.visit()).body;
  if (email) await house.as(token, 'POST', '/about', { email });
  const { chat } = (await house.say(token, text)).body;
  return { token, chat, id: (await house.conversationOf(chat)).id };
};
const answer = async (id: string, text: string): Promise<string> => {
  const made = await house.ask<{ message: { id: string } }>('POST', `/conversations/${id}/replies`, {
    ...{ text, sendAnyway: true },
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.message.id;
};
const linesOf = async ({ token, chat }: Begun): Promise<ChatLine[]> =>
  (await house.as<{ items: ChatLine[] }>(token, 'GET', `/chats/${chat}/lines`)).body.items;
const textsOf = async (one: Begun): Promise<string[]> => (await linesOf(one)).map((line) => line.text);
type Item = { id: string; type: string; text?: string };
const itemsOf = async (id: string): Promise<Item[]> =>
  (await house.ask<{ items: Item[] }>('GET', `/conversations/${id}`)).body.items;
const customerOf = async (id: string): Promise<string> =>
  (await house.ask<{ conversation: { customer: { id: string } } }>('GET', `/conversations/${id}`)).body.conversation
    .customer.id;
const send = async (mail: SendMailOptions): Promise<void> => {
  const out = nodemailer.createTransport({ host: '127.0.0.1', port: intake, secure: false, ignoreTLS: true });
  await out.sendMail({ to: 'support@northwind.example', ...mail });
  out.close();
};
/** Until what happened by now was looked at by everybody who reacts to it: a later answer has its line. */
const settled = async (one: Begun, text: string): Promise<void> => {
  await answer(one.id, text);
  await waited(async () => (await textsOf(one)).includes(text), 15_000);
};

test('Who was put in copy and answers all is read by the team, and is no word of the visitor: neither in their chat, its files nor what is mailed of it', async () => {
  const ines = await begun('Does it dim?', 'ines@customer.example');
  await answer(ines.id, 'It does.');
  await sink.until(1, 15_000);
  const { messageId } = sink.ledger[0] ?? {};
  const joined = await house.ask('POST', `/conversations/${ines.id}/participants`, {
    add: [{ address: 'boss@customer.example', name: 'Boss' }],
  });
  assert.equal(joined.status, 200, JSON.stringify(joined.body));
  const about = { subject: 'Re: Does it dim?', inReplyTo: messageId, references: messageId };
  await send({
    ...{ ...about, from: 'Boss <boss@customer.example>', text: 'She is fired. Tell nobody.' },
    attachments: [{ filename: 'salaries.txt', content: 'secret' }],
  });
  await waited(async () => (await itemsOf(ines.id)).some((item) => item.text?.includes('She is fired')), 15_000);
  await send({ ...about, from: 'Ines <ines@customer.example>', text: 'Then I take two.' });
  await waited(async () => (await textsOf(ines)).includes('Then I take two.'), 15_000);
  await settled(ines, 'Two it is.');
  const lines = await linesOf(ines);
  assert.deepEqual(
    lines.map((line) => [line.from, line.text]),
    [
      ['visitor', 'Does it dim?'],
      ['team', 'It does.'],
      ['visitor', 'Then I take two.'],
      ['team', 'Two it is.'],
    ],
  );
  const boss = (await itemsOf(ines.id)).find((item) => item.text?.includes('She is fired'));
  assert.equal((await house.as(ines.token, 'GET', `/files/${boss?.id}/1`)).status, 404);
  const before = sink.ledger.length;
  const mailed = await house.as(ines.token, 'POST', `/chats/${ines.chat}/mail`, {});
  assert.equal(mailed.status, 200, JSON.stringify(mailed.body));
  await waited(() => sink.ledger.slice(before).some((mail) => mail.raw.includes('You asked for this')), 15_000);
  assert.ok(!sink.ledger.slice(before).some((mail) => mail.raw.includes('fired')));
});

test('Conversations of two customers are not made one where a chat would go along; once the customers are one they are, and each types for themselves', async () => {
  const [anna, ben] = [await begun('I am Anna'), await begun('I am Ben')];
  const merge = (): Promise<{ status: number; body: { detail: string } }> =>
    house.ask('POST', `/conversations/${ben.id}/merge`, { into: anna.id });
  const refused = await merge();
  assert.equal(refused.status, 409);
  assert.match(
    refused.body.detail,
    /two customers.*no more answers\. Nothing was changed.*make the customers one first/,
  );
  const [into, from] = [await customerOf(anna.id), await customerOf(ben.id)];
  assert.equal((await house.ask('POST', `/customers/${from}/merge`, { into })).status, 200);
  assert.equal((await merge()).status, 200);
  await waited(async () => (await house.conversationOf(ben.chat)).id === anna.id, 15_000);
  assert.equal((await house.say(ben.token, 'A word of Ben', ben.chat)).status, 201);
  assert.equal((await house.say(anna.token, 'A word of Anna', anna.chat)).status, 201);
  await settled(anna, 'To you both');
  assert.deepEqual(await textsOf(anna), ['I am Anna', 'A word of Anna', 'To you both']);
  assert.deepEqual(await textsOf(ben), ['I am Ben', 'A word of Ben', 'To you both']);

  // They were two after all.
  assert.equal((await house.ask('POST', `/customers/${from}/unmerge`)).status, 200);
  const subject = async (): Promise<string | undefined> =>
    (await house.as<{ items: { subject: string }[] }>(ben.token, 'GET', '/chats')).body.items[0]?.subject;
  await waited(async () => (await subject()) === 'I am Ben', 15_000);
  const open = widget(house, ben.token, [ben.chat]);
  await open.until((one) => one.lines.length === 3);
  await settled(anna, 'For Anna alone');
  const next = await house.say(ben.token, 'Is anybody there?', ben.chat);
  assert.equal(next.status, 201);
  const own = { ...ben, id: (await house.conversationOf(ben.chat)).id };
  assert.notEqual(own.id, anna.id);
  await answer(own.id, 'We are.');
  await open.until((one) => one.lines.some((line) => line.text === 'We are.'));
  assert.deepEqual(
    open.lines.map((line) => line.text),
    ['I am Ben', 'A word of Ben', 'To you both', 'Is anybody there?', 'We are.'],
  );
  assert.ok(!(await textsOf(anna)).includes('Is anybody there?'));
  open.close();
});

test('A mail that goes on in the chat is there at once, in a widget that knew nothing of it', async () => {
  const vera = await begun('Hello', 'vera@customer.example');
  await settled(vera, 'Hello Vera');
  const customer = await customerOf(vera.id);
  await house.ask('POST', `/customers/${customer}/handles`, { kind: 'email', value: 'vera.work@customer.example' });
  const open = widget(house, vera.token, [vera.chat]);
  await open.until((one) => one.lines.length === 2);
  await send({ from: 'Vera <vera.work@customer.example>', subject: 'My invoice', text: 'Where is it?' });
  const found = async (): Promise<{ id: string; subject: string } | undefined> =>
    (await house.ask<{ items: { id: string; subject: string }[] }>('GET', '/conversations?view=all')).body.items.find(
      (one) => one.subject === 'My invoice',
    );
  await waited(async () => (await found()) !== undefined, 15_000);
  const { id } = (await found()) as { id: string };
  const { body } = await house.ask<{ beenIn: string[] }>('GET', `/conversations/${id}/visitor`);
  assert.deepEqual(body.beenIn, [house.chat.id]);
  const moved = await house.ask('POST', `/conversations/${id}/inbox`, { inboxId: house.chat.id });
  assert.equal(moved.status, 200, JSON.stringify(moved.body));
  await answer(id, 'Here it is.');
  const frame = await open.until((one) =>
    one.frames.find((told) => told.type === 'lines' && told.chat.id !== vera.chat && told.chat.unread > 0),
  );
  assert.equal(frame.type === 'lines' && frame.chat.snippet, 'Here it is.');
  open.close();
});

test('What a visitor begins at one process is there in their other tab, at another', async () => {
  const other = await runHearten(
    { ...testConfig({ RATE_LIMIT: '100000' }), DATA_DIR: String(house.env.DATA_DIR) },
    String(house.env.DATABASE_URL),
    makeLog('error'),
  );
  try {
    const { token } = (await house.visit()).body;
    const open = widget({ url: other.url, chat: house.chat }, token);
    await open.until((one) => one.frames.some((frame) => frame.type === 'ready'));
    const { chat } = (await house.say(token, 'Begun elsewhere')).body;
    await open.until((one) => one.frames.some((frame) => frame.type === 'lines' && frame.chat.id === chat), 5_000);
    open.close();
  } finally {
    await other.stop();
  }
});
