import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bulk, ConversationRow, Filter } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { system } from '../base/events.ts';
import { readBulk, runBulk, startBulk, stopBulk, undoBulk } from './bulk.ts';
import { assign, edit, note, setStatus, snooze, tag } from './change.ts';
import { countMatching, countViews, list } from './list.ts';
import { showMood } from './mood.ts';
import { changeView, deleteView, restoreView, savedFor, saveView } from './saved-views.ts';

let w: Desk;
const channel = keepingChannel();
const channels = () => channel;
before(async () => {
  w = await desk();
});
after(() => w.end());

const make = async (n: number): Promise<string[]> =>
  (await w.receive(...Array.from({ length: n }, () => ({})))).map((m) => m.conversationId as string);
const rowsOf = async (q: Filter): Promise<ConversationRow[]> =>
  JSON.parse((await w.tx((t) => list(t, w.people.lead, { ...q, limit: 100 }))).json).items;
const finish = async (bulk: Bulk): Promise<Bulk> => {
  await runBulk(w.hearten, channels, w.workspaceId, bulk.id);
  return (await w.tx((t) => readBulk(t, w.people.lead, bulk.id))).bulk;
};
const events = async (ids: string[], name: string): Promise<number> =>
  (
    await w.tx((t) =>
      t.many(
        sql`select 1 from event where workspace_id = ${w.workspaceId} and name = ${name} and conversation_id = any (${ids}::uuid[])`,
      ),
    )
  ).length;

test('Few conversations are changed at once, each with its event, and undo makes each what it was', async () => {
  const ids = await make(3);
  await w.tx((t) => tag(t, w.people.lead, ids[0] as string, { add: ['vip'] }));
  const action = { do: 'tag', add: ['vip', 'lamp'] } as const;
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { ...action, add: [...action.add] }, ids }),
  );
  assert.deepEqual([bulk.state, bulk.total, bulk.done], ['done', 3, 3]);
  assert.equal((await rowsOf({ tag: 'lamp' })).length, 3);
  assert.equal(await events(ids, 'conversation.tagged'), 4);
  const undone = (await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id))).bulk;
  assert.deepEqual([undone.state, undone.undone, undone.kept], ['undone', 3, 0]);
  assert.equal((await rowsOf({ tag: 'lamp' })).length, 0);
  assert.deepEqual(
    (await rowsOf({ tag: 'vip' })).map((r) => r.id),
    [ids[0]],
  );
});

test('How a customer feels may be read meanwhile: what was done is taken back all the same', async () => {
  const ids = await make(2);
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { do: 'status', status: 'resolved' }, ids }),
  );
  await w.tx((t) => showMood(t, [{ conversationId: ids[0] as string, mood: 'upset' }], { actor: system }));
  const undone = (await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id))).bulk;
  assert.deepEqual([undone.undone, undone.kept], [2, 0]);
});

test('The priority of many is changed at once, and undo gives each back its own', async () => {
  const ids = await make(2);
  const one = ids[0] as string;
  await w.tx((t) => edit(t, w.people.lead, one, { priority: 'low' }));
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { do: 'priority', priority: 'urgent' }, ids }),
  );
  const priorities = async () =>
    (await rowsOf({}))
      .filter((r) => ids.includes(r.id))
      .map((r) => r.priority)
      .sort();
  assert.deepEqual(await priorities(), ['urgent', 'urgent']);
  await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id));
  assert.deepEqual(await priorities(), ['low', 'normal']);
});

test('All that match are done by a job; what was changed since is left alone by undo, and counted', async () => {
  const ids = await make(130);
  await w.tx((t) => tag(t, w.people.lead, ids[0] as string, { add: ['all-of-it'] }));
  for (const id of ids) await w.tx((t) => tag(t, w.people.lead, id, { add: ['wave'] }));
  const filter: Filter = { tag: 'wave' };
  assert.equal((await w.tx((t) => countMatching(t, w.people.lead, filter))).count, 130);
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { do: 'status', status: 'resolved' }, filter }),
  );
  assert.deepEqual([bulk.state, bulk.total, bulk.done], ['running', 130, 0]);
  assert.equal((await finish(bulk)).state, 'done');
  assert.equal((await w.tx((t) => countMatching(t, w.people.lead, { ...filter, status: 'resolved' }))).count, 130);
  // Once more is nothing more.
  await finish(bulk);
  assert.equal(await events(ids, 'conversation.status'), 130);
  await w.tx((t) => assign(t, w.people.manager, ids[5] as string, { assigneeId: w.people.manager.id }));
  await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id));
  const undone = await finish(bulk);
  assert.deepEqual([undone.state, undone.undone, undone.kept], ['undone', 129, 1]);
  assert.equal((await w.tx((t) => countMatching(t, w.people.lead, { ...filter, status: 'open' }))).count, 129);
});

