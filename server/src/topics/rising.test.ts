import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { practised, unpractised } from '../../test/practised.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { learnWords, makeProblem, setFiling } from '../problems/index.ts';
import { mergeProblem } from '../problems/merge.ts';
import { dismissCluster, makeProblemOf, reopenCluster } from './clusters.ts';
import { findClusters } from './find.ts';
import { listClusters } from './found.ts';
import { hear } from './hear.ts';
import { pastOf } from './past.ts';
import { conversationsOfRise, listRises } from './rises.ts';
import { lookForRises, lookSoon } from './rising.ts';
import { bound, clearer, hourOfWeek, risen, shapeOf, tail } from './surprise.ts';

let w: Desk;
let problem: string;
const HOUR = 3_600_000;
before(async () => {
  w = await desk();
  problem = (await w.tx((t) => makeProblem(t, w.people.lead, { name: 'Payment is refused' }))).id;
});
after(() => w.end());

let writers = 0;
const write = async (text: string, from?: string): Promise<string> => {
  const address = from ?? `writer${++writers}@example.org`;
  const [received] = await w.receive({ subject: text, text, from: { address, name: 'A writer' } });
  return received?.conversationId as string;
};
const refused = [
  'card payment refused at checkout',
  'payment refused, card is fine',
  'checkout refused my card payment',
];
/** Eight quiet weeks: something every three hours, and one about this problem every second day. */
async function lived(days: number): Promise<void> {
  await w.tx(async (t) => {
    const customer = newId();
    await t.run(sql`insert into customer (workspace_id, id, name) values (${w.workspaceId}, ${customer}, 'Long ago')`);
    await t.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
      select ${w.workspaceId}, gen_random_uuid(), 5000 + n, ${w.inboxId}, 'email', ${customer}, 'Long ago', 'old@example.org', 'Old ' || n, 'closed', now() - n * interval '3 hours', now() - n * interval '3 hours' from generate_series(3, ${days * 8}::int) n`);
    await t.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional)
      select workspace_id, id, 0, 'problem', ${problem}, false from conversation where workspace_id = ${w.workspaceId} and number > 5000 and number % 16 = 0`);
  });
}
const look = () => w.tx(lookForRises);
const rises = async () => (await w.tx(listRises)).items;
const told = (name: string) =>
  w.tx((t) => t.many(sql`select 1 from event where workspace_id = ${w.workspaceId} and name = ${name}`));

test('The chance of many where few are usual is that of a negative binomial, and exact far out', () => {
  assert.ok(Math.abs(tail(1, 0.4, 1e9) - (1 - Math.exp(-0.4))) < 1e-6, 'without scatter it is Poisson’s');
  assert.ok(Math.abs(tail(7, 0.4, 1e9) / 2.3e-7 - 1) < 0.2, String(tail(7, 0.4, 1e9)));
  assert.ok(tail(7, 0.4, 6) > tail(7, 0.4, 1e9), 'days that differ make it likelier');
  assert.equal(tail(0, 3, 6), 1);
  assert.equal(hourOfWeek(Date.UTC(2026, 10, 23)), 0, 'a Monday begins it');
  const shape = shapeOf(Array.from({ length: 168 }, (_, i) => (i % 24 < 8 ? 0 : 20)));
  assert.ok((shape[4] ?? 0) < 0.2 && (shape[14] ?? 0) > 1.2);
  assert.ok(bound(200) < bound(20), 'the more topics are looked at, the rarer it must be');
});

test('Seven customers in forty minutes, usually 0.4, is a rise; seven of one customer are none, nor what the hour explains', () => {
  const now = Date.UTC(2026, 10, 25, 14);
  const flat = new Array<number>(168).fill(1);
  const usual = { conversations: 800, hours: 56 * 24, shape: flat };
  const seven = Array.from({ length: 7 }, (_, i) => ({ at: now - i * 5 * 60_000, customer: `c${i}` }));
  const found = risen(seven, now, usual, 20);
  assert.deepEqual([found?.customers, found?.minutes, Math.round((found?.usual ?? 0) * 10) / 10], [7, 40, 0.4]);
  assert.equal(
    risen(
      seven.map((one) => ({ ...one, customer: 'same' })),
      now,
      usual,
      20,
    ),
    null,
  );
  const busy = flat.map((_, i) => (i === hourOfWeek(now) || i === hourOfWeek(now - HOUR) ? 12 : 0.9));
  assert.equal(risen(seven, now, { ...usual, shape: busy }, 20), null, 'at this hour of the week five are usual');
});

