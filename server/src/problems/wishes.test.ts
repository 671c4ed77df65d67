import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { setFiling } from './filing.ts';
import { changeProblem, conversationsOf, makeProblem } from './problems.ts';
import { listWishes, weigh, wishCustomers } from './wishes.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const make = async (name: string, wish = true): Promise<string> =>
  (await w.tx((t) => makeProblem(t, w.people.lead, { name, wish }))).id;
/** Somebody asks for it: what they are worth, and how they felt. */
async function asks(problem: string, address: string, orders: number | null, mood: number | null): Promise<string> {
  const [received] = await w.receive({ subject: 'A wish', text: 'Could it be?', from: { address, name: address } });
  const id = received?.conversationId as string;
  await w.tx((t) => setFiling(t, w.people.lead, id, { kind: 'problem', problems: [{ id: problem }] }));
  await w.tx(async (t) => {
    await t.run(sql`delete from mood where workspace_id = ${w.workspaceId} and conversation_id = ${id}`);
    if (mood)
      await t.run(
        sql`insert into mood (workspace_id, conversation_id, stage, source, value) values (${w.workspaceId}, ${id}, 'start', 'person', ${mood})`,
      );
    if (orders !== null)
      await t.run(sql`
        update customer set fields = fields || ${JSON.stringify({ orders })}::jsonb where workspace_id = ${w.workspaceId} and id = (select customer_id from conversation where workspace_id = ${w.workspaceId} and id = ${id})`);
  });
  return id;
}
const field = async (key: string, kind: string): Promise<string> => {
  const id = newId();
  await w.tx((t) =>
    t.run(
      sql`insert into customer_field (workspace_id, id, about, key, label, kind, place) values (${w.workspaceId}, ${id}, 'customer', ${key}, ${key}, ${kind}, 0)`,
    ),
  );
  return id;
};

test('The weight is the mean of shares of what is known: each as much as the others, and nothing where nothing is known', () => {
  const [a, b] = [
    { name: 'a', customers: 3, value: 0, unhappy: 1 },
    { name: 'b', customers: 1, value: 900, unhappy: 1 },
  ];
  assert.deepEqual(
    weigh([a, b]).map(({ name, weight }) => [name, Math.round(weight * 1000)]),
    [
      ['b', 583],
      ['a', 417],
    ],
  );
  const bare = weigh([a, b].map((one) => ({ ...one, value: null, unhappy: 0 })));
  assert.deepEqual(
    bare.map(({ weight }) => weight),
    [0.75, 0.25],
    'customers alone',
  );
  assert.deepEqual(weigh([{ customers: 0, value: null, unhappy: 0 }])[0]?.weight, 0);
  assert.ok(
    weigh([a, { ...b, value: -50 }]).every(({ weight }) => weight >= 0),
    'who owes money weighs nothing, and not less',
  );
});

test('Each number of a wish is the list behind it: customers, conversations, worth, and who was unhappy', async () => {
  const orders = await field('orders', 'number');
  const [dark, light] = [await make('A dark mode'), await make('A lighter lamp')];
  const problem = await make('Cannot pay', false);
  await asks(dark, 'one@example.org', 400, 1);
  await asks(dark, 'one@example.org', 400, 4);
  await asks(dark, 'two@example.org', null, 4);
  await asks(dark, 'three@example.org', 20.5, null);
  await asks(light, 'four@example.org', 100, 2);
  await asks(problem, 'five@example.org', 9000, 1);
  const trashed = await asks(dark, 'six@example.org', 5000, 1);
  await w.tx((t) =>
    t.run(sql`update conversation set folder = 'trash' where workspace_id = ${w.workspaceId} and id = ${trashed}`),
  );
  const { items, field: used } = await w.tx((t) => listWishes(t, {}));
  assert.equal(used?.id, orders, 'the first field of numbers');
  assert.deepEqual(
    items.map((one) => one.name).sort(),
    ['A dark mode', 'A lighter lamp'],
    'what is no wish stands not here',
  );
  const one = items.find(({ id }) => id === dark);
  assert.deepEqual(
    [one?.customers, one?.conversations, one?.value, one?.valued, one?.felt, one?.unhappy],
    [3, 4, 420.5, 2, 2, 1],
  );
  for (const { id, customers, conversations, value, valued, unhappy } of items) {
    const list = async (query: { unhappy?: boolean; valued?: boolean }) =>
      (await w.tx((t) => wishCustomers(t, id, { ...query, limit: 100 }))).items;
    const all = await list({});
    assert.equal(all.length, customers);
    assert.equal(
      all.reduce((sum, each) => sum + (each.value ?? 0), 0),
      value,
    );
    assert.equal(
      all.reduce((sum, each) => sum + each.conversations.length, 0),
      conversations,
    );
    assert.equal((await list({ unhappy: true })).length, unhappy);
    assert.equal((await list({ valued: true })).length, valued);
    assert.equal((await w.tx((t) => conversationsOf(t, id, {}))).items.length, conversations);
  }
  assert.ok(Math.abs(items.reduce((sum, { weight }) => sum + weight, 0) - 1) < 1e-6, 'all weights come to one');
  // Page by page it is the same list.
  const first = await w.tx((t) => wishCustomers(t, dark, { limit: 2 }));
  const rest = await w.tx((t) => wishCustomers(t, dark, { limit: 2, cursor: first.next ?? '' }));
  assert.deepEqual([first.items.length, rest.items.length, rest.next], [2, 1, null]);
});

test('What is a wish is said of a problem and taken back; a field that holds no numbers is refused', async () => {
  const id = await make('A wish that is none', false);
  const onBoard = async () => (await w.tx((t) => listWishes(t, {}))).items.some((one) => one.id === id);
  assert.equal(await onBoard(), false);
  await w.tx((t) => changeProblem(t, w.people.lead, id, { wish: true }));
  assert.equal(await onBoard(), true);
  await w.tx((t) => changeProblem(t, w.people.lead, id, { wish: false }));
  assert.equal(await onBoard(), false);
  await assert.rejects(
    w.tx((t) => wishCustomers(t, id, {})),
    (error) => isRefusedAs(error, 'not-found'),
  );
  const words = await field('colour', 'text');
  await assert.rejects(
    w.tx((t) => listWishes(t, { fieldId: words })),
    (error) => isRefusedAs(error, 'invalid'),
  );
});
