import { availableParallelism, setPriority } from 'node:os';
import type pg from 'pg';
import type { Files } from '../base/files.ts';
import { commandOf } from '../base/processes.ts';
import { told } from '../base/reasons.ts';
import type { Pack, Store } from '../base/store.ts';
import type { Box } from './box.ts';
import { former } from './former.ts';
import { heldBy, holdAlone } from './held.ts';
import { type Manifest, type PackEntry, PIECE, partName, pieceName, writeManifest } from './manifest.ts';
import { makePace } from './pace.ts';
import type { Place } from './place.ts';
import { runName, whose } from './run-name.ts';
import { addRow, emptySum, printSum, rowsOf } from './sum.ts';
import { connectAs, readTable, type Table, tablesOf, workspacesOf } from './tables.ts';

export type Making = {
  url: string;
  files: Files;
  place: Place;
  box: Box;
  /** The key of the secrets; kept in an encrypted backup only. */
  key: string;
  program: string;
  progress?: (share: number) => void;
  signal?: AbortSignal;
  parallel?: number;
};

/**
 * Everything, as it was at one moment, while people work on: all tables in one snapshot that several connections share, then the packs
 * its rows point at. Packs only grow, and while a backup is being made nothing in them is overwritten (base/files.ts), so they hold what
 * the snapshot points at, however much later they are copied. In a place for many, packs that did not change since are not copied again.
 */
export async function makeBackup(making: Making): Promise<Manifest> {
  const { url, place, box, signal } = making;
  const main = await connectAs(url, 'hearten backup');
  const others: pg.Client[] = [];
  try {
    await yields(main);
    await holdAlone(main);
    const stillHeld = heldBy(main);
    await main.query('begin isolation level repeatable read read only');
    const snapshot = (await main.query(`select pg_export_snapshot() as id, now() as at`)).rows[0] as {
      id: string;
      at: Date;
    };
    const workspaces = await workspacesOf(main);
    const tables = await tablesOf(main);
    const migrations = await main.query<{ name: string }>('select name from migration order by name');
    const here = (
      await main.query<{ id: string; check: string | null }>(
        `select id, encode(key_check, 'hex') as check from installation`,
      )
    ).rows[0] as { id: string; check: string | null };
    const run = runName(snapshot.at, here.id);
    const before = await former(place, box, whose(here.id, making.key.split('\n')));
    const blobs = await pointedAt(main, workspaces);
    const packs = await whereTheyLie(making.files.stores, blobs.packs);
    const known = (pack: Pack): PackEntry | undefined => {
      const entry = before.get(pack.pack);
      return entry?.tag === pack.tag && entry.size >= pack.size ? entry : undefined;
    };
    const due = [...packs.values()].filter(({ pack }) => !known(pack));
    const total = sumOf(tables.map(({ size }) => size)) + sumOf(due.map(({ pack }) => pack.size));
    let [done, size] = [0, 0];
    const read = (bytes: number): void => {
      signal?.throwIfAborted();
      done += bytes;
      making.progress?.(Math.min(0.999, done / Math.max(1, total)));
    };
    const write = async (name: string, bytes: Buffer): Promise<void> => {
      const boxed = await box.close(name, bytes);
      size += boxed.length;
      await place.put(name, boxed);
    };

    const parallel = Math.max(1, making.parallel ?? Math.min(4, Math.floor(availableParallelism() / 2)));
    while (others.length < parallel - 1) {
      const other = await connectAs(url, 'hearten backup');
      others.push(other);
      await yields(other);
      await other.query('begin isolation level repeatable read read only');
      await other.query(`set transaction snapshot '${snapshot.id}'`);
    }
    const kept: Manifest['tables'] = {};
    const left = [...tables];
    const each = async (client: pg.ClientBase): Promise<void> => {
      for (let table = left.shift(); table; table = left.shift())
        kept[table.name] = await copyOut(client, table, workspaces, read, (part, bytes) =>
          write(partName(place, run, (table as Table).name, part), bytes),
        );
    };
    await Promise.all([main, ...others].map(each));
    for (const client of [main, ...others]) await client.query('commit'); // nothing is held up by what comes now

    const entries: PackEntry[] = [];
    const missing = [...blobs.packs.keys()].filter((pack) => !packs.has(pack));
    for (const { pack, store } of [...packs.values()].sort((a, b) => a.pack.pack.localeCompare(b.pack.pack))) {
      const entry = known(pack) ?? (await copyPack(store, pack, run, box.encrypted, read, write, stillHeld));
      entries.push(entry);
      if (entry.size < pack.size) missing.push(pack.pack);
    }
    await stillHeld(true);
    const manifest: Manifest = {
      format: 1,
      id: run,
      installation: here.id,
      at: snapshot.at.toISOString(),
      program: making.program,
      migrations: migrations.rows.map(({ name }) => name),
      tables: kept,
      packs: entries,
      missing,
      blobs: { count: blobs.count, bytes: blobs.bytes },
      key: box.encrypted ? making.key : null,
      keyCheck: here.check,
      size,
    };
    await writeManifest(place, box, manifest);
    await place.end();
    making.progress?.(1);
    return manifest;
  } catch (error) {
    await place.drop();
    throw error;
  } finally {
    for (const client of [main, ...others]) await client.end();
  }
}

