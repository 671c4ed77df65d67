import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { emit, system } from '../server/src/base/events.ts';
import { newId } from '../server/src/base/ids.ts';
import type { Module } from '../server/src/base/module.ts';
import { founding, makeModules } from '../server/src/modules.ts';
import { chromiumPath } from '../server/test/journeys/browser.ts';
import { makeWorld, type Place, type World } from '../server/test/world.ts';
import type * as Sdk from './src/index.ts';
import { api } from './write-types.ts';

let world: World;
let place: Place;
let base: string;
let key: string;
let inbox: string;
let folder: string;
let sdk: typeof Sdk;
before(async () => {
  // As it is published: built, and found by its name.
  folder = mkdtempSync(join(tmpdir(), 'hearten-sdk-'));
  const home = join(folder, 'node_modules/@hearten/sdk');
  mkdirSync(home, { recursive: true });
  const tsc = join(import.meta.dirname, '../node_modules/typescript/bin/tsc');
  const built = spawnSync(process.execPath, [tsc, '-p', import.meta.dirname, '--outDir', join(home, 'dist')], {
    encoding: 'utf8',
  });
  assert.equal(built.status, 0, built.stdout);
  cpSync(join(import.meta.dirname, 'package.json'), join(home, 'package.json'));
  sdk = (await import(join(home, 'dist/index.js'))) as typeof Sdk;

  const pages: Module = {
    name: 'try',
    plain: (app) =>
      app.get('/try/*', async (request, reply) => {
        const name = (request.params as { '*': string })['*'];
        if (name === '') return reply.type('text/html').send('<!doctype html><title>Try</title>');
        return reply.type('text/javascript').send(readFileSync(join(home, 'dist', name)));
      }),
  };
  world = await makeWorld({ modules: (hearten) => [...makeModules(hearten), pages], founding });
  place = await world.workspace('lamps');
  base = (await world.app.listen({ port: 0, host: '127.0.0.1' })).replace('127.0.0.1', 'localhost');
  const owner = await world.as(place, 'owner');
  key = (await owner.post<{ token: string }>('/api-keys', { name: 'sdk', scopes: ['admin'] })).body.token;
  const made = await owner.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@lamps.example',
    settings: {},
  });
  inbox = made.body.id;
});
after(async () => {
  await world.end();
  rmSync(folder, { recursive: true, force: true });
});

test('The types of the SDK are those of the contract', () => {
  assert.equal(readFileSync(join(import.meta.dirname, 'src/api.ts'), 'utf8'), api(), 'npm run sdk writes them');
});

test('What the readme shows works, installed by its name', async () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  writeFileSync(join(folder, 'example.mjs'), /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '');
  const child = spawn(process.execPath, ['example.mjs'], {
    cwd: folder,
    env: { ...process.env, HEARTEN_URL: base, HEARTEN_KEY: key, HEARTEN_INBOX: inbox },
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  await new Promise((done) => child.on('close', done));
  assert.equal(child.exitCode, 0, said);
  assert.match(said, /^\d+ Order 4711 delivery$/m);
  assert.match(said, /^404 This conversation is not here/m);
});

test('The same in a browser, and events as they happen', { skip: chromiumPath ? false : 'no Chromium' }, async () => {
  const browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(`${base}/try/`);
    const heard = page.evaluate(`(async () => {
      const { hearten } = await import('/try/index.js');
      const desk = hearten({ baseUrl: location.origin, key: ${JSON.stringify(key)} });
      const me = await desk.call('GET /me');
      const stop = new AbortController();
      for await (const event of desk.events({ signal: stop.signal, onReady: () => { document.title = 'ready'; } })) {
        stop.abort();
        return [me.workspace.name, event.type];
      }
    })()`);
    await page.waitForFunction("document.title === 'ready'");
    await world.inside(place, (tx) => emit(tx, [{ name: 'message.noted', actor: system, conversationId: newId() }]));
    assert.deepEqual(await heard, ['lamps', 'note.added']);
  } finally {
    await browser.close();
  }
});

