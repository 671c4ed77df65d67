import { randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createRoles, makeCluster, writeSettings } from './embedded/cluster.ts';
import type { Home, Postmaster, Secrets } from './embedded/home.ts';
import { findPostmaster, startPostmaster, stopPostmaster } from './embedded/postmaster.ts';
import { findPrograms, ownedBy, reachableBy, runsAs } from './embedded/programs.ts';
import { keepAlive } from './embedded/watch.ts';
import { holderOf, holdFolder } from './hold.ts';

export type Say = { info(message: string): void; warn(message: string): void };

export type EmbeddedPostgres = {
  /** Logs in as `hearten`, who owns the database `hearten`. */
  url: string;
  /** Logs in as the superuser: for tests and for repair, never for the product itself. */
  adminUrl: string;
  stop(): Promise<void>;
};

export type EmbeddedOptions = {
  dataDir: string;
  log: Say;
  /** Settings on top of our own, for tests (`fsync: 'off'`). */
  settings?: Record<string, string>;
  /** false: leave Postgres running when the process that holds it goes (shared test server). */
  hold?: boolean;
};

/**
 * Starts the Postgres that comes with Hearten, with its files in `dataDir/postgres`, or takes over the one that is
 * still running there because its Hearten was killed. If it dies while we run, it is started again.
 */
export async function startPostgres({
  dataDir,
  log,
  settings = {},
  hold = true,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  await mkdir(dataDir, { recursive: true });
  const release = hold ? await holdFolder(resolve(dataDir)) : async () => {};
  try {
    const home = await openHome(resolve(dataDir), log);
    await makeCluster(home, log);
    await writeSettings(home, settings);

    const running = (await findPostmaster(home)) ?? (await startPostmaster(home));
    await createRoles(home, running);
    const watch = hold ? keepAlive(home, running, log) : undefined;

    return connection(home, running, async () => {
      await stopPostmaster(watch ? await watch.end() : running);
      await release();
    });
  } catch (error) {
    await release();
    throw error;
  }
}

/** For the command line: uses the Postgres of the Hearten that runs here, or else starts one for as long as needed. */
export async function borrowPostgres(options: { dataDir: string; log: Say }): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  if ((await holderOf(dataDir)) === undefined) return startPostgres(options);
  const home = await openHome(dataDir, options.log);
  const running = await findPostmaster(home);
  if (!running) throw new Error(`The Hearten on ${dataDir} is starting or stopping. Try again in a moment.`);
  return connection(home, running, async () => {});
}

function connection(home: Home, running: Postmaster, stop: () => Promise<void>): EmbeddedPostgres {
  return {
    url: running.url('hearten', home.secrets.hearten, 'hearten'),
    adminUrl: running.url('postgres', home.secrets.postgres, 'postgres'),
    stop,
  };
}

async function openHome(dataDir: string, log: Say): Promise<Home> {
  const link = join(dataDir, 'postgres');
  const user = runsAs();
  if (!(await exists(link))) {
    // Postgres never runs as root. Started by root, it runs as nobody, who can't enter folders such as /root.
    if (user && !reachableBy(user, dataDir)) {
      const elsewhere = join('/var/lib/hearten', `postgres-${randomBytes(4).toString('hex')}`);
      await mkdir(elsewhere, { recursive: true });
      await symlink(elsewhere, link);
      log.info(`Postgres does not run as root and ${dataDir} is closed to others, so its files are in ${elsewhere}`);
    } else await mkdir(link);
  }
  const path = await realpath(link);
  if (user && !reachableBy(user, path))
    throw new Error(
      `Postgres does not run as root, and the user it runs as (uid ${user.uid}) cannot enter ${path}. ` +
        `Nothing was changed. Either open the way (chmod o+x on each folder above it) or set DATA_DIR to another folder.`,
    );
  const home: Home = {
    path,
    data: join(path, 'data'),
    socket: join(path, 'socket'),
    log: join(path, 'postgres.log'),
    user,
    programs: await findPrograms(join(path, 'programs'), user),
    secrets: await readSecrets(join(path, 'passwords.json')),
  };
  await mkdir(home.socket, { recursive: true });
  if (user) await ownedBy(user, home.socket);
  await chmod(home.socket, 0o700);
  return home;
}

async function readSecrets(file: string): Promise<Secrets> {
  if (!(await exists(file))) {
    const secrets: Secrets = { postgres: randomBytes(18).toString('hex'), hearten: randomBytes(18).toString('hex') };
    await writeFile(file, `${JSON.stringify(secrets)}\n`, { mode: 0o600, flag: 'wx' });
    return secrets;
  }
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Secrets;
  } catch (cause) {
    throw new Error(`${file} holds the passwords of the embedded Postgres and cannot be read. The data is untouched.`, {
      cause,
    });
  }
}

async function exists(path: string) {
  try {
    await lstat(path);
  } catch {
    return false;
  }
  await stat(path); // a link that leads nowhere is a reason to stop, not to start afresh
  return true;
}
