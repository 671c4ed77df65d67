import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { makeWorld, type Place, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { hash } from '../base/seal.ts';
import { forget } from './identify.ts';
import { newBrowser } from './new-browser.ts';

let world: World;
let place: Place;
before(async () => {
  world = await makeWorld({ settings: { SYSTEM_SMTP: 'smtp://127.0.0.1:1', SYSTEM_FROM: 'desk@example.com' } });
  place = await world.workspace('lamps');
});
after(() => world.end());
type List = Reply<'GET /me/sessions'>;

test('All other sessions end with one button, and each that is left keeps working', async () => {
  const [here, there, elsewhere] = [
    await world.as(place, 'lead'),
    await world.as(place, 'lead'),
    await world.as(place, 'lead'),
  ];
  const { items } = (await here.get<List>('/me/sessions')).body;
  assert.deepEqual(
    items.map(({ how, strong }) => [how, strong]),
    [1, 2, 3].map(() => ['password', false]),
  );
  assert.deepEqual((await here.send('DELETE', '/me/sessions')).body, { ended: 2 });
  for (const one of [there, elsewhere]) assert.equal((await one.get('/me')).status, 401);
  assert.equal((await here.get<List>('/me/sessions')).body.items.length, 1);
});

test('An owner sees where a person is signed in and ends it; a manager does so for everyone but owners; others not at all', async () => {
  const [owner, manager, person] = [
    await world.as(place, 'owner'),
    await world.as(place, 'manager'),
    await world.as(place, 'representative'),
  ];
  const id = person.me.person.id;
  const { items } = (await owner.get<List>(`/people/${id}/sessions`)).body;
  assert.equal(items.length, 1);
  assert.equal(items[0]?.current, false);
  assert.equal((await manager.get(`/people/${place.ownerId}/sessions`)).status, 403);
  assert.equal((await manager.send('DELETE', `/people/${place.ownerId}/sessions`)).status, 403);
  assert.equal((await person.get(`/people/${id}/sessions`)).status, 403);
  assert.equal((await owner.send('DELETE', `/people/${id}/sessions/${place.ownerId}`)).status, 404);
  // Somebody else's, named under another person, is none of that person's.
  assert.equal((await owner.send('DELETE', `/people/${manager.me.person.id}/sessions/${items[0]?.id}`)).status, 404);
  assert.equal((await person.get('/me')).status, 200);
  assert.equal((await owner.send('DELETE', `/people/${id}/sessions/${items[0]?.id}`)).status, 200);
  assert.equal((await person.get('/me')).status, 401);
  const again = await world.as(place, 'representative');
  assert.deepEqual((await manager.send('DELETE', `/people/${id}/sessions`)).body, { ended: 1 });
  assert.equal((await again.get('/me')).status, 401);
});

test('Of somebody who works in two workspaces, each owner sees and ends only what stands in theirs', async () => {
  const other = await world.workspace('glass');
  const person = await world.person(place, 'viewer', 'both@lamps.example');
  await world.inside(other, (tx) =>
    tx.run(sql`insert into person (workspace_id, id, account_id, name, email, role)
      values (${other.id}, gen_random_uuid(), ${person.accountId}, 'Both', 'both@lamps.example', 'viewer')`),
  );
  const browser = world.browser('10.3.0.1');
  await browser.signIn('both@lamps.example');
  const away = browser.me.workspace.id === place.id ? other : place;
  await browser.post('/me/workspace', { workspaceId: other.id });
  const owner = await world.as(place, 'owner');
  assert.deepEqual((await owner.get<List>(`/people/${person.id}/sessions`)).body.items, []);
  assert.deepEqual((await owner.send('DELETE', `/people/${person.id}/sessions`)).body, { ended: 0 });
  assert.equal((await browser.get('/me')).status, 200, away.name);
});

test('What is ended in a workspace is ended in its sample, too: by an owner, and when the company’s sign-in goes', async () => {
  const home = await world.workspace('brick');
  const sample = await world.workspace('brick-sample');
  await world.inside(home, (tx) =>
    tx.run(sql`update workspace set sample_of = ${home.id}, sample = '{"state":"ready"}' where id = ${sample.id}`),
  );
  const person = await world.person(home, 'lead', 'lead@brick.example');
  await world.inside(sample, (tx) =>
    tx.run(sql`insert into person (workspace_id, id, account_id, name, email, role)
      values (${sample.id}, gen_random_uuid(), ${person.accountId}, 'Lead', 'lead@brick.example', 'lead')`),
  );
  const inSample = async (ip: string) => {
    const browser = world.browser(ip);
    await browser.signIn('lead@brick.example');
    if (browser.me.workspace.id !== home.id) await browser.post('/me/workspace', { workspaceId: home.id });
    assert.equal((await browser.post('/me/workspace', { workspaceId: sample.id })).status, 200);
    return browser;
  };
  const owner = await world.as(home, 'owner');
  const own = await inSample('10.3.4.1');
  assert.equal((await owner.get<List>(`/people/${person.id}/sessions`)).body.items.length, 1);
  assert.deepEqual((await owner.send('DELETE', `/people/${person.id}/sessions`)).body, { ended: 1 });
  assert.equal((await own.get('/me')).status, 401);

  const company = await inSample('10.3.4.2');
  const providerId = '00000000-0000-7000-8000-00000000b41c';
  await world.inside(home, (tx) =>
    tx.run(sql`insert into sign_in_provider (workspace_id, id, name, issuer, client_id, domains, creates, trusted, role, claim, roles)
      values (${home.id}, ${providerId}, 'Brick', 'https://sso.brick.example', 'desk', '{}', false, false, 'lead', '', '[]')`),
  );
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`update session set how = 'company', company_id = ${providerId} where token_hash = ${hash(company.cookie)}`,
    ),
  );
  forget();
  assert.equal((await company.get('/me')).status, 200);
  assert.equal((await owner.send('DELETE', `/sign-in-providers/${providerId}`)).status, 200);
  assert.equal((await company.get('/me')).status, 401);
});

