import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { startPostgres } from '../../server/src/base/embedded.ts';
import { freePort } from '../../server/test/mail.ts';
import { type Api, must } from './api.ts';
import { multiply } from './multiply.ts';
import { family } from './processes.ts';

export const root = resolve(import.meta.dirname, '../..');
const cache = join(tmpdir(), `hearten-bench-${userInfo().uid}`);
const say = (text: string): boolean => process.stderr.write(`${text}\n`);

export type Inbox = { id: string; address: string; name: string; settings: Record<string, unknown> };
export type Desk = {
  /** The npm process: everything of the product descends from it. */
  pid: number;
  api: Api;
  inbox: Inbox;
  smtpPort: number;
  folder: string;
  /** Postgres as its superuser, for looking at what was written; never used while something is measured. */
  adminUrl: string;
  readyMs: number;
  stop: () => Promise<void>;
};

const running = new Set<ChildProcess>();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    for (const npm of running) npm.kill('SIGTERM');
    process.exit(130);
  });

const cli = (folder: string, args: string[]): string =>
  execFileSync(process.execPath, ['--no-warnings', join(root, 'server/src/cli.ts'), ...args], {
    env: { ...clean(), DATA_DIR: folder },
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
/** What happens to be set around us must not decide what is measured. */
function clean(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  for (const name of [
    'DATABASE_URL',
    'DATABASE_URL_DIRECT',
    'BASE_URL',
    'SECRET_KEY',
    'ROLES',
    'SYSTEM_SMTP',
    'HEARTEN_CONFIG',
  ])
    delete env[name];
  return env;
}

/** From here on a desk is made of copies of one with 100,000, and worked on where it lies: copying it takes too long. */
const LARGE = 1_000_000;

function placeFor(conversations: number): string {
  mkdirSync(cache, { recursive: true });
  chmodSync(cache, 0o711); // as root, Postgres runs as nobody, who has to get in
  const hash = createHash('sha256').update(String(conversations));
  const sources = ['server/migrations/*.sql', 'server/src/sample/**/*.ts', 'server/src/conversations/words.ts'];
  for (const file of globSync(sources, { cwd: root }).sort())
    if (!file.includes('.test.') && !file.includes('sample/loop/'))
      hash.update(file).update(readFileSync(join(root, file)));
  return join(cache, `${conversations}-${hash.digest('hex').slice(0, 12)}`);
}

/** The most of what runs wrote that a desk may hold: of the words that are sought, those mails have none, and lie before all others. */
const WRITTEN = 0.01;
/** A data folder with a million conversations or more; what a run writes into it stays, until it is too much to be like the smaller one. */
async function large(conversations: number): Promise<string> {
  const kept = placeFor(conversations);
  // One of an earlier schema is brought up to date by its own start, as any desk is.
  const [before] = globSync(`${conversations}-*`, { cwd: cache });
  if (before) {
    if ((await heldBy(join(cache, before))) <= conversations * (1 + WRITTEN)) {
      renameSync(join(cache, before), kept);
      return kept;
    }
    say('Earlier runs wrote too much into the large desk: it is made anew.');
    rmSync(join(cache, before), { recursive: true });
  }
  const half = seeded(100_000);
  say(`Making ${conversations} conversations of 100,000 (once for this schema)…`);
  const log = { info() {}, warn: say };
  const postgres = await startPostgres({ dataDir: half, log, settings: { max_wal_size: '8GB' } });
  try {
    const admin = new URL(postgres.adminUrl);
    admin.pathname = '/hearten';
    await multiply(admin.href, Math.round(conversations / 100_000), say);
  } finally {
    await postgres.stop();
  }
  renameSync(half, kept);
  return kept;
}

/** The conversations in a data folder that nobody works on. */
async function heldBy(dataDir: string): Promise<number> {
  const postgres = await startPostgres({ dataDir, log: { info() {}, warn: say } });
  try {
    const url = new URL(postgres.adminUrl);
    url.pathname = '/hearten';
    const client = new pg.Client(url.href);
    await client.connect();
    const { rows } = await client.query<{ most: string }>('select max(conversations) as most from counter');
    await client.end();
    return Number(rows[0]?.most);
  } finally {
    await postgres.stop();
  }
}

/** A data folder with so many conversations; made once for one schema and one way of seeding, then copied. */
export function seeded(conversations: number): string {
  const kept = placeFor(conversations);
  if (!existsSync(kept)) {
    say(`Seeding ${conversations} conversations (once for this schema)…`);
    const half = `${kept}.${process.pid}`;
    say(cli(half, ['seed', '--bare', '--conversations', String(conversations)]).trim());
    renameSync(half, kept);
  }
  const copy = mkdtempSync(join(cache, 'run-'));
  chmodSync(copy, 0o711);
  spawnSync('cp', ['-a', `${kept}/.`, copy], { stdio: 'inherit' });
  return copy;
}

/** Starts the product as a person would, with `npm start`, on a data folder of its own. */
export async function start(folder: string, more: Record<string, string> = {}): Promise<Desk> {
  const [port, smtpPort] = [await freePort(), await freePort()];
  const key = cli(folder, ['key', '--email', 'owner@northwind.example', '--scopes', 'read,write,admin']).trim();
  const env = {
    ...clean(),
    DATA_DIR: folder,
    PORT: String(port),
    SMTP_LISTEN: String(smtpPort),
    RATE_LIMIT: '1000000',
    LOG_LEVEL: 'warn',
    ...more,
  };
  const began = performance.now();
  const npm = spawn('npm', ['start', '--silent'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  running.add(npm);
  npm.once('exit', () => running.delete(npm));
  await ready(npm);
  const readyMs = performance.now() - began;
  const data = join(folder, 'postgres');
  const passwords = JSON.parse(readFileSync(join(data, 'passwords.json'), 'utf8')) as { postgres: string };
  const [, , , dbPort, socket] = readFileSync(join(data, 'data/postmaster.pid'), 'utf8').split('\n');
  const api = { base: `http://127.0.0.1:${port}/api/v1`, key };
  const { items } = await must<{ items: Inbox[] }>(api, 'GET', '/inboxes');
  const inbox = items[0] as Inbox;
  return {
    pid: npm.pid as number,
    api,
    inbox,
    smtpPort,
    folder,
    adminUrl: `postgres://postgres:${passwords.postgres}@localhost:${dbPort}/hearten?host=${encodeURIComponent(socket ?? '')}`,
    readyMs,
    stop: async () => {
      const all = family(npm.pid as number).map(({ pid }) => pid);
      npm.kill('SIGTERM');
      // npm goes first; the launcher notices, and the server and its Postgres stop in order.
      while (all.some((pid) => existsSync(`/proc/${pid}`))) await sleep(50);
    },
  };
}

function ready(npm: ChildProcess): Promise<void> {
  return new Promise((done, failed) => {
    let told = '';
    npm.stdout?.on('data', (data) => {
      told += data;
      if (/is ready at/.test(told)) done();
    });
    npm.once('exit', (code) => failed(new Error(`npm start ended with ${code}: ${told}`)));
  });
}

/** What earlier runs wrote into a desk that is kept is sorted in, as all is in one that was just seeded. */
async function swept({ adminUrl }: Desk): Promise<void> {
  const client = new pg.Client(adminUrl);
  await client.connect();
  try {
    await client.query('vacuum conversation, message, event, search_row, search_name, customer, handle, seen');
  } finally {
    await client.end();
  }
}

/** Runs on a seeded desk and leaves nothing behind, but on one that is too large to be copied. */
export async function onDesk<T>(
  conversations: number,
  work: (desk: Desk) => Promise<T>,
  more: Record<string, string> = {},
): Promise<T> {
  const folder = conversations >= LARGE ? await large(conversations) : seeded(conversations);
  try {
    const desk = await start(folder, more);
    try {
      if (conversations >= LARGE) await swept(desk);
      return await work(desk);
    } finally {
      await desk.stop();
    }
  } finally {
    if (conversations < LARGE) rmSync(folder, { recursive: true, force: true });
  }
}
