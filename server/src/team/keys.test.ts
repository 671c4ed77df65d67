import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints, type Reply } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../test/world.ts';
import { sql } from '../base/db.ts';
import { forget } from './identify.ts';
import { keyFor } from './keys.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
});
after(() => world.end());
type Key = Reply<'POST /api-keys'>;
const make = async (scopes: string[], by = owner, more = {}): Promise<Key> => {
  const { status, body, text } = await by.post<Key>('/api-keys', { name: 'robot', scopes, ...more });
  assert.equal(status, 201, text);
  return body;
};
const call = (token: string | undefined, method: string, path: string, body?: unknown) =>
  world.browser().send(method, path, body, { authorization: `Bearer ${token}` });

test('The token is shown once; afterwards the list shows the key without it', async () => {
  const key = await make(['read', 'read']);
  assert.match(key.token ?? '', /^hk_[0-9a-f]{32}_[\w-]{43}$/);
  assert.deepEqual(key.scopes, ['read']);
  const { body, text } = await owner.get<{ items: Key[] }>('/api-keys');
  assert.ok(body.items.some((item) => item.id === key.id && item.token === undefined));
  assert.ok(!text.includes(key.token as string));
});

test('A key reads, writes or administers by its scopes, without a CSRF token', async () => {
  const [read, admin] = [await make(['read']), await make(['admin'])];
  assert.equal((await call(read.token, 'GET', '/people')).status, 200);
  const refused = await call(read.token, 'POST', '/teams', { name: 'Robots' });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /does not have the scope team\.write/, 'not the role of its person, who may');
  assert.equal((await call(read.token, 'GET', '/api-keys')).status, 403);
  assert.equal((await call(admin.token, 'POST', '/teams', { name: 'Robots' })).status, 201);
  assert.equal((await call(admin.token, 'POST', '/api-keys', { name: 'child', scopes: ['read'] })).status, 403);
  const me = await call(read.token, 'GET', '/me');
  assert.equal(me.status, 200);
  assert.ok((me.body.permissions as string[]).every((permission) => permission.endsWith('.read')));
});

test('A key does nothing with the sign-in of the person who made it', async () => {
  const { token } = await make(['admin']);
  for (const [method, path, body] of [
    ['PATCH', '/me', { name: 'Robot' }],
    ['POST', '/me/password', { old: 'x', password: 'a long new password' }],
    ['POST', '/me/totp', { password: 'x' }],
    ['POST', '/me/totp/confirm', { code: '123456' }],
    ['DELETE', '/me/totp', { password: 'x' }],
    ['POST', '/me/workspace', { workspaceId: place.id }],
    ['POST', '/sign-out', undefined],
    ['GET', '/me/sessions', undefined],
    ['DELETE', `/me/sessions/${place.id}`, undefined],
  ] as const)
    assert.equal((await call(token, method, path, body)).status, 403, `${method} ${path}`);
});

test('A key never may more than the person who made it may now', async () => {
  const manager = await world.as(place, 'manager');
  const { token } = await make(['admin'], manager);
  assert.equal((await call(token, 'PATCH', '/workspace', { name: 'lamps' })).status, 200);
  await owner.send('PATCH', `/people/${manager.me.person.id}`, { role: 'viewer' });
  const refused = await call(token, 'PATCH', '/workspace', { name: 'mine' });
  assert.equal(refused.status, 403);
  assert.match(refused.text, /Your role does not allow this/, 'the key has the scope, its person lost the role');
  assert.equal((await call(token, 'GET', '/people')).status, 200);
});

