import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorld, type Place, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { hash } from '../base/seal.ts';
import { forget } from './identify.ts';
import { stillThere } from './still-there.ts';
import { tidy } from './tidy.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('desk');
});
after(() => world.end());

test('Only the hash of a session secret is stored', async () => {
  const browser = await world.as(place, 'owner');
  const [row] = await world.hearten.db.read<{ text: string }>(
    NOWHERE,
    sql`select s::text as text from session s where token_hash = ${hash(browser.cookie)}`,
  );
  assert.ok(row);
  assert.ok(!row.text.includes(browser.cookie));
});

test('A request of someone known costs no statement', async () => {
  const browser = await world.as(place, 'lead');
  await browser.get('/me');
  const before_ = world.hearten.db.statements();
  const answer = await browser.get('/quarantine'); // a route of no module here: all it costs is finding out who asks
  assert.equal(answer.status, 404);
  assert.equal(world.hearten.db.statements() - before_, 0);
});

test('A session ended by another process is refused within five seconds', async () => {
  const browser = await world.as(place, 'viewer');
  assert.equal((await browser.get('/me')).status, 200);
  // As another process does it: this one is told nothing.
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`delete from session where token_hash = ${hash(browser.cookie)}`),
  );
  const began = Date.now();
  while ((await browser.get('/me')).status !== 401) {
    assert.ok(Date.now() - began < 5_000, 'still let in after five seconds');
    await sleep(100);
  }
});

test('People see where they are signed in and end one of their own sessions, nobody else’s', async () => {
  const [here, there, other] = [
    await world.as(place, 'manager'),
    await world.as(place, 'manager'),
    await world.as(place, 'lead'),
  ];
  type Items = { items: { id: string; current: boolean; ip: string }[] };
  const { items } = (await here.get<Items>('/me/sessions')).body;
  assert.equal(items.length, 2);
  assert.equal(items.filter((item) => item.current).length, 1);
  const theirs = (await other.get<Items>('/me/sessions')).body.items[0]?.id as string;
  assert.equal((await here.send('DELETE', `/me/sessions/${theirs}`)).status, 404);
  assert.equal((await here.send('DELETE', '/me/sessions/not-an-id')).status, 404);
  assert.equal((await other.get('/me')).status, 200);
  const away = items.find((item) => !item.current)?.id as string;
  assert.equal((await here.send('DELETE', `/me/sessions/${away}`)).status, 200);
  assert.equal((await there.get('/me')).status, 401);
  assert.equal((await here.get('/me')).status, 200);
});

test('A session over its time, or unused for two weeks, is refused and cleared away', async () => {
  for (const change of [sql`expires_at = now()`, sql`last_seen_at = now() - interval '15 days'`]) {
    const browser = await world.as(place, 'representative');
    await world.hearten.db.tx(NOWHERE, (tx) =>
      tx.run(sql`update session set ${change} where token_hash = ${hash(browser.cookie)}`),
    );
    forget();
    assert.equal((await browser.get('/me')).status, 401);
    await tidy(world.hearten);
    const rows = await world.hearten.db.read(
      NOWHERE,
      sql`select from session where token_hash = ${hash(browser.cookie)}`,
    );
    assert.equal(rows.length, 0);
  }
});

test('When someone was last seen is noted once a minute, without anybody waiting for it', async () => {
  const browser = await world.as(place, 'specialist');
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`update session set last_seen_at = now() - interval '2 minutes' where token_hash = ${hash(browser.cookie)}`,
    ),
  );
  forget();
  assert.equal((await browser.get('/me')).status, 200);
  const seen = async () => {
    const [row] = await world.hearten.db.read<{ fresh: boolean }>(
      NOWHERE,
      sql`select last_seen_at > now() - interval '30 seconds' as fresh from session where token_hash = ${hash(browser.cookie)}`,
    );
    return row?.fresh;
  };
  const began = Date.now();
  while (!(await seen())) {
    assert.ok(Date.now() - began < 3_000);
    await sleep(20);
  }
});

test('A socket is told to go when its person is deactivated, changes role, signs out or moves to another workspace', async () => {
  const there = stillThere(world.hearten);
  const seat = async (role: 'lead' | 'viewer') => {
    const browser = await world.as(place, role);
    const [row] = await world.hearten.db.read<{ id: string; accountId: string }>(
      NOWHERE,
      sql`select id, account_id as "accountId" from session where token_hash = ${hash(browser.cookie)}`,
    );
    const who = {
      workspaceId: place.id,
      kind: 'person' as const,
      id: browser.me.person.id,
      accountId: row?.accountId as string,
      sessionId: row?.id as string,
      role,
      csrf: '',
      may: () => true,
    };
    return { browser, who };
  };
  const owner = await world.as(place, 'owner');
  const first = await seat('lead');
  assert.equal(await there(first.who), true);
  await first.browser.post('/sign-out');
  assert.equal(await there(first.who), false);

  const second = await seat('lead');
  assert.equal(await there(second.who), true);
  assert.equal((await owner.send('PATCH', `/people/${second.who.id}`, { role: 'viewer' })).status, 200);
  assert.equal(await there(second.who), false);

  const third = await seat('viewer');
  assert.equal((await owner.send('PATCH', `/people/${third.who.id}`, { active: false })).status, 200);
  assert.equal(await there(third.who), false);
});
