import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { setStatus } from './change.ts';
import { deliver } from './deliver.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type Row = {
  id: string;
  number: number;
  status: string;
  customer_name: string;
  subject: string;
  message_count: number;
  folder: string;
  participants: { address: string }[];
  follows: string | null;
};
const rowOf = async (id: string | null | undefined): Promise<Row> =>
  (await w.tx((t) =>
    t.first<Row>(sql`select * from conversation where workspace_id = ${w.workspaceId} and id = ${id}`),
  )) as Row;
const events = (id: string) =>
  w.tx((t) =>
    t.many<{ name: string; data: Record<string, unknown> }>(
      sql`select name, data from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} order by id`,
    ),
  );
const ada = { address: 'ada@lovelace.example', name: 'Ada Lovelace' };

test('a first mail opens a conversation with the next number, for a customer of a company', async () => {
  const [one] = await w.receive({ from: ada, subject: 'The lamp hums', text: 'It hums all night.' });
  assert.equal(one?.outcome, 'created');
  const row = await rowOf(one?.conversationId);
  assert.equal(row.status, 'open');
  assert.equal(row.customer_name, 'Ada Lovelace');
  const [two] = await w.receive({});
  assert.equal((await rowOf(two?.conversationId)).number, row.number + 1);
  const opened = JSON.parse((await w.tx((t) => openConversation(t, w.people.owner, row.id))).json);
  assert.equal(opened.customer.company.domain, 'lovelace.example');
  assert.equal(opened.items[0].text, 'It hums all night.');
});

test('A03: the same mail twice is one message, in one batch and in two', async () => {
  const twin = w.mail({ from: ada });
  const again = { ...twin, id: crypto.randomUUID() };
  const [first, second] = await w.receive(twin, again);
  assert.deepEqual([first?.outcome, second?.outcome], ['created', 'duplicate']);
  const [third] = await w.receive({ ...again, id: crypto.randomUUID() });
  assert.equal(third?.outcome, 'duplicate');
});

test('A03: the same Message-ID with another body is kept as well', async () => {
  const [a] = await w.receive({ from: ada, externalId: '<same@x.example>', text: 'one' });
  const [b] = await w.receive({ from: ada, externalId: '<same@x.example>', text: 'two' });
  assert.equal(a?.outcome, 'created');
  assert.notEqual(b?.outcome, 'duplicate');
});

test('an answer to our answer, and to the own first mail, come to the same conversation and reopen it', async () => {
  const channel = keepingChannel();
  const [first] = await w.receive({ from: ada, externalId: '<first@x.example>' });
  const id = first?.conversationId as string;
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.representative, id, { text: 'Have you tried another bulb?' })))
      .json,
  );
  assert.equal(answer.conversation.status, 'waiting');
  await deliver(w.hearten, () => channel, w.workspaceId, answer.message.id);
  assert.equal(channel.sent.length, 1);
  const sent = channel.sent[0];
  assert.equal(sent?.inReplyTo, '<first@x.example>');
  const [back] = await w.receive({ from: ada, inReplyTo: sent?.externalId as string, text: 'Yes I have.' });
  assert.deepEqual([back?.outcome, back?.conversationId], ['appended', id]);
  assert.equal((await rowOf(id)).status, 'open');
  const [own] = await w.receive({ from: ada, references: ['<first@x.example>'], text: 'One more thing.' });
  assert.equal(own?.conversationId, id);
  assert.equal((await rowOf(id)).message_count, 4);
});

test('a stranger who knows a Message-ID opens a conversation of their own', async () => {
  const [first] = await w.receive({ from: ada, externalId: '<secret@x.example>' });
  const [other] = await w.receive({
    from: { address: 'mallory@evil.example', name: 'Mallory' },
    inReplyTo: '<secret@x.example>',
    token: first?.conversationId as string,
  });
  assert.equal(other?.outcome, 'created');
  assert.notEqual(other?.conversationId, first?.conversationId);
});

test('someone in CC takes part and may answer; our own address never does', async () => {
  const carl = { address: 'carl@lovelace.example', name: 'Carl' };
  const [first] = await w.receive({
    from: ada,
    externalId: '<cc@x.example>',
    cc: [carl, { address: w.inboxAddress.toUpperCase(), name: '' }],
  });
  assert.deepEqual(
    (await rowOf(first?.conversationId)).participants.map((p) => p.address),
    ['carl@lovelace.example'],
  );
  const [second] = await w.receive({ from: carl, inReplyTo: '<cc@x.example>' });
  assert.equal(second?.conversationId, first?.conversationId);
});

test('the same subject alone joins nothing', async () => {
  const [a] = await w.receive({ from: ada, subject: 'Help' });
  const [b] = await w.receive({ from: ada, subject: 'Re: Help' });
  assert.notEqual(a?.conversationId, b?.conversationId);
});

test('a first mail and its follow-up in one batch belong together, in order', async () => {
  const [a, b] = await w.receive(
    { from: ada, externalId: '<batch1@x.example>' },
    { from: ada, externalId: '<batch2@x.example>', inReplyTo: '<batch1@x.example>' },
  );
  assert.deepEqual([a?.outcome, b?.outcome, b?.conversationId], ['created', 'appended', a?.conversationId]);
  assert.equal((await rowOf(a?.conversationId)).message_count, 2);
});

