import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Opened } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { Json } from '../base/module.ts';
import { beginChild, followUp } from './begin.ts';
import { setStatus } from './change.ts';
import { link, unlink } from './link.ts';
import { merge, unmerge } from './merge.ts';
import { openConversation } from './open.ts';
import { setParent } from './parent.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const lead = () => w.people.lead;
const row = ({ json }: Json): ConversationRow => JSON.parse(json).conversation;
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, lead(), id))).json);
const some = async (n: number): Promise<string[]> =>
  (await w.receive(...Array.from({ length: n }, () => ({})))).map((one) => one.conversationId as string);
const parent = (id: string, parentId: string | null) => w.tx((t) => setParent(t, lead(), id, parentId));
const children = async (id: string) => (await opened(id)).children.map((c) => c.id);
const told = async (id: string, name: string) =>
  (
    await w.tx((t) =>
      t.many<{ data: { otherId: string; way?: string } }>(
        sql`select data from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = ${name} order by id`,
      ),
    )
  ).map((e) => e.data);

test('two conversations that have to do with each other show it in both, until a person says that they have not', async () => {
  const [a, b] = (await some(2)) as [string, string];
  await w.tx((t) => link(t, lead(), a, b));
  await w.tx((t) => link(t, lead(), b, a));
  const seen = async (id: string) => (await opened(id)).links.map((l) => [l.id, l.why, l.status]);
  assert.deepEqual([await seen(a), await seen(b)], [[[b, 'related', 'open']], [[a, 'related', 'open']]]);
  assert.deepEqual((await told(a, 'conversation.linked')).length, 1, 'said twice, told once');
  await w.tx((t) => unlink(t, lead(), b, a));
  assert.deepEqual([await seen(a), await seen(b)], [[], []]);
  await assert.rejects(
    w.tx((t) => link(t, lead(), a, a)),
    /cannot be linked with itself/,
  );
  const [foreign] = await (await w.another()).receive({});
  await assert.rejects(
    w.tx((t) => link(t, lead(), a, foreign?.conversationId as string)),
    /not here/,
  );
});

test('a parent shows its children and how each stands; a child shows its parent', async () => {
  const [incident, one, two] = (await some(3)) as [string, string, string];
  await parent(one, incident);
  await parent(two, incident);
  await w.tx((t) => setStatus(t, lead(), two, 'resolved'));
  const { children: list } = await opened(incident);
  assert.deepEqual(
    list.map((c) => [c.id, c.status, c.parent?.kind]),
    [
      [one, 'open', 'child'],
      [two, 'resolved', 'child'],
    ],
  );
  assert.equal((await opened(one)).parent?.id, incident);
  assert.deepEqual(await told(incident, 'conversation.attached'), [
    { otherId: one, way: 'child' },
    { otherId: two, way: 'child' },
  ]);
  assert.equal(row(await parent(one, null)).parent, null);
  assert.deepEqual(await children(incident), [two]);
});

test('nothing stands below itself: neither directly, nor through others, nor across workspaces', async () => {
  const [a, b, c] = (await some(3)) as [string, string, string];
  await assert.rejects(parent(a, a), /own child/);
  await parent(b, a);
  await assert.rejects(parent(a, b), /is a child itself/);
  await assert.rejects(parent(c, b), /is a child itself/);
  await assert.rejects(parent(a, c), /has children of its own/);
  const [foreign] = await (await w.another()).receive({});
  await assert.rejects(parent(c, foreign?.conversationId as string), /not here/);
  assert.deepEqual([await children(a), await children(b), await children(c)], [[b], [], []]);
});

test('two people who make each other’s conversation the child at the same moment: one of them is told why not', async () => {
  const [a, b] = (await some(2)) as [string, string];
  const done = await Promise.allSettled([parent(a, b), parent(b, a)]);
  assert.deepEqual(done.map((d) => d.status).sort(), ['fulfilled', 'rejected']);
  assert.equal((await children(a)).length + (await children(b)).length, 1);
});

test('a child is begun with a note and somebody to do it: same customer, open, and nothing is sent', async () => {
  const [id] = (await some(1)) as [string];
  const child = row(
    await w.tx((t) =>
      beginChild(t, lead(), id, {
        subject: 'Send a new bulb',
        note: 'Two, please',
        assigneeId: w.people.specialist.id,
      }),
    ),
  );
  const home = await opened(id);
  assert.deepEqual(
    [child.customer, child.subject, child.status, child.assigneeId, child.parent?.id, child.unread],
    [home.conversation.customer, 'Send a new bulb', 'open', w.people.specialist.id, id, false],
  );
  const { items } = await opened(child.id);
  assert.deepEqual(
    items.flatMap((i) => (i.type === 'event' ? [] : [[i.type, i.text]])),
    [['note', 'Two, please']],
  );
});

test('a follow-up is a new conversation with the same people that names the one it follows', async () => {
  const [one] = await w.receive({ cc: [{ address: 'colleague@example.org', name: 'Colleague' }] });
  const id = one?.conversationId as string;
  await w.tx((t) => setStatus(t, lead(), id, 'closed'));
  const next = row(await w.tx((t) => followUp(t, lead(), id, undefined)));
  const there = await opened(next.id);
  assert.deepEqual(
    [next.status, next.assigneeId, next.subject],
    ['open', lead().id, (await opened(id)).conversation.subject],
  );
  assert.deepEqual(
    there.participants.map((p) => p.address),
    ['colleague@example.org'],
  );
  assert.deepEqual(
    there.links.map((l) => [l.id, l.why]),
    [[id, 'follows']],
  );
  assert.deepEqual(
    (await opened(id)).links.map((l) => [l.id, l.why]),
    [[next.id, 'followed']],
  );
});

test('a merge takes the children along, and its undo brings them back, but for those placed elsewhere since', async () => {
  const [from, into, one, two, other] = (await some(5)) as [string, string, string, string, string];
  await parent(one, from);
  await parent(two, from);
  await w.tx((t) => merge(t, lead(), from, into));
  assert.deepEqual(await children(into), [one, two]);
  await parent(two, other);
  await w.tx((t) => unmerge(t, lead(), from));
  assert.deepEqual([await children(from), await children(into), await children(other)], [[one], [], [two]]);
});

test('a parent merged into its own child leaves the others below that child; the undo makes it the parent again', async () => {
  const [from, one, two] = (await some(3)) as [string, string, string];
  await parent(one, from);
  await parent(two, from);
  await w.tx((t) => merge(t, lead(), from, one));
  assert.deepEqual([(await opened(one)).parent, await children(one)], [null, [two]]);
  await w.tx((t) => unmerge(t, lead(), from));
  assert.deepEqual([await children(from), await children(one)], [[one, two], []]);
});
