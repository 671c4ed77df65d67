import { type Db, NOWHERE, type Sql, sql, type Tx } from './db.ts';
import { NotFound } from './errors.ts';
import { jobs } from './jobs.ts';
import { hash } from './seal.ts';
import type { Store } from './store.ts';
import { folderStore } from './store-folder.ts';

/**
 * Bytes by content hash. Many small ones are put one after the other into packs; the row in `blob` says where. Durable before `put`
 * returns, so a row never points at bytes that a crash took.
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
  /** Where packs lie: what is new goes to the first, what is asked for is looked for in all. */
  stores: readonly Store[];
  close: () => Promise<void>;
};
export type Place = { pack: string; start: number; size: number };
export type Stored = { hash: Buffer; size: number; pack: string; start: number };

/** In the places given, or in one folder. */
export async function openFiles(where: string | readonly Store[]): Promise<Files> {
  const stores = typeof where === 'string' ? [await folderStore(where)] : where;
  const first = stores[0] as Store;
  const read = async ({ pack, start, size }: Place): Promise<Buffer | undefined> => {
    for (const store of stores) {
      const bytes = await store.read(pack, start, size);
      if (bytes) return bytes;
    }
    return undefined;
  };
  return {
    stores,
    put: async (all) => {
      if (all.length === 0) return [];
      const { pack, start } = await first.add(all.length === 1 ? (all[0] as Buffer) : Buffer.concat(all));
      let at = start;
      return all.map((bytes) => {
        const one = { hash: hash(bytes), size: bytes.length, pack, start: at };
        at += bytes.length;
        return one;
      });
    },
    keep: async (tx, stored) => {
      if (stored.length === 0) return;
      const kept = await tx.run(sql`
        insert into blob (workspace_id, hash, size, pack, start)
        select ${tx.workspaceId}, * from ${rowsOf(stored)}
        on conflict do nothing`);
      if (kept === stored.length) return;
      await stay(tx, stored);
      // They are here already. What was put a second time nobody would ever find again, not even to erase it.
      const twice = await tx.many<Place>(sql`
        select s.pack, s.start, s.size from ${rowsOf(stored)} s (hash, size, pack, start)
        where not exists (select 1 from blob b where b.workspace_id = ${tx.workspaceId} and b.hash = s.hash and b.pack = s.pack and b.start = s.start)`);
      for (const place of twice) await eraseLater(tx, place);
    },
    get: async (source, workspaceId, wanted) => {
      const query = sql`select pack, start, size from blob where workspace_id = ${workspaceId} and hash = ${wanted}`;
      const row =
        'many' in source ? await source.first<Place>(query) : (await source.read<Place>(workspaceId, query))[0];
      if (!row) throw NotFound('This file is not here any more.');
      const bytes = await read(row);
      if (!bytes)
        throw new Error(
          `The pack ${row.pack} is in none of ${stores.map((store) => store.name).join(', ')}. Put it back from a backup.`,
        );
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
    // In each of them: while packs are moved, one lies in two places.
    erase: async ({ pack, start, size }) => {
      for (const store of stores) await store.erase(pack, start, size);
    },
    close: async () => {
      for (const store of stores) await store.close();
    },
  };
}

const rowsOf = (stored: Stored[]): Sql =>
  sql`unnest(${stored.map((s) => s.hash)}::bytea[], ${stored.map((s) => s.size)}::bigint[], ${stored.map((s) => s.pack)}::text[], ${stored.map((s) => s.start)}::bigint[])`;

/**
 * Bytes that were here before stay at least as long as this transaction: whoever is about to give them up waits for its end, and finds what
 * points at them then. What went in the meantime is put back, as what was brought now.
 */
async function stay(tx: Tx, stored: Stored[]): Promise<void> {
  const there = await tx.many<{ hash: string }>(sql`
    select encode(hash, 'hex') as hash from blob where workspace_id = ${tx.workspaceId} and hash = any (${stored.map((s) => s.hash)}::bytea[]) order by blob.hash for key share`);
  const held = new Set(there.map((row) => row.hash));
  const gone = stored.filter((one) => !held.has(one.hash.toString('hex')));
  if (gone.length > 0)
    await tx.run(sql`
      insert into blob (workspace_id, hash, size, pack, start) select ${tx.workspaceId}, * from ${rowsOf(gone)} on conflict do nothing`);
}

/** Before asking what still needs them: who points at them in this moment is waited for, and who wants to waits for us. */
export const holdBytes = (tx: Tx, hashes: Buffer[]): Promise<unknown> =>
  tx.many(
    sql`select 1 from blob where workspace_id = ${tx.workspaceId} and hash = any (${hashes}::bytea[]) order by hash for update`,
  );

/** Not given up when a bucket is away for a day: who was promised that their bytes go would never know. */
export const eraseLater = (tx: Tx, place: Place): Promise<void> => jobs.add(tx, 'erase-bytes', place, { tries: 25 });

/** As long as a bucket may take for one thing: a transaction that says nothing for longer ends, and its locks with it. */
const longIdle = sql`set_config('idle_in_transaction_session_timeout', '15min', true)`;

/**
 * Does what takes bytes away, unless a backup is being made: it may still have to copy them. False: not done, to be tried again. Those
 * who take away share the lock, the backup has it alone. It lasts as long as the transaction, so whoever takes away much asks `stillHeld`
 * before each: it fails when the connection was lost meanwhile, and nobody may take anything away any more.
 */
export function unlessBackedUp(db: Db, work: (tx: Tx) => Promise<void>): Promise<boolean> {
  return db.tx(NOWHERE, async (tx) => {
    const row = await tx.first<{ idle: boolean }>(
      sql`select pg_try_advisory_xact_lock_shared(hashtext('hearten backup')) as idle, ${longIdle}`,
    );
    if (!row?.idle) return false;
    await work(tx);
    return true;
  });
}

export const stillHeld = (tx: Tx): Promise<unknown> => tx.run(sql`select 1`);

/**
 * Until this transaction ends nobody else writes to this pack, in whatever process. A bucket has no "overwrite these bytes": a pack is read,
 * changed and put whole, and of two that do so at once the second would put back what the first erased.
 */
export const alone = (tx: Tx, pack: string): Promise<number> =>
  tx.run(sql`select ${longIdle}, pg_advisory_xact_lock(hashtext(${`hearten pack ${pack}`}))`);

/** Erases, unless a backup is being made; false: to be tried again. */
export const eraseAlone = (db: Db, files: Pick<Files, 'erase'>, place: Place): Promise<boolean> =>
  unlessBackedUp(db, async (tx) => {
    await alone(tx, place.pack);
    await files.erase(place);
  });
