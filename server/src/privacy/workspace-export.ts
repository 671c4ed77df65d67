import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type pg from 'pg';
import { sql } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import type { Entries, Fill } from './exports.ts';
import { inOrder, only, sealed, type Table, tablesQuery } from './tables.ts';

const MOST = 500;
const CHUNK = 32 * 1024 * 1024; // of blobs in one entry
export type Manifest = {
  format: 'hearten-workspace-1';
  exportedAt: string;
  migration: string;
  workspace: Record<string, unknown>;
  /** How many rows each table has, and how many blobs there are: what an import must come to. */
  tables: Record<string, number>;
  blobs: { count: number; bytes: number };
};
const [deflate, inflate] = [promisify(deflateRaw), promisify(inflateRaw)];

/**
 * The whole workspace as of one moment, while it goes on: every table as JSON lines, blobs in entries of some megabytes with a list of
 * where each lies, and last a manifest of what there is. `docs/export.md` describes it. The moment is held while tables are read; files
 * never change, and of hundreds of gigabytes of them nobody should have to wait for the last: one that goes meanwhile is left out.
 */
export function workspaceExport(hearten: Hearten, workspaceId: string): Fill {
  return async (zip: Entries) => {
    const client = await hearten.db.connect();
    zip.over(() => client.end());
    await client.query('begin isolation level repeatable read read only');
    await client.query(
      `select set_config('role', 'hearten_app', true), set_config('app.workspace_id', $1, true), set_config('timezone', 'UTC', true), set_config('idle_in_transaction_session_timeout', '10min', true)`,
      [workspaceId],
    );
    const about = (
      await client.query<{ workspace: Record<string, unknown>; at: string }>(
        `select to_jsonb(w) - 'sample' - 'sample_of' as workspace, now() as at from workspace w where id = $1`,
        [workspaceId],
      )
    ).rows[0];
    const tables = inOrder((await client.query<Table>(tablesQuery)).rows).filter((table) => table.name !== 'blob');
    const { total, begins } = await groupsOf(client, workspaceId);
    const migration = await newest(hearten);
    const counts: Record<string, number> = {};
    for (const table of tables)
      zip.lines(`tables/${table.name}.jsonl`, async function* () {
        counts[table.name] = 0;
        for await (const rows of pages(client, workspaceId, table)) {
          counts[table.name] = (counts[table.name] ?? 0) + rows.length;
          zip.counted();
          yield `${rows.join('\n')}\n`;
        }
      });
    zip.lines('accounts.jsonl', async function* () {
      const found = await client.query<{ json: string }>(
        `select json_build_object('id', a.id, 'email', a.email)::text as json from account a join person p on p.account_id = a.id where p.workspace_id = $1 order by a.id`,
        [workspaceId],
      );
      await client.query('commit');
      yield `${found.rows.map((row) => row.json).join('\n')}\n`;
    });
    // One entry follows the other, each read when its turn has come.
    const lists: Buffer[] = [];
    let blobs = 0;
    let bytes = 0;
    for (const [i, from] of begins.entries()) {
      const entry = `${String(i + 1).padStart(6, '0')}.bin`;
      zip.lines(`blobs/${entry}`, async function* () {
        const lines: string[] = [];
        let start = 0;
        for (const { hash } of await blobsFrom(hearten, workspaceId, from, begins[i + 1])) {
          const content = await contentOf(hearten, workspaceId, hash);
          zip.counted();
          if (!content) continue;
          lines.push(`${JSON.stringify({ hash, size: content.length, entry, start })}\n`);
          blobs++;
          start += content.length;
          bytes += content.length;
          yield content;
        }
        lists.push(await deflate(lines.join('')));
      });
    }
    zip.lines('blobs.jsonl', async function* () {
      for (const list of lists) yield await inflate(list);
    });
    zip.lines('manifest.json', async function* () {
      const manifest: Manifest = {
        format: 'hearten-workspace-1',
        exportedAt: String(about?.at),
        migration,
        workspace: about?.workspace ?? {},
        tables: counts,
        blobs: { count: blobs, bytes },
      };
      yield JSON.stringify(manifest, null, 2);
    });
    return total + tables.length;
  };
}

async function contentOf(hearten: Hearten, workspaceId: string, hash: string): Promise<Buffer | null> {
  try {
    return await hearten.files.get(hearten.db, workspaceId, Buffer.from(hash, 'hex'));
  } catch (error) {
    if (isRefusedAs(error, 'not-found')) return null;
    throw error;
  }
}

async function newest(hearten: Hearten): Promise<string> {
  const client = await hearten.db.connect();
  try {
    return (await client.query<{ name: string }>('select max(name) as name from migration')).rows[0]?.name ?? '';
  } finally {
    await client.end();
  }
}

/** Rows as lines of JSON, by the primary key, so that a table of any size is read in small pieces. */
async function* pages(client: pg.Client, workspaceId: string, table: Table): AsyncGenerator<string[]> {
  const key = table.key.map((one) => `t."${one.name}"`);
  const without = [...(sealed[table.name] ?? []), 'workspace_id', 'xid'].map((name) => ` - '${name}'`).join('');
  let after: unknown[] = [];
  for (;;) {
    const mark = after.length
      ? `and (${key.join(', ')}) > (${table.key.map((one, i) => `$${i + 2}::${one.type}`).join(', ')})`
      : '';
    const found = await client.query<{ json: string; mark: unknown[] }>({
      text: `select (to_jsonb(t)${without})::text as json, array[${key.map((one) => `${one}::text`).join(', ')}]::text[] as mark from "${table.name}" t where t.workspace_id = $1 and ${only[table.name] ?? true} ${mark} ${key.length ? `order by ${key.join(', ')}` : ''} limit ${MOST}`,
      values: [workspaceId, ...after],
    });
    const { rows } = found;
    if (rows.length > 0) yield rows.map((row) => row.json);
    if (rows.length < MOST || key.length === 0) return;
    after = rows.at(-1)?.mark ?? [];
  }
}

type Mark = { pack: string; start: number };
const mine = `from blob where workspace_id = $1 and hash not in (select hash from data_export_piece where workspace_id = $1)`;

/** How many blobs there are, and where in their order each entry begins: of millions nobody holds the list. */
async function groupsOf(client: pg.Client, workspaceId: string): Promise<{ total: number; begins: Mark[] }> {
  const found = await client.query<{ n: number }>(`select count(*)::int as n ${mine}`, [workspaceId]);
  const { rows } = await client.query<Mark>(
    `select pack, start::float8 as start from (select pack, start, n, lag(n) over (order by pack, start) as before from (
       select pack, start, div(sum(size) over (order by pack, start) - size, ${CHUNK}) as n ${mine}) x) y
     where before is null or before <> n order by pack, start`,
    [workspaceId],
  );
  return { total: found.rows[0]?.n ?? 0, begins: rows };
}

const blobsFrom = (
  hearten: Hearten,
  workspaceId: string,
  from: Mark,
  to: Mark | undefined,
): Promise<{ hash: string }[]> =>
  hearten.db.read<{ hash: string }>(
    workspaceId,
    sql`select encode(hash, 'hex') as hash from blob where workspace_id = ${workspaceId} and (pack, start) >= (${from.pack}::text, ${from.start}::bigint)
      and (${to?.pack ?? null}::text is null or (pack, start) < (${to?.pack ?? null}::text, ${to?.start ?? null}::bigint))
      and hash not in (select hash from data_export_piece where workspace_id = ${workspaceId}) order by pack, start`,
  );
