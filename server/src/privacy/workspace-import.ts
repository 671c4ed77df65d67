import type pg from 'pg';
import { type Entry, openPromise } from 'yauzl';
import { z } from 'zod';
import { audit } from '../base/audit.ts';
import { raw, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, textOf } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { keyOf } from './erase.ts';
import { blobsIn, bringBlobs, leaveNothing, lines, whole } from './import-files.ts';
import { habits, inOrder, type Table, tablesQuery } from './tables.ts';

const MOST = 500;
const manifestOf = z.object({
  format: z.literal('hearten-workspace-1'),
  migration: z.string(),
  workspace: z.record(z.string(), z.unknown()),
  tables: z.record(z.string(), z.number()),
  blobs: z.object({ count: z.number(), bytes: z.number() }),
});
const accountOf = z.object({ id: z.string(), email: z.string() });
export type Imported = { tables: Record<string, number>; blobs: number };

/**
 * A whole workspace from another desk into one that is empty here. Its ids are kept, only the workspace is another. Nothing is sent or
 * fetched by it: inboxes are off and have no passwords, what was on its way is marked as not sent, and nobody is told what happened
 * elsewhere. Each file is compared with its hash, and each table counted against the manifest: where one does not match, nothing is there.
 */
export async function importWorkspace(
  hearten: Hearten,
  workspaceId: string,
  path: string,
  say: (line: string) => void,
): Promise<Imported> {
  const zip = await openPromise(path, { autoClose: false }).catch((error: unknown) => {
    throw Object.assign(Invalid('This file is not a whole zip, or cannot be read. Nothing was imported.'), {
      cause: error,
    });
  });
  try {
    const entries = new Map<string, Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const read = (name: string): AsyncGenerator<string> => lines(zip, entries, name);
    const manifest = manifestOf.safeParse(JSON.parse(await whole(zip, entries, 'manifest.json')));
    if (!manifest.success) throw Invalid('This file is not an export of a workspace. Nothing was imported.');
    const about = manifest.data;
    const client = await hearten.db.connect();
    let tables: Table[];
    try {
      tables = inOrder((await client.query<Table>(tablesQuery)).rows);
      await refuseNewer(client, about.migration);
    } finally {
      await client.end();
    }
    await hearten.db.tx(workspaceId, mustBeEmpty);
    const groups = await blobsIn(zip, entries, about.blobs.count);
    try {
      const blobs = await bringBlobs(hearten, workspaceId, zip, entries, groups);
      return { tables: await bringRows(hearten, workspaceId, { tables, entries, about, read, say }), blobs };
    } catch (error) {
      await leaveNothing(hearten, workspaceId, [...groups.values()].flat()).catch((worse) =>
        hearten.log.warn('Files of an import that failed were left behind', { error: textOf(worse) }),
      );
      throw error;
    }
  } finally {
    zip.close();
  }
}

type Rows = {
  tables: Table[];
  entries: Map<string, Entry>;
  about: z.infer<typeof manifestOf>;
  read: (name: string) => AsyncGenerator<string>;
  say: (line: string) => void;
};
const bringRows = (
  { db }: Hearten,
  workspaceId: string,
  { tables, entries, about, read, say }: Rows,
): Promise<Record<string, number>> =>
  db.tx(workspaceId, async (tx) => {
    await tx.run(sql`select set_config('idle_in_transaction_session_timeout', '0', true)`);
    // Files take their time, in which a mail may have come.
    await mustBeEmpty(tx);
    await clear(tx);
    const accounts = await bringAccounts(tx, read('accounts.jsonl'));
    const out: Record<string, number> = {};
    for (const table of tables) {
      if (table.name === 'blob' || !entries.has(`tables/${table.name}.jsonl`)) continue;
      out[table.name] = await bringTable(tx, table, read(`tables/${table.name}.jsonl`), accounts);
      say(`${table.name}: ${out[table.name]}`);
    }
    await settle(tx, about.workspace);
    for (const [name, n] of Object.entries(about.tables))
      if (out[name] !== n)
        throw new Error(`${name} has ${out[name] ?? 0} rows here and ${n} in the export. Nothing was imported.`);
    await audit(tx, {
      area: 'data',
      what: 'workspace.imported',
      about: ['workspace', workspaceId],
      facts: { from: about.workspace.id },
    });
    return out;
  });

async function refuseNewer(client: pg.Client, migration: string): Promise<void> {
  const [row] = (await client.query<{ newest: string }>('select max(name) as newest from migration')).rows;
  if (!row || migration > row.newest)
    throw Conflict('This export comes from a newer Hearten. Nothing was imported; update this one first.');
}

/** Only into a workspace in which nothing has happened. */
async function mustBeEmpty(tx: Tx): Promise<void> {
  const w = tx.workspaceId;
  const used = await tx.first(
    sql`select 1 from conversation where workspace_id = ${w} union all select 1 from customer where workspace_id = ${w} union all select 1 from inbox where workspace_id = ${w} limit 1`,
  );
  if (used)
    throw Conflict('This workspace is not empty. Nothing was imported; make a new workspace and import into that.');
}

/** What every new workspace begins with makes room for what comes. */
async function clear(tx: Tx): Promise<void> {
  for (const table of ['brand', 'counter', 'retention'])
    await tx.run(sql`delete from ${raw(table)} where workspace_id = ${tx.workspaceId}`);
}

