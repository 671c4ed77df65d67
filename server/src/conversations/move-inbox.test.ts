import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { startBulk, undoBulk } from './bulk.ts';
import { deliver } from './deliver.ts';
import { moveInbox } from './move-inbox.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';

let w: Desk;
const channel = keepingChannel();
const channels = () => channel;
const returns = newId();
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json);
const make = async () => (await w.receive({}))[0]?.conversationId as string;
const answer = async (id: string): Promise<string> =>
  JSON.parse((await w.tx((t) => reply(t, channels, w.people.lead, id, { text: 'Here.', insist: true }))).json).message
    .id;
before(async () => {
  w = await desk();
  await w.tx((t) =>
    t.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
    select i.workspace_id, ${returns}, i.brand_id, i.channel, 'Returns', 'returns@example.org', i.settings from inbox i where i.workspace_id = ${w.workspaceId}`),
  );
});
after(() => w.end());

test('A conversation moved to another inbox is answered from there; what waits to be sent keeps the inbox it was written in', async () => {
  const id = await make();
  const early = await answer(id);
  await w.tx((t) => moveInbox(t, w.people.lead, id, returns));
  const late = await answer(id);
  const { conversation, items } = await opened(id);
  assert.equal(conversation.inboxId, returns);
  const told = items.filter((i) => 'name' in i && i.name === 'conversation.rehomed');
  assert.deepEqual(
    told.map((i) => 'data' in i && [i.data.name, (i.data.before as { name: string }).name]),
    [['Returns', 'Support']],
  );
  await w.tx((t) =>
    t.run(
      sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = any (${[early, late]}::uuid[])`,
    ),
  );
  const from: string[] = [];
  for (const one of [early, late]) {
    channel.sent.length = 0;
    await deliver(w.hearten, channels, w.workspaceId, one);
    const [row] = await w.tx((t) =>
      t.many<{ inbox: string }>(
        sql`select inbox_id as inbox from message where workspace_id = ${w.workspaceId} and id = ${one} and state = 'sent'`,
      ),
    );
    from.push(row?.inbox ?? 'not sent');
  }
  assert.deepEqual(from, [w.inboxId, returns]);
  // The customer answers to the new address: the same conversation, which stays where it is.
  const [again] = await w.receive({ from: conversation.customer, token: id, inboxId: returns, text: 'Thank you.' });
  assert.equal(again?.conversationId, id);
});

test('The same inbox again tells nothing; one that is not here, or was disconnected, is refused', async () => {
  const id = await make();
  await w.tx((t) => moveInbox(t, w.people.lead, id, w.inboxId));
  assert.equal((await opened(id)).items.filter((i) => 'name' in i && i.name === 'conversation.rehomed').length, 0);
  await assert.rejects(
    w.tx((t) => moveInbox(t, w.people.lead, id, newId())),
    /not here/,
  );
  const gone = newId();
  await w.tx((t) =>
    t.run(sql`
    insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, deleted_at)
    select i.workspace_id, ${gone}, i.brand_id, i.channel, 'Gone', 'gone@example.org', i.settings, now() from inbox i where i.workspace_id = ${w.workspaceId} and i.id = ${w.inboxId}`),
  );
  await assert.rejects(
    w.tx((t) => moveInbox(t, w.people.lead, id, gone)),
    /not here/,
  );
});

test('Many move at once, and undo brings each back to where it was', async () => {
  const [a, b] = [await make(), await make()];
  await w.tx((t) => moveInbox(t, w.people.lead, b, returns));
  const { bulk } = await w.tx((t) =>
    startBulk(t, channels, w.people.lead, { action: { do: 'inbox', inboxId: returns }, ids: [a, b] }),
  );
  const where = async () => [(await opened(a)).conversation.inboxId, (await opened(b)).conversation.inboxId];
  assert.deepEqual(await where(), [returns, returns]);
  await w.tx((t) => undoBulk(t, channels, w.people.lead, bulk.id));
  assert.deepEqual(await where(), [w.inboxId, returns]);
});
