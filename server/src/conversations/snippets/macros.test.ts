import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Bulk, ConversationRow, Step } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { readBulk, runBulk, startBulk, undoBulk } from '../bulk.ts';
import { tag } from '../change.ts';
import { deliver } from '../deliver.ts';
import { openConversation } from '../open.ts';
import { change, make } from './keep.ts';
import type { Row } from './rows.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());
const channel = keepingChannel(10);
const channels = () => channel;
const lead = () => w.people.lead;
const conversation = async (name = 'Claire Fontaine', address = 'claire@example.org'): Promise<string> =>
  (await w.receive({ from: { address, name } }))[0]?.conversationId as string;
const opened = async (id: string) => JSON.parse((await w.tx((t) => openConversation(t, lead(), id))).json);
const row = async (id: string): Promise<ConversationRow> => (await opened(id)).conversation;
const macro = (steps: Step[], more: object = {}): Promise<Row> =>
  w.tx((t) => make(t, lead(), 'macro', { name: 'Refund', for: 'everyone', steps, ...more }));
const run = (id: string, ids: string[], here = false): Promise<{ bulk: Bulk }> =>
  w.tx((t) => startBulk(t, channels, lead(), { action: { do: 'macro', macroId: id, here }, ids }));
const back = (id: string): Promise<{ bulk: Bulk }> => w.tx((t) => undoBulk(t, channels, lead(), id));

const everything: Step[] = [
  { do: 'tag', add: ['refund'], remove: ['new'] },
  { do: 'assign', assigneeId: 'me' },
  { do: 'priority', priority: 'urgent' },
  { do: 'note', text: 'Refunded by {{agent.name}} for {{customer.first_name}}; see @The representative' },
  { do: 'status', status: 'resolved' },
];

test('A macro tags, assigns, notes and resolves in one transaction, and is taken back as one', async () => {
  const id = await conversation();
  await w.tx((t) => tag(t, lead(), id, { add: ['new', 'lamp'] }));
  const { bulk } = await run((await macro(everything)).id, [id]);
  assert.deepEqual([bulk.state, bulk.done], ['done', 1]);
  const now = await row(id);
  assert.deepEqual(
    [now.tags, now.assigneeId, now.priority, now.status],
    [['lamp', 'refund'], lead().id, 'urgent', 'resolved'],
  );
  assert.ok(now.mentioned.includes(w.people.representative.id));
  const notes = (await opened(id)).items.filter((item: { type: string }) => item.type === 'note');
  assert.deepEqual(
    notes.map((n: { text: string }) => n.text),
    ['Refunded by The lead for Claire; see @The representative'],
  );
  const undone = (await back(bulk.id)).bulk;
  assert.deepEqual([undone.state, undone.undone, undone.kept], ['undone', 1, 0]);
  const then = await row(id);
  assert.deepEqual(
    [then.tags.sort(), then.assigneeId, then.priority, then.status],
    [['lamp', 'new'], null, 'normal', 'open'],
  );
  assert.deepEqual(then.mentioned, []);
  assert.equal((await opened(id)).items.filter((item: { type: string }) => item.type === 'note').length, 0);
});

test('Where one action is refused none of them happens: of one the reason is told, of many a number', async () => {
  const [full, free] = [await conversation(), await conversation()];
  await w.tx((t) => tag(t, lead(), full, { add: Array.from({ length: 50 }, (_, n) => `a${n}`) }));
  await w.tx((t) => tag(t, lead(), full, { add: Array.from({ length: 50 }, (_, n) => `b${n}`) }));
  const { id } = await macro([
    { do: 'priority', priority: 'high' },
    { do: 'tag', add: ['one more'] },
  ]);
  await assert.rejects(run(id, [full]), /at most 100 tags/);
  const { bulk } = await run(id, [full, free]);
  assert.deepEqual([bulk.done, bulk.skipped], [1, 1]);
  assert.deepEqual([(await row(full)).priority, (await row(free)).priority], ['normal', 'high']);
});

