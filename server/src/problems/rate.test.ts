import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { dayOf, reported } from '../../test/reported.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { countActive, countOrders, enterCustomers, enteredCustomers, ordersRenamed } from './active.ts';
import { linkOf } from './issues/told.ts';
import { endsAs, judgeProblems } from './life.ts';
import { changeProblem, makeProblem, problemById } from './problems.ts';
import { contactRate } from './rate.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const DAY = 86_400_000;
const now = new Date();
const monday = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate() - ((now.getUTCDay() + 6) % 7));
/** The Monday of so many weeks ago. */
const week = (ago: number): string => new Date(monday - ago * 7 * DAY).toISOString().slice(0, 10);

const make = async (name: string): Promise<string> => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
const customer = async (): Promise<string> => {
  const id = newId();
  await w.tx((t) => t.run(sql`insert into customer (workspace_id, id) values (${t.workspaceId}, ${id})`));
  return id;
};
let numbers = 100_000;
type Wrote = { ago: number; by: string; problems?: string[]; inbox?: string };
/** Conversations as they would stand after so many weeks, each on the Tuesday of its week. */
async function wrote(all: Wrote[]): Promise<void> {
  const rows = all.map(({ ago, by, problems = [], inbox = w.inboxId }) => ({
    ...{ id: newId(), number: ++numbers, by, inbox, problems },
    at: new Date(monday - ago * 7 * DAY + DAY + 3_600_000).toISOString(),
  }));
  const given = JSON.stringify(rows);
  await w.tx(async (t) => {
    await t.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
      select ${t.workspaceId}, r.id, r.number, r.inbox, 'email', r.by, 'A writer', 'a@example.org', 'Hello', 'closed', r.at, r.at
      from jsonb_to_recordset(${given}::jsonb) as r (id uuid, number bigint, inbox uuid, by uuid, at timestamptz)`);
    await t.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional)
      select ${t.workspaceId}, r.id, p.n - 1, 'problem', p.id, false from jsonb_to_recordset(${given}::jsonb) as r (id uuid, problems uuid[])
        cross join lateral unnest(r.problems) with ordinality as p (id, n)`);
  });
}
const many = async (n: number): Promise<string[]> => {
  const ids = Array.from({ length: n }, newId);
  await w.tx((t) =>
    t.run(sql`insert into customer (workspace_id, id) select ${t.workspaceId}, unnest(${ids}::uuid[])`),
  );
  return ids;
};
/** Thirty weeks: some report the problem, as many each week as `reporters` says, twelve another one, and ten something else. */
async function year(problem: string, other: string, reporters: (ago: number) => number, inbox?: string): Promise<void> {
  const people = await many(60);
  const at = inbox ? { inbox } : {};
  const all: Wrote[] = [];
  for (let ago = 30; ago >= 1; ago--) {
    const n = reporters(ago);
    const plus = (ago * 3) % 4;
    all.push(...people.slice(0, n).map((by) => ({ ago, by, problems: [problem], ...at })));
    all.push(...people.slice(20, 32 + plus).map((by) => ({ ago, by, problems: [other], ...at })));
    all.push(...people.slice(40, 50).map((by) => ({ ago, by, ...at })));
  }
  await wrote(all);
}
const enter = (from: string, customers: number | null) => w.tx((t) => enterCustomers(t, { from, customers }));

