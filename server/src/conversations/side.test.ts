import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Address, ConversationRow, Message, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { mergeCustomers, unmergeCustomers } from '../customers/merge.ts';
import { notify } from '../notifications/who.ts';
import { assign, move, note, setStatus, snooze } from './change.ts';
import { deleteForGood } from './delete-for-good.ts';
import { deliver } from './deliver.ts';
import { followCustomer } from './follow-customer.ts';
import { list } from './list.ts';
import { merge, unmerge } from './merge.ts';
import { openConversation } from './open.ts';
import { setParent } from './parent.ts';
import { reply } from './reply.ts';
import { search } from './search.ts';
import { answeredAside, writeAside } from './side.ts';
import { takePart } from './take-part.ts';
import { undo } from './undo.ts';

let w: Desk;
const channel = keepingChannel(10);
const channels = () => channel;
before(async () => {
  w = await desk();
});
after(() => w.end());

const lead = () => w.people.lead;
const courier: Address = { address: 'desk@courier.example', name: 'Courier' };
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, lead(), id))).json);
let n = 0;
async function customers() {
  const from = { address: `dana${++n}@example.org`, name: 'Dana' };
  const mail = w.mail({
    from,
    text: 'My parcel did not come. My address is Elm Street 3.',
    externalId: `<dana-${n}@x.example>`,
  });
  const [one] = await w.receive(mail);
  return { id: one?.conversationId as string, message: one?.id as string, from, externalId: mail.externalId as string };
}
type Given = { to?: Address[]; cc?: Address[]; text?: string; messages?: string[]; subject?: string };
const write = async (id: string, given: Given = {}): Promise<{ conversation: ConversationRow; message: Message }> =>
  JSON.parse(
    (
      await w.tx((t) =>
        writeAside(t, w.hearten, channels, lead(), id, {
          to: [courier],
          subject: 'Parcel 77',
          text: 'Where is it?',
          ...given,
        }),
      )
    ).json,
  );
/** It leaves; what the mail server was given. */
async function leave(messageId: string) {
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${messageId}`),
  );
  channel.sent.length = 0;
  await deliver(w.hearten, channels, w.workspaceId, messageId);
  const out = channel.sent[0];
  assert.ok(out);
  return out;
}
const events = (id: string, name: string) =>
  w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = ${name} order by id`,
    ),
  );
/** What the reaction does with what was received last. */
const react = async (id: string) => {
  const event = (await events(id, 'message.received')).at(-1) as EventRow;
  await w.tx((t) => answeredAside(t, event));
  return event;
};
const everythingSaidTo = (out: Awaited<ReturnType<typeof leave>>) => JSON.stringify(out);

test('a side conversation has its own subject, thread and people; nothing of the customer’s is in it unless it was chosen', async () => {
  const home = await customers();
  const { conversation: side, message } = await write(home.id);
  assert.deepEqual(
    [side.parent?.id, side.parent?.kind, side.customer.address, side.subject, side.status, side.assigneeId],
    [home.id, 'side', courier.address, 'Parcel 77', 'waiting', lead().id],
  );
  const out = await leave(message.id);
  assert.deepEqual(
    [out.to, out.cc, out.inReplyTo, out.references, out.quoted, out.forwarded],
    [[courier], [], null, [], null, ''],
  );
  assert.doesNotMatch(everythingSaidTo(out), /dana|Elm Street|parcel did not come/i);
  const there = await opened(home.id);
  assert.deepEqual([there.conversation.status, there.conversation.messageCount], ['open', 1]);
  assert.deepEqual(
    there.children.map((c) => c.id),
    [side.id],
  );
  assert.doesNotMatch(JSON.stringify(there.items), /Where is it\?/);
});

test('what was chosen stands below our words, with its headers; a note cannot be chosen, nor a message of another conversation', async () => {
  const home = await customers();
  const other = await customers();
  const { message } = await write(home.id, { messages: [home.message] });
  assert.match((await leave(message.id)).forwarded, /From: Dana <dana\d+@example\.org>[\s\S]*Elm Street 3\.$/);
  const { json } = await w.tx((t) => note(t, lead(), home.id, { text: 'a canary' }));
  for (const id of [JSON.parse(json).message.id as string, other.message])
    await assert.rejects(write(home.id, { messages: [id] }), /not here, or is a note/);
});