test('a thank-you and an automatic answer reopen nothing; a closed conversation is followed up', async () => {
  const [a] = await w.receive({ from: ada, externalId: '<t1@x.example>' });
  const id = a?.conversationId as string;
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  await w.receive({ from: ada, inReplyTo: '<t1@x.example>', thanks: true, text: 'Thanks!' });
  await w.receive({ from: ada, inReplyTo: '<t1@x.example>', kind: 'auto_reply', automatic: true, text: 'I am away.' });
  assert.equal((await rowOf(id)).status, 'resolved');
  await w.tx((t) => setStatus(t, w.people.lead, id, 'closed'));
  const [b] = await w.receive({ from: ada, inReplyTo: '<t1@x.example>', text: 'It is broken again.' });
  assert.equal(b?.outcome, 'created');
  assert.equal((await rowOf(b?.conversationId)).follows, id);
});

test('thanks are the answer where we asked something and wait; to what asked nothing, or was resolved, they wake nobody', async () => {
  const thanked = async (text: string, after: 'waiting' | 'resolved'): Promise<string> => {
    const [a] = await w.receive({ from: ada });
    const id = a?.conversationId as string;
    await w.tx((t) => reply(t, () => keepingChannel(), w.people.owner, id, { text, after }));
    await w.receive({ from: ada, token: id, thanks: true, text: 'Ok, thanks' });
    return (await rowOf(id)).status;
  };
  for (const text of [
    'Shall I send the white one?',
    'هل أرسل الأبيض؟',
    '白でよろしいですか？お待ちします。',
    'Να στείλω το λευκό;',
  ])
    assert.equal(await thanked(text, 'waiting'), 'open', text);
  for (const text of ['It is on its way.', 'See https://northwind.example/?order=1 for it; it is on its way.'])
    assert.equal(await thanked(text, 'waiting'), 'waiting', text);
  assert.equal(await thanked('It is solved. Anything else?', 'resolved'), 'resolved');
});

test('a hard bounce marks its message, opens the conversation and starts none', async () => {
  const channel = keepingChannel();
  const [a] = await w.receive({ from: ada });
  const id = a?.conversationId as string;
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.owner, id, { text: 'Here you are.' }))).json,
  );
  await deliver(w.hearten, () => channel, w.workspaceId, answer.message.id);
  const [b] = await w.receive({
    from: { address: 'mailer-daemon@mx.example', name: '' },
    kind: 'bounce',
    automatic: true,
    bounce: {
      messageExternalId: channel.sent[0]?.externalId ?? null,
      recipients: [ada.address],
      hard: true,
      reason: 'The mailbox does not exist.',
    },
  });
  assert.deepEqual([b?.outcome, b?.conversationId], ['bounce', id]);
  const opened = JSON.parse((await w.tx((t) => openConversation(t, w.people.owner, id))).json);
  const message = opened.items.find((i: { id: string }) => i.id === answer.message.id);
  assert.equal(message.state, 'bounced');
  assert.match(message.stateReason, /does not exist/);
  assert.equal(opened.conversation.status, 'open');
});

test('a mail is received whatever is cut from it for the list: an emoji at the cut is no harm', async () => {
  const [a] = await w.receive({
    from: ada,
    subject: `${'s'.repeat(499)}😀 more`,
    text: `${'t'.repeat(139)}😀${'u'.repeat(459)}😀${'v'.repeat(25_000)}`,
  });
  assert.equal(a?.outcome, 'created');
  const [b] = await w.receive(
    { from: ada, externalId: '<cut@x.example>' },
    { from: ada, inReplyTo: '<cut@x.example>', text: `${'t'.repeat(139)}😀` },
  );
  assert.equal(b?.outcome, 'created');
});

test('mail of a blocked sender goes to spam', async () => {
  await w.tx((t) =>
    t.run(
      sql`insert into blocked_sender (workspace_id, id, pattern) values (${w.workspaceId}, ${crypto.randomUUID()}, '@spam.example')`,
    ),
  );
  const [a] = await w.receive({ from: { address: 'win@spam.example', name: '' } });
  assert.equal((await rowOf(a?.conversationId)).folder, 'spam');
});

test('two workers that receive the same new mails at once store each once', async () => {
  const mails = Array.from({ length: 20 }, () => w.mail());
  const results = await Promise.allSettled(
    [1, 2, 3, 4].map(() => w.receive(...mails.map((m) => ({ ...m, id: crypto.randomUUID() })))),
  );
  assert.ok(results.some((r) => r.status === 'fulfilled'));
  await w.receive(...mails.map((m) => ({ ...m, id: crypto.randomUUID() })));
  const rows = await w.tx((t) =>
    t.many(
      sql`select external_id from message where workspace_id = ${w.workspaceId} and external_id = any (${mails.map((m) => m.externalId)}::text[])`,
    ),
  );
  assert.equal(rows.length, 20);
});

test('every received mail tells one event, and receiving a batch takes a fixed number of statements', async () => {
  const before = w.hearten.db.statements();
  const received = await w.receive(...Array.from({ length: 50 }, () => ({})));
  assert.ok(w.hearten.db.statements() - before <= 12, `took ${w.hearten.db.statements() - before} statements`);
  for (const one of received.slice(0, 3))
    assert.deepEqual(
      (await events(one.conversationId as string)).map((e) => e.name),
      ['message.received'],
    );
});
