import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Notification } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { hear } from '../problems/issues/issue.ts';
import { linkOf, type Told } from '../problems/issues/told.ts';
import { mergeProblem } from '../problems/merge.ts';
import { changeProblem, makeProblem } from '../problems/problems.ts';
import { choose } from './choices.ts';
import { notifyFix, notifyIssue } from './of-problem.ts';
import { presets } from './presets.ts';
import { listNotifications } from './seen.ts';
import { leadsTo } from './tell.ts';

let w: Desk;
const tracker = newId();
before(async () => {
  w = await desk();
  await w.tx((t) =>
    t.run(
      sql`insert into tracker (workspace_id, id, kind, name, sealed) values (${w.workspaceId}, ${tracker}, 'github', 'Lamps', '')`,
    ),
  );
});
after(() => w.end());

let count = 0;
const linked = async (ownerId: string | null): Promise<{ id: string; link: string }> => {
  const link = `https://github.com/northwind/lamps/issues/${++count}`;
  const { id } = await w.tx((t) => makeProblem(t, w.people.lead, { name: `The lamp stays dark ${count}` }));
  await w.tx((t) => changeProblem(t, w.people.lead, id, { link, ownerId }));
  return { id, link };
};
let ago = 3_600_000;
const says = (link: string, more: Partial<Told> = {}): Promise<unknown> => {
  ago -= 1000;
  const told: Told = { link: linkOf(link), state: 'closed', at: new Date(Date.now() - ago), dropped: false, ...more };
  return w.tx((t) => hear(t, tracker, newId(), told));
};
/** What its owner heard of the newest such event, told twice. */
async function heard(name: string, who = w.people.specialist): Promise<Notification[]> {
  const event = await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and name = ${name} order by id desc limit 1`,
    ),
  );
  const react = name === 'problem.issue' ? notifyIssue : notifyFix;
  if (event) for (let i = 0; i < 2; i++) await w.tx((t) => react(t, event, w.hearten.jobs));
  return (await w.tx((t) => listNotifications(t, who.id, undefined))).items;
}

test('When the issue of a problem closes, its owner hears of it once: what came of that, and where the problem is', async () => {
  const one = await linked(w.people.specialist.id);
  await says(one.link);
  const [told, ...more] = await heard('problem.issue');
  assert.equal(more.length, 0, 'once');
  assert.deepEqual([told?.kind, told?.problemId], ['issue-closed', one.id]);
  assert.match(told?.title ?? '', /The lamp stays dark/);
  assert.match(told?.text ?? '', /whether it is fixed/);
  const row = { kind: 'issue-closed', conversation_id: null, inbox_id: null, problem_id: one.id };
  assert.equal(leadsTo(row), `/problems/${one.id}`);
  for (const person of [w.people.lead, w.people.owner])
    assert.deepEqual((await w.tx((t) => listNotifications(t, person.id, undefined))).items, [], 'nobody else');
  const events = () =>
    w.tx((t) => t.many(sql`select 1 from event where workspace_id = ${w.workspaceId} and name = 'problem.issue'`));
  await says(one.link);
  assert.equal((await events()).length, 1, 'closed still is nothing new');
  await says(one.link, { state: 'open' });
  assert.equal((await events()).length, 1, 'opened again is none');
});

test('What was given up is told as that; who owns what the problem is part of by now hears it; and who chose none hears none', async () => {
  const dropped = await linked(w.people.specialist.id);
  await says(dropped.link, { dropped: true });
  assert.match((await heard('problem.issue'))[0]?.text ?? '', /closed without being done/);

  const whole = await linked(w.people.specialist.id);
  const part = await linked(w.people.lead.id);
  await says(part.link);
  await w.tx((t) => mergeProblem(t, w.people.lead, part.id, whole.id));
  const [told] = await heard('problem.issue');
  assert.equal(told?.problemId, whole.id);
  assert.deepEqual((await w.tx((t) => listNotifications(t, w.people.lead.id, undefined))).items, []);

  const before = (await heard('problem.issue')).length;
  await w.tx((t) => choose(t, w.hearten, w.people.specialist, { ways: { ...presets.mine.ways, 'issue-closed': [] } }));
  await says((await linked(w.people.specialist.id)).link);
  assert.equal((await heard('problem.issue')).length, before);
  await says((await linked(null)).link);
  assert.equal((await heard('problem.issue')).length, before, 'nobody owns it');
});

test('What became of a fix is told to its owner with the figures: it worked, it is back, or it changed nothing that can be measured', async () => {
  const { id: problemId } = await linked(w.people.manager.id);
  const judged = async (outcome: string, why: Record<string, number>): Promise<Notification | undefined> => {
    await w.tx((t) => emit(t, [{ name: 'problem.judged', actor: system, data: { problemId, outcome, why } }]));
    return (await heard('problem.judged', w.people.manager))[0];
  };
  const worked = await judged('verified', { ratio: 0.2, low: 0.1, high: 0.4, weeks: 9 });
  assert.match(worked?.title ?? '', /^The fix worked: The lamp stays dark/);
  const back = await judged('returned', { reporters: 72, weeks: 4, usual: 8.5 });
  assert.match(back?.title ?? '', /^It is back: /);
  assert.equal(back?.text, '72 customers in 4 weeks, where 8.5 were usual since the fix.');
  const nothing = await judged('unchanged', { unchanged: 1, weeks: 52 });
  assert.match(nothing?.title ?? '', /^The fix changed nothing that can be measured: /);
  assert.match(nothing?.text ?? '', /^52 weeks /);
  const unsure = await judged('unproven', { unproven: 1, ratio: 0.8, low: 0.7, high: 0.94, weeks: 52 });
  assert.match(unsure?.title ?? '', /^The fix is not verified: /);
  assert.match(unsure?.text ?? '', /^80% of what was to be expected came in over 52 weeks \(70% to 94%\)\./);
  assert.deepEqual([nothing?.kind, nothing?.problemId], ['fix-judged', problemId]);
});
