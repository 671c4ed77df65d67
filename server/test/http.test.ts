import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import { openApi } from '../src/base/openapi.ts';
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

test('bad input gets a problem a person understands, and nothing is changed', async () => {
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
  assert.equal((await owner.get('/conversations?limit=1000')).status, 400);
  assert.equal((await owner.get('/conversations?cursor=%00')).status, 400);
  const cursor = Buffer.from(`0000-01-01T00:00:00Z|${crypto.randomUUID()}`).toString('base64url');
  assert.equal((await owner.get(`/conversations?cursor=${cursor}`)).status, 400);
  assert.equal((await owner.get('/customers?cursor=abc')).status, 400);
  assert.equal((await owner.get('/conversations/not-an-id')).status, 404);
  assert.equal((await owner.get('/search?q=')).status, 400);
  assert.equal(await openCount(), before);
});

test('fields nobody may set are ignored: mass assignment changes nothing', async () => {
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
  assert.equal(operations.length, Object.keys(endpoints).length);
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

test('no secret of a request is in the log', async () => {
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
