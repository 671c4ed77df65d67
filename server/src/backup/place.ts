import { open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { told } from '../base/reasons.ts';
import { type Bucket, openBucket, type S3Keys } from '../base/s3.ts';
import { folders } from './folders.ts';
import { tarPlace } from './tar.ts';

/** Where backups are put: objects under names. */
export type Place = {
  /** For people, without keys. */
  name: string;
  /** One file for one backup; else a place for many, which share what did not change. */
  single: boolean;
  put: (name: string, bytes: Buffer) => Promise<void>;
  /** Undefined when there is none of the name. */
  get: (name: string) => Promise<Buffer | undefined>;
  list: (prefix: string) => Promise<string[]>;
  remove: (names: readonly string[]) => Promise<void>;
  /** All that was put is durable; a file has its name only from here on. */
  end: () => Promise<void>;
  /** Gives up what was begun. */
  drop: () => Promise<void>;
};

const isAway = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

const reasons: Record<string, string> = {
  ENOSPC: 'is full',
  EDQUOT: 'is full: the quota of its disk is used up',
  EACCES: 'may not be written to by this user',
  EPERM: 'may not be written to by this user',
  EROFS: 'is on a disk that is mounted for reading only',
  ENOENT: 'is not there and cannot be made',
  ENOTDIR: 'cannot be made: a file has the name of one of its folders',
  EIO: 'is on a disk that has trouble reading or writing',
};
/** What the file system says in letters, for a person. */
function inWords(place: string, error: unknown): unknown {
  const why = reasons[(error as { code?: string }).code ?? ''];
  if (why === undefined) return error;
  return Object.assign(
    new Error(
      `${place} ${why}. No backup was made; the desk and earlier backups are as they were. Make room or choose another place.`,
    ),
    { cause: error },
  );
}

/** Where backups are put, with its troubles in words. */
export async function openPlace(where: string, how: 'write' | 'read', keys: S3Keys = {}): Promise<Place> {
  const path = where.startsWith('s3://') ? where : resolve(where);
  const told = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw how === 'write' ? inWords(path, error) : error;
    });
  const place = await told(placeAt(where, how, keys));
  return { ...place, put: (name, bytes) => told(place.put(name, bytes)), end: () => told(place.end()) };
}

/** A bucket; a FILE.tar; or a folder, when it is one or is named with a slash at its end. */
async function placeAt(where: string, how: 'write' | 'read', keys: S3Keys): Promise<Place> {
  if (where.startsWith('s3://')) return bucketPlace(openBucket(where, keys));
  const path = resolve(where);
  const there = await stat(path).catch((error: unknown) => {
    if (isAway(error)) return undefined;
    throw error;
  });
  if (how === 'read' && !there) throw new Error(`There is nothing at ${path}.`);
  if (there?.isDirectory() || (!there && /[/\\]$/.test(where))) return folderPlace(path);
  if (how === 'write' && there) throw told({ code: 'file-there', values: { path } });
  return tarPlace(path, how);
}

function folderPlace(folder: string): Place {
  const path = (name: string): string => {
    const full = join(folder, name);
    if (!full.startsWith(folder + sep)) throw new Error(`${name} leads out of ${folder}.`);
    return full;
  };
  return {
    name: folder,
    single: false,
    put: async (name, bytes) => {
      const file = path(name);
      await folders(dirname(file));
      await writeFile(`${file}.draft`, bytes, { mode: 0o600, flush: true });
      await rename(`${file}.draft`, file);
    },
    get: async (name) => {
      try {
        return await readFile(path(name));
      } catch (error) {
        if (isAway(error)) return undefined;
        throw error;
      }
    },
    list: async (prefix) => {
      const at = prefix.lastIndexOf('/') + 1;
      const below = prefix.slice(0, at);
      const found = await readdir(join(folder, below), { recursive: true, withFileTypes: true }).catch(
        (error: unknown) => {
          if (isAway(error)) return [];
          throw error;
        },
      );
      return found
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.draft'))
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(folder.length + 1)
            .split(sep)
            .join('/'),
        )
        .filter((name) => name.startsWith(prefix))
        .sort();
    },
    remove: async (names) => {
      for (const name of names) {
        const file = path(name);
        await rm(file, { force: true });
        // A folder that something is left in stays.
        for (let up = dirname(file); up !== folder; up = dirname(up))
          if (
            !(await rmdir(up).then(
              () => true,
              () => false,
            ))
          )
            break;
      }
    },
    end: async () => {
      const here = await open(folder, 'r');
      await here.sync().finally(() => here.close());
    },
    drop: async () => undefined, // without its manifest it is no backup; the next one clears it away
  };
}

function bucketPlace(bucket: Bucket): Place {
  return {
    name: bucket.name,
    single: false,
    put: bucket.put,
    get: (name) => bucket.get(name),
    list: async (prefix) => {
      const out: string[] = [];
      for await (const { name } of bucket.list(prefix)) out.push(name);
      return out.sort();
    },
    remove: async (names) => {
      for (const name of names) await bucket.remove(name);
    },
    end: async () => undefined, // each object is durable when it is put
    drop: async () => undefined,
  };
}
