import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { checkPassword, hashPassword } from './hash-password.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('first');
});
after(() => world.end());

const forgetTries = () => world.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from attempt`));

test('A person signs in with e-mail and password, sees who they are, and signs out', async () => {
  const browser = world.browser('10.1.1.1');
  const answer = await browser.signIn('Owner@First.example');
  assert.equal(answer.status, 200, answer.text);
  assert.equal(answer.body.workspace.id, place.id);
  assert.equal(answer.body.person.role, 'owner');
  assert.ok(answer.body.permissions.includes('people.write'));
  const [cookie = ''] = [answer.headers['set-cookie']].flat().map(String);
  assert.match(cookie, /^__Host-hearten=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; Secure; SameSite=Lax$/);
  assert.equal((await browser.get('/me')).status, 200);
  assert.equal((await browser.post('/sign-out')).status, 200);
  assert.equal((await browser.get('/me')).status, 401);
});

test('G06: Of a thousand guesses at one account no more than ten a minute are looked at, wherever they come from', async () => {
  await forgetTries();
  const began = Date.now();
  const guess = (i: number) => {
    const from = `${i >> 8}.${i & 255}`;
    const body = { email: 'owner@first.example', password: `guess ${i}` };
    return world.browser(`10.3.${from}`).send('POST', '/sign-in', body, { 'x-forwarded-for': `9.9.${from}` });
  };
  const answers: Awaited<ReturnType<typeof guess>>[] = [];
  for (let i = 0; i < 1000; i += 100)
    answers.push(...(await Promise.all(Array.from({ length: 100 }, (_, n) => guess(i + n)))));
  const minutes = Math.ceil((Date.now() - began) / 60_000);
  const [looked, refused] = [401, 429].map((status) => answers.filter((answer) => answer.status === status));
  const times = looked?.length ?? 0;
  assert.ok(times >= 10 && times <= 10 * minutes, `${times} were looked at in ${minutes} minutes`);
  assert.equal(refused?.length, 1000 - times);
  assert.ok(
    refused?.every(
      (answer) => Number(answer.headers['retry-after']) >= 1 && Number(answer.headers['retry-after']) <= 60,
    ),
  );
});

test('G06: One address makes no more than ten guesses a minute, and a made-up X-Forwarded-For does not help it', async () => {
  await forgetTries();
  // All at once, so that a slow machine does not stretch them over more than the minute.
  const answers = await Promise.all(
    Array.from({ length: 25 }, (_, i) =>
      world
        .browser('10.4.0.1')
        .send(
          'POST',
          '/sign-in',
          { email: `someone${i}@first.example`, password: 'x' },
          { 'x-forwarded-for': `9.9.9.${i}`, forwarded: `for=9.9.9.${i}` },
        ),
    ),
  );
  const statuses = answers.map((answer) => answer.status);
  assert.equal(statuses.filter((status) => status === 401).length, 10);
  assert.equal(statuses.filter((status) => status === 429).length, 15);
  // The flood from one place has not locked the account for everybody else.
  assert.equal((await world.browser('10.4.0.2').signIn('owner@first.example')).status, 200);
});

test('Machines of one IPv6 network count as one', async () => {
  await forgetTries();
  const answers = await Promise.all(
    Array.from({ length: 15 }, (_, i) => world.browser(`2001:db8:1:2::${i + 1}`).signIn(`six${i}@first.example`, 'x')),
  );
  assert.equal(answers.filter((answer) => answer.status === 429).length, 5);
});

test('G06: Beginning a company’s sign-in over and over is slowed, and from another place it goes on', async () => {
  await forgetTries();
  const begin = (ip: string) =>
    world.browser(ip).post('/sign-in/company', { workspaceId: place.id, id: newId(), browser: 'b'.repeat(40) });
  const answers = await Promise.all(Array.from({ length: 70 }, (_, i) => begin(`2001:db8:9:9::${i + 1}`)));
  assert.equal(answers.filter(({ status }) => status === 429).length, 10);
  assert.equal(answers.filter(({ status }) => status === 404).length, 60);
  assert.equal((await begin('2001:db8:9:a::1')).status, 404);
});

test('Right passwords are not counted: a whole office can sign in from one address', async () => {
  await forgetTries();
  for (let i = 0; i < 12; i++)
    assert.equal((await world.browser('10.5.0.1').signIn('owner@first.example')).status, 200);
});

test('Over plain http from another machine the sign-in explains TLS instead of failing silently', async () => {
  await forgetTries();
  const browser = world.browser();
  const answer = await browser.send(
    'POST',
    '/sign-in',
    { email: 'owner@first.example', password },
    { host: 'desk.example' },
  );
  assert.equal(answer.status, 403);
  assert.match(answer.text, /https/);
  assert.equal(browser.cookie, '');
});

test('Signing in again gives the browser a new secret and ends the former session', async () => {
  await forgetTries();
  const browser = world.browser('10.6.0.1');
  await browser.signIn('owner@first.example');
  const former = { cookie: browser.cookie, csrf: browser.csrf };
  await browser.signIn('owner@first.example');
  assert.notEqual(browser.cookie, former.cookie);
  assert.notEqual(browser.csrf, former.csrf);
  const old = world.browser('10.6.0.1');
  old.cookie = former.cookie;
  assert.equal((await old.get('/me')).status, 401);
});

test('G05: A write without the CSRF token of the session is refused', async () => {
  const browser = await world.as(place, 'owner');
  for (const token of ['', 'x', (await world.as(place, 'manager')).csrf]) {
    const answer = await browser.send('PATCH', '/workspace', { name: 'taken over' }, { 'x-csrf-token': token });
    assert.equal(answer.status, 403, token);
  }
  assert.equal((await browser.get<{ name: string }>('/workspace')).body.name, 'first');
});

test('G05: A body that is not plainly JSON is not read, with a tab in its content type neither', async () => {
  const browser = await world.as(place, 'owner');
  const sent = async (type: string) => {
    const answer = await browser.send('PATCH', '/workspace', '{"name":5}', { 'content-type': type });
    return answer.status;
  };
  assert.equal(await sent('text/plain'), 415);
  assert.equal(await sent('application/x-www-form-urlencoded'), 415);
  for (const type of ['application/json\t; a=b', 'application/json\ta', '\tapplication/json'])
    assert.ok([400, 415].includes(await sent(type)), type);
});

test('Wrong shapes of e-mail and password are refused, not tried', async () => {
  await forgetTries();
  for (const body of [
    {},
    { email: ['owner@first.example'], password },
    { email: { $ne: '' }, password },
    { email: 'owner@first.example', password: [password] },
    { email: 'owner@first.example', password: null },
  ]) {
    assert.equal((await world.browser('10.7.0.1').post('/sign-in', body)).status, 400, JSON.stringify(body));
  }
  for (const email of ['%', '*', "' or 1=1 --", '', 'owner@first.example\u0000']) {
    const answer = await world.browser('10.7.0.2').post('/sign-in', { email, password });
    assert.ok([400, 401].includes(answer.status), `${email} ${answer.status} ${answer.text}`);
  }
});

test('A password hashed with former settings is right, and hashed anew', async () => {
  await forgetTries();
  const old = await hashPassword(password, { power: 12, blocks: 8, lanes: 1 });
  const person = await world.person(place, 'viewer');
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`update account set password_hash = ${old} where id = ${person.accountId}`),
  );
  assert.equal((await world.browser('10.8.0.1').signIn(person.email)).status, 200);
  const [row] = await world.hearten.db.read<{ hash: string }>(
    NOWHERE,
    sql`select password_hash as hash from account where id = ${person.accountId}`,
  );
  assert.match(row?.hash ?? '', /^scrypt\$14\$8\$5\$/);
  assert.deepEqual(await checkPassword(password, row?.hash), { right: true, stale: false });
});

test('The same password is right however its accents were typed', async () => {
  const hashed = await hashPassword('caf\u00e9 mit Sahne');
  assert.equal((await checkPassword('cafe\u0301 mit Sahne', hashed)).right, true);
  assert.equal((await checkPassword('cafe mit Sahne', hashed)).right, false);
});
