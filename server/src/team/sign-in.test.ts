import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeWorld, type World } from '../../test/world.ts';

let world: World;
before(async () => {
  world = await makeWorld();
});
after(() => world.end());

test('A person signs in with e-mail and password, sees who they are, and signs out', async () => {
  const place = await world.workspace('first');
  const browser = world.browser('10.1.1.1');
  const answer = await browser.signIn('Owner@First.example');
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.workspace.id, place.id);
  assert.equal(answer.body.person.role, 'owner');
  assert.ok(answer.body.permissions.includes('people.write'));
  const cookie = String(answer.headers['set-cookie']);
  assert.match(cookie, /^__Host-hearten=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax$/);
  assert.equal((await browser.get('/me')).status, 200);
  assert.equal((await browser.post('/sign-out')).status, 200);
  assert.equal((await browser.get('/me')).status, 401);
});
