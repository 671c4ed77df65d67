import { sql, type Tx } from '../../base/db.ts';
import type { EventRow } from '../../base/events.ts';
import type { Files } from '../../base/files.ts';
import { jobs } from '../../base/jobs.ts';

/**
 * A conversation was deleted for good: its mails' rows keep their number and their hash, by which a mailbox knows them again, and no
 * word. Bytes that nothing else of the workspace needs are given up, and overwritten by a job.
 */
export async function forgetMails(tx: Tx, files: Files, event: EventRow): Promise<void> {
  const { messages, hashes } = event.data as { messages: string[]; hashes: string[] };
  await tx.run(sql`
    update inbound_mail set message_id = null, sender = '', subject = '', envelope = '{}', state = 'ignored', reason = 'Its conversation was deleted for good.'
    where workspace_id = ${tx.workspaceId} and (inbox_id, raw_hash) in (select i.id, h from inbox i, unnest(${hashes.map((h) => Buffer.from(h, 'hex'))}::bytea[]) h where i.workspace_id = ${tx.workspaceId})
      and (message_id = any (${messages}::uuid[]) or (state = 'ignored' and message_id is null))`);
  const unused = await tx.many<{ hash: Buffer }>(sql`
    select h as hash from unnest(${hashes.map((h) => Buffer.from(h, 'hex'))}::bytea[]) h
    where not exists (select 1 from upload u where u.workspace_id = ${tx.workspaceId} and u.hash = h)
      and not exists (select 1 from inbox i join inbound_mail m on m.workspace_id = i.workspace_id and m.inbox_id = i.id and m.raw_hash = h
        where i.workspace_id = ${tx.workspaceId} and (m.state in ('stored', 'quarantined') or exists (select 1 from message o where o.workspace_id = m.workspace_id and o.id = m.message_id)))`);
  const places = await files.giveUp(
    tx,
    unused.map((row) => row.hash),
  );
  for (const place of places) await jobs.add(tx, 'erase-bytes', place);
}
