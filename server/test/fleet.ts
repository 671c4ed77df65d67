import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Frame, mailSettings } from '@hearten/contract';
import WebSocket from 'ws';
import { readConfig } from '../src/base/config.ts';
import { sql } from '../src/base/db.ts';
import { COOKIE } from '../src/base/http.ts';
import { newId } from '../src/base/ids.ts';
import { makeLog } from '../src/base/log.ts';
import type { Hearten } from '../src/base/module.ts';
import { sealSecrets } from '../src/channels/email/room.ts';
import { founding } from '../src/modules.ts';
import { openHearten } from '../src/run.ts';
import { createOwner, keyFor } from '../src/team/index.ts';
import { startSession } from '../src/team/session.ts';
import { type Balancer, balancer } from './balancer.ts';
import { testDatabase } from './database.ts';
import { freePort } from './mail.ts';

export const root = resolve(import.meta.dirname, '../..');

/** One process of the fleet. */
export type Member = {
  roles: string;
  port: number;
  smtp: number | null;
  child: ChildProcess;
  log: () => string;
  /** Until it says that it is ready. */
  ready: Promise<void>;
  ended: Promise<number | NodeJS.Signals>;
};
export type Fleet = {
  hearten: Hearten;
  workspaceId: string;
  inboxId: string;
  personId: string;
  env: Record<string, string>;
  front: Balancer;
  token: string;
  start: (roles: 'serve' | 'work' | 'serve,work', more?: Record<string, string>) => Promise<Member>;
  /** Asks over the balancer, or one process itself. */
  ask: <T>(method: string, path: string, body?: unknown, more?: { at?: Member; key?: string }) => Promise<Answer<T>>;
  /** The cookie of a fresh session of the owner. */
  session: () => Promise<string>;
  tab: (at?: Member) => Promise<Tab>;
  end: () => Promise<void>;
};
export type Answer<T> = { status: number; body: T; text: string };

type Options = {
  /** A database that is there already; dropped by nobody. */
  url?: string;
  imap?: { host: string; port: number; password: string } | null;
  smtp?: { host: string; port: number } | null;
  undoSeconds?: number;
  env?: Record<string, string>;
};