test('A write that is tried again carries the same key; waiting is as long as was asked, and what can’t be put right is not tried again', async () => {
  const seen: { key: unknown; at: number }[] = [];
  const answers = [
    { status: 503, headers: {} },
    { status: 429, headers: { 'retry-after': '1' } },
    { status: 200, headers: {} },
  ];
  const server = createServer((request, response) => {
    seen.push({ key: request.headers['idempotency-key'], at: Date.now() });
    const { status, headers } = answers[seen.length - 1] ?? { status: 400, headers: {} };
    response.writeHead(status, headers).end('{}');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const desk = sdk.hearten({ baseUrl: `http://127.0.0.1:${(server.address() as { port: number }).port}` });
    await desk.call('POST /teams', { body: { name: 'x' } });
    assert.equal(seen.length, 3);
    assert.equal(new Set(seen.map((one) => one.key)).size, 1);
    assert.match(String(seen[0]?.key), /^[0-9a-f-]{36}$/);
    assert.ok((seen[2]?.at ?? 0) - (seen[1]?.at ?? 0) >= 1000);
    const error = await desk.call('POST /teams', { body: { name: 'x' } }).catch((caught) => caught);
    assert.ok(sdk.isProblem(error) && error.status === 400);
    assert.equal(seen.length, 4);
  } finally {
    server.close();
  }
});

test('A line that breaks in the middle of an answer is tried again under the same key', async () => {
  const keys: unknown[] = [];
  const server = createServer((request, response) => {
    keys.push(request.headers['idempotency-key']);
    if (keys.length > 1) return void response.writeHead(201).end('{"id":"a team"}');
    response.writeHead(201, { 'content-length': '15' }).write('{"id":');
    return void setTimeout(() => request.socket.destroy(), 20);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    const desk = sdk.hearten({ baseUrl: `http://127.0.0.1:${(server.address() as { port: number }).port}` });
    assert.equal((await desk.call('POST /teams', { body: { name: 'x' } })).id, 'a team');
    assert.equal(keys.length, 2);
    assert.equal(new Set(keys).size, 1);
  } finally {
    server.close();
  }
});

test('A line that breaks in the middle of an event goes on before it, not behind it', async () => {
  const frame = (n: number): string =>
    `id: ${n}\nevent: note.added\ndata: {"id":"msg_${n}","type":"note.added","timestamp":"2027-03-01T09:00:00.000Z","data":{}}\n\n`;
  const bodies = [frame(1) + frame(2).slice(0, 30), frame(2)];
  const from: unknown[] = [];
  const desk = sdk.hearten({
    baseUrl: 'http://desk.example',
    fetch: async (_url, given) => {
      from.push(new Headers(given?.headers).get('last-event-id'));
      return new Response(bodies.shift());
    },
  });
  const heard: string[] = [];
  for await (const { id } of desk.events()) if (heard.push(id) === 2) break;
  assert.deepEqual(heard, ['msg_1', 'msg_2']);
  assert.deepEqual(from, [null, '1']);
});

test('A webhook is believed with the right signature of now, under the new secret or the former, and never otherwise', async () => {
  const [secret, former] = ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'];
  const body = '{"type":"note.added","timestamp":"2027-03-01T09:00:00.000Z","data":{}}';
  const now = Math.floor(Date.now() / 1000);
  const sign = (by: string, at = now): string =>
    `v1,${createHmac('sha256', Buffer.from(by.slice(6), 'base64'))
      .update(`msg_1.${at}.${body}`)
      .digest('base64')}`;
  const headers = (signature: string, at = now) => ({
    'webhook-id': 'msg_1',
    'webhook-timestamp': String(at),
    'webhook-signature': signature,
  });
  assert.equal((await sdk.verifyWebhook(secret, headers(sign(secret)), body)).type, 'note.added');
  assert.equal(
    (await sdk.verifyWebhook(secret, new Headers(headers(`${sign(former)} ${sign(secret)}`)), body)).type,
    'note.added',
  );
  for (const [wrong, text] of [
    [headers(sign(former)), body],
    [headers(sign(secret)), `${body} `],
    [headers(sign(secret, now - 400), now - 400), body],
    [headers('v1,!'), body],
    [headers(''), body],
    [{}, body],
  ] as const)
    await assert.rejects(sdk.verifyWebhook(secret, wrong, text));
});

test('The SDK depends on nothing and stays small', () => {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dirname, 'package.json'), 'utf8'));
  assert.equal(dependencies, undefined);
  const size = ['api', 'client', 'events', 'index', 'problem', 'wait', 'webhooks'].reduce(
    (sum, name) => sum + gzipSync(readFileSync(join(folder, `node_modules/@hearten/sdk/dist/${name}.js`))).length,
    0,
  );
  assert.ok(size < 8_000, `${size} bytes`);
});