test('the answer comes into the side conversation, by its id or its address; the customer’s thread gets nothing of it', async () => {
  const home = await customers();
  const { conversation: side, message } = await write(home.id);
  const out = await leave(message.id);
  const [byId] = await w.receive({ from: courier, inReplyTo: out.externalId, text: 'On the van.' });
  const [byAddress] = await w.receive({ from: courier, token: side.id, text: 'It arrives today.' });
  assert.deepEqual([byId?.conversationId, byAddress?.conversationId], [side.id, side.id]);
  const { message: answer } = JSON.parse(
    (await w.tx((t) => reply(t, channels, lead(), home.id, { text: 'It comes today.' }))).json,
  );
  const said = await leave(answer.id);
  assert.deepEqual(
    [said.to.map((a) => a.address), said.cc, said.inReplyTo],
    [[home.from.address], [], home.externalId],
  );
  assert.doesNotMatch(everythingSaidTo(said), /courier|van|Parcel 77/i);
  const { message: back } = JSON.parse(
    (await w.tx((t) => reply(t, channels, lead(), side.id, { text: 'Thank you.' }))).json,
  );
  const thanked = await leave(back.id);
  assert.deepEqual([thanked.to.map((a) => a.address), thanked.cc], [[courier.address], []]);
  assert.doesNotMatch(everythingSaidTo(thanked), /dana|Elm Street/i);
});

test('a third person who answers all, with the customer in copy, lets them into nothing: our next answer goes to the third person alone', async () => {
  const home = await customers();
  const second = `dana-at-work-${n}@example.org`;
  await w.tx((t) =>
    t.run(
      sql`insert into handle (workspace_id, kind, value, customer_id) select ${w.workspaceId}, 'email', ${second}, customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${home.id}`,
    ),
  );
  await w.tx((t) => takePart(t, lead(), home.id, { add: [{ address: 'wife@example.org', name: '' }] }));
  const { conversation: side, message } = await write(home.id);
  const out = await leave(message.id);
  const colleague = { address: 'van@courier.example', name: 'Van' };
  const copies = [home.from, { address: second, name: '' }, { address: 'wife@example.org', name: '' }, colleague];
  await w.receive({ from: courier, inReplyTo: out.externalId, cc: copies, replyTo: home.from, text: 'To all.' });
  assert.deepEqual(
    (await opened(side.id)).participants.map((p) => p.address),
    [colleague.address],
  );
  const { message: back } = JSON.parse(
    (await w.tx((t) => reply(t, channels, lead(), side.id, { text: 'Thank you.' }))).json,
  );
  const next = await leave(back.id);
  assert.deepEqual(
    [next.to, next.cc].flat().map((a) => a.address),
    [courier.address, colleague.address],
  );
  for (const address of [home.from.address, second, home.from.address.toUpperCase()])
    for (const given of [
      { to: [{ address, name: '' }] },
      { cc: [{ address, name: '' }] },
      { bcc: [{ address, name: '' }] },
    ])
      await assert.rejects(
        w.tx((t) => reply(t, channels, lead(), side.id, { text: 'No.', ...given })),
        /customer’s own address/,
      );
  await w.tx((t) => takePart(t, lead(), side.id, { add: [home.from] }));
  assert.deepEqual(
    (await opened(side.id)).participants.map((p) => p.address),
    [colleague.address],
  );
});

test('two customers who became one are one at once: none of their addresses is let in while their conversations still move', async () => {
  const [home, other] = [await customers(), await customers()];
  const idOf = async (id: string) => (await opened(id)).customer.id;
  const [first, second] = [await idOf(home.id), await idOf(other.id)];
  // The conversation still stands with the former one: the job that moves it has not run.
  await w.tx((t) => mergeCustomers(t, lead(), first, second));
  const otherAddress = other.from;
  await assert.rejects(write(home.id, { to: [otherAddress] }), /customer’s own address/);
  const { conversation: side, message } = await write(home.id);
  const out = await leave(message.id);
  await w.receive({ from: courier, inReplyTo: out.externalId, cc: [home.from, otherAddress], text: 'To all.' });
  assert.deepEqual((await opened(side.id)).participants, []);
  // And the other way round: moved over, then taken back, and not moved back yet.
  await followCustomer(w.hearten, w.workspaceId, { from: first, into: second, back: false });
  await w.tx((t) => unmergeCustomers(t, lead(), first));
  await assert.rejects(write(home.id, { to: [home.from] }), /customer’s own address/);
});

