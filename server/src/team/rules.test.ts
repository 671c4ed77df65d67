import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { after, before, test } from 'node:test';
import type { Me, Reply } from '@hearten/contract';
import { TOTP } from 'otpauth';
import { makeBrowser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { sql } from '../base/db.ts';
import { callerOf } from '../base/http.ts';
import { hash } from '../base/seal.ts';
import { forget } from './identify.ts';
import { letsIn, networkOf } from './rules.ts';
import { stillThere } from './still-there.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
});
after(() => world.end());

test('A network is read in IPv4 and IPv6, an address inside an address as what it is, and nonsense as nothing', () => {
  for (const good of ['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1', '::ffff:10.1.2.3/32'])
    assert.ok(networkOf(good), good);
  for (const bad of ['', '10.0.0.0/33', '10.0.0/8', 'example.com', '1.2.3.4/a', '1.2.3.4/8/8', '2001:db8::/129', '-1'])
    assert.equal(networkOf(bad), null, bad);
  const rules = { networks: ['10.1.0.0/16', '2001:db8:7::/48'] };
  for (const inside of ['10.1.200.3', '::ffff:10.1.0.1', '2001:db8:7:1::5']) assert.ok(letsIn(rules, inside), inside);
  for (const outside of ['10.2.0.1', '::ffff:10.2.0.1', '2001:db8:8::1', '', 'unknown'])
    assert.ok(!letsIn(rules, outside), outside);
  assert.ok(letsIn({ networks: [] }, '203.0.113.9'));
});

test('From outside the allowed networks neither people nor keys are let in, an open socket is told to go, and nobody shuts themselves out unasked', async () => {
  const [owner, person] = [await world.as(place, 'owner'), await world.as(place, 'lead')];
  const key = await owner.post<{ token: string }>('/api-keys', { name: 'Shop', scopes: ['read'] });
  const bearer = (ip: string) =>
    makeBrowser(world.app, ip).send('GET', '/people', undefined, { authorization: `Bearer ${key.body.token}` });
  const networks = ['10.9.0.0/16'];
  const refused = await owner.send('PUT', '/workspace/sign-in', { networks });
  assert.deepEqual([refused.status, refused.body.type], [409, '/problems/shuts-you-out']);
  assert.equal((await owner.send('PUT', '/workspace/sign-in', { networks: ['10.9/16'] })).status, 400);
  assert.equal((await person.get('/people')).status, 200);
  assert.equal((await bearer('10.9.0.1')).status, 200);
  assert.equal(
    (await world.as(place, 'manager').then((one) => one.send('PUT', '/workspace/sign-in', { networks }))).status,
    403,
  );

  assert.equal((await owner.send('PUT', '/workspace/sign-in', { networks, confirmed: true })).status, 200);
  const out = await person.get('/people');
  assert.deepEqual([out.status, out.body.type], [403, '/problems/address-not-let-in']);
  assert.equal((await bearer('10.8.0.1')).status, 403);
  assert.equal((await bearer('10.9.0.1')).status, 200);
  const before_ = world.hearten.db.statements();
  assert.equal((await bearer('10.8.0.1')).status, 403);
  assert.equal(world.hearten.db.statements() - before_, 0, 'asked of no database');
  assert.equal((await makeBrowser(world.app, '10.8.0.1').signIn('owner@lamps.example')).status, 403);
  assert.equal((await makeBrowser(world.app, '10.9.3.3').signIn('owner@lamps.example')).status, 200);
  const there = stillThere(world.hearten);
  const [seat] = await world.hearten.db.read<{ id: string; accountId: string }>(
    place.id,
    sql`select id, account_id as "accountId" from session where token_hash = ${hash(person.cookie)}`,
  );
  const who = {
    workspaceId: place.id,
    kind: 'person' as const,
    id: person.me.person.id,
    accountId: seat?.accountId as string,
    sessionId: seat?.id as string,
    role: 'lead',
    csrf: '',
    may: () => true,
  };
  assert.equal(await there({ ...who, ip: '10.9.0.1' }), true);
  assert.equal(await there({ ...who, ip: '10.8.0.1' }), false);
  // Leaving is always possible, and who runs the machine takes it back.
  assert.equal((await person.post('/sign-out')).status, 200);
  await world.inside(place, (tx) => tx.run(sql`update workspace set sign_in = '{}' where id = ${place.id}`));
});

test('The address is what the proxies in front wrote down, as many as there are: what a caller writes there lets nobody in', async () => {
  const cases: Record<number, [header: string, status: number][]> = {
    0: [['10.9.0.1', 403]],
    1: [
      ['10.9.0.1', 200],
      ['10.9.0.1, 203.0.113.9', 403],
      ['203.0.113.9, 10.9.0.1', 200],
      ['', 403],
    ],
    2: [
      ['10.9.0.1, 192.0.2.2', 200],
      ['10.9.0.1, 203.0.113.9, 192.0.2.2', 403],
      ['203.0.113.9, 10.9.0.1, 192.0.2.2', 200],
      ['203.0.113.9, 10.9.0.1', 403],
    ],
  };
  for (const [proxies, asked] of Object.entries(cases)) {
    const behind = await makeWorld({ settings: { TRUST_PROXY: proxies } });
    const mine = await behind.workspace('behind');
    const owner = await behind.as(mine, 'owner');
    const { body } = await owner.post<{ token: string }>('/api-keys', { name: 'Shop', scopes: ['read'] });
    const rules = { networks: ['10.9.0.0/16'], confirmed: true };
    assert.equal((await owner.send('PUT', '/workspace/sign-in', rules)).status, 200);
    for (const [header, status] of asked) {
      const headers = { authorization: `Bearer ${body.token}`, ...(header ? { 'x-forwarded-for': header } : {}) };
      const answer = await makeBrowser(behind.app, '192.0.2.1').send('GET', '/people', undefined, headers);
      assert.equal(answer.status, status, `${proxies} in front, ${header || 'nothing written'}`);
      // A socket is let in by the same address.
      const request = { headers, socket: { remoteAddress: '192.0.2.1' } } as unknown as IncomingMessage;
      assert.equal(letsIn(rules, callerOf(request, Number(proxies))), status === 200);
    }
    await behind.end();
  }
});

