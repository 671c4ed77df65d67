import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { changeWebhook, deleteWebhook, makeWebhook } from './keep.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('What a header of a webhook holds goes to no other place than the one it was entered for', async () => {
  const made = await w.tx((t) =>
    makeWebhook(t, w.hearten, {
      address: 'https://hooks.example/in',
      headers: { authorization: 'Bearer of the gate' },
    }),
  );
  const who = { ...w.people.owner, provedAt: Date.now() };
  const change = (body: Parameters<typeof changeWebhook>[4]) =>
    w.tx((t) => changeWebhook(t, w.hearten, who, made.id, body));
  const address = 'https://elsewhere.example/in';
  for (const body of [{ address }, { address, headers: { authorization: null } }])
    await assert.rejects(change(body), /meant for hooks\.example/);
  assert.deepEqual((await change({ address: 'https://hooks.example/other' })).headers, ['authorization']);
  assert.deepEqual((await change({ address, headers: { authorization: 'Bearer of another' } })).headers, [
    'authorization',
  ]);
  assert.deepEqual((await change({ address: 'https://third.example/in', headers: {} })).headers, []);
});

test('The audit log says where a webhook leads by its host alone: what stands behind that is a secret with many', async () => {
  const who = { ...w.people.owner, provedAt: Date.now() };
  const { id } = await w.tx((t) =>
    makeWebhook(t, w.hearten, { address: 'https://hooks.example/services/canary-of-the-path' }),
  );
  for (const address of ['https://hooks.example/services/canary-again', 'https://other.example:8443/canary-too'])
    await w.tx((t) => changeWebhook(t, w.hearten, who, id, { address, description: 'Ours' }));
  await w.tx((t) => deleteWebhook(t, id));
  const told = await w.tx((t) =>
    t.many<{ what: string; facts: Record<string, unknown>; text: string }>(
      sql`select what, facts, a::text as text from audit a where workspace_id = ${t.workspaceId} and about_id = ${id} order by id`,
    ),
  );
  assert.deepEqual(
    told.map(({ what, facts }) => [what, facts.host ?? null]),
    [
      ['webhook.added', null],
      ['webhook.changed', null],
      ['webhook.changed', ['hooks.example', 'other.example:8443']],
      ['webhook.removed', null],
    ],
  );
  assert.ok(!told.some(({ text }) => text.includes('canary')));
});

test('A webhook whose address lies in a network of one’s own says so as soon as it is made, until that is allowed', async () => {
  const of = async (address: string, allow: string[] = []): Promise<boolean> => {
    const config = { ...w.hearten.config, OUTBOUND_ALLOW: allow };
    const made = await w.tx((t) => makeWebhook(t, { ...w.hearten, config }, { address }));
    await w.tx((t) => deleteWebhook(t, made.id));
    return made.inward;
  };
  for (const inward of ['http://10.0.0.7/in', 'http://[::1]:8080/', 'http://localhost:3001/', 'https://shop.internal/'])
    assert.equal(await of(inward), true, inward);
  for (const out of ['https://hooks.example/in', 'http://93.184.216.34/']) assert.equal(await of(out), false, out);
  assert.equal(await of('http://10.0.0.7/in', ['10.0.0.0/8']), false);
  assert.equal(await of('https://shop.internal/', ['*.internal']), false);
});