test('the customer who answers such a copy is heard in their own conversation, not in the side one, also in the same batch', async () => {
  for (const together of [false, true]) {
    const home = await customers();
    const { conversation: side, message } = await write(home.id);
    const out = await leave(message.id);
    const toAll = {
      from: courier,
      inReplyTo: out.externalId,
      externalId: `<all-${n}@courier.example>`,
      cc: [home.from],
      text: 'To all.',
    };
    const answer = {
      from: home.from,
      inReplyTo: toAll.externalId,
      references: [out.externalId, toAll.externalId],
      token: side.id,
      text: 'I am at home.',
    };
    const got = together ? await w.receive(toAll, answer) : [...(await w.receive(toAll)), ...(await w.receive(answer))];
    assert.equal(got[0]?.conversationId, side.id);
    assert.notEqual(got[1]?.conversationId, side.id, 'never in the side conversation');
    if (!together) assert.equal(got[1]?.conversationId, home.id);
    assert.doesNotMatch(JSON.stringify((await opened(side.id)).items), /I am at home/);
  }
});

test('a stranger who knows the address or an id of a side conversation opens one of their own; the third person who names the customer’s does too', async () => {
  const home = await customers();
  const { conversation: side, message } = await write(home.id);
  const out = await leave(message.id);
  const [stranger] = await w.receive({ token: side.id, inReplyTo: out.externalId });
  const [third] = await w.receive({
    from: courier,
    token: home.id,
    inReplyTo: home.externalId,
    text: 'About that order.',
  });
  for (const one of [stranger, third]) assert.equal([side.id, home.id].includes(one?.conversationId as string), false);
});

test('an answer aside makes the conversation ours again: awake, unread and told to whoever has it; a machine’s wakes nobody', async () => {
  const home = await customers();
  await w.tx((t) => assign(t, lead(), home.id, { assigneeId: w.people.representative.id }));
  const { conversation: side } = await write(home.id);
  await w.tx((t) => snooze(t, lead(), home.id, new Date(Date.now() + 3_600_000).toISOString()));
  await w.receive({ from: courier, token: side.id, text: 'We are closed.', automatic: true, kind: 'auto_reply' });
  await react(side.id);
  assert.equal((await opened(home.id)).conversation.status, 'snoozed');
  await w.receive({ from: courier, token: side.id, text: 'On the van.' });
  const event = await react(side.id);
  const { conversation, children } = await opened(home.id);
  assert.deepEqual(
    [conversation.status, conversation.snippet, conversation.unread, children[0]?.unread, children[0]?.status],
    ['open', 'Courier: On the van.', true, true, 'open'],
  );
  assert.equal(await w.jobAt(`wake:${home.id}`), undefined);
  assert.deepEqual(
    (await events(home.id, 'conversation.answered_aside')).map((e) => e.data),
    [{ otherId: side.id, from: 'Courier' }],
  );
  await w.tx((t) => notify(t, [event], w.hearten.jobs));
  const told = await w.tx((t) =>
    t.many<{ person_id: string; conversation_id: string; title: string; sender: string }>(
      sql`select person_id, conversation_id, title, sender from notification where workspace_id = ${w.workspaceId} and event_id = ${event.id} order by person_id`,
    ),
  );
  assert.deepEqual(
    told.map((one) => one.person_id),
    [lead().id, w.people.representative.id].sort(),
  );
  for (const one of told)
    assert.deepEqual(
      [one.conversation_id, one.title, one.sender],
      [home.id, `#${conversation.number} ${conversation.subject}`, 'Courier'],
    );
});

