import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { act } from '../conversations/bulk-verbs.ts';
import { setStatus } from '../conversations/change.ts';
import { merge, unmerge } from '../conversations/merge.ts';
import { confirm } from './confirm.ts';
import { fileByItself, filingOf, setFiling } from './filing.ts';
import { problems } from './index.ts';
import { mergeProblem, unmergeProblem } from './merge.ts';
import { changeProblem, conversationsOf, listProblems, makeProblem, problemById } from './problems.ts';
import { unfiled } from './unfiled.ts';
import { learnWords } from './words.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const make = async (name: string): Promise<string> => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
let writers = 0;
const write = async (text: string): Promise<string> => {
  const address = `writer${++writers}@example.org`;
  const [received] = await w.receive({ subject: text, text, from: { address, name: 'A writer' } });
  return received?.conversationId as string;
};
const file = (who: keyof Desk['people'], id: string, ...problems: string[]) =>
  w.tx((t) => setFiling(t, w.people[who], id, { kind: 'problem', problems: problems.map((p) => ({ id: p })) }));
const refusedAs = (refusal: Parameters<typeof isRefusedAs>[1]) => (error: unknown) => isRefusedAs(error, refusal);

test('What was filed before is recognised: suggested with how sure it is, and filed provisionally once it is resolved', async () => {
  const [dark, parcel] = [await make('The lamp stays dark'), await make('The parcel does not come')];
  for (const said of ['bulb flickers then dark', 'lamp dark since yesterday, bulb is fine', 'dark again, new bulb'])
    await file('lead', await write(said), dark);
  for (const said of ['parcel lost by courier', 'where is the parcel, tracking stands still', 'courier parcel late'])
    await file('lead', await write(said), parcel);
  for (const id of [dark, parcel]) await w.tx((t) => learnWords(t, id));
  const next = await write('my parcel is lost, the courier says');
  const { items, suggested } = await w.tx((t) => filingOf(t, next));
  assert.deepEqual(items, []);
  assert.equal(suggested[0]?.id, parcel);
  assert.ok((suggested[0]?.confidence ?? 0) >= 0.5, JSON.stringify(suggested));
  const other = await write('Could you tell me the weight in kilograms?');
  const alike = (await w.tx((t) => filingOf(t, other))).suggested;
  assert.ok((alike[0]?.confidence ?? 0) < 0.5, `unlike everything: ${JSON.stringify(alike)}`);

  await w.tx((t) => fileByItself(t, next));
  assert.deepEqual((await w.tx((t) => filingOf(t, next))).items, [], 'not while it is open');
  for (const id of [next, other])
    await w.tx((t) =>
      t.run(sql`update conversation set status = 'resolved' where workspace_id = ${w.workspaceId} and id = ${id}`),
    );
  for (const id of [next, other]) await w.tx((t) => fileByItself(t, id));
  const [filed] = (await w.tx((t) => filingOf(t, next))).items;
  assert.equal(filed?.problem?.id, parcel);
  assert.equal(filed?.provisional, true);
  assert.equal(filed?.filedBy, null);
  assert.deepEqual((await w.tx((t) => filingOf(t, other))).items, [], 'what resembles nothing stays unfiled');
});

