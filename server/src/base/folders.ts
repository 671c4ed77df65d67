import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { type Db, NOWHERE, sql } from './db.ts';
import { newId } from './ids.ts';
import { hash } from './seal.ts';

/**
 * How a process calls itself to Postgres: its host, and which folder it keeps files in. Two processes on one folder, on the same disk or
 * over the network, read the same name from it.
 */
export async function nameOf(store: string): Promise<string> {
  const host = hostname().slice(0, 40);
  // A bucket is the same one wherever it is looked at from.
  const id = isAbsolute(store) ? await idOf(store) : hash(store).toString('hex').slice(0, 12);
  return `hearten ${id} ${host}`;
}

/** Kept in the folder itself: it is the same by whatever path one comes to it, and another one on another disk. */
export async function idOf(folder: string): Promise<string> {
  const file = join(folder, 'folder.id');
  await writeFile(file, newId(), { flag: 'wx' }).catch((error: { code?: string }) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return (await readFile(file, 'utf8')).trim().slice(-12);
}

/** What is wrong with where the processes that are connected now keep their files; undefined when all share one folder. */
export async function foldersApart(db: Db): Promise<string | undefined> {
  const rows = await db.read<{ folder: string; host: string }>(
    NOWHERE,
    sql`select distinct split_part(application_name, ' ', 2) as folder, split_part(application_name, ' ', 3) as host
      from pg_stat_activity where datname = current_database() and application_name ~ '^hearten [0-9a-f]{12} '`,
  );
  if (new Set(rows.map(({ folder }) => folder)).size < 2) return undefined;
  const hosts = [...new Set(rows.map(({ host }) => host))].sort().join(', ');
  return `Processes on ${hosts} keep files in different folders: a mail or attachment that one took can't be opened at another. Give all of them one shared folder (DATA_DIR/files), or a bucket (BLOBS).`;
}
