import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { makeWorld, type Place, type World } from '../../../test/world.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { hash } from '../../base/seal.ts';
import { forget } from '../identify.ts';

let world: World;
let place: Place;
const servers: Server[] = [];
/** Says what providers say of themselves, below whatever address it is asked. */
async function provider(): Promise<string> {
  const server = createServer((request, reply) => {
    const issuer = `http://${request.headers.host}${request.url?.replace('/.well-known/openid-configuration', '')}`;
    const said = {
      issuer,
      authorization_endpoint: `${issuer}/auth`,
      token_endpoint: `${issuer}/token`,
      jwks_uri: `${issuer}/jwks`,
    };
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(said));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
before(async () => {
  world = await makeWorld({ settings: { OUTBOUND_ALLOW: '127.0.0.1' } });
  place = await world.workspace('lamps');
});
after(async () => {
  for (const server of servers) server.close();
  await world.end();
});

const ours = {
  name: 'Ours',
  clientId: 'desk',
  domains: ['lamps.example'],
  creates: false,
  trusted: false,
  role: 'lead',
  claim: '',
  roles: [],
};

test('Another issuer gets no secret that was meant for the former, and whoever came by that is linked and signed in no more', async () => {
  const [former, other] = [await provider(), await provider()];
  const owner = await world.as(place, 'owner');
  const made = { ...ours, issuer: `${former}/one`, clientSecret: 'a secret of the client' };
  const { id } = (await owner.post<Reply<'POST /sign-in-providers'>>('/sign-in-providers', made)).body;
  /** Somebody who comes in by it. */
  const comes = async () => {
    const browser = await world.as(place, 'viewer');
    await world.hearten.db.tx(NOWHERE, (tx) =>
      tx.run(sql`update session set how = 'company', company_id = ${id} where token_hash = ${hash(browser.cookie)}`),
    );
    await world.inside(place, async (tx) => {
      await tx.run(
        sql`insert into sign_in_identity (workspace_id, provider_id, subject, person_id) values (${place.id}, ${id}, 'someone', ${browser.me.person.id})`,
      );
      await tx.run(
        sql`update sign_in_provider set last_used_at = now() where workspace_id = ${place.id} and id = ${id}`,
      );
    });
    forget();
    return browser;
  };
  const change = (body: object) =>
    owner.send<{ errors?: { path: string; message: string }[] }>('PATCH', `/sign-in-providers/${id}`, body);
  const left = async (browser: Awaited<ReturnType<typeof comes>>) => {
    const rows = await world.inside(place, (tx) =>
      tx.many(sql`select 1 from sign_in_identity where workspace_id = ${place.id} and provider_id = ${id}`),
    );
    const [now] = (await owner.get<Reply<'GET /sign-in-providers'>>('/sign-in-providers')).body.items;
    return { in: (await browser.get('/me')).status === 200, linked: rows.length, used: now?.lastUsedAt !== null };
  };
  const whole = { in: true, linked: 1, used: true };
  const nothing = { in: false, linked: 0, used: false };

  const first = await comes();
  const refused = await change({ issuer: other });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.body.errors, [
    {
      path: 'clientSecret',
      message: `The client secret was meant for ${new URL(former).host}. Nothing was changed; enter the one for the other issuer.`,
    },
  ]);
  assert.deepEqual(await left(first), whole);
  assert.equal((await change({ name: 'Renamed', issuer: `${former}/one` })).status, 200);
  assert.deepEqual(await left(first), whole);
  assert.equal((await change({ issuer: other, clientSecret: 'another secret' })).status, 200);
  assert.deepEqual(await left(first), nothing);

  const second = await comes();
  assert.equal((await change({ issuer: `${other}/two` })).status, 200, 'the same server has the secret already');
  assert.deepEqual(await left(second), nothing);
});
