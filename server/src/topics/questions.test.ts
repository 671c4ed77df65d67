import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Behind, Cluster } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { confirm, problemById, setFiling } from '../problems/index.ts';
import { bestAnswer, linkAnswer, writeAnswer } from './answer.ts';
import { compare } from './answers.ts';
import { dismissCluster, forgetClusters, makeProblemOf, reopenCluster } from './clusters.ts';
import { findClusters, findWhenDue } from './find.ts';
import { conversationsOfCluster, listClusters } from './found.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const invoice = [
  'Could you send me the invoice for my order?',
  'I need the invoice of my last order please',
  'Where do I find the invoice for my order?',
  'Please send an invoice for the order of March',
  'The invoice of my order is missing, could you send it?',
  'Our accounts want the invoice for this order',
];
const ship = [
  'Do you ship lamps to Norway, and what is shipping to Norway?',
  'What does shipping to Norway cost?',
  'Shipping to Norway: is that possible?',
  'Could you ship two lamps to Norway?',
  'How long does shipping to Norway take?',
];
let writers = 0;
const ask = async (text: string): Promise<string> => {
  const from = { address: `asker${++writers}@example.org`, name: 'Ada Lund' };
  const [received] = await w.receive({ subject: text, text, from });
  const id = received?.conversationId as string;
  await w.tx((t) => setFiling(t, w.people.lead, id, { kind: 'question' }));
  return id;
};
type Role = keyof Desk['people'];
/** An answer as it stands when it was sent, from a saved one where it is said. */
const answer = (id: string, by: Role, text: string, snippetId?: string): Promise<void> =>
  w.tx(async (t) => {
    const message = newId();
    const who = w.people[by].id;
    await t.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, state, sent_at) values (${w.workspaceId}, ${message}, ${id}, ${w.inboxId}, 'out', ${who}, ${text}, 'sent', now())`);
    if (snippetId)
      await t.run(sql`
        insert into snippet_use (workspace_id, id, snippet_id, conversation_id, person_id, message_id) values (${w.workspaceId}, ${newId()}, ${snippetId}, ${id}, ${who}, ${message})`);
  });
const felt = (id: string, value: number): Promise<number> =>
  w.tx((t) =>
    t.run(
      sql`insert into mood (workspace_id, conversation_id, stage, source, value) values (${w.workspaceId}, ${id}, 'start', 'person', ${value}) on conflict (workspace_id, conversation_id, stage, source) do update set value = excluded.value`,
    ),
  );
const find = () => findClusters(w.hearten, w.workspaceId, 'question');
const all = async (state: 'open' | 'dismissed' = 'open') =>
  (await w.tx((t) => listClusters(t, w.people.lead, { state }))).items.filter((one) => one.kind === 'question');
const named = async (name: RegExp): Promise<Cluster> => {
  const found = (await all()).find((one) => name.test(one.name));
  assert.ok(found, `${name} is not among ${JSON.stringify(await all())}`);
  return found;
};
const behind = async (id: string, of: Behind) => (await w.tx((t) => conversationsOfCluster(t, id, { of }))).items;
const filedAs = async (id: string) =>
  w.tx((t) =>
    t.first<{ kind: string; filed_by: string | null; provisional: boolean }>(
      sql`select kind, filed_by, provisional from conversation_problem where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
    ),
  );

const asked: string[] = [];
const abroad: string[] = [];
let old = '';
test('What is filed as a question again and again stands as one thing, apart from what nobody filed', async () => {
  for (const text of invoice) asked.push(await ask(text));
  for (const text of ship) abroad.push(await ask(text));
  const [unfiled] = await w.receive({ subject: 'The invoice', text: 'Send the invoice for my order' });
  await findClusters(w.hearten, w.workspaceId);
  assert.deepEqual(await all(), [], 'what is filed is no part of what nobody filed');
  await find();
  const both = await all();
  assert.equal(both.length, 2, JSON.stringify(both));
  const one = await named(/invoice/i);
  assert.deepEqual([one.conversations, one.customers, one.lately, one.before, one.answered], [6, 6, 6, 0, 0]);
  const members = (await behind(one.id, 'all')).map(({ id }) => id).sort();
  assert.deepEqual(members, [...asked].sort());
  assert.ok(!members.includes(unfiled?.conversationId as string));
  assert.equal(one.gap, false, 'nobody answered yet, so nothing is known to be missing');
});

