import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Address, ConversationRow, Message, Opened } from '@hearten/contract';
import { answerTo } from '../../../web/src/conversations/sending.ts';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { note } from './change.ts';
import { deliver } from './deliver.ts';
import { forward } from './forward.ts';
import { openConversation } from './open.ts';
import { chooseFiles } from './passed.ts';
import { reply } from './reply.ts';
import { undo } from './undo.ts';

let w: Desk;
const channel = keepingChannel(10);
const channels = () => channel;
before(async () => {
  w = await desk();
});
after(() => w.end());

const carol: Address = { address: 'carol@workshop.example', name: 'Carol' };
const opened = async (id: string): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as Opened;
async function fresh(more: object = {}) {
  const mail = w.mail({ text: 'My lamp flickers.', ...more });
  const [one] = await w.receive(mail);
  return { id: one?.conversationId as string, first: one?.id as string, from: mail.from };
}
type Given = { to?: Address[]; text?: string; messages?: string[]; attachments?: string[] };
const pass = async (id: string, given: Given, along?: Parameters<typeof forward>[6]) =>
  JSON.parse(
    (
      await w.tx((t) =>
        forward(
          t,
          w.hearten,
          channels,
          w.people.lead,
          id,
          { to: [carol], text: 'Do you know this?', messages: [], ...given },
          along,
        ),
      )
    ).json,
  ) as { conversation: ConversationRow; message: Message };
const leave = async (id: string) => {
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  channel.sent.length = 0;
  await deliver(w.hearten, channels, w.workspaceId, id);
  return channel.sent[0];
};

test('a message is passed on with its headers below our words; who waits for whom stays as it was', async () => {
  const home = await fresh({ cc: [{ address: 'dan@example.org', name: 'Dan\r\nBcc: evil@example.net' }] });
  const { conversation, message } = await pass(home.id, { messages: [home.first] });
  assert.deepEqual(
    [conversation.status, conversation.lastFrom, message.kind, message.aside, message.state],
    ['open', 'customer', 'forward', true, 'queued'],
  );
  const out = await leave(message.id);
  assert.deepEqual([out?.to, out?.cc, out?.bcc], [[carol], [], []]);
  assert.match(
    out?.forwarded ?? '',
    /^-+ Forwarded message -+\nFrom: Customer \d+ <customer\d+@example\.org>\nDate: .*GMT\nSubject: Question/,
  );
  assert.match(out?.forwarded ?? '', /My lamp flickers\.$/);
  assert.doesNotMatch(out?.forwarded ?? '', /\nBcc:/);
  assert.deepEqual([out?.inReplyTo, out?.references, out?.quoted], [null, [], null]);
});

test('the third person’s answer comes back here, marked as theirs: it opens the conversation, and the customer hears nothing of it', async () => {
  const home = await fresh();
  await w.tx((t) => reply(t, channels, w.people.lead, home.id, { text: 'We look into it.' }));
  const { message } = await pass(home.id, { messages: [home.first] });
  const out = await leave(message.id);
  const [got] = await w.receive({
    from: carol,
    inReplyTo: out?.externalId ?? null,
    text: 'Change the driver.',
    cc: [{ address: 'boss@workshop.example', name: '' }],
  });
  assert.equal(got?.conversationId, home.id);
  const now = await opened(home.id);
  const theirs = now.items.find((i) => i.id === got?.id) as Message;
  assert.deepEqual(
    [theirs.aside, theirs.from?.address, now.conversation.status, now.conversation.waitingSince],
    [true, carol.address, 'open', null],
  );
  assert.deepEqual(now.participants, []);
  // The next answer is the customer's, in the customer's thread, whatever is asked for.
  assert.deepEqual(
    answerTo(now).to.map((a) => a.address),
    [home.from.address],
  );
  const next = JSON.parse(
    (await w.tx((t) => reply(t, channels, w.people.lead, home.id, { text: 'It is the driver.' }))).json,
  ) as { message: Message };
  const sent = await leave(next.message.id);
  assert.deepEqual(
    sent?.to.map((x) => x.address),
    [home.from.address],
  );
  const all = JSON.stringify(sent);
  for (const word of ['carol', 'Change the driver', 'boss@workshop', out?.externalId ?? 'x', theirs.id])
    assert.ok(!all.includes(word), word);
  // And the other way round: an answer to Carol is in her thread.
  const back = await leave((await pass(home.id, { text: 'Thank you, Carol.' })).message.id);
  assert.equal(back?.subject.slice(0, 3), 'Re:');
  assert.equal(back?.references.length, 2);
  assert.ok(!JSON.stringify(back).includes('It is the driver'));
});

