import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import { sql } from '../src/base/db.ts';
import { openApi } from '../src/base/openapi.ts';
import { besides } from '../src/base/openapi-beside.ts';
import { foundConversations } from '../src/conversations/index.ts';
import { foundCustomers } from '../src/customers/index.ts';
import { makeModules } from '../src/modules.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

let w: World;
let place: Place;
let owner: Browser;
let inboxId: string;
before(async () => {
  w = await makeWorld({ modules: makeModules, founding: [foundCustomers, foundConversations] });
  place = await w.workspace('northwind');
  owner = await w.as(place, 'owner');
  const made = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  assert.equal(made.status, 201, made.text);
  inboxId = made.body.id;
});
after(() => w.end());

const start = (text: string, headers: Record<string, string> = {}) =>
  owner.send<{ conversation: { id: string }; message: { id: string } }>(
    'POST',
    '/conversations',
    { inboxId, to: 'claire@atelier.example', subject: 'Hello', text },
    headers,
  );
const openCount = async (): Promise<number> =>
  (await owner.get<{ items: unknown[] }>('/conversations?view=all&limit=100')).body.items.length;

test('every endpoint of the contract is answered', () => {
  const answered = new Set(makeModules(w.hearten).flatMap((module) => Object.keys(module.routes ?? {})));
  assert.deepEqual(
    Object.keys(endpoints).filter((key) => !answered.has(key)),
    [],
  );
});

test('B05: fifty parallel requests with one key make one conversation and get the same answer', async () => {
  const before = await openCount();
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => start('once', { 'idempotency-key': 'only-once-please' })),
  );
  assert.deepEqual([...new Set(answers.map((a) => a.status))], [201]);
  assert.equal(new Set(answers.map((a) => a.body.message.id)).size, 1);
  assert.equal(await openCount(), before + 1);
});
test('B05: the same key with another request is refused', async () => {
  await start('one', { 'idempotency-key': 'a-key-used-twice' });
  const answer = await start('two', { 'idempotency-key': 'a-key-used-twice' });
  assert.equal(answer.status, 409);
  assert.match(answer.text, /another request/);
  assert.equal((await start('x', { 'idempotency-key': 'short' })).status, 400);
});
test('a write that is refused is not remembered: put right, the same key works', async () => {
  const bad = await owner.send(
    'POST',
    '/conversations',
    { inboxId, to: 'nonsense', subject: 'x', text: 'y' },
    { 'idempotency-key': 'put-right-later' },
  );
  assert.equal(bad.status, 400);
  assert.equal((await start('good', { 'idempotency-key': 'put-right-later' })).status, 201);
});
test('B05: what shows a secret is made once: a repeated request is told so, and never gets the secret again', async () => {
  const make = () =>
    owner.send('POST', '/api-keys', { name: 'once', scopes: ['read'] }, { 'idempotency-key': 'a-key-of-a-key' });
  const answers = await Promise.all([make(), make(), make()]);
  assert.deepEqual(answers.map((one) => one.status).sort(), [201, 409, 409]);
  assert.match((await make()).text, /done-before/);
  const { items } = (await owner.get<{ items: { name: string }[] }>('/api-keys')).body;
  assert.equal(items.filter(({ name }) => name === 'once').length, 1);
});
test('B05: what asks others in between happens once too; refused, it may be asked again', async () => {
  const practise = (key: string, body: unknown) =>
    owner.send('POST', '/practice/mails', body, { 'idempotency-key': key });
  const mail = { text: 'It is dark.', name: 'Claire', inbox: 'Practice' };
  const before = await openCount();
  const answers = await Promise.all(Array.from({ length: 5 }, () => practise('practise-only-once', mail)));
  assert.deepEqual([...new Set(answers.map((one) => one.status))], [answers[0]?.status]);
  assert.ok((answers[0]?.status ?? 500) < 300, answers[0]?.text);
  assert.equal(await openCount(), before + 1);
  assert.equal((await practise('practise-only-once', { ...mail, text: 'Another' })).status, 409);
  assert.ok((await practise('practise-put-right', {})).status >= 400);
  assert.ok((await practise('practise-put-right', mail)).status < 300);
});
test('G07: a repeated request leaves neither passwords nor anything to guess them by', async () => {
  const password = 'the password of a mailbox';
  await owner.send(
    'POST',
    '/inboxes/test',
    {
      address: 'support@northwind.example',
      settings: { imap: { host: '127.0.0.1', port: 9, security: 'tls', user: 'support', password } },
    },
    { 'idempotency-key': 'try-the-mailbox' },
  );
  const rows = await w.hearten.db.read<{ reply: string; hash: Buffer }>(
    place.id,
    sql`select reply::text as reply, request_hash as hash from idempotency where workspace_id = ${place.id} and key = 'try-the-mailbox'`,
  );
  assert.equal(rows.length, 1);
  assert.ok(rows[0]?.reply.includes('findings') && !rows[0].reply.includes(password), rows[0]?.reply);
  assert.notEqual(rows[0]?.hash.length, 32, 'a plain hash');
});

