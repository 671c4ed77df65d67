import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Draft, Message, Opened } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { saveDraft } from '../src/conversations/draft.ts';
import { openConversation } from '../src/conversations/open.ts';
import { reply } from '../src/conversations/reply.ts';
import { undo } from '../src/conversations/undo.ts';
import { type Sink, smtpSink } from './mail.ts';
import { type SendingDesk, sendingDesk } from './sending-desk.ts';

let w: SendingDesk;
let home: Sink;
let beside: Sink;
let billing: string;
before(async () => {
  [w, home, beside] = await Promise.all([sendingDesk(), smtpSink(), smtpSink()]);
  await w.smtp(w.desk, home.port);
  billing = await w.inbox(w.desk, beside.port);
});
after(async () => {
  await w.end();
  await Promise.all([home.stop(), beside.stop()]);
});

const fresh = async (): Promise<string> => (await w.desk.receive({}))[0]?.conversationId as string;
const answer = async (id: string, more: object): Promise<Message> =>
  (
    JSON.parse(
      (await w.desk.tx((tx) => reply(tx, () => w.channel, w.desk.people.lead, id, { text: 'Here it is.', ...more })))
        .json,
    ) as { message: Message }
  ).message;
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.desk.tx((tx) => openConversation(tx, w.desk.people.lead, id))).json) as Opened;

test('an answer leaves from the inbox that was chosen, by its server; its conversation stays where it is, and so does what comes back', async () => {
  const id = await fresh();
  const said = await answer(id, { inboxId: billing });
  assert.equal(said.sentFrom?.address, `${billing}@northwind.example`);
  await w.work();
  await beside.until(1, 20_000);
  assert.equal(home.ledger.length, 0);
  const [mail] = beside.ledger;
  assert.match(mail?.raw ?? '', new RegExp(`^From: .*<${billing}@northwind.example>`, 'm'));
  assert.equal((await opened(id)).conversation.inboxId, w.desk.inboxId);

  const back = await w.desk.receive({
    inboxId: billing,
    to: [{ address: `${billing}@northwind.example`, name: '' }],
    from: said.to[0] as { address: string; name: string },
    inReplyTo: (await w.out(w.desk)).at(-1)?.external_id ?? null,
  });
  assert.equal(back[0]?.conversationId, id);
  assert.equal((await opened(id)).conversation.inboxId, w.desk.inboxId);

  // Without a choice it leaves from where the conversation is, and says nothing about it.
  assert.equal((await answer(id, {})).sentFrom, null);
  assert.equal((await answer(id, { inboxId: w.desk.inboxId })).sentFrom, null);
  await home.until(2, 20_000);
});

test('from where it leaves is part of the draft, and comes back with an answer that is taken back', async () => {
  const id = await fresh();
  const { lead } = w.desk.people;
  await w.desk.tx((tx) => saveDraft(tx, lead, id, { kind: 'reply', text: 'Hello', inboxId: billing }));
  assert.equal((await opened(id)).draft?.inboxId, billing);
  const planned = await answer(id, { inboxId: billing, sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  assert.equal((await opened(id)).draft, null);
  const { draft } = JSON.parse((await w.desk.tx((tx) => undo(tx, lead, planned.id))).json) as { draft: Draft };
  assert.equal(draft.inboxId, billing);
  const plain = await answer(id, { sendAt: new Date(Date.now() + 3_600_000).toISOString() });
  const other = JSON.parse((await w.desk.tx((tx) => undo(tx, lead, plain.id))).json) as { draft: Draft };
  assert.equal(other.draft.inboxId, null);
});

test('an inbox that is gone, switched off or somebody else’s sends nothing, and the draft is still there', async () => {
  const id = await fresh();
  const { lead } = w.desk.people;
  await w.desk.tx((tx) => saveDraft(tx, lead, id, { kind: 'reply', text: 'Hello', inboxId: billing }));
  const off = (enabled: boolean) =>
    w.desk.tx((tx) =>
      tx.run(sql`update inbox set enabled = ${enabled} where workspace_id = ${w.desk.workspaceId} and id = ${billing}`),
    );
  await off(false);
  await assert.rejects(answer(id, { inboxId: billing }), /Nothing was sent; choose another under From/);
  await off(true);
  const others = await w.another();
  await assert.rejects(answer(id, { inboxId: others.inboxId }), /Nothing was sent; choose another under From/);
  const kept = await opened(id);
  assert.equal(kept.draft?.text, 'Hello');
  assert.equal(kept.conversation.messageCount, 1);
});
