import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Body,
  endpoints,
  type Key,
  type Me,
  type Person,
  problem as problemShape,
  type Role,
} from '@hearten/contract';
import type { FastifyInstance } from 'fastify';
import { readConfig } from '../src/base/config.ts';
import { NOWHERE, openDb, sql, type Tx } from '../src/base/db.ts';
import { NotFound } from '../src/base/errors.ts';
import { type Files, openFiles } from '../src/base/files.ts';
import { COOKIE, isSecure, makeHttp } from '../src/base/http.ts';
import { jobs } from '../src/base/jobs.ts';
import { makeLive } from '../src/base/live.ts';
import { makeLog } from '../src/base/log.ts';
import type { Hearten, Module } from '../src/base/module.ts';
import { problemsOf } from '../src/base/openapi.ts';
import { hash, makeSeal } from '../src/base/seal.ts';
import { forget } from '../src/team/identify.ts';
import {
  addAccount,
  addPerson,
  addWorkspace,
  type Founding,
  hashPassword,
  identify,
  team,
  whoMay,
} from '../src/team/index.ts';
import { startSession } from '../src/team/session.ts';
import { testDatabase } from './database.ts';

export const password = 'correct horse battery';
let hashed: Promise<string> | undefined; // costly on purpose, so once for all who share it
export const roles: readonly Role[] = ['owner', 'manager', 'lead', 'representative', 'specialist', 'viewer'];

export type World = {
  hearten: Hearten;
  app: FastifyInstance;
  /** Every route that is served, as `GET /api/v1/people`. */
  served: string[];
  /** The keys of the contract that a module answers. */
  answered: ReadonlySet<Key>;
  /** Lines of the log, as written. */
  logged: string[];
  /** A browser in which someone of the role is signed in; they are made when there is none yet. */
  as: (place: Place, role: Role) => Promise<Browser>;
  workspace: (name?: string) => Promise<Place>;
  person: (place: Place, role: Role, email?: string) => Promise<Person & { accountId: string }>;
  browser: (ip?: string) => Browser;
  /** From now on it is longer ago than a quarter of an hour that this browser proved who sits there. */
  longSinceProof: (browser: Browser) => Promise<void>;
  inside: <T>(place: Place, work: (tx: Tx) => Promise<T>) => Promise<T>;
  end: () => Promise<void>;
};
export type Place = { id: string; name: string; ownerId: string };
type Options = { settings?: Record<string, string>; modules?: (hearten: Hearten) => Module[]; founding?: Founding[] };

