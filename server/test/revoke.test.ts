import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Role } from '@hearten/contract';
import { WebSocket } from 'ws';
import { NOWHERE, sql } from '../src/base/db.ts';
import { COOKIE } from '../src/base/http.ts';
import { makeLog } from '../src/base/log.ts';
import { hash } from '../src/base/seal.ts';
import { founding } from '../src/modules.ts';
import { type Running, runHearten } from '../src/run.ts';
import { addAccount, addPerson, createOwner, hashPassword } from '../src/team/index.ts';
import { type TestDatabase, testDatabase } from './database.ts';
import { testConfig } from './desk.ts';
import { password } from './world.ts';

const LIMIT = 5_000; // ms from the change to the last byte

let database: TestDatabase;
let folder: string;
let running: Running;
let at: string;
let workspaceId: string;
const logged: string[] = [];
before(async () => {
  database = await testDatabase();
  folder = await mkdtemp(join(tmpdir(), 'hearten-revoke-'));
  running = await runHearten(
    testConfig({ DATA_DIR: folder, LOG_LEVEL: 'debug' }),
    database.url,
    makeLog('debug', {}, (line) => logged.push(line)),
  );
  at = `127.0.0.1:${running.port}`;
  ({ workspaceId } = await createOwner(
    running.hearten,
    { email: 'owner@lamps.example', password, name: 'Ada', workspace: 'Lamps' },
    founding,
  ));
});
after(async () => {
  await running.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

type Someone = {
  cookie: string;
  csrf: string;
  id: string;
  ask: (method: string, path: string, body?: object) => Promise<number>;
};
async function signIn(email: string): Promise<Someone> {
  const reply = await fetch(`http://${at}/api/v1/sign-in`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const me = (await reply.json()) as { csrf: string; person: { id: string } };
  assert.equal(reply.status, 200, JSON.stringify(me));
  const cookie = /__Host-hearten=([^;]+)/.exec(reply.headers.get('set-cookie') ?? '')?.[1] as string;
  return {
    cookie,
    csrf: me.csrf,
    id: me.person.id,
    ask: async (method, path, body) => {
      const headers = {
        cookie: `${COOKIE}=${cookie}`,
        'x-csrf-token': me.csrf,
        ...(body ? { 'content-type': 'application/json' } : {}),
      };
      return (
        await fetch(`http://${at}/api/v1${path}`, { method, headers, ...(body ? { body: JSON.stringify(body) } : {}) })
      ).status;
    },
  };
}
let made = 0;
async function newcomer(role: Role): Promise<Someone> {
  const email = `${role}${++made}@lamps.example`;
  const passwordHash = await hashPassword(password);
  await running.hearten.db.tx(workspaceId, async (tx) => {
    const accountId = (await addAccount(tx, email, passwordHash)) as string;
    await addPerson(tx, { accountId, name: role, email, role });
  });
  return signIn(email);
}
/** An open tab; `gone` resolves to the code it was closed with. */
async function tab(someone: Someone): Promise<{ gone: Promise<number>; socket: WebSocket }> {
  const socket = new WebSocket(`ws://${at}/live`, {
    headers: { cookie: `${COOKIE}=${someone.cookie}`, origin: `http://${at}` },
  });
  const gone = new Promise<number>((closed) => socket.once('close', closed));
  await new Promise<void>((said, failed) => socket.once('message', () => said()).once('error', failed));
  return { gone, socket };
}
async function within(what: string, gone: Promise<number>): Promise<void> {
  const began = Date.now();
  const code = await Promise.race([gone, new Promise<string>((late) => setTimeout(late, LIMIT, 'still open').unref())]);
  assert.equal(code, 4401, `${what}: ${code} after ${Date.now() - began} ms`);
}

test('Only a page of our own, with a session, opens a socket', async () => {
  const owner = await signIn('owner@lamps.example');
  const refused = (headers: Record<string, string>): Promise<number> =>
    new Promise((told) => {
      const socket = new WebSocket(`ws://${at}/live`, { headers });
      socket
        .on('unexpected-response', (_request, reply) => told(reply.statusCode ?? 0))
        .on('open', () => told(101))
        .on('error', () => undefined);
    });
  const cookie = `${COOKIE}=${owner.cookie}`;
  for (const origin of ['https://evil.example', 'null', `http://${at}.evil.example`, `https://${at}`])
    assert.equal(await refused({ cookie, origin }), 403, origin);
  assert.equal(await refused({ cookie }), 403);
  assert.equal(await refused({ origin: `http://${at}` }), 401);
  assert.equal(await refused({ cookie: `${COOKIE}=${'a'.repeat(43)}`, origin: `http://${at}` }), 401);
  assert.ok(logged.some((line) => line.includes('A socket from another site was refused')));
});

test('C06 G04: Who is deactivated, changes role, signs out or has a new password loses every open tab within five seconds', async () => {
  const owner = await signIn('owner@lamps.example');
  const changes: [string, (one: Someone) => Promise<number>][] = [
    ['deactivated', (one) => owner.ask('PATCH', `/people/${one.id}`, { active: false })],
    ['another role', (one) => owner.ask('PATCH', `/people/${one.id}`, { role: 'viewer' })],
    ['signed out', (one) => one.ask('POST', '/sign-out')],
  ];
  for (const [what, change] of changes) {
    const one = await newcomer('lead');
    const tabs = [await tab(one), await tab(one)];
    assert.equal(await change(one), 200);
    for (const { gone } of tabs) await within(what, gone);
    if (what !== 'another role') assert.equal(await one.ask('GET', '/me'), 401);
  }
  const one = await newcomer('lead');
  const elsewhere = await signIn(`lead${made}@lamps.example`);
  const [kept, lost] = [await tab(one), await tab(elsewhere)];
  assert.equal(await one.ask('POST', '/me/password', { old: password, password: 'another long password' }), 200);
  await within('a new password elsewhere', lost.gone);
  assert.equal(kept.socket.readyState, WebSocket.OPEN, 'the tab that changed it stays');
  kept.socket.close();
});

test('A session ended behind our back, by another process or in the database, loses its tab within five seconds too', async () => {
  const one = await newcomer('lead');
  const { gone } = await tab(one);
  await running.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from session where token_hash = ${hash(one.cookie)}`));
  await within('deleted', gone);
});

test('No secret of a cookie, link or password was written to the log', () => {
  const text = logged.join('');
  assert.ok(text.length > 1000);
  assert.ok(!text.includes(password) && !/__Host-hearten=[\w-]{20}/.test(text) && !/token=[a-z2-7]{20}/.test(text));
});