test('A desk that filed little is not alarmed by knowing more of today than of the past', () => {
  const now = Date.UTC(2026, 10, 25, 14);
  const shape = new Array<number>(168).fill(1);
  // Sixty a day come of this topic, as ever; of the past one in twenty is filed, of today four in five are told.
  const many = Array.from({ length: 15 }, (_, i) => ({ at: now - i * 20 * 60_000, customer: `c${i}` }));
  const filed = { conversations: 56 * 3, hours: 56 * 24, shape };
  assert.ok(risen(many, now, filed, 40), 'by what was filed alone it would be one');
  const times = clearer({ lately: 15, past: 168 }, { lately: 95, past: 1_068 }, { lately: 115, past: 18_168 });
  assert.equal(risen(many, now, { ...filed, conversations: 168 * times }, 40), null, `${times} times`);
  assert.equal(clearer({ lately: 9, past: 28 }, { lately: 9, past: 28 }, { lately: 9, past: 448 }), 1);
  const steady = clearer({ lately: 30, past: 100 }, { lately: 54, past: 8_100 }, { lately: 60, past: 10_100 });
  assert.ok(steady < 1.1, 'who always filed four in five is as quick to be told as before');
});

test('A desk younger than a week is not told that anything rises', async () => {
  for (let i = 0; i < 3; i++) {
    const id = await write(refused[i] as string);
    await w.tx((t) => setFiling(t, w.people.lead, id, { kind: 'problem', problems: [{ id: problem }] }));
  }
  await w.tx((t) => learnWords(t, problem));
  for (let i = 0; i < 6; i++) await write(`${refused[i % 3]} ${'abcdef'[i]}`);
  await look();
  assert.deepEqual(await rises(), []);
});

test('A rise is flagged within half a minute of looking, once, with as many conversations as it says; more join it; then it rests', async () => {
  await lived(56);
  const soon = await w.tx(async (t) => {
    const events = await t.many<Parameters<typeof lookSoon>[1][number]>(
      sql`select * from event where workspace_id = ${w.workspaceId} and name = 'message.received' order by id desc limit 1`,
    );
    await lookSoon(t, events);
    return Math.floor(Date.now() / 30_000);
  });
  const at = (await w.jobAt(`look-for-rises:${soon + 1}`)) ?? (await w.jobAt(`look-for-rises:${soon}`));
  assert.ok(at && new Date(at).getTime() - Date.now() <= 30_000, `looked for at ${at}`);
  const lately = await w.tx((t) =>
    t.many<{ id: string }>(
      sql`select id from conversation where workspace_id = ${w.workspaceId} and created_at > now() - interval '1 hour'`,
    ),
  );
  const ids = lately.map((one) => one.id);
  await practised(w, ...ids);
  await look();
  assert.deepEqual(await rises(), [], 'what somebody practises with is no rise');
  await unpractised(w, ...ids);
  await look();
  const [rise, ...more] = await rises();
  assert.ok(rise);
  assert.equal(more.length, 0);
  assert.deepEqual([rise.problemId, rise.name, rise.endedAt], [problem, 'Payment is refused', null]);
  assert.ok(rise.flaggedCustomers >= 7 && rise.usual < 0.5, JSON.stringify(rise));
  const list = await w.tx((t) => conversationsOfRise(t, rise.id, {}));
  assert.equal(list.items.length, rise.conversations);
  assert.equal((await told('problem.rising')).length, 1);

  await write('card payment refused at checkout again');
  await look();
  await look();
  const [grown] = await rises();
  assert.equal(grown?.conversations, rise.conversations + 1);
  assert.equal((await told('problem.rising')).length, 1, 'once, however long it goes on');

  await w.tx((t) =>
    t.run(
      sql`update conversation set created_at = created_at - interval '20 hours' where workspace_id = ${w.workspaceId} and number < 5000`,
    ),
  );
  await w.tx((t) =>
    t.run(sql`update topic_heard set at = at - interval '20 hours' where workspace_id = ${w.workspaceId}`),
  );
  await look();
  assert.ok((await rises())[0]?.endedAt, 'nothing came for long: it is over');
  assert.equal((await told('problem.rested')).length, 1);
});