/** A Hearten of its own on a database of its own, asked without a network. */
export async function makeWorld(options: Options = {}): Promise<World> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'hearten-world-'));
  const read = readConfig(
    { RATE_LIMIT: '1000000', DATA_DIR: folder, BASE_URL: 'https://desk.example', ...options.settings },
    folder,
  );
  if ('troubles' in read) throw new Error(JSON.stringify(read.troubles));
  const logged: string[] = [];
  const log = makeLog('debug', {}, (line) => logged.push(line));
  const db = openDb(database.url, { max: 8 });
  const files: Files = await openFiles(join(folder, 'files'));
  const hearten: Hearten = {
    config: read.config,
    db,
    log,
    files,
    jobs,
    live: makeLive(),
    seal: makeSeal('a test key of more than 32 characters'),
  };
  const http = makeHttp(hearten, identify(hearten), isSecure, (id, permission) => whoMay(db, id, permission));
  const served: string[] = [];
  http.app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) served.push(`${one} ${url}`);
  });
  const modules = options.modules?.(hearten) ?? [team(hearten, options.founding)];
  const answered = new Set(modules.flatMap((module) => Object.keys(module.routes ?? {}) as Key[]));
  http.mount(whole(modules, answered));
  await http.app.ready();

  let count = 0;
  const person: World['person'] = async (place, role, email = `${role}-${++count}@${place.name}.example`) => {
    hashed ??= hashPassword(password);
    const passwordHash = await hashed;
    return db.tx(place.id, async (tx) => {
      const accountId = (await addAccount(tx, email, passwordHash)) as string;
      const made = await addPerson(tx, { accountId, name: `A ${role} of ${place.name}`, email, role });
      return { ...(made as Person), accountId };
    });
  };
  const known = new Map<string, { id: string; accountId: string }>();
  const browser: World['browser'] = (ip) => makeBrowser(http.app, ip);
  return {
    hearten,
    app: http.app,
    served,
    answered,
    logged,
    person,
    browser,
    workspace: async (name = `w${++count}`) => {
      hashed ??= hashPassword(password);
      const passwordHash = await hashed;
      const email = `owner@${name}.example`;
      const made = await db.tx(NOWHERE, async (tx) => {
        const accountId = (await addAccount(tx, email, passwordHash)) as string;
        return addWorkspace(
          tx,
          { accountId, email, name: `The owner of ${name}`, workspace: name },
          options.founding ?? [],
        );
      });
      known.set(`${made.tx.workspaceId} owner`, { id: made.personId, accountId: made.accountId });
      return { id: made.tx.workspaceId, name, ownerId: made.personId };
    },
    as: async (place, role) => {
      const key = `${place.id} ${role}`;
      if (!known.has(key)) known.set(key, await person(place, role));
      const { id: personId, accountId } = known.get(key) as { id: string; accountId: string };
      const one = browser(`10.0.${++count >> 8}.${count & 255}`);
      // A session as the sign-in leaves it, without the password, whose hashing takes longer than most tests.
      const caller = {
        ip: '10.0.0.1',
        agent: 'test',
        secure: true,
        setCookie: (value: string | null) => {
          one.cookie = value ?? '';
        },
      };
      await db.tx(place.id, (tx) =>
        startSession(tx, caller, null, accountId, { workspaceId: place.id, personId, role }),
      );
      const { status } = await one.get('/me');
      assert.equal(status, 200);
      return one;
    },
    longSinceProof: async ({ cookie }) => {
      await db.tx(NOWHERE, (tx) =>
        tx.run(sql`update session set proved_at = now() - interval '16 minutes' where token_hash = ${hash(cookie)}`),
      );
      forget();
    },
    inside: (place, work) => db.tx(place.id, work),
    end: async () => {
      await http.app.close();
      await hearten.live.close();
      await files.close();
      await db.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What no module of a test answers is not there. */
function whole(modules: Module[], answered: ReadonlySet<Key>): Module[] {
  const rest = (Object.keys(endpoints) as Key[]).filter((key) => !answered.has(key));
  return [
    ...modules,
    { name: 'rest', routes: Object.fromEntries(rest.map((key) => [key, () => Promise.reject(NotFound())])) },
  ];
}

export type Answer<T = Record<string, unknown>> = {
  status: number;
  body: T;
  text: string;
  headers: Record<string, string | string[] | number | undefined>;
};
export type Browser = {
  cookie: string;
  csrf: string;
  me: Me;
  send: <T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<T>>;
  get: <T = Record<string, unknown>>(path: string) => Promise<Answer<T>>;
  post: <T = Record<string, unknown>>(path: string, body?: unknown) => Promise<Answer<T>>;
  signIn: (email: string, with_?: string, code?: string) => Promise<Answer<Me>>;
  join: (body: Body<'POST /invitations/accept'>) => Promise<Answer<Me>>;
};

/** The endpoints, in steps, by method and how many steps they have: asked at every answer. */
const shapes = Map.groupBy(
  (Object.keys(endpoints) as Key[]).map((key) => {
    const [method, at] = key.split(' ') as [string, string];
    return { key, method, parts: at.split('/') };
  }),
  ({ method, parts }) => `${method} ${parts.length}`,
);

/** The endpoint behind an address. */
function keyOf(method: string, path: string): Key | undefined {
  const steps = (path.split('?')[0] ?? '').split('/');
  const keys = (shapes.get(`${method} ${steps.length}`) ?? [])
    .filter(({ parts }) => parts.every((part, i) => part.startsWith(':') || part === steps[i]))
    .map(({ key }) => key);
  return keys.find((one) => !one.includes(':')) ?? keys[0];
}

/** Every answer a test gets is held against the contract, so the description of the API can't be wrong unnoticed. */
function holdsContract(method: string, path: string, body: unknown): void {
  const key = keyOf(method, path);
  if (!key) return;
  const read = endpoints[key].reply.safeParse(body);
  assert.ok(
    read.success,
    `${key} answered something else than its contract says: ${JSON.stringify(read.error?.issues)}`,
  );
  // What a schema doesn't know it leaves out: nothing may be told that the contract doesn't name.
  assert.deepEqual(read.data, body, `${key} tells what its contract doesn't`);
}

/** What is refused is a problem (RFC 9457) of a kind that the description of the API names for it. */
function holdsProblem(method: string, path: string, status: number, type: string, body: unknown): void {
  assert.match(type, /^application\/problem\+json/, `${method} ${path}: ${status} ${type}`);
  const read = problemShape.safeParse(body);
  assert.ok(read.success, `${method} ${path} ${status}: ${JSON.stringify(read.error?.issues)}`);
  assert.equal(read.data.status, status);
  const key = keyOf(method, path);
  if (key) assert.ok(problemsOf(key).includes(status), `${key} answers ${status}, which its description doesn't name`);
}

/** Keeps its cookie and sends its CSRF token, as the app in a tab does. */
export function makeBrowser(app: FastifyInstance, ip = '127.0.0.1'): Browser {
  const one: Browser = {
    cookie: '',
    csrf: '',
    me: {} as Me,
    send: async <T>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
      const reply = await app.inject({
        method: method as 'GET',
        url: `/api/v1${path}`,
        remoteAddress: ip,
        headers: {
          host: 'localhost',
          ...(one.cookie ? { cookie: `${COOKIE}=${one.cookie}` } : {}),
          ...(one.csrf && method !== 'GET' ? { 'x-csrf-token': one.csrf } : {}),
          ...(body !== undefined ? { 'content-type': 'application/json' } : {}),
          ...headers,
        },
        ...(body !== undefined ? { payload: typeof body === 'string' ? body : JSON.stringify(body) } : {}),
      });
      const set = reply.cookies.find((cookie) => cookie.name === COOKIE);
      if (set) one.cookie = set.value;
      const parsed = (reply.body ? JSON.parse(reply.body) : {}) as T & Partial<Me>;
      if (parsed && typeof parsed === 'object' && 'csrf' in parsed && parsed.csrf) {
        one.csrf = parsed.csrf;
        one.me = parsed as unknown as Me;
      }
      if (reply.statusCode < 300) holdsContract(method, path, parsed);
      else if (reply.statusCode >= 400)
        holdsProblem(method, path, reply.statusCode, String(reply.headers['content-type']), parsed);
      return { status: reply.statusCode, body: parsed, text: reply.body, headers: reply.headers };
    },
    get: (path) => one.send('GET', path),
    post: (path, body = {}) => one.send('POST', path, body),
    signIn: async (email, with_ = password, code) => {
      const answer = await one.send<Me>('POST', '/sign-in', { email, password: with_, ...(code ? { code } : {}) });
      return answer;
    },
    join: async (body) => {
      const answer = await one.send<Me>('POST', '/invitations/accept', body);
      assert.ok(answer.status < 500, answer.text);
      return answer;
    },
  };
  return one;
}
