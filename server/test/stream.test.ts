import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { NOWHERE, sql } from '../src/base/db.ts';
import { emit, system } from '../src/base/events.ts';
import { newId } from '../src/base/ids.ts';
import { makeModules } from '../src/modules.ts';
import { has, type Position, read, settled, told, written } from '../src/stream/position.ts';
import { forget } from '../src/team/identify.ts';
import { dice } from './chaos-proxy.ts';
import { root } from './desk.ts';
import { freePort } from './mail.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

let world: World;
let place: Place;
let owner: Browser;
let port: number;
before(async () => {
  world = await makeWorld({ modules: makeModules });
  place = await world.workspace('lamps');
  owner = await world.as(place, 'owner');
  await world.app.listen({ port: 0, host: '127.0.0.1' });
  port = (world.app.server.address() as { port: number }).port;
});
after(() => world.end());

type Told = { last: string; type: string; id: string };
/** A reader on a real socket: keeps what it was told, and the last id it saw whole. */
function reader(token: string | Browser, path = '/api/v1/events') {
  const sent: Record<string, string> =
    typeof token === 'string' ? { authorization: `Bearer ${token}` } : { cookie: `__Host-hearten=${token.cookie}` };
  const all: Told[] = [];
  let last = '';
  let open: IncomingMessage | null = null;
  const connect = (to: number): Promise<number> =>
    new Promise((done) => {
      const asked = request(
        {
          port: to,
          host: '127.0.0.1',
          path,
          headers: { ...sent, ...(last ? { 'last-event-id': last } : {}) },
        },
        (answer) => {
          open = answer;
          let rest = '';
          answer.setEncoding('utf8');
          answer.on('data', (text: string) => {
            const frames = (rest + text).split('\n\n');
            rest = frames.pop() ?? '';
            for (const frame of frames) {
              const field = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1] ?? '';
              if (field('id')) last = field('id');
              const data = field('data');
              if (data) all.push({ last, type: field('event'), id: (JSON.parse(data) as { id?: string }).id ?? '' });
            }
          });
          answer.on('error', () => undefined); // cut on purpose
          done(answer.statusCode ?? 0);
        },
      );
      asked.on('error', () => done(0));
      asked.end();
    });
  return {
    all,
    ids: () => all.filter(({ type }) => type !== 'ready').map(({ id }) => id),
    connect,
    cut: () => open?.destroy(),
    closed: () => (open ? once(open, 'close') : Promise.resolve()),
    ready: async () => {
      for (const began = Date.now(); !all.some(({ type }) => type === 'ready'); await sleep(10))
        assert.ok(Date.now() - began < 20_000, 'it was never ready');
    },
  };
}
const key = async (scopes: string[], at = place): Promise<{ id: string; token: string }> =>
  (await (await world.as(at, 'owner')).post<{ id: string; token: string }>('/api-keys', { name: 'reader', scopes }))
    .body;

/** Transactions that are slow to commit, many at once, in an order of their own. */
async function write(howMany: number, writers: number, seed: number): Promise<string[]> {
  const random = dice(seed);
  const ids: string[] = [];
  const one = async (): Promise<void> => {
    while (ids.length < howMany) {
      const count = 1 + Math.floor(random() * 3);
      const pause = random() < 0.3 ? random() * 600 : random() * 20;
      const made = await world.inside(place, async (tx) => {
        const got = await emit(
          tx,
          Array.from({ length: count }, () => ({
            name: 'conversation.tagged',
            actor: system,
            conversationId: newId(),
            data: { added: ['x'], removed: [] },
          })),
        );
        await sleep(pause);
        return got;
      });
      ids.push(...made);
    }
  };
  await Promise.all(Array.from({ length: writers }, one));
  return ids.map((id) => `msg_${id.replaceAll('-', '')}`);
}
async function heardAll(of: ReturnType<typeof reader>, wanted: string[]): Promise<void> {
  for (const began = Date.now(); of.ids().length < wanted.length && Date.now() - began < 20_000; ) await sleep(20);
  await sleep(300);
  assert.equal(new Set(of.ids()).size, of.ids().length, 'something was told twice');
  assert.deepEqual([...of.ids()].sort(), [...wanted].sort());
}

test('C01: a reader whose connection breaks all the time misses nothing and hears nothing twice, whatever commits late', async () => {
  const { token } = await key(['conversation.read']);
  const one = reader(token);
  assert.equal(await one.connect(port), 200);
  await one.ready();
  const random = dice(7);
  let over = false;
  const breaking = (async () => {
    while (!over) {
      await sleep(20 + random() * 150);
      one.cut();
      await one.connect(port);
    }
  })();
  const wanted = await write(300, 6, 11);
  over = true;
  await breaking;
  await heardAll(one, wanted);
});

