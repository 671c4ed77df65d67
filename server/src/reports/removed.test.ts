import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { dayOf, reported } from '../../test/reported.ts';
import { sql } from '../base/db.ts';
import { enterCustomers } from '../problems/active.ts';
import { judgeProblems } from '../problems/life.ts';
import { changeProblem, conversationsOf, listProblems, makeProblem } from '../problems/problems.ts';
import { contactRate } from '../problems/rate.ts';
import { removed } from './removed.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const make = async (name: string): Promise<string> => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;

const wrote = (problem: string, was: number, is: number, fixed = 31) =>
  w.tx((t) => reported(t, { problem, inbox: w.inboxId, was, is, fixed }));

test('What was removed stands with its rate before and after and how many fewer write; only what is verified is summed up', async () => {
  const [gone, other, young] = [
    await make('Cannot pay by card'),
    await make('The parcel is late'),
    await make('Young'),
  ];
  await wrote(gone, 12, 2, 10);
  await wrote(other, 12, 12, 10);
  await w.tx((t) => enterCustomers(t, { from: dayOf(40), customers: 800 }));
  await w.tx((t) => changeProblem(t, w.people.lead, gone, { state: 'fixed', shippedOn: dayOf(10, 2) }));
  await w.tx((t) => changeProblem(t, w.people.lead, young, { state: 'fixed', shippedOn: dayOf(1) }));
  const ofWeeks = (weeks: number) => w.tx((t) => removed(t, weeks));

  const fixed = await ofWeeks(12);
  assert.deepEqual(
    fixed.items.map((one) => [one.name, one.state]),
    [
      ['Cannot pay by card', 'fixed'],
      ['Young', 'fixed'],
    ],
  );
  assert.deepEqual([fixed.verified, fixed.fewer], [0, 0], 'nothing is promised before the rule says so');
  assert.deepEqual([fixed.items[1]?.finding.verdict, fixed.items[1]?.fewer], ['too-early', null]);
  assert.deepEqual(
    (await ofWeeks(4)).items.map((one) => one.name),
    ['Young'],
    'what shipped before these weeks is not in them',
  );
  assert.equal(await w.tx(judgeProblems), 1);
  const { items, verified, fewer } = await ofWeeks(4);
  assert.equal(verified, 1, 'what is fixed is not proven to be removed');
  assert.deepEqual(
    items.map((one) => [one.name, one.state]),
    [
      ['Cannot pay by card', 'verified'],
      ['Young', 'fixed'],
    ],
    'verified in these weeks counts, however long ago it shipped',
  );
  const [one] = items;
  const { finding } = await w.tx((t) => contactRate(t, gone));
  assert.deepEqual(
    [one?.before?.weeks, one?.after?.weeks, one?.before?.reporters, one?.after?.reporters],
    [finding.weeksBefore, finding.weeksAfter, finding.reportersBefore, finding.reportersAfter],
  );
  const [was, is] = [one?.before?.rate, one?.after?.rate];
  assert.ok(was && is && was.low < was.by1000 && was.by1000 < was.high && is.high < was.low, JSON.stringify(one));
  assert.ok(Math.abs(was.by1000 - 16.25) < 0.3 && Math.abs(is.by1000 - 2.5) < 0.01);
  assert.ok(Math.abs(fewer - 11) < 1.5 && fewer === one?.fewer?.mean, String(fewer));
  assert.ok((one?.fewer?.low ?? 0) > 5 && (one?.fewer?.low ?? 0) < fewer && fewer < (one?.fewer?.high ?? 0));
  // More than are listed, and later than it: what it spares is summed up all the same.
  await w.tx((t) =>
    t.run(
      sql`insert into problem (workspace_id, id, name, state, shipped_on) select ${w.workspaceId}, gen_random_uuid(), 'Later ' || n, 'verified', ${dayOf(2)}::date from generate_series(1, 13) n`,
    ),
  );
  const many = await ofWeeks(4);
  assert.deepEqual(
    [many.items.length, many.more, many.verified, many.items[0]?.name],
    [12, 3, 14, 'Cannot pay by card'],
  );
  assert.equal(many.fewer, fewer);
  const stranger = await w.another();
  assert.deepEqual((await stranger.tx((t) => removed(t, 12))).items, []);
  await stranger.end();
});

test('Problems are counted over the weeks that are asked for, and the list behind shows as many', async () => {
  const id = await make('The lamp hums');
  await wrote(id, 3, 3);
  for (const weeks of [1, 4, 12]) {
    const { items, filed } = await w.tx((t) => listProblems(t, { weeks }));
    const one = items.find((row) => row.id === id);
    // The running week has none.
    assert.deepEqual([one?.conversations, one?.customers], [(weeks - 1) * 3, (weeks - 1) * 3]);
    const behind = await w.tx((t) => conversationsOf(t, id, { weeks, limit: 100 }));
    assert.equal(behind.items.length, one?.conversations);
    assert.ok(Math.abs(items.reduce((sum, row) => sum + row.share, 0) - (filed ? 1 : 0)) < 1e-6);
  }
  assert.equal((await w.tx((t) => listProblems(t, {}))).items.find((row) => row.id === id)?.conversations, 90);
});

test('The first of the weeks begins on Monday where the workspace is', async () => {
  const tokyo = await w.another();
  try {
    await tokyo.tx((t) => t.run(sql`update workspace set time_zone = 'Asia/Tokyo' where id = ${tokyo.workspaceId}`));
    const { from } = await tokyo.tx((t) => removed(t, 4));
    const monday = new Date(Date.parse(from) + 9 * 3_600_000);
    const fixedOn = async (name: string, days: number): Promise<void> => {
      const { id } = await tokyo.tx((t) => makeProblem(t, tokyo.people.lead, { name }));
      const shippedOn = new Date(monday.getTime() + days * 86_400_000).toISOString().slice(0, 10);
      await tokyo.tx((t) => changeProblem(t, tokyo.people.lead, id, { state: 'fixed', shippedOn }));
    };
    await fixedOn('On Sunday', -1);
    await fixedOn('On Monday', 0);
    assert.deepEqual(
      (await tokyo.tx((t) => removed(t, 4))).items.map((one) => one.name),
      ['On Monday'],
    );
  } finally {
    await tokyo.end();
  }
});