test('Where a second factor is asked for, whoever has none sees nothing but the way to set one up, once the days for it are over', async () => {
  const glass = await world.workspace('glass');
  const owner = await world.as(glass, 'owner');
  const lead = await world.person(glass, 'lead', 'lead@glass.example');
  const browser = world.browser('10.7.0.1');
  const set = (graceDays: number) =>
    owner.send<Reply<'PUT /workspace/sign-in'>>('PUT', '/workspace/sign-in', { secondFactor: { graceDays } });
  const rules = await set(3);
  assert.deepEqual(rules.body.without.length, 2);
  await browser.signIn('lead@glass.example');
  assert.equal(browser.me.held, null);
  assert.ok(Date.parse(browser.me.secondFactorBy ?? '') > Date.now() + 2 * 86_400_000);
  assert.equal((await browser.get('/people')).status, 200);

  await set(0);
  const held = await browser.get('/people');
  assert.deepEqual([held.status, held.body.type], [403, '/problems/second-factor']);
  assert.equal((await browser.get<{ held: string }>('/me')).body.held, 'second-factor');
  for (const [method, path] of [
    ['GET', '/workspace'],
    ['PATCH', '/me'],
    ['POST', '/me/password'],
    ['DELETE', '/me/sessions'],
  ] as const)
    assert.equal((await browser.send(method, path, method === 'GET' ? undefined : {})).status, 403, path);
  const { secret } = (await browser.post<Reply<'POST /me/totp'>>('/me/totp')).body;
  const code = new TOTP({ secret }).generate();
  assert.equal((await browser.post('/me/totp/confirm', { code })).status, 200);
  assert.equal((await browser.get('/people')).status, 200);
  // The owner is held like everyone, and here lifted by a code of their own.
  const { secret: theirs } = (await owner.post<Reply<'POST /me/totp'>>('/me/totp')).body;
  assert.equal((await owner.post('/me/totp/confirm', { code: new TOTP({ secret: theirs }).generate() })).status, 200);

  // The last second factor stays while it is asked for; an owner takes it away from who lost it.
  const last = await browser.send('DELETE', '/me/totp');
  assert.deepEqual([last.status, last.body.type], [409, '/problems/last-second-factor']);
  assert.equal((await owner.send('DELETE', `/people/${lead.id}/second-factor`)).status, 200);
  assert.equal((await browser.get('/me')).status, 401);
  const again = await browser.signIn('lead@glass.example', password);
  assert.deepEqual([again.status, again.body.held], [200, 'second-factor']);
  const log = await world.inside(glass, (tx) =>
    tx.many<{ what: string }>(
      sql`select what from audit where workspace_id = ${glass.id} and area = 'sign-in' and about_id::text = ${lead.id} order by id`,
    ),
  );
  assert.deepEqual(
    log.map(({ what }) => what),
    ['second-factor.added', 'second-factor.reset'],
  );
});

test('The days to set a second factor up end at their moment: until then everything goes on and says when, after it nothing does, in open sessions too', async () => {
  const clay = await world.workspace('clay');
  const lead = await world.as(clay, 'lead');
  const ends = async (inMinutes: number): Promise<number> => {
    const at = Date.now() + inMinutes * 60_000;
    const rules = { secondFactor: { since: new Date(at - 14 * 86_400_000).toISOString(), graceDays: 14 } };
    await world.inside(clay, (tx) =>
      tx.run(sql`update workspace set sign_in = ${JSON.stringify(rules)}::jsonb where id = ${clay.id}`),
    );
    forget();
    return at;
  };
  const last = await ends(2);
  const { body: before } = await lead.get<Me>('/me');
  assert.deepEqual([before.held, Date.parse(before.secondFactorBy ?? '')], [null, last]);
  assert.equal((await lead.get('/people')).status, 200);
  await ends(-2);
  assert.deepEqual([(await lead.get('/people')).status, (await lead.get<Me>('/me')).body.held], [403, 'second-factor']);
  // Whoever signs in anew after that day is held as well, and lifts it in the same session.
  const again = await world.as(clay, 'lead');
  assert.equal((await again.get('/people')).status, 403);
  const { secret } = (await again.post<Reply<'POST /me/totp'>>('/me/totp')).body;
  assert.equal((await again.post('/me/totp/confirm', { code: new TOTP({ secret }).generate() })).status, 200);
  const { body: after } = await again.get<Me>('/me');
  assert.deepEqual([after.held, after.secondFactorBy], [null, null]);
});
