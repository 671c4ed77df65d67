import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { practised, unpractised } from '../../test/practised.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { confirm, problemById, setFiling } from '../problems/index.ts';
import { dismissCluster, forgetClusters, makeProblemOf, reopenCluster } from './clusters.ts';
import { findClusters, findWhenDue } from './find.ts';
import { conversationsOfCluster, listClusters } from './found.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const dark = [
  'The lamp stays dark after I changed the bulb',
  'My lamp stays dark although the bulb is new',
  'Lamp stays dark, new bulb does not light up',
  'Why does the lamp stay dark with a new bulb?',
  'Bulb changed, and the lamp stays dark',
  'The lamp stays dark since yesterday, bulb looks fine',
];
const parcel = [
  'Wo bleibt mein Paket? Die Sendungsverfolgung steht still',
  'Mein Paket ist seit Tagen in der Sendungsverfolgung nicht bewegt worden',
  'Paket verloren? Sendungsverfolgung zeigt nichts',
  'Die Sendungsverfolgung meines Pakets steht seit Montag',
  'Paket kommt nicht an, Sendungsverfolgung ohne Bewegung',
];
const others = [
  'Could you tell me the weight in kilograms?',
  'Is your shop open on Sunday?',
  'We would like to write about you in our magazine',
  'Quel est votre numéro de TVA ?',
  'Please send the invoice of March once more',
];
let writers = 0;
const write = async (text: string, more: object = {}): Promise<string> => {
  const from = { address: `writer${++writers}@example.org`, name: 'A writer' };
  const [received] = await w.receive({ subject: text, text, from, ...more });
  return received?.conversationId as string;
};
const find = () => findClusters(w.hearten, w.workspaceId);
const found = (state: 'open' | 'dismissed' = 'open') => w.tx((t) => listClusters(t, w.people.lead, { state }));
const list = async () => (await found()).items;
const membersOf = async (id: string) =>
  (await w.tx((t) => conversationsOfCluster(t, id, {}))).items.map((one) => one.id).sort();
const refusedAs = (refusal: Parameters<typeof isRefusedAs>[1]) => (error: unknown) => isRefusedAs(error, refusal);

test('What unfiled conversations have in common is found in any language, named, and counted as the list behind it', async () => {
  const mine: string[] = [];
  for (const text of [...dark, ...parcel, ...others]) mine.push(await write(text));
  await find();
  const both = await list();
  assert.equal(both.length, 2, JSON.stringify(both));
  const [first, second] = both;
  assert.match(first?.name ?? '', /lamp|dark|bulb/i);
  assert.match(second?.name ?? '', /sendungsverfolgung|paket/i);
  assert.deepEqual(await membersOf(first?.id ?? ''), mine.slice(0, 6).sort());
  assert.deepEqual(await membersOf(second?.id ?? ''), mine.slice(6, 11).sort());
  assert.deepEqual([first?.conversations, first?.customers, first?.samples.length], [6, 6, 3]);
});

test('Spam, mail of machines, what was merged away and what one customer wrote again and again are no cluster', async () => {
  const gone = 'The refund was not paid, where is the refund of my order';
  for (let i = 0; i < 3; i++) await write(`${gone} ${'abc'[i]}`, { automatic: true });
  for (let i = 0; i < 3; i++) {
    const id = await write(`${gone} ${'def'[i]}`);
    await w.tx((t) =>
      t.run(sql`update conversation set folder = 'spam' where workspace_id = ${w.workspaceId} and id = ${id}`),
    );
  }
  const into = await write(`${gone} g`);
  for (let i = 0; i < 3; i++) {
    const id = await write(`${gone} ${'hij'[i]}`);
    await w.tx((t) =>
      t.run(sql`update conversation set merged_into = ${into} where workspace_id = ${w.workspaceId} and id = ${id}`),
    );
  }
  const same = { from: { address: 'again@example.org', name: 'Again' } };
  for (let i = 0; i < 6; i++) await write(`Please cancel my subscription of candles ${'klmnop'[i]}`, same);
  await find();
  assert.deepEqual(
    (await list()).map(({ name }) => /refund|subscription/i.test(name)),
    [false, false],
  );
});

test('A cluster stays the same one when more of the kind come, and so does what was decided about it', async () => {
  const [first, second] = await list();
  assert.ok(first && second);
  await w.tx((t) => dismissCluster(t, w.people.lead, second.id));
  const away = (await found('dismissed')).items;
  assert.deepEqual(
    away.map((one) => [one.id, one.decidedBy, one.conversations, one.decidedAt !== null]),
    [[second.id, w.people.lead.id, second.conversations, true]],
    'it can be looked at still',
  );
  assert.deepEqual([(await found()).dismissed, (await list()).length], [{ unfiled: 1, question: 0 }, 1]);
  assert.equal((await w.tx((t) => conversationsOfCluster(t, second.id, {}))).state, 'dismissed');
  await w.tx((t) => reopenCluster(t, w.people.manager, second.id));
  assert.ok(
    (await list()).some(({ id }) => id === second.id),
    'and taken back later',
  );
  assert.equal((await found()).dismissed.unfiled, 0);
  await w.tx((t) => dismissCluster(t, w.people.lead, second.id));
  const more = await write('The lamp stays dark with every bulb');
  const alike = await write('Sendungsverfolgung steht still, wo ist das Paket');
  await find();
  const now = await list();
  assert.deepEqual(
    now.map(({ id, name, conversations }) => [id, name, conversations]),
    [[first.id, first.name, 7]],
  );
  assert.ok((await membersOf(first.id)).includes(more));
  assert.ok((await membersOf(second.id)).includes(alike), 'it grew by one and stays dismissed');

  const ends = 'bitte danke montag dienstag mittwoch köln berlin hamburg bremen rot grün blau gelb weiß'.split(' ');
  for (const end of ends) await write(`Wo bleibt mein Paket? Die Sendungsverfolgung steht still, ${end}`);
  await find();
  assert.ok(
    (await list()).some(({ id }) => id === second.id),
    'three times as large it comes again',
  );
});

