import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Message, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { move } from './change.ts';
import { deliver } from './deliver.ts';
import { list } from './list.ts';
import { openConversation } from './open.ts';
import { holdPlanned, replan } from './plan.ts';
import { addForgotten } from './recover.ts';
import { reply } from './reply.ts';
import { undo } from './undo.ts';

let w: Desk;
const channel = keepingChannel(10);
before(async () => {
  w = await desk();
});
after(() => w.end());

const hour = 3_600_000;
const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
type Home = { id: string; from: { address: string; name: string } };
async function fresh(): Promise<Home> {
  const mail = w.mail();
  const [one] = await w.receive(mail);
  return { id: one?.conversationId as string, from: mail.from };
}
const later = async (id: string, more: object = {}): Promise<string> =>
  (
    JSON.parse(
      (
        await w.tx((t) =>
          reply(t, () => channel, w.people.lead, id, { text: 'A later answer.', sendAt: at(hour), ...more }),
        )
      ).json,
    ) as { message: Message }
  ).message.id;
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as Opened;
const shown = async (id: string, messageId: string): Promise<{ row: ConversationRow; message: Message }> => {
  const { conversation, items } = await opened(id);
  return { row: conversation, message: items.find((i) => i.id === messageId) as Message };
};
const due = (messageId: string) =>
  w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${messageId}`),
  );
const run = (messageId: string) => deliver(w.hearten, () => channel, w.workspaceId, messageId);
/** What the reactions do with the newest event of a name. */
async function react(id: string): Promise<void> {
  const event = await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name = 'message.received' order by id desc limit 1`,
    ),
  );
  await w.tx((t) => holdPlanned(t, event as EventRow));
}
const answers = (home: Home, text = 'One more thing.') => w.receive({ token: home.id, from: home.from, text });

test('a scheduled answer stands in the thread with its time, changes nothing about who waits, and leaves at its time at the end of the thread', async () => {
  const home = await fresh();
  const id = await later(home.id, { after: 'resolved' });
  const before = await shown(home.id, id);
  assert.deepEqual(
    [before.message.state, before.row.status, before.row.lastFrom, before.row.assigneeId],
    ['scheduled', 'open', 'customer', w.people.lead.id],
  );
  assert.equal(Date.parse(before.row.scheduledAt ?? ''), Date.parse(before.message.sendAt ?? ''));
  const jobAt = await w.jobAt(`deliver:${id}`);
  assert.ok(Math.abs(Date.parse(String(jobAt)) - Date.now() - hour) < 5000);
  const page = await w.tx((t) => list(t, w.people.viewer, { view: 'scheduled' }));
  assert.match(page.json, new RegExp(home.id));
  await run(id);
  assert.equal(channel.sent.length, 0, 'not before its time');
  await due(id);
  await Promise.all(Array.from({ length: 6 }, () => run(id)));
  assert.deepEqual(
    channel.sent.map((m) => m.id),
    [id],
    'once, however many processes try',
  );
  const left = await shown(home.id, id);
  assert.deepEqual(
    [left.message.state, left.row.status, left.row.lastFrom, left.row.scheduledAt],
    ['sent', 'resolved', 'team', null],
  );
  assert.ok(left.message.at > before.message.at);
  channel.sent.length = 0;
});

test('the customer writes before its time: it is held, its writer hears of it, and nothing leaves until a person says so', async () => {
  const home = await fresh();
  const id = await later(home.id);
  const [mail] = await answers(home);
  await react(home.id);
  const held = await shown(home.id, id);
  assert.deepEqual(
    [held.message.state, held.message.plan?.heldBy, held.row.held, held.row.status],
    ['held', mail?.id, true, 'open'],
  );
  assert.equal(await w.jobAt(`deliver:${id}`), undefined);
  await due(id);
  await run(id);
  assert.equal(channel.sent.length, 0);
  const told = await w.tx((t) =>
    t.first<{ data: { authorId: string } }>(
      sql`select data from event where workspace_id = ${w.workspaceId} and message_id = ${id} and name = 'message.held'`,
    ),
  );
  assert.equal(told?.data.authorId, w.people.lead.id);
  await w.tx((t) => replan(t, () => channel, w.people.lead, id, {}));
  assert.equal((await shown(home.id, id)).message.state, 'queued', 'with its undo time');
  await due(id);
  await run(id);
  assert.equal(channel.sent.length, 1);
  channel.sent.length = 0;
});

test('a mail that nobody has reacted to yet stops it at its time all the same', async () => {
  const home = await fresh();
  const id = await later(home.id);
  await answers(home);
  await due(id);
  await run(id);
  assert.deepEqual([channel.sent.length, (await shown(home.id, id)).message.state], [0, 'held']);
});

