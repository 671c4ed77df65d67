import { type FileHandle, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Unavailable } from './errors.ts';
import { idOf } from './folders.ts';
import { newId } from './ids.ts';
import type { Store } from './store.ts';

const FULL = 64 * 1024 * 1024;
/** Nothing is added to a pack that was not added to for so long: a day after that it may be swept, and would be gone under the pen. */
const YOUNG = 12 * 3_600_000;
const isAway = (error: unknown): boolean => (error as { code?: string }).code === 'ENOENT';

/** A new file's name is safe only when its folder is written too. */
async function remember(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // it does so by itself, and lets nobody ask
  const here = await open(folder, 'r');
  try {
    await here.sync();
  } finally {
    await here.close();
  }
}

/** Packs as files of a folder, only appended to, one fdatasync a batch (a file each costs three times as much). */
export async function folderStore(folder: string, now: () => number = Date.now): Promise<Store> {
  await mkdir(folder, { recursive: true });
  let handle: FileHandle | null = null;
  let name = '';
  let end = 0;
  let at = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (bytes: Buffer): Promise<{ pack: string; start: number }> => {
    try {
      if (!handle || end > FULL || now() - at > YOUNG) {
        await handle?.close();
        handle = null;
        name = `${newId()}.pack`;
        handle = await open(join(folder, name), 'ax');
        end = 0;
        await remember(folder);
      }
      const start = end;
      await handle.appendFile(bytes);
      await handle.datasync();
      at = now();
      end += bytes.length;
      return { pack: name, start };
    } catch (error) {
      // What was half written stays unreferenced; the next batch begins a new pack.
      await handle?.close().catch(() => undefined);
      handle = null;
      const full = (error as { code?: string }).code === 'ENOSPC';
      throw Object.assign(
        Unavailable(
          full
            ? 'The disk is full, so nothing new can be stored. What is stored is safe; make room and it goes on by itself.'
            : 'Files could not be written.',
          30,
        ),
        { cause: error },
      );
    }
  };
  const opened = async (pack: string, how: string): Promise<FileHandle | undefined> => {
    try {
      return await open(join(folder, pack), how);
    } catch (error) {
      if (isAway(error)) return undefined;
      throw error;
    }
  };

  return {
    name: folder,
    id: () => idOf(folder),
    add: (bytes) => {
      const mine = turn.then(() => append(bytes));
      turn = mine.catch(() => undefined); // told to the caller of `mine`
      return mine;
    },
    read: async (pack, start, size) => {
      const file = await opened(pack, 'r');
      if (!file) return undefined;
      try {
        const bytes = Buffer.alloc(size);
        let done = 0;
        while (done < size) {
          const { bytesRead } = await file.read(bytes, done, size - done, start + done);
          if (bytesRead === 0) break; // shorter than it should be: whoever asked sees it, or its hash says so
          done += bytesRead;
        }
        return bytes.subarray(0, done);
      } finally {
        await file.close();
      }
    },
    erase: async (pack, start, size) => {
      const file = await opened(pack, 'r+');
      if (!file) return false;
      try {
        const zeros = Buffer.alloc(Math.min(size, 1024 * 1024));
        for (let done = 0; done < size; done += zeros.length)
          await file.write(zeros, 0, Math.min(zeros.length, size - done), start + done);
        await file.datasync();
      } finally {
        await file.close();
      }
      return true;
    },
    put: async (pack, bytes) => {
      const draft = join(folder, `${pack}.draft`);
      const file = await open(draft, 'w');
      try {
        await file.writeFile(bytes);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(draft, join(folder, pack));
      await remember(folder);
    },
    remove: (pack) => rm(join(folder, pack), { force: true }),
    packs: async function* () {
      for await (const entry of await opendir(folder)) {
        if (!entry.isFile() || !entry.name.endsWith('.pack')) continue;
        const found = await stat(join(folder, entry.name)).catch((error: unknown) => {
          if (isAway(error)) return undefined; // swept in the meantime
          throw error;
        });
        if (found)
          yield {
            pack: entry.name,
            size: found.size,
            tag: `${found.size}-${Math.round(found.mtimeMs)}`,
            changedAt: found.mtime,
          };
      }
    },
    close: async () => {
      await turn;
      await handle?.close();
    },
  };
}