test('G05: bad input gets a problem a person understands, and nothing is changed', async () => {
  const before = await openCount();
  const problems: [string, string | undefined, Record<string, string>, number, RegExp][] = [
    ['POST', '{"inboxId":', {}, 400, /not valid JSON/],
    ['POST', 'hello', { 'content-type': 'text/plain' }, 415, /application\/json/],
    ['POST', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415, /application\/json/],
    ['POST', '{}', { 'content-type': 'application/json\t; x' }, 400, /The inbox is missing/],
    ['POST', JSON.stringify({ inboxId, to: 'a@b.example', subject: 'x', text: 'NUL \0 inside' }), {}, 400, /NUL/],
    [
      'POST',
      JSON.stringify({ inboxId, to: 'a@b.example', subject: 'x', text: 'half \ud83d' }),
      {},
      400,
      /half a character/,
    ],
    ['POST', JSON.stringify({ inboxId, to: 'a@b.example', subject: 'x', text: 'x'.repeat(600_000) }), {}, 400, /text/],
    ['POST', JSON.stringify({ big: 'x'.repeat(3_000_000) }), {}, 413, /larger/],
  ];
  for (const [method, body, headers, status, words] of problems) {
    const answer = await owner.send<{ status: number; title: string; detail: string }>(
      method,
      '/conversations',
      body,
      headers,
    );
    assert.equal(answer.status, status, answer.text);
    assert.match(String(answer.headers['content-type']), /problem\+json/);
    assert.match(answer.body.detail, words);
  }
  const misnamed = await owner.send<{ detail: string }>('PATCH', `/inboxes/${inboxId}`, {
    title: 'Other',
    colour: 'red',
  });
  assert.equal(misnamed.status, 400, 'a change in which nothing is known is none that was made');
  assert.match(misnamed.body.detail, /title, colour/);
  assert.equal((await owner.get('/conversations?limit=1000')).status, 400);
  assert.equal((await owner.get('/conversations?cursor=%00')).status, 400);
  const cursor = Buffer.from(`0000-01-01T00:00:00Z|${crypto.randomUUID()}`).toString('base64url');
  assert.equal((await owner.get(`/conversations?cursor=${cursor}`)).status, 400);
  assert.equal((await owner.get('/customers?cursor=abc')).status, 400);
  assert.equal((await owner.get('/conversations/not-an-id')).status, 404);
  assert.equal((await owner.get('/search?q=')).status, 400);
  assert.equal(await openCount(), before);
});

test('D04: fields nobody may set are ignored: mass assignment changes nothing', async () => {
  const { body } = await start('mine');
  const extra = {
    workspaceId: crypto.randomUUID(),
    authorId: crypto.randomUUID(),
    createdAt: '2001-01-01T00:00:00Z',
    role: 'owner',
    __proto__: { admin: true },
    state: 'sent',
  };
  const answer = await owner.post<{ message: { authorId: string; at: string; type: string } }>(
    `/conversations/${body.conversation.id}/notes`,
    { text: 'a note', ...extra },
  );
  assert.equal(answer.status, 201);
  assert.equal(answer.body.message.authorId, owner.me.person.id);
  assert.ok(Date.parse(answer.body.message.at) > Date.now() - 60_000);
});

test('a write without the page’s token is refused, a read is not', async () => {
  const answer = await owner.send(
    'POST',
    '/conversations',
    { inboxId, to: 'a@b.example', subject: 'x', text: 'y' },
    { 'x-csrf-token': 'wrong' },
  );
  assert.equal(answer.status, 403);
  assert.equal((await w.browser().get('/conversations')).status, 401);
});

test('too many requests are slowed with the seconds to wait', async () => {
  const slow = await makeWorld({ settings: { RATE_LIMIT: '20' } });
  try {
    const visitor = await slow.as(await slow.workspace('slow'), 'viewer');
    const answers = await Promise.all(Array.from({ length: 40 }, () => visitor.get('/me')));
    const refused = answers.find((a) => a.status === 429);
    assert.ok(refused, 'nobody was slowed');
    assert.ok(Number(refused.headers['retry-after']) >= 1);
    const strangers = await Promise.all(
      Array.from({ length: 140 }, (_, i) => slow.browser(`2001:db8:7:7::${i + 1}`).get('/setup')),
    );
    assert.ok(strangers.filter(({ status }) => status === 429).length >= 10, 'one IPv6 network is one stranger');
    assert.notEqual((await slow.browser('2001:db8:7:8::1').get('/setup')).status, 429);
  } finally {
    await slow.end();
  }
});

