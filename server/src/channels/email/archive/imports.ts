import type { MailImport } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import { Conflict, NotFound } from '../../../base/errors.ts';
import { emit } from '../../../base/events.ts';
import { newId } from '../../../base/ids.ts';
import { jobs } from '../../../base/jobs.ts';
import { actorOf, type Who } from '../../../base/module.ts';
import type { Position } from './read.ts';

export type Row = {
  id: string;
  inbox_id: string;
  path: string;
  state: MailImport['state'];
  state_text: string;
  state_why: { code: string } | null;
  round: number;
  position: Partial<Position>;
  place: number;
  bytes_total: number;
  bytes_done: number;
  imported: number;
  known: number;
  quarantined: number;
  ignored: number;
  created_at: string;
  updated_at: string;
  finished_at: string | null;
};
const columns = sql`id, inbox_id, path, state, state_text, state_why, round, position, place, bytes_total, bytes_done, imported, known, quarantined, ignored, created_at, updated_at, finished_at`;

export const folderOf = (importId: string): string => `import:${importId}`;

export async function importRow(tx: Tx, id: string): Promise<Row> {
  const row = await tx.first<Row>(
    sql`select ${columns} from mail_import where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound('There is no such import.');
  return row;
}

const shown = (row: Row): MailImport => ({
  id: row.id,
  path: row.path,
  state: row.state,
  text: row.state_text,
  ...(row.state_why ? { why: row.state_why } : {}),
  share: row.state === 'done' ? 1 : row.bytes_total === 0 ? 0 : Math.min(1, row.bytes_done / row.bytes_total),
  read: row.imported + row.known + row.quarantined + row.ignored,
  imported: row.imported,
  known: row.known,
  quarantined: row.quarantined,
  ignored: row.ignored,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  finishedAt: row.finished_at,
});

/** The imports into an inbox, the newest first. */
export async function listImports(tx: Tx, inboxId: string): Promise<{ items: MailImport[] }> {
  const inbox = await tx.first(
    sql`select 1 from inbox where workspace_id = ${tx.workspaceId} and id = ${inboxId} and deleted_at is null`,
  );
  if (!inbox) throw NotFound('This inbox is not here; it may have been disconnected.');
  const rows = await tx.many<Row>(sql`
    select ${columns} from mail_import where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} order by created_at desc, id desc limit 20`);
  return { items: rows.map(shown) };
}

/** The import of this path that is not at its end goes on; else a new one begins. */
export async function beginImport(tx: Tx, inboxId: string, path: string): Promise<Row> {
  const before = await tx.first<Row>(sql`
    select ${columns} from mail_import where workspace_id = ${tx.workspaceId} and inbox_id = ${inboxId} and path = ${path} and state <> 'done'
    order by created_at desc limit 1 for update`);
  if (before) return before;
  const id = newId();
  await tx.run(
    sql`insert into mail_import (workspace_id, id, inbox_id, path) values (${tx.workspaceId}, ${id}, ${inboxId}, ${path})`,
  );
  return importRow(tx, id);
}

/** Asked for; whoever reads stops after the mails it has in its hands. One that nobody reads (killed) stops at once. */
export async function stopImport(tx: Tx, who: Who, id: string): Promise<MailImport> {
  await tx.run(sql`
    update mail_import set state = case when updated_at < now() - interval '1 minute' then 'stopped' else 'stopping' end, updated_at = now()
    where workspace_id = ${tx.workspaceId} and id = ${id} and state in ('running', 'stopping')`);
  const row = await importRow(tx, id);
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: row.inbox_id, importId: id } }]);
  return shown(row);
}

/** Goes on where it stopped, in the server itself. */
export async function resumeImport(tx: Tx, who: Who, id: string): Promise<MailImport> {
  const row = await importRow(tx, id);
  if (row.state === 'done') throw Conflict('This import is at its end. Nothing was changed.');
  await goOn(tx, id);
  await emit(tx, [{ name: 'inbox.changed', actor: actorOf(who), data: { inboxId: row.inbox_id, importId: id } }]);
  return shown(await importRow(tx, id));
}

/** By the server, as a job. */
export async function goOn(tx: Tx, id: string): Promise<void> {
  await tx.run(
    sql`update mail_import set state = 'running', state_text = '', state_why = null, updated_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  await jobs.add(tx, 'import-mail', { importId: id }, { key: `import-mail:${id}`, tries: 3 });
}

/**
 * What became of the mails behind the last count, by their rows, so that read = imported + known + quarantined + ignored whatever was
 * killed when. `whole` counts all anew: what left the quarantine in the meantime is in the inbox now.
 */
export async function countImport(tx: Tx, row: Row, whole = false): Promise<Row> {
  await tx.run(sql`
    with was as (select counted from mail_import where workspace_id = ${tx.workspaceId} and id = ${row.id} for update),
    c as (select count(*) filter (where m.state = 'processed') as imported, count(*) filter (where m.state = 'ignored' and m.raw_hash is not null) as known,
        count(*) filter (where m.state in ('quarantined', 'stored')) as quarantined, count(*) filter (where m.state = 'ignored' and m.raw_hash is null) as ignored, max(m.uid) as counted
      from was join inbound_mail m on m.workspace_id = ${tx.workspaceId} and m.inbox_id = ${row.inbox_id} and m.folder = ${folderOf(row.id)}
        and m.uidvalidity = ${row.round} and m.uid > case when ${whole} then 0 else was.counted end)
    update mail_import i set counted = coalesce(c.counted, i.counted), updated_at = now(),
      imported = c.imported + case when ${whole} then 0 else i.imported end, known = c.known + case when ${whole} then 0 else i.known end,
      quarantined = c.quarantined + case when ${whole} then 0 else i.quarantined end, ignored = c.ignored + case when ${whole} then 0 else i.ignored end
    from c where i.workspace_id = ${tx.workspaceId} and i.id = ${row.id}`);
  return importRow(tx, row.id);
}