test('A rate is unique customers over the denominator: twice in a week is once, merged is one, two problems are both', async () => {
  const [id, other] = [await make('The lamp stays dark'), await make('The parcel is late')];
  const [anna, ben, cleo, twin] = [await customer(), await customer(), await customer(), await customer()];
  await wrote([
    { ago: 6, by: cleo },
    { ago: 3, by: anna, problems: [id] },
    { ago: 3, by: anna, problems: [id] },
    { ago: 3, by: ben, problems: [other, id] },
    { ago: 3, by: twin, problems: [id] },
    { ago: 3, by: cleo, problems: [other] },
    { ago: 0, by: cleo, problems: [id] },
  ]);
  const at = async (ago: number) => (await w.tx((t) => contactRate(t, id))).weeks.find((one) => one.week === week(ago));
  assert.deepEqual([(await at(3))?.reporters, (await at(3))?.share], [3, 3 / 4]);
  await w.tx((t) =>
    t.run(sql`update customer set merged_into = ${anna} where workspace_id = ${t.workspaceId} and id = ${twin}`),
  );
  const counted = await at(3);
  assert.deepEqual([counted?.reporters, counted?.customers, counted?.rate], [2, null, null], 'no rate without a base');
  assert.equal(await at(0), undefined, 'a week that is not over is not there');
  assert.equal(await at(6), undefined, 'nor the one in which the desk began');
  assert.equal((await at(5))?.reporters, 0);

  await enter(week(4), 500);
  await enter(week(2), 1000);
  const [before, then, since] = [await at(5), await at(3), await at(1)];
  assert.deepEqual([before?.customers, then?.customers, since?.customers], [null, 500, 1000]);
  assert.equal(then?.rate, 4);
  // Byar's interval for two: 0.35 to 6.30 exactly (Garwood), by 500.
  assert.ok(Math.abs((then?.low ?? 0) - 0.71) < 0.1 && Math.abs((then?.high ?? 0) - 12.6) < 0.2, JSON.stringify(then));
  assert.deepEqual([since?.rate, since?.low], [0, 0]);
  assert.ok((since?.high ?? 0) > 2.5 && (since?.high ?? 9) < 3.5);
  await enter(week(2), null);
  assert.deepEqual((await w.tx(enteredCustomers)).items, [{ week: week(4), customers: 500 }]);
  await assert.rejects(enter('2999-01-01', 5), (error: unknown) => isRefusedAs(error, 'invalid'));
  await enter(week(4), null);
});

test('Another workspace’s conversations and numbers are in nobody’s rate', async () => {
  const [id, stranger] = [await make('Only here'), await w.another()];
  await stranger.tx((t) => enterCustomers(t, { from: week(9), customers: 77 }));
  const { weeks, base } = await w.tx((t) => contactRate(t, id));
  assert.ok(weeks.every((one) => one.customers === null && one.reporters === 0));
  assert.equal(base, null);
  await assert.rejects(
    stranger.tx((t) => contactRate(t, id)),
    (error: unknown) => isRefusedAs(error, 'not-found'),
  );
});

test('Customers who are seen are counted once a week, however often, when the week is over', async () => {
  const [one, two] = [await customer(), await customer()];
  const seen = (who: string, daysAgo: number) =>
    w.tx((t) =>
      t.run(
        sql`insert into visitor_event (workspace_id, id, customer_id, kind, name, at) values (${t.workspaceId}, ${newId()}, ${who}, 'event', 'Came', ${new Date(monday - daysAgo * DAY + 3_600_000).toISOString()})`,
      ),
    );
  for (const day of [16, 6, 5, 4]) await seen(one, day);
  await seen(two, 5);
  await seen(two, 0);
  assert.equal(await w.tx(countActive), 1);
  assert.equal(await w.tx(countActive), 0, 'each week once');
  const rows = await w.tx((t) =>
    t.many(sql`select week::text, customers from active_customers where workspace_id = ${t.workspaceId}`),
  );
  assert.deepEqual(rows, [{ week: week(1), customers: 2 }], 'not the week in which it began, and not this one');
  await w.tx((t) => t.run(sql`delete from active_customers where workspace_id = ${t.workspaceId}`));
});

