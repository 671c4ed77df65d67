import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ConversationRow, Draft } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { Json } from '../base/module.ts';
import { close } from './age.ts';
import { askForPerson } from './asks-person.ts';
import { assign, edit, move, note, setStatus, snooze, tag, wake } from './change.ts';
import { deleteDraft, markSeen, saveDraft } from './draft.ts';
import { countViews, list } from './list.ts';
import { merge, unmerge } from './merge.ts';
import { earlierItems, openConversation } from './open.ts';
import { reply } from './reply.ts';
import { split, unsplit } from './split.ts';
import { start } from './start.ts';
import { undo } from './undo.ts';
import { keepUpload } from './uploads.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const channel = keepingChannel(10);
const parse = <T>(answer: Json): T => JSON.parse(answer.json) as T;
const fresh = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;
const row = async (id: string): Promise<ConversationRow> =>
  parse<{ conversation: ConversationRow }>(await w.tx((t) => openConversation(t, w.people.lead, id))).conversation;
const names = async (id: string): Promise<string[]> =>
  (
    await w.tx((t) =>
      t.many<{ name: string }>(
        sql`select name from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} order by id`,
      ),
    )
  ).map((e) => e.name);

test('of two who take it at once one has it, and the other is told who', async () => {
  const id = await fresh();
  const take = (who: typeof w.people.lead) => w.tx((t) => assign(t, who, id, { assigneeId: who.id, ifFree: true }));
  const both = await Promise.allSettled([take(w.people.lead), take(w.people.owner)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  const has = (await row(id)).assigneeId;
  const lost = both.find((one) => one.status === 'rejected') as PromiseRejectedResult;
  const name = (
    await w.tx((t) =>
      t.first<{ name: string }>(sql`select name from person where workspace_id = ${w.workspaceId} and id = ${has}`),
    )
  )?.name;
  assert.match(String(lost.reason.message), new RegExp(`^${name} has taken this meanwhile`));
});

test('assigning to a person, a team and nobody; the same again tells nothing', async () => {
  const id = await fresh();
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: w.people.specialist.id }));
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: w.people.specialist.id }));
  assert.equal((await row(id)).assigneeId, w.people.specialist.id);
  await w.tx((t) => assign(t, w.people.lead, id, { assigneeId: null }));
  assert.equal((await row(id)).assigneeId, null);
  assert.deepEqual(await names(id), ['message.received', 'conversation.assigned', 'conversation.assigned']);
  await assert.rejects(
    w.tx((t) => assign(t, w.people.lead, id, { assigneeId: crypto.randomUUID() })),
    /does not work here/,
  );
  await assert.rejects(
    w.tx((t) => assign(t, w.people.lead, id, { teamId: crypto.randomUUID() })),
    /team does not exist/,
  );
});

test('a snooze wakes itself, once, and not when someone came before it', async () => {
  const id = await fresh();
  await assert.rejects(
    w.tx((t) => snooze(t, w.people.lead, id, new Date(0).toISOString())),
    /passed already/,
  );
  await assert.rejects(
    w.tx((t) => snooze(t, w.people.lead, id, '9999-12-31T23:59:59-12:00')),
    /ten years/,
  );
  await w.tx((t) => snooze(t, w.people.lead, id, new Date(Date.now() + 60_000).toISOString()));
  assert.equal((await row(id)).status, 'snoozed');
  await w.tx((t) => wake(t, id));
  assert.equal((await row(id)).status, 'snoozed', 'not before its time');
  await w.tx((t) =>
    t.run(sql`update conversation set snoozed_until = now() where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  await w.tx((t) => wake(t, id));
  assert.equal((await row(id)).status, 'open');
  await w.tx((t) => wake(t, id));
  assert.deepEqual(await names(id), ['message.received', 'conversation.snoozed', 'conversation.woke']);
});

test('resolved closes after fourteen quiet days, not before and not when it was opened again', async () => {
  const id = await fresh();
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  await w.tx((t) => close(t, [id]));
  assert.equal((await row(id)).status, 'resolved');
  await w.tx((t) =>
    t.run(
      sql`update conversation set resolved_at = now() - interval '14 days' where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  );
  await w.tx((t) => close(t, [id]));
  assert.equal((await row(id)).status, 'closed');
});

test('tags, subject, priority and folder change and are told with what was before', async () => {
  const id = await fresh();
  await w.tx((t) => tag(t, w.people.lead, id, { add: ['returns', 'vip'] }));
  await w.tx((t) => tag(t, w.people.lead, id, { remove: ['vip'], add: ['returns'] }));
  await w.tx((t) => edit(t, w.people.lead, id, { subject: 'Better subject', priority: 'urgent' }));
  await w.tx((t) => move(t, w.people.lead, id, 'trash'));
  const now = await row(id);
  assert.deepEqual(
    [now.tags, now.subject, now.priority, now.folder],
    [['returns'], 'Better subject', 'urgent', 'trash'],
  );
  await assert.rejects(
    w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'hello' })),
    /in the trash/,
  );
});

