import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import nodemailer from 'nodemailer';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';
import { freePort, type Sink, smtpSink } from '../../../test/mail.ts';
import { waited } from '../../../test/sending-desk.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { deliverAt } from '../../conversations/plan.ts';
import { usualOf } from './now.ts';
import { shareMail } from './share-mail.ts';

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
const stateOf = async (conversationId: string, messageId: string) => {
  const { body } = await house.ask<{ items: { id: string; state: string }[] }>(
    'GET',
    `/conversations/${conversationId}`,
  );
  return body.items.find((item) => item.id === messageId)?.state;
};
const answer = async (conversationId: string, text: string) =>
  (await house.ask<{ message: { id: string } }>('POST', `/conversations/${conversationId}/replies`, { text })).body
    .message.id;
/** What is done before any of these answers may leave, however long it takes; then the time of all of them has come. */
async function beforeTheyLeave<T>(work: () => Promise<T>): Promise<T> {
  const wait = (mailAfter: number) => house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { mailAfter } });
  assert.equal((await wait(3_000)).status, 200);
  const done = await work();
  await wait(1);
  const { db } = house.running().hearten;
  const [home] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  await db.tx(home?.id as string, async (tx) => {
    const due = await tx.many<{ id: string; inbox: string }>(sql`
      update message set send_at = now() where workspace_id = ${tx.workspaceId} and state = 'queued' and send_at > now() + interval '1 minute' returning id, inbox_id as inbox`);
    for (const { id, inbox } of due) await deliverAt(tx, id, new Date(), inbox);
  });
  return done;
}

test('A visitor who left gets the answer by mail, once; their answer by mail is in the conversation, and in the widget when they are back', async () => {
  const { body } = await house.visit();
  const { chat } = (await house.say(body.token, 'When do you ship?')).body;
  assert.equal(
    (await house.as(body.token, 'POST', '/about', { email: 'claire@customer.example', name: 'Claire' })).status,
    200,
  );
  const { id } = await house.conversationOf(chat);
  const first = await answer(id, 'Tomorrow, if you order by four.');
  await sink.until(1, 15_000);
  const [mail] = sink.ledger;
  assert.deepEqual(mail?.to, ['claire@customer.example']);
  assert.match(mail?.raw ?? '', /Tomorrow, if you order by four\./);
  assert.match(mail?.raw ?? '', /When do you ship\?/, 'with what was said before');
  await waited(async () => (await stateOf(id, first)) === 'sent', 10_000);

  const out = nodemailer.createTransport({ host: '127.0.0.1', port: intake, secure: false, ignoreTLS: true });
  await out.sendMail({
    from: 'Claire <claire@customer.example>',
    to: 'support@northwind.example',
    subject: 'Re: When do you ship?',
    text: 'Then I order today.',
    inReplyTo: mail?.messageId,
    references: mail?.messageId,
  });
  out.close();
  const back = widget(house, body.token, [chat]);
  const line = await back.until((w) => w.lines.find((one) => one.text === 'Then I order today.'), 15_000);
  assert.equal(line.from, 'visitor');
  assert.deepEqual(
    back.lines.map((one) => one.text),
    ['When do you ship?', 'Tomorrow, if you order by four.', 'Then I order today.'],
  );
  const list = await house.ask<{ items: unknown[] }>('GET', '/conversations?view=all');
  assert.equal(list.body.items.length, 1, 'no second conversation');

  // Read in the widget, an answer goes nowhere else.
  const second = await beforeTheyLeave(async () => {
    const written = await answer(id, 'Good choice.');
    const shown = await back.until((w) => w.lines.find((one) => one.id === written));
    back.send({ type: 'read', chat, seq: shown.seq });
    const read = async () =>
      (await house.as<{ items: { readSeq: number }[] }>(body.token, 'GET', '/chats')).body.items[0]?.readSeq;
    await waited(async () => (await read()) === shown.seq, 15_000);
    return written;
  });
  await waited(async () => (await stateOf(id, second)) === 'sent', 15_000);
  assert.equal(sink.ledger.length, 1, 'nothing twice');
});

