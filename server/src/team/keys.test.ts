import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../test/world.ts';
import { sql } from '../base/db.ts';
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
  assert.equal((await call(read.token, 'POST', '/teams', { name: 'Robots' })).status, 403);
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
  assert.equal((await call(token, 'PATCH', '/workspace', { name: 'mine' })).status, 403);
  assert.equal((await call(token, 'GET', '/people')).status, 200);
});

test('A revoked key, one over its day, and made-up ones are refused', async () => {
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