test('the description of the API is a valid OpenAPI 3.1 document that names every endpoint once', () => {
  const document = openApi('https://desk.example', '1.0.0') as {
    openapi: string;
    paths: Record<string, Record<string, { operationId: string; responses: Record<string, unknown> }>>;
  };
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  assert.equal(document.openapi, '3.1.0');
  assert.equal(operations.length, Object.keys(endpoints).length + Object.keys(besides).length);
  assert.equal(new Set(operations.map((o) => o.operationId)).size, operations.length);
  const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
  for (const reference of new Set(references)) {
    const found = JSON.parse(reference)
      .slice(2)
      .split('/')
      .reduce(
        (at: Record<string, unknown> | undefined, step: string) => at?.[step] as Record<string, unknown> | undefined,
        document as Record<string, unknown>,
      );
    assert.ok(found, reference);
  }
});

test('G07: no secret of a request is in the log', async () => {
  await owner.post('/conversations', {
    inboxId,
    to: 'canary@x.example',
    subject: 'canary-subject',
    text: 'canary-text',
  });
  await w.browser('10.9.9.9').signIn('nobody@example.org', 'canary-password');
  const log = w.logged.join('\n');
  for (const secret of ['canary-password', 'canary-text', owner.cookie, owner.csrf])
    assert.ok(!log.includes(secret), secret);
});

test('a connection that says nothing sensible is closed, and the next is served', async () => {
  await w.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = w.app.server.address() as { port: number };
  await new Promise<void>((done) => {
    const odd = request({
      port,
      host: '127.0.0.1',
      path: '/api/v1/setup',
      headers: { 'content-length': '10' },
      method: 'POST',
    });
    odd.on('error', () => undefined); // the server hangs up, as it should
    odd.on('close', () => done());
    odd.write('{');
    setTimeout(() => odd.destroy(), 100);
  });
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1/setup`);
  assert.ok(answer.status === 200 || answer.status === 404);
});

test('who may not do something is told by name who can', async () => {
  const viewer = await w.as(place, 'viewer');
  await w.person(place, 'manager');
  const answer = await viewer.send<{ detail: string; ask: { name: string; role: string }[] }>('PATCH', '/workspace', {
    name: 'Mine',
  });
  assert.equal(answer.status, 403);
  assert.deepEqual(
    answer.body.ask.map((one) => one.role),
    ['owner', 'manager'],
  );
  assert.match(
    answer.body.detail,
    /The owner of northwind \(owner\) or A manager of northwind \(manager\) can help\.$/,
  );
});

test('what could do harm asks for a proof that is younger than a quarter of an hour, before it looks at anything', async () => {
  const made = await owner.post<{ id: string }>('/webhooks', { address: 'https://shop.example/told' });
  assert.equal(made.status, 201, made.text);
  await w.longSinceProof(owner);
  for (const [key, endpoint] of Object.entries(endpoints)) {
    if (!('proof' in endpoint)) continue;
    const [method, path] = key.split(' ') as [string, string];
    const answer = await owner.send(method, path.replace(/:\w+/g, made.body.id), method === 'GET' ? undefined : {});
    assert.equal(answer.status, 403, `${key}: ${answer.text}`);
    assert.match(answer.text, /proof-needed/, key);
  }
  const change = (body: object) => owner.send('PATCH', `/webhooks/${made.body.id}`, body);
  assert.match((await change({ address: 'https://evil.example/told' })).text, /proof-needed/);
  assert.equal((await change({ address: 'https://shop.example/told', active: false })).status, 200);
  const file = await w.app.inject({
    url: '/files/audit-log?format=csv',
    headers: { host: 'localhost', cookie: `__Host-hearten=${owner.cookie}` },
  });
  assert.match(file.body, /proof-needed/);
});

test('what went wrong is said in the language that was asked for, field by field too', async () => {
  const ask = (language: string) =>
    owner.send<{ title: string; detail: string; errors: { path: string; message: string }[] }>(
      'PATCH',
      '/workspace',
      { name: '' },
      { 'accept-language': language },
    );
  const [english, german] = [await ask('en-GB'), await ask('nl, de-AT;q=0.8, en;q=0.5')];
  assert.equal(english.status, 400);
  assert.equal(english.body.detail, 'The name is empty. Nothing was changed.');
  assert.equal(german.headers['content-language'], 'de');
  assert.notEqual(german.body.detail, english.body.detail);
  assert.notEqual(german.body.title, english.body.title);
  assert.deepEqual(
    german.body.errors.map((one) => one.path),
    ['name'],
  );
  assert.notEqual(german.body.errors[0]?.message, english.body.errors[0]?.message);
});