test('a note is for the team: it moves no status and no last message', async () => {
  const id = await fresh();
  const before = await row(id);
  await w.tx((t) => note(t, w.people.specialist, id, { text: 'It is the courier again.' }));
  const now = await row(id);
  assert.deepEqual(
    [now.status, now.lastAt, now.snippet, now.messageCount],
    [before.status, before.lastAt, before.snippet, before.messageCount],
  );
});

test('a reply assigns its writer, waits, and can be taken back as a draft that puts everything as it was', async () => {
  const id = await fresh();
  const before = await row(id);
  const out = parse<{ message: { id: string; state: string } }>(
    await w.tx((t) => reply(t, () => channel, w.people.representative, id, { text: 'Try the other socket.' })),
  );
  assert.equal(out.message.state, 'queued');
  const sent = await row(id);
  assert.deepEqual(
    [sent.status, sent.assigneeId, sent.lastFrom, sent.waitingSince],
    ['waiting', w.people.representative.id, 'team', null],
  );
  const back = parse<{ draft: { text: string } }>(await w.tx((t) => undo(t, w.people.representative, out.message.id)));
  assert.equal(back.draft.text, 'Try the other socket.');
  const now = await row(id);
  assert.deepEqual(
    [now.status, now.assigneeId, now.lastFrom, now.snippet, now.messageCount, now.waitingSince],
    [before.status, null, 'customer', before.snippet, before.messageCount, before.waitingSince],
  );
  await assert.rejects(
    w.tx((t) => undo(t, w.people.representative, out.message.id)),
    /not here/,
  );
});

test('taking a reply back leaves the conversation with whoever had it before, or was given it meanwhile', async () => {
  const { lead, representative } = w.people;
  const answerTo = async (id: string) =>
    parse<{ message: { id: string } }>(await w.tx((t) => reply(t, () => channel, representative, id, { text: 'One.' })))
      .message.id;
  const had = await fresh();
  await w.tx((t) => assign(t, representative, had, { assigneeId: representative.id }));
  const first = await answerTo(had);
  await w.tx((t) => undo(t, representative, first));
  assert.equal((await row(had)).assigneeId, representative.id);
  const given = await fresh();
  const second = await answerTo(given);
  await w.tx((t) => assign(t, lead, given, { assigneeId: lead.id }));
  await w.tx((t) => undo(t, representative, second));
  assert.equal((await row(given)).assigneeId, lead.id);
});

test('B10 C03: an answer stops when a newer message came, shows it, and goes when sent anyway', async () => {
  const id = await fresh();
  const first = parse<{ items: { id: string }[] }>(await w.tx((t) => openConversation(t, w.people.lead, id))).items[0]
    ?.id as string;
  await w.receive({
    token: id,
    from: { address: (await row(id)).customer.address, name: '' },
    text: 'Never mind, it works.',
  });
  await assert.rejects(
    w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'Try this', sawUpTo: first })),
    (error: { detail: { type: string; extra: { message: { text: string } } } }) =>
      error.detail.type === 'newer-message' && error.detail.extra.message.text === 'Never mind, it works.',
  );
  await w.tx((t) =>
    reply(t, () => channel, w.people.lead, id, { text: 'Glad to hear.', sawUpTo: first, sendAnyway: true }),
  );
});

test('our own inbox addresses never get our answer', async () => {
  const id = await fresh();
  const out = parse<{ message: { to: { address: string }[]; cc: { address: string }[] } }>(
    await w.tx((t) =>
      reply(t, () => channel, w.people.lead, id, {
        text: 'hi',
        cc: [{ address: w.inboxAddress.toUpperCase() }, { address: 'boss@example.org' }],
      }),
    ),
  );
  assert.deepEqual(
    out.message.cc.map((a) => a.address),
    ['boss@example.org'],
  );
  await assert.rejects(
    w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'hi', to: [{ address: w.inboxAddress }] })),
    /nobody to send/,
  );
});