test('A server that is killed, and another that goes on: the reader comes back with its last id, and nothing is lost or doubled', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-stream-'));
  const other = await freePort();
  const start = (): ChildProcess =>
    spawn(process.execPath, [join(root, 'server/src/main.ts')], {
      env: {
        ...process.env,
        DATABASE_URL: world.hearten.db.url,
        DATA_DIR: folder,
        PORT: String(other),
        ROLES: 'serve',
        SECRET_KEY: 'a test key of more than 32 characters',
        LOG_LEVEL: 'error',
      },
      stdio: 'ignore',
    });
  let child = start();
  const { token } = await key(['read']);
  const one = reader(token);
  const come = async (): Promise<void> => {
    for (const began = Date.now(); (await one.connect(other)) !== 200; await sleep(50))
      assert.ok(Date.now() - began < 60_000, 'the server did not come');
  };
  try {
    await come();
    await one.ready();
    const writing = write(200, 4, 5);
    await sleep(400);
    child.kill('SIGKILL');
    await once(child, 'exit');
    // Meanwhile with a process that lives: the id of one is good for the other.
    assert.equal(await one.connect(port), 200);
    await sleep(300);
    one.cut();
    child = start();
    await come();
    await heardAll(one, await writing);
  } finally {
    one.cut();
    child.kill('SIGKILL');
    await once(child, 'exit');
    await rm(folder, { recursive: true, force: true });
  }
});

test('Readers who are gone before they are let in take nobody the place', async () => {
  const { token } = await key(['conversation.read']);
  const one = reader(token);
  assert.equal(await one.connect(port), 200);
  await one.ready();
  one.cut();
  const headers = { authorization: `Bearer ${token}`, 'last-event-id': one.all.at(-1)?.last ?? '' };
  // Every connection to the database is taken: where a reader stands is not looked up yet when it goes.
  const busy = Promise.all(Array.from({ length: 12 }, () => world.inside(place, () => sleep(400))));
  await sleep(50);
  const gone = Array.from({ length: 25 }, () => request({ port, host: '127.0.0.1', path: '/api/v1/events', headers }));
  for (const asked of gone) asked.on('error', () => undefined).end();
  await sleep(100);
  for (const asked of gone) asked.destroy();
  await busy;
  await sleep(50);
  assert.equal(await one.connect(port), 200);
  one.cut();
});

test('C02: an id that is too old, of another database or made up gets a clear answer, and no stream', async () => {
  const { token } = await key(['read']);
  const [here] = await world.hearten.db.read<{ mark: string }>(NOWHERE, sql`select mark from installation`);
  const begin: Position = { mark: here?.mark ?? '', base: 1n, done: new Set(), at: null };
  const ask = (id: string) =>
    fetch(`http://127.0.0.1:${port}/api/v1/events`, {
      headers: { authorization: `Bearer ${token}`, 'last-event-id': id },
    });
  const good = await ask(written(begin));
  assert.equal(good.status, 200);
  await good.body?.cancel();
  // As it was before this database was restored, or marked: below, transactions stand that were another's.
  const restored = written({ ...begin, mark: 'another1' });
  const unmarked = written({ ...begin, mark: '' });
  const old = written(begin, Date.now() - 8 * 86_400_000);
  const elsewhere = written({ ...begin, base: 1n << 40n });
  for (const id of [restored, unmarked, old, elsewhere, 'x', '1.2.3', `${newId()}`]) {
    const answer = await ask(id);
    const body = (await answer.json()) as { type: string; detail: string };
    assert.equal(answer.status, 410, id);
    assert.equal(body.type, '/problems/events-gone');
    assert.match(body.detail, /fetch anew what you need/);
  }
});

