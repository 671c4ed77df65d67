import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Me, Reply } from '@hearten/contract';
import { Secret, TOTP } from 'otpauth';
import { type Browser, makeWorld, type Place, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { resetLink } from './password.ts';
import { signInFailed } from './sign-in.ts';
import { checkCode } from './totp.ts';

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

test('Guesses at the code in an open session are counted, too, and with the right password they stand in the audit log', async () => {
  const { browser, secret, email, accountId } = await withTotp('10.1.0.7');
  for (let i = 0; i < 9; i++) assert.equal(await checkCode(world.hearten, accountId, String(100_000 + i)), false);
  const prove = async (code: string) => (await browser.post('/me/proof', { password, code })).status;
  assert.equal(await prove('100009'), 403);
  // What is one too many is not looked at, right or wrong.
  assert.equal(await prove(codeAt(secret, 0)), 429);
  await world.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from attempt`));
  const failed: Record<string, unknown>[] = [];
  const { add } = world.hearten.jobs;
  world.hearten.jobs.add = async (_tx, name, payload) => void failed.push({ name, ...payload });
  assert.equal((await world.browser('10.1.0.8').signIn(email, password, '100000')).status, 401);
  world.hearten.jobs.add = add;
  assert.deepEqual(
    failed.map(({ name, code }) => [name, code]),
    [['sign-in-failed', true]],
  );
  await signInFailed(world.hearten)(failed[0] as Record<string, unknown>, { number: 1, last: false });
  const logged = await world.inside(place, (tx) =>
    tx.many(
      sql`select facts from audit where workspace_id = ${place.id} and what = 'sign-in.failed' and ip = '10.1.0.8'`,
    ),
  );
  assert.deepEqual(logged, [{ facts: { wrong: 'code' } }]);
});

test('After fifty wrong codes only a recovery code opens for a day; a right one forgives those before', async () => {
  const { email, secret, recovery, accountId } = await withTotp('10.1.0.9');
  const nextMinute = () =>
    world.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from attempt where key !~ '^codes-of'`));
  const wrong = async (many: number): Promise<number> => {
    let last = 0;
    for (let i = 0; i < many; i++) {
      if (i % 10 === 0) await nextMinute();
      last = await checkCode(world.hearten, accountId, String(100_000 + i)).then(
        () => 200,
        () => 429,
      );
    }
    await nextMinute();
    return last;
  };
  assert.equal(await wrong(40), 200);
  assert.equal((await world.browser('10.1.0.9').signIn(email, password, codeAt(secret, 0))).status, 200);
  assert.equal(await wrong(50), 200);
  assert.equal(await wrong(1), 429);
  const late = await world.browser('10.1.0.9').signIn(email, password, codeAt(secret, 1));
  assert.equal(late.status, 429);
  assert.ok(Number(late.headers['retry-after']) > 80_000);
  assert.equal((await world.browser('10.1.0.9').signIn(email, password, recovery[0])).status, 200);
  assert.equal((await world.browser('10.1.0.9').signIn(email, password, codeAt(secret, 1))).status, 200);
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

test('Beginning and ending two-step sign-in ask who sits there, when that was proved more than a quarter of an hour ago', async () => {
  const { browser, secret } = await withTotp('10.1.0.5');
  assert.equal((await browser.post('/me/totp')).status, 409);
  await world.longSinceProof(browser);
  for (const refused of [await browser.post('/me/totp'), await browser.send('DELETE', '/me/totp')]) {
    assert.equal(refused.status, 403);
    assert.equal(refused.body.type, '/problems/proof-needed');
  }
  assert.equal((await browser.post('/me/proof', { password: 'not it' })).status, 400);
  const half = await browser.post('/me/proof', { password });
  assert.deepEqual([half.status, half.body.type], [403, '/problems/code-needed']);
  assert.equal((await browser.send('DELETE', '/me/totp')).status, 403);
  assert.equal((await browser.post('/me/proof', { password, code: codeAt(secret, 0) })).status, 200);
  assert.equal((await browser.send('DELETE', '/me/totp')).status, 200);
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