test('Orders are counted by the name they have here, and are the denominator where no customers are tracked; one for all weeks, and verified needs it in each', async () => {
  const d = await w.another();
  const make = async (name: string) => (await d.tx((t) => makeProblem(t, d.people.lead, { name }))).id;
  const [id, other] = [await make('The plug is loose'), await make('The cable is short')];
  for (const [problem, is] of [
    [id, 2],
    [other, 12],
  ] as const)
    await d.tx((t) => reported(t, { problem, inbox: d.inboxId, was: 12, is, fixed: 20 }));
  await d.tx((t) => changeProblem(t, d.people.lead, id, { state: 'fixed', shippedOn: dayOf(20, 2) }));
  const buyer = newId();
  await d.tx((t) => t.run(sql`insert into customer (workspace_id, id) values (${t.workspaceId}, ${buyer})`));
  const event = (name: string, daysAgo: number, kind = 'event') =>
    d.tx((t) =>
      t.run(
        sql`insert into visitor_event (workspace_id, id, customer_id, kind, name, at) values (${t.workspaceId}, ${newId()}, ${buyer}, ${kind}, ${name}, ${new Date(monday - daysAgo * DAY + 3_600_000).toISOString()})`,
      ),
    );
  for (const day of [16, 6, 6, 5, 0]) await event('order', day);
  await event('order', 4, 'page');
  for (const day of [13, 12]) await event('Order completed', day);
  const rate = () => d.tx((t) => contactRate(t, id));
  const base = async () => (await rate()).base;
  assert.equal(await base(), null);
  assert.equal(await d.tx(countOrders), 1, 'a whole week, and what is no event is no order');
  assert.equal(await d.tx(countOrders), 0, 'each week once');
  const last = (await rate()).weeks;
  assert.deepEqual([await base(), last.at(-1)?.customers, last.at(-2)?.customers], ['orders', 3, null]);

  const fill = (table: 'orders' | 'active', weeks: string[]) =>
    d.tx((t) =>
      t.run(
        table === 'orders'
          ? sql`insert into counted_orders (workspace_id, week, event, orders) select ${t.workspaceId}, w, 'order', 400 from unnest(${weeks}::date[]) w on conflict do nothing`
          : sql`insert into active_customers (workspace_id, week, customers) select ${t.workspaceId}, w, 900 from unnest(${weeks}::date[]) w`,
      ),
    );
  await d.tx((t) => enterCustomers(t, { from: week(40), customers: 500 }));
  assert.equal(await base(), 'entered', 'a number that holds is better than some weeks of orders');
  assert.ok(
    (await rate()).weeks.every((one) => one.customers === 500),
    'nothing is mixed',
  );
  const all = (await rate()).weeks.map((one) => one.week);
  await fill(
    'orders',
    all.filter((one) => one !== week(16)),
  );
  const gap = await rate();
  assert.deepEqual([gap.base, gap.finding.verdict], ['orders', 'no-denominator'], 'one week has none');
  await fill('orders', all);
  const whole = await rate();
  assert.equal(whole.finding.verdict, 'verified', JSON.stringify(whole.finding));
  assert.equal(whole.weeks.at(-2)?.rate, (1000 * (whole.weeks.at(-2)?.reporters ?? 0)) / 400);

  await d.tx((t) => t.run(sql`update workspace set order_event = 'Order completed' where id = ${t.workspaceId}`));
  assert.equal(await base(), 'entered', 'under another name nothing of it counts');
  await d.tx((t) => ordersRenamed(t, { data: { orderEvent: 'Order completed' } } as never));
  assert.deepEqual((await d.tx(enteredCustomers)).orders, { event: 'Order completed', weeks: 1 });
  await d.tx((t) => t.run(sql`update workspace set order_event = 'order' where id = ${t.workspaceId}`));
  await fill('active', all);
  assert.equal(await base(), 'tracked');
  await d.end();
});

