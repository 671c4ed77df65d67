import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { founding } from '../../modules.ts';
import { restored } from '../../reports/restored.ts';
import { listClusters } from '../../topics/index.ts';
import { seed } from '../seed.ts';
import { sayings } from './words.ts';

const until = Math.floor(Date.now() / 86_400_000) * 86_400_000;
let worlds: Desk[] = [];
before(async () => {
  worlds = [await desk(), await desk()];
  for (const one of worlds)
    await seed(one.hearten, founding, { conversations: 300, seed: 'kitchen', until, workspaceId: one.workspaceId });
});
after(() => Promise.all(worlds.map((one) => one.end())));
const one = (): Desk => worlds[0] as Desk;
const only = async <Row>(query: ReturnType<typeof sql>, from = one()): Promise<Row> =>
  (await from.tx((tx) => tx.many<Row>(query)))[0] as Row;

async function fingerprint(from: Desk): Promise<string> {
  const w = from.workspaceId;
  const row = await only<{ all: string }>(
    sql`
    select json_build_array(
      (select json_agg(json_build_array(conversation_id, stage, value, upset, stuck) order by conversation_id, stage) from mood where workspace_id = ${w}),
      (select json_agg(json_build_array(id, excluded, compared, value, words, answered_at) order by id) from mood_ask where workspace_id = ${w}),
      (select json_agg(json_build_array(id, excluded, score, words) order by id) from survey_ask where workspace_id = ${w}),
      (select json_agg(json_build_array(f.conversation_id, f.place, f.kind, p.name, f.provisional) order by f.conversation_id, f.place) from conversation_problem f left join problem p on p.workspace_id = f.workspace_id and p.id = f.problem_id where f.workspace_id = ${w}),
      (select json_agg(json_build_array(source_id, words, visits, consented_at) order by source_id) from praise where workspace_id = ${w}))::text as all`,
    from,
  );
  assert.ok(row.all.length > 20_000, row.all.slice(0, 200));
  return createHash('sha256').update(row.all).digest('hex');
}

test('The same seed makes the same feelings, filings, answers and praise', async () => {
  const [first, second] = await Promise.all(worlds.map(fingerprint));
  assert.equal(first, second);
});

test('A seeded desk shows how customers left, what they could not do, what they said, and what nobody has filed yet', async () => {
  const w = one().workspaceId;
  const found = await only<Record<string, number>>(sql`
    select (select count(*)::int from problem where workspace_id = ${w}) as problems, (select count(*)::int from conversation_problem where workspace_id = ${w} and kind = 'problem') as filed,
      (select count(*)::int from conversation_problem where workspace_id = ${w} and provisional) as "to confirm", (select count(*)::int from problem_words where workspace_id = ${w} and conversations > 0) as known,
      (select count(*)::int from mood where workspace_id = ${w} and stage = 'start') as starts, (select count(*)::int from mood where workspace_id = ${w} and stage = 'latest') as later, (select count(*)::int from mood where workspace_id = ${w} and upset) as upset,
      (select count(*)::int from conversation where workspace_id = ${w} and mood is not null) as marked, (select count(*)::int from survey_ask where workspace_id = ${w} and answered_at is not null) as surveyed,
      (select count(*)::int from praise where workspace_id = ${w} and consented_at is null) as offered, (select count(*)::int from cluster where workspace_id = ${w} and kind = 'unfiled') as clusters, (select count(*)::int from snippet_use where workspace_id = ${w}) as "answers from saved ones", (select count(*)::int from conversation where workspace_id = ${w} and team_id is not null) as teams`);
  for (const [what, count] of Object.entries(found)) assert.ok(count > 0, `no ${what}: ${JSON.stringify(found)}`);
  const { whole, byTeam, byProblem } = await one().tx((tx) => restored(tx, 12));
  assert.ok(whole.answered >= 20 && whole.restored && whole.lift, JSON.stringify(whole));
  assert.ok(byTeam.length >= 2 && byProblem.length >= 5, `${byTeam.length} teams, ${byProblem.length} problems`);
  const questions = (await one().tx((tx) => listClusters(tx, one().people.owner))).items.filter(
    (q) => q.kind === 'question',
  );
  assert.ok(questions.length >= 2, JSON.stringify(questions));
  assert.ok(
    questions.some((q) => q.gap) && questions.some((q) => q.answer && q.used > 0 && !q.gap),
    JSON.stringify(questions),
  );
  const { answers } = await only<{ answers: Record<string, number> }>(
    sql`select json_object_agg(compared, n) as answers from (select compared, count(*)::int as n from mood_ask where workspace_id = ${w} and compared is not null group by compared) x`,
  );
  assert.deepEqual(Object.keys(answers).sort(), ['better', 'same', 'worse']);
});

