import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { hash } from '../base/seal.ts';
import { move, setStatus } from './change.ts';
import type { Incoming } from './channel.ts';
import { deliver } from './deliver.ts';
import { merge } from './merge.ts';
import { reply } from './reply.ts';

let w: Desk;
let second: string;
before(async () => {
  w = await desk();
  second = newId();
  await w.tx((t) =>
    t.run(sql`insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${w.workspaceId}, ${second}, id, 'email', 'Billing', 'billing@northwind.example', '{}' from brand where workspace_id = ${w.workspaceId}`),
  );
});
after(() => w.end());

let n = 0;
const unique = (name: string) => `${name}-${++n}`;
/** Someone who writes, with the conversation that their first mail opened and our answer to it. */
async function talking(to: { after?: 'waiting' | 'resolved' } = {}) {
  const ada = { address: `${unique('ada')}@lovelace.example`, name: 'Ada' };
  const first = `<${unique('first')}@lovelace.example>`;
  const [opened] = await w.receive({ from: ada, externalId: first, subject: 'The lamp hums' });
  const id = opened?.conversationId as string;
  const channel = keepingChannel();
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'Have you tried another bulb?', ...to })))
      .json,
  );
  await deliver(w.hearten, () => channel, w.workspaceId, answer.message.id);
  return { ada, first, id, ours: channel.sent[0]?.externalId as string };
}
type Talk = Awaited<ReturnType<typeof talking>>;
const homeOf = async (mail: Partial<Incoming>): Promise<string> => (await w.receive(mail))[0]?.conversationId as string;
const links = (id: string) =>
  w.tx((t) =>
    t.many<{ other_id: string; why: string }>(
      sql`select other_id, why from conversation_link where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
    ),
  );
const count = async (id: string): Promise<number> =>
  (
    await w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from message where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
      ),
    )
  )?.n ?? 0;
const stranger = { address: 'mallory@evil.example', name: 'Mallory' };

/** What each mail says, and whether it belongs to the conversation that was there. */
const table: [what: string, mail: (t: Talk) => Partial<Incoming>, joins: boolean][] = [
  ['an answer with In-Reply-To', (t) => ({ from: t.ada, inReplyTo: t.ours }), true],
  ['an answer with References alone', (t) => ({ from: t.ada, references: [t.first, t.ours] }), true],
  ['an answer whose references are in the wrong order', (t) => ({ from: t.ada, references: [t.ours, t.first] }), true],
  ['an answer that only names the customer’s own first mail', (t) => ({ from: t.ada, references: [t.first] }), true],
  ['an answer without any reference, to the signed address', (t) => ({ from: t.ada, token: t.id }), true],
  [
    'an answer to an id that a relay gave our mail, to the signed address',
    (t) => ({ from: t.ada, inReplyTo: '<0100018f@relay.example>', token: t.id }),
    true,
  ],
  [
    'an answer that names far more messages than anyone keeps, ours among the last',
    (t) => ({
      from: t.ada,
      references: [...Array.from({ length: 60 }, (_, i) => `<old-${i}@x.example>`), t.ours],
    }),
    true,
  ],
  [
    'an answer from the same address in capitals',
    (t) => ({ from: { ...t.ada, address: t.ada.address.toUpperCase() }, inReplyTo: t.ours }),
    true,
  ],
  ['the same subject alone', (t) => ({ from: t.ada, subject: 'Re: The lamp hums' }), false],
  [
    'the number of the conversation in the subject alone',
    (t) => ({ from: t.ada, subject: 'About your ticket #1 [#1]' }),
    false,
  ],
  [
    'a stranger who names our message',
    (t) => ({ from: stranger, inReplyTo: t.ours, references: [t.first, t.ours] }),
    false,
  ],
  ['a stranger who knows the signed address', (t) => ({ from: stranger, token: t.id }), false],
  ['a forward with a new thread of its own', (t) => ({ from: t.ada, subject: 'Fwd: The lamp hums' }), false],
  ['a signed address that names nothing here', (t) => ({ from: t.ada, token: newId() }), false],
];
for (const [what, mail, joins] of table)
  test(`${what} ${joins ? 'joins the conversation' : 'opens one of its own'}`, async () => {
    const talk = await talking();
    const home = await homeOf(mail(talk));
    assert.equal(home === talk.id, joins);
    assert.equal(await count(talk.id), joins ? 3 : 2);
  });

test('a customer’s other address that we know is the customer: the answer joins', async () => {
  const talk = await talking();
  await w.tx((t) =>
    t.run(sql`insert into handle (workspace_id, kind, value, customer_id) select workspace_id, 'email', ${`private-${talk.ada.address}`}, customer_id from conversation
      where workspace_id = ${w.workspaceId} and id = ${talk.id}`),
  );
  assert.equal(
    await homeOf({ from: { address: `private-${talk.ada.address}`, name: 'A.' }, inReplyTo: talk.ours }),
    talk.id,
  );
});

test('an address we do not know opens its own conversation, which says where it may belong; spam says nothing', async () => {
  const talk = await talking();
  const own = await homeOf({ from: { address: 'ada@home.example', name: 'Ada' }, inReplyTo: talk.ours });
  assert.notEqual(own, talk.id);
  assert.deepEqual(await links(own), [{ other_id: talk.id, why: 'maybe' }]);
  const spam = await homeOf({
    from: stranger,
    inReplyTo: talk.ours,
    signs: [{ rule: 'host', points: 50, words: 'The mail server says so' }],
  });
  assert.deepEqual(await links(spam), []);
});

test('In-Reply-To decides between two conversations of one customer; a far reference does not beat the signed address', async () => {
  const [one, two] = [await talking(), await talking()];
  const both = { from: one.ada };
  await w.tx((t) =>
    t.run(
      sql`update conversation set participants = ${JSON.stringify([one.ada])}::jsonb where workspace_id = ${w.workspaceId} and id = ${two.id}`,
    ),
  );
  assert.equal(await homeOf({ ...both, inReplyTo: two.ours, references: [one.first, one.ours] }), two.id);
  assert.equal(await homeOf({ ...both, inReplyTo: one.ours, token: two.id }), one.id);
  assert.equal(
    await homeOf({
      ...both,
      inReplyTo: '<unknown@x.example>',
      references: [two.first, '<unknown@x.example>'],
      token: one.id,
    }),
    one.id,
  );
});

test('after an answer to an id we never knew, the next one with it joins without the signed address', async () => {
  const talk = await talking();
  await homeOf({ from: talk.ada, inReplyTo: '<relay-9@relay.example>', token: talk.id });
  assert.equal(await homeOf({ from: talk.ada, inReplyTo: '<relay-9@relay.example>' }), talk.id);
  assert.notEqual(await homeOf({ from: stranger, inReplyTo: '<relay-9@relay.example>' }), talk.id);
});

test('a mail that comes after its own answer finds it, in one batch and in two', async () => {
  const from = { address: `${unique('late')}@x.example`, name: '' };
  const [root, answer] = [`<${unique('root')}@x.example>`, `<${unique('answer')}@x.example>`];
  const [b, a] = await w.receive(
    { from, externalId: answer, inReplyTo: root },
    { from, externalId: root, subject: 'Begins' },
  );
  assert.equal(a?.conversationId, b?.conversationId);
  const [later, earlier] = [`<${unique('root')}@x.example>`, `<${unique('answer')}@x.example>`];
  const home = await homeOf({ from, externalId: earlier, references: [later] });
  assert.equal(await homeOf({ from, externalId: later }), home);
});

test('messages that name each other in a circle stay together and end', async () => {
  const from = { address: `${unique('circle')}@x.example`, name: '' };
  const [a, b] = [`<${unique('a')}@x.example>`, `<${unique('b')}@x.example>`];
  const homes = await w.receive({ from, externalId: a, inReplyTo: b }, { from, externalId: b, inReplyTo: a });
  assert.equal(homes[0]?.conversationId, homes[1]?.conversationId);
});

test('A03: one id on two different mails: both are kept, the second is marked and says where it may belong', async () => {
  const from = { address: `${unique('form')}@shop.example`, name: '' };
  const id = `<${unique('constant')}@shop.example>`;
  const [a] = await w.receive({ from, externalId: id, text: 'My lamp is broken.' });
  const [b] = await w.receive({ from, externalId: id, text: 'Where is my invoice?' });
  assert.notEqual(a?.conversationId, b?.conversationId);
  const marked = await w.tx((t) =>
    t.many<{ id: string; same_id: boolean }>(
      sql`select id, same_id from message where workspace_id = ${w.workspaceId} and external_id = ${id} order by at`,
    ),
  );
  assert.deepEqual(
    marked.map((m) => m.same_id),
    [false, true],
  );
  assert.deepEqual(await links(b?.conversationId as string), [{ other_id: a?.conversationId, why: 'maybe' }]);
});

test('A04: one new mail to two of our inboxes stands in both, linked, whether they come together or not', async () => {
  for (const together of [true, false]) {
    const mail = {
      from: { address: `${unique('both')}@x.example`, name: '' },
      externalId: `<${unique('both')}@x.example>`,
    };
    const text = unique('To both of you.');
    const dedupe = hash(text);
    const copies = [
      { ...mail, text, dedupe },
      { ...mail, text, dedupe, inboxId: second },
    ];
    const [a, b] = together
      ? await w.receive(...copies)
      : [...(await w.receive(copies[0] as Partial<Incoming>)), ...(await w.receive(copies[1] as Partial<Incoming>))];
    assert.deepEqual([a?.outcome, b?.outcome], ['created', 'created']);
    assert.deepEqual(await links(b?.conversationId as string), [{ other_id: a?.conversationId, why: 'same_mail' }]);
    // What the customer adds goes to where it came in.
    assert.equal(await homeOf({ from: mail.from, inReplyTo: mail.externalId }), a?.conversationId);
    assert.equal(await homeOf({ from: mail.from, inReplyTo: mail.externalId, inboxId: second }), b?.conversationId);
  }
});

test('one answer to two of our inboxes is one message in its conversation, whether they come together or not', async () => {
  for (const together of [true, false]) {
    const talk = await talking();
    const text = unique('An answer to both.');
    const mail = {
      from: talk.ada,
      inReplyTo: talk.ours,
      externalId: `<${unique('twice')}@x.example>`,
      text,
      dedupe: hash(text),
    };
    const copies = [mail, { ...mail, inboxId: second }];
    const got = together
      ? await w.receive(...copies)
      : [...(await w.receive(copies[0] as Partial<Incoming>)), ...(await w.receive(copies[1] as Partial<Incoming>))];
    assert.deepEqual(
      got.map((one) => one.outcome),
      ['appended', 'duplicate'],
    );
    assert.equal(got[1]?.of, got[0]?.id);
    assert.equal(await count(talk.id), 3);
  }
});

test('our own answer that comes back through an alias is known as ours; someone else with its id is not', async () => {
  const talk = await talking();
  const [back] = await w.receive({
    from: { address: w.inboxAddress, name: '' },
    externalId: talk.ours,
    inboxId: second,
    text: 'Have you tried another bulb?',
  });
  assert.equal(back?.outcome, 'duplicate');
  const [other] = await w.receive({ from: stranger, externalId: talk.ours, text: 'Have you tried another bulb?' });
  assert.equal(other?.outcome, 'created');
});

test('whoever the customer puts into To or CC takes part, and so does whom we write to beside the customer', async () => {
  const talk = await talking();
  const [carl, dora] = [
    { address: `${unique('carl')}@lovelace.example`, name: 'Carl' },
    { address: `${unique('dora')}@supplier.example`, name: 'Dora' },
  ];
  await w.receive({ from: talk.ada, inReplyTo: talk.ours, to: [{ address: w.inboxAddress, name: '' }, carl] });
  assert.equal(await homeOf({ from: carl, inReplyTo: talk.ours }), talk.id);
  const channel = keepingChannel();
  await w.tx((t) => reply(t, () => channel, w.people.lead, talk.id, { text: 'Dora knows.', to: [talk.ada, dora] }));
  assert.equal(await homeOf({ from: dora, token: talk.id }), talk.id);
});

test('a mailing list is a thread like any other: who writes on it without taking part opens a conversation', async () => {
  const root = `<${unique('list')}@lists.example>`;
  const from = { address: `${unique('poster')}@x.example`, name: '' };
  const list = {
    kind: 'list' as const,
    automatic: true,
    to: [{ address: `${unique('talk')}@lists.example`, name: '' }],
  };
  const home = await homeOf({ ...list, from, externalId: root });
  assert.equal(await homeOf({ ...list, from, references: [root] }), home);
  assert.notEqual(
    await homeOf({ ...list, from: { address: `${unique('other')}@y.example`, name: '' }, references: [root] }),
    home,
  );
});

test('an answer goes to the conversation that is left of two, through any number of merges', async () => {
  const [a, b, c] = [await talking(), await talking(), await talking()];
  await w.tx((t) => merge(t, w.people.lead, a.id, b.id));
  await w.tx((t) => merge(t, w.people.lead, b.id, c.id));
  for (const talk of [a, b, c]) assert.equal(await homeOf({ from: talk.ada, inReplyTo: talk.ours }), c.id);
  assert.equal(await homeOf({ from: a.ada, token: a.id }), c.id);
});

test('what is closed is followed up, told in both; what is in the trash stays there', async () => {
  const closed = await talking();
  await w.tx((t) => setStatus(t, w.people.lead, closed.id, 'closed'));
  const next = await homeOf({ from: closed.ada, inReplyTo: closed.ours });
  assert.notEqual(next, closed.id);
  const told = await w.tx((t) =>
    t.many<{ conversation_id: string; data: { otherId: string; why: string } }>(
      sql`select conversation_id, data from event where workspace_id = ${w.workspaceId} and name = 'conversation.linked' and conversation_id = any (${[closed.id, next]}::uuid[]) order by id`,
    ),
  );
  assert.deepEqual(
    told.map((e) => [e.conversation_id, e.data.otherId, e.data.why]),
    [
      [next, closed.id, 'follows'],
      [closed.id, next, 'followed'],
    ],
  );
  const trashed = await talking();
  await w.tx((t) => move(t, w.people.lead, trashed.id, 'trash'));
  assert.notEqual(await homeOf({ from: trashed.ada, inReplyTo: trashed.ours }), trashed.id);
});