test('Answered by mail when the chat is long closed, it goes on in the widget, and what is written there begins nothing more', async () => {
  const { token, chat, id } = await begun('Do you take back lamps?', 'olga@customer.example');
  const before = sink.ledger.length;
  await answer(id, 'Within 30 days.');
  await sink.until(before + 1, 15_000);
  const mail = sink.ledger.at(-1);
  const { db } = house.running().hearten;
  const [home] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  await db.tx(home?.id as string, (tx) =>
    tx.run(sql`update conversation set status = 'closed' where workspace_id = ${tx.workspaceId} and id = ${id}`),
  );
  const out = nodemailer.createTransport({ host: '127.0.0.1', port: intake, secure: false, ignoreTLS: true });
  await out.sendMail({
    ...{ from: 'Olga <olga@customer.example>', to: 'support@northwind.example', subject: 'Re: lamps' },
    ...{ text: 'Then I send it back.', inReplyTo: mail?.messageId, references: mail?.messageId },
  });
  out.close();
  const back = widget(house, token, [chat]);
  await back.until((one) => one.lines.some((line) => line.text === 'Then I send it back.'), 15_000);
  back.close();
  const next = await house.conversationOf(chat);
  assert.notEqual(next.id, id);
  assert.equal((await house.say(token, 'It is on its way.', chat)).status, 201);
  assert.equal((await house.conversationOf(chat)).id, next.id);
});

test('News of a problem reaches a visitor who left as the preview showed it: from the mailbox of the chat, word for word', async () => {
  const { token } = (await house.visit()).body;
  const { chat } = (await house.say(token, 'The checkout is stuck.')).body;
  await house.as(token, 'POST', '/about', { email: 'noa@customer.example', name: 'Noa' });
  const { id } = await house.conversationOf(chat);
  const problem = (await house.ask<{ id: string }>('POST', '/problems', { name: 'Checkout is stuck' })).body;
  await house.ask('PUT', `/conversations/${id}/filing`, { kind: 'problem', problems: [{ id: problem.id }] });
  const begun = sink.ledger.length;
  const { body: mailing } = await house.ask<{ id: string; people: number }>(
    'POST',
    `/problems/${problem.id}/mailings`,
    {
      kind: 'waiting',
      text: 'We found it and are on it.',
    },
  );
  assert.equal(mailing.people, 1, JSON.stringify(mailing));
  const shown = await house.ask<{ items: { from: string; to: string; subject: string; words: string }[] }>(
    'GET',
    `/mailings/${mailing.id}/people`,
  );
  const [one] = shown.body.items;
  await house.ask('POST', `/mailings/${mailing.id}/send`);
  await sink.until(begun + 1, 20_000);
  const raw = (sink.ledger[begun]?.raw ?? '').replace(/=\r?\n/g, '');
  assert.deepEqual(one && [one.from, one.to], ['Support <support@northwind.example>', 'noa@customer.example']);
  assert.match(raw, /^From: .*<support@northwind\.example>/m);
  assert.match(raw, new RegExp(`^Subject: ${one?.subject}`, 'm'));
  const words = (one?.words ?? '').split('…')[0] ?? '';
  assert.match(words, /^We found it and are on it\.\n\nGo on in the chat: $/);
  assert.ok(raw.replaceAll('\r', '').includes(words), raw);
});

test('Nobody is written to whose address is not known: the answer waits in the chat', async () => {
  const { body } = await house.visit();
  const { chat } = (await house.say(body.token, 'Hello?')).body;
  const { id } = await house.conversationOf(chat);
  const before = sink.ledger.length;
  const message = await answer(id, 'Hello!');
  await waited(async () => (await stateOf(id, message)) === 'sent', 15_000);
  assert.equal(sink.ledger.length, before);
  const back = widget(house, body.token, [chat]);
  await back.until((w) => w.lines.some((one) => one.text === 'Hello!'));
});

/** The words of a mail, its lines whole again. */
const wordsOf = (raw: string): string =>
  raw
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
const begun = async (text: string, email = '', more: Record<string, string> = {}) => {
  const { body } = await house.visit(more);
  const { chat } = (await house.say(body.token, text)).body;
  if (email) await house.as(body.token, 'POST', '/about', { email });
  return { token: body.token, chat, id: (await house.conversationOf(chat)).id };
};

