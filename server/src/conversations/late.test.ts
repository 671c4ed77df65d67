import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Item } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { quoted } from '../base/reasons.ts';
import { move, setStatus, snooze } from './change.ts';
import { Declined, type Incoming } from './channel.ts';
import { deliver } from './deliver.ts';
import { markSeen, saveDraft } from './draft.ts';
import { forward } from './forward.ts';
import { merge, unmerge } from './merge.ts';
import { openConversation } from './open.ts';
import { replan } from './plan.ts';
import { reply } from './reply.ts';
import { retry } from './retry.ts';
import { undo } from './undo.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const channel = keepingChannel(10);
const ada = { address: 'ada@late.example', name: 'Ada' };
const fresh = async (more: Partial<Incoming> = {}): Promise<string> =>
  (await w.receive({ from: ada, ...more }))[0]?.conversationId as string;
type Opened = { conversation: ConversationRow; items: Item[]; draft: { text: string } | null };
const open = async (id: string, who = w.people.lead): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, who, id))).json) as Opened;
const answer = async (id: string, more: { sawUpTo?: string; after?: 'resolved' } = {}): Promise<string> =>
  JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'An answer.', ...more }))).json)
    .message.id;
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString();

test('a mail that its server had before it was read here is unread, comes last, and stops an answer written without it', async () => {
  const id = await fresh({ externalId: '<late1@x.example>', receivedAt: ago(3_600_000) });
  const first = (await open(id)).items[0] as Item;
  await w.tx((t) => markSeen(t, w.people.lead, id, false));
  assert.equal((await open(id)).conversation.unread, false);
  const out = await answer(id);
  await w.receive({ from: ada, inReplyTo: '<late1@x.example>', text: 'Wait!', receivedAt: ago(60_000) });
  const now = await open(id);
  assert.deepEqual(
    [now.conversation.unread, now.conversation.status, now.conversation.snippet],
    [true, 'open', 'Wait!'],
  );
  assert.equal(now.items.map((i) => ('text' in i ? i.text : '')).at(-1), 'Wait!');
  await assert.rejects(answer(id, { sawUpTo: out }), /newer message arrived/);
  await assert.rejects(answer(id, { sawUpTo: crypto.randomUUID() }), /newer message arrived/);
  await assert.rejects(answer(id, { sawUpTo: first.id }), /newer message arrived/);
});

test('old mail that is imported changes neither the last words nor the status, and asks for nobody’s eyes', async () => {
  const id = await fresh({ externalId: '<late2@x.example>', text: 'Newest.' });
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  await w.receive({ from: ada, inReplyTo: '<late2@x.example>', text: 'Old.', historic: true, receivedAt: ago(9e9) });
  const { conversation } = await open(id);
  assert.deepEqual(
    [conversation.snippet, conversation.status, conversation.waitingSince],
    ['Newest.', 'resolved', null],
  );
  const old = await fresh({ historic: true, receivedAt: ago(9e9) });
  const row = (await open(old, w.people.viewer)).conversation;
  assert.deepEqual([row.status, row.unread], ['resolved', false]);
});

test('what begins something is open, whoever wrote it: a thank-you, a machine, a bounce of nothing of ours', async () => {
  for (const more of [
    { thanks: true, text: 'Thanks!' },
    { automatic: true, text: 'New order 1234 needs your attention.' },
    { kind: 'bounce', automatic: true, bounce: { messageExternalId: null, recipients: [], hard: true, reason: 'x' } },
  ] as Partial<Incoming>[])
    assert.equal((await open(await fresh(more))).conversation.status, 'open', JSON.stringify(more));
  const away = await fresh({ kind: 'auto_reply', automatic: true });
  assert.equal((await open(away)).conversation.status, 'resolved');
});

test('an answer to what was thrown away is not thrown away with it', async () => {
  const id = await fresh({ externalId: '<late3@x.example>' });
  await w.tx((t) => move(t, w.people.lead, id, 'trash'));
  const again = await fresh({ inReplyTo: '<late3@x.example>' });
  assert.notEqual(again, id);
  assert.equal((await open(again)).conversation.folder, 'inbox');
});