test('G04: A revoked key, one over its day, and made-up ones are refused', async () => {
  const key = await make(['read']);
  assert.equal((await call(key.token, 'GET', '/people')).status, 200);
  assert.equal((await owner.send('DELETE', `/api-keys/${key.id}`)).status, 200);
  assert.equal((await call(key.token, 'GET', '/people')).status, 401);
  assert.equal((await owner.send('DELETE', `/api-keys/${key.id}`)).status, 404);

  const brief = await make(['read'], owner, { expiresAt: new Date(Date.now() + 60_000).toISOString() });
  await world.inside(place, (tx) =>
    tx.run(sql`update api_key set expires_at = now() where workspace_id = ${place.id} and id = ${brief.id}`),
  );
  assert.equal((await call(brief.token, 'GET', '/people')).status, 401);
  assert.equal(
    (await owner.post('/api-keys', { name: 'past', scopes: ['read'], expiresAt: '2020-01-01T00:00:00Z' })).status,
    400,
  );

  const other = await world.workspace('other');
  const moved = (key.token as string).replace(place.id.replaceAll('-', ''), other.id.replaceAll('-', ''));
  for (const token of [moved, 'hk_', 'hk_%', `hk_${'0'.repeat(32)}_${'a'.repeat(43)}`, owner.cookie, '', 'null'])
    assert.equal((await call(token, 'GET', '/people')).status, 401, token);
  assert.match((await call(moved, 'GET', '/people')).text, /API key is not known here/);
  assert.match((await world.browser().get('/people')).text, /Sign in to go on/);
});

test('A key of one workspace sees nothing of another', async () => {
  const other = await world.workspace('chairs');
  const { token } = await make(['admin']);
  const { text } = await call(token, 'GET', '/people');
  assert.ok(!text.includes(other.ownerId));
  assert.equal((await call(token, 'PATCH', `/people/${other.ownerId}`, { name: 'X' })).status, 404);
});

test('The command line makes a key in the name of a person', async () => {
  const key = await keyFor(world.hearten, { email: 'OWNER@lamps.example', name: 'cli', scopes: ['write'] });
  assert.equal((await call(key.token, 'GET', '/people')).status, 200);
  await assert.rejects(
    keyFor(world.hearten, { email: 'nobody@lamps.example', name: 'cli', scopes: ['read'] }),
    /Nobody here/,
  );
});

test('When a key was last used is noted', async () => {
  const key = await make(['read']);
  await call(key.token, 'GET', '/people');
  const began = Date.now();
  for (;;) {
    const { body } = await owner.get<{ items: Key[] }>('/api-keys');
    if (body.items.find((item) => item.id === key.id)?.lastUsedAt) break;
    assert.ok(Date.now() - began < 3_000);
  }
});

test('A key for one area works there and is refused everywhere else', async () => {
  const { token } = await make(['customer.write']);
  assert.equal((await call(token, 'GET', '/people')).status, 403);
  assert.equal((await call(token, 'GET', '/api-keys')).status, 403);
  assert.equal((await call(token, 'POST', '/teams', { name: 'Robots' })).status, 403);
  const me = await call(token, 'GET', '/me');
  assert.deepEqual([...(me.body.permissions as string[])].sort(), ['customer.read', 'customer.write']);
  assert.equal((await owner.post('/api-keys', { name: 'x', scopes: ['customer.delete'] })).status, 400);
});

test('Every answer to a key says what is left; one request more than allowed waits, and other keys do not', async () => {
  const key = await make(['read'], owner, { perMinute: 3 });
  assert.equal(key.perMinute, 3);
  const answers = [];
  for (let i = 0; i < 4; i++) answers.push(await call(key.token, 'GET', '/me'));
  assert.deepEqual(
    answers.map((one) => one.status),
    [200, 200, 200, 429],
  );
  assert.deepEqual(
    answers.map((one) => String(one.headers.ratelimit).split(';')[1]),
    ['r=2', 'r=1', 'r=0', 'r=0'],
  );
  assert.equal(answers[0]?.headers['ratelimit-policy'], '"key";q=3;w=60');
  const wait = Number(answers[3]?.headers['retry-after']);
  assert.ok(wait >= 15 && wait <= 20, String(wait));
  assert.match(String(answers[3]?.headers['content-type']), /problem\+json/);
  const other = await make(['read']);
  assert.equal((await call(other.token, 'GET', '/me')).status, 200);

  const changed = await owner.send<Key>('PATCH', `/api-keys/${key.id}`, { perMinute: null, name: 'robot two' });
  assert.deepEqual([changed.body.name, changed.body.perMinute, changed.body.token], ['robot two', null, undefined]);
  assert.equal((await call(key.token, 'GET', '/me')).status, 200);
});

