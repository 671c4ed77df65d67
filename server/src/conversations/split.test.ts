import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { assign, note, setStatus } from './change.ts';
import { deliver } from './deliver.ts';
import { markSeen } from './draft.ts';
import { forward } from './forward.ts';
import { unlink } from './link.ts';
import { merge, unmerge } from './merge.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';
import { search } from './search.ts';
import { split, unsplit } from './split.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

let n = 0;
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json);
/** Everything of a conversation that a split and its undo must give back. */
const state = async (id: string) => {
  const { conversation: c, items, participants } = await opened(id);
  return {
    status: c.status,
    snippet: c.snippet,
    lastFrom: c.lastFrom,
    lastAt: c.lastAt,
    waitingSince: c.waitingSince,
    messageCount: c.messageCount,
    unread: c.unread,
    assigneeId: c.assigneeId,
    participants,
    messages: items.flatMap((i) => (i.type === 'event' ? [] : [i.id])),
  };
};
/** A question, our answer that left, a second and different question by a colleague of theirs, and a note. */
async function twoMatters() {
  const ada = { address: `ada${++n}@lovelace.example`, name: 'Ada' };
  const carl = { address: `carl${n}@lovelace.example`, name: 'Carl' };
  const first = `<split-first-${n}@x.example>`;
  const second = `<split-second-${n}@x.example>`;
  const [a] = await w.receive({ from: ada, cc: [carl], externalId: first, subject: 'The lamp hums' });
  const id = a?.conversationId as string;
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: w.people.lead.id }));
  const channel = keepingChannel();
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'Try a bulb.' }))).json,
  );
  await deliver(w.hearten, () => channel, w.workspaceId, answer.message.id);
  const [b] = await w.receive({
    from: carl,
    externalId: second,
    inReplyTo: channel.sent[0]?.externalId as string,
    subject: 'My invoice is wrong',
    text: `Quite another matter: zanzibar${n}.`,
    attachments: [
      { part: 0, filename: 'invoice.pdf', contentType: 'application/pdf', size: 9, inline: false, contentId: null },
    ],
  });
  await w.tx((t) => note(t, w.people.lead, id, { text: 'Ask billing.' }));
  await w.tx((t) => markSeen(t, w.people.lead, id, false));
  return {
    id,
    ada,
    carl,
    first,
    second,
    answered: channel.sent[0]?.externalId as string,
    a: a?.id as string,
    b: b?.id as string,
  };
}
const divide = async (
  messageId: string,
  only = false,
): Promise<{ conversation: ConversationRow; from: ConversationRow }> =>
  JSON.parse((await w.tx((t) => split(t, w.people.lead, messageId, only))).json);

test('from a message on becomes a conversation of its own: of its writer, with its files, notes, words and marks', async () => {
  const talk = await twoMatters();
  const { conversation, from } = await divide(talk.b);
  assert.deepEqual(
    [
      conversation.subject,
      conversation.customer.address,
      conversation.status,
      conversation.assigneeId,
      conversation.messageCount,
    ],
    ['My invoice is wrong', talk.carl.address, 'open', w.people.lead.id, 1],
  );
  assert.deepEqual(
    [from.messageCount, from.lastFrom, from.snippet, from.waitingSince],
    [2, 'team', 'Try a bulb.', null],
  );
  assert.ok(conversation.waitingSince);
  assert.equal(conversation.unread, false);
  const [there, here] = [await opened(conversation.id), await opened(talk.id)];
  assert.deepEqual(
    there.items.filter((i) => i.type !== 'event').map((i) => i.type),
    ['in', 'note'],
  );
  assert.equal(
    there.items.find((i) => i.id === talk.b && 'attachments' in i && i.attachments.length === 1)?.id,
    talk.b,
  );
  assert.deepEqual(
    there.links.map(({ id, number, why }) => [id, number, why]),
    [[talk.id, from.number, 'split_from']],
  );
  assert.deepEqual(
    here.links.map(({ id, number, why }) => [id, number, why]),
    [[conversation.id, conversation.number, 'split_into']],
  );
  for (const [o, way] of [
    [there, 'from'],
    [here, 'into'],
  ] as const)
    assert.equal(
      o.items.filter(
        (i) => i.type === 'event' && i.name === 'conversation.split' && i.data.way === way && i.data.otherNumber,
      ).length,
      1,
    );
  for (const words of [`zanzibar${n}`, 'invoice wrong']) {
    const found = JSON.parse((await w.tx((t) => search(t, w.people.lead, { q: words }))).json) as {
      items: { conversation: ConversationRow }[];
    };
    assert.ok(
      found.items.some((i) => i.conversation.id === conversation.id),
      words,
    );
  }
});

test('answers to what moved come to the new one, answers to what stayed to the old', async () => {
  const talk = await twoMatters();
  const { conversation } = await divide(talk.b);
  const [moved] = await w.receive({
    from: talk.carl,
    inReplyTo: talk.second,
    references: [talk.first, talk.second],
    token: talk.id,
  });
  assert.equal(moved?.conversationId, conversation.id);
  const [stayed] = await w.receive({ from: talk.ada, inReplyTo: talk.answered, token: talk.id });
  assert.equal(stayed?.conversationId, talk.id);
});

test('taking a split back restores it exactly, and the number leads there', async () => {
  const talk = await twoMatters();
  const was = await state(talk.id);
  const { conversation } = await divide(talk.b);
  await w.tx((t) => unsplit(t, w.people.lead, conversation.id));
  assert.deepEqual(await state(talk.id), was);
  assert.equal((await opened(conversation.id)).conversation.mergedInto, talk.id);
  assert.deepEqual((await opened(talk.id)).links, []);
  await assert.rejects(
    w.tx((t) => unsplit(t, w.people.lead, conversation.id)),
    /together with it again/,
  );
});

