import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Frame } from '@hearten/contract';
import pg from 'pg';
import WebSocket from 'ws';
import { sql } from '../src/base/db.ts';
import { COOKIE } from '../src/base/http.ts';
import { makeLog } from '../src/base/log.ts';
import { type Running, runHearten } from '../src/run.ts';
import { setupLink } from '../src/team/index.ts';
import { emptyDatabase, type TestDatabase, testDatabase } from './database.ts';
import { root, testConfig } from './desk.ts';
import { type Browser, makeBrowser } from './world.ts';

let database: TestDatabase;
let folder: string;
let running: Running;
let owner: Browser;
let inboxId: string;
before(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hearten-sockets-'));
  running = await runHearten(
    { ...testConfig({ RATE_LIMIT: '100000' }), DATA_DIR: folder },
    database.url,
    makeLog('error'),
  );
  owner = await first();
});
after(async () => {
  await running?.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Asks the running server over a real connection, as a tab does. */
async function first(): Promise<Browser> {
  const ask: Browser = { ...makeBrowser(null as never), cookie: '', csrf: '' };
  ask.send = async (method, path, body, headers = {}) => {
    const reply = await fetch(`${running.url}/api/v1${path}`, {
      method,
      headers: {
        cookie: `${COOKIE}=${ask.cookie}`,
        'x-csrf-token': ask.csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const set = reply.headers.get('set-cookie');
    if (set) ask.cookie = (set.split(';')[0] ?? '').slice(COOKIE.length + 1);
    const text = await reply.text();
    const parsed = JSON.parse(text || '{}');
    if (parsed.csrf) ask.csrf = parsed.csrf;
    return { status: reply.status, body: parsed, text, headers: {} };
  };
  ask.post = (path, body = {}) => ask.send('POST', path, body);
  const token = (await setupLink(running.hearten, running.port))?.split('token=')[1];
  const made = await ask.post('/setup', {
    token,
    email: 'ana@northwind.example',
    password: 'correct horse battery',
    name: 'Ana',
    workspace: 'Northwind',
  });
  assert.equal(made.status, 201, made.text);
  const inbox = await ask.post<{ id: string }>('/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  inboxId = inbox.body.id;
  return ask;
}

const at = (): string => `${running.url.replace('http', 'ws')}/live`;
type Open = {
  socket: WebSocket;
  frames: Frame[];
  until: (fits: (frame: Frame) => boolean, within?: number) => Promise<Frame>;
};
async function open(cookie = owner.cookie): Promise<Open> {
  const socket = new WebSocket(at(), { origin: running.url, headers: { cookie: `${COOKIE}=${cookie}` } });
  const frames: Frame[] = [];
  socket.on('message', (data) => frames.push(JSON.parse(String(data)) as Frame));
  await new Promise((done, failed) => socket.once('open', done).once('error', failed));
  const until = async (fits: (frame: Frame) => boolean, within = 5_000): Promise<Frame> => {
    for (const end = Date.now() + within; Date.now() < end; await new Promise((done) => setTimeout(done, 10))) {
      const found = frames.find(fits);
      if (found) return found;
    }
    throw new Error(`no such frame among ${JSON.stringify(frames.map((f) => f.type))}`);
  };
  await until((f) => f.type === 'hello');
  return { socket, frames, until };
}
const write = (subject: string) =>
  owner.post<{ conversation: { id: string } }>('/conversations', {
    inboxId,
    to: 'claire@atelier.example',
    subject,
    text: 'Hello',
  });
const tells = (subject: string) => (frame: Frame) => frame.type === 'change' && frame.conversation.subject === subject;

const refused = (headers: Record<string, string>): Promise<number> =>
  new Promise((done) => {
    const socket = new WebSocket(at(), { headers });
    socket.on('unexpected-response', (_request, response) => done(response.statusCode ?? 0));
    socket.on('open', () => done(101));
    socket.on('error', () => undefined);
  });

test('a request for a socket at what is no address is refused, and the server lives on', async () => {
  const said = await new Promise<string>((done, failed) => {
    const line = connect(running.port, 'localhost', () =>
      line.write('GET // HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    );
    line.once('data', (data) => done(String(data)));
    line.once('error', failed);
  });
  assert.match(said, /^HTTP\/1\.1 404/);
});

test('a socket is for our own pages only, and for who is signed in', async () => {
  const cookie = `${COOKIE}=${owner.cookie}`;
  assert.equal(await refused({ cookie, origin: 'https://evil.example' }), 403);
  assert.equal(await refused({ cookie, origin: 'null' }), 403);
  assert.equal(await refused({ cookie }), 403);
  assert.equal(await refused({ origin: running.url }), 401);
  assert.equal(await refused({ origin: running.url, cookie: `${COOKIE}=nonsense` }), 401);
});

test('what one does, every open tab is told', async () => {
  const [one, two] = await Promise.all([open(), open()]);
  await write('seen by both');
  await Promise.all([one.until(tells('seen by both')), two.until(tells('seen by both'))]);
  one.socket.close();
  two.socket.close();
});

test('a long writing transaction, here or in another database of the cluster, holds nothing up', async () => {
  const other = await emptyDatabase();
  const [here, there] = [new pg.Client(database.url), new pg.Client(other.url)];
  await Promise.all([here.connect(), there.connect()]);
  try {
    await here.query('begin');
    await here.query('create table held_here (x int)');
    await there.query('begin');
    await there.query('create table held_there (x int)');
    const tab = await open();
    for (const subject of ['while held one', 'while held two']) {
      const began = Date.now();
      await write(subject);
      await tab.until(tells(subject));
      assert.ok(Date.now() - began < 1_500, `took ${Date.now() - began} ms`);
    }
    tab.socket.close();
  } finally {
    await here.query('rollback');
    await there.query('rollback');
    await Promise.all([here.end(), there.end()]);
    await other.drop();
  }
});

test('what another process writes arrives here', { timeout: 40_000 }, async () => {
  const tab = await open();
  const script = `
    import { openDb } from './server/src/base/db.ts'; import { emit } from './server/src/base/events.ts'; import { startBell } from './server/src/base/relay.ts'; import { startWire } from './server/src/base/wire.ts'; import { makeLog } from './server/src/base/log.ts';
    const db = openDb(process.env.URL); const wire = await startWire(db, makeLog('error')); await startBell(wire);
    await db.tx(process.env.WORKSPACE, (t) => emit(t, [{ name: 'workspace.changed', actor: { kind: 'system', id: null } }]));
    setTimeout(async () => { await wire.stop(); await db.close(); }, 300);`;
  const workspace = await running.hearten.db.read<{ id: string }>(
    '00000000-0000-0000-0000-000000000000',
    sql`select id from workspace`,
  );
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, URL: database.url, WORKSPACE: workspace[0]?.id ?? '' },
    stdio: 'inherit',
  });
  await tab.until((frame) => frame.type === 'touched' && frame.what === 'workspace', 15_000);
  await new Promise((done) => child.once('exit', done));
  tab.socket.close();
});

test('a tab that stops reading is dropped before it holds a megabyte, and the others go on', async () => {
  const [slow, quick] = await Promise.all([open(), open()]);
  (slow.socket as unknown as { _socket: { pause: () => void } })._socket.pause();
  const { live } = running.hearten;
  const big = 'x'.repeat(200_000);
  const dropped = (): boolean => live.count() === 1;
  for (let i = 0; i < 400 && !dropped(); i++) {
    await live.tell(
      [
        {
          workspace_id:
            (
              await running.hearten.db.read<{ id: string }>(
                '00000000-0000-0000-0000-000000000000',
                sql`select id from workspace`,
              )
            )[0]?.id ?? '',
        } as never,
      ],
      async (_w, _events, seats) => {
        for (const seat of seats) seat.send({ type: 'touched', what: 'tags', id: big });
      },
    );
    await new Promise((done) => setTimeout(done, 5));
  }
  assert.ok(dropped());
  await write('after the slow one');
  await quick.until(tells('after the slow one'));
  quick.socket.close();
  slow.socket.terminate();
});

test('C01: one sign-in opens no more than a hundred sockets; one that closes makes room', async () => {
  const tabs = await Promise.all(Array.from({ length: 100 }, () => open()));
  const more = { origin: running.url, cookie: `${COOKIE}=${owner.cookie}` };
  assert.equal(await refused(more), 429);
  const one = tabs.pop()?.socket;
  one?.close();
  for (const end = Date.now() + 5_000; running.hearten.live.count() > 99 && Date.now() < end; )
    await new Promise((done) => setTimeout(done, 10));
  assert.equal(await refused(more), 101);
  for (const { socket } of tabs) socket.terminate();
});

test('who signs out or changes the password elsewhere loses the open tab within seconds', {
  timeout: 30_000,
}, async () => {
  const tab = await open();
  const closed = new Promise<number>((done) => tab.socket.once('close', done));
  const began = Date.now();
  await owner.post('/sign-out');
  assert.equal(await closed, 4401);
  assert.ok(Date.now() - began < 5_000, `took ${Date.now() - began} ms`);
});

test('stopping closes open tabs and does not wait for them to leave', async () => {
  const signed = await owner.post('/sign-in', { email: 'ana@northwind.example', password: 'correct horse battery' });
  assert.equal(signed.status, 200, signed.text);
  const tab = await open();
  const closed = new Promise<number>((done) => tab.socket.once('close', done));
  const began = Date.now();
  await running.stop();
  assert.ok(Date.now() - began < 4_000, `took ${Date.now() - began} ms`);
  assert.equal(await closed, 1012);
});