test('Answers that follow each other go in one mail; where that may have arrived none is sent again, and each says so', async () => {
  const { token, chat, id } = await begun('Is the Fjord in stock?', 'mona@customer.example');
  const before = sink.ledger.length;
  const answers = await beforeTheyLeave(async () => [
    await answer(id, 'Let me look.'),
    await answer(id, 'Yes: twelve.'),
    await answer(id, 'In oak too.'),
  ]);
  const last = answers[2] as string;
  await waited(async () => (await stateOf(id, last)) === 'sent', 20_000);
  for (const one of answers) await waited(async () => (await stateOf(id, one)) === 'sent', 20_000);
  assert.equal(sink.ledger.length, before + 1);
  assert.match(wordsOf(sink.ledger.at(-1)?.raw ?? ''), /Let me look\.\s+Yes: twelve\.\s+In oak too\./);

  // Read before its time, one of them goes nowhere; one that was taken back is in no mail.
  sink.atData = () => 'close';
  const doubtful = await beforeTheyLeave(async () => {
    const written = [await answer(id, 'Shall I keep one?'), await answer(id, 'Until Friday.')];
    const taken = await answer(id, 'Oh no.');
    assert.equal((await house.ask('POST', `/messages/${taken}/undo`)).status, 200);
    return written;
  });
  for (const one of doubtful) await waited(async () => (await stateOf(id, one)) === 'unknown', 30_000);
  sink.atData = () => undefined;
  await new Promise((done) => setTimeout(done, 1_500));
  assert.equal(sink.ledger.length, before + 2, 'the one that broke, and no other');
  assert.match(wordsOf(sink.ledger.at(-1)?.raw ?? ''), /Shall I keep one\?\s+Until Friday\./);
  assert.doesNotMatch(wordsOf(sink.ledger.at(-1)?.raw ?? ''), /Oh no/);
  const back = widget(house, token, [chat]);
  await back.until((w) => w.lines.some((line) => line.text === 'Until Friday.'));
});

test('What was said first is mailed first: an answer waits for the one before it, and for a mail that was put off, but not for ever', async () => {
  const { chat, id } = await begun('Which shade is it?', 'ines@customer.example');
  const first = await answer(id, 'The green one.');
  await waited(async () => (await stateOf(id, first)) === 'sent', 20_000);
  const begin = sink.ledger.length;
  const { db } = house.running().hearten;
  const [home] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const workspaceId = home?.id as string;
  const put = (message: string, state: string, more = sql`fence`) =>
    db.tx(workspaceId, (tx) =>
      tx.run(
        sql`update message set state = ${state}, send_at = now() + interval '1 hour', fence = ${more} where workspace_id = ${workspaceId} and id = ${message}`,
      ),
    );
  // As if the mail server had asked to come again later.
  await put(first, 'deferred');
  const second = await answer(id, 'Or the red one.');
  await new Promise((done) => setTimeout(done, 2_500));
  assert.equal(sink.ledger.length, begin, 'it waits');
  await put(first, 'sent');
  await waited(async () => (await stateOf(id, second)) === 'sent', 40_000);
  assert.equal(sink.ledger.length, begin + 1);

  // A process was killed: the time of both has come long ago, and the second is looked at first.
  const shared = (age: string, fence: number, state = 'queued'): Promise<string> =>
    db
      .tx(workspaceId, async (tx): Promise<string> => {
        await tx.run(
          sql`update message set state = ${state}, fence = ${fence}, send_at = now() - interval '1 second', at = now() - ${age}::interval where workspace_id = ${workspaceId} and id = any (${[first, second]}::uuid[])`,
        );
        await tx.run(
          sql`update chat_line set mailed_with = null where workspace_id = ${workspaceId} and chat_id = ${chat}`,
        );
        throw new Error((await shareMail(tx, chat, second, 1)).way);
      })
      .catch((told: Error) => told.message);
  assert.deepEqual(await Promise.all([shared('1 minute', 0), shared('1 minute', 1), shared('1 hour', 0)]), [
    'waits',
    'carries',
    'carries',
  ]);
  // The first was put off before anything was tried: its turn is yet to come, too.
  assert.deepEqual(await Promise.all([shared('1 minute', 0, 'deferred'), shared('1 minute', 1, 'deferred')]), [
    'waits',
    'carries',
  ]);
});

