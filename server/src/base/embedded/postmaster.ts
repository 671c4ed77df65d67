import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alive, commandOf } from '../processes.ts';
import type { Home, Postmaster } from './home.ts';

const logLimit = 10_000_000;

/** The postmaster that already runs on this data folder, once it is ready; undefined when there is none. */
export async function findPostmaster(home: Home): Promise<Postmaster | undefined> {
  const until = Date.now() + 120_000;
  for (;;) {
    const file = await readPidFile(home);
    if (!file || !alive(file.pid)) return undefined; // Postgres itself deals with what a dead postmaster left
    if (!isPostmasterOf(file.pid, home.data)) {
      await disown(home);
      return undefined;
    }
    if (file.status === 'ready') {
      tellLauncher(file.pid);
      return postmaster(file.pid, file.host, file.port);
    }
    if (Date.now() > until)
      throw new Error(`Postgres (process ${file.pid}) on ${home.data} has been "${file.status}" for two minutes.`);
    await sleep(30);
  }
}

/** Starts a postmaster and returns when it takes connections. `like`: where clients already expect it. */
export async function startPostmaster(home: Home, like?: Postmaster): Promise<Postmaster> {
  const { host, port } = like ?? (await chooseAddress(home));
  const tcp = !host.startsWith('/');
  const args = ['-D', home.data, '-p', String(port)];
  args.push('-c', `listen_addresses=${tcp ? host : ''}`, '-c', `unix_socket_directories=${tcp ? '' : host}`);
  const until = Date.now() + 10_000;
  for (;;) {
    const from = sizeOf(home.log);
    const child = spawnPostmaster(home, args);
    tellLauncher(child.pid);
    if (await becomesReady(home, child)) return postmaster(child.pid as number, host, port);
    const said = (await readFile(home.log, 'utf8')).slice(from).trim();
    // kill -9 of a postmaster leaves its backends for a moment; they hold the shared memory until they notice
    if (!/still in use|lock file .* already exists/.test(said) || Date.now() > until)
      throw new Error(`The embedded Postgres did not start. The data is untouched. It said:\n${said}`);
    await sleep(200);
  }
}

/** So that it can stop Postgres should this process be killed, or told to stop before Postgres was ready. */
function tellLauncher(pid: number | undefined): void {
  if (pid) process.send?.({ postgres: pid });
}

/** The fast way: sessions are cut, transactions roll back, everything is written. */
export async function stopPostmaster({ pid }: Postmaster): Promise<void> {
  const until = Date.now() + 60_000;
  send(pid, 'SIGINT');
  while (alive(pid)) {
    if (Date.now() > until) send(pid, 'SIGQUIT'); // no goodbye: the log is replayed at the next start
    await sleep(20);
  }
}

function spawnPostmaster(home: Home, args: string[]): ChildProcess {
  const output = openSync(home.log, sizeOf(home.log) > logLimit ? 'w' : 'a', 0o600);
  try {
    // A session of its own: Ctrl-C in the terminal is for us, who then stop Postgres last.
    const options = { ...home.user, cwd: '/', detached: true, env: { LC_MESSAGES: 'C', TZ: 'UTC' } };
    const child = spawn(join(home.programs, 'bin', 'postgres'), args, {
      ...options,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child;
  } finally {
    closeSync(output);
  }
}

async function becomesReady(home: Home, child: ChildProcess): Promise<boolean> {
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  while (!ended) {
    const file = await readPidFile(home);
    if (file?.pid === child.pid && file?.status === 'ready') return true;
    await sleep(10);
  }
  return false;
}

async function chooseAddress(home: Home): Promise<{ host: string; port: number }> {
  // A socket's whole path must fit into 103 bytes (macOS; 107 on Linux).
  if (process.platform !== 'win32' && Buffer.byteLength(home.socket) + '/.s.PGSQL.5432'.length <= 103)
    return { host: home.socket, port: 5432 };
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000); // below the range outgoing connections take theirs from
    if (await isFree(port)) return { host: '127.0.0.1', port };
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

function postmaster(pid: number, host: string, port: number): Postmaster {
  return {
    pid,
    host,
    port,
    url: (user, password, database) =>
      host.startsWith('/')
        ? `postgres://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`
        : `postgres://${user}:${password}@${host}:${port}/${database}`,
  };
}

/** postmaster.pid, line by line: pid, data folder, start time, port, socket folder, address, shared memory, status. */
async function readPidFile(home: Home) {
  const text = await readFile(join(home.data, 'postmaster.pid'), 'utf8').catch(() => '');
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!pid) return undefined;
  return { pid, port: Number(lines[3]), host: lines[4] || lines[5] || '127.0.0.1', status: lines[7] ?? 'starting' };
}

function isPostmasterOf(pid: number, data: string): boolean {
  try {
    return realpathSync(`/proc/${pid}/cwd`) === realpathSync(data) || readlinkSync(`/proc/${pid}/cwd`) === data;
  } catch {
    const command = commandOf(pid) ?? '';
    return command.includes('postgres') && command.includes(data);
  }
}

/**
 * The number in postmaster.pid now belongs to some other program, and Postgres would refuse to start. Removing the
 * file would also remove its note on shared memory, which guards against backends that are still alive; so only the
 * number changes, to one that has just ended.
 */
async function disown(home: Home): Promise<void> {
  const file = join(home.data, 'postmaster.pid');
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n');
  const { pid } = spawnSync(process.execPath, ['--version']);
  await writeFile(file, [pid, ...rest].join('\n'));
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
