import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Me, Person, Team } from '@hearten/contract';
import { type Browser, makeWorld, type Place, password, roles, type World } from '../../test/world.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
});
after(() => world.end());

test('The last owner can be neither demoted nor deactivated; with a second one it goes', async () => {
  for (const change of [{ role: 'manager' }, { active: false }]) {
    const answer = await owner.send('PATCH', `/people/${place.ownerId}`, change);
    assert.equal(answer.status, 409);
    assert.equal(answer.body.type, '/problems/last-owner');
  }
  const second = await world.person(place, 'owner');
  assert.equal((await owner.send('PATCH', `/people/${second.id}`, { role: 'lead' })).status, 200);
});

test('Two owners who demote each other at the same moment: one stays', async () => {
  const shop = await world.workspace('shop');
  const first = await world.as(shop, 'owner');
  const other = await world.person(shop, 'owner');
  const second = world.browser('10.1.0.3');
  await second.signIn(other.email);
  const answers = await Promise.all([
    first.send('PATCH', `/people/${other.id}`, { role: 'viewer' }),
    second.send('PATCH', `/people/${shop.ownerId}`, { role: 'viewer' }),
  ]);
  const people = await world.inside(shop, async (tx) => (await import('./people.ts')).peopleOf(tx));
  assert.equal(
    people.filter((person) => person.role === 'owner').length,
    1,
    answers.map((answer) => answer.status).join(),
  );
});

test('A manager changes people below an owner, and can neither make nor touch one', async () => {
  const manager = await world.as(place, 'manager');
  const viewer = await world.person(place, 'viewer');
  assert.equal((await manager.send('PATCH', `/people/${viewer.id}`, { role: 'lead' })).status, 200);
  assert.equal((await manager.send('PATCH', `/people/${viewer.id}`, { role: 'owner' })).status, 403);
  assert.equal((await manager.send('PATCH', `/people/${manager.me.person.id}`, { role: 'owner' })).status, 403);
  for (const change of [{ role: 'viewer' }, { active: false }, { name: 'Nobody' }])
    assert.equal((await manager.send('PATCH', `/people/${place.ownerId}`, change)).status, 403);
  assert.equal((await manager.post(`/people/${place.ownerId}/reset-link`)).status, 403);
});

test('A changed role counts at the next request', async () => {
  const lead = await world.as(place, 'lead');
  assert.equal((await lead.post('/teams', { name: 'Night' })).status, 201);
  await owner.send('PATCH', `/people/${lead.me.person.id}`, { role: 'viewer' });
  assert.equal((await lead.post('/teams', { name: 'Day' })).status, 403);
});

test('A deactivated person is out at once, with every session and key they made; made active again they sign in anew', async () => {
  const manager = await world.as(place, 'manager');
  const { body } = await manager.post<{ token: string }>('/api-keys', { name: 'robot', scopes: ['admin'] });
  const robot = (path: string) =>
    world.browser().send('GET', path, undefined, { authorization: `Bearer ${body.token}` });
  assert.equal((await robot('/people')).status, 200);
  assert.equal((await owner.send('PATCH', `/people/${manager.me.person.id}`, { active: false })).status, 200);
  assert.equal((await manager.get('/me')).status, 401);
  assert.equal((await robot('/people')).status, 401);
  assert.equal((await world.browser('10.1.0.5').signIn(manager.me.person.email)).status, 401);
  assert.equal((await owner.send('PATCH', `/people/${manager.me.person.id}`, { active: true })).status, 200);
  assert.equal((await manager.get('/me')).status, 401);
  assert.equal((await robot('/people')).status, 401);
  assert.equal((await world.browser('10.1.0.5').signIn(manager.me.person.email)).status, 200);
});

test('People change their own name, language, time zone and signature, and nothing else of themselves', async () => {
  const viewer = await world.as(place, 'viewer');
  const answer = await viewer.send<Me>('PATCH', '/me', {
    name: 'Ada',
    language: 'de',
    timeZone: 'Europe/Berlin',
    signature: 'Ada, Lamps',
    role: 'owner',
    active: false,
    id: place.ownerId,
    workspaceId: place.ownerId,
    email: 'other@lamps.example',
    accountId: place.ownerId,
    __proto__: { role: 'owner' },
  });
  const { name, language, timeZone, signature, role, active, id, email } = answer.body.person;
  assert.deepEqual(
    { name, language, timeZone, signature },
    { name: 'Ada', language: 'de', timeZone: 'Europe/Berlin', signature: 'Ada, Lamps' },
  );
  assert.deepEqual(
    { role, active, id, email },
    { role: 'viewer', active: true, id: viewer.me.person.id, email: viewer.me.person.email },
  );
});