/** Where Postgres runs on this machine, its side yields too: it does most of the work, and whoever waits for a page goes first. */
async function yields(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pid = rows[0]?.pid ?? 0;
  const here = client.host.startsWith('/') || ['localhost', '127.0.0.1', '::1'].includes(client.host);
  if (!here || !commandOf(pid)?.startsWith('postgres:')) return;
  try {
    setPriority(pid, 10);
  } catch {
    return; // it runs as somebody else, and stays as it is
  }
}

const sumOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);

async function pointedAt(
  client: pg.ClientBase,
  workspaces: readonly string[],
): Promise<{ packs: Map<string, number>; count: number; bytes: number }> {
  const out = { packs: new Map<string, number>(), count: 0, bytes: 0 };
  for (const workspace of workspaces) {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
    const { rows } = await client.query<{ pack: string; count: string; bytes: string; end: string }>(
      'select pack, count(*) as count, sum(size) as bytes, max(start + size) as end from blob where workspace_id = $1 group by pack',
      [workspace],
    );
    for (const row of rows) {
      out.packs.set(row.pack, Math.max(out.packs.get(row.pack) ?? 0, Number(row.end)));
      out.count += Number(row.count);
      out.bytes += Number(row.bytes);
    }
  }
  return out;
}

/** A folder over the network may say how long a pack was a moment ago: it is at least as long as what rows point at in it. */
async function whereTheyLie(
  stores: readonly Store[],
  wanted: ReadonlyMap<string, number>,
): Promise<Map<string, { pack: Pack; store: Store }>> {
  const out = new Map<string, { pack: Pack; store: Store }>();
  for (const store of stores)
    for await (const pack of store.packs())
      if (wanted.has(pack.pack) && !out.has(pack.pack))
        out.set(pack.pack, { pack: { ...pack, size: Math.max(pack.size, wanted.get(pack.pack) ?? 0) }, store });
  return out;
}

async function copyOut(
  client: pg.ClientBase,
  table: Table,
  workspaces: readonly string[],
  read: (bytes: number) => void,
  write: (part: number, bytes: Buffer) => Promise<void>,
): Promise<Manifest['tables'][string]> {
  const sum = emptySum();
  const rows = rowsOf((row) => addRow(sum, row));
  let waiting: Buffer[] = [];
  let [held, parts] = [0, 0];
  const pace = makePace();
  const flush = async (): Promise<void> => {
    if (held === 0) return;
    const bytes = Buffer.concat(waiting);
    [waiting, held] = [[], 0];
    await write(parts++, bytes);
  };
  await readTable(client, table, workspaces, async (chunk) => {
    rows(chunk);
    read(chunk.length);
    waiting.push(chunk);
    held += chunk.length;
    if (held >= PIECE) await flush();
    await pace();
  });
  await flush();
  return { columns: table.columns, rows: sum.rows, sum: printSum(sum), parts };
}

async function copyPack(
  store: Store,
  { pack, tag, size }: Pack,
  run: string,
  sealed: boolean,
  read: (bytes: number) => void,
  write: (name: string, bytes: Buffer) => Promise<void>,
  stillHeld: () => Promise<void>,
): Promise<PackEntry> {
  const entry: PackEntry = { pack, tag, size: 0, from: run, pieces: 0, sealed };
  const pace = makePace();
  while (entry.size < size) {
    await stillHeld();
    const piece = entry.pieces;
    const length = Math.min(PIECE, size - piece * PIECE);
    const bytes = await store.read(pack, piece * PIECE, length);
    if (!bytes) throw told({ code: 'pack-gone', values: { pack: String(pack), place: store.name } });
    read(length);
    entry.pieces++;
    entry.size += bytes.length;
    await write(pieceName(entry, piece), bytes);
    await pace();
    if (bytes.length < length) break; // cut off: its end is told as missing
  }
  return entry;
}