test('side conversations stand in no list and in no count, and are found by search', async () => {
  const home = await customers();
  const { conversation: side } = await write(home.id, { text: 'The word zirconium.' });
  for (const view of ['all', 'waiting', 'mine', 'open'] as const) {
    const { items } = JSON.parse((await w.tx((t) => list(t, lead(), { view, limit: 100 }))).json);
    assert.equal(
      items.some((c: ConversationRow) => c.id === side.id),
      false,
      view,
    );
  }
  const found = JSON.parse((await w.tx((t) => search(t, lead(), { q: 'zirconium' }))).json);
  assert.deepEqual(
    found.items.map((i: { conversation: ConversationRow }) => i.conversation.id),
    [side.id],
  );
});

test('it is written to somebody, and not to the customer, under none of their addresses', async () => {
  const home = await customers();
  await assert.rejects(write(home.id, { to: [home.from] }), /customer’s own address/);
  await assert.rejects(
    write(home.id, { cc: [{ address: home.from.address.toUpperCase(), name: '' }] }),
    /customer’s own address/,
  );
  await assert.rejects(write(home.id, { to: [{ address: w.inboxAddress, name: '' }] }), /nobody to send this to/);
  const { conversation: side } = await write(home.id);
  await assert.rejects(write(side.id), /side conversation already/);
});

test('taken back before it leaves, there is no side conversation: nothing is sent and nothing stands there', async () => {
  const home = await customers();
  const { conversation: side, message } = await write(home.id);
  await w.tx((t) => undo(t, lead(), message.id));
  assert.deepEqual((await opened(home.id)).children, []);
  assert.equal((await opened(side.id)).conversation.folder, 'trash');
  channel.sent.length = 0;
  await deliver(w.hearten, channels, w.workspaceId, message.id);
  assert.deepEqual(channel.sent, []);
});

test('a side conversation stays apart: it is nobody’s child, merges into nothing that customers read, and goes along when its conversation is merged', async () => {
  const [home, other, stranger] = [await customers(), await customers(), await customers()];
  const { conversation: side } = await write(home.id);
  const refused: [() => Promise<unknown>, RegExp][] = [
    [() => w.tx((t) => setParent(t, lead(), side.id, other.id)), /stays beside/],
    [() => w.tx((t) => setParent(t, lead(), other.id, side.id)), /has no children/],
    [() => w.tx((t) => merge(t, lead(), side.id, other.id)), /stays apart/],
    [() => w.tx((t) => merge(t, lead(), home.id, side.id)), /must not see/],
  ];
  for (const [doing, words] of refused) await assert.rejects(doing(), words);
  await w.tx((t) => merge(t, lead(), home.id, other.id));
  assert.deepEqual(
    (await opened(other.id)).children.map((c) => c.id),
    [side.id],
  );
  await w.tx((t) => unmerge(t, lead(), home.id));
  assert.deepEqual([(await opened(home.id)).children.length, (await opened(other.id)).children.length], [1, 0]);
  // A mail of the third person's from an address nobody knew may belong there.
  await w.tx((t) => merge(t, lead(), stranger.id, side.id));
  assert.deepEqual(
    (await opened(side.id)).participants.map((p) => p.address),
    [stranger.from.address],
  );
});

test('it goes to the trash with its conversation, comes back with it, and is deleted for good with it; what is answered there opens anew', async () => {
  const home = await customers();
  const { conversation: side, message } = await write(home.id);
  const out = await leave(message.id);
  await w.tx((t) => move(t, lead(), home.id, 'trash'));
  assert.equal((await opened(side.id)).conversation.folder, 'trash');
  const [late] = await w.receive({ from: courier, inReplyTo: out.externalId, text: 'Too late?' });
  assert.notEqual(late?.conversationId, side.id);
  await w.tx((t) => move(t, lead(), home.id, 'inbox'));
  assert.equal((await opened(side.id)).conversation.folder, 'inbox');
  await w.tx((t) => setStatus(t, lead(), home.id, 'resolved'));
  await w.tx((t) => move(t, lead(), home.id, 'trash'));
  await w.tx((t) => deleteForGood(t, { kind: 'person', id: lead().id }, home.id));
  await assert.rejects(opened(side.id), /not here/);
});
