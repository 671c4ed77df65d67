import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { mergeCustomers } from '../customers/merge.ts';
import { mergeProblem } from '../problems/merge.ts';
import { makeProblem } from '../problems/problems.ts';
import { listMailings, listUnsubscribed, takeOut } from './list.ts';
import { makePreview } from './preview.ts';
import { sendMailing } from './send.ts';
import { unsubscribe } from './unsubscribe.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type Wrote = { conversationId: string; customerId: string };
async function report(problemId: string, n: number): Promise<Wrote[]> {
  const made = await w.receive(
    ...Array.from({ length: n }, () => ({ from: { address: `${newId()}@people.example`, name: 'Claire' } })),
  );
  const ids = made.map((one) => one.conversationId as string);
  return w.tx(async (t) => {
    await t.run(
      sql`insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id) select ${w.workspaceId}, c, 0, 'problem', ${problemId} from unnest(${ids}::uuid[]) c`,
    );
    return t.many<Wrote>(
      sql`select id as "conversationId", customer_id as "customerId" from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[]) order by id`,
    );
  });
}
const problem = async (name: string): Promise<string> =>
  (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
async function told(problemId: string, kind: 'waiting' | 'fixed'): Promise<string> {
  const { id } = await w.tx((t) => makePreview(t, w.people.lead, problemId, { kind, text: 'It is fixed.' }));
  await w.tx((t) => sendMailing(t, w.people.lead, id));
  return id;
}
const all = async (query: Parameters<typeof listMailings>[1] = {}) => w.tx((t) => listMailings(t, query));

test('Everything that was told to many stands in one list, over all problems: what began last first, with whom it reached and left out', async () => {
  const [dark, late, part] = [await problem('Dark'), await problem('Late'), await problem('Part of dark')];
  const reporters = await report(dark, 4);
  await report(late, 2);
  await report(part, 1);
  await w.tx((t) => unsubscribe(t, reporters[0]?.customerId ?? ''));
  await w.tx((t) => makePreview(t, w.people.lead, dark, { kind: 'waiting', text: 'Only looked at.' }));
  const first = await told(dark, 'fixed');
  const second = await told(late, 'waiting');
  const third = await told(part, 'fixed');
  await w.tx((t) => mergeProblem(t, w.people.lead, part, dark));
  const { items, next } = await all();
  assert.deepEqual([items.map(({ id }) => id), next], [[third, second, first], null], 'and no preview');
  const [merged, , news] = items;
  assert.deepEqual([merged?.problemId, merged?.problem], [part, { id: dark, name: 'Dark' }]);
  assert.deepEqual(
    [news?.kind, news?.state, news?.people, news?.told, news?.leftOut, news?.person.id],
    ['fixed', 'running', 3, 0, [{ reason: 'unsubscribed', people: 1, conversations: 1 }], w.people.lead.id],
  );
  assert.deepEqual(
    (await all({ kind: 'waiting' })).items.map(({ id }) => id),
    [second],
  );
  const byWords = async (q: string) => (await all({ q })).items.map(({ id }) => id);
  assert.deepEqual(
    [
      await byWords('LATE'),
      await byWords(' dark '),
      await byWords('is fixed'),
      await byWords('100%'),
      await byWords('only looked'),
    ],
    [[second], [third, first], [third, second, first], [], []],
    'by the name of what the problem is by now, or by what was said; a preview is not among it',
  );
  const seen: string[] = [];
  for (let cursor: string | undefined; seen.length < 9; ) {
    const page = await all({ limit: 1, ...(cursor ? { cursor } : {}) });
    seen.push(...page.items.map(({ id }) => id));
    if (!page.next) break;
    cursor = page.next;
  }
  assert.deepEqual(seen, [third, second, first], 'page by page each once');
  await assert.rejects(all({ cursor: 'x' }), (error: unknown) => isRefusedAs(error, 'invalid'));
  const other = await w.another();
  assert.deepEqual((await other.tx((t) => listMailings(t, {}))).items, []);
});

test('Who ended the news stands with when and by which mailing; taken out by hand, also of who was merged, it is in the audit log', async () => {
  await w.tx((t) => t.run(sql`delete from unsubscribed where workspace_id = ${w.workspaceId}`));
  const id = await problem('The shade is torn');
  const [ada, twin, ben] = (await report(id, 3)) as [Wrote, Wrote, Wrote];
  const mailing = await told(id, 'fixed');
  for (const [one, from] of [
    [ada, mailing],
    [twin, null],
    [ben, null],
  ] as const)
    await w.tx((t) => unsubscribe(t, one.customerId, from));
  await w.tx((t) => unsubscribe(t, ada.customerId, null));
  await w.tx((t) => mergeCustomers(t, w.people.lead, twin.customerId, ada.customerId));
  const listed = async () => (await w.tx((t) => listUnsubscribed(t, {}))).items;
  const before = await listed();
  assert.equal(before.length, 3, 'each address that ended it');
  assert.deepEqual(
    before
      .filter((one) => one.customerId === ada.customerId)
      .map((one) => one.mailing?.id ?? null)
      .sort(),
    [mailing, null].sort(),
    'what ended it first stays',
  );
  assert.ok(before.every((one) => /@people\.example$/.test(one.address)));
  assert.equal(before.find((one) => one.mailing)?.mailing?.problem, 'The shade is torn');

  const page = await w.tx((t) => listUnsubscribed(t, { limit: 2 }));
  const rest = await w.tx((t) => listUnsubscribed(t, { cursor: page.next ?? '' }));
  assert.deepEqual([...page.items, ...rest.items], before);

  const called = async (q: string) => (await w.tx((t) => listUnsubscribed(t, { q }))).items;
  const address = before.find((one) => one.customerId === ben.customerId)?.address ?? '';
  assert.deepEqual([await called('claire'), await called('nobody'), await called('_')], [before, [], []]);
  assert.deepEqual(
    (await called(address.slice(2).toUpperCase())).map((one) => one.customerId),
    [ben.customerId],
    'found by a part of the address',
  );

  await w.tx((t) => takeOut(t, ada.customerId));
  assert.deepEqual(
    (await listed()).map((one) => one.customerId),
    [ben.customerId],
  );
  const lines = () =>
    w.tx((t) =>
      t.many<{ about_id: string; facts: { customer: string; ended: string; mailing: string | null } }>(
        sql`select about_id::text, facts from audit where workspace_id = ${w.workspaceId} and what = 'customer.news-again' order by facts->>'ended', facts->>'customer'`,
      ),
    );
  const gone = before
    .filter((one) => one.customerId === ada.customerId)
    .map(({ at }) => at)
    .sort();
  assert.deepEqual(
    await lines(),
    [
      { customer: ada.customerId, mailing },
      { customer: twin.customerId, mailing: null },
    ].map((one, n) => ({ about_id: ada.customerId, facts: { ...one, ended: gone[n] } })),
    'each address that ended it, with when and by which mailing: the list tells that no more',
  );
  await w.tx((t) => takeOut(t, ada.customerId));
  assert.equal((await lines()).length, 2, 'who gets it already is no line in the log');
  await assert.rejects(
    w.tx((t) => takeOut(t, newId())),
    (error: unknown) => isRefusedAs(error, 'not-found'),
  );
});
