import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { connectTo } from '../base/hosts.ts';

/** One table as it is kept: its columns, and what is copied for each. */
export type Table = {
  name: string;
  columns: string[];
  /** What stands for each column in the copy. */
  read: string[];
  byWorkspace: boolean;
  /** About how many bytes, for the order and the progress. */
  size: number;
};

/** Jobs live in tables of the job runner's own; they are kept by what they say, not as they lie there. */
export const JOBS = 'jobs';
const jobColumns = 'task, queue, payload, priority, run_at, attempts, max_attempts, key, flags, created_at'.split(', ');
const jobs = `select t.identifier as task, q.queue_name as queue, j.payload, j.priority, j.run_at, j.attempts, j.max_attempts, j.key, j.flags, j.created_at
  from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id left join graphile_worker._private_job_queues q on q.id = j.job_queue_id`;

// What is about this machine and not about what it keeps.
const apart = ['migration', 'installation', 'backup', 'restoring'];

/**
 * All tables, the largest first; how large is asked once for each, because they grow meanwhile and their columns must stay together. A transaction's number means nothing in another cluster: what is kept instead is how many of the readers
 * of the log stand before it, which keeps for each reader what it has read and what it has not.
 */
export async function tablesOf(client: pg.ClientBase): Promise<Table[]> {
  const { rows } = await client.query<{ table: string; size: string; column: string; type: string; guarded: boolean }>(`
    with c as materialized (select oid, relname, relrowsecurity, pg_table_size(oid) as size from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition)
    select c.relname as table, c.relrowsecurity as guarded, c.size, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
    from c join pg_attribute a on a.attrelid = c.oid
    where a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    order by c.size desc, c.relname, a.attnum`);
  const tables = new Map<string, Table>();
  const numbers: { table: string; column: string }[] = [];
  for (const row of rows) {
    if (apart.includes(row.table)) continue;
    const table: Table = tables.get(row.table) ?? {
      name: row.table,
      columns: [],
      read: [],
      byWorkspace: row.guarded,
      size: Number(row.size),
    };
    tables.set(row.table, table);
    table.columns.push(row.column);
    table.read.push(quote(row.column));
    if (row.type === 'xid8') numbers.push({ table: row.table, column: row.column });
  }
  const readers = numbers.filter(({ table }) => table !== 'event');
  const stands = readers.length
    ? (
        await client.query<{ xid: string }>(
          readers
            .map(({ table, column }) => `select ${quote(column)}::text as xid from ${quote(table)}`)
            .join(' union '),
        )
      ).rows.map((row) => row.xid)
    : [];
  for (const { table, column } of numbers) {
    const found = tables.get(table) as Table;
    const before = stands.map((xid) => ` + (${quote(column)} >= '${xid}'::xid8)::int`).join('');
    found.read[found.columns.indexOf(column)] = `3${before}`;
  }
  return [...tables.values(), { name: JOBS, columns: jobColumns, read: jobColumns, byWorkspace: false, size: 0 }];
}

export const quote = (name: string): string => pg.escapeIdentifier(name);

/**
 * Copies a table out, workspace by workspace: row security holds for the owner too. `each` gets the rows' bytes as they come, and what it
 * returns is waited for.
 */
export async function readTable(
  client: pg.ClientBase,
  table: Table,
  workspaces: readonly string[],
  each: (chunk: Buffer) => Promise<void> | void,
): Promise<void> {
  const from = table.name === JOBS ? `(${jobs}) j` : quote(table.name);
  const select = `select ${table.read.join(', ')} from ${from}`;
  for (const workspace of table.byWorkspace ? workspaces : [null]) {
    if (workspace !== null) await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
    const where = workspace === null ? '' : ` where workspace_id = ${pg.escapeLiteral(workspace)}`;
    const sink = new Writable({
      highWaterMark: 1024 * 1024,
      write: (chunk: Buffer, _encoding, done) => {
        Promise.resolve(each(chunk)).then(() => done(), done);
      },
    });
    await pipeline(client.query(copyTo(`copy (${select}${where}) to stdout`)), sink);
  }
}

export async function workspacesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>('select id from workspace order by created_at, id');
  return rows.map((row) => row.id);
}

/** A connection that is known by its name, to whoever needs the tables for himself. */
export async function connectAs(url: string, name: string): Promise<pg.Client> {
  const client = await connectTo(url, { application_name: name });
  await client.query(
    `select set_config('timezone', 'UTC', false), set_config('datestyle', 'ISO, YMD', false), set_config('intervalstyle', 'postgres', false), set_config('extra_float_digits', '1', false), set_config('statement_timeout', '0', false), set_config('idle_in_transaction_session_timeout', '0', false), set_config('synchronize_seqscans', 'off', false)`,
  );
  return client;
}