test('Each number of a question is that of the list behind it', async () => {
  const [first, second, third] = asked as [string, string, string];
  await felt(first, 1);
  await felt(second, 2);
  await felt(third, 5);
  await w.tx((t) =>
    t.run(
      sql`update conversation set created_at = now() - interval '40 days' where workspace_id = ${w.workspaceId} and id = any (${[first, second]}::uuid[])`,
    ),
  );
  const twice = await w.tx((t) =>
    t.run(sql`
      update conversation c set customer_id = o.customer_id from conversation o where c.workspace_id = ${w.workspaceId} and c.id = ${second} and o.workspace_id = ${w.workspaceId} and o.id = ${first}`),
  );
  assert.equal(twice, 1);
  const snippet = await w.tx((t) =>
    t.first<{ id: string }>(
      sql`insert into snippet (workspace_id, id, created_by, name, text) values (${w.workspaceId}, ${newId()}, ${w.people.lead.id}, 'Old invoice answer', 'Here is the invoice') returning id`,
    ),
  );
  old = snippet?.id ?? '';
  await answer(first, 'lead', 'Hello Ada, the invoice is attached to this mail. Best wishes, The lead');
  await answer(second, 'manager', 'Hello Ada Lund, you find the invoice attached to this mail.');
  await answer(third, 'lead', 'Hello, the invoice is attached to this mail, and in your account.', snippet?.id);
  await find();
  const one = await named(/invoice/i);
  const numbers: [Behind, number][] = [
    ['all', one.conversations],
    ['customers', one.customers],
    ['lately', one.lately],
    ['before', one.before],
    ['felt', one.felt],
    ['unhappy', one.unhappy],
    ['answered', one.answered],
    ['by hand', one.byHand],
    ['used', one.used],
  ];
  assert.deepEqual(
    numbers.map(([, n]) => n),
    [6, 5, 4, 2, 3, 2, 3, 2, 0],
  );
  for (const [of, n] of numbers) assert.equal((await behind(one.id, of)).length, n, of);
  assert.ok(Math.abs((one.mood ?? 0) - 8 / 3) < 0.001);
});

test('A question that most answered by hand is a gap, and so is one that several people answer differently; gaps stand first, by customers', async () => {
  const differently = [
    'We deliver there within two weeks, duty included.',
    'Sorry, that country is outside our area.',
    'A partner shop in Oslo sells everything we make.',
    'Please choose express at checkout; costs appear before paying.',
    'Postage depends on weight: give us the model.',
  ];
  const roles: Role[] = ['lead', 'manager', 'representative', 'owner', 'specialist'];
  for (const [i, id] of abroad.entries()) await answer(id, roles[i] as Role, differently[i] as string);
  await find();
  const [first, second] = await all();
  assert.match(first?.name ?? '', /invoice/i, 'five customers, as many as the other, and more conversations');
  assert.deepEqual([first?.gap, first?.answerers, first?.differ], [true, 2, false]);
  assert.deepEqual([second?.gap, second?.answerers, second?.differ, second?.byHand], [true, 5, true, 5]);

  await w.tx((t) =>
    t.run(sql`
      insert into snippet_use (workspace_id, id, snippet_id, conversation_id, person_id, message_id) select workspace_id, gen_random_uuid(), ${old}, conversation_id, author_id, id from message
      where workspace_id = ${w.workspaceId} and type = 'out' and conversation_id = any (${abroad.slice(0, 3)}::uuid[])`),
  );
  const different = await named(/norway/i);
  assert.deepEqual([different.byHand, different.gap], [2, true], 'most from a saved answer, and each something else');

  const same = (by: string, text: string) => ({ id: by, message: by + text.length, by, text });
  assert.deepEqual(compare([same('a', 'The invoice is attached'), same('b', 'The invoice is attached')]).differ, false);
  assert.deepEqual(compare([same('a', 'The invoice is attached'), same('a', 'Ask your bank')]).differ, false);
  assert.equal(
    compare([
      same('a', 'The invoice is attached to this mail'),
      same('b', 'Ask your bank'),
      same('c', 'Your invoice is attached to this mail now'),
    ]).best,
    same('a', 'The invoice is attached to this mail').message,
  );
});

