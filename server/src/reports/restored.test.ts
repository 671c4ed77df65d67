import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type EndedState, endedState, endpoints, restoredEndpoints, type ToldPart } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { inWords, type Said as Spoken } from '../base/words.ts';
import { complaints } from '../base/wrong.ts';
import { merge, unmerge } from '../conversations/merge.ts';
import { setFiling } from '../problems/filing.ts';
import { makeProblem } from '../problems/problems.ts';
import { changeTeam, createTeam } from '../team/teams.ts';
import { behind } from './behind.ts';
import { restoredOf } from './person.ts';
import { restored } from './restored.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type Said = { compared?: string; value?: number; taps?: string[]; excluded?: string };
type Where = { by?: string; team?: string | null; channel?: string; daysAgo?: number; desk?: Desk };
/** One question at the end of a conversation, and what was said to it. */
async function ask(conversationId: string, said: Said = {}, where: Where = {}): Promise<void> {
  const { desk: d = w, by = d.people.representative.id, team = null, channel = 'email', daysAgo = 1 } = where;
  const messageId = newId();
  await d.tx(async (t) => {
    await t.run(
      sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at) values (${d.workspaceId}, ${messageId}, ${conversationId}, ${d.inboxId}, 'out', ${by}, 'sent', 'Done.', now() - make_interval(days => ${daysAgo}))`,
    );
    await t.run(sql`
      insert into mood_ask (workspace_id, id, conversation_id, message_id, author_id, team_id, channel, excluded, tapped, compared, value, at, answered_at)
      values (${d.workspaceId}, ${newId()}, ${conversationId}, ${messageId}, ${by}, ${team}, ${channel}, ${said.excluded ?? null}, ${said.taps ?? []}::text[], ${said.compared ?? null}, ${said.value ?? null}, now() - make_interval(days => ${daysAgo}), case when ${said.compared ?? null}::text is not null then now() end)`);
  });
}
async function written(d: Desk = w): Promise<string> {
  const [received] = await d.receive({ from: { address: `${newId()}@people.example`, name: 'Claire' } });
  return received?.conversationId as string;
}
async function ended(said: Said, where: Where = {}): Promise<string> {
  const id = await written(where.desk);
  await ask(id, said, where);
  return id;
}
const whole = async (d: Desk = w) => (await d.tx((t) => restored(t))).whole;
const listed = async (query: { state?: EndedState; [more: string]: unknown }, d: Desk = w): Promise<string[]> =>
  (await d.tx((t) => behind(t, { limit: 100, ...query }))).items.map((one) => one.id);
const refused = (refusal: 'forbidden' | 'not-found') => (error: unknown) => isRefusedAs(error, refusal);
const moods = (id: string, start: number, latest: number, sources: [string, string] = ['text', 'text'], d: Desk = w) =>
  d.tx((t) =>
    t.run(sql`insert into mood (workspace_id, conversation_id, stage, source, value, confidence)
      select ${d.workspaceId}, ${id}, stage, source, value, case when source <> 'person' then 0.7 end
      from (values ('start', ${sources[0]}, ${start}::int), ('latest', ${sources[1]}, ${latest}::int)) as v (stage, source, value)`),
  );

test('Restored counts better, same and happy; provisional, void, silent and not asked are told apart, and under ten there is no figure', async () => {
  for (const said of [
    { compared: 'better' },
    { compared: 'better', value: 1 }, // better than before is restored, however sad the face
    { compared: 'same' },
    { compared: 'worse', value: 4 }, // happy
    { compared: 'worse', value: 3 },
    { compared: 'worse' },
    { taps: ['better'] }, // provisional
    { taps: ['better', 'same', 'worse'] }, // a program that followed all
    { taps: ['none'] }, // and one that followed the link nobody sees
    {},
    { excluded: 'asked lately' },
    { excluded: 'off' },
    { excluded: 'practice' }, // is nobody's end
  ])
    await ended(said);
  const few = await whole();
  assert.deepEqual(
    [few.ended, few.asked, few.answered, few.provisional, few.silent, few.notAsked],
    [12, 10, 6, 1, 3, 2],
  );
  assert.deepEqual([few.restored, few.withheld, few.silentShare], [null, 'few', 0.3]);
  for (let n = 0; n < 4; n++) await ended({ compared: 'better' });
  const { restored: figure, withheld } = await whole();
  assert.deepEqual([figure?.count, figure?.share, withheld], [8, 0.8, null]);
  // Wilson by hand for 8 of 10: 0.4902 to 0.9433.
  assert.ok(Math.abs((figure?.low ?? 0) - 0.4902) < 5e-4 && Math.abs((figure?.high ?? 0) - 0.9433) < 5e-4);
  const { notAsked } = await w.tx((t) => restored(t));
  assert.deepEqual(notAsked.map(({ why, count }) => `${why} ${count}`).sort(), ['asked lately 1', 'off 1']);
});

test('Of several questions in one conversation one counts: what was answered, else what was asked', async () => {
  const before = await whole();
  const id = await written();
  await ask(id, { excluded: 'off' }, { daysAgo: 200 }); // outside of these weeks
  await ask(id, { compared: 'worse' }, { daysAgo: 100 });
  await ask(id, {}, { daysAgo: 20 });
  assert.equal((await whole()).ended, before.ended, 'its answer is older than these weeks, and stands');
  assert.equal((await w.tx((t) => restored(t, 30))).whole.answered, before.answered + 1);
  await ask(id, { compared: 'better' }, { daysAgo: 3 });
  await ask(id, { excluded: 'asked lately' }, { daysAgo: 1 });
  const now = await whole();
  assert.deepEqual([now.ended, now.answered, now.silent], [before.ended + 1, before.answered + 1, before.silent]);
  assert.equal((await listed({ state: 'restored' })).filter((one) => one === id).length, 1);
});

test('What was merged counts once, where its answer stands now; spam, trash and what was erased count nowhere, and a sample workspace only within itself', async () => {
  const before = await whole();
  const [one, two] = [await ended({ compared: 'better' }), await ended({})];
  await w.tx((t) => merge(t, w.people.lead, one, two));
  const merged = await whole();
  assert.deepEqual(
    [merged.ended - before.ended, merged.answered - before.answered, merged.silent - before.silent],
    [1, 1, 0],
  );
  assert.ok((await listed({ state: 'restored' })).includes(two));
  await w.tx((t) => unmerge(t, w.people.lead, one));
  assert.equal((await whole()).ended - before.ended, 2);
  for (const [id, folder] of [
    [one, 'spam'],
    [two, 'trash'],
  ])
    await w.tx((t) =>
      t.run(sql`update conversation set folder = ${folder} where workspace_id = ${w.workspaceId} and id = ${id}`),
    );
  const gone = await ended({ compared: 'better' });
  await w.tx((t) => t.run(sql`delete from conversation where workspace_id = ${w.workspaceId} and id = ${gone}`));
  assert.deepEqual(await whole(), before);
  const sample = await w.another();
  await ended({ compared: 'better' }, { desk: sample });
  assert.equal((await whole(sample)).ended, 1);
  await sample.tx((t) =>
    t.run(sql`update workspace set sample_of = ${w.workspaceId} where id = ${sample.workspaceId}`),
  );
  const invented = await sample.tx((t) => restored(t));
  assert.deepEqual([invented.sample, invented.whole.ended], [true, 1]);
  assert.deepEqual(await whole(), before);
});

/** Numbers by chance, the same each time. */
function chance(seed: number): (under: number) => number {
  let state = seed;
  return (under) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * under);
  };
}
const counted = ['ended', 'asked', 'answered', 'provisional', 'silent', 'notAsked'] as const;

test('Whatever was said, the parts add up to the whole, and each number is the conversations behind it', async () => {
  const next = chance(7);
  const teams = [newId(), newId(), null];
  for (const [n, id] of teams.entries())
    if (id)
      await w.tx((t) =>
        t.run(sql`insert into team (workspace_id, id, name) values (${w.workspaceId}, ${id}, ${`Team ${n}`})`),
      );
  const problems: string[] = [];
  for (const name of ['Dark', 'Late', 'Loud'])
    problems.push((await w.tx((t) => makeProblem(t, w.people.lead, { name }))).id);
  const said: Said[] = [
    {},
    { taps: ['same'] },
    { excluded: 'spam' },
    { compared: 'better' },
    { compared: 'same', value: 2 },
    { compared: 'worse', value: 5 },
    { compared: 'worse' },
  ];
  // In each week customers answered both, so that none is one person's.
  for (let week = 0; week < 12; week++)
    for (const by of [w.people.representative.id, w.people.lead.id])
      await ended({ compared: 'same' }, { by, daysAgo: week * 7 });
  for (let n = 0; n < 120; n++) {
    const id = await ended(said[next(said.length)] ?? {}, {
      team: teams[next(3)] ?? null,
      channel: ['email', 'chat', 'form'][next(3)] as string,
      daysAgo: next(80),
      by: [w.people.representative.id, w.people.lead.id][next(2)] as string,
    });
    const filed = next(5);
    if (filed < 3)
      await w.tx((t) =>
        setFiling(t, w.people.lead, id, {
          kind: 'problem',
          problems: [problems[filed], problems[(filed + 1) % 3]].map((one) => ({ id: one as string })),
        }),
      );
    else if (filed === 3) await w.tx((t) => setFiling(t, w.people.lead, id, { kind: 'question' }));
  }
  const all = await w.tx((t) => restored(t));
  for (const parts of [all.byWeek, all.byChannel, all.byTeam, all.byProblem] as ToldPart[][])
    for (const what of counted)
      assert.equal(
        parts.reduce((sum, part) => sum + (part[what] ?? Number.NaN), 0),
        all.whole[what],
        what,
      );
  assert.equal(all.byWeek.length, 12);
  assert.equal(
    all.notAsked.reduce((sum, { count }) => sum + count, 0),
    all.whole.notAsked,
  );
  assert.equal(all.whole.answered + all.whole.provisional + all.whole.silent, all.whole.asked);

  const states = [
    ['ended', 'ended'],
    ['asked', 'asked'],
    ['answered', 'answered'],
    ['provisional', 'provisional'],
    ['silent', 'silent'],
    ['not asked', 'notAsked'],
  ] as const;
  const places: [ToldPart, Record<string, unknown>][] = [
    [all.whole, {}],
    ...all.byWeek.map((one): [ToldPart, Record<string, unknown>] => [one, { week: one.week }]),
    ...all.byChannel.map((one): [ToldPart, Record<string, unknown>] => [one, { channel: one.channel }]),
    ...all.byTeam.map((one): [ToldPart, Record<string, unknown>] => [one, { teamId: one.team?.id ?? 'none' }]),
    ...all.byProblem.map((one): [ToldPart, Record<string, unknown>] => [
      one,
      { kind: one.kind, ...(one.problem ? { problemId: one.problem.id } : {}) },
    ]),
  ];
  for (const [part, where] of places) {
    for (const [state, name] of states) {
      const { items, next: more } = await w.tx((t) => behind(t, { state, ...where, limit: 100 }));
      const rest = more ? (await w.tx((t) => behind(t, { state, ...where, limit: 100, cursor: more }))).items : [];
      assert.equal(
        new Set([...items, ...rest].map((one) => one.id)).size,
        part[name],
        `${state} ${JSON.stringify(where)}`,
      );
    }
    if (part.restored) assert.equal((await listed({ state: 'restored', ...where })).length, part.restored.count);
  }
});

test('Lift comes from pairs of the same source alone, and compares parts as if all had started alike', async () => {
  assert.equal((await whole()).lift, null);
  // Chat starts upset, mail glad; of those who started alike both lift the same.
  for (let n = 0; n < 30; n++) {
    const [low, high] = [1 + (n % 2), 3 + (n % 2)];
    const by = [w.people.representative.id, w.people.lead.id][(n >> 1) % 2] as string;
    await moods(await ended({}, { channel: 'chat', by }), low, 3);
    await moods(await ended({}, { channel: 'email', by }), high, 3);
  }
  await moods(await ended({}), 1, 5, ['text', 'person']); // two sources are no pair
  const all = await w.tx((t) => restored(t));
  assert.equal(all.whole.lift?.pairs, 60);
  // Everybody ends at 3 and starts at 2.5 in the middle.
  assert.ok(Math.abs((all.whole.lift?.mean ?? 0) - 0.5) < 1e-9);
  for (const channel of ['chat', 'email']) {
    const lift = all.byChannel.find((one) => one.channel === channel)?.lift;
    assert.equal(lift?.pairs, 30);
    assert.ok(Math.abs((lift?.mean ?? 0) - 0.5) < 1e-9, `${channel} ${lift?.mean}`);
  }
});

test('One person’s figure is theirs and their lead’s, from thirty answers on; a team in which one person answers shows none', async () => {
  const d = await w.another();
  const { representative, lead, owner, manager, specialist } = d.people;
  const team = newId();
  await d.tx(async (t) => {
    await t.run(sql`insert into team (workspace_id, id, name) values (${d.workspaceId}, ${team}, 'Night')`);
    for (const one of [representative, lead])
      await t.run(
        sql`insert into team_person (workspace_id, team_id, person_id) values (${d.workspaceId}, ${team}, ${one.id})`,
      );
  });
  for (let n = 0; n < 29; n++) await ended({ compared: 'better' }, { desk: d, team, by: representative.id });
  const of = (who: keyof Desk['people'], id = representative.id) => d.tx((t) => restoredOf(t, d.people[who], id));
  const early = await of('representative');
  assert.deepEqual([early.whole.answered, early.whole.restored, early.whole.withheld], [29, null, 'few']);
  await ended({ compared: 'worse' }, { desk: d, team, by: representative.id });
  assert.equal((await of('representative')).whole.restored?.count, 29);
  assert.equal((await of('lead')).whole.restored?.count, 29);
  for (const who of [owner, manager, specialist]) await assert.rejects(of(who.role as 'owner'), refused('forbidden'));
  await assert.rejects(of('lead', specialist.id), refused('forbidden'));
  await assert.rejects(of('lead', w.people.lead.id), refused('not-found'));
  const ofNight = async () => (await d.tx((t) => restored(t))).byTeam[0];
  const others = (active: boolean) =>
    d.tx((t) =>
      t.run(
        sql`update person set active = ${active} where workspace_id = ${d.workspaceId} and id <> ${representative.id}`,
      ),
    );
  assert.equal((await ofNight())?.withheld, 'personal', 'others could have answered, and did not lately');
  await others(false);
  assert.equal((await ofNight())?.restored?.count, 29, 'who works alone is the whole desk');
  await others(true);
  for (let n = 0; n < 10; n++) await ended({ compared: 'same' }, { desk: d, by: lead.id });
  const { byTeam, whole: both } = await d.tx((t) => restored(t));
  const night = byTeam.find((one) => one.team?.id === team);
  assert.deepEqual([night?.withheld, night?.restored, night?.lift, both.restored?.count], ['personal', null, null, 39]);
  // Nor does the list behind it say what it withholds.
  assert.deepEqual(
    [night?.asked, night?.answered, night?.provisional, night?.silent, night?.notAsked, night?.silentShare],
    [null, null, null, null, null, null],
    'no count from which a share could be had',
  );
  await ended({ compared: 'same' }, { desk: d, by: owner.id }); // no team has two now, and would be the whole less the other
  assert.equal((await d.tx((t) => restored(t))).byTeam.find((one) => one.team === null)?.withheld, 'personal');
  for (const state of [...endedState.options, undefined])
    for (const teamId of [team, 'none'])
      await assert.rejects(
        d.tx((t) => behind(t, { teamId, state })),
        refused('forbidden'),
      );
  assert.equal((await d.tx((t) => behind(t, { state: 'answered', limit: 100 }))).items[0]?.compared, 'same');

  // By channel, week and problem no less: and where several of them meet.
  assert.ok((await d.tx((t) => behind(t, { channel: 'email' }))).items.length);
  await assert.rejects(
    d.tx((t) => behind(t, { channel: 'email', teamId: team })),
    refused('forbidden'),
  );
  const dark = (await d.tx((t) => makeProblem(t, lead, { name: 'Dark' }))).id;
  const about = await ended({ compared: 'worse' }, { desk: d, channel: 'chat', by: representative.id, daysAgo: 30 });
  await d.tx((t) => setFiling(t, lead, about, { kind: 'problem', problems: [{ id: dark }] }));
  assert.deepEqual(
    [(await of('representative')).whole.answered, (await of('lead')).whole.answered],
    [31, 30],
    'their lead is shown what was answered in a team of both',
  );
  const parted = await d.tx((t) => restored(t));
  assert.ok(parted.whole.restored, 'the figure of the whole desk stays');
  const told = (parts: ToldPart[]) => parts.filter((one) => one.ended > 0).map((one) => [one.withheld, one.answered]);
  for (const parts of [parted.byChannel, parted.byWeek, parted.byProblem])
    assert.deepEqual(told(parts), [
      ['personal', null],
      ['personal', null],
    ]);
  const week = parted.byWeek.find((one) => one.ended === 1)?.week;
  assert.ok(week);
  for (const where of [
    { channel: 'chat' },
    { channel: 'email' },
    { week },
    { problemId: dark },
    { kind: 'problem' },
  ] as const)
    await assert.rejects(
      d.tx((t) => behind(t, where)),
      refused('forbidden'),
      JSON.stringify(where),
    );
});

test('The lift of one person is told to nobody either: it needs no answer, and asking may be off', async () => {
  const d = await w.another();
  const { representative, lead, manager } = d.people;
  const felt = async (n: number, where: Where, said: Said = { excluded: 'off' }): Promise<void> => {
    for (let i = 0; i < n; i++) await moods(await ended(said, { desk: d, ...where }), 2, 4, undefined, d);
  };
  const byChannel = async () => {
    const { whole: all, byChannel: parts } = await d.tx((t) => restored(t));
    return { all, of: (name: string) => parts.find((one) => one.channel === name) };
  };
  await felt(12, { channel: 'chat', by: representative.id });
  await felt(6, { channel: 'email', by: lead.id });
  await felt(6, { channel: 'email', by: manager.id });
  await felt(8, { channel: 'form', by: lead.id });
  await felt(8, { channel: 'form', by: manager.id });
  const off = await byChannel();
  assert.equal(off.all.lift?.pairs, 40);
  assert.equal(off.of('chat')?.lift, null, 'hers');
  assert.equal(off.of('email')?.lift, null, 'with the rest it would be hers');
  assert.equal(off.of('form')?.lift?.pairs, 16);
  // Answered by several, and pairs of one person: the share is told, the lift is not.
  for (const by of [lead.id, representative.id])
    for (let n = 0; n < 6; n++) await ended({ compared: 'better' }, { desk: d, channel: 'chat', by });
  const asked = (await byChannel()).of('chat');
  assert.deepEqual([asked?.withheld, asked?.restored?.count, asked?.lift], [null, 12, null]);
  const active = (is: boolean) =>
    d.tx((t) =>
      t.run(sql`update person set active = ${is} where workspace_id = ${d.workspaceId} and id <> ${representative.id}`),
    );
  await d.tx((t) =>
    t.run(sql`update mood_ask set author_id = ${representative.id} where workspace_id = ${d.workspaceId}`),
  );
  await active(false);
  assert.equal((await byChannel()).of('chat')?.lift?.pairs, 12, 'who works alone is the whole desk');
});

test('Only the windows that can be chosen are told: any other, less one that is a week shorter, would be a week that is withheld', () => {
  for (const key of [
    'GET /restored',
    'GET /restored/conversations',
    'GET /people/:id/restored',
    'GET /surveys/:id/results',
    'GET /surveys/:id/turns',
  ] as const) {
    const { query } = endpoints[key];
    for (const weeks of ['4', '12', '26', '52', undefined])
      assert.ok(query.safeParse({ weeks }).success, `${key} ${weeks}`);
    for (const weeks of ['1', '5', '11', '53', '4.5', 'x', '']) {
      const { error } = query.safeParse({ weeks });
      assert.ok(error, `${key} ${weeks}`);
      if (/^\d+$/.test(weeks))
        assert.equal(
          inWords(complaints(error)[0]?.message as Spoken, 'en'),
          'The weeks has to be one of 4, 12, 26, 52.',
        );
    }
  }
});

test('Nobody makes themselves the lead of what others answered: by no team of theirs, by no new one, and of no other lead', async () => {
  const d = await w.another();
  const { representative, lead, manager, owner } = d.people;
  const own = await d.tx((t) => createTeam(t, owner, { name: 'Day', people: [lead.id, manager.id] }));
  const other = await d.tx((t) => createTeam(t, owner, { name: 'Night', people: [representative.id] }));
  await ended({ compared: 'better' }, { desk: d, team: other.id, by: representative.id });
  await ended({ compared: 'better' }, { desk: d, team: own.id, by: manager.id });
  const put = (team: string, ...people: string[]) => d.tx((t) => changeTeam(t, lead, team, { people }));
  await assert.rejects(put(other.id, representative.id, lead.id), refused('forbidden'));
  assert.equal((await put(other.id, representative.id)).people.length, 1, 'the same people are no change');
  const of = (id: string) => d.tx((t) => restoredOf(t, lead, id));
  await assert.rejects(of(representative.id), refused('forbidden'));
  await d.tx((t) => createTeam(t, lead, { name: 'New', people: [lead.id, representative.id] }));
  await put(own.id, lead.id, manager.id, representative.id);
  assert.equal((await of(representative.id)).whole.ended, 0, 'nothing of what was answered elsewhere');
  await assert.rejects(of(manager.id), refused('forbidden'));
});

test('Who was told among many is no silent one and no answer: it stands under its own reason, and the list behind it opens', async () => {
  const id = await ended({ excluded: 'to many' });
  const all = await w.tx((t) => restored(t));
  assert.equal(all.notAsked.find(({ why }) => why === 'to many')?.count, 1);
  const promised = restoredEndpoints['GET /restored'].reply.safeParse(JSON.parse(JSON.stringify(all)));
  assert.ok(promised.success, promised.error?.message);
  const asked = restoredEndpoints['GET /restored/conversations'].query.safeParse({ why: 'to many' });
  assert.ok(asked.success && asked.data.why);
  assert.deepEqual(await listed({ state: 'not asked', why: 'to many' }), [id]);
});