test('Whoever came by one company’s sign-in neither sees nor ends what stands in another workspace, nor sees passkeys', async () => {
  const other = await world.workspace('stone');
  const person = await world.person(place, 'lead', 'two@lamps.example');
  await world.inside(other, (tx) =>
    tx.run(sql`insert into person (workspace_id, id, account_id, name, email, role)
      values (${other.id}, gen_random_uuid(), ${person.accountId}, 'Two', 'two@lamps.example', 'lead')`),
  );
  const [own, company, third] = [world.browser('10.3.1.1'), world.browser('10.3.1.2'), world.browser('10.3.1.3')];
  for (const [browser, at] of [
    [own, other],
    [company, place],
    [third, place],
  ] as const) {
    await browser.signIn('two@lamps.example');
    await browser.post('/me/workspace', { workspaceId: at.id });
  }
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(sql`insert into passkey (credential_id, id, account_id, host, public_key, counter, transports, name, synced)
      values ('\\x01', gen_random_uuid(), ${person.accountId}, 'localhost', '\\x01', 0, '{}', 'The key at home', false)`),
  );
  await world.hearten.db.tx(NOWHERE, (tx) =>
    tx.run(
      sql`update session set how = 'company', company_id = gen_random_uuid() where token_hash = ${hash(company.cookie)}`,
    ),
  );
  forget();
  const { items } = (await company.get<List>('/me/sessions')).body;
  assert.deepEqual(items.map(({ ip }) => ip).toSorted(), ['10.3.1.2', '10.3.1.3']);
  const theirs = (await own.get<List>('/me/sessions')).body.items.find(({ current }) => current);
  assert.equal((await company.send('DELETE', `/me/sessions/${theirs?.id}`)).status, 404);
  assert.deepEqual((await company.send('DELETE', '/me/sessions')).body, { ended: 1 });
  assert.equal((await own.get('/me')).status, 200);
  const ways = (at: typeof own) => at.get<Reply<'GET /me/sign-in'>>('/me/sign-in');
  assert.deepEqual((await ways(company)).body.passkeys, []);
  assert.equal((await ways(own)).body.passkeys.length, 1);
});

test('A sign-in from a browser that is new to the account is told by mail, in the person’s language; the first ever and a known one are not', async () => {
  const person = await world.person(place, 'viewer', 'mailed@lamps.example');
  await world.inside(place, (tx) =>
    tx.run(sql`update person set language = 'fr' where workspace_id = ${place.id} and id = ${person.id}`),
  );
  const secret = (set: unknown): string => /__Host-hearten-browser=([^;]+)/.exec([set].flat().join(' '))?.[1] as string;
  const from = async (browser?: string): Promise<string> => {
    const answer = await world.browser('10.3.1.1').send(
      'POST',
      '/sign-in',
      { email: 'mailed@lamps.example', password: 'correct horse battery' },
      {
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
        ...(browser ? { cookie: `__Host-hearten-browser=${browser}` } : {}),
      },
    );
    assert.equal(answer.status, 200, answer.text);
    return secret(answer.headers['set-cookie']);
  };
  const mails = async (): Promise<{ language: string; variables: Record<string, string> }[]> => {
    // As the reaction does it when the event comes by.
    const events = await world.inside(place, (tx) =>
      tx.many<EventRow>(
        sql`select * from event where workspace_id = ${place.id} and name = 'session.started' and data->>'personId' = ${person.id} order by id`,
      ),
    );
    const out: { language: string; variables: Record<string, string> }[] = [];
    const jobs = {
      ...world.hearten.jobs,
      add: async (_tx: unknown, _name: string, job: unknown) =>
        void out.push((job as { letter: (typeof out)[0] }).letter),
    };
    for (const event of events)
      await world.inside(place, (tx) => newBrowser({ ...world.hearten, jobs } as typeof world.hearten)(tx, event));
    return out;
  };
  const first = await from();
  assert.ok(first.length > 40);
  assert.equal(await from(first), undefined, 'a known browser keeps its secret');
  assert.deepEqual(await mails(), []);
  await from();
  const [mail, ...more] = await mails();
  assert.equal(more.length, 0);
  assert.equal(mail?.language, 'fr');
  assert.equal(mail?.variables.browser, 'Firefox, Linux');
  assert.equal(mail?.variables.address, '10.3.1.1');
  assert.equal(mail?.variables.link, 'https://desk.example/settings/security');
  const [row] = await world.hearten.db.read<{ text: string }>(
    NOWHERE,
    sql`select string_agg(b::text, ' ') as text from known_browser b where account_id = ${person.accountId}`,
  );
  assert.ok(row && !row.text.includes(first), 'only the hash is kept');
});