test('merging moves messages, sends later mail to the target, and can be taken back', async () => {
  const [a, b] = await w.receive({ externalId: '<m1@x.example>' }, {});
  const [from, into] = [a?.conversationId as string, b?.conversationId as string];
  const sender = (await row(from)).customer.address;
  await w.tx((t) => merge(t, w.people.lead, from, into));
  assert.equal((await row(into)).messageCount, 2);
  assert.equal((await row(from)).mergedInto, into);
  await assert.rejects(
    w.tx((t) => note(t, w.people.lead, from, { text: 'x' })),
    /merged into another/,
  );
  const [later] = await w.receive({ inReplyTo: '<m1@x.example>', from: { address: sender, name: '' } });
  assert.equal(later?.conversationId, into);
  await w.tx((t) => unmerge(t, w.people.lead, from));
  assert.deepEqual(
    [(await row(into)).messageCount, (await row(from)).messageCount, (await row(from)).mergedInto],
    [2, 1, null],
  );
});

test('who asks for a person asks on where two become one or one two, and as before when that is taken back', async () => {
  const asks = (...ids: string[]) => Promise.all(ids.map(async (id) => (await row(id)).asksPerson));
  const [from, into] = [await fresh(), await fresh()];
  await w.tx((t) => askForPerson(t, from));
  await w.tx((t) => merge(t, w.people.lead, from, into));
  assert.deepEqual(await asks(into), [true]);
  await w.tx((t) => unmerge(t, w.people.lead, from));
  assert.deepEqual(await asks(from, into), [true, false]);
  // Answered long ago is no mark, though the other has waited since before.
  const [old, waits] = [await fresh(), await fresh()];
  await w.tx((t) =>
    t.run(
      sql`update conversation set person_asked_at = waiting_since + interval '1 minute', waiting_since = null where workspace_id = ${w.workspaceId} and id = ${old}`,
    ),
  );
  await w.tx((t) => merge(t, w.people.lead, old, waits));
  assert.deepEqual(await asks(waits), [false]);

  const [a] = await w.receive({
    externalId: '<asks1@x.example>',
    receivedAt: new Date(Date.now() - 60_000).toISOString(),
  });
  const home = a?.conversationId as string;
  const sender = (await row(home)).customer.address;
  const [b] = await w.receive({ inReplyTo: '<asks1@x.example>', from: { address: sender, name: '' } });
  await w.tx((t) => askForPerson(t, home));
  const apart = parse<{ conversation: ConversationRow }>(
    await w.tx((t) => split(t, w.people.lead, b?.id as string, true)),
  ).conversation.id;
  assert.deepEqual(await asks(home, apart), [false, true]);
  await w.tx((t) => unsplit(t, w.people.lead, apart));
  assert.deepEqual(await asks(home), [true]);
});

test('two people merging the same pair both ways end with one merge and no deadlock', async () => {
  const [a, b] = await w.receive({}, {});
  const [x, y] = [a?.conversationId as string, b?.conversationId as string];
  const both = await Promise.allSettled([
    w.tx((t) => merge(t, w.people.lead, x, y)),
    w.tx((t) => merge(t, w.people.owner, y, x)),
  ]);
  assert.deepEqual(both.map((r) => r.status).sort(), ['fulfilled', 'rejected']);
});

test('unread is each person’s own, and ends with reading', async () => {
  const id = await fresh();
  const unread = async (who = w.people.lead): Promise<boolean> =>
    parse<{ conversation: ConversationRow }>(await w.tx((t) => openConversation(t, who, id))).conversation.unread;
  assert.equal(await unread(), true);
  await w.tx((t) => markSeen(t, w.people.lead, id, false));
  assert.deepEqual([await unread(), await unread(w.people.owner)], [false, true]);
  await w.tx((t) => markSeen(t, w.people.lead, id, true));
  assert.equal(await unread(), true);
});

test('a draft knows what its files are called, also when it was a reply that was taken back', async () => {
  const id = await fresh();
  const me = w.people.representative;
  const stored = { hash: Buffer.alloc(32, 1), size: 9 } as Parameters<typeof keepUpload>[2];
  const file = await w.tx((t) => keepUpload(t, me, stored, 'invoice.pdf', 'application/pdf', true));
  await w.tx((t) => saveDraft(t, me, id, { kind: 'reply', text: 'Here it is.', attachments: [file.id] }));
  type WithDraft = { draft: Draft };
  const opened = async () => parse<WithDraft>(await w.tx((t) => openConversation(t, me, id))).draft.attachments;
  assert.deepEqual(await opened(), [file]);
  const sent = parse<{ message: { id: string } }>(
    await w.tx((t) => reply(t, () => channel, me, id, { text: 'Here it is.', attachments: [file.id] })),
  );
  const back = parse<WithDraft>(await w.tx((t) => undo(t, me, sent.message.id)));
  assert.deepEqual(back.draft.attachments, [file]);
});