/** A desk on a database and a folder of its own, with no process yet: `start` begins them, behind one balancer. */
export async function makeFleet({ url, imap, smtp, undoSeconds = 0, env: given = {} }: Options = {}): Promise<Fleet> {
  const database = url ? null : await testDatabase();
  const databaseUrl = url ?? (database?.url as string);
  const folder = await mkdtemp(join(tmpdir(), 'hearten-fleet-'));
  const front = await balancer();
  const env: Record<string, string> = {
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    BASE_URL: front.url,
    SECRET_KEY: 'a secret key for many processes, long enough',
    LOG_LEVEL: 'warn',
    RATE_LIMIT: '1000000',
    ...given,
  };
  const read = readConfig(env, folder);
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const { hearten, close } = await openHearten(read.config, databaseUrl, makeLog('error'));
  const owner = {
    name: 'Owner',
    email: 'owner@fleet.example',
    password: 'a long password for tests',
    workspace: 'Fleet',
  };
  const { workspaceId } = await createOwner(hearten, owner, founding);
  const made = await keyFor(hearten, { email: owner.email, name: 'fleet', scopes: ['read', 'write', 'admin'] });
  const token = made.token as string;
  const inboxId = newId();
  const settings = mailSettings.parse({
    imap: imap
      ? { host: imap.host, port: imap.port, security: 'none', user: 'fleet', folder: 'INBOX', since: null, all: true }
      : null,
    smtp: smtp ? { host: smtp.host, port: smtp.port, security: 'none', user: '' } : null,
    undoSeconds,
  });
  const [who] = await hearten.db.tx(workspaceId, async (tx) => {
    await tx.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings, secrets)
      select ${workspaceId}, ${inboxId}, b.id, 'email', 'Support', 'support@fleet.example', ${JSON.stringify(settings)}::jsonb,
        ${imap ? sealSecrets(hearten.seal, { workspace_id: workspaceId, id: inboxId }, { imap: imap.password }) : null} from brand b where b.workspace_id = ${workspaceId}`);
    return tx.many<{ id: string; account_id: string }>(
      sql`select id, account_id from person where workspace_id = ${workspaceId}`,
    );
  });
  const person = who as { id: string; account_id: string };
  const members: Member[] = [];
  const tabs: Tab[] = [];

  const start: Fleet['start'] = async (roles, more = {}) => {
    const serves = roles.includes('serve');
    const port = serves ? await freePort() : 0;
    const smtpPort = more.SMTP_LISTEN ? Number(more.SMTP_LISTEN.split(':').at(-1)) : null;
    const member = launch({ ...env, PORT: String(port), ROLES: roles, ...more }, { roles, port, smtp: smtpPort });
    members.push(member);
    await member.ready;
    if (serves) front.behind.add(`127.0.0.1:${port}`);
    return member;
  };
  const session = async (): Promise<string> => {
    let cookie = '';
    const keep = (value: string | null): void => {
      cookie = value ?? '';
    };
    const caller = { ip: '', agent: '', secure: true, setCookie: keep };
    const place = { workspaceId, personId: person.id, role: 'owner' };
    await hearten.db.tx(workspaceId, (tx) => startSession(tx, caller, null, person.account_id, place));
    return cookie;
  };
  return {
    hearten,
    workspaceId,
    inboxId,
    personId: person.id,
    env,
    front,
    token,
    start,
    session,
    ask: (method, path, body, { at, key } = {}) =>
      askAt(at ? `http://127.0.0.1:${at.port}` : front.url, token, method, path, body, key),
    tab: async (at) => {
      const cookie = await session();
      const tab = await openTab(at ? `http://127.0.0.1:${at.port}` : front.url, front.url, cookie);
      tabs.push(tab);
      return tab;
    },
    end: async () => {
      for (const tab of tabs) tab.close();
      for (const { child } of members) child.kill('SIGKILL');
      await front.stop();
      await close();
      await database?.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Starts one process and says when it is ready. */
export function launch(
  env: Record<string, string>,
  about: { roles: string; port: number; smtp: number | null },
  through: string[] = [],
): Member {
  const [command, ...args] = [...through, process.execPath, join(root, 'server/src/main.ts')];
  const child = spawn(command as string, args, {
    cwd: root,
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      log += data;
    });
  const ended = new Promise<number | NodeJS.Signals>((done) =>
    child.once('exit', (code, signal) => done(code ?? signal ?? 0)),
  );
  const ready = new Promise<void>((done, failed) => {
    child.stdout?.on('data', () => log.includes('is ready at') && done());
    void ended.then((how) => failed(new Error(`ended with ${how} before it was ready:\n${log}`)));
  });
  ready.catch(() => undefined); // told to whoever waits for it
  return { ...about, child, log: () => log, ready, ended };
}

export async function askAt<T>(
  base: string,
  token: string,
  method: string,
  path: string,
  body?: unknown,
  key?: string,
  patience?: number,
): Promise<Answer<T>> {
  const answer = await fetch(`${base}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key ? { 'idempotency-key': key } : {}),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(patience ? { signal: AbortSignal.timeout(patience) } : {}),
  });
  const text = await answer.text();
  return { status: answer.status, text, body: (/^[{[]/.test(text) ? JSON.parse(text) : {}) as T };
}

/** A tab as the app is one: keeps a line, opens another when it breaks or when it is asked to. */
export type Tab = {
  frames: { frame: Frame; at: number }[];
  /** Lines it has had. */
  lines: () => number;
  /** Lines that broke without having been asked to move. */
  broken: () => number;
  say: (word: unknown) => void;
  close: () => void;
};
export async function openTab(
  base: string,
  origin: string,
  cookie: string,
  heard: (frame: Frame) => void = () => undefined,
  /** Which frames are looked at and kept; a thousand tabs that keep all of ten thousand mails are no trial of the server. */
  reads: (text: string) => boolean = () => true,
): Promise<Tab> {
  const frames: Tab['frames'] = [];
  let lines = 0;
  let broken = 0;
  let over = false;
  let trouble = '';
  let heardAt = Date.now();
  let socket: WebSocket;
  const watch = setInterval(() => {
    if (Date.now() - heardAt > 20_000) socket.terminate();
  }, 1_000);
  const open = (): void => {
    if (over) return;
    const own = new WebSocket(`${base.replace('http', 'ws')}/live`, {
      origin,
      headers: { cookie: `${COOKIE}=${cookie}` },
    });
    socket = own;
    lines++;
    heardAt = Date.now();
    own.on('message', (data) => {
      heardAt = Date.now();
      const text = String(data);
      if (!reads(text)) return;
      const frame = JSON.parse(text) as Frame;
      if (frame.type === 'beat') return;
      frames.push({ frame, at: Date.now() });
      heard(frame);
      if (frame.type !== 'reconnect') return;
      setTimeout(() => {
        if (socket !== own) return;
        open();
        own.close();
      }, Math.random() * frame.within);
    });
    own.on('error', (error) => {
      trouble = error.message;
    });
    own.on('close', () => {
      if (socket !== own || over) return;
      broken++;
      setTimeout(open, 200 + Math.random() * 300);
    });
  };
  open();
  for (const end = Date.now() + 20_000; !frames.some(({ frame }) => frame.type === 'hello'); await sleep(20)) {
    if (Date.now() < end) continue;
    over = true;
    clearInterval(watch);
    throw new Error(`A tab was not greeted within 20 s: ${trouble}`);
  }
  return {
    frames,
    lines: () => lines,
    broken: () => broken,
    say: (word) => socket.send(JSON.stringify(word)),
    close: () => {
      over = true;
      clearInterval(watch);
      socket.close();
    },
  };
}