test('what came to the new one meanwhile comes along when the split is taken back', async () => {
  const talk = await twoMatters();
  const { conversation } = await divide(talk.b);
  const [more] = await w.receive({ from: talk.carl, inReplyTo: talk.second, text: 'And one more thing.' });
  await w.tx((t) => unsplit(t, w.people.lead, conversation.id));
  const now = await state(talk.id);
  assert.ok(now.messages.includes(more?.id as string));
  assert.equal(now.snippet, 'And one more thing.');
});

test('one message alone can leave; what makes no sense is refused in words', async () => {
  const talk = await twoMatters();
  const { conversation } = await divide(talk.a, true);
  assert.equal(conversation.messageCount, 1);
  assert.equal((await state(talk.id)).messages.length, 3);
  await assert.rejects(divide(talk.a), /Nothing would be left/);
  const other = await twoMatters();
  await assert.rejects(divide(other.a), /Nothing would be left/);
  const noted = (await state(other.id)).messages.at(-1) as string;
  await assert.rejects(divide(noted), /note alone/);
  const channel = keepingChannel(10);
  const answer = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, other.id, { text: 'Soon.' }))).json,
  );
  await assert.rejects(divide(answer.message.id), /not left yet/);
  await w.tx((t) => merge(t, w.people.lead, other.id, talk.id));
  await assert.rejects(
    w.tx((t) => unsplit(t, w.people.lead, other.id)),
    /was not split off/,
  );
});

test('taking a merge back gives both what they had, however much came since', async () => {
  const [one, two] = [await twoMatters(), await twoMatters()];
  await w.tx((t) => setStatus(t, w.people.lead, two.id, 'waiting'));
  const was = [await state(one.id), await state(two.id)];
  await w.tx((t) => merge(t, w.people.lead, one.id, two.id));
  assert.equal((await state(two.id)).status, 'open');
  await w.tx((t) => unmerge(t, w.people.lead, one.id));
  const now = [await state(one.id), await state(two.id)];
  assert.deepEqual(now, was);

  await w.tx((t) => merge(t, w.people.lead, one.id, two.id));
  const [more] = await w.receive({ from: one.ada, inReplyTo: one.first, text: 'Written to both.' });
  assert.equal(more?.conversationId, two.id);
  await w.tx((t) => unmerge(t, w.people.lead, one.id));
  assert.deepEqual((await state(one.id)).messages, was[0]?.messages);
  const kept = await state(two.id);
  assert.ok(kept.messages.includes(more?.id as string));
  assert.ok(
    kept.participants.some((p) => p.address === one.ada.address),
    'who wrote there stays',
  );
  assert.ok(!kept.participants.some((p) => p.address === one.carl.address), 'who only came along leaves');
});

test('a hint where it may belong ends with a merge or with a no', async () => {
  const talk = await twoMatters();
  const stranger = async () =>
    (await w.receive({ inReplyTo: talk.first, from: { address: `s${++n}@home.example`, name: '' } }))[0]
      ?.conversationId as string;
  const [yes, no] = [await stranger(), await stranger()];
  assert.deepEqual(
    (await opened(yes)).links.map((l) => [l.id, l.why]),
    [[talk.id, 'maybe']],
  );
  await w.tx((t) => unlink(t, w.people.lead, no, talk.id));
  assert.deepEqual((await opened(no)).links, []);
  await w.tx((t) => merge(t, w.people.lead, yes, talk.id));
  assert.deepEqual((await opened(talk.id)).links, []);
});

test('who was asked beside the customer becomes nobody’s customer by a split, and stays beside', async () => {
  const ada = { address: `ada${++n}@lovelace.example`, name: 'Ada' };
  const carol = { address: `carol${n}@workshop.example`, name: 'Carol' };
  const [a] = await w.receive({ from: ada, externalId: `<beside-${n}@x.example>` });
  const id = a?.conversationId as string;
  const channel = keepingChannel();
  const passed = JSON.parse(
    (
      await w.tx((t) =>
        forward(t, w.hearten, () => channel, w.people.lead, id, { to: [carol], text: 'Do you know?', messages: [] }),
      )
    ).json,
  );
  await deliver(w.hearten, () => channel, w.workspaceId, passed.message.id);
  const asked = channel.sent[0]?.externalId as string;
  const [theirs] = await w.receive({
    from: carol,
    cc: [{ address: 'boss@workshop.example', name: '' }],
    inReplyTo: asked,
    text: 'The driver.',
  });
  assert.equal(theirs?.conversationId, id);
  await assert.rejects(divide(theirs?.id as string), /Only what was said to or by a third person/);
  const [more] = await w.receive({ from: ada, inReplyTo: `<beside-${n}@x.example>`, text: 'And my invoice?' });
  const { conversation } = await divide(theirs?.id as string);
  assert.equal(conversation.customer.address, ada.address);
  const there = await opened(conversation.id);
  assert.deepEqual(
    [there.items.flatMap((i) => (i.type === 'in' ? [i.id] : [])), there.participants],
    [[theirs?.id, more?.id], []],
  );
  const row = await w.tx((t) =>
    t.first<{ consulted: { address: string }[] }>(
      sql`select consulted from conversation where workspace_id = ${w.workspaceId} and id = ${conversation.id}`,
    ),
  );
  assert.deepEqual(
    row?.consulted.map((p) => p.address),
    [carol.address],
  );
});
