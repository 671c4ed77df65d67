import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../../test/desk.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import type { Who } from '../../base/module.ts';
import { reply } from '../../conversations/reply.ts';
import { createTeam, deleteTeam } from '../../team/teams.ts';
import { settingsOf } from './asks.ts';
import { attend, attendance, setAway, setMost } from './attendance.ts';
import { giveOut, teamOf, watchChats, whoIsThere } from './give.ts';
import { say } from './say.ts';
import type { Chat } from './settings.ts';

let w: Desk;
const chat = { name: 'Shop', brand: { name: 'Northwind', colour: '', site: '' }, keys: [] } as unknown as Chat;
before(async () => {
  w = await desk();
  Object.assign(chat, { id: newId(), workspaceId: w.workspaceId, settings: settingsOf({ assign: 'room' }) });
  await w.tx((t) =>
    t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${w.workspaceId}, ${chat.id}, id, 'chat', 'Shop', '', ${JSON.stringify(chat.settings)}::jsonb from brand where workspace_id = ${w.workspaceId}`),
  );
});
after(() => w?.end());
beforeEach(async () => {
  await w.tx(async (t) => {
    await t.run(
      sql`update conversation set status = 'closed', assignee_id = null where workspace_id = ${w.workspaceId}`,
    );
    await t.run(sql`delete from attendance where workspace_id = ${w.workspaceId}`);
  });
});

const begun = async (text = 'Hello?'): Promise<string> => {
  const visitorId = newId();
  return w.tx(async (t) => {
    await t.run(
      sql`insert into visitor (workspace_id, id, inbox_id) values (${w.workspaceId}, ${visitorId}, ${chat.id})`,
    );
    return (await say(t, chat, { id: visitorId, only: null }, { chat: null, clientId: randomUUID(), text, files: [] }))
      .conversationId;
  });
};
const whose = async (id: string): Promise<string | null> =>
  (
    await w.tx((t) =>
      t.first<{ id: string | null }>(
        sql`select assignee_id as id from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    )
  )?.id ?? null;
const here = (...people: Who[]) =>
  w.tx((t) =>
    attend(
      t,
      people.map((one) => one.id),
    ),
  );
const give = () => w.tx((t) => giveOut(t, w.hearten.jobs));
const most = (who: Who, n: number | null) => w.tx((t) => setMost(t, w.hearten, w.people.lead, who.id, n));
const channel = { ...keepingChannel() };
Object.assign(channel, { can: { ...channel.can, cc: false }, ours: () => () => false });
const answer = (who: Who, id: string) =>
  w.tx((t) => reply(t, () => channel, who, id, { text: 'Yes.', after: 'waiting' }));
const events = (id: string) =>
  w.tx((t) =>
    t.many<{ why: string; actor: string | null }>(
      sql`select data->>'why' as why, actor_id as actor from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name in ('conversation.assigned', 'chat.queued') order by id`,
    ),
  );

test('A new chat goes to whoever is there and has most room; what finds none waits, and says so once', async () => {
  const { representative, lead } = w.people;
  await here(representative, lead);
  await most(representative, 2);
  await most(lead, 1);
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await begun(`Question ${n}`));
  assert.equal(await give(), 3);
  assert.equal(await give(), 0);
  const got = await Promise.all(ids.map(whose));
  assert.deepEqual(got, [representative.id, lead.id, representative.id, null, null]);
  assert.deepEqual(await events(ids[3] as string), [{ why: null, actor: null }], 'told once that it waits');
  const { queued, items } = await w.tx(attendance);
  assert.equal(queued, 2);
  assert.deepEqual(
    items.filter((one) => one.here).map(({ personId, chats, most: m }) => [personId, chats, m]),
    [
      [lead.id, 1, 1],
      [representative.id, 2, 2],
    ],
  );
  await w.tx((t) =>
    t.run(
      sql`update conversation set status = 'resolved' where workspace_id = ${w.workspaceId} and id = ${ids[1] as string}`,
    ),
  );
  assert.equal(await give(), 1);
  assert.equal(await whose(ids[3] as string), lead.id, 'who waited longest is next');
});