test('A fix is verified by the rule, nobody sets it by hand, and a problem that comes back is known again and says why', async () => {
  const [id, other] = [await make('Cannot pay by card'), await make('Cannot find the invoice')];
  await year(id, other, (ago) => (ago >= 10 ? 12 + (ago % 3) : 2));
  const fix = {
    state: 'fixed',
    shippedOn: new Date(monday - 10 * 7 * DAY + 2 * DAY).toISOString().slice(0, 10),
  } as const;
  await w.tx((t) => changeProblem(t, w.people.lead, id, fix));
  const told = async () => (await w.tx((t) => contactRate(t, id))).finding;
  assert.equal((await told()).verdict, 'no-denominator');
  assert.equal(await w.tx(judgeProblems), 0);
  await enter(week(40), 800);
  const found = await w.tx((t) => contactRate(t, id));
  assert.equal(found.finding.verdict, 'verified', JSON.stringify(found.finding));
  assert.deepEqual([found.finding.weeksBefore, found.finding.weeksAfter], [18, 9]);
  assert.ok((found.finding.effect?.high ?? 1) < 0.4 && (found.finding.expected ?? 0) > 60);
  assert.ok((found.weeks.at(-1)?.expected ?? 0) > 5, 'the line without the fix');
  assert.equal(await w.tx(judgeProblems), 1);
  assert.equal(await w.tx(judgeProblems), 0, 'once');
  assert.equal((await w.tx((t) => problemById(t, id))).state, 'verified');
  // An inbox that is switched off leaves the state, and takes the word back only where it is asked anew.
  await w.tx((t) => t.run(sql`update inbox set enabled = false where workspace_id = ${t.workspaceId}`));
  assert.deepEqual([(await told()).verdict, (await told()).inbox], ['channel-gone', w.inboxId]);
  await w.tx((t) => t.run(sql`update inbox set enabled = true where workspace_id = ${t.workspaceId}`));
  const moved = await w.tx((t) => changeProblem(t, w.people.lead, id, { shippedOn: week(30) }));
  await w.tx((t) => changeProblem(t, w.people.lead, id, { shippedOn: fix.shippedOn }));
  assert.equal(moved.state, 'fixed', 'another day of the fix is another question');
  assert.equal(await w.tx(judgeProblems), 1);

  const again = await many(16);
  await wrote([4, 3, 2, 1].flatMap((ago) => again.map((by) => ({ ago, by, problems: [id] }))));
  assert.equal(await w.tx(judgeProblems), 1);
  const back = await w.tx((t) => problemById(t, id));
  assert.deepEqual([back.state, back.shippedOn], ['known', null]);
  const { life, shippedOn } = await w.tx((t) => contactRate(t, id));
  assert.deepEqual(
    life.map((one) => one.state),
    ['found', 'fixed', 'verified', 'fixed', 'verified', 'known'],
  );
  assert.deepEqual(life.at(-1)?.why, { reporters: 72, weeks: 4, usual: 8 });
  assert.deepEqual([life.at(-1)?.byId, life[1]?.byId], [null, w.people.lead.id]);
  assert.equal(shippedOn, fix.shippedOn, 'the chart still marks it');
});