test('A problem made of what rises goes on rising as that problem, also merged and taken back, and nobody is told twice', async () => {
  for (let i = 0; i < 8; i++) await write(`The invoice has blank pages only, number ${'abcdefgh'[i]}`);
  await findClusters(w.hearten, w.workspaceId);
  const [cluster] = (await w.tx((t) => listClusters(t, w.people.lead))).items.filter(({ name }) =>
    /invoice|blank|pages/i.test(name),
  );
  assert.ok(cluster);
  const before = (await told('problem.rising')).length;
  await look();
  const going = async () => (await rises()).filter(({ endedAt }) => endedAt === null);
  const [rise] = await going();
  assert.deepEqual([rise?.clusterId, rise?.conversations], [cluster.id, 8]);
  const once = async () => assert.equal((await told('problem.rising')).length, before + 1, 'told once');
  await once();

  const make = () => w.tx((t) => makeProblemOf(t, w.people.lead, cluster.id, { name: 'The invoice is blank' }));
  const { problemId } = await make();
  await look();
  assert.deepEqual(
    (await going()).map((one) => [one.id, one.problemId, one.clusterId]),
    [[rise?.id, problemId, null]],
  );
  await once();
  await w.tx((t) => reopenCluster(t, w.people.lead, cluster.id));
  await look();
  assert.deepEqual(
    (await going()).map((one) => [one.id, one.problemId, one.clusterId]),
    [[rise?.id, null, cluster.id]],
  );
  await once();

  const again = await make();
  const { id: into } = await w.tx((t) => makeProblem(t, w.people.lead, { name: 'Invoices' }));
  await w.tx((t) => mergeProblem(t, w.people.lead, again.problemId, into));
  await look();
  await look();
  await once();
});

test('What rose stays on the page for its week when its group is not found again', async () => {
  for (let i = 0; i < 8; i++) await write(`The dimmer buzzes loudly at night, room ${'abcdefgh'[i]}`);
  await findClusters(w.hearten, w.workspaceId);
  await look();
  const [rise] = (await rises()).filter(({ name }) => /dimmer|buzz/i.test(name));
  assert.ok(rise?.clusterId);
  const list = await w.tx((t) => conversationsOfRise(t, rise.id, {}));
  for (const { id } of list.items) await w.tx((t) => setFiling(t, w.people.lead, id, { kind: 'one-off' }));
  await findClusters(w.hearten, w.workspaceId);
  assert.ok(!(await w.tx((t) => listClusters(t, w.people.lead))).items.some(({ id }) => id === rise.clusterId));
  const [still] = (await rises()).filter(({ id }) => id === rise.id);
  assert.equal(still?.conversations, list.items.length);
});

test('What somebody said is no problem rises no more', async () => {
  for (let i = 0; i < 5; i++) await write(`Do you sell gift wrapping paper with stars, kind ${'abcde'[i]}`);
  await findClusters(w.hearten, w.workspaceId);
  const [cluster] = (await w.tx((t) => listClusters(t, w.people.lead))).items.filter(({ name }) =>
    /gift|wrapping|stars/i.test(name),
  );
  assert.ok(cluster);
  for (let i = 0; i < 5; i++) await write(`Do you sell gift wrapping paper with stars, colour ${'vwxyz'[i]}`);
  await w.tx(hear);
  await w.tx((t) => dismissCluster(t, w.people.lead, cluster.id));
  await look();
  assert.ok(!(await rises()).some((one) => one.clusterId === cluster.id));
});