test('The shares of a conversation are changed, come to one, and leave confirmed what was; adding a problem is another filing', async () => {
  const [one, two, three] = [await make('The plug is loose'), await make('The box is torn'), await make('No invoice')];
  const id = await write('The plug is loose and the box is torn');
  await file('lead', id, one, two);
  const weigh = (...problems: [string, number][]) =>
    w.tx((t) =>
      setFiling(t, w.people.representative, id, {
        kind: 'problem',
        problems: problems.map(([problem, weight]) => ({ id: problem, weight })),
      }),
    );
  const told = ({ items }: Awaited<ReturnType<typeof weigh>>) =>
    items.map(({ problem, weight, provisional }) => [problem?.id, Number(weight.toFixed(3)), provisional]);
  assert.deepEqual(told(await weigh([one, 0.45], [two, 0.55])), [
    [one, 0.45, false],
    [two, 0.55, false],
  ]);
  assert.deepEqual(told(await weigh([one, 1], [two, 1])), [
    [one, 0.5, false],
    [two, 0.5, false],
  ]);
  assert.ok(told(await weigh([one, 0.5], [two, 0.3], [three, 0.2])).every(([, , provisional]) => provisional));
  const shares = await w.tx((t) =>
    t.first<{ sum: number }>(
      sql`select sum(weight)::float8 as sum from conversation_problem where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
    ),
  );
  assert.ok(Math.abs((shares?.sum ?? 0) - 1) < 1e-6);
  await w.tx((t) => setFiling(t, w.people.lead, id, { kind: null }));
});

test('The owner confirms in batches; of two who confirm at once one does, and counts equal the list behind them', async () => {
  const id = await make('Cannot pay by card');
  await w.tx((t) => changeProblem(t, w.people.lead, id, { ownerId: w.people.specialist.id }));
  const conversations = [await write('card refused'), await write('card declined'), await write('no card works')];
  for (const one of conversations) await file('representative', one, id);
  assert.equal((await w.tx((t) => problemById(t, id))).provisional, 3);
  const body = { conversationIds: conversations.slice(0, 2), right: true };
  const both = await Promise.all([
    w.tx((t) => confirm(t, w.people.specialist, id, body)),
    w.tx((t) => confirm(t, w.people.owner, id, body)),
  ]);
  assert.deepEqual(both.map((one) => one.decided).sort(), [0, 2]);
  const wrong = await w.tx((t) =>
    confirm(t, w.people.specialist, id, { conversationIds: conversations, right: false }),
  );
  assert.equal(wrong.decided, 1, 'what was confirmed stays');
  const list = await w.tx((t) => conversationsOf(t, id, {}));
  assert.equal(list.items.length, 2);
  assert.deepEqual([wrong.problem.conversations, wrong.problem.customers, wrong.problem.provisional], [2, 2, 0]);
  await file('specialist', conversations[2] as string, id);
  assert.equal((await w.tx((t) => problemById(t, id))).provisional, 0, 'the owner decides at once');
});

test('A conversation counts once whatever it is filed under: the shares of all problems and of what is none come to one', async () => {
  const [a, b] = [await make('A first'), await make('A second')];
  await file('lead', await write('both of them'), a, b);
  const praise = await write('thank you, lovely lamps');
  await w.tx((t) => setFiling(t, w.people.lead, praise, { kind: 'praise' }));
  const { items, filed, question, oneOff, praise: praised } = await w.tx((t) => listProblems(t, {}));
  const none = (question + oneOff + praised) / filed;
  const sum = items.reduce((all, one) => all + one.share, 0) + none;
  assert.ok(Math.abs(sum - 1) < 1e-5, `${sum}`);
  assert.ok(Math.abs((items.find((one) => one.id === a)?.share ?? 0) * filed - 0.7) < 1e-5);
});

test('What is not filed of what is over stands in a list, page by page, of as many as are counted', async () => {
  const [one, two, open, filed] = [await write('no 1'), await write('no 2'), await write('no 3'), await write('no 4')];
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = case when id = ${one} then 'closed' else 'resolved' end where workspace_id = ${w.workspaceId} and id = any (${[one, two, filed]}::uuid[])`,
    ),
  );
  await w.tx((t) => setFiling(t, w.people.lead, filed, { kind: 'one-off' }));
  const old = await write('no 5');
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved', last_at = now() - interval '31 days', created_at = now() - interval '31 days' where workspace_id = ${w.workspaceId} and id = ${old}`,
    ),
  );
  const all = async (weeks?: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof unfiled>> = await w.tx((t) =>
        unfiled(t, { limit: 1, ...(weeks ? { weeks } : {}), ...(cursor ? { cursor } : {}) }),
      );
      ids.push(...page.items.map(({ id }) => id));
      if (!page.next) return ids;
      cursor = page.next;
    }
  };
  const lately = await all();
  assert.deepEqual([lately.includes(one), lately.includes(two)], [true, true]);
  assert.ok(![open, filed, old].some((id) => lately.includes(id)));
  assert.equal(lately.length, (await w.tx((t) => listProblems(t, {}))).unfiled);
  const weeks = await all(13);
  assert.ok(weeks.includes(old));
  assert.equal(weeks.length, (await w.tx((t) => listProblems(t, { weeks: 13 }))).unfiled);
});