test('Teams have a name of their own and only people who work here', async () => {
  const [a, b] = [await world.person(place, 'representative'), await world.person(place, 'lead')];
  const made = await owner.post<Team>('/teams', { name: 'First line', people: [a.id, b.id, a.id] });
  assert.equal(made.status, 201, made.text);
  assert.deepEqual(made.body.people, [a.id, b.id].sort());
  assert.equal((await owner.post('/teams', { name: 'FIRST LINE' })).status, 409);
  const other = await owner.post<Team>('/teams', { name: 'Second line' });
  assert.equal((await owner.send('PATCH', `/teams/${other.body.id}`, { name: 'First Line' })).status, 409);
  const changed = await owner.send<Team>('PATCH', `/teams/${made.body.id}`, { name: 'First LINE', people: [b.id] });
  assert.deepEqual([changed.body.name, changed.body.people], ['First LINE', [b.id]]);
  const stranger = await world.person(await world.workspace('other'), 'viewer');
  assert.equal((await owner.send('PATCH', `/teams/${made.body.id}`, { people: [stranger.id] })).status, 404);
  assert.deepEqual(
    (await owner.get<{ items: Team[] }>('/teams')).body.items.find((team) => team.id === made.body.id)?.people,
    [b.id],
  );
  assert.equal((await owner.send('DELETE', `/teams/${made.body.id}`)).status, 200);
  assert.equal((await owner.send('DELETE', `/teams/${made.body.id}`)).status, 404);
});

test('Everyone sees who works here; nobody sees people of another workspace', async () => {
  const foreign = await world.person(await world.workspace('foreign'), 'lead');
  for (const role of roles) {
    const browser = await world.as(place, role);
    const { status, body, text } = await browser.get<{ items: Person[] }>('/people');
    assert.equal(status, 200);
    assert.ok(body.items.some((person) => person.id === place.ownerId));
    assert.ok(!text.includes(foreign.id));
  }
});

test('Making and unmaking owners, and a link that opens another’s account, ask who sits there; everything else of people does not', async () => {
  const shop = await world.workspace('guarded');
  const boss = await world.as(shop, 'owner');
  const [viewer, other] = [await world.person(shop, 'viewer'), await world.person(shop, 'owner')];
  await world.longSinceProof(boss);
  const asked: [method: string, path: string, body: unknown, done: number][] = [
    ['PATCH', `/people/${viewer.id}`, { role: 'owner' }, 200],
    ['PATCH', `/people/${other.id}`, { role: 'manager' }, 200],
    ['PATCH', `/people/${viewer.id}`, { active: false }, 200],
    ['POST', '/invitations', { email: 'new@guarded.example', role: 'owner' }, 201],
    ['POST', `/people/${other.id}/reset-link`, undefined, 200],
    ['DELETE', `/people/${other.id}/second-factor`, undefined, 409],
    ['POST', '/api-keys', { name: 'wide', scopes: ['admin'] }, 201],
    ['PUT', '/workspace/sign-in', { secondFactor: null }, 200],
    ['PUT', '/workspace/sign-in', { networks: [] }, 200],
  ];
  for (const [method, path, body] of asked.filter((_, n) => n !== 2)) {
    const { status, body: said } = await boss.send(method, path, body);
    assert.deepEqual([status, said.type], [403, '/problems/proof-needed'], `${method} ${path}`);
  }
  assert.equal((await boss.send('PATCH', `/people/${other.id}`, { active: false })).status, 403);
  const people = (await boss.get<{ items: Person[] }>('/people')).body.items;
  assert.deepEqual(people.map(({ role, active }) => `${role} ${active}`).sort(), [
    'owner true',
    'owner true',
    'viewer true',
  ]);
  for (const change of [{ role: 'lead' }, { active: false }, { active: true }, { name: 'Vi' }])
    assert.equal((await boss.send('PATCH', `/people/${viewer.id}`, change)).status, 200);
  assert.equal((await boss.send('PATCH', `/people/${other.id}`, { name: 'Otto' })).status, 200);
  assert.equal((await boss.post('/invitations', { email: 'new@guarded.example', role: 'lead' })).status, 201);

  assert.equal((await boss.post('/me/proof', { password })).status, 200);
  for (const [method, path, body, done] of asked)
    assert.equal((await boss.send(method, path, body)).status, done, `${method} ${path} after the proof`);
});
