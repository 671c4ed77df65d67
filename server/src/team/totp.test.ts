import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Me, Reply } from '@hearten/contract';
import { Secret, TOTP } from 'otpauth';
import { type Browser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { resetLink } from './password.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld();
  place = await world.workspace('lamps');
});
after(() => world.end());

const codeAt = (secret: string, steps: number): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });
async function withTotp(
  ip: string,
): Promise<{ browser: Browser; email: string; secret: string; recovery: string[]; accountId: string }> {
  const person = await world.person(place, 'representative');
  const browser = world.browser(ip);
  await browser.signIn(person.email);
  const { body } = await browser.post<Reply<'POST /me/totp'>>('/me/totp', { password });
  // The step before this one, so that the present code is still unused.
  const confirmed = await browser.post<Reply<'POST /me/totp/confirm'>>('/me/totp/confirm', {
    code: codeAt(body.secret, -1),
  });
  assert.equal(confirmed.status, 200, confirmed.text);
  return {
    browser,
    email: person.email,
    secret: body.secret,
    recovery: confirmed.body.recovery,
    accountId: person.accountId,
  };
}

test('Two-step sign-in is switched on with a first code; then the password alone is not enough', async () => {
  const { email, secret, browser } = await withTotp('10.1.0.1');
  assert.equal((await browser.get<Me>('/me')).body.totp, true);
  const fresh = world.browser('10.1.0.1');
  const asked = await fresh.signIn(email);
  assert.deepEqual([asked.status, (asked.body as unknown as { type: string }).type], [401, '/problems/code-needed']);
  assert.equal((await fresh.signIn(email, password, '000000')).status, 401);
  assert.equal((await fresh.signIn(email, 'not the password', codeAt(secret, 0))).status, 401);
  assert.equal((await fresh.signIn(email, password, codeAt(secret, 0))).status, 200);
});

test('A code works once, also when it comes ten times at the same moment', async () => {
  const { email, secret } = await withTotp('10.1.0.2');
  const code = codeAt(secret, 0);
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, i) => world.browser(`10.1.1.${i}`).signIn(email, password, code)),
  );
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  // An older code than the last one used is a replay too.
  assert.equal((await world.browser('10.1.0.2').signIn(email, password, codeAt(secret, -1))).status === 200, false);
});

test('Guesses at the code are counted', async () => {
  const { email } = await withTotp('10.1.0.3');
  const statuses: number[] = [];
  for (let i = 0; i < 12; i++)
    statuses.push((await world.browser(`10.1.2.${i}`).signIn(email, password, String(100_000 + i))).status);
  assert.deepEqual(statuses, [...Array<number>(10).fill(401), 429, 429]);
});

test('Each recovery code works once, however it is typed', async () => {
  const { email, recovery } = await withTotp('10.1.0.4');
  assert.equal(new Set(recovery).size, 10);
  const code = recovery[3] as string;
  assert.equal(
    (await world.browser('10.1.0.4').signIn(email, password, code.toUpperCase().replaceAll('-', ' '))).status,
    200,
  );
  assert.equal((await world.browser('10.1.0.4').signIn(email, password, code)).status, 401);
  assert.equal((await world.browser('10.1.0.4').signIn(email, password, recovery[4])).status, 200);
});

test('Beginning and ending two-step sign-in ask for the password', async () => {
  const { browser } = await withTotp('10.1.0.5');
  assert.equal((await browser.post('/me/totp', { password: 'not it' })).status, 400);
  assert.equal((await browser.post('/me/totp', { password })).status, 409);
  assert.equal((await browser.send('DELETE', '/me/totp', { password: 'not it' })).status, 400);
  assert.equal((await browser.send('DELETE', '/me/totp', { password })).status, 200);
  assert.equal((await browser.get<Me>('/me')).body.totp, false);
  assert.equal((await browser.post('/me/totp/confirm', { code: '123456' })).status, 409);
});

test('A reset of the password does not switch two-step sign-in off, but whoever has the machine may', async () => {
  const { email, secret } = await withTotp('10.1.0.6');
  const use = async (options: { endTotp?: boolean }) => {
    const { link } = await resetLink(world.hearten, email, options);
    const answer = await world
      .browser()
      .post('/password-resets/use', { token: /#token=(.+)$/.exec(link)?.[1], password });
    assert.equal(answer.status, 200, answer.text);
  };
  await use({});
  assert.equal((await world.browser('10.1.0.6').signIn(email)).status, 401);
  assert.equal((await world.browser('10.1.0.6').signIn(email, password, codeAt(secret, 0))).status, 200);
  await use({ endTotp: true });
  assert.equal((await world.browser('10.1.0.6').signIn(email)).status, 200);
});

test('The secret is sealed for its account: copied to another it opens nothing', async () => {
  const [mine, theirs] = [await withTotp('10.1.0.7'), await withTotp('10.1.0.8')];
  const read = async (id: string) =>
    (
      await world.hearten.db.read<{ secret: Buffer }>(
        NOWHERE,
        sql`select totp_secret as secret from account where id = ${id}`,
      )
    )[0]?.secret as Buffer;
  const sealed = await read(mine.accountId);
  assert.ok(!sealed.includes(mine.secret));
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`update account set totp_secret = ${sealed} where id = ${theirs.accountId}`),
  );
  const answer = await world.browser('10.1.0.9').signIn(theirs.email, password, codeAt(mine.secret, 0));
  assert.equal(answer.status, 500);
});
