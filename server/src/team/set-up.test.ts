import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { makeWorld, password, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import { createOwner, setupLink } from './set-up.ts';

let world: World;
const founded: string[] = [];
before(async () => {
  world = await makeWorld({ founding: [async (tx, name) => void founded.push(`${tx.workspaceId} ${name}`)] });
});
after(() => world.end());

const tokenOf = (link: string | null): string => /#token=(.+)$/.exec(link ?? '')?.[1] as string;
const form = {
  email: 'ada@lamps.example',
  password,
  name: 'Ada',
  workspace: 'Lamps',
  language: 'de',
  timeZone: 'Europe/Berlin',
};

test('The set-up link carries its secret behind the #, points at BASE_URL, and a newer one ends the older', async () => {
  const [first, second] = [await setupLink(world.hearten), await setupLink(world.hearten)];
  assert.match(first ?? '', /^https:\/\/desk\.example\/setup#token=[a-z2-7]{52}$/);
  assert.notEqual(first, second);
  assert.deepEqual((await world.browser().get('/setup')).body, { open: true });
  assert.equal((await world.browser().post('/setup', { ...form, token: tokenOf(first) })).status, 404);
  // Looked at before anything is filled in, and not used up by it.
  const old = await world.browser().post<{ detail: string }>('/setup/look', { token: tokenOf(first) });
  assert.equal(old.status, 404);
  assert.match(old.body.detail, /not valid.*Nothing was set up.*setup --link/);
  for (let i = 0; i < 2; i++)
    assert.deepEqual((await world.browser().post('/setup/look', { token: tokenOf(second) })).body, { open: true });
});

test('A wrong, odd or empty token opens nothing', async () => {
  for (const token of ['', '%', '*', 'a'.repeat(52), ' '])
    for (const path of ['/setup', '/setup/look'])
      assert.equal((await world.browser().post(path, { ...form, token })).status, 404, token);
  for (const token of [[], {}, null, 1])
    for (const path of ['/setup', '/setup/look'])
      assert.equal((await world.browser().post(path, { ...form, token })).status, 400, JSON.stringify(token));
});

test('D07: With the link the first owner makes the workspace; of ten at the same moment one succeeds, and then set-up is gone', async () => {
  const token = tokenOf(await setupLink(world.hearten));
  const browsers = Array.from({ length: 10 }, () => world.browser());
  const answers = await Promise.all(
    browsers.map((browser, i) => browser.post('/setup', { ...form, email: `ada${i}@lamps.example`, token })),
  );
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [201, ...Array<number>(9).fill(404)]);
  const winner = browsers[answers.findIndex((answer) => answer.status === 201)];
  const me = winner?.me;
  assert.equal(me?.person.role, 'owner');
  assert.deepEqual(
    [me?.workspace.name, me?.workspace.language, me?.workspace.timeZone],
    ['Lamps', 'de', 'Europe/Berlin'],
  );
  assert.equal((await winner?.get('/people'))?.status, 200);
  assert.deepEqual(founded, [`${me?.workspace.id} Lamps`]);

  const counted = await world.hearten.db.read<{ accounts: number; workspaces: number }>(
    NOWHERE,
    sql`select (select count(*) from account) as accounts, (select count(*) from workspace) as workspaces`,
  );
  assert.deepEqual(counted, [{ accounts: 1, workspaces: 1 }]);
  assert.equal((await world.browser().get('/setup')).status, 404);
  assert.equal((await world.browser().post('/setup/look', { token })).status, 404);
  for (let i = 0; i < 3; i++) assert.equal((await world.browser().post('/setup', { ...form, token })).status, 404);
  assert.equal(await setupLink(world.hearten), null);
  await assert.rejects(createOwner(world.hearten, { ...form, workspace: 'Second' }, []), /set up already/);
});

test('The command line makes the first owner without a link', async () => {
  const fresh = await makeWorld();
  try {
    await assert.rejects(createOwner(fresh.hearten, { ...form, password: 'short' }, []), /10 characters/);
    await createOwner(fresh.hearten, form, []);
    const answer = await fresh.browser().signIn(form.email, form.password);
    assert.equal(answer.body.person.name, 'Ada');
    assert.equal(await setupLink(fresh.hearten), null);
  } finally {
    await fresh.end();
  }
});