test('Two who take causes of one conversation away at once leave it the third as its first', async () => {
  const [one] = await w.receive({ subject: 'Three at once' });
  const conversation = one?.conversationId as string;
  const three: string[] = [];
  for (const name of ['First', 'Second', 'Third'])
    three.push((await w.tx((t) => makeProblem(t, w.people.lead, { name: `${name} at once` }))).id);
  await w.tx((t) =>
    setFiling(t, w.people.representative, conversation, {
      kind: 'problem',
      problems: three.map((id) => ({ id })),
    }),
  );
  let begun = (): void => undefined;
  const ready = new Promise<void>((done) => {
    begun = done;
  });
  let go = (): void => undefined;
  const held = new Promise<void>((done) => {
    go = done;
  });
  const wrong = { conversationIds: [conversation], right: false };
  const slow = w.tx(async (t) => {
    await confirm(t, w.people.owner, three[1] as string, wrong);
    begun();
    await held;
  });
  await ready;
  const other = w.tx((t) => confirm(t, w.people.owner, three[0] as string, wrong));
  // The other waits for the first, or is through by now.
  await Promise.race([other, new Promise((done) => setTimeout(done, 300))]);
  go();
  await Promise.all([slow, other]);
  const left = await w.tx((t) =>
    t.many(
      sql`select place, problem_id from conversation_problem where workspace_id = ${w.workspaceId} and conversation_id = ${conversation}`,
    ),
  );
  assert.deepEqual(left, [{ place: 0, problem_id: three[2] }]);
});

test('Two problems become one and are taken apart again; into itself, twice, or filed under both loses nothing', async () => {
  const [login, sign] = [await make('Cannot log in'), await make('Cannot sign in')];
  const [one, both, later] = [await write('log in'), await write('log in and sign in'), await write('log')];
  await file('lead', one, login);
  await file('lead', both, login, sign);
  await file('lead', later, login);
  const merge = (id: string, into: string) => w.tx((t) => mergeProblem(t, w.people.lead, id, into));
  await assert.rejects(merge(login, login), refusedAs('invalid'));
  const merged = await merge(login, sign);
  assert.equal(merged.conversations, 3, 'filed under both counts once');
  assert.deepEqual(merged.merged, [{ id: login, name: 'Cannot log in' }]);
  await assert.rejects(merge(login, sign), refusedAs('conflict'));
  await assert.rejects(file('lead', one, login), refusedAs('conflict'));
  // Filed anew since: it stays where somebody put it.
  await file('lead', later, sign);
  const apart = await w.tx((t) => unmergeProblem(t, w.people.lead, login));
  assert.equal(apart.conversations, 2);
  assert.equal((await w.tx((t) => problemById(t, sign))).conversations, 2);
  await assert.rejects(
    w.tx((t) => unmergeProblem(t, w.people.lead, login)),
    refusedAs('conflict'),
  );
});

test('Of two people who change a problem at once the second is told; and nothing is filed under what is not there', async () => {
  const id = await make('A stale one');
  const { version } = await w.tx((t) => problemById(t, id));
  const fixed = await w.tx((t) => changeProblem(t, w.people.lead, id, { saw: version, state: 'fixed' }));
  assert.ok(fixed.shippedOn, 'fixed today, unless said otherwise');
  await assert.rejects(
    w.tx((t) => changeProblem(t, w.people.owner, id, { saw: version, name: 'Another' })),
    refusedAs('conflict'),
  );
  const conversation = await write('hello');
  for (const body of [
    { kind: 'problem', problems: [] },
    { kind: 'question', problems: [{ id }] },
    { kind: 'problem', problems: [{ id }, { id }] },
    { kind: 'problem', problems: [{ id: conversation }] },
  ] as const)
    await assert.rejects(
      w.tx((t) => setFiling(t, w.people.lead, conversation, { ...body, problems: [...body.problems] })),
      refusedAs('invalid'),
    );
  await w.tx((t) => setFiling(t, w.people.lead, conversation, { kind: 'question' }));
  await w.tx((t) => setFiling(t, w.people.lead, conversation, { kind: null }));
  assert.deepEqual((await w.tx((t) => filingOf(t, conversation))).items, []);
});

test('Only its owner, or who may change problems, confirms; whoever filed it does not decide that they were right', async () => {
  const id = await make('The invoice is wrong');
  const one = await write('invoice');
  await file('representative', one, id);
  const by = (who: keyof Desk['people']) =>
    w.tx((t) => confirm(t, w.people[who], id, { conversationIds: [one], right: true }));
  await assert.rejects(by('representative'), refusedAs('forbidden'));
  await w.tx((t) => changeProblem(t, w.people.lead, id, { ownerId: w.people.manager.id }));
  await assert.rejects(by('representative'), refusedAs('forbidden'));
  assert.equal((await w.tx((t) => problemById(t, id))).provisional, 1, 'nothing was decided');
  await w.tx((t) => changeProblem(t, w.people.lead, id, { ownerId: w.people.representative.id }));
  assert.equal((await by('representative')).decided, 1);
});

