import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Doing, Frame, Present, Role } from '@hearten/contract';
import WebSocket from 'ws';
import { COOKIE } from '../src/base/http.ts';
import { makeLog } from '../src/base/log.ts';
import { type Running, runHearten } from '../src/run.ts';
import { startSession } from '../src/team/session.ts';
import { type Desk, desk, root, testConfig } from './desk.ts';

const settings = { ROLES: 'serve', RATE_LIMIT: '100000' };
let here: Desk;
let elsewhere: Desk;
let folder: string;
let running: Running;
let other: { child: ChildProcess; url: string };
before(async () => {
  here = await desk();
  elsewhere = await here.another();
  folder = await mkdtemp(join(tmpdir(), 'hearten-presence-'));
  running = await runHearten({ ...testConfig(settings), DATA_DIR: folder }, here.hearten.db.url, makeLog('error'));
  other = await another();
});
after(async () => {
  other.child.kill('SIGKILL');
  await running.stop();
  await here.end();
  await rm(folder, { recursive: true, force: true });
});

/** A second process of the same Hearten. */
function another(): Promise<typeof other> {
  const script = `
    import { readConfig } from './server/src/base/config.ts'; import { makeLog } from './server/src/base/log.ts'; import { runHearten } from './server/src/run.ts';
    const config = readConfig({ PORT: '0', SECRET_KEY: 'a secret key that is used in tests alone', LOG_LEVEL: 'error', ROLES: 'serve' }, process.cwd());
    const running = await runHearten({ ...config.config, DATA_DIR: process.env.FOLDER }, process.env.URL, makeLog('error'));
    process.stdout.write('http://localhost:' + running.port);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    cwd: root,
    env: { ...process.env, FOLDER: folder, URL: here.hearten.db.url },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((done, failed) => {
    child.stdout?.once('data', (data) => done({ child, url: String(data).trim() }));
    child.once('exit', (code) => failed(new Error(`the second process ended with ${code}`)));
  });
}

type Tab = {
  at: (conversationId: string | null, doing?: Doing) => void;
  /** Who is there as this tab was told last. */
  told: Present;
  frames: Frame[];
  socket: WebSocket;
};
async function tab(of: Desk, role: Role, url = running.url): Promise<Tab> {
  const { id: personId, accountId } = of.people[role];
  let cookie = '';
  const keep = (value: string | null): void => {
    cookie = value ?? '';
  };
  const caller = { ip: '', agent: '', secure: true, setCookie: keep };
  const place = { workspaceId: of.workspaceId, personId, role };
  await of.tx((tx) => startSession(tx, caller, null, accountId, place));
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`, {
    origin: url,
    headers: { cookie: `${COOKIE}=${cookie}` },
  });
  const one: Tab = {
    socket,
    frames: [],
    told: {},
    at: (conversationId, doing = 'viewing') => socket.send(JSON.stringify({ type: 'at', conversationId, doing })),
  };
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data)) as Frame;
    one.frames.push(frame);
    if (frame.type === 'present') one.told = frame.whole ? frame.at : { ...one.told, ...frame.at };
  });
  await new Promise((done, failed) => socket.once('open', done).once('error', failed));
  await until(() => one.frames.some((f) => f.type === 'present' && f.whole), 'greeted');
  return one;
}
async function until(holds: () => boolean, what: string, within = 5_000): Promise<number> {
  const began = Date.now();
  while (!holds()) {
    if (Date.now() - began > within) throw new Error(`Not within ${within} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 10));
  }
  return Date.now() - began;
}
const conversation = async (of = here): Promise<string> => (await of.receive({}))[0]?.conversationId as string;
const doingOf = (one: Tab, id: string, who: string): Doing | undefined =>
  one.told[id]?.find(({ personId }) => personId === who)?.doing;

test('who looks at a conversation and who answers it is seen by colleagues, in this process and in another', async () => {
  const [id, next] = [await conversation(), await conversation()];
  const [ana, ben, cleo] = await Promise.all([
    tab(here, 'lead'),
    tab(here, 'representative'),
    tab(here, 'manager', other.url),
  ]);
  const who = here.people.lead.id;
  ana.at(id);
  await until(() => doingOf(ben, id, who) === 'viewing', 'seen here');
  await until(() => doingOf(cleo, id, who) === 'viewing', 'seen in another process');
  ana.at(id, 'replying');
  const took = await until(() => doingOf(cleo, id, who) === 'replying', 'answering');
  assert.ok(took < 1_000, `${took} ms`);
  ana.at(next);
  await until(() => doingOf(cleo, next, who) === 'viewing' && cleo.told[id]?.length === 0, 'moved on');
  // Who comes later is told at once, wherever they come in.
  const late = await tab(here, 'owner', other.url);
  assert.equal(doingOf(late, next, who), 'viewing');
  ana.socket.close();
  const gone = await until(() => cleo.told[next]?.length === 0 && ben.told[next]?.length === 0, 'left');
  assert.ok(gone < 1_000, `${gone} ms`);
  for (const one of [ben, cleo, late]) one.socket.close();
});

test('two tabs of one person are one person, doing the most of the two', async () => {
  const id = await conversation();
  const [one, two, ben] = await Promise.all([
    tab(here, 'lead'),
    tab(here, 'lead', other.url),
    tab(here, 'representative'),
  ]);
  const who = here.people.lead.id;
  one.at(id, 'replying');
  two.at(id, 'viewing');
  await until(() => doingOf(ben, id, who) === 'replying', 'the most');
  one.socket.close();
  await until(() => doingOf(ben, id, who) === 'viewing', 'the one that is left');
  assert.equal(ben.told[id]?.length, 1);
  two.socket.close();
  ben.socket.close();
});

test('nobody of another workspace hears of it, and a viewer only views', async () => {
  const [id, foreign] = [await conversation(), await conversation(elsewhere)];
  const [viewer, ben, stranger] = await Promise.all([
    tab(here, 'viewer'),
    tab(here, 'representative'),
    tab(elsewhere, 'owner', other.url),
  ]);
  viewer.at(id, 'replying');
  await until(() => doingOf(ben, id, here.people.viewer.id) === 'viewing', 'a viewer cannot answer');
  // Whoever names a conversation of others says it to their own colleagues alone, who have no such conversation.
  viewer.at(foreign, 'replying');
  stranger.at(foreign);
  await until(() => doingOf(stranger, foreign, elsewhere.people.owner.id) === 'viewing', 'their own');
  await until(() => doingOf(ben, foreign, here.people.viewer.id) !== undefined, 'said at home');
  const heard = JSON.stringify(stranger.frames);
  assert.ok(!heard.includes(here.people.viewer.id) && !heard.includes(id));
  assert.equal(doingOf(ben, foreign, elsewhere.people.owner.id), undefined);
  for (const one of [viewer, ben, stranger]) one.socket.close();
});

test('what makes no sense is not heard, and who shouts is shown the door', async () => {
  const ana = await tab(here, 'lead');
  for (const words of ['', 'null', '{"type":"at"}', '{"type":"at","conversationId":"x","doing":"viewing"}', '[[]]'])
    ana.socket.send(words);
  const id = await conversation();
  ana.at(id);
  await until(() => doingOf(ana, id, here.people.lead.id) === 'viewing', 'still listened to');
  const closed = new Promise((done) => ana.socket.once('close', done));
  for (let i = 0; i < 400 && ana.socket.readyState === WebSocket.OPEN; i++) ana.at(id);
  await closed;
});

test('a tab that falls silent, and a process that dies, are gone within seconds', { timeout: 60_000 }, async () => {
  const [id, next] = [await conversation(), await conversation()];
  const [silent, far, ben] = await Promise.all([
    tab(here, 'lead'),
    tab(here, 'manager', other.url),
    tab(here, 'representative'),
  ]);
  silent.at(id, 'replying');
  far.at(next);
  await until(() => doingOf(ben, id, here.people.lead.id) !== undefined, 'there');
  await until(() => doingOf(ben, next, here.people.manager.id) !== undefined, 'there, in another process');
  other.child.removeAllListeners('exit');
  other.child.kill('SIGKILL');
  await until(() => ben.told[id]?.length === 0, 'the silent one is gone', 20_000);
  await until(() => ben.told[next]?.length === 0, 'the process is gone', 20_000);
  silent.socket.close();
  ben.socket.close();
});