test('notes of the team are never passed on, nor messages of another conversation, nor anything to the customer or to ourselves', async () => {
  const [home, other] = [await fresh(), await fresh()];
  const noted = JSON.parse((await w.tx((t) => note(t, w.people.lead, home.id, { text: 'Difficult one.' }))).json) as {
    message: Message;
  };
  await assert.rejects(pass(home.id, { messages: [noted.message.id] }), /note of your team/);
  await assert.rejects(pass(home.id, { messages: [other.first] }), /not here/);
  await assert.rejects(pass(home.id, { to: [home.from], messages: [home.first] }), /customer’s own address/);
  const own = { address: w.inboxAddress.toUpperCase().replace('@', '+x@'), name: '' };
  await assert.rejects(pass(home.id, { to: [own], messages: [home.first] }), /nobody to send/);
  const whole = await opened(home.id);
  const said = whole.items.flatMap((i) => (i.type === 'in' || i.type === 'out' ? [i.id] : []));
  const out = await leave((await pass(home.id, { messages: said })).message.id);
  assert.ok(!JSON.stringify(out).includes('Difficult'));
});

test('the files that were chosen go along, and stay when the mail they came with is gone', async () => {
  const file = { part: 0, filename: 'a.txt', contentType: 'text/plain', size: 7, inline: false, contentId: null };
  const home = await fresh({ attachments: [file] });
  const chosen = await chooseFiles(w.hearten, channels, w.people.lead, home.id, [{ messageId: home.first, part: 0 }]);
  const { message } = await pass(home.id, { messages: [home.first] }, { chosen, looks: new Map() });
  assert.deepEqual(
    message.attachments.map((x) => x.filename),
    ['a.txt'],
  );
  const out = await leave(message.id);
  assert.equal(out?.attachments[0]?.content.toString(), 'A file.');
  const elsewhere = await fresh();
  await assert.rejects(
    chooseFiles(w.hearten, channels, w.people.lead, elsewhere.id, [{ messageId: home.first, part: 0 }]),
    /not in this conversation/,
  );
});

test('a forward can be taken back while it waits, and leaves nothing but what was there', async () => {
  const home = await fresh();
  const before = await opened(home.id);
  const { message } = await pass(home.id, { messages: [home.first] });
  const out = JSON.parse((await w.tx((t) => undo(t, w.people.lead, message.id))).json) as {
    conversation: ConversationRow;
    draft: null;
  };
  assert.equal(out.draft, null);
  const now = await opened(home.id);
  assert.equal(now.conversation.messageCount, before.conversation.messageCount);
  assert.equal(now.conversation.lastAt, before.conversation.lastAt);
  assert.equal(now.draft, null);
});

test('whom a forward went to that was taken back was not asked; whom another went to still is', async () => {
  const home = await fresh();
  const consulted = async () =>
    (
      await w.tx((t) =>
        t.first<{ list: string[] }>(
          sql`select array(select p->>'address' from jsonb_array_elements(consulted) p) as list from conversation where workspace_id = ${w.workspaceId} and id = ${home.id}`,
        ),
      )
    )?.list;
  const dora: Address = { address: 'dora@workshop.example', name: '' };
  const one = await pass(home.id, {});
  const two = await pass(home.id, { to: [dora] });
  const three = await pass(home.id, { to: [dora] });
  assert.deepEqual(await consulted(), [carol.address, dora.address]);
  await w.tx((t) => undo(t, w.people.lead, one.message.id));
  assert.deepEqual(await consulted(), [dora.address]);
  await w.tx((t) => undo(t, w.people.lead, two.message.id));
  assert.deepEqual(await consulted(), [dora.address], 'the third goes to her too');
  await w.tx((t) => undo(t, w.people.lead, three.message.id));
  assert.deepEqual(await consulted(), [dora.address]);
});