test('An answer of a macro waits as a draft below what was written, or leaves and can be taken back until it has', async () => {
  const id = await conversation();
  const drafted = await macro([{ do: 'status', status: 'waiting' }], { text: 'Dear {{customer.first_name}}' });
  const { bulk } = await run(drafted.id, [id]);
  assert.equal((await opened(id)).draft.text, 'Dear Claire');
  await back(bulk.id);
  assert.equal((await opened(id)).draft, null);
  const here = await run(drafted.id, [id], true);
  assert.equal((await opened(id)).draft, null, 'the screen puts it into the text itself');
  await back(here.bulk.id);

  const sending = await macro([{ do: 'status', status: 'resolved' }], {
    text: 'Dear {{customer.first_name}}',
    sends: true,
  });
  const sent = await run(sending.id, [id]);
  const messageId = (await opened(id)).items.find((i: { type: string }) => i.type === 'out').id;
  assert.deepEqual([(await row(id)).status, (await row(id)).assigneeId], ['resolved', lead().id]);
  await back(sent.bulk.id);
  assert.deepEqual([(await row(id)).status, (await row(id)).assigneeId], ['open', null]);
  assert.equal((await opened(id)).draft.text, 'Dear Claire', 'words taken back are a draft again');
  assert.ok(!(await opened(id)).items.some((i: { id: string }) => i.id === messageId));

  const gone = await run(sending.id, [id]);
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and conversation_id = ${id}`),
  );
  const leaving = (await opened(id)).items.find((i: { type: string }) => i.type === 'out').id;
  await deliver(w.hearten, channels, w.workspaceId, leaving);
  assert.equal(channel.sent.at(-1)?.text, 'Dear Claire');
  assert.equal((await back(gone.bulk.id)).bulk.kept, 1, 'what has left stays, and everything with it');
  assert.equal((await row(id)).status, 'resolved');
});

test('An answer that names what is not known is not sent, and nothing else happens either', async () => {
  const id = await conversation('', 'nameless@example.org');
  const { id: macroId } = await macro([{ do: 'status', status: 'resolved' }], {
    text: 'Dear {{customer.first_name}}',
    sends: true,
  });
  await assert.rejects(run(macroId, [id]), /\{\{customer.first_name\}\}/);
  assert.equal((await row(id)).status, 'open');
});

test('Many are done by a job with the macro as it was when it was started', async () => {
  const ids = (await w.receive(...Array.from({ length: 30 }, () => ({})))).map((m) => m.conversationId as string);
  const made = await macro([
    { do: 'tag', add: ['then'] },
    { do: 'snooze', for: '1d' },
  ]);
  const { bulk } = await run(made.id, ids);
  assert.equal(bulk.state, 'running');
  await w.tx((t) => change(t, lead(), 'macro', made.id, { steps: [{ do: 'tag', add: ['now'] }] }));
  await runBulk(w.hearten, channels, w.workspaceId, bulk.id);
  const done = (await w.tx((t) => readBulk(t, lead(), bulk.id))).bulk;
  assert.deepEqual([done.state, done.done], ['done', 30]);
  const one = await row(ids[7] as string);
  assert.deepEqual([one.tags, one.status], [['then'], 'snoozed']);
  await back(bulk.id);
  await runBulk(w.hearten, channels, w.workspaceId, bulk.id);
  assert.deepEqual([(await row(ids[7] as string)).tags, (await row(ids[7] as string)).status], [[], 'open']);
});

test('A macro of another workspace, or of a colleague alone, is not there', async () => {
  const other = await w.another();
  const own = await w.tx((t) => make(t, w.people.owner, 'macro', { name: 'Own', for: 'me', steps: [] }));
  const id = await conversation();
  await assert.rejects(run(own.id, [id]), /This macro is not here/);
  const shared = await macro([{ do: 'tag', add: ['x'] }]);
  const theirs = (await other.receive({}))[0]?.conversationId as string;
  const action = { do: 'macro', macroId: shared.id } as const;
  await assert.rejects(
    other.tx((t) => startBulk(t, channels, other.people.owner, { action, ids: [theirs] })),
    /This macro is not here/,
  );
});