test('However many transactions hand out chats at once, nobody gets more than they take', async () => {
  const { representative, lead, manager } = w.people;
  await here(representative, lead, manager);
  for (const one of [representative, lead, manager]) await most(one, 2);
  const ids = await Promise.all(Array.from({ length: 12 }, (_, n) => begun(`At once ${n}`)));
  const at = await Promise.all([
    ...Array.from({ length: 6 }, give),
    ...ids.slice(0, 4).map((id) => answer(w.people.owner, id)),
    give(),
    give(),
  ]);
  assert.ok(at);
  const taken = await w.tx((t) =>
    t.many<{ id: string; n: number }>(
      sql`select assignee_id as id, count(*)::int as n from conversation where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[]) and assignee_id = any (${[representative.id, lead.id, manager.id]}::uuid[]) group by 1`,
    ),
  );
  for (const one of taken) assert.ok(one.n <= 2, `${one.id} has ${one.n}`);
  assert.equal(
    taken.reduce((sum, one) => sum + one.n, 0),
    6,
    'and nothing waits while there is room',
  );
});

test('Who goes away has no chats that wait: they go to a colleague with room; taken back, those nobody answered come home', async () => {
  const { representative, lead } = w.people;
  await here(representative);
  await most(representative, 5);
  const [waits, answered, other] = [await begun(), await begun(), await begun()];
  await give();
  await answer(representative, answered);
  await here(lead);
  const { moved } = await w.tx((t) => setAway(t, w.hearten, representative, { away: true }));
  assert.deepEqual(moved.toSorted(), [waits, other].toSorted());
  assert.deepEqual(await Promise.all([waits, answered, other].map(whose)), [lead.id, representative.id, lead.id]);
  assert.deepEqual((await events(waits)).slice(-2), [
    { why: 'away', actor: representative.id },
    { why: 'room', actor: null },
  ]);
  await answer(lead, other);
  const back = await w.tx((t) => setAway(t, w.hearten, representative, { away: false, back: moved }));
  assert.deepEqual(back.moved, [waits]);
  assert.deepEqual(await Promise.all([waits, other].map(whose)), [representative.id, lead.id]);
});

test('Who is gone without a word for some minutes loses the chats that wait, and gets no new ones', async () => {
  const { representative, lead } = w.people;
  await here(representative);
  const id = await begun();
  await give();
  assert.equal(await whose(id), representative.id);
  const seen = (who: Who, ago: string) =>
    w.tx((t) =>
      t.run(
        sql`update attendance set seen_at = now() - ${ago}::interval where workspace_id = ${w.workspaceId} and person_id = ${who.id}`,
      ),
    );
  await seen(representative, '2 minutes');
  await w.tx((t) => watchChats(t, w.hearten.jobs));
  assert.equal(await whose(id), representative.id, 'two minutes may be a tunnel');
  const second = await begun();
  await give();
  assert.equal(await whose(second), null);
  await seen(representative, '4 minutes');
  await w.tx((t) => watchChats(t, w.hearten.jobs));
  assert.equal(await whose(id), null);
  assert.ok(await w.jobAt('watch-chats'), 'it is looked at again');
  await here(lead);
  await give();
  assert.deepEqual([await whose(id), await whose(second)], [lead.id, lead.id]);
});

test('A chat of a team goes to nobody else, and a chat that is handed out by hand waits for whoever takes it', async () => {
  const { representative, lead } = w.people;
  const teamId = newId();
  await w.tx(async (t) => {
    await t.run(sql`insert into team (workspace_id, id, name) values (${w.workspaceId}, ${teamId}, 'Lamps')`);
    await t.run(
      sql`insert into team_person (workspace_id, team_id, person_id) values (${w.workspaceId}, ${teamId}, ${lead.id})`,
    );
  });
  await here(representative, lead);
  await most(representative, 9);
  const set = (settings: object) =>
    w.tx((t) =>
      t.run(
        sql`update inbox set settings = ${JSON.stringify(settingsOf(settings))}::jsonb where workspace_id = ${w.workspaceId} and id = ${chat.id}`,
      ),
    );
  await set({ assign: 'room', teamId });
  const id = await begun();
  await give();
  assert.equal(await whose(id), lead.id);
  await set({ assign: 'off' });
  const free = await begun();
  await give();
  assert.equal(await whose(free), null);
  await set({ assign: 'room' });
});

