import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Me, Reply } from '@hearten/contract';
import { type Browser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { resetLink } from './password.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
});
after(() => world.end());
const tokens: string[] = [];
const tokenOf = (link: string): string => {
  const token = /#token=(.+)$/.exec(link)?.[1] as string;
  tokens.push(token);
  return token;
};
const next = 'another long password';

test('A new password ends every other session of the account, in all its workspaces, and keeps this one', async () => {
  const person = await world.person(place, 'lead');
  const [here, there] = [world.browser('10.1.0.1'), world.browser('10.1.0.2')];
  await here.signIn(person.email);
  await there.signIn(person.email);
  const refused = await here.post('/me/password', { old: 'not it at all', password: next });
  assert.equal(refused.status, 400, refused.text);
  assert.equal((await here.post('/me/password', { old: password, password: 'short' })).status, 400);
  assert.equal((await there.get('/me')).status, 200);
  assert.equal((await here.post('/me/password', { old: password, password: next })).status, 200);
  assert.equal((await here.get('/me')).status, 200);
  assert.equal((await there.get('/me')).status, 401);
  assert.equal((await there.signIn(person.email, password)).status, 401);
  assert.equal((await there.signIn(person.email, next)).status, 200);
});

test('Guessing the present password in an open session is counted', async () => {
  const person = await world.person(place, 'viewer');
  const browser = world.browser('10.1.0.3');
  await browser.signIn(person.email);
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++)
    statuses.push((await browser.post('/me/password', { old: `guess ${i}`, password: next })).status);
  assert.deepEqual(statuses, [...Array<number>(10).fill(400), 429, 429]);
});

test('Asking for a reset answers the same for known, unknown and odd addresses, and makes no link while no mail goes out', async () => {
  const answers = await Promise.all(
    ['owner@lamps.example', 'nobody@lamps.example', '%', '*', ''].map((email) =>
      world.browser('10.1.0.4').post('/password-resets', { email }),
    ),
  );
  assert.deepEqual(new Set(answers.map((answer) => `${answer.status} ${answer.text}`)), new Set(['200 {}']));
  for (const email of [[], {}, null])
    assert.equal((await world.browser('10.1.0.5').post('/password-resets', { email })).status, 400);
  const links = await world.hearten.db.read(NOWHERE, sql`select from link where purpose = 'reset'`);
  assert.equal(links.length, 0);
  const many = await Promise.all(
    Array.from({ length: 15 }, () =>
      world.browser('10.1.0.6').post('/password-resets', { email: 'owner@lamps.example' }),
    ),
  );
  assert.equal(many.filter((answer) => answer.status === 429).length, 5);
  // …and asking often doesn't lock the account.
  assert.equal((await world.browser('10.1.0.6').signIn('owner@lamps.example')).status, 200);
});

test('An owner hands over a reset link: one hour, once, from BASE_URL, and every session ends', async () => {
  const browser = await world.as(place, 'representative');
  const { status, body } = await owner.post<Reply<'POST /people/:id/reset-link'>>(
    `/people/${browser.me.person.id}/reset-link`,
  );
  assert.equal(status, 200);
  assert.match(body.link, /^https:\/\/desk\.example\/reset#token=[a-z2-7]{52}$/);
  assert.ok(Date.parse(body.expiresAt) - Date.now() <= 3_600_000);
  const token = tokenOf(body.link);
  assert.equal((await world.browser().post('/password-resets/use', { token, password: 'short' })).status, 400);
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => world.browser().post('/password-resets/use', { token, password: next })),
  );
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 404, 404, 404, 404]);
  assert.equal((await browser.get('/me')).status, 401);
  assert.equal((await world.browser('10.1.0.7').signIn(browser.me.person.email, next)).status, 200);
});

test('G02: A reset token over its hour, replaced by a newer one, or odd, opens nothing', async () => {
  const person = await world.person(place, 'viewer');
  const first = tokenOf((await resetLink(world.hearten, person.email)).link);
  const second = tokenOf((await resetLink(world.hearten, person.email.toUpperCase())).link);
  assert.equal((await world.browser().post('/password-resets/use', { token: first, password: next })).status, 404);
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`update link set expires_at = now() where account_id = ${person.accountId}`),
  );
  for (const token of [second, '%', '*', '', `${second}=`])
    assert.equal((await world.browser().post('/password-resets/use', { token, password: next })).status, 404, token);
  for (const token of [[second], { token: second }, null])
    assert.equal((await world.browser().post('/password-resets/use', { token, password: next })).status, 400);
});

