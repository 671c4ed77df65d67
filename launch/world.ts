import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const root = join(import.meta.dirname, '..');

/** One Hearten as people start it, with everything it printed. */
export type Started = {
  child: ChildProcess;
  output: () => string;
  /** Resolves when the ready line is there, with the milliseconds it took; rejects when it ends instead. */
  ready: () => Promise<number>;
  ended: Promise<number | NodeJS.Signals>;
};

type Options = { dataDir: string; port: number; npm?: boolean; uid?: number; env?: Record<string, string> };

const all: Started[] = [];
const folders: string[] = [];

export function start({ dataDir, port, npm = false, uid, env = {} }: Options): Started {
  const began = performance.now();
  const { NODE_TEST_CONTEXT: _, HEARTEN_TEST_POSTGRES: __, ...rest } = process.env;
  const [command, ...args] = npm ? ['npm', 'start'] : [process.execPath, 'launch/start.mjs'];
  const child = spawn(command as string, args, {
    cwd: root,
    env: { ...rest, DATA_DIR: dataDir, PORT: String(port), NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // a process group, as a terminal makes one
    ...(uid === undefined ? {} : { uid, gid: uid }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output += data;
    });
  const ended = new Promise<number | NodeJS.Signals>((done) =>
    child.once('exit', (code, signal) => done(code ?? signal ?? 0)),
  );
  const one: Started = {
    child,
    output: () => output,
    ended,
    async ready() {
      for (;;) {
        if (output.includes(`http://localhost:${port}`)) return performance.now() - began;
        if (child.exitCode !== null || child.signalCode) throw new Error(`It ended before it was ready:\n${output}`);
        if (performance.now() - began > 60_000) throw new Error(`It was not ready within a minute:\n${output}`);
        await sleep(20);
      }
    },
  };
  all.push(one);
  return one;
}

export async function dataFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-launch-'));
  await chmod(folder, 0o711);
  folders.push(folder);
  return folder;
}

/** Ends whatever a test left running. */
export async function cleanUp(): Promise<void> {
  for (const folder of folders) {
    for (const pid of processesOf(folder).all) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
  for (const { child } of all) child.kill('SIGKILL');
}

export type Who = 'npm' | 'launcher' | 'server' | 'postgres';

/** The processes of the Hearten on this data folder, known by their environment or their arguments. */
export function processesOf(dataDir: string): Record<Who, number | undefined> & { all: number[] } {
  const found: Record<Who, number | undefined> = {
    npm: undefined,
    launcher: undefined,
    server: undefined,
    postgres: undefined,
  };
  const seen: number[] = [];
  // At once: files of /proc wait for no disk, and a promise for each would take many times as long.
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const command = text(`/proc/${name}/cmdline`).replaceAll('\0', ' ');
    const environment = text(`/proc/${name}/environ`);
    if (!environment.includes(`DATA_DIR=${dataDir}\0`) && !command.includes(`-D ${dataDir}/`)) continue;
    const pid = Number(name);
    seen.push(pid);
    if (/server\/src\/main\.ts/.test(command)) found.server = pid;
    else if (/-D /.test(command)) found.postgres = pid;
    else if (/^\S*node launch\/start\.mjs/.test(command)) found.launcher = pid;
    else if (/npm/.test(command)) found.npm = pid;
  }
  return { ...found, all: seen };
}

export async function gone(dataDir: string, within = 10_000): Promise<void> {
  for (const end = Date.now() + within; ; await sleep(50)) {
    const left = processesOf(dataDir).all;
    if (!left.length) return;
    if (Date.now() > end) {
      const names = left.map((pid) => text(`/proc/${pid}/cmdline`));
      throw new Error(`Still running: ${names.map((name) => name.replaceAll('\0', ' ')).join('; ')}`);
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // gone meanwhile, or not ours to read
  }
}

/** A data folder on which one started for the first time, and was told to stop. */
export async function firstLife(): Promise<string> {
  const [dataDir, port] = [await dataFolder(), await freePort()];
  const first = start({ dataDir, port });
  await first.ready();
  first.child.kill('SIGTERM');
  assert.equal(await first.ended, 0);
  await gone(dataDir, 0);
  return dataDir;
}