test('A stopped one goes no further, and a snoozed conversation sleeps again after undo', async () => {
  const ids = await make(30);
  const until = new Date(Date.now() + 7_200_000).toISOString();
  await w.tx((t) => snooze(t, w.people.lead, ids[0] as string, until));
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { do: 'status', status: 'closed' }, ids: ids.slice(0, 2) }),
  );
  assert.equal(bulk.done, 2);
  await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id));
  const asleep = (await rowsOf({ view: 'snoozed' })).find((r) => r.id === ids[0]);
  assert.equal(Date.parse(asleep?.snoozedUntil ?? ''), Date.parse(until));
  const more = (
    await w.tx((t) => startBulk(t, channels, w.people.lead, { action: { do: 'folder', folder: 'trash' }, ids }))
  ).bulk;
  await w.tx((t) => stopBulk(t, w.people.lead, more.id));
  assert.deepEqual([(await finish(more)).state, (await finish(more)).done], ['stopped', 0]);
});

test('Who may not change conversations any more changes none in the background either', async () => {
  const ids = await make(40);
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.representative, { action: { do: 'status', status: 'closed' }, ids }),
  );
  const role = (name: string) =>
    w.tx((t) =>
      t.run(
        sql`update person set role = ${name} where workspace_id = ${w.workspaceId} and id = ${w.people.representative.id}`,
      ),
    );
  await role('viewer');
  await runBulk(w.hearten, channels, w.workspaceId, bulk.id);
  const after = (await w.tx((t) => readBulk(t, w.people.representative, bulk.id))).bulk;
  await role('representative');
  assert.deepEqual([after.state, after.done], ['stopped', 0]);
  await assert.rejects(
    w.tx((t) => readBulk(t, w.people.lead, bulk.id)),
    /not here/,
  );
});

test('Filters narrow a list: status, assignee, nobody, sender, unread, time and whom a note mentions', async () => {
  const [a, b] = (await make(2)) as [string, string];
  await w.tx((t) => assign(t, w.people.lead, a, { assigneeId: w.people.lead.id }));
  await w.tx((t) => setStatus(t, w.people.lead, b, 'waiting'));
  await w.tx((t) => note(t, w.people.manager, b, { text: 'Look at this, @The lead' }));
  const ids = async (q: Filter) => (await rowsOf(q)).map((r) => r.id);
  assert.ok((await ids({ assigneeId: 'me' })).includes(a));
  assert.ok(!(await ids({ assigneeId: 'none' })).includes(a));
  assert.ok((await ids({ status: 'waiting' })).includes(b));
  assert.deepEqual(await ids({ view: 'mentions' }), [b]);
  const from = (await rowsOf({ view: 'mentions' }))[0]?.customer.address.toUpperCase() ?? '';
  assert.deepEqual(await ids({ from, view: 'all' }), [b]);
  assert.deepEqual(await ids({ view: 'mentions', before: '2020-01-01T00:00:00Z' }), []);
  assert.deepEqual(await ids({ view: 'mentions', since: '1h', unread: '1' }), [b]);
});

test('A saved view is its owner’s, a team’s or everyone’s, is counted, and comes back after it was deleted', async () => {
  const [lead, rep] = [w.people.lead, w.people.representative];
  const looks = { name: 'Lamps', icon: 'star', filter: { view: 'mentions' } } as const;
  const own = (await w.tx((t) => saveView(t, rep, { ...looks, for: 'me' }))).view;
  const all = (await w.tx((t) => saveView(t, lead, { ...looks, for: 'everyone' }))).view;
  await assert.rejects(
    w.tx((t) => saveView(t, rep, { ...looks, for: 'everyone' })),
    /owners, managers and leads/,
  );
  const seenBy = async (who: typeof lead) => (await w.tx((t) => savedFor(t, who))).map((v) => v.id);
  assert.deepEqual([await seenBy(lead), await seenBy(rep)], [[all.id], [all.id, own.id]]);
  await assert.rejects(
    w.tx((t) => changeView(t, lead, own.id, { name: 'Mine now' })),
    /not here/,
  );
  assert.equal((await w.tx((t) => countViews(t, lead))).counts[all.id], 1);
  await w.tx((t) => deleteView(t, lead, all.id));
  assert.deepEqual(await seenBy(lead), []);
  await w.tx((t) => restoreView(t, lead, all.id));
  assert.deepEqual(await seenBy(lead), [all.id]);
});