test('Happy customers of a seeded desk say each something of their own, and no two of them say the same to everybody', async () => {
  const w = one().workspaceId;
  const { spoken, different, shown, apart } = await only<Record<string, number>>(sql`
    select count(*)::int as spoken, count(distinct words)::int as different, (count(*) filter (where consented_at is not null))::int as shown, (count(distinct words) filter (where consented_at is not null))::int as apart
    from praise where workspace_id = ${w}`);
  assert.ok((spoken ?? 0) > 3, `${spoken} spoke`);
  assert.deepEqual([different, apart], [spoken, shown]);
  const say = sayings('kitchen');
  const said = Array.from({ length: 40 }, () => say('en', 'happy'));
  const length = new Set(said).size;
  assert.ok(length >= 20 && new Set(said.slice(0, length)).size === length, `${length} before one came again`);
  assert.notDeepEqual(said.slice(0, 5), said.slice(length, length + 5), 'the second time in another order');
});

test('What is filed is what the customer wrote, and what they were asked keeps the rules: once in fourteen days', async () => {
  const w = one().workspaceId;
  const { wrong, twice, early, sending } = await only<Record<string, number>>(sql`
    select (select count(*)::int from conversation_problem f join problem p on p.workspace_id = f.workspace_id and p.id = f.problem_id join lateral (select m.text from message m where m.workspace_id = ${w} and m.conversation_id = f.conversation_id and m.type = 'in' order by m.at limit 1) m on true
        join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id join customer k on k.workspace_id = c.workspace_id and k.id = c.customer_id
        where f.workspace_id = ${w} and f.place = 0 and k.language = 'en' and p.name = 'Lamps arrive with broken glass' and m.text not ilike '%arrived broken%') as wrong,
      (select count(*)::int from ask a join ask b on b.workspace_id = a.workspace_id and b.customer_id = a.customer_id and b.id <> a.id and b.at between a.at and a.at + interval '14 days' - interval '1 minute' where a.workspace_id = ${w}) as twice,
      (select count(*)::int from mood_ask where workspace_id = ${w} and (answered_at < at or answered_at > now() or (excluded is not null and cardinality(tapped) > 0))) as early,
      (select count(*)::int from message where workspace_id = ${w} and type = 'out' and state <> 'sent') as sending`);
  assert.deepEqual({ wrong, twice, early, sending }, { wrong: 0, twice: 0, early: 0, sending: 0 });
});

test('On a desk where somebody works nobody is asked because of it: the question stays off, and no survey runs', async () => {
  const found = await only<{ asks: boolean; running: number }>(
    sql`select asks_mood as asks, (select count(*)::int from survey where workspace_id = ${one().workspaceId} and running) as running from workspace where id = ${one().workspaceId}`,
  );
  assert.deepEqual(found, { asks: false, running: 0 });
});

test('Seeding a second time files and asks under the problems and surveys that are there', async () => {
  const two = worlds[1] as Desk;
  const w = two.workspaceId;
  const counts = () =>
    only<{ problems: number; surveys: number; filed: number }>(
      sql`select (select count(*)::int from problem where workspace_id = ${w}) as problems, (select count(*)::int from survey where workspace_id = ${w}) as surveys, (select count(*)::int from conversation_problem where workspace_id = ${w} and kind = 'problem') as filed`,
      two,
    );
  const first = await counts();
  await seed(two.hearten, founding, { conversations: 60, seed: 'kitchen', until, workspaceId: w });
  const second = await counts();
  assert.deepEqual([second.problems, second.surveys], [first.problems, first.surveys]);
  assert.ok(second.filed > first.filed, `${second.filed} after ${first.filed}`);
});
