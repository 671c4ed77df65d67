import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Db, sql, type Tx } from './db.ts';
import { NotFound, Unavailable } from './errors.ts';
import { newId } from './ids.ts';
import { hash } from './seal.ts';

/**
 * Bytes by content hash, in a folder. Many small ones are appended to pack files, one fdatasync a batch (a file each costs three times
 * as much); the row in `blob` says where. Durable before `put` returns, so a row never points at bytes that a crash took.
 */
export type Files = {
  /** Makes the bytes durable; `keep` writes the rows in the caller's transaction. */
  put: (all: Buffer[]) => Promise<Stored[]>;
  keep: (tx: Tx, stored: Stored[]) => Promise<void>;
  get: (tx: Tx | Db, workspaceId: string, hash: Buffer) => Promise<Buffer>;
  /** Takes the rows away; what they pointed at is for `erase`, after the commit. */
  giveUp: (tx: Tx, hashes: Buffer[]) => Promise<Place[]>;
  /** Overwrites bytes that no row points at any more. */
  erase: (place: Place) => Promise<void>;
  close: () => Promise<void>;
};
export type Place = { pack: string; start: number; size: number };
export type Stored = { hash: Buffer; size: number; pack: string; start: number };

const FULL = 64 * 1024 * 1024;

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

export async function openFiles(folder: string): Promise<Files> {
  await mkdir(folder, { recursive: true });
  let handle: FileHandle | null = null;
  let name = '';
  let end = 0;
  let turn: Promise<unknown> = Promise.resolve();

  const append = async (all: Buffer[]): Promise<Stored[]> => {
    try {
      if (!handle || end > FULL) {
        await handle?.close();
        name = `${newId()}.pack`;
        handle = await open(join(folder, name), 'ax');
        end = 0;
        await remember(folder);
      }
      const start = end;
      await handle.appendFile(all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all));
      await handle.datasync();
      let at = start;
      const out = all.map((bytes) => {
        const one = { hash: hash(bytes), size: bytes.length, pack: name, start: at };
        at += bytes.length;
        return one;
      });
      end = at;
      return out;
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

  return {
    put: (all) => {
      const mine = turn.then(() => append(all));
      turn = mine.catch(() => undefined); // told to the caller of `mine`
      return mine;
    },
    keep: async (tx, stored) => {
      if (stored.length === 0) return;
      await tx.run(sql`
        insert into blob (workspace_id, hash, size, pack, start)
        select ${tx.workspaceId}, * from unnest(${stored.map((s) => s.hash)}::bytea[], ${stored.map((s) => s.size)}::bigint[], ${stored.map((s) => s.pack)}::text[], ${stored.map((s) => s.start)}::bigint[])
        on conflict do nothing`);
    },
    get: async (source, workspaceId, wanted) => {
      const query = sql`select pack, start, size from blob where workspace_id = ${workspaceId} and hash = ${wanted}`;
      const row =
        'many' in source
          ? await source.first<{ pack: string; start: number; size: number }>(query)
          : (await source.read<{ pack: string; start: number; size: number }>(workspaceId, query))[0];
      if (!row) throw NotFound('This file is not here any more.');
      const bytes = Buffer.alloc(row.size);
      const pack = await open(join(folder, row.pack), 'r');
      try {
        await pack.read(bytes, 0, row.size, row.start);
      } finally {
        await pack.close();
      }
      if (!hash(bytes).equals(wanted))
        throw new Error(
          `The stored file ${wanted.toString('hex')} is damaged: its bytes do not match its hash. Restore ${row.pack} from a backup.`,
        );
      return bytes;
    },
    giveUp: async (tx, hashes) =>
      hashes.length === 0
        ? []
        : tx.many<Place>(
            sql`delete from blob where workspace_id = ${tx.workspaceId} and hash = any (${hashes}::bytea[]) returning pack, start, size`,
          ),
    erase: async ({ pack, start, size }) => {
      const file = await open(join(folder, pack), 'r+');
      try {
        const zeros = Buffer.alloc(Math.min(size, 1024 * 1024));
        for (let done = 0; done < size; done += zeros.length)
          await file.write(zeros, 0, Math.min(zeros.length, size - done), start + done);
        await file.datasync();
      } finally {
        await file.close();
      }
    },
    close: async () => {
      await turn;
      await handle?.close();
    },
  };
}
