import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { surveyState } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { behindSurvey } from './behind.ts';
import { makeSurvey, surveyById } from './keep.ts';
import { previewSurvey } from './preview.ts';
import { resultsOf } from './results.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

/** Turns of customers of their own whom `by` had answered, each with the score and its words. */
async function answered(survey: string, n: number, by: string, team: string | null, score: number): Promise<void> {
  const made = await w.receive(
    ...Array.from({ length: n }, () => ({ from: { address: `${newId()}@people.example`, name: 'Claire' } })),
  );
  const ids = made.map((one) => one.conversationId as string);
  await w.tx((t) =>
    t.run(sql`
      insert into survey_ask (workspace_id, id, survey_id, conversation_id, customer_id, author_id, team_id, inbox_id, channel, language, turn, answers, score, words, answered_at)
      select ${w.workspaceId}, gen_random_uuid(), ${survey}, c.id, c.customer_id, ${by}, ${team}, c.inbox_id, 'email', 'en', now(), ${JSON.stringify({ support: String(score) })}::jsonb, ${score}, 'So it was.', now()
      from conversation c where c.workspace_id = ${w.workspaceId} and c.id = any (${ids}::uuid[])`),
  );
}

test('What would be one person’s is withheld: no score and no response rate of their team, no count they could be had from, and no list', async () => {
  const { representative, lead, owner } = w.people;
  const night = newId();
  await w.tx((t) => t.run(sql`insert into team (workspace_id, id, name) values (${w.workspaceId}, ${night}, 'Night')`));
  const { id } = await w.tx((t) =>
    makeSurvey(t, owner, { name: 'How was it?', kind: 'csat', moment: 'resolved', delayHours: 0 } as never),
  );
  const ofNight = async () => {
    const found = await w.tx((t) => resultsOf(t, id));
    return { whole: found.whole, team: found.byTeam.find((one) => one.team?.id === night) };
  };
  await answered(id, 12, representative.id, night, 5);
  const others = (active: boolean) =>
    w.tx((t) =>
      t.run(
        sql`update person set active = ${active} where workspace_id = ${w.workspaceId} and id <> ${representative.id}`,
      ),
    );
  assert.equal((await ofNight()).team?.withheld, 'personal', 'others could have answered, and did not lately');
  await others(false);
  const alone = await ofNight();
  await others(true);
  assert.deepEqual(
    [alone.team?.withheld, alone.team?.rate?.share, alone.team?.score?.value],
    [null, 1, 1],
    'who works alone is the whole desk',
  );

  await answered(id, 12, lead.id, null, 1);
  const both = await ofNight();
  assert.deepEqual(
    [both.team?.withheld, both.team?.rate, both.team?.score, both.team?.answered],
    ['personal', null, null, null],
  );
  assert.deepEqual([both.whole.rate?.share, both.whole.score?.value], [1, 0.5]);
  assert.deepEqual(
    [both.team?.asked, both.team?.provisional, both.team?.silent, both.team?.notAsked],
    [null, null, null, null],
  );
  const refused = (error: unknown): boolean => isRefusedAs(error, 'forbidden');
  await assert.rejects(
    w.tx((t) => behindSurvey(t, id, { teamId: night, words: true })),
    refused,
  );
  for (const state of surveyState.options)
    await assert.rejects(
      w.tx((t) => behindSurvey(t, id, { teamId: night, state })),
      refused,
    );

  await answered(id, 1, owner.id, night, 4);
  const rest = await ofNight();
  assert.deepEqual(
    [rest.team?.withheld, rest.team?.score],
    ['personal', null],
    'the other would be the whole less this',
  );
  await assert.rejects(
    w.tx((t) => behindSurvey(t, id, { teamId: night, words: true })),
    refused,
  );
  await answered(id, 1, owner.id, null, 4);
  const two = await ofNight();
  assert.deepEqual([two.team?.withheld, two.team?.score?.value], [null, 1], 'of two it is the team’s');
  const open = await w.tx((t) => behindSurvey(t, id, { state: 'answered', teamId: night, limit: 100 }));
  assert.ok(open.items.every((one) => one.words === 'So it was.' && one.answers.length === 1));

  // By channel, way and week no less.
  await w.tx((t) =>
    t.run(sql`
      update survey_ask set channel = 'chat', way = 'chat', at = now() - interval '30 days' where workspace_id = ${w.workspaceId}
        and id = (select id from survey_ask where workspace_id = ${w.workspaceId} and survey_id = ${id} and author_id = ${lead.id} limit 1)`),
  );
  const parted = await w.tx((t) => resultsOf(t, id));
  assert.ok(parted.whole.score, 'the score of the whole desk stays');
  const weeks = parted.byWeek.filter((one) => one.asked !== 0);
  for (const parts of [parted.byChannel, parted.byWay, weeks])
    assert.deepEqual(
      parts.map((one) => [one.withheld, one.score, one.answered]),
      [
        ['personal', null, null],
        ['personal', null, null],
      ],
    );
  for (const where of [{ channel: 'chat' }, { channel: 'email' }, { way: 'chat' }, { week: weeks[0]?.week }] as const)
    await assert.rejects(
      w.tx((t) => behindSurvey(t, id, where)),
      refused,
      JSON.stringify(where),
    );
});

test('A preview reads what was resolved last, and a page of the list counts nobody who is not on it', async () => {
  const { id } = await w.tx((t) =>
    makeSurvey(t, w.people.owner, { name: 'Looked at', kind: 'csat', moment: 'resolved' } as never),
  );
  const plans: string[] = [];
  await w.tx(async (t) => {
    await t.run(sql`select set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true)`);
    const look = async (query: Sql): Promise<void> => {
      const texts = [`explain ${query.texts[0]}`, ...query.texts.slice(1)];
      plans.push(
        (await t.many<Record<string, string>>({ ...query, texts })).map((row) => row['QUERY PLAN']).join('\n'),
      );
    };
    const seen: Tx = {
      ...t,
      many: async (query) => {
        await look(query);
        return t.many(query);
      },
      first: async (query) => {
        await look(query);
        return t.first(query);
      },
    };
    await previewSurvey(seen, w.hearten, { name: 'Looked at', kind: 'csat', moment: 'resolved' });
    assert.ok(
      plans.some((plan) => plan.includes('conversation_ended')),
      plans.join('\n\n'),
    );
    plans.length = 0;
    await surveyById(seen, id);
    assert.ok(plans[0]?.includes('survey_ask_asked') && plans[0].includes('survey_ask_answered'), plans[0]);
    plans.length = 0;
    await behindSurvey(seen, id, {});
    await resultsOf(seen, id);
    const settings = plans.filter((plan) => / on survey s\b/.test(plan));
    assert.equal(settings.length, 2);
    assert.ok(!settings.some((plan) => plan.includes('survey_ask')), settings.join('\n\n'));
  });
});