test('A problem that was fixed and never verified is known again when it comes back', async () => {
  const d = await w.another();
  const make = async (name: string) => (await d.tx((t) => makeProblem(t, d.people.lead, { name }))).id;
  const [id, other] = [await make('The plug is loose'), await make('The cable is short')];
  const write = (problem: string, was: number, is: number, fixed: number) =>
    d.tx((t) => reported(t, { problem, inbox: d.inboxId, was, is, fixed }));
  await write(id, 12, 2, 20);
  await write(other, 12, 12, 20);
  const link = 'https://issues.example/issues/7';
  await d.tx((t) => changeProblem(t, d.people.lead, id, { state: 'fixed', shippedOn: dayOf(20, 2), link }));
  await d.tx((t) =>
    t.run(sql`
      insert into problem_issue (workspace_id, problem_id, link, state, at, told_at) values (${t.workspaceId}, ${id}, ${linkOf(link)}, 'closed', now(), now())`),
  );
  // Without a denominator the rule never says verified.
  assert.equal((await d.tx((t) => contactRate(t, id))).finding.verdict, 'no-denominator');
  assert.equal(await d.tx(judgeProblems), 0, 'it fell, and stays fixed');
  await d.tx((t) =>
    t.run(sql`
      with wrote as materialized (select gen_random_uuid() as id, gen_random_uuid() as customer, ago, n from generate_series(1, 4) ago, generate_series(1, 14) n),
        people as (insert into customer (workspace_id, id) select ${t.workspaceId}, customer from wrote returning id),
        written as (insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
          select ${t.workspaceId}, wrote.id, 900000 + ago * 100 + n, ${d.inboxId}, 'email', people.id, 'A writer', 'a@example.org', 'Hello', 'closed', ${dayOf(0, 1)}::date - ago * 7 + interval '1 hour', now() from wrote join people on people.id = wrote.customer returning id)
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional) select ${t.workspaceId}, id, 0, 'problem', ${id}, false from written`),
  );
  assert.equal(await d.tx(judgeProblems), 1);
  const back = await d.tx((t) => problemById(t, id));
  assert.deepEqual([back.state, back.shippedOn], ['known', null]);
  assert.deepEqual([back.issue?.state, back.proposes], ['closed', null], 'that its issue was closed was heard before');
  const { life } = await d.tx((t) => contactRate(t, id));
  assert.deepEqual(
    life.map((one) => one.state),
    ['found', 'fixed', 'known'],
  );
  assert.equal((life.at(-1)?.why as { weeks?: number } | null)?.weeks, 4);
  await d.end();
});

test('A fix that changed nothing says so once its year is over, once, and stays fixed; before that nothing is said', async () => {
  // A desk of its own: what other tests wrote would move the other problems.
  const home = w;
  w = await home.another();
  const [id, other, early] = [
    await make('The hook bends'),
    await make('The box is dented'),
    await make('The nut rusts'),
  ];
  const people = await many(30);
  const all: Wrote[] = [];
  for (let ago = 66; ago >= 1; ago--)
    for (const [n, by] of people.entries())
      if (n < 12 + (ago % 3)) all.push({ ago, by, problems: n % 2 ? [id, early] : [other] });
  await wrote(all);
  await enter(week(70), 900);
  const fixed = (one: string, ago: number) =>
    w.tx((t) => changeProblem(t, w.people.lead, one, { state: 'fixed', shippedOn: week(ago) }));
  await fixed(id, 54);
  await fixed(early, 40);
  const of = async (one: string) => w.tx((t) => contactRate(t, one));
  assert.deepEqual([(await of(id)).finding.over, (await of(early)).finding.over], [true, false]);
  assert.notEqual((await of(id)).finding.verdict, 'verified');
  for (let night = 0; night < 2; night++) assert.equal(await w.tx(judgeProblems), 0);
  const said = async (one: string) => (await of(one)).life.filter(({ why }) => why?.unchanged);
  assert.deepEqual(
    (await said(id)).map(({ state, byId, why }) => [state, byId, why]),
    [['fixed', null, { unchanged: 1, weeks: 52 }]],
  );
  assert.deepEqual(await said(early), []);
  const told = await w.tx((t) =>
    t.many<{ data: unknown }>(
      sql`select data from event where workspace_id = ${t.workspaceId} and name = 'problem.judged' and data->>'problemId' = ${id}`,
    ),
  );
  assert.deepEqual(
    told.map(({ data }) => data),
    [{ problemId: id, outcome: 'unchanged', why: { unchanged: 1, weeks: 52 } }],
  );
  assert.equal((await w.tx((t) => problemById(t, id))).state, 'fixed');
  w = home;
});

