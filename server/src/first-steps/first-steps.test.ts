import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Browser, makeWorld, type Place, type World } from '../../test/world.ts';
import { founding, makeModules } from '../modules.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  place = await world.workspace('beginning');
  owner = await world.as(place, 'owner');
});
after(() => world.end());
const done = async () => (await owner.get<{ done: string[] }>('/first-steps')).body.done.toSorted();

test('First steps are done by facts, and open again when the facts are gone', async () => {
  assert.deepEqual(await done(), []);
  const inbox = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@beginning.example',
    settings: { smtp: { host: '127.0.0.1', port: 9, security: 'none' } },
    untested: true,
  });
  await owner.post('/invitations', { email: 'new@beginning.example', role: 'representative' });
  await owner.send('PATCH', '/notifications/choices', { preset: 'alone' });
  await owner.send('PATCH', '/brand', { colour: '#336699' });
  assert.deepEqual(await done(), ['brand', 'colleague', 'mailbox', 'notifications']);
  await owner.send('DELETE', `/inboxes/${inbox.body.id}`);
  assert.deepEqual(await done(), ['brand', 'colleague', 'notifications']);
});

test('Practising connects no mailbox; the list can be put away and comes back', async () => {
  await owner.post('/practice/mails', { text: 'Does it dim?', name: 'Me', inbox: 'Practice' });
  assert.ok(!(await done()).includes('mailbox'));
  const put = await owner.send('PATCH', '/me', { firstSteps: false });
  assert.equal((put.body as { firstSteps: boolean }).firstSteps, false);
  const back = await owner.send('PATCH', '/me', { firstSteps: true });
  assert.equal((back.body as { firstSteps: boolean }).firstSteps, true);
});

test('How an inbox writes is changed field by field; its connection stays as it is', async () => {
  const made = await owner.post<{ id: string }>('/inboxes', {
    name: 'Sales',
    address: 'sales@beginning.example',
    settings: { smtp: { host: '127.0.0.1', port: 9, security: 'none', user: 'u', password: 'p' } },
    untested: true,
  });
  const changed = await owner.send('PATCH', `/inboxes/${made.body.id}`, {
    habits: { signature: 'Northwind', undoSeconds: 20 },
  });
  const body = changed.body as { settings: Record<string, unknown>; hasPassword: { smtp: boolean } };
  assert.deepEqual(
    [body.settings.signature, body.settings.undoSeconds, body.settings.quoteHistory],
    ['Northwind', 20, false],
  );
  assert.equal(body.hasPassword.smtp, true);
});