test('The best answer so far names nobody; saved and linked it closes the gap, and is counted where it is sent since', async () => {
  const one = await named(/invoice/i);
  const { best } = await w.tx((t) => bestAnswer(t, one.id));
  assert.match(best?.text ?? '', /invoice (is )?attached to this mail/);
  assert.match(best?.text ?? '', /\{\{customer\.(first_)?name\}\}|^Hello,/);
  assert.doesNotMatch(best?.text ?? '', /Ada|The lead/);

  const mine = await w.tx((t) =>
    writeAnswer(t, w.people.lead, one.id, { name: 'Invoice', text: best?.text ?? '', for: 'me' }),
  );
  const alone = await named(/invoice/i);
  assert.deepEqual([alone.answer?.alone, alone.gap], [true, true], 'one that nobody else may use closes nothing');
  const others = (await w.tx((t) => listClusters(t, w.people.manager))).items.find(({ id }) => id === one.id);
  assert.deepEqual(others?.answer, { id: mine.snippetId, name: null, alone: true });

  const { snippetId } = await w.tx((t) =>
    writeAnswer(t, w.people.lead, one.id, { name: 'Invoice', text: best?.text ?? '', for: 'everyone' }),
  );
  const linked = await named(/invoice/i);
  assert.deepEqual(
    [linked.answer, linked.gap, linked.used],
    [{ id: snippetId, name: 'Invoice', alone: false }, false, 0],
  );
  await answer(asked[3] as string, 'manager', 'Hello, the invoice is attached to this mail.', snippetId);
  await find();
  const used = await named(/invoice/i);
  assert.deepEqual([used.used, used.byHand, used.answered], [1, 2, 4]);
  assert.deepEqual(
    (await behind(one.id, 'used')).map(({ id }) => id),
    [asked[3]],
  );

  await w.tx((t) => linkAnswer(t, w.people.lead, one.id, { snippetId: old }));
  assert.deepEqual([(await named(/invoice/i)).used, (await behind(one.id, 'used')).length], [0, 0], 'sent before only');
  await w.tx((t) => linkAnswer(t, w.people.lead, one.id, { snippetId: null }));
  assert.equal((await named(/invoice/i)).answer, null);
  await w.tx((t) => linkAnswer(t, w.people.manager, one.id, { snippetId }));
  await assert.rejects(
    w.tx((t) => linkAnswer(t, w.people.manager, one.id, { snippetId: mine.snippetId })),
    (error) => isRefusedAs(error, 'not-found'),
    'what is somebody else’s own',
  );
  await w.tx((t) =>
    t.run(sql`update snippet set archived_at = now() where workspace_id = ${w.workspaceId} and id = ${snippetId}`),
  );
  assert.equal((await named(/invoice/i)).gap, false, 'half of the answers were saved ones');
  assert.equal((await named(/invoice/i)).answer, null, 'what was put away answers nothing');
});

test('A problem is made of a question with everything in it, and taken back it is the question it was, filed by whom it was', async () => {
  const one = await named(/norway/i);
  const { problemId, filed } = await w.tx((t) =>
    makeProblemOf(t, w.people.manager, one.id, { name: 'No shipping abroad' }),
  );
  assert.equal(filed, 5);
  const problem = await w.tx((t) => problemById(t, problemId));
  assert.deepEqual([problem.conversations, problem.provisional], [5, 5]);
  assert.ok(!(await all()).some(({ id }) => id === one.id));
  await find();
  assert.ok(!(await all()).some(({ id }) => id === one.id), 'nor is it found again: they are no questions now');
  const [sure, ...rest] = abroad as [string, ...string[]];
  await w.tx((t) => confirm(t, w.people.lead, problemId, { conversationIds: [sure], right: true }));

  await w.tx((t) => reopenCluster(t, w.people.lead, one.id));
  assert.equal((await filedAs(sure))?.kind, 'problem', 'what was confirmed since stays');
  for (const id of rest)
    assert.deepEqual(await filedAs(id), { kind: 'question', filed_by: w.people.lead.id, provisional: false });
  assert.equal((await named(/norway/i)).conversations, 4);
});

test('A question that was dismissed is shown among what was dismissed, comes back when taken back, and stays away until then', async () => {
  const one = await named(/norway/i);
  await w.tx((t) => dismissCluster(t, w.people.lead, one.id));
  await ask('What is shipping to Norway for one lamp?');
  await find();
  assert.ok(!(await all()).some(({ id }) => id === one.id));
  assert.deepEqual(
    (await all('dismissed')).map(({ id, decidedBy }) => [id, decidedBy]),
    [[one.id, w.people.lead.id]],
  );
  assert.deepEqual((await w.tx((t) => listClusters(t, w.people.lead))).dismissed, { unfiled: 0, question: 1 });
  await w.tx((t) => reopenCluster(t, w.people.lead, one.id));
  assert.ok((await all()).some(({ id }) => id === one.id));
});

test('Questions are looked at again when enough are new, whatever became of the rest; an erasure takes their names along', async () => {
  await w.tx((t) => t.run(sql`update cluster_run set at = now() where workspace_id = ${w.workspaceId}`));
  await w.tx(findWhenDue);
  assert.equal(await w.jobAt('find-questions'), undefined);
  for (let i = 0; i < 20; i++) await ask(`Something else ${i}`);
  await w.tx(findWhenDue);
  assert.ok(await w.jobAt('find-questions'));
  await w.tx(forgetClusters);
  assert.ok((await all()).every(({ name }) => name === ''));
  await find();
  assert.ok((await all()).every(({ name }) => name !== ''));
});
