import type pg from 'pg';
import { hash } from '../base/seal.ts';
import type { Store } from '../base/store.ts';
import type { Box } from './box.ts';
import { type Manifest, opened, partName, pieceName } from './manifest.ts';
import type { Place } from './place.ts';
import { addRow, emptySum, printSum, rowsOf } from './sum.ts';
import { connectAs, readTable, type Table, tablesOf, workspacesOf } from './tables.ts';

type Sums = Record<string, { rows: number; sum: string }>;

/**
 * Counts and sums every table, as a backup does, and in the order of columns that one has kept. The caller's transaction says of which
 * moment.
 */
async function sumTables(client: pg.ClientBase, kept: Manifest['tables'] = {}): Promise<Sums> {
  const workspaces = await workspacesOf(client);
  const out: Sums = {};
  for (const own of await tablesOf(client)) {
    const table = inOrder(own, kept[own.name]?.columns ?? own.columns);
    const sum = emptySum();
    const rows = rowsOf((row) => addRow(sum, row));
    await readTable(client, table, workspaces, rows);
    out[table.name] = { rows: sum.rows, sum: printSum(sum) };
  }
  return out;
}

/** What was copied out in another order of columns is summed up in that. What is not there any more differs anyway. */
function inOrder(table: Table, columns: readonly string[]): Table {
  const read = columns.map((column) => table.read[table.columns.indexOf(column)]);
  const whole = columns.length === table.columns.length && read.every((one) => one !== undefined);
  return whole ? { ...table, columns: [...columns], read: read as string[] } : table;
}

/** What differs between a database and a backup, in words. */
export async function compareTables(client: pg.ClientBase, manifest: Manifest): Promise<string[]> {
  const here = await sumTables(client, manifest.tables);
  return Object.entries(manifest.tables).flatMap(([table, { rows, sum }]) => {
    const found = here[table];
    if (!found) return [`the table ${table} is missing`];
    if (found.rows !== rows) return [`${table} has ${found.rows} rows instead of ${rows}`];
    return found.sum === sum ? [] : [`${table} has as many rows, but others`];
  });
}

export type Found = {
  tables: Sums;
  /** One line over all of it: the same for the same desk. */
  sum: string;
  blobs: number;
  bytes: number;
  /** What is wrong, in words; at most a hundred. */
  wrong: string[];
};

type BlobRow = { hash: string; pack: string; start: number; size: number };

/** Reads everything that is there: each row, each file's bytes against its hash, and that nothing points at a file that isn't there. */
export async function checkDesk(
  url: string,
  stores: readonly Store[],
  progress: (share: number) => void = () => undefined,
): Promise<Found> {
  const client = await connectAs(url, 'hearten verify');
  const wrong: string[] = [];
  const say = (text: string): void => void (wrong.length < 100 && wrong.push(text));
  let [blobs, bytes] = [0, 0];
  try {
    await client.query('begin isolation level repeatable read read only');
    const tables = await sumTables(client);
    for (const workspace of await workspacesOf(client)) {
      await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
      for (const { table, column, where } of pointers) {
        const { rows } = await client.query(
          `select count(*)::int as n from ${table} t where t.workspace_id = $1 and t.${column} is not null${where} and not exists (select 1 from blob b where b.workspace_id = $1 and b.hash = t.${column})`,
          [workspace],
        );
        if (rows[0].n > 0) say(`${rows[0].n} of ${table} point at a file that isn't there (workspace ${workspace})`);
      }
      const total = tables.blob?.rows ?? 0;
      for await (const row of blobsOf(client, workspace)) {
        blobs++;
        bytes += row.size;
        if (blobs % 500 === 0) progress(blobs / Math.max(1, total));
        const found = await readFrom(stores, row);
        if (!found) say(`the pack ${row.pack} is missing`);
        else if (hash(found).toString('hex') !== row.hash)
          say(`the file ${row.hash} in ${row.pack} at ${row.start} is damaged`);
      }
    }
    await client.query('commit');
    return { tables, sum: overAll(tables), blobs, bytes, wrong };
  } finally {
    await client.end();
  }
}