test('What is said to be no problem while it rises leaves the page at once, and goes on when that is taken back, told once', async () => {
  for (let i = 0; i < 8; i++) await write(`The kettle smells of burnt plastic, batch ${'abcdefgh'[i]}`);
  await findClusters(w.hearten, w.workspaceId);
  await look();
  const named = async () => (await rises()).filter(({ name }) => /kettle|smells|burnt|plastic|batch/i.test(name));
  const [rise] = await named();
  assert.ok(rise?.clusterId && rise.endedAt === null);
  const id = rise.clusterId;
  const counts = async () => [(await told('problem.rising')).length, (await told('problem.rested')).length];
  const [rising = 0, rested = 0] = await counts();

  await w.tx((t) => dismissCluster(t, w.people.lead, id));
  assert.deepEqual(await named(), [], 'before anybody looks again');
  const open = await w.tx((t) =>
    t.many(sql`select 1 from rise where workspace_id = ${w.workspaceId} and id = ${rise.id} and ended_at is null`),
  );
  assert.deepEqual(open, [], 'it is over');
  assert.deepEqual(await counts(), [rising, rested + 1]);
  await look();
  assert.deepEqual(await named(), []);

  await w.tx((t) => reopenCluster(t, w.people.lead, id));
  const going = async () => (await named()).map((one) => [one.id, one.endedAt]);
  assert.deepEqual(await going(), [[rise.id, null]]);
  await look();
  assert.deepEqual(await going(), [[rise.id, null]], 'it rises still');
  assert.equal((await counts())[0], rising, 'told once');

  await w.tx((t) => dismissCluster(t, w.people.lead, id));
  await w.tx((t) =>
    t.run(sql`
      with k as (update cluster set decided_at = decided_at - interval '7 hours' where workspace_id = ${w.workspaceId} and id = ${id} returning decided_at)
      update rise set ended_at = k.decided_at from k where workspace_id = ${w.workspaceId} and id = ${rise.id}`),
  );
  await w.tx((t) => reopenCluster(t, w.people.lead, id));
  const [past] = await named();
  assert.ok(past?.id === rise.id && past.endedAt !== null, 'after that long it only stays on the page for its week');
});