test('drafts are kept per person, seen by colleagues as being there, and gone when thrown away', async () => {
  const id = await fresh();
  await w.tx((t) => saveDraft(t, w.people.lead, id, { kind: 'reply', text: 'one' }));
  await w.tx((t) => saveDraft(t, w.people.lead, id, { kind: 'note', text: 'two' }));
  const mine = parse<{ draft: Draft; noteDraft: Draft }>(await w.tx((t) => openConversation(t, w.people.lead, id)));
  assert.deepEqual(
    [mine.draft.text, mine.draft.kind, mine.noteDraft.text, mine.noteDraft.kind],
    ['one', 'reply', 'two', 'note'],
  );
  const theirs = parse<{ draft: null; drafts: { personId: string }[] }>(
    await w.tx((t) => openConversation(t, w.people.owner, id)),
  );
  assert.deepEqual([theirs.draft, theirs.drafts.map((d) => d.personId)], [null, [w.people.lead.id]]);
  await w.tx((t) => deleteDraft(t, w.people.lead, id));
  assert.deepEqual(await names(id), ['message.received', 'draft.saved', 'draft.saved', 'draft.deleted']);
});
test('what one wrote on another device is never overwritten by whoever did not know of it', async () => {
  const id = await fresh();
  const me = w.people.lead;
  for (const kind of ['reply', 'note'] as const) {
    const first = await w.tx((t) => saveDraft(t, me, id, { kind, text: 'On the phone', base: null }));
    const mine = parse<{ draft: Draft | null; noteDraft: Draft | null }>(
      await w.tx((t) => openConversation(t, me, id)),
    );
    const there = kind === 'note' ? mine.noteDraft : mine.draft;
    assert.equal(there?.updatedAt, first.updatedAt, 'told the same in both answers');
    await assert.rejects(
      w.tx((t) => saveDraft(t, me, id, { kind, text: 'At the desk', base: null })),
      (error: { detail: { type: string; extra: { draft: Draft } } }) =>
        error.detail.type === 'newer-draft' &&
        error.detail.extra.draft.text === 'On the phone' &&
        error.detail.extra.draft.updatedAt === first.updatedAt,
    );
    await w.tx((t) => saveDraft(t, me, id, { kind, text: 'On the phone, and at the desk', base: first.updatedAt }));
    await assert.rejects(w.tx((t) => saveDraft(t, me, id, { kind, text: 'Old', base: first.updatedAt })));
    // Sent or thrown away elsewhere meanwhile: what is written here is a draft of its own.
    await w.tx((t) => deleteDraft(t, me, id, kind));
    await w.tx((t) => saveDraft(t, me, id, { kind, text: 'Anew', base: first.updatedAt }));
  }
});
test('a reply that is taken back leaves the note alone that was begun meanwhile; each goes by itself', async () => {
  const id = await fresh();
  const me = w.people.lead;
  type Mine = { draft: Draft | null; noteDraft: Draft | null };
  const mine = async () => {
    const { draft, noteDraft } = parse<Mine>(await w.tx((t) => openConversation(t, me, id)));
    return [draft?.text, noteDraft?.text];
  };
  const writers = async () =>
    parse<{ drafts: unknown[] }>(await w.tx((t) => openConversation(t, w.people.owner, id))).drafts.length;
  const sent = parse<{ message: { id: string } }>(
    await w.tx((t) => reply(t, () => keepingChannel(10), me, id, { text: 'An answer.' })),
  );
  await w.tx((t) => saveDraft(t, me, id, { kind: 'note', text: 'Ask Mei first' }));
  await w.tx((t) => undo(t, me, sent.message.id));
  assert.deepEqual(await mine(), ['An answer.', 'Ask Mei first']);
  await w.tx((t) => reply(t, () => keepingChannel(10), me, id, { text: 'Another.' }));
  assert.deepEqual(await mine(), [undefined, 'Ask Mei first']);
  assert.equal(await writers(), 1, 'still writing, the note');
  await w.tx((t) => saveDraft(t, me, id, { kind: 'reply', text: 'More' }));
  await w.tx((t) => note(t, me, id, { text: 'Ask Mei first' }));
  assert.deepEqual(await mine(), ['More', undefined]);
  await w.tx((t) => deleteDraft(t, me, id, 'note'));
  assert.deepEqual(await mine(), ['More', undefined]);
  await w.tx((t) => deleteDraft(t, me, id, 'reply'));
  assert.deepEqual([await mine(), await writers()], [[undefined, undefined], 0]);
});
test('what a process of the version before keeps as its one draft is neither lost nor in the way', async () => {
  const id = await fresh();
  const me = w.people.lead;
  const before = (kind: string, text: string) =>
    w.tx((t) =>
      t.run(sql`insert into draft (workspace_id, conversation_id, person_id, kind, text) values (${w.workspaceId}, ${id}, ${me.id}, ${kind}, ${text})
        on conflict (workspace_id, conversation_id, person_id) do update set kind = excluded.kind, text = excluded.text`),
    );
  const mine = async () => {
    const { draft, noteDraft } = parse<{ draft: Draft | null; noteDraft: Draft | null }>(
      await w.tx((t) => openConversation(t, me, id)),
    );
    return [draft?.text, noteDraft?.text];
  };
  await before('note', 'Old note');
  assert.deepEqual(await mine(), [undefined, 'Old note']);
  await w.tx((t) => saveDraft(t, me, id, { kind: 'reply', text: 'New reply' }));
  assert.deepEqual(await mine(), ['New reply', 'Old note']);
  await before('note', 'Old note, longer');
  await w.tx((t) => deleteDraft(t, me, id, 'note'));
  assert.deepEqual(await mine(), [undefined, undefined]);
});