// Whatever names a file by its hash. An ignored mail keeps its hash after its bytes were given up.
const pointers = [
  { table: 'message', column: 'raw_hash', where: '' },
  { table: 'inbound_mail', column: 'raw_hash', where: ` and t.state in ('stored', 'quarantined')` },
  { table: 'upload', column: 'hash', where: '' },
  { table: 'brand', column: 'logo_hash', where: '' },
  { table: 'data_export_piece', column: 'hash', where: '' },
];

async function* blobsOf(client: pg.ClientBase, workspace: string): AsyncGenerator<BlobRow> {
  await client.query(
    `declare b no scroll cursor for select encode(hash, 'hex') as hash, pack, start::float8 as start, size::float8 as size from blob where workspace_id = '${workspace}' order by pack, start`,
  );
  for (;;) {
    const { rows } = await client.query<BlobRow>('fetch 2000 from b');
    if (rows.length === 0) break;
    yield* rows;
  }
  await client.query('close b');
}

async function readFrom(stores: readonly Store[], { pack, start, size }: BlobRow): Promise<Buffer | undefined> {
  for (const store of stores) {
    const found = await store.read(pack, start, size);
    if (found) return found;
  }
  return undefined;
}

const overAll = (tables: Sums): string =>
  hash(
    Object.entries(tables)
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([name, { rows, sum }]) => `${name} ${rows} ${sum}\n`)
      .join(''),
  ).toString('hex');

/** A backup alone, without putting it anywhere: that each part opens and holds what it should, and each file has its hash. */
export async function checkBackup(
  place: Place,
  box: Box,
  manifest: Manifest,
  progress: (share: number) => void = () => undefined,
): Promise<Found> {
  const wrong: string[] = manifest.missing.map((pack) => `the pack ${pack} was missing when this backup was made`);
  const tables: Sums = {};
  const wanted = new Map<string, BlobRow[]>();
  const names = Object.entries(manifest.tables);
  let done = 0;
  for (const [name, { columns, parts, rows, sum }] of names) {
    const own = emptySum();
    const at = (column: string): number => columns.indexOf(column);
    const each = rowsOf((row) => {
      addRow(own, row);
      if (name !== 'blob') return;
      const cells = row.toString().split('\t');
      const pack = cells[at('pack')] as string;
      const list = wanted.get(pack) ?? [];
      if (list.length === 0) wanted.set(pack, list);
      const cell = cells[at('hash')] as string;
      list.push({ hash: cell.slice(3), pack, start: Number(cells[at('start')]), size: Number(cells[at('size')]) });
    });
    for (let part = 0; part < parts; part++) each(await opened(place, box, partName(place, manifest.id, name, part)));
    tables[name] = { rows: own.rows, sum: printSum(own) };
    if (own.rows !== rows) wrong.push(`${name} has ${own.rows} rows instead of ${rows}`);
    else if (printSum(own) !== sum) wrong.push(`${name} has other rows than were written`);
    progress((++done / names.length) * 0.5);
  }
  let [blobs, bytes, packs] = [0, 0, 0];
  for (const entry of manifest.packs) {
    const pieces: Buffer[] = [];
    for (let piece = 0; piece < entry.pieces; piece++) pieces.push(await opened(place, box, pieceName(entry, piece)));
    const pack = Buffer.concat(pieces);
    for (const { hash: own, start, size } of wanted.get(entry.pack) ?? []) {
      blobs++;
      bytes += size;
      if (hash(pack.subarray(start, start + size)).toString('hex') !== own && wrong.length < 100)
        wrong.push(`the file ${own} in ${entry.pack} at ${start} is damaged`);
    }
    progress(0.5 + (++packs / manifest.packs.length) * 0.5);
  }
  if (blobs !== manifest.blobs.count && manifest.missing.length === 0)
    wrong.push(`${blobs} files are there instead of ${manifest.blobs.count}`);
  progress(1);
  return { tables, sum: overAll(tables), blobs, bytes, wrong };
}