/** By their address: who has an account here keeps it; who has none gets one without a password, for "forgot password". */
async function bringAccounts(tx: Tx, from: AsyncGenerator<string>): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  for await (const line of from) {
    const { id, email } = accountOf.parse(JSON.parse(line));
    await tx.run(sql`insert into ${raw('account')} (id, email) values (${newId()}, ${email}) on conflict do nothing`);
    const row = await tx.first<{ id: string }>(sql`select id from account where lower(email) = lower(${email})`);
    if (row) out.set(id, row.id);
  }
  return out;
}

async function bringTable(
  tx: Tx,
  table: Table,
  from: AsyncGenerator<string>,
  accounts: Map<string, string>,
): Promise<number> {
  let count = 0;
  let held: Record<string, unknown>[] = [];
  const later: Record<string, unknown>[] = [];
  const here = new Map<string, string>();
  if (table.name === 'person')
    for (const row of await tx.many<{ id: string; account: string }>(
      sql`select id, account_id as account from person where workspace_id = ${tx.workspaceId}`,
    ))
      here.set(row.account, row.id);
  const write = async (): Promise<void> => {
    if (held.length === 0) return;
    const known = new Set(Object.keys(held[0] as object));
    const columns = table.columns.filter((name) => name !== 'workspace_id' && known.has(name));
    const strange = [...known].filter((name) => !table.columns.includes(name));
    if (strange.length > 0) throw new Error(`${table.name} has no column ${strange.join(', ')}. Nothing was imported.`);
    const list = columns.map((name) => `"${name}"`).join(', ');
    count += await tx.run(sql`
      insert into ${raw(`"${table.name}"`)} (workspace_id, ${raw(list)}) select ${tx.workspaceId}, ${raw(list)} from jsonb_populate_recordset(null::${raw(`"${table.name}"`)}, ${JSON.stringify(held)}::jsonb)`);
    held = [];
  };
  for await (const line of from) {
    const row = JSON.parse(line) as Record<string, unknown>;
    // What others were told of elsewhere is history here: no reader of the log goes back so far.
    if (table.name === 'event') row.xid = '3';
    if (table.name === 'person') {
      row.account_id = accounts.get(String(row.account_id)) ?? row.account_id;
      // Whoever made the empty workspace is a person in it already; from now on the one they were.
      const mine = here.get(String(row.account_id));
      if (mine) await tx.run(sql`delete from ${raw('person')} where workspace_id = ${tx.workspaceId} and id = ${mine}`);
    }
    if (table.name === 'inbox') Object.assign(row, { enabled: false, state: 'paused' });
    if (table.name === 'message' && ['queued', 'sending', 'deferred'].includes(String(row.state)))
      Object.assign(row, {
        state: 'failed',
        state_reason: 'Not sent: the workspace moved to another Hearten before it left.',
        plan: null,
        lease_until: null,
      });
    // It is begun anew here, when its time comes: what of them came along is all there is.
    if (table.name === 'erasure') Object.assign(row, { state: 'waiting', begun_at: null });
    // No job goes on with it here: who wants it to begins again.
    if (table.name === 'mailing' && row.state === 'running') row.state = 'stopped';
    if (table.own.some((name) => row[name] !== null && row[name] !== undefined)) {
      later.push(
        Object.fromEntries([...table.key.map((one) => one.name), ...table.own].map((name) => [name, row[name]])),
      );
      for (const name of table.own) row[name] = null;
    }
    held.push(row);
    if (held.length >= MOST) await write();
  }
  await write();
  for (const row of later)
    for (const name of table.own)
      await tx.run(sql`
        update ${raw(`"${table.name}"`)} set ${raw(`"${name}"`)} = ${row[name]}::uuid where workspace_id = ${tx.workspaceId} and id = ${row.id}`);
  return count;
}

/** The name and the habits of the workspace; and what was to happen by itself later. */
async function settle(tx: Tx, about: Record<string, unknown>): Promise<void> {
  const given = Object.fromEntries(Object.entries(about).filter(([name, value]) => name in habits && value !== null));
  const list = raw(Object.keys(habits).join(', '));
  await tx.run(sql`
    update ${raw('workspace')} w set (${list}) = (select ${list} from jsonb_populate_record(w, ${JSON.stringify(given)}::jsonb)) where id = ${tx.workspaceId}`);
  await tx.run(
    sql`update ${raw('conversation')} set scheduled_at = null where workspace_id = ${tx.workspaceId} and scheduled_at is not null`,
  );
  const asleep = await tx.many<{ id: string; at: string }>(
    sql`select id, snoozed_until as at from conversation where workspace_id = ${tx.workspaceId} and status = 'snoozed' and snoozed_until is not null`,
  );
  for (const { id, at } of asleep) await jobs.add(tx, 'wake', { conversationId: id }, { at, key: `wake:${id}` });
  const promised = await tx.many<{ id: string; customer: string; at: string }>(
    sql`select id, customer_id as customer, due_at as at from erasure where workspace_id = ${tx.workspaceId} and state = 'waiting'`,
  );
  for (const { id, customer, at } of promised)
    await jobs.add(tx, 'erase-customer', { erasureId: id }, { at, key: keyOf(customer), tries: 20 });
}