test('Another last day counts at once; a key changes no key', async () => {
  const key = await make(['admin']);
  const past = await owner.send('PATCH', `/api-keys/${key.id}`, { expiresAt: '2020-01-01T00:00:00Z' });
  assert.equal(past.status, 400);
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  assert.equal(
    Date.parse((await owner.send<Key>('PATCH', `/api-keys/${key.id}`, { expiresAt: soon })).body.expiresAt as string),
    Date.parse(soon),
  );
  assert.equal((await call(key.token, 'PATCH', `/api-keys/${key.id}`, { perMinute: 9 })).status, 403);
  assert.equal((await owner.send<Key>('PATCH', `/api-keys/${key.id}`, { expiresAt: null })).body.expiresAt, null);
});

test('D02: A manager neither prolongs nor widens the key of an owner, but may revoke it', async () => {
  const home = await world.workspace('keys of owners');
  const manager = await world.as(home, 'manager');
  const key = await make(['admin'], await world.as(home, 'owner'));
  for (const change of [{ expiresAt: null }, { perMinute: 10_000 }, { name: 'mine now' }]) {
    const refused = await manager.send('PATCH', `/api-keys/${key.id}`, change);
    assert.equal(refused.status, 403, refused.text);
    assert.match(refused.text, /only an owner/);
  }
  const own = await make(['read'], manager);
  assert.equal((await manager.send('PATCH', `/api-keys/${own.id}`, { perMinute: 50 })).status, 200);
  assert.equal((await manager.send('DELETE', `/api-keys/${key.id}`)).status, 200);
});

test('When a key was last used is written once a minute at most, however often it is used', async () => {
  const key = await make(['read']);
  const used = () =>
    world.inside(place, (tx) =>
      tx.first<{ at: Date | null; writes: string }>(
        sql`select last_used_at as at, xmin::text as writes from api_key where workspace_id = ${place.id} and id = ${key.id}`,
      ),
    );
  await call(key.token, 'GET', '/me');
  while (!(await used())?.at) await new Promise((done) => setTimeout(done, 10));
  const first = await used();
  const before = world.hearten.db.statements();
  for (let i = 0; i < 50; i++) await call(key.token, 'GET', '/people/none');
  assert.equal(
    world.hearten.db.statements(),
    before,
    'a request that is refused by its address asks the database nothing',
  );
  forget();
  await call(key.token, 'GET', '/me');
  assert.equal((await used())?.writes, first?.writes);
});

test('A key for the sample workspace sees that one alone, and there is none without a sample', async () => {
  const none = await owner.post('/api-keys', { name: 'try', scopes: ['write'], sample: true });
  assert.equal(none.status, 409, none.text);
  const sample = await world.workspace('sample');
  await world.inside(place, (tx) =>
    tx.run(
      sql`update workspace set sample_of = ${place.id}, sample = '{"state":"ready","done":1,"total":1}' where id = ${sample.id}`,
    ),
  );
  await world.inside(sample, (tx) =>
    tx.run(
      sql`update person set account_id = p.account_id from (select account_id from places_of((select account_id from session where workspace_id = ${place.id} limit 1)) o cross join lateral (select account_id from session where workspace_id = ${place.id} limit 1) s) p where workspace_id = ${sample.id} and id = ${sample.ownerId}`,
    ),
  );
  const key = await make(['write'], owner, { sample: true });
  const me = await call(key.token, 'GET', '/me');
  assert.equal((me.body.workspace as { id: string }).id, sample.id);
  const listed = await owner.get<{ items: Key[] }>('/api-keys');
  assert.ok(!listed.body.items.some((one) => one.id === key.id));
});

test('What every key may read, whatever its scopes, speaks of no customer', () => {
  const all = Object.entries(endpoints).flatMap(([key, { may }]) =>
    may === 'member' && key.startsWith('GET ') ? [key] : [],
  );
  assert.deepEqual(all.sort(), [
    'GET /brand',
    'GET /first-steps',
    'GET /hours',
    'GET /hours/:id',
    'GET /hours/:id/time',
    'GET /hours/now',
    'GET /me',
    'GET /me/sessions',
    'GET /me/sign-in',
    'GET /notifications/choices',
    'GET /people/:id/restored',
    'GET /sample',
    'GET /workspace',
    'GET /workspace/asking',
  ]);
});