test('Who may decide may leave it to be confirmed: so a decision about many is taken back', async () => {
  const id = await make('The plug is loose');
  const one = await write('plug');
  await file('representative', one, id);
  const again = () =>
    w.tx((t) => setFiling(t, w.people.lead, one, { kind: 'problem', problems: [{ id }], provisional: true }));
  for (const right of [true, false]) {
    await w.tx((t) => confirm(t, w.people.lead, id, { conversationIds: [one], right }));
    assert.deepEqual(
      (await again()).items.map(({ problem, provisional }) => [problem?.id, provisional]),
      [[id, true]],
    );
    assert.equal((await w.tx((t) => problemById(t, id))).provisional, 1);
  }
});

test('What is asked of others on the side is no report: it is not filed by itself, is in no figure, and is not unfiled', async () => {
  const [id, other] = [await make('The socket sparks'), await make('The shade fell off')];
  for (const said of ['socket sparks badly', 'sparks fly from the socket']) await file('lead', await write(said), id);
  for (const said of ['shade fell off', 'the shade fell down']) await file('lead', await write(said), other);
  for (const one of [id, other]) await w.tx((t) => learnWords(t, one));
  const [home, side] = [await write('hello there'), await write('the socket sparks badly, sparks fly from the socket')];
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved', parent_kind = case when id = ${side} then 'side' end, parent_id = case when id = ${side} then ${home}::uuid end where workspace_id = ${w.workspaceId} and id = any (${[home, side]}::uuid[])`,
    ),
  );
  const unfiled = async () => (await w.tx((t) => listProblems(t, {}))).unfiled;
  const before = await unfiled();
  await w.tx((t) => fileByItself(t, side));
  assert.deepEqual((await w.tx((t) => filingOf(t, side))).items, []);
  await w.tx((t) =>
    t.run(
      sql`update conversation set parent_kind = null, parent_id = null where workspace_id = ${w.workspaceId} and id = ${side}`,
    ),
  );
  assert.equal(await unfiled(), before + 1, 'one of its own, it would be');
  await w.tx((t) => fileByItself(t, side));
  assert.equal((await w.tx((t) => filingOf(t, side))).items[0]?.problem?.id, id);
});

test('Nothing is filed by itself under a problem that is merged away this moment', async () => {
  const [id, into] = [await make('The remote is dead'), await make('The remote does nothing')];
  for (const said of ['remote dead battery', 'remote is dead, new battery']) await file('lead', await write(said), id);
  await w.tx((t) => learnWords(t, id));
  const one = await write('dead remote, battery is new');
  await w.tx((t) =>
    t.run(sql`update conversation set status = 'resolved' where workspace_id = ${w.workspaceId} and id = ${one}`),
  );
  const merging = w.tx(async (t) => {
    await mergeProblem(t, w.people.lead, id, into);
    await new Promise((done) => setTimeout(done, 400));
  });
  await new Promise((done) => setTimeout(done, 150));
  await w.tx((t) => fileByItself(t, one));
  await merging;
  const lost = await w.tx((t) =>
    t.many(
      sql`select 1 from conversation_problem f join problem p on p.workspace_id = f.workspace_id and p.id = f.problem_id where f.workspace_id = ${w.workspaceId} and p.merged_into is not null`,
    ),
  );
  assert.equal(lost.length, 0);
});

test('What is closed without being resolved before is looked at as well, alone or many at once; what closes by itself later was looked at', async () => {
  const ids = [await write('closed at once'), await write('closed with others'), await write('resolved, then closed')];
  const [alone, many, later] = ids as [string, string, string];
  const looked = async () => Promise.all(ids.map(async (id) => Boolean(await w.jobAt(`file-resolved:${id}`))));
  await w.tx((t) => setStatus(t, w.people.lead, alone, 'closed'));
  await heard('conversation.status', alone);
  await w.tx((t) => act(t, w.people.lead, many, { do: 'status', status: 'closed' }));
  await heard('conversation.status', many);
  await w.tx((t) =>
    emit(t, [
      {
        ...{ name: 'conversation.status', actor: system, conversationId: later },
        data: { status: 'closed', before: 'resolved', days: 7 },
      },
    ]),
  );
  await heard('conversation.status', later);
  assert.deepEqual(await looked(), [true, true, false]);
  await w.tx((t) => setStatus(t, w.people.lead, later, 'resolved'));
  await heard('conversation.status', later);
  assert.deepEqual(await looked(), [true, true, true]);
});