test('a mail that was fetched before the answer was planned and is stored after it stops it too', async () => {
  const home = await fresh();
  const early = w.mail({ token: home.id, from: home.from, text: 'It waited in quarantine.' });
  const id = await later(home.id);
  assert.ok(early.id < id);
  await w.receive(early);
  await react(home.id);
  assert.equal((await shown(home.id, id)).message.plan?.heldBy, early.id);
  assert.ok(!('there' in ((await shown(home.id, id)).message.plan ?? {})));
  // Planned anew by one who has seen it, it leaves.
  await w.tx((t) => replan(t, () => channel, w.people.lead, id, { sendAt: at(hour) }));
  await due(id);
  await run(id);
  assert.equal(channel.sent.at(-1)?.id, id);
  channel.sent.length = 0;
});

test('who insisted is obeyed; a machine’s mail and a note stop nothing', async () => {
  const [one, two] = [await fresh(), await fresh()];
  const insisted = await later(one.id, { insist: true });
  await answers(one);
  await react(one.id);
  const quiet = await later(two.id);
  await w.receive({ token: two.id, from: two.from, automatic: true, kind: 'auto_reply' });
  for (const id of [insisted, quiet]) {
    await due(id);
    await run(id);
  }
  assert.deepEqual(
    channel.sent.map((m) => m.id),
    [insisted, quiet],
  );
  channel.sent.length = 0;
});

test('a colleague’s answer stops the one that was planned before it', async () => {
  const home = await fresh();
  const id = await later(home.id);
  await w.tx((t) => reply(t, () => channel, w.people.manager, home.id, { text: 'I answered already.' }));
  assert.equal((await shown(home.id, id)).message.state, 'held');
});

test('another time replaces the first; whoever changes it has seen what came', async () => {
  const home = await fresh();
  const id = await later(home.id);
  await answers(home);
  await react(home.id);
  await w.tx((t) => replan(t, () => channel, w.people.manager, id, { sendAt: at(2 * hour) }));
  const planned = await shown(home.id, id);
  assert.deepEqual([planned.message.state, planned.row.held], ['scheduled', false]);
  assert.ok(Date.parse(String(await w.jobAt(`deliver:${id}`))) - Date.now() > 1.9 * hour);
  await assert.rejects(
    w.tx((t) => replan(t, () => channel, w.people.manager, id, { sendAt: at(-1000) })),
    /has passed already/,
  );
  await assert.rejects(
    w.tx((t) =>
      reply(t, () => channel, w.people.lead, home.id, { text: 'x', sendAt: at(400 * 24 * hour), sendAnyway: true }),
    ),
    /more than a year/,
  );
});

test('back to draft: the words are a colleague’s to go on with, files too, and below them what that colleague was writing', async () => {
  const home = await fresh();
  const uploadId = '00000000-0000-7000-8000-00000000f11e';
  await w.tx(async (t) => {
    await w.hearten.files.keep(t, [{ hash: Buffer.from('h'), size: 1, pack: 'none.pack', start: 0 }]);
    await t.run(
      sql`insert into upload (workspace_id, id, person_id, hash, filename, content_type, size) values (${w.workspaceId}, ${uploadId}, ${w.people.lead.id}, 'h', 'a.txt', 'text/plain', 1)`,
    );
  });
  const id = await later(home.id, { attachments: [uploadId] });
  await w.tx((t) =>
    t.run(
      sql`insert into draft (workspace_id, conversation_id, person_id, kind, text) values (${w.workspaceId}, ${home.id}, ${w.people.manager.id}, 'reply', 'Mine.')`,
    ),
  );
  const out = JSON.parse((await w.tx((t) => undo(t, w.people.manager, id))).json) as {
    conversation: ConversationRow;
    draft: { text: string; attachments: { id: string; filename: string }[] };
  };
  assert.equal(out.draft.text, 'A later answer.\n\nMine.');
  assert.deepEqual(
    out.draft.attachments.map((a) => a.filename),
    ['a.txt'],
  );
  assert.notEqual(out.draft.attachments[0]?.id, uploadId);
  assert.deepEqual([out.conversation.scheduledAt, out.conversation.status], [null, 'open']);
});

test('nothing leaves from the trash, and a job that was lost is found', async () => {
  const home = await fresh();
  const id = await later(home.id);
  await w.tx((t) => move(t, w.people.lead, home.id, 'trash'));
  await due(id);
  await run(id);
  assert.deepEqual([channel.sent.length, (await shown(home.id, id)).message.plan?.heldBy], [0, id]);
  const other = await fresh();
  const lost = await later(other.id);
  await w.tx((t) =>
    t.run(
      sql`update message set send_at = now() - interval '4 minutes' where workspace_id = ${w.workspaceId} and id = ${lost}`,
    ),
  );
  await addForgotten(w.hearten);
  assert.ok(Date.parse(String(await w.jobAt(`deliver:${lost}`))) <= Date.now() + 1000);
  await run(lost);
  assert.equal(channel.sent.at(-1)?.id, lost);
});