test('Who rules one workspace makes no reset link for a sign-in that opens another', async () => {
  const other = await world.workspace('chairs');
  const person = await world.person(place, 'viewer', 'both@lamps.example');
  const invited = await (await world.as(other, 'owner')).post<Reply<'POST /invitations'>>('/invitations', {
    email: person.email,
    role: 'lead',
  });
  const joined = await world
    .browser('10.1.0.8')
    .join({ token: tokenOf(invited.body.link as string), name: 'Both', password });
  assert.equal(joined.status, 201);
  assert.equal((await owner.post(`/people/${person.id}/reset-link`)).status, 403);
  assert.equal((await owner.post(`/people/${place.ownerId}/reset-link`)).status, 403); // oneself: the present password is asked for
  const foreign = joined.body.person.id;
  assert.equal((await owner.post(`/people/${foreign}/reset-link`)).status, 404);
});

test('G06: A changed password, a link to a new one and its use stand in the audit log, without a secret', async () => {
  const [owner, person] = [await world.as(place, 'owner'), await world.person(place, 'lead')];
  const browser = world.browser('10.1.0.9');
  await browser.signIn(person.email);
  assert.equal((await browser.post('/me/password', { old: password, password: next })).status, 200);
  const { body } = await owner.post<{ link: string }>(`/people/${person.id}/reset-link`);
  assert.equal(
    (await browser.post('/password-resets/use', { token: tokenOf(body.link), password: 'a third long password' }))
      .status,
    200,
  );
  const rows = await world.hearten.db.read<{ what: string; ip: string; own: boolean; facts: object }>(
    place.id,
    sql`select what, ip, actor_id::text = about_id as own, facts from audit where workspace_id = ${place.id} and about_id = ${person.id} and what like 'password.%' order by at, id`,
  );
  assert.deepEqual(
    rows.map(({ what, own }) => [what, own]),
    [
      ['password.changed', true],
      ['password.link-made', false],
      ['password.reset', true],
    ],
  );
  assert.ok(rows.filter(({ own }) => own).every(({ ip }) => ip === '10.1.0.9'));
});

test('G07: No secret stands in the database, the events, the jobs or the log in clear', async () => {
  const browser = await world.as(place, 'lead');
  const { body: made } = await owner.send<Reply<'POST /api-keys'>>(
    'POST',
    '/api-keys',
    { name: 'canary', scopes: ['read'] },
    { 'idempotency-key': 'a-key-of-the-app' },
  );
  await owner.send('POST', '/teams', { name: 'Canaries' }, { 'idempotency-key': 'idempotent-canary' });
  const { body: invited } = await owner.post<Reply<'POST /invitations'>>('/invitations', {
    email: 'canary@lamps.example',
    role: 'viewer',
  });
  const { body: reset } = await owner.post<Reply<'POST /people/:id/reset-link'>>(
    `/people/${browser.me.person.id}/reset-link`,
  );
  const { body: totp } = await owner.post<Reply<'POST /me/totp'>>('/me/totp', { password });
  const secrets = [
    browser.cookie,
    made.token as string,
    tokenOf(invited.link as string),
    tokenOf(reset.link),
    totp.secret,
    password,
    next,
  ];
  const client = await world.hearten.db.connect();
  try {
    await client.query('select set_config($1, $2, false)', ['app.workspace_id', place.id]);
    const tables = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname in ('public', 'graphile_worker')`,
    );
    let text = '';
    for (const { name } of tables.rows)
      text += JSON.stringify(
        (await client.query({ text: `select t::text as row from ${name} t`, rowMode: 'array' })).rows,
      );
    assert.ok(text.includes('canary@lamps.example'), 'the walk reads invitations');
    assert.ok(text.includes('idempotent-canary'), 'the walk reads rows behind row security');
    for (const secret of secrets)
      assert.ok(
        !text.includes(secret) && !text.includes(Buffer.from(secret).toString('hex')),
        `${secret.slice(0, 6)}… stands in the database`,
      );
  } finally {
    await client.end();
  }
  for (const secret of secrets) assert.ok(!world.logged.join('').includes(secret));
  assert.equal((await owner.get<Me>('/me')).body.totp, false); // begun, not confirmed
});

test('C05: All of this is in the log, and no token or password that it was done with', () => {
  assert.ok(tokens.length > 3 && world.logged.some((line) => line.includes('/password-resets/use')));
  assert.deepEqual(
    world.logged.filter((line) => [...tokens, password, next].some((secret) => line.includes(secret))),
    [],
  );
});
