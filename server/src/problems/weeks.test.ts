import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { practised, unpractised } from '../../test/practised.ts';
import { dayOf, reported } from '../../test/reported.ts';
import { waited } from '../../test/sending-desk.ts';
import { sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { enterCustomers } from './active.ts';
import { setFiling } from './filing.ts';
import { problems } from './index.ts';
import { judgeDue, judgeTonight } from './life.ts';
import { mergeProblem, unmergeProblem } from './merge.ts';
import { changeProblem, makeProblem } from './problems.ts';
import { type Measured, measure } from './rate.ts';
import { keepWeeks } from './weeks.ts';

let w: Desk;
let [one, two, other] = ['', '', ''];
before(async () => {
  w = await desk();
  const make = async (name: string): Promise<string> => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
  [one, two, other] = [await make('Dark'), await make('Late'), await make('Loud')];
  for (const [problem, was, is] of [
    [one, 9, 3],
    [two, 6, 6],
    [other, 7, 7],
  ] as const)
    await w.tx((t) => reported(t, { problem, inbox: w.inboxId, was, is, fixed: 10 }));
  await w.tx((t) => enterCustomers(t, { from: dayOf(40), customers: 800 }));
  await w.tx((t) => changeProblem(t, w.people.lead, one, { state: 'fixed', shippedOn: dayOf(10, 2) }));
});
after(() => w.end());

const all = sql`true`;
const sorted = (found: Measured[]) =>
  found.map((row) => ({
    ...row,
    weeks: row.weeks.map((week) => ({ ...week, parts: week.parts.toSorted((a, b) => a.inbox.localeCompare(b.inbox)) })),
  }));
/** How many weeks are read as they were kept. */
const untouched = (t: Tx) =>
  t
    .first<{ n: number }>(
      sql`select count(*)::int as n from week_kept k where workspace_id = ${t.workspaceId} and not exists (select 1 from week_touched x where x.workspace_id = k.workspace_id and x.week = k.week)`,
    )
    .then((row) => row?.n);
const some = async (ago: number, problem = one): Promise<string> => {
  const row = await w.tx((t) =>
    t.first<{ id: string }>(sql`
      select c.id from conversation c join conversation_problem f on f.workspace_id = c.workspace_id and f.conversation_id = c.id
      where c.workspace_id = ${t.workspaceId} and f.problem_id = ${problem} and c.folder = 'inbox' and c.merged_into is null and c.created_at::date between ${dayOf(ago)}::date and ${dayOf(ago, 6)}::date order by c.number limit 1`),
  );
  assert.ok(row, `one of ${ago} weeks ago`);
  return row.id;
};
const customerOf = async (id: string): Promise<string> =>
  (
    await w.tx((t) =>
      t.first<{ id: string }>(
        sql`select customer_id as id from conversation where workspace_id = ${t.workspaceId} and id = ${id}`,
      ),
    )
  )?.id ?? '';
const change = (set: ReturnType<typeof sql>, id: string) =>
  w.tx((t) => t.run(sql`update conversation set ${set} where workspace_id = ${t.workspaceId} and id = ${id}`));

test('What is kept of weeks is what counting says, after whatever changes them, and again once it is kept anew', async () => {
  assert.ok((await w.tx((t) => keepWeeks(t))) > 100, 'two years');
  assert.equal(await w.tx((t) => keepWeeks(t)), 0);
  const inbox = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into inbox (workspace_id, id, brand_id, channel, name, address, settings) select workspace_id, ${inbox}, brand_id, channel, 'Other', 'other@northwind.example', settings from inbox where workspace_id = ${t.workspaceId} and id = ${w.inboxId}`,
    ),
  );
  const lead = w.people.lead;
  const [a, b] = [await some(7), await some(7, two)];
  const changes: [string, () => Promise<unknown>][] = [
    [
      'filed anew',
      async () =>
        w.tx(async (t) =>
          setFiling(t, lead, await some(3), { kind: 'problem', problems: [{ id: two }, { id: other }] }),
        ),
    ],
    ['filed as no problem', async () => w.tx(async (t) => setFiling(t, lead, await some(4), { kind: 'question' }))],
    ['taken out', async () => w.tx(async (t) => setFiling(t, lead, await some(5), { kind: null }))],
    ['problems merged', () => w.tx((t) => mergeProblem(t, lead, two, other))],
    ['problems unmerged', () => w.tx((t) => unmergeProblem(t, lead, two))],
    ['thrown away', async () => change(sql`folder = 'trash'`, await some(8))],
    ['taken for spam', async () => change(sql`folder = 'spam'`, await some(9))],
    ['merged conversations', () => change(sql`merged_into = ${b}`, a)],
    ['unmerged conversations', () => change(sql`merged_into = null`, a)],
    ['moved to another inbox', async () => change(sql`inbox_id = ${inbox}`, await some(6))],
    [
      'merged customers',
      async () => {
        const [from, to] = [await customerOf(a), await customerOf(b)];
        await w.tx((t) =>
          t.run(sql`update customer set merged_into = ${to} where workspace_id = ${t.workspaceId} and id = ${from}`),
        );
      },
    ],
    [
      'unmerged customers',
      async () => {
        const from = await customerOf(a);
        await w.tx((t) =>
          t.run(sql`update customer set merged_into = null where workspace_id = ${t.workspaceId} and id = ${from}`),
        );
      },
    ],
    ['given to another customer', async () => change(sql`customer_id = ${await customerOf(b)}`, a)],
    [
      'erased',
      async () => {
        const id = await some(11);
        await w.tx((t) => t.run(sql`delete from conversation where workspace_id = ${t.workspaceId} and id = ${id}`));
      },
    ],
    ['older ones imported', () => w.tx((t) => reported(t, { problem: two, inbox, was: 1, is: 1, fixed: 10 }))],
    [
      'a workspace elsewhere',
      () => w.tx((t) => t.run(sql`update workspace set time_zone = 'Pacific/Kiritimati' where id = ${t.workspaceId}`)),
    ],
  ];
  let former = sorted(await w.tx((t) => measure(t, all)));
  for (const [what, work] of changes) {
    const kept = await w.tx(untouched);
    assert.ok(kept && kept > 100, what);
    await work();
    const now = sorted(await w.tx((t) => measure(t, all)));
    assert.deepEqual(now, sorted(await w.tx((t) => measure(t, all, true))), `${what}: as counted`);
    // Else the change would say nothing of whether it was seen.
    if (!what.includes('unmerged') && what !== 'a workspace elsewhere')
      assert.notDeepEqual(
        now.map((row) => row.weeks),
        former.map((row) => row.weeks),
        what,
      );
    if (what !== 'a workspace elsewhere') assert.notEqual(await w.tx(untouched), kept, `${what}: noted`);
    assert.ok((await w.tx((t) => keepWeeks(t))) > 0, what);
    former = now;
  }
  assert.deepEqual(sorted(await w.tx((t) => measure(t, all))), former, 'kept anew');
});

test('Who touches a week while it is kept is not forgotten, and nobody waits for it', async () => {
  const id = await some(3, other);
  let stop = (): void => undefined;
  const held = new Promise<void>((done) => {
    stop = done;
  });
  let begun = (): void => undefined;
  const ready = new Promise<void>((done) => {
    begun = done;
  });
  const filing = w.tx(async (t) => {
    await setFiling(t, w.people.lead, id, { kind: 'praise' });
    begun();
    await held;
  });
  await ready;
  await w.tx((t) => keepWeeks(t, true));
  stop();
  await filing;
  assert.deepEqual(sorted(await w.tx((t) => measure(t, all))), sorted(await w.tx((t) => measure(t, all, true))));
});

test('The night counts everything again: what was kept wrongly is right in the morning, and each night is judged once', async () => {
  await w.tx((t) => keepWeeks(t));
  await w.tx((t) => t.run(sql`update week_cell set customers = customers + 5 where workspace_id = ${t.workspaceId}`));
  const right = sorted(await w.tx((t) => measure(t, all, true)));
  assert.notDeepEqual(sorted(await w.tx((t) => measure(t, all))), right);
  const nights = await Promise.all([1, 2, 3].map(() => w.tx(judgeTonight)));
  assert.deepEqual(nights.toSorted(), [false, false, true], 'of three processes one judges');
  const now = sorted(await w.tx((t) => measure(t, all)));
  assert.deepEqual(
    now.map((row) => row.weeks),
    right.map((row) => row.weeks),
  );
  assert.equal(await w.tx(judgeTonight), false);
  await w.tx((t) => t.run(sql`update problem_night set night = night - 1 where workspace_id = ${t.workspaceId}`));
  assert.equal(await w.tx(judgeTonight), true, 'the next night it is judged again');
  const hourHere = async (of: Desk, hour: number): Promise<unknown> => {
    // The zone in which it is that hour now; those of tz are told the other way round.
    const ahead = ((hour - new Date().getUTCHours() + 36) % 24) - 12;
    const zone = `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;
    return of.tx((t) =>
      t.run(
        sql`update workspace set time_zone = ${zone}, created_at = now() - interval '3 days' where id = ${t.workspaceId}`,
      ),
    );
  };
  const stranger = await w.another();
  assert.equal(await stranger.tx(judgeDue), false, 'made today');
  await hourHere(stranger, 0);
  assert.equal(await stranger.tx(judgeDue), false, 'before one o’clock');
  await hourHere(stranger, 17);
  const stop = await problems(w.hearten).start?.();
  const judged = () =>
    stranger.tx((t) => t.first(sql`select 1 from problem_night where workspace_id = ${t.workspaceId}`));
  try {
    await waited(async () => (await judged()) !== undefined, 20_000);
  } finally {
    await stop?.();
  }
  assert.equal(await stranger.tx(judgeDue), false, 'on in the afternoon only, it was judged then, once');
  assert.equal(await stranger.tx((t) => keepWeeks(t, true)), 104);
  await stranger.end();
});

test('What somebody practised with is in no week, counted now or as it is kept', async () => {
  const reporters = async (): Promise<number> =>
    (await w.tx((t) => measure(t, sql`p.id = ${two}`)))[0]?.weeks.reduce((n, week) => n + week.reporters, 0) ?? 0;
  const before = await reporters();
  const id = await some(5, two);
  await practised(w, id);
  assert.equal(await reporters(), before - 1);
  await w.tx((t) => keepWeeks(t));
  assert.equal(await reporters(), before - 1);
  await unpractised(w, id);
  assert.equal(await reporters(), before);
});