test('A fix that was not verified in its year, and fell or rose for sure, is not said to have changed nothing', () => {
  const as = (low: number, high: number) => endsAs({ weeksAfter: 52, effect: { ratio: 0.9, low, high } });
  assert.deepEqual(as(0.75, 0.95), {
    outcome: 'unproven',
    why: { unproven: 1, ratio: 0.9, low: 0.75, high: 0.95, weeks: 52 },
  });
  assert.equal(as(1.1, 1.4).outcome, 'unproven');
  assert.equal(as(0.8, 1.1).outcome, 'unchanged');
  assert.deepEqual(endsAs({ weeksAfter: 52, effect: null }), {
    outcome: 'unchanged',
    why: { unchanged: 1, weeks: 52 },
  });
});

test('Opened again by hand it has no fix any more, and the next one has a day of its own', async () => {
  const id = await make('The switch sticks');
  const change = (body: Parameters<typeof changeProblem>[3]) => w.tx((t) => changeProblem(t, w.people.lead, id, body));
  assert.equal((await change({ state: 'fixed', shippedOn: week(20) })).shippedOn, week(20));
  assert.equal((await change({ state: 'known' })).shippedOn, null);
  assert.equal((await w.tx((t) => contactRate(t, id))).shippedOn, week(20), 'the chart still marks the one it had');
  assert.equal(
    (await change({ state: 'fixing', shippedOn: week(2) })).shippedOn,
    week(2),
    'a day said beforehand stays',
  );
  await change({ shippedOn: null });
  const again = await change({ state: 'fixed' });
  assert.ok(again.shippedOn && again.shippedOn > week(1), `${again.shippedOn}`);
});

test('What is fixed has the day of its fix: not taken away, not one that lies ahead', async () => {
  const id = await make('The knob comes off');
  const change = (body: Parameters<typeof changeProblem>[3]) => w.tx((t) => changeProblem(t, w.people.lead, id, body));
  const far = new Date(Date.now() + 3 * 86_400_000).toISOString().slice(0, 10);
  for (const body of [
    { state: 'fixed', shippedOn: null },
    { state: 'fixed', shippedOn: far },
    { shippedOn: far },
  ] as const)
    await assert.rejects(change(body), /Nothing was changed/);
  assert.equal((await w.tx((t) => problemById(t, id))).state, 'found');
  await change({ state: 'fixed', shippedOn: week(3) });
  await assert.rejects(change({ shippedOn: null }), /fixed on a day/);
  await w.tx((t) =>
    t.run(sql`update problem set state = 'verified' where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  await assert.rejects(change({ shippedOn: null }), /fixed on a day/);
  assert.equal((await change({ state: 'known', shippedOn: null })).shippedOn, null);
  const tomorrow = new Date(Date.now() + 86_000_000).toISOString().slice(0, 10);
  assert.equal((await change({ state: 'fixed', shippedOn: tomorrow })).shippedOn, tomorrow);
});

test('What is verified stays so while the same day of its fix is said again; another day is judged anew', async () => {
  const id = await make('The hinge squeaks');
  const change = (body: Parameters<typeof changeProblem>[3]) => w.tx((t) => changeProblem(t, w.people.lead, id, body));
  await change({ state: 'fixed', shippedOn: week(20) });
  await w.tx((t) =>
    t.run(sql`update problem set state = 'verified' where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  assert.equal((await change({ name: 'The hinge squeaked', shippedOn: week(20) })).state, 'verified');
  assert.equal((await change({ shippedOn: week(19) })).state, 'fixed');
});

test('Fixed today is today where the desk is', async () => {
  for (const zone of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await w.tx((t) => t.run(sql`update workspace set time_zone = ${zone} where id = ${t.workspaceId}`));
    const id = await make(zone);
    const { shippedOn } = await w.tx((t) => changeProblem(t, w.people.lead, id, { state: 'fixed' }));
    assert.equal(shippedOn, new Intl.DateTimeFormat('sv', { timeZone: zone }).format(new Date()));
  }
  await w.tx((t) => t.run(sql`update workspace set time_zone = 'UTC' where id = ${t.workspaceId}`));
});