test('mail finds the conversation that its own was merged into, through two merges and in the middle of one', async () => {
  const [a, b, c] = [await fresh({ externalId: '<late4@x.example>' }), await fresh(), await fresh()];
  await w.tx((t) => merge(t, w.people.lead, a, b));
  await w.tx((t) => merge(t, w.people.lead, b, c));
  assert.equal(await fresh({ token: a }), c);
  assert.equal(await fresh({ inReplyTo: '<late4@x.example>' }), c);
  const [d, e] = [await fresh({ externalId: '<late5@x.example>' }), await fresh()];
  let coming: Promise<string> | undefined;
  await w.tx(async (t) => {
    await merge(t, w.people.lead, d, e);
    coming = fresh({ inReplyTo: '<late5@x.example>' });
    await new Promise((done) => setTimeout(done, 150)); // it waits for the lock by now
  });
  assert.equal(await coming, e);
});

test('a message that fails while its conversation is merged is told where it is now', async () => {
  const [a, b] = [await fresh(), await fresh()];
  const id = await answer(a);
  const failing = keepingChannel();
  failing.answer = async () => {
    await w.tx((t) => merge(t, w.people.lead, a, b));
    throw Declined(quoted('550 no'));
  };
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  await w.tx((t) => setStatus(t, w.people.lead, b, 'waiting'));
  await deliver(w.hearten, () => failing, w.workspaceId, id);
  assert.equal((await open(b)).conversation.status, 'open');
  const told = await w.tx((t) =>
    t.first<{ conversation_id: string }>(
      sql`select conversation_id from event where workspace_id = ${w.workspaceId} and message_id = ${id} and name = 'message.failed'`,
    ),
  );
  assert.equal(told?.conversation_id, b);
});

test('a draft goes along when its conversation is merged', async () => {
  const [a, b] = [await fresh(), await fresh()];
  await w.tx((t) => saveDraft(t, w.people.lead, a, { kind: 'reply', text: 'Half a thought' }));
  await w.tx((t) => merge(t, w.people.lead, a, b));
  assert.equal((await open(b)).draft?.text, 'Half a thought');
});

test('a sleep that ended while its conversation was merged ends when the merge is taken back', async () => {
  const [a, b] = [await fresh(), await fresh()];
  await w.tx((t) => snooze(t, w.people.lead, a, new Date(Date.now() + 60_000).toISOString()));
  await w.tx((t) => merge(t, w.people.lead, a, b));
  await w.tx((t) =>
    t.run(sql`update conversation set snoozed_until = now() where workspace_id = ${w.workspaceId} and id = ${a}`),
  );
  await w.tx((t) => unmerge(t, w.people.lead, a));
  const job = await w.jobAt(`wake:${a}`);
  assert.ok(job && Date.parse(job) <= Date.now());
});

test('taking an answer back hides no message that came meanwhile, and wakes what slept', async () => {
  const id = await fresh({ externalId: '<late6@x.example>' });
  await w.tx((t) => setStatus(t, w.people.lead, id, 'waiting'));
  const one = await answer(id);
  await w.receive({ from: ada, inReplyTo: '<late6@x.example>', text: 'And this.' });
  await w.tx((t) => undo(t, w.people.lead, one));
  assert.equal((await open(id)).conversation.status, 'open');
  await w.tx((t) => snooze(t, w.people.lead, id, new Date(Date.now() + 60_000).toISOString()));
  const two = await answer(id);
  await w.tx((t) => undo(t, w.people.lead, two));
  assert.equal((await open(id)).conversation.status, 'open');
});

test('who read an answer that was taken back, or looked while it was, has not read the mail that comes before its time', async () => {
  const { lead, manager, viewer } = w.people;
  const id = await fresh({ externalId: '<late9@x.example>', receivedAt: ago(3_600_000) });
  const one = await answer(id);
  await w.tx((t) => markSeen(t, manager, id, false));
  await w.tx((t) =>
    markSeen(
      {
        ...t,
        first: async (query) => {
          const row = await t.first(query);
          await w.tx((s) => undo(s, lead, one));
          return row as never;
        },
      },
      viewer,
      id,
      false,
    ),
  );
  for (const who of [manager, viewer]) assert.equal((await open(id, who)).conversation.unread, false, who.role);
  await w.receive({ from: ada, inReplyTo: '<late9@x.example>', text: 'Wait!', receivedAt: ago(60_000) });
  for (const who of [lead, manager, viewer]) assert.equal((await open(id, who)).conversation.unread, true, who.role);
});