test('A problem is made of it with one press, provisionally and whole; the other who presses is told; and it is taken back', async () => {
  const [first] = (await list()).filter(({ name }) => /lamp|dark|bulb/i.test(name));
  assert.ok(first);
  const mine = await membersOf(first.id);
  const alone = mine[0] as string;
  await w.tx((t) => setFiling(t, w.people.lead, alone, { kind: 'one-off' }));
  const press = (who: keyof Desk['people']) =>
    w.tx((t) => makeProblemOf(t, w.people[who], first.id, { name: 'The lamp stays dark' }));
  const both = await Promise.allSettled([press('lead'), press('manager')]);
  const made = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const refused = both.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
  assert.equal(made.length, 1);
  assert.ok(refusedAs('conflict')(refused[0]), String(refused[0]));
  const { problemId, filed } = made[0] as { problemId: string; filed: number };
  assert.equal(filed, 6, 'what somebody had filed meanwhile stays as it was filed');
  const problem = await w.tx((t) => problemById(t, problemId));
  assert.deepEqual([problem.conversations, problem.provisional], [6, 6]);
  assert.ok(!(await list()).some(({ id }) => id === first.id));

  const sure = mine.find((id) => id !== alone) as string;
  await w.tx((t) => confirm(t, w.people.lead, problemId, { conversationIds: [sure], right: true }));
  await w.tx((t) => reopenCluster(t, w.people.lead, first.id));
  const left = await w.tx((t) => problemById(t, problemId));
  assert.deepEqual([left.conversations, left.provisional], [1, 0], 'what was confirmed since stays filed');
  assert.equal((await list()).find(({ id }) => id === first.id)?.conversations, 5);

  const again = await w.tx((t) => makeProblemOf(t, w.people.lead, first.id, { name: 'Dark' }));
  await w.tx((t) => reopenCluster(t, w.people.lead, first.id));
  await assert.rejects(
    w.tx((t) => problemById(t, again.problemId)),
    refusedAs('not-found'),
  );
  await assert.rejects(
    w.tx((t) => reopenCluster(t, w.people.lead, first.id)),
    refusedAs('conflict'),
  );
});

test('It is looked for again when enough is new, and an erasure takes the names along', async () => {
  await w.tx((t) => t.run(sql`update cluster_run set at = now() where workspace_id = ${w.workspaceId}`));
  await w.tx(findWhenDue);
  assert.equal(await w.jobAt('find-clusters'), undefined);
  for (let i = 0; i < 20; i++) await write(`Something new ${i}`);
  await w.tx(findWhenDue);
  assert.ok(await w.jobAt('find-clusters'));
  await find();
  const before = await list();
  assert.ok(before.length > 0);
  await w.tx(forgetClusters);
  const named = await w.tx((t) =>
    t.many(sql`select 1 from cluster where workspace_id = ${w.workspaceId} and (name <> '' or words <> '{}')`),
  );
  assert.equal(named.length, 0);
  const ids = (some: { id: string }[]): string[] => some.map(({ id }) => id).sort();
  assert.deepEqual(ids(await list()), ids(before), 'what belongs together still does, and its links still lead there');
  await find();
  assert.deepEqual(ids(await list()), ids(before));
  assert.ok((await list()).every(({ name }) => name !== ''));
});

test('What a search had read of somebody who is erased before it ends is not kept', async () => {
  const at = () =>
    w.tx((t) =>
      t.first<{ n: number }>(
        sql`select count(*)::int as n from cluster where workspace_id = ${w.workspaceId} and name <> ''`,
      ),
    );
  const { db } = w.hearten;
  let erased = false;
  const erasing: typeof db.tx = async (...args) => {
    const found = await db.tx(...args);
    if (!erased && Array.isArray(found)) await w.tx(forgetClusters);
    erased ||= Array.isArray(found);
    return found;
  };
  await findClusters({ ...w.hearten, db: { ...db, tx: erasing } }, w.workspaceId);
  assert.equal((await at())?.n, 0);
  await find();
  assert.ok((await at())?.n);
});

test('A cursor of no list is refused in words', async () => {
  const [one] = await list();
  for (const cursor of ['1.5', '1e300', '-3', 'abc'])
    await assert.rejects(
      w.tx((t) => conversationsOfCluster(t, one?.id ?? '', { cursor })),
      refusedAs('invalid'),
    );
});

test('What somebody practised with has nothing in common with what customers write', async () => {
  const before = (await list()).map((one) => one.id).toSorted();
  const wobbly = [
    'wobbles on its foot',
    'foot wobbles on the table',
    'wobbly foot, it tips over',
    'the foot wobbles when I touch it',
    'tips over, its foot wobbles',
  ];
  const ids: string[] = [];
  for (const text of wobbly) ids.push(await write(`The tripod ${text}`));
  await practised(w, ...ids);
  await find();
  assert.deepEqual((await list()).map((one) => one.id).toSorted(), before);
  await unpractised(w, ...ids);
  await find();
  assert.equal((await list()).length, before.length + 1, 'as customers write it, it is found');
});