test('A wave so large that its chance is next to nothing is flagged like any other', async () => {
  const { id } = await w.tx((t) => makeProblem(t, w.people.lead, { name: 'The whole shop is down' }));
  const made = await w.receive(
    ...Array.from({ length: 24 }, (_, i) => ({
      subject: 'The whole shop is down',
      text: 'Nothing loads, the whole shop is down.',
      from: { address: `down${i}@example.org`, name: 'A writer' },
    })),
  );
  await w.tx((t) =>
    t.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional)
      select ${w.workspaceId}, c, 0, 'problem', ${id}, false from unnest(${made.map((one) => one.conversationId as string)}::uuid[]) c`),
  );
  await look();
  const [rise] = (await rises()).filter(({ problemId }) => problemId === id);
  assert.equal(rise?.flaggedCustomers, 24);
});

const usual = [
  'Where is my parcel',
  'I want to return the shade',
  'Is the cable long enough',
  'The invoice has a wrong name',
  'Can you engrave a lamp',
];
/** A desk of eight weeks in which a few things are asked again and again, and somebody new for each word that is said. */
async function lively(weeks = 8): Promise<Desk & { say: (text: string, from?: string) => Promise<string> }> {
  const d = await w.another();
  const say = async (text: string, from = `new${++writers}@example.org`): Promise<string> =>
    (await d.receive({ subject: text, text, from: { address: from, name: 'A writer' } }))[0]?.conversationId as string;
  await d.receive(
    ...Array.from({ length: weeks * 15 }, (_, n) => {
      const text = `${usual[n % 5]}, order ${'abcdefghij'[n % 10]}`;
      return { subject: text, text, from: { address: `old${n}@example.org`, name: 'Before' } };
    }),
  );
  await d.tx((t) =>
    t.run(
      sql`update conversation set created_at = now() - number * interval '11 hours', last_at = now() - number * interval '11 hours' where workspace_id = ${d.workspaceId}`,
    ),
  );
  return { ...d, say };
}

test('A phrase that belongs to no problem and nothing found is told while it rises, with its conversations, and is made a problem at once', async () => {
  const d = await lively();
  const rising = () => d.tx(listRises);
  for (let n = 0; n < 4; n++) await d.say(`The Fjord app says pairing code expired, phone ${'abcd'[n]}`);
  for (let n = 0; n < 9; n++) await d.say(`${usual[n % 5]}, again ${'klmnopqrs'[n]}`);
  for (let n = 0; n < 6; n++)
    await d.say(`Please call about the chandelier quote, ${'abcdef'[n]}`, 'often@example.org');
  await d.tx(lookForRises);
  assert.deepEqual((await rising()).items, [], 'four are none, nor is one customer, nor what is said every day');
  const wave = [];
  for (let n = 0; n < 3; n++) wave.push(await d.say(`Pairing code expired in the Fjord app, tablet ${'efg'[n]}`));
  await d.tx(lookForRises);
  const [rise, ...more] = (await rising()).items;
  assert.ok(rise?.clusterId);
  assert.equal(more.length, 0);
  assert.match(rise.name, /pairing|code|expired|fjord/i);
  assert.deepEqual([rise.flaggedCustomers, rise.conversations], [7, 7]);
  assert.ok(rise.usual < 0.1, `${rise.usual}`);
  const { items } = await d.tx((t) => conversationsOfRise(t, rise.id, {}));
  assert.ok(wave.every((id) => items.some((one) => one.id === id)));
  const events = () =>
    d.tx((t) => t.many(sql`select 1 from event where workspace_id = ${d.workspaceId} and name = 'problem.rising'`));
  await d.say('The pairing code of the Fjord app is expired, watch');
  await d.tx(lookForRises);
  assert.deepEqual(
    [(await events()).length, (await rising()).items[0]?.conversations],
    [1, 8],
    'once; one more joined',
  );

  const made = await d.tx((t) => makeProblemOf(t, d.people.lead, rise.clusterId ?? '', { name: 'Pairing expires' }));
  assert.equal(made.filed, 7);
  await d.tx(lookForRises);
  assert.deepEqual([(await events()).length, (await rising()).items[0]?.problemId], [1, made.problemId]);
});

test('How often words are said usually is read once an hour, is forgotten then, and takes a bounded room over all workspaces', async () => {
  const [d, other] = [await lively(4), await lively(4)];
  const first = await d.tx((t) => pastOf(t));
  assert.equal(first?.n, 60);
  assert.ok((first.often.get('parcel') ?? 0) >= 12, JSON.stringify([...first.often]));
  assert.equal(await d.tx((t) => pastOf(t)), first, 'a look half a minute later reads nothing of the past');
  await other.tx((t) => pastOf(t, { room: 0 }));
  const again = await d.tx((t) => pastOf(t, { ms: 1 }));
  assert.notEqual(again, first, 'the oldest goes where there is no room');
  assert.deepEqual(again, first);
  while ((await d.tx((t) => pastOf(t))) === again);
});

test('A question that was dismissed keeps no new problem from being found that sounds like it', async () => {
  const leaks = (n: number): string => `The garden lantern leaks rain water, piece ${'abcdefghijklmnop'[n]}`;
  const d = await lively();
  for (let n = 0; n < 8; n++) await d.say(leaks(n));
  await d.tx(lookForRises);
  const found = async () => (await d.tx((t) => listClusters(t, d.people.lead))).items.map(({ id }) => id);
  const [question] = await found();
  await d.tx((t) => dismissCluster(t, d.people.lead, question as string));
  await d.tx((t) =>
    t.run(sql`update cluster set kind = 'question' where workspace_id = ${d.workspaceId} and id = ${question}`),
  );
  for (let n = 8; n < 16; n++) await d.say(leaks(n));
  await d.tx(lookForRises);
  assert.equal((await found()).length, 1);
});

test('A phrase that somebody said is no problem is not found anew, and a desk with little to compare finds none', async () => {
  const leaks = (n: number): string => `The garden lantern leaks rain water, piece ${'abcdefghijklmnop'[n]}`;
  const d = await lively();
  const open = async () => (await d.tx((t) => listClusters(t, d.people.lead))).items.map(({ id }) => id);
  for (let n = 0; n < 8; n++) await d.say(leaks(n));
  await d.tx(lookForRises);
  const [found] = await open();
  assert.ok(found);
  await d.tx((t) => dismissCluster(t, d.people.lead, found));
  for (let n = 8; n < 16; n++) await d.say(leaks(n));
  await d.tx(lookForRises);
  assert.deepEqual(await open(), []);

  const young = await lively(1);
  for (let n = 0; n < 8; n++) await young.say(leaks(n));
  await young.tx(lookForRises);
  assert.deepEqual(
    (await young.tx((t) => listClusters(t, young.people.lead))).items,
    [],
    'fifteen conversations do not say what is usual',
  );
});