test('The link of a mail goes on with that one chat in any browser, once; its token is kept nowhere', async () => {
  const { token, chat, id } = await begun('Which bulb fits?', 'lena@customer.example');
  const other = (await house.say(token, 'Another matter')).body.chat;
  const before = sink.ledger.length;
  await answer(id, 'An E27.');
  await sink.until(before + 1, 20_000);
  const raw = wordsOf(sink.ledger.at(-1)?.raw ?? '');
  const [, app, secret = ''] = /\/chat\/([\w-]+)\/continue#([\w-]{43})/.exec(raw) ?? [];
  assert.equal(app, house.chat.id, raw);
  const { hearten } = house.running();
  const [home] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const kept = await hearten.db.read<{ text: string }>(
    home?.id as string,
    sql`select coalesce(string_agg(m.text, ' '), '') || coalesce((select string_agg(l.token_hash::text, ' ') from chat_link l), '') as text from message m where m.workspace_id = ${home?.id}`,
  );
  assert.doesNotMatch(kept[0]?.text ?? secret, new RegExp(secret));

  const press = (): ReturnType<typeof house.as<{ token: string }>> =>
    house.as<{ token: string }>('', 'POST', '/continue', { token: secret });
  const both = await Promise.all([press(), press()]);
  assert.deepEqual(both.map((one) => one.status).sort(), [200, 404], 'once');
  const there = both.find((one) => one.status === 200)?.body.token as string;
  const chats = async (of: string) =>
    (await house.as<{ items: { id: string }[] }>(of, 'GET', '/chats')).body.items.map((one) => one.id).sort();
  assert.deepEqual(await chats(there), [chat]);
  assert.deepEqual(await chats(token), [chat, other].sort());
  assert.equal((await house.as(there, 'GET', `/chats/${other}/lines`)).status, 404);
  assert.equal((await house.say(there, 'Let me in', other)).status, 404);
  assert.equal((await house.say(there, 'And a shade?')).body.chat, chat, 'what is new is said there');
  await house.as(there, 'POST', '/about', { email: 'mallory@elsewhere.example' });
  const seen = await house.visit({ token: there });
  assert.equal(seen.body.token, there);
  assert.deepEqual([seen.body.visitor.email, seen.body.chats.length], ['lena@customer.example', 1]);
  const line = widget(house, there, [other]);
  await line.until((w) => w.frames.some((frame) => frame.type === 'ready'));
  assert.ok(!JSON.stringify(line.frames).includes(other), 'nor over its line');

  // Signing out there ends that visit; the one in the other browser goes on.
  const first = widget(house, token, [chat]);
  await first.until((w) => w.frames.some((frame) => frame.type === 'ready'));
  await house.as(there, 'POST', '/end', {});
  await line.until((w) => w.frames.some((frame) => frame.type === 'ended'));
  first.send({ type: 'typing', chat, on: true });
  assert.deepEqual(await chats(token), [chat, other].sort());
  assert.ok(!first.frames.some((frame) => frame.type === 'ended'));
});

