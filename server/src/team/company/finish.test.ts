import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { makeWorld, type Place, password, type World } from '../../../test/world.ts';
import { sql } from '../../base/db.ts';
import { newId } from '../../base/ids.ts';
import { hash } from '../../base/seal.ts';
import { waitForLink } from './begin.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
});
after(() => world.end());

test('Whoever links an account they have elsewhere and is new here has joined, and that is told as of everyone who does', async () => {
  const id = newId();
  await world.inside(place, (tx) =>
    tx.run(sql`
      insert into sign_in_provider (workspace_id, id, name, issuer, client_id, domains, creates, role)
      values (${place.id}, ${id}, 'Ours', 'https://id.lamps.example', 'desk', '{lamps.example}', true, 'lead')`),
  );
  const elsewhere = await world.workspace('glass');
  await world.person(elsewhere, 'viewer', 'nora@lamps.example');
  const [wayId, state, browser] = [newId(), 'the state of this way', 'b'.repeat(40)];
  await world.inside(place, (tx) =>
    tx.run(sql`
      insert into sign_in_way (workspace_id, id, provider_id, state_hash, browser_hash, secret, state, expires_at)
      values (${place.id}, ${wayId}, ${id}, ${hash(state)}, ${hash(browser)}, '', 'used', now() + interval '10 minutes')`),
  );
  const claims = { subject: 'nora', email: 'nora@lamps.example', verified: true, name: 'Nora', all: {} };
  await waitForLink(world.hearten, place.id, { wayId, provider: {} as never, claims, idToken: 'x', endUrl: '' });
  const nora = world.browser('10.9.0.1');
  const { status, body } = await nora.post<Reply<'POST /sign-in/company/link'>>('/sign-in/company/link', {
    workspaceId: place.id,
    state,
    browser,
    password,
  });
  assert.equal(status, 200);
  const told = await world.inside(place, (tx) =>
    tx.many<{ name: string; data: unknown }>(
      sql`select name, data from event where workspace_id = ${place.id} and actor_id = ${body.person.id} and name like 'person.%'`,
    ),
  );
  assert.deepEqual(told, [{ name: 'person.joined', data: { personId: body.person.id, role: 'lead' } }]);
});
