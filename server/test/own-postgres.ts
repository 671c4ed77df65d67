import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { chownAll } from '../src/base/embedded/own.ts';
import { findPrograms, runsAs } from '../src/base/embedded/programs.ts';
import { createAppRole } from '../src/base/roles.ts';
import { freePort } from './mail.ts';

/** A Postgres of the test's own that listens on a network and may have a standby; the embedded programs, a folder below /tmp. */
export type OwnPostgres = {
  host: string;
  port: number;
  folder: string;
  /** As the product signs in. */
  url: string;
  admin: <T>(work: (client: pg.Client) => Promise<T>) => Promise<T>;
  /** As a machine that loses its power: nothing is written out, nobody is told. */
  kill: () => Promise<void>;
  promote: () => Promise<void>;
  end: () => Promise<void>;
};
type Where = {
  host?: string;
  /** What to start it through: a command that enters a network namespace. */
  through?: string[];
  settings?: Record<string, string>;
};

const common = {
  fsync: 'off', // a process that is killed loses nothing by it, only a machine does
  full_page_writes: 'off',
  max_connections: '150',
  wal_level: 'replica',
  max_wal_senders: '5',
  wal_keep_size: '1GB',
  hot_standby: 'on',
  hot_standby_feedback: 'on',
  wal_receiver_status_interval: '1s',
  wal_receiver_timeout: '10s',
  wal_sender_timeout: '10s',
  wal_retrieve_retry_interval: '500ms',
  shared_buffers: '64MB',
  io_method: 'sync',
  jit: 'off',
  idle_in_transaction_session_timeout: '60s',
};
const user = runsAs();
const programs = (): Promise<string> => findPrograms(join(tmpdir(), `hearten-programs-${process.getuid?.()}`), user);

export async function ownPostgres(where: Where = {}): Promise<OwnPostgres> {
  const folder = await newFolder();
  const args = ['-D', join(folder, 'data'), '-U', 'postgres', '-E', 'UTF8', '-A', 'trust', '--no-instructions'];
  args.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync');
  const made = spawnSync(join(await programs(), 'bin/initdb'), args, { ...user, cwd: '/', encoding: 'utf8' });
  if (made.status !== 0) throw new Error(made.stderr);
  const own = await run(folder, where);
  await own.admin(async (client) => {
    await client.query(`create role hearten_test login nosuperuser nobypassrls`);
    await createAppRole(client, 'hearten_test');
    await client.query('create database hearten owner hearten_test');
  });
  return own;
}

/** A copy that follows: taken while the other works, as a backup is. */
export async function standbyOf(other: OwnPostgres, where: Where = {}): Promise<OwnPostgres> {
  const folder = await newFolder();
  const [from, to] = [join(other.folder, 'data'), join(folder, 'data')];
  await other.admin(async (client) => {
    await client.query(`select pg_backup_start('standby', true)`);
    const copied = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
    // What is written meanwhile may vanish under the copying; the log makes up for it.
    if (copied.status !== 0 && !/vanished|No such file/.test(copied.stderr)) throw new Error(copied.stderr);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '');
  });
  await rm(join(to, 'postmaster.pid'), { force: true });
  await writeFile(join(to, 'standby.signal'), '');
  if (user) await chownAll(to, user);
  const primary_conninfo = `host=${other.host} port=${other.port} user=postgres application_name=standby connect_timeout=5`;
  return run(folder, { ...where, settings: { ...where.settings, primary_conninfo } });
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hearten-own-'));
  await chmod(folder, 0o711);
  if (user) await chown(folder, user.uid, user.gid);
  return folder;
}

async function run(folder: string, { host = '127.0.0.1', through = [], settings = {} }: Where): Promise<OwnPostgres> {
  const port = await freePort();
  const data = join(folder, 'data');
  const all = { ...common, ...settings, listen_addresses: host, port: String(port), unix_socket_directories: folder };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value}'`);
  await writeFile(join(data, 'postgresql.conf'), `${lines.join('\n')}\n`);
  const trust = ['local all all trust', 'host all all 0.0.0.0/0 trust', 'host replication all 0.0.0.0/0 trust'];
  await writeFile(join(data, 'pg_hba.conf'), `${trust.join('\n')}\n`);
  // In a namespace the way in needs root, so it becomes the other user only behind it.
  const as =
    user && through.length > 0 ? ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : [];
  const [command, ...args] = [...through, ...as, join(await programs(), 'bin/postgres'), '-D', data];
  const child: ChildProcess = spawn(command as string, args, {
    ...(through.length > 0 ? {} : user),
    cwd: '/',
    env: { PATH: process.env.PATH, LC_MESSAGES: 'C', TZ: 'UTC' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (text) => (said = `${said}${text}`.slice(-20_000)));
  const ended = new Promise<void>((done) => child.once('exit', () => done()));

  const admin: OwnPostgres['admin'] = async (work) => {
    // Over the socket, which is there whatever becomes of the network.
    const client = new pg.Client({ host: folder, port, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined); // told by the statement that waits
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end().catch(() => undefined); // it may be gone by now, which is what is tested
    }
  };
  for (const until = Date.now() + 60_000; ; await sleep(50)) {
    if (
      await admin((client) => client.query('select 1')).then(
        () => true,
        () => false,
      )
    )
      break;
    if (child.exitCode !== null || Date.now() > until) throw new Error(`Postgres did not start:\n${said}`);
  }
  const pids = (): number[] => {
    const listed = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' }).stdout;
    return [child.pid as number, ...listed.split('\n').filter(Boolean).map(Number)];
  };
  const kill = async (): Promise<void> => {
    for (const pid of pids()) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch (error) {
        if ((error as { code?: string }).code !== 'ESRCH') throw error;
      }
    }
    if (child.exitCode === null && !child.signalCode) await ended;
  };
  return {
    host,
    port,
    folder,
    url: `postgres://hearten_test@${host}:${port}/hearten`,
    admin,
    kill,
    promote: () =>
      admin(async (client) => {
        await client.query('select pg_promote(true, 60)');
      }),
    end: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}