test('A visitor has their chat sent to them: to a claimed address the link alone until a person answers, then up to the answer; not again and again', async () => {
  const ask = (token: string, chat: string, email?: string) =>
    house.as<{ to: string; detail?: string }>(token, 'POST', `/chats/${chat}/mail`, email ? { email } : {});
  const one = await begun('BUY NOW at https://bad.example');
  const before = sink.ledger.length;
  assert.equal((await ask(one.token, one.chat)).status, 400, 'no address is known');
  assert.equal((await ask(one.token, one.chat, 'victim-a@elsewhere.example')).body.to, 'victim-a@elsewhere.example');
  assert.equal((await ask(one.token, one.chat)).status, 429, 'not twice');
  await sink.until(before + 1, 20_000);
  const first = wordsOf(sink.ledger.at(-1)?.raw ?? '');
  assert.match(first, /continue#/);
  assert.doesNotMatch(first, /BUY NOW|bad\.example/);
  assert.match(first, /auto-submitted/i);

  const two = await begun('Do you repair lamps? <b>Really</b>', '', { language: 'de' });
  await answer(two.id, 'We do.');
  await house.say(two.token, 'BUY NOW', two.chat);
  assert.equal((await ask(two.token, two.chat, 'otto@customer.example')).status, 200);
  assert.equal((await ask(two.token, two.chat, 'somebody@elsewhere.example')).status, 429);
  const mine = (): (typeof sink.ledger)[number] | undefined =>
    sink.ledger.find((mail) => mail.to[0] === 'otto@customer.example' && /Ihr_Gespr/.test(mail.raw));
  await waited(async () => mine() !== undefined, 20_000);
  const sent = wordsOf(mine()?.raw ?? '');
  assert.match(sent, /Do you repair lamps\? <b>Really<\/b>[\s\S]*We do\./);
  assert.match(sent, /&(lt|#60);b&(gt|#62);Really/, 'nothing of it is markup');
  assert.doesNotMatch(sent, /BUY NOW/);
  const lines = (await house.as<{ items: { text: string }[] }>(two.token, 'GET', `/chats/${two.chat}/lines`)).body
    .items;
  assert.deepEqual(
    lines.map((line) => line.text),
    ['Do you repair lamps? <b>Really</b>', 'We do.', 'BUY NOW'],
    'it is no line of the chat',
  );

  // What the team passes on to somebody else is none, either.
  const passed = await house.ask('POST', `/conversations/${two.id}/forwards`, {
    to: [{ address: 'workshop@supplier.example' }],
    text: 'Can you take this on?',
    messages: [],
  });
  assert.equal(passed.status, 201, JSON.stringify(passed.body));
  await waited(async () => sink.ledger.some((mail) => mail.to[0] === 'workshop@supplier.example'), 20_000);
  const after = (await house.as<{ items: unknown[] }>(two.token, 'GET', `/chats/${two.chat}/lines`)).body.items;
  assert.equal(after.length, 3);
});

test('C10: Addresses that visitors merely claim are written to by nobody until a person answers, and then one at a time', async () => {
  // What earlier chats still send is nobody's business here.
  const written = () => sink.ledger.flatMap((mail) => mail.to).filter((to) => to.startsWith('claimed'));
  const chats = await Promise.all(
    Array.from({ length: 20 }, async (_, n) => {
      const { body } = await house.visit();
      await house.as(body.token, 'POST', '/about', { email: `claimed${n}@elsewhere.example`, name: 'BUY NOW' });
      return (await house.say(body.token, 'Look at https://bad.example')).body.chat;
    }),
  );
  await new Promise((done) => setTimeout(done, 2_500)); // longer than an answer would wait
  assert.deepEqual(written(), [], 'no acknowledgement, no transcript');
  await answer((await house.conversationOf(chats[3] as string)).id, 'We do not know you.');
  await waited(async () => written().length > 0, 15_000);
  assert.deepEqual(written(), ['claimed3@elsewhere.example']);

  // How soon is said once twenty first answers were given, and not before.
  const usual = async () => {
    const { hearten } = house.running();
    const [home] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
    return hearten.db.tx(home?.id as string, (tx) => usualOf(tx, house.chat.id));
  };
  assert.equal(await usual(), null);
  for (const chat of chats) await answer((await house.conversationOf(chat)).id, 'Here we are.');
  const seconds = await usual();
  assert.ok(seconds !== null && seconds >= 2, String(seconds));
  // What was passed on to somebody else, or waits for its time, is no first answer; nor is any in what began by mail.
  const { hearten } = house.running();
  const [home] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = home?.id as string;
  for (const change of [
    sql`update message set aside = true where workspace_id = ${w} and type = 'out'`,
    sql`update message set plan = '{}' where workspace_id = ${w} and type = 'out'`,
    sql`update chat_line set client_id = null where workspace_id = ${w} and seq = 1`,
  ]) {
    let told: number | null = 0;
    const tried = hearten.db.tx(w, async (tx) => {
      await tx.run(change);
      told = await usualOf(tx, house.chat.id);
      throw new Error('as before');
    });
    await assert.rejects(tried, /as before/);
    assert.equal(told, null);
  }
});