test('what may have left already can not be taken back by sending it again first', async () => {
  const id = await fresh();
  const one = await answer(id);
  await w.tx((t) =>
    t.run(sql`update message set state = 'unknown', fence = 1 where workspace_id = ${w.workspaceId} and id = ${one}`),
  );
  await w.tx((t) => retry(t, () => keepingChannel(), w.people.lead, one));
  await assert.rejects(
    w.tx((t) => undo(t, w.people.lead, one)),
    /left already/,
  );
});

test('resolved with an answer, a conversation closes by itself like any other', async () => {
  const id = await fresh();
  await answer(id, { after: 'resolved' });
  assert.ok(Date.parse((await w.jobAt(`close:${id}`)) ?? '') > Date.now() + 13 * 86_400_000);
});

test('an answer taken back leaves who takes part as it was; who came by another way since stays', async () => {
  const [bo, cy, di] = ['bo', 'cy', 'di'].map((name) => ({ address: `${name}@late.example`, name }));
  assert.ok(bo && cy && di);
  const id = await fresh({ externalId: '<late8@x.example>', cc: [bo, cy] });
  const parts = async () =>
    (
      JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as {
        participants: { address: string }[];
      }
    ).participants.map((p) => p.address);
  const write = async (cc: { address: string; name: string }[], more: object = {}): Promise<string> =>
    JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'x', cc, ...more }))).json).message
      .id;
  const before = await parts();
  const one = await write([cy, di]);
  assert.deepEqual(await parts(), [cy.address, di.address]);
  await w.tx((t) => undo(t, w.people.lead, one));
  assert.deepEqual(await parts(), before);
  const two = await write([cy, di]);
  await w.receive({ from: ada, cc: [di], inReplyTo: '<late8@x.example>', text: 'Di should know.' });
  await w.tx((t) => undo(t, w.people.lead, two));
  assert.deepEqual((await parts()).sort(), [bo.address, cy.address, di.address]);
  // One that left early, at a word, is taken back like any other.
  const three = await write([cy], { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  await w.tx((t) => replan(t, () => channel, w.people.lead, three, {}));
  assert.deepEqual(await parts(), [cy.address]);
  await w.tx((t) => undo(t, w.people.lead, three));
  assert.deepEqual((await parts()).sort(), [bo.address, cy.address, di.address]);
});

test('a merge taken back gives back the drafts nobody went on with, and who was asked beside', async () => {
  const [a, b] = [await fresh(), await fresh()];
  const carol = { address: 'carol@late.example', name: 'Carol' };
  await w.tx((t) =>
    forward(t, w.hearten, () => channel, w.people.lead, a, { to: [carol], text: 'Do you know?', messages: [] }),
  );
  await w.tx((t) => saveDraft(t, w.people.lead, a, { kind: 'reply', text: 'Half a thought' }));
  await w.tx((t) => saveDraft(t, w.people.manager, a, { kind: 'reply', text: 'Begun' }));
  await w.tx((t) => merge(t, w.people.lead, a, b));
  await w.tx((t) => saveDraft(t, w.people.manager, b, { kind: 'reply', text: 'Begun, and gone on with' }));
  await w.tx((t) => unmerge(t, w.people.lead, a));
  assert.deepEqual(
    [(await open(a)).draft?.text, (await open(b)).draft, (await open(b, w.people.manager)).draft?.text],
    ['Half a thought', null, 'Begun, and gone on with'],
  );
  const rows = await w.tx((t) =>
    t.many<{ consulted: { address: string }[] }>(
      sql`select consulted from conversation where workspace_id = ${w.workspaceId} and id = any (${[a, b]}::uuid[]) order by id`,
    ),
  );
  assert.deepEqual(
    rows.map((row) => row.consulted.length),
    a < b ? [1, 0] : [0, 1],
  );
});

test('the customer put in copy is written to once, and does not take part twice', async () => {
  const id = await fresh();
  const carl = { address: 'carl@late.example', name: 'Carl' };
  const out = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'x', cc: [ada, carl] }))).json,
  );
  assert.deepEqual([out.message.to.length, out.message.cc], [1, [carl]]);
  const opened = JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json);
  assert.deepEqual(opened.participants, [carl]);
});
