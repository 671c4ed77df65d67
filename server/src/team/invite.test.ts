import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { type Browser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';

let world: World;
let place: Place;
let owner: Browser;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
});
after(() => world.end());

type Invitation = Reply<'POST /invitations'>;
const tokenOf = (link: string | undefined): string => /#token=(.+)$/.exec(link ?? '')?.[1] as string;
async function invited(
  email: string,
  role = 'representative',
  by = owner,
): Promise<{ token: string; id: string; link: string }> {
  const { status, body, text } = await by.post<Invitation>('/invitations', { email, name: 'Grace', role });
  assert.equal(status, 201, text);
  return { token: tokenOf(body.link), id: body.id, link: body.link as string };
}

test('An invited person opens the link, sees what it is for, chooses a password and is in', async () => {
  const { token, link } = await invited('grace@lamps.example');
  assert.match(link, /^https:\/\/desk\.example\/join#token=[a-z2-7]{52}$/);
  const grace = world.browser();
  assert.deepEqual((await grace.post('/invitations/look', { token })).body, {
    workspace: 'lamps',
    email: 'grace@lamps.example',
    name: 'Grace',
    known: false,
  });
  const answer = await grace.join({ token, name: 'Grace H.', password: 'a long new password', timeZone: 'Asia/Tokyo' });
  assert.equal(answer.status, 201, answer.text);
  assert.deepEqual(
    [answer.body.person.role, answer.body.person.timeZone, answer.body.workspace.id],
    ['representative', 'Asia/Tokyo', place.id],
  );
  assert.equal((await world.browser('10.1.0.9').signIn('grace@lamps.example', 'a long new password')).status, 200);
  const again = await owner.post('/invitations', { email: 'Grace@Lamps.example', role: 'viewer' });
  assert.equal(again.status, 409);
});

test('A link works once, also when it is used ten times at the same moment', async () => {
  const { token } = await invited('once@lamps.example');
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => world.browser().join({ token, name: 'Once', password: 'a long new password' })),
  );
  assert.equal(answers.filter((answer) => answer.status === 201).length, 1);
  assert.ok(
    answers.every((answer) => [201, 404, 401, 409, 429].includes(answer.status)),
    answers.map((answer) => answer.status).join(),
  );
  assert.equal((await world.browser().post('/invitations/look', { token })).status, 404);
});

test('G02: Odd, used, withdrawn and seven days old tokens are refused alike', async () => {
  const { token: withdrawn, id } = await invited('gone@lamps.example');
  assert.equal((await owner.send('DELETE', `/invitations/${id}`)).status, 200);
  assert.equal((await owner.send('DELETE', `/invitations/${id}`)).status, 404);
  const { token: old } = await invited('old@lamps.example');
  const [row] = await world.hearten.db.read<{ days: number }>(
    NOWHERE,
    sql`select extract(epoch from expires_at - created_at)::int / 86400 as days from link where data->>'email' = 'old@lamps.example'`,
  );
  assert.equal(row?.days, 7);
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`update link set expires_at = now() where data->>'email' = 'old@lamps.example'`),
  );
  for (const token of [withdrawn, old, '%', '*', '', '_', old.slice(0, -1), `${old}a`]) {
    assert.equal((await world.browser().post('/invitations/look', { token })).status, 404, token);
    assert.equal(
      (await world.browser().join({ token, name: 'X', password: 'a long new password' })).status,
      404,
      token,
    );
  }
  for (const token of [[old], { length: 52 }, null, 7])
    assert.equal((await world.browser().post('/invitations/look', { token })).status, 400);
  const { items } = (await owner.get<{ items: Invitation[] }>('/invitations')).body;
  assert.ok(!items.some((item) => ['gone@lamps.example', 'old@lamps.example'].includes(item.email)));
  assert.ok(items.every((item) => item.link === undefined));
});

test('Inviting again replaces the former link', async () => {
  const first = await invited('twice@lamps.example');
  const second = await invited('twice@lamps.example');
  assert.equal((await world.browser().post('/invitations/look', { token: first.token })).status, 404);
  assert.equal((await world.browser().post('/invitations/look', { token: second.token })).status, 200);
});

test('A token of one purpose opens nothing of another', async () => {
  const { token } = await invited('other@lamps.example');
  assert.equal(
    (await world.browser().post('/password-resets/use', { token, password: 'a long new password' })).status,
    404,
  );
});