test('the list pages without a gap or a double, and views count what they hold', async () => {
  const other = await w.another();
  await other.receive(...Array.from({ length: 23 }, () => ({})));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = parse<{ items: ConversationRow[]; next: string | null }>(
      await other.tx((t) => list(t, other.people.lead, { view: 'open', limit: 5, cursor })),
    );
    seen.push(...page.items.map((i) => i.id));
    cursor = page.next ?? undefined;
  } while (cursor);
  assert.equal(new Set(seen).size, 23);
  assert.equal((await other.tx((t) => countViews(t, other.people.lead))).counts.open, 23);
  await assert.rejects(
    other.tx((t) => list(t, other.people.lead, { cursor: 'nonsense' })),
    /not one that a list gave out/,
  );
});

test('a long conversation opens with its latest and gives the earlier ones by page', async () => {
  const id = await fresh();
  for (let i = 0; i < 95; i++) await w.tx((t) => note(t, w.people.lead, id, { text: `note ${i}` }));
  const opened = parse<{ items: { id: string; text?: string }[]; earlier: string | null }>(
    await w.tx((t) => openConversation(t, w.people.lead, id)),
  );
  const all = [...opened.items];
  let cursor = opened.earlier;
  while (cursor) {
    const page = await w.tx((t) => earlierItems(t, id, cursor as string, 30));
    all.unshift(...(page.items as { id: string }[]));
    cursor = page.earlier;
  }
  assert.equal(all.length, 96);
  assert.equal(new Set(all.map((i) => i.id)).size, 96);
  assert.equal(all.at(-1)?.text, 'note 94');
});

test('what names nobody writes first to nobody: it only answers who came', async () => {
  const chat = { ...channel, can: { ...channel.can, cc: false } };
  const body = { inboxId: w.inboxId, to: 'new@example.net', subject: 'Your lamp', text: 'It is ready.' };
  await assert.rejects(
    w.tx((t) => start(t, () => chat, w.people.lead, body)),
    { refusal: 'invalid', message: /Nothing was sent/ },
  );
});

test('we can write first; the customer’s answer comes to that conversation', async () => {
  const made = parse<{ conversation: ConversationRow }>(
    await w.tx((t) =>
      start(t, () => channel, w.people.lead, {
        inboxId: w.inboxId,
        to: 'new@example.net',
        subject: 'Your lamp',
        text: 'It is ready.',
      }),
    ),
  );
  assert.equal(made.conversation.status, 'waiting');
  const [back] = await w.receive({ token: made.conversation.id, from: { address: 'new@example.net', name: 'New' } });
  assert.equal(back?.conversationId, made.conversation.id);
  assert.equal((await row(made.conversation.id)).status, 'open');
});