type Heard = 'conversation.merged' | 'conversation.unmerged' | 'conversation.status';
/** What the last merge, way back or change of status of this conversation says is heard. */
async function heard(name: Heard, id: string): Promise<void> {
  const listener = problems(w.hearten).on?.[name];
  assert.ok(listener, `${name} is heard`);
  const events = await w.tx((t) =>
    t.many<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and name = ${name} and conversation_id = ${id} order by id desc limit 1`,
    ),
  );
  for (const event of events) await w.tx((t) => listener(t, event));
}
async function becomesPart(id: string, into: string): Promise<void> {
  await w.tx((t) => merge(t, w.people.lead, id, into));
  await heard('conversation.merged', id);
}
async function isApart(id: string): Promise<void> {
  await w.tx((t) => unmerge(t, w.people.lead, id));
  await heard('conversation.unmerged', id);
}
const filedAs = async (id: string) =>
  (await w.tx((t) => filingOf(t, id))).items.map(({ kind, problem, weight, provisional }) => [
    problem?.id ?? kind,
    Number(weight.toFixed(3)),
    provisional,
  ]);

test('What came with a merged conversation leaves with it; what somebody filed meanwhile stays, and what was confirmed is confirmed where it belongs', async () => {
  const [dark, loud] = [await make('Dark after a merge'), await make('Loud after a merge')];
  await w.tx((t) => changeProblem(t, w.people.lead, dark, { ownerId: w.people.specialist.id }));
  const [one, other] = [await write('it is dark'), await write('hello')];
  await file('lead', one, dark);
  const counted = async () => (await w.tx((t) => problemById(t, dark))).conversations;
  await becomesPart(one, other);
  assert.deepEqual([await filedAs(other), await counted()], [[[dark, 1, true]], 1]);
  await isApart(one);
  assert.deepEqual([await filedAs(one), await filedAs(other), await counted()], [[[dark, 1, true]], [], 1]);

  await becomesPart(one, other);
  await w.tx((t) => confirm(t, w.people.specialist, dark, { conversationIds: [other], right: true }));
  await isApart(one);
  assert.deepEqual([await filedAs(one), await filedAs(other)], [[[dark, 1, false]], []]);

  await becomesPart(one, other);
  await file('lead', other, dark, loud);
  await isApart(one);
  assert.deepEqual(
    (await filedAs(other)).map(([id]) => id),
    [dark, loud],
    'somebody filed it here',
  );
});

test('A conversation that is merged into one that is filed elsewhere keeps its report there, once, and takes it back', async () => {
  const [dark, loud, torn] = [await make('Dark too'), await make('Loud too'), await make('Torn too')];
  const [one, two, asking] = [
    await write('dark and torn'),
    await write('loud and torn'),
    await write('how much is it?'),
  ];
  await file('lead', one, dark, torn);
  await file('lead', two, loud, torn);
  await w.tx((t) => setFiling(t, w.people.lead, asking, { kind: 'question' }));
  const counted = async () => {
    const { items } = await w.tx((t) => listProblems(t, {}));
    return [dark, loud, torn].map((id) => items.find((row) => row.id === id)?.conversations);
  };
  await becomesPart(one, two);
  const within = await filedAs(two);
  assert.deepEqual(
    within.map(([id]) => id),
    [loud, torn, dark],
  );
  assert.ok(Math.abs(within.reduce((sum, [, weight]) => sum + Number(weight), 0) - 1) < 2e-3, 'the shares come to one');
  assert.deepEqual(await counted(), [1, 1, 1]);
  await isApart(one);
  assert.deepEqual(
    (await filedAs(two)).map(([id, weight]) => [id, weight]),
    [
      [loud, 0.7],
      [torn, 0.3],
    ],
  );
  assert.deepEqual(await counted(), [1, 1, 2]);

  await becomesPart(one, asking);
  assert.deepEqual(await filedAs(asking), [
    [dark, 0.7, false],
    [torn, 0.3, false],
  ]);
  await isApart(one);
  assert.deepEqual(await filedAs(asking), [['question', 1, false]]);
});

test('A question that a problem is merged into steps aside: all shares come to the whole, and it stands again when no problem does', async () => {
  const [dark, loud] = [await make('Dark beside a question'), await make('Loud beside a question')];
  const [one, two, asking] = [await write('it is dark'), await write('it is loud'), await write('how heavy is it?')];
  await file('lead', one, dark);
  await file('representative', two, loud);
  await w.tx((t) => setFiling(t, w.people.lead, asking, { kind: 'question' }));
  const whole = async (): Promise<number> => {
    const { items, filed, question, oneOff, praise } = await w.tx((t) => listProblems(t, {}));
    return Math.round((items.reduce((sum, { share }) => sum + share, 0) + (question + oneOff + praise) / filed) * 1e4);
  };
  const problemsOf = async () => (await filedAs(asking)).map(([id]) => id);
  await becomesPart(one, asking);
  await becomesPart(two, asking);
  assert.deepEqual([await problemsOf(), await whole()], [[dark, loud], 10_000]);
  await isApart(one);
  assert.deepEqual([await problemsOf(), await whole()], [[loud], 10_000]);
  await isApart(two);
  assert.deepEqual([await problemsOf(), await whole()], [['question'], 10_000]);

  // What came is said to be wrong there: then it is what it was.
  await becomesPart(two, asking);
  await w.tx((t) => confirm(t, w.people.lead, loud, { conversationIds: [asking], right: false }));
  assert.deepEqual([await problemsOf(), await whole()], [['question'], 10_000]);
  await isApart(two);
  assert.deepEqual(await problemsOf(), ['question']);

  // Filed anew meanwhile, the question is not asked for any more.
  await becomesPart(one, asking);
  await file('lead', asking, loud);
  await isApart(one);
  assert.deepEqual([await problemsOf(), await whole()], [[loud], 10_000]);
});

test('Merged conversations keep all that each reported: with five problems already, the sixth is counted as well', async () => {
  const all: string[] = [];
  for (let i = 1; i <= 7; i++) all.push(await make(`One of seven: ${i}`));
  const [one, two] = [await write('five at once'), await write('two more')];
  await file('lead', one, ...all.slice(0, 5));
  await file('lead', two, ...all.slice(5));
  await becomesPart(two, one);
  const here = await filedAs(one);
  assert.deepEqual(
    here.map(([id]) => id),
    all,
  );
  assert.ok(Math.abs(here.reduce((sum, [, weight]) => sum + Number(weight), 0) - 1) < 5e-3);
  await isApart(two);
  assert.deepEqual(
    (await filedAs(one)).map(([id]) => id),
    all.slice(0, 5),
  );
});

test('Changed shares change nothing else: who filed it, when, and with which conversation it came; what came with one leaves with it', async () => {
  const [dark, loud] = [await make('Dark and weighed'), await make('Loud and weighed')];
  const [one, other] = [await write('dark, to be weighed'), await write('loud, to be weighed')];
  await file('lead', one, dark);
  await file('representative', other, loud);
  await becomesPart(one, other);
  const stands = () =>
    w.tx((t) =>
      t.many<{ problem_id: string }>(
        sql`select problem_id, filed_by, filed_at::text, provisional, confirmed_by, followed_from from conversation_problem where workspace_id = ${w.workspaceId} and conversation_id = ${other} order by problem_id`,
      ),
    );
  const before = await stands();
  await w.tx((t) =>
    setFiling(t, w.people.manager, other, {
      kind: 'problem',
      problems: [
        { id: dark, weight: 0.8 },
        { id: loud, weight: 0.2 },
      ],
    }),
  );
  assert.deepEqual(await stands(), before);
  assert.deepEqual(await filedAs(other), [
    [dark, 0.8, false],
    [loud, 0.2, true],
  ]);
  await isApart(one);
  assert.deepEqual([await filedAs(one), await filedAs(other)], [[[dark, 1, false]], [[loud, 1, true]]]);
});

test('Problems that become one and two again leave nothing where a merged conversation has gone meanwhile', async () => {
  const [dark, dim] = [await make('Dark, and dim'), await make('Dim, and dark')];
  const [one, two] = [await write('dark'), await write('dim')];
  await file('lead', one, dark);
  await file('lead', two, dim);
  await becomesPart(one, two);
  await w.tx((t) => mergeProblem(t, w.people.lead, dark, dim));
  await isApart(one);
  await w.tx((t) => unmergeProblem(t, w.people.lead, dark));
  assert.deepEqual([(await filedAs(one)).map(([id]) => id), (await filedAs(two)).map(([id]) => id)], [[dark], [dim]]);
});