test('Someone with a sign-in joins a second workspace with the password they have, and switches between the two', async () => {
  const other = await world.workspace('chairs');
  const elsewhere = await world.as(other, 'owner');
  const person = await world.person(place, 'lead', 'both@lamps.example');
  const { body } = await elsewhere.post<Invitation>('/invitations', { email: person.email, role: 'viewer' });
  const token = tokenOf(body.link);
  const both = world.browser('10.1.0.20');
  assert.equal((await both.post<{ known: boolean }>('/invitations/look', { token })).body.known, true);
  assert.equal((await both.join({ token, name: 'Both', password: 'a long guess here' })).status, 401);
  const joined = await both.join({ token, name: 'Both', password });
  assert.equal(joined.status, 201, joined.text);
  assert.deepEqual(joined.body.workspaces.map((workspace) => workspace.name).sort(), ['chairs', 'lamps']);
  assert.equal(joined.body.person.role, 'viewer');

  const formerCsrf = both.csrf;
  const moved = await both.post<typeof joined.body>('/me/workspace', { workspaceId: place.id });
  assert.equal(moved.body.person.role, 'lead');
  assert.equal((await both.get<typeof joined.body>('/me')).body.workspace.id, place.id);
  // A tab that still shows the other workspace can't write into this one by mistake.
  const stale = await both.send('PATCH', '/me', { name: 'Stale' }, { 'x-csrf-token': formerCsrf });
  assert.equal(stale.status, 403);
  const foreign = await world.workspace('foreign');
  assert.equal((await both.post('/me/workspace', { workspaceId: foreign.id })).status, 404);
});

test('Guesses at a password through an invitation are counted like sign-ins', async () => {
  const elsewhere = await world.as(await world.workspace('guess'), 'owner');
  const person = await world.person(place, 'viewer', 'target@lamps.example');
  const { token } = await invited(person.email, 'viewer', elsewhere);
  const answers = await Promise.all(
    Array.from({ length: 14 }, (_, i) =>
      world.browser(`10.9.${i}.1`).join({ token, name: 'X', password: `a long guess ${i}` }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.status === 429).length, 4);
});

test('A manager invites anyone but an owner', async () => {
  const manager = await world.as(place, 'manager');
  assert.equal((await manager.post('/invitations', { email: 'boss@lamps.example', role: 'owner' })).status, 403);
  await invited('boss@lamps.example', 'owner');
  assert.equal((await manager.post('/invitations', { email: 'boss@lamps.example', role: 'viewer' })).status, 403);
  const { items } = (await manager.get<{ items: Invitation[] }>('/invitations')).body;
  assert.equal(
    (await manager.send('DELETE', `/invitations/${items.find((item) => item.email === 'boss@lamps.example')?.id}`))
      .status,
    403,
  );
});

test('When a person is deactivated, the invitations they sent end', async () => {
  const manager = await world.as(place, 'manager');
  const { token } = await invited('late@lamps.example', 'viewer', manager);
  assert.equal((await owner.send('PATCH', `/people/${manager.me.person.id}`, { active: false })).status, 200);
  assert.equal((await world.browser().post('/invitations/look', { token })).status, 404);
});

test('A new password of less than ten characters is refused and the link stays good', async () => {
  const { token } = await invited('short@lamps.example');
  const answer = await world.browser().join({ token, name: 'Short', password: 'short' });
  assert.equal(answer.status, 400);
  assert.equal((await world.browser().post('/invitations/look', { token })).status, 200);
});

test('G01: Links come from BASE_URL, whatever Host and X-Forwarded-Host claim', async () => {
  const answer = await owner.send<Invitation>(
    'POST',
    '/invitations',
    { email: 'host@lamps.example', role: 'viewer' },
    {
      host: 'localhost',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'http',
      forwarded: 'host=evil.example',
    },
  );
  assert.match(answer.body.link ?? '', /^https:\/\/desk\.example\//);
});

test('C05: All of this is in the log, and no token of an invitation, also when somebody puts it into an address', async () => {
  const { token } = await invited('quiet@lamps.example');
  for (const url of [`/join/${token}`, `/api/v1/invitations/${token}`, `/api/v1/me?token=${token}`])
    await world.app.inject({ url, headers: { host: 'localhost' } });
  assert.ok(world.logged.some((line) => line.includes('/invitations/look')));
  assert.deepEqual(
    world.logged.filter((line) => line.includes(token)),
    [],
  );
});
