import { chown, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { User } from './home.ts';

/** Gives a folder and all below it to a user. Links are not followed. */
export async function chownAll(path: string, user: User): Promise<void> {
  const info = await lstat(path);
  if (info.isSymbolicLink()) return;
  if (info.isDirectory()) for (const name of await readdir(path)) await chownAll(join(path, name), user);
  await chown(path, user.uid, user.gid);
}