test('A key hears what its scopes may read, of its own workspace, and of the types it asks for', async () => {
  const chairs = await world.workspace('chairs');
  const listen = async (scope: string, query = '', at = place) => {
    const one = reader((await key([scope], at)).token, `/api/v1/events${query}`);
    assert.equal(await one.connect(port), 200);
    await one.ready();
    return one;
  };
  const readers = [
    await listen('conversation.read'),
    await listen('customer.read'),
    await listen('read', '?types=note.added'),
    await listen('read', '', chairs),
  ];
  await world.inside(place, (tx) =>
    emit(tx, [
      { name: 'message.noted', actor: system, conversationId: newId(), messageId: newId() },
      { name: 'customer.changed', actor: system, data: { customerId: newId(), fields: ['name'] } },
      { name: 'draft.saved', actor: system, conversationId: newId() },
      { name: 'session.started', actor: system },
    ]),
  );
  await sleep(500);
  assert.deepEqual(
    readers.map((one) => one.all.map(({ type }) => type).filter((type) => type !== 'ready')),
    [['note.added'], ['customer.changed'], ['note.added'], []],
  );
  for (const one of readers) one.cut();
  const ask = (token: string, query = '') =>
    fetch(`http://127.0.0.1:${port}/api/v1/events${query}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal((await ask((await key(['snippet.read'])).token)).status, 403);
  assert.equal((await ask('hk_no')).status, 401);
  assert.equal((await ask((await key(['read'])).token, '?types=nonsense')).status, 400);
});

test('C06 G04: a stream ends within five seconds of its key being revoked, or losing the right to it', async () => {
  const { id, token } = await key(['read']);
  const one = reader(token);
  await one.connect(port);
  await one.ready();
  const closed = one.closed();
  await owner.send('DELETE', `/api-keys/${id}`);
  const began = Date.now();
  await closed;
  assert.ok(Date.now() - began < 5_000);
  assert.equal(await one.connect(port), 401);
});

test('G04: a stream ends when its session moves to another workspace, and when its address is not let in any more', async () => {
  const glass = await world.workspace('glass');
  const person = await world.person(place, 'lead', 'both@lamps.example');
  await world.inside(glass, (tx) =>
    tx.run(sql`insert into person (workspace_id, id, account_id, name, email, role)
      values (${glass.id}, gen_random_uuid(), ${person.accountId}, 'Both', 'both@lamps.example', 'lead')`),
  );
  const browser = world.browser('127.0.0.1');
  await browser.signIn('both@lamps.example');
  await browser.post('/me/workspace', { workspaceId: place.id });
  const moving = reader(browser);
  const { token } = await key(['read']);
  const held = reader(token);
  for (const one of [moving, held]) {
    assert.equal(await one.connect(port), 200);
    await one.ready();
  }
  const ends = async (one: typeof held, what: string): Promise<void> => {
    const late = sleep(5_000).then(() => assert.fail(what));
    await Promise.race([one.closed(), late]);
  };
  const moved = ends(moving, 'it went on with what happens in the former workspace');
  assert.equal((await browser.post('/me/workspace', { workspaceId: glass.id })).status, 200);
  await moved;
  const refused = ends(held, 'it went on to an address that is not let in');
  const rules = { networks: ['10.9.0.0/16'], confirmed: true };
  assert.equal((await owner.send('PUT', '/workspace/sign-in', rules)).status, 200);
  await refused;
  await world.inside(place, (tx) => tx.run(sql`update workspace set sign_in = '{}' where id = ${place.id}`));
  forget();
});

test('A position is the same after it was written and read, and knows what was told however late it came', () => {
  const random = dice(3);
  for (let run = 0; run < 200; run++) {
    // Transactions that show up in an order of their own; the horizon is the oldest that is still to come.
    const coming = Array.from({ length: 12 }, (_, i) => ({ xid: BigInt(100 + i), shows: i + random() * 8 })).sort(
      (a, b) => a.shows - b.shows,
    );
    let position: Position = { mark: run % 2 ? 'a1b2c3d4' : '', base: 100n, done: new Set(), at: null };
    const heard: bigint[] = [];
    for (let at = 0; at < coming.length; ) {
      const from = at;
      at += 1 + Math.floor(random() * 3);
      const batch = coming.slice(from, at).map(({ xid }) => xid);
      const open = coming.slice(at).map(({ xid }) => xid);
      const horizon = open.length > 0 ? open.reduce((a, b) => (a < b ? a : b)) : 112n;
      // As after a break: everything from the base on is seen again, less what was told.
      const seen = coming
        .slice(0, at)
        .map(({ xid }) => xid)
        .filter((xid) => xid >= position.base)
        .sort((a, b) => (a < b ? -1 : 1));
      for (const xid of random() < 0.5 ? seen : batch.sort((a, b) => (a < b ? -1 : 1))) {
        const spot = { xid, id: '01900000-0000-7000-8000-000000000001', place: 0 };
        if (has(position, spot)) continue;
        heard.push(xid);
        told(position, spot, horizon);
        if (random() < 0.3) position = (read(written(position)) as { position: Position }).position;
      }
      settled(position, horizon);
    }
    assert.equal(heard.length, 12);
    assert.equal(new Set(heard).size, 12);
    assert.ok(position.done.size === 0 || position.base <= 112n);
  }
});
