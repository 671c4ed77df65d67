import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Draft, Message, Opened } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { Who } from '../base/module.ts';
import { note } from './change.ts';
import { deliver } from './deliver.ts';
import { saveDraft } from './draft.ts';
import { openConversation } from './open.ts';
import { reply } from './reply.ts';
import { undo } from './undo.ts';
import { keepUpload } from './uploads.ts';

let w: Desk;
const channel = keepingChannel(10);
before(async () => {
  w = await desk();
});
after(() => w.end());

const fresh = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;
const file = async (who: Who, name: string, type: string, size = 4): Promise<string> => {
  const [stored] = await w.hearten.files.put([Buffer.from(name.padEnd(4))]);
  if (!stored) throw new Error('nothing stored');
  return w.tx(async (t) => {
    await w.hearten.files.keep(t, [stored]);
    return (await keepUpload(t, who, { ...stored, size }, name, type, true)).id;
  });
};
const answer = async (id: string, body: object, who = w.people.lead): Promise<Message> =>
  (JSON.parse((await w.tx((t) => reply(t, () => channel, who, id, body))).json) as { message: Message }).message;
const opened = async (id: string, who = w.people.lead): Promise<Opened> =>
  JSON.parse((await w.tx((t) => openConversation(t, who, id))).json) as Opened;
const takeBack = async (id: string, who = w.people.lead): Promise<Draft> =>
  (JSON.parse((await w.tx((t) => undo(t, who, id))).json) as { draft: Draft }).draft;

test('An answer with formatting is kept with it and in plain words, and its pictures go along in their place', async () => {
  const id = await fresh();
  const picture = await file(w.people.lead, 'lamp.png', 'image/png');
  const pdf = await file(w.people.lead, 'manual.pdf', 'application/pdf');
  const sent = await answer(id, {
    html: `<div onclick="x()">Hello <b>Claire</b></div><img src="cid:${picture}" alt="lamp"><script>x</script>`,
    attachments: [pdf],
  });
  assert.equal(sent.text, 'Hello Claire\n[lamp]');
  assert.equal(sent.html, `<p>Hello <strong>Claire</strong></p><p><img src="cid:${picture}" alt="lamp"></p>`);
  assert.deepEqual(
    sent.attachments.map((a) => [a.filename, a.inline, a.contentId]),
    [
      ['manual.pdf', false, null],
      ['lamp.png', true, picture],
    ],
  );
  const row = await opened(id);
  assert.equal(row.conversation.snippet, 'Hello Claire [lamp]');
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${sent.id}`),
  );
  await deliver(w.hearten, () => channel, w.workspaceId, sent.id);
  const left = channel.sent.at(-1);
  assert.equal(left?.html, sent.html);
  assert.deepEqual(
    left?.attachments.map((a) => a.contentId),
    [null, picture],
  );
});

test('Words alone are kept as they always were', async () => {
  const id = await fresh();
  const sent = await answer(id, { text: 'Hello <b>\n- one' });
  assert.deepEqual([sent.text, sent.html], ['Hello <b>\n- one', null]);
});

test('A picture that is nobody’s, a colleague’s or no picture sends nothing', async () => {
  const id = await fresh();
  const theirs = await file(w.people.owner, 'a.png', 'image/png');
  const drawing = await file(w.people.lead, 'a.svg', 'image/svg+xml');
  for (const picture of [theirs, crypto.randomUUID()])
    await assert.rejects(answer(id, { html: `<img src="cid:${picture}">` }), /picture in the text is not here/);
  await assert.rejects(answer(id, { html: `<img src="cid:${drawing}">` }), /no picture that can stand/);
  assert.equal((await opened(id)).items.filter((i) => i.type === 'out').length, 0);
});

test('What is too much for one mail is told before anything leaves', async () => {
  const id = await fresh();
  const big = await file(w.people.lead, 'big.zip', 'application/zip', 20_000_000);
  const more = await file(w.people.lead, 'more.zip', 'application/zip', 20_000_000);
  await assert.rejects(answer(id, { text: 'x', attachments: [big, more] }), /40 MB together, and 25 MB/);
});

test('Taken back, an answer is a draft with its formatting, its recipients and its pictures; below it stands what was written meanwhile', async () => {
  const id = await fresh();
  const picture = await file(w.people.lead, 'lamp.png', 'image/png');
  const pdf = await file(w.people.lead, 'manual.pdf', 'application/pdf');
  const body = {
    html: `<p><em>Hi</em> <img src="cid:${picture}" alt=""></p>`,
    attachments: [pdf],
    to: [{ address: 'x@example.org', name: 'X' }],
  };
  const sent = await answer(id, body);
  await w.tx((t) => saveDraft(t, w.people.lead, id, { kind: 'reply', text: '1 < 2\nmore' }));
  const draft = await takeBack(sent.id);
  assert.equal(draft.html, `${sent.html}<p></p><p>1 &lt; 2</p><p>more</p>`);
  assert.equal(draft.text, 'Hi [image]\n\n1 < 2\nmore');
  assert.deepEqual(
    [draft.to, draft.attachments.map((a) => a.filename)],
    [[{ address: 'x@example.org', name: 'X' }], ['manual.pdf']],
  );
  assert.equal((await opened(id)).draft?.html, draft.html);
});

test('A colleague who takes an answer back gets its pictures as files of their own', async () => {
  const id = await fresh();
  const picture = await file(w.people.lead, 'lamp.png', 'image/png');
  const sent = await answer(id, { html: `<p>Hi <img src="cid:${picture}" alt=""></p>` });
  const draft = await takeBack(sent.id, w.people.owner);
  assert.doesNotMatch(String(draft.html), new RegExp(picture));
  const again = await answer(id, { html: draft.html }, w.people.owner);
  assert.equal(again.attachments[0]?.filename, 'lamp.png');
});

test('A draft keeps formatting and chosen recipients; the list says whose drafts there are', async () => {
  const id = await fresh();
  const to = [{ address: 'claire@example.org', name: 'Claire' }];
  await w.tx((t) => saveDraft(t, w.people.lead, id, { kind: 'reply', html: '<p><b>Hi</b></p>', to }));
  await w.tx((t) => saveDraft(t, w.people.owner, id, { kind: 'note', html: '<p>plain</p>' }));
  const mine = await opened(id);
  assert.deepEqual([mine.draft?.html, mine.draft?.text, mine.draft?.to], ['<p><strong>Hi</strong></p>', 'Hi', to]);
  assert.deepEqual(mine.conversation.drafts, [w.people.lead.id, w.people.owner.id].sort());
  const theirs = await opened(id, w.people.owner);
  assert.deepEqual([theirs.noteDraft?.html, theirs.noteDraft?.text, theirs.draft], [null, 'plain', null]);
});

test('A note with formatting names people as its words do', async () => {
  const id = await fresh();
  const named = w.people.owner;
  const name = 'The owner';
  const out = JSON.parse(
    (await w.tx((t) => note(t, w.people.lead, id, { html: `<p>Look <b>@${name}</b></p>` }))).json,
  ) as {
    conversation: { mentioned: string[] };
    message: Message;
  };
  assert.ok(out.conversation.mentioned.includes(named.id));
  assert.equal(out.message.html, `<p>Look <strong>@${name}</strong></p>`);
});