test('C06: Chats of a team of which nobody is there hold up those of no other team, and who leaves a team gets no more of its chats', async () => {
  const { representative, lead } = w.people;
  const [away, there] = await Promise.all(
    ['Nobody', 'Somebody'].map((name) => w.tx((t) => createTeam(t, w.people.owner, { name }))),
  );
  const put = (ids: string[], team: { id: string } | undefined) =>
    w.tx((t) =>
      t.run(
        sql`update conversation set team_id = ${team?.id ?? null} where workspace_id = ${w.workspaceId} and id = any (${ids}::uuid[])`,
      ),
    );
  const is = (who: Who, team: { id: string } | undefined, member: boolean) =>
    w.tx((t) =>
      t.run(
        member
          ? sql`insert into team_person (workspace_id, team_id, person_id) values (${w.workspaceId}, ${team?.id ?? null}, ${who.id})`
          : sql`delete from team_person where workspace_id = ${w.workspaceId} and team_id = ${team?.id ?? null} and person_id = ${who.id}`,
      ),
    );
  await is(lead, there, true);
  await here(representative, lead);
  await most(lead, 2);
  // As many as are looked at, and more, all of them longer than the one that can be given.
  const old = await Promise.all(Array.from({ length: 110 }, (_, n) => begun(`Waits ${n}`)));
  await put(old, away);
  const late = await begun('For somebody');
  await put([late], there);
  assert.equal(await give(), 1);
  assert.equal(await whose(late), lead.id);
  while (
    (
      await w.tx((t) =>
        t.many(
          sql`select 1 from chat h where workspace_id = ${w.workspaceId} and conversation_id = any (${old}::uuid[]) and queued_at is null`,
        ),
      )
    ).length
  )
    assert.equal(await give(), 0);
  await is(lead, there, false);
  const next = await begun('For nobody any more');
  await put([next], there);
  assert.equal(await give(), 0);
  assert.equal(await whose(next), null);
  assert.deepEqual(await events(next), [{ why: null, actor: null }], 'told that it waits');
});

test('Before the first words a visitor is told whether somebody has room, everyone is with others, or nobody is here', async () => {
  const there = (more: object = {}) => w.tx((t) => whoIsThere(t, { ...chat.settings, ...more }));
  assert.equal(await there(), 'away');
  await here(w.people.lead);
  await most(w.people.lead, 1);
  assert.equal(await there(), 'free');
  await begun();
  await give();
  assert.deepEqual([await there(), await there({ assign: 'off' })], ['full', 'free']);
  const { id: teamId } = await w.tx((t) => createTeam(t, w.people.owner, { name: 'Shades' }));
  assert.equal(await there({ teamId }), 'away', 'nobody of that team');
  await here(w.people.owner);
  assert.equal(await there(), 'free');
  for (const one of [w.people.lead, w.people.owner]) await w.tx((t) => setAway(t, w.hearten, one, { away: true }));
  assert.equal(await there(), 'away');
});

test('A team that is deleted strands no chat: everyone who is there gets those that waited for it', async () => {
  const { representative, owner } = w.people;
  const team = await w.tx((t) => createTeam(t, owner, { name: 'Soon gone' }));
  const settings = (teamId: string | null) =>
    w.tx((t) =>
      t.run(
        sql`update inbox set settings = settings || ${JSON.stringify({ teamId })}::jsonb where workspace_id = ${w.workspaceId} and id = ${chat.id}`,
      ),
    );
  await settings(team.id);
  await here(representative);
  const id = await begun('Anybody?');
  const there = () => w.tx((t) => whoIsThere(t, { assign: 'room', teamId: team.id }));
  assert.deepEqual([await give(), await there(), await w.tx((t) => teamOf(t, chat.id))], [0, 'away', team.id]);
  await w.tx((t) => deleteTeam(t, owner, team.id));
  assert.deepEqual([await there(), await w.tx((t) => teamOf(t, chat.id))], ['free', undefined]);
  assert.equal(await give(), 1);
  assert.equal(await whose(id), representative.id);
  await settings(null);
});
