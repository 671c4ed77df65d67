import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { answerAudit, auditAnswers, auditFigures, drawn, nextAudit, takeBackAudit } from './audit.ts';
import { confirm } from './confirm.ts';
import { setFiling } from './filing.ts';
import { mergeProblem } from './merge.ts';
import { makeProblem } from './problems.ts';

let w: Desk;
let key = randomBytes(32);
before(async () => {
  w = await desk();
  await w.tx((t) => t.run(sql`insert into filing_draw (workspace_id, key) values (${w.workspaceId}, ${key})`));
});
after(() => w.end());

type Person = keyof Desk['people'];
const refusedAs = (refusal: Parameters<typeof isRefusedAs>[1]) => (error: unknown) => isRefusedAs(error, refusal);
const make = async (name: string): Promise<string> => (await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id;
const write = async (text: string): Promise<string> => {
  const from = { address: `${newId()}@example.org`, name: 'A writer' };
  return (await w.receive({ subject: text, text, from }))[0]?.conversationId as string;
};
/** From now on this one is drawn, or is not. */
const decide = async (id: string, is: boolean): Promise<void> => {
  do key = randomBytes(32);
  while (drawn(key, id) !== is);
  await w.tx((t) => t.run(sql`update filing_draw set key = ${key} where workspace_id = ${w.workspaceId}`));
};
const file = (who: Person, id: string, problem: string) =>
  w.tx((t) => setFiling(t, w.people[who], id, { kind: 'problem', problems: [{ id: problem }] }));
const next = (who: Person) => w.tx((t) => nextAudit(t, w.people[who]));
const figures = (who: Person = 'owner') => w.tx((t) => auditFigures(t, w.people[who]));
const say = (who: Person, id: string, problemId: string) =>
  w.tx((t) => answerAudit(t, w.people[who], id, { kind: 'problem', problemId }));
/** The time to take an answer back is over. */
const later = () =>
  w.tx((t) =>
    t.run(
      sql`update filing_audit set answered_at = now() - interval '3 minutes' where workspace_id = ${w.workspaceId} and answered_at is not null`,
    ),
  );
/** What these people have to look at is answered, so that the next test begins with nothing. */
const clear = () => w.tx((t) => t.run(sql`delete from filing_audit where workspace_id = ${w.workspaceId}`));

test('One in twenty is drawn, and the same conversation always or never', () => {
  const ids = Array.from({ length: 20_000 }, newId);
  const some = ids.filter((id) => drawn(key, id));
  assert.ok(some.length > 850 && some.length < 1150, `${some.length} of 20,000`);
  assert.deepEqual(
    ids.filter((id) => drawn(key, id)),
    some,
  );
  const other = randomBytes(32);
  assert.ok(some.filter((id) => drawn(other, id)).length < some.length / 4, 'another workspace draws others');
});

test('What is drawn is asked of a second person without what it was filed as, and never of who filed or confirmed it', async () => {
  const problem = await make('The lamp stays dark');
  const [not, id] = [await write('it is fine'), await write('my lamp is dark')];
  await decide(not, false);
  await file('representative', not, problem);
  assert.equal((await next('lead')).conversation, null, 'what is not drawn is not asked');
  await decide(id, true);
  await file('representative', id, problem);
  assert.equal((await next('representative')).conversation, null, 'nobody looks at their own');
  const asked = await next('specialist');
  assert.equal(asked.conversation?.id, id);
  assert.equal(asked.conversation?.said[0]?.text, 'my lamp is dark');
  assert.ok(!JSON.stringify(asked).includes(problem) && !JSON.stringify(asked).includes('stays dark'), 'blind');
  await w.tx((t) => confirm(t, w.people.lead, problem, { conversationIds: [id], right: true }));
  assert.equal((await next('lead')).conversation, null, 'who confirmed it has seen it');
  await assert.rejects(say('lead', id, problem), refusedAs('forbidden'));
  await assert.rejects(say('representative', id, problem), refusedAs('forbidden'));
  // Filed anew by a third, it is still nobody's own second look.
  await file('manager', id, problem);
  assert.equal((await next('representative')).conversation, null);
  assert.deepEqual([(await figures('specialist')).waiting, (await figures('manager')).waiting], [1, 0]);
  await assert.rejects(
    w.tx((t) => answerAudit(t, { ...w.people.specialist, kind: 'key' }, id, { kind: 'problem', problemId: problem })),
    refusedAs('forbidden'),
  );
  await clear();
});

test('Of two who answer at once one does; it can be taken back at once, and not by others or later', async () => {
  const [problem, other] = [await make('Cannot pay'), await make('Cannot order')];
  const id = await write('I cannot pay');
  await decide(id, true);
  await file('representative', id, problem);
  const both = await Promise.allSettled([say('specialist', id, problem), say('manager', id, other)]);
  assert.deepEqual(both.map((one) => one.status).sort(), ['fulfilled', 'rejected']);
  const [mine, theirs]: Person[] =
    both[0]?.status === 'fulfilled' ? ['specialist', 'manager'] : ['manager', 'specialist'];
  const back = (who: Person) => w.tx((t) => takeBackAudit(t, w.people[who], id));
  await assert.rejects(back(theirs as Person), refusedAs('conflict'));
  await back(mine as Person);
  assert.equal((await next(theirs as Person)).conversation?.id, id, 'it waits again');
  await say(mine as Person, id, problem);
  const behind = async () => [(await figures()).right, (await w.tx((t) => auditAnswers(t, {}))).items.length];
  assert.deepEqual(await behind(), [0, 0], 'what can be taken back shows nothing yet');
  await later();
  await assert.rejects(back(mine as Person), refusedAs('conflict'));
  assert.deepEqual(await behind(), [1, 1]);
  await clear();
});

test('The accuracy rests on what was said then: filed right afterwards it stays wrong, merged it is one; each number is its list', async () => {
  const [sign, login, pay] = [
    await make('Cannot sign in'),
    await make('Cannot log in'),
    await make('Cannot pay at all'),
  ];
  const all: string[] = [];
  for (let n = 0; n < 12; n++) {
    const id = await write(`number ${n}`);
    await decide(id, true);
    await file('representative', id, sign);
    all.push(id);
    await say('specialist', id, n < 8 ? sign : n === 8 ? login : pay);
  }
  const unclear = await write('what is this');
  await decide(unclear, true);
  await file('representative', unclear, sign);
  await w.tx((t) => answerAudit(t, w.people.specialist, unclear, { kind: 'unclear' }));
  const counts = async () => {
    const { right, wrong, unclear } = await figures();
    for (const [result, n] of Object.entries({ right, wrong, unclear }))
      assert.equal(
        (await w.tx((t) => auditAnswers(t, { result: result as 'right', limit: 100 }))).items.length,
        n,
        `as many as behind ${result}`,
      );
    return [right, wrong, unclear];
  };
  await later();
  assert.deepEqual(await counts(), [8, 4, 1]);
  const { accuracy } = await figures();
  // Wilson's interval for 8 of 12, from Newcombe's tables of the method: 0.391 to 0.862.
  assert.deepEqual(
    [accuracy?.share, accuracy?.low, accuracy?.high].map((x) => Math.round((x ?? 0) * 1000) / 1000),
    [0.667, 0.391, 0.862],
  );
  await file('lead', all[11] as string, pay);
  assert.deepEqual(await counts(), [8, 4, 1], 'filed right afterwards it was wrong all the same');
  await w.tx((t) => mergeProblem(t, w.people.lead, login, sign));
  assert.deepEqual(await counts(), [9, 3, 1], 'the two are one problem');
  await w.tx((t) =>
    t.run(
      sql`update filing_audit set answered_at = now() - interval '91 days' where workspace_id = ${w.workspaceId} and conversation_id = any (${all.slice(0, 4)}::uuid[])`,
    ),
  );
  assert.deepEqual(await counts(), [5, 3, 1]);
  assert.equal((await figures()).accuracy, null, 'too few to say');
  await clear();
});

test('What is filed no more, or in the bin, is not asked; and nothing is said of what was never drawn', async () => {
  const problem = await make('The shade is torn');
  const [id, never] = [await write('shade torn'), await write('another')];
  await decide(id, true);
  await file('representative', id, problem);
  await w.tx((t) => setFiling(t, w.people.representative, id, { kind: null }));
  assert.equal((await next('specialist')).waiting, 0);
  await assert.rejects(say('specialist', id, problem), refusedAs('conflict'));
  await assert.rejects(say('specialist', never, problem), refusedAs('not-found'));
  await file('representative', id, problem);
  assert.equal((await next('specialist')).waiting, 1);
  await assert.rejects(say('specialist', id, never), refusedAs('invalid'));
  await assert.rejects(
    w.tx((t) => answerAudit(t, w.people.specialist, id, { kind: 'problem' })),
    refusedAs('invalid'),
  );
  await w.tx((t) =>
    t.run(sql`update conversation set folder = 'trash' where workspace_id = ${w.workspaceId} and id = ${id}`),
  );
  assert.equal((await next('specialist')).waiting, 0);
});

test('The newest is asked first, and what was drawn more than ninety days ago no more', async () => {
  await clear();
  const problem = await make('The cord is short');
  const ids: string[] = [];
  for (const days of [1, 91, 2]) {
    const id = await write(`drawn ${days} days ago`);
    await decide(id, true);
    await file('representative', id, problem);
    await w.tx((t) =>
      t.run(
        sql`update filing_audit set drawn_at = now() - make_interval(days => ${days}) where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
      ),
    );
    ids.push(id);
  }
  const asked = await next('specialist');
  assert.deepEqual([asked.conversation?.id, asked.waiting, (await figures('specialist')).waiting], [ids[0], 2, 2]);
  await clear();
});

/** Until somebody waits for what another transaction holds. */
async function waiting(): Promise<void> {
  for (;;) {
    const [row] = await w.hearten.db.read<{ n: number }>(
      NOWHERE,
      sql`select count(*)::int as n from pg_locks l join pg_stat_activity a on a.pid = l.pid where a.datname = current_database() and not l.granted`,
    );
    if (row?.n) return;
  }
}
test('Who confirms while somebody gives a second look waits for them, and neither is thrown back', {
  timeout: 30_000,
}, async () => {
  const problem = await make('The plug is loose');
  const id = await write('plug loose');
  await decide(id, true);
  await file('representative', id, problem);
  let confirmed: Promise<{ decided: number }> | undefined;
  await w.tx(async (t) => {
    // As far as an answer has come when the other begins.
    await t.run(sql`select 1 from conversation where workspace_id = ${w.workspaceId} and id = ${id} for no key update`);
    await t.run(
      sql`select 1 from filing_audit where workspace_id = ${w.workspaceId} and conversation_id = ${id} for update`,
    );
    confirmed = w.tx((other) => confirm(other, w.people.lead, problem, { conversationIds: [id], right: true }));
    confirmed.catch(() => undefined);
    await waiting();
    await answerAudit(t, w.people.specialist, id, { kind: 'problem', problemId: problem });
  });
  assert.equal((await confirmed)?.decided, 1);
  await clear();
});
