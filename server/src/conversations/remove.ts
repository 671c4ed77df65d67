import { sql, type Tx } from '../base/db.ts';
import { type Actor, emit, forgetEvents } from '../base/events.ts';
import { isId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';

/**
 * These conversations go with everything of theirs: messages, files, drafts, their story, and what was still to happen by itself. What waits
 * for its time is never sent. Who else keeps something of it (mail rows, notifications) hears the event. The caller holds their locks.
 */
export async function remove(
  tx: Tx,
  actor: Actor,
  about: { id?: string; number?: number },
  ids: string[],
): Promise<void> {
  const messages = await tx.many<{ id: string; hash: string | null; uploads: string[]; waits: boolean }>(sql`
    select m.id, encode(m.raw_hash, 'hex') as hash, m.state in ('queued', 'deferred') as waits, array(select a->>'upload' from jsonb_array_elements(m.attachments) a where a ? 'upload') as uploads
    from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[])`);
  const drafted = await tx.many<{ id: string }>(sql`
    select unnest(d.attachments) as id from draft d where d.workspace_id = ${tx.workspaceId} and d.conversation_id = any (${ids}::uuid[])
    union select unnest(d.attachments) from note_draft d where d.workspace_id = ${tx.workspaceId} and d.conversation_id = any (${ids}::uuid[])`);
  const uploads = [...messages.flatMap((message) => message.uploads), ...drafted.map((one) => one.id)];
  // A file of a snippet went along with an answer; it stays with the snippet.
  const files = uploads.length
    ? await tx.many<{ hash: string }>(sql`
        delete from upload u where u.workspace_id = ${tx.workspaceId} and u.id = any (${uploads.filter(isId)}::uuid[])
          and not exists (select 1 from snippet s where s.workspace_id = u.workspace_id and u.id = any (s.files)) returning encode(u.hash, 'hex') as hash`)
    : [];
  await tx.run(
    sql`delete from search_row where workspace_id = ${tx.workspaceId} and conversation_id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`delete from bulk_item where workspace_id = ${tx.workspaceId} and conversation_id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update conversation set follows = null where workspace_id = ${tx.workspaceId} and follows = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update conversation set parent_id = null, parent_kind = null where workspace_id = ${tx.workspaceId} and parent_id = any (${ids}::uuid[])`,
  );
  await tx.run(sql`delete from conversation where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`);
  await forgetEvents(tx, ids);
  for (const one of messages) if (one.waits) await jobs.cancel(tx, `deliver:${one.id}`);
  for (const one of ids) for (const job of ['wake', 'close']) await jobs.cancel(tx, `${job}:${one}`);
  await emit(tx, [
    {
      name: 'conversation.deleted',
      actor,
      data: {
        ...about,
        conversations: ids,
        messages: messages.map((message) => message.id),
        hashes: [...new Set([...messages.flatMap((m) => (m.hash ? [m.hash] : [])), ...files.map((f) => f.hash)])],
      },
    },
  ]);
}

/** A tombstone of each message that came in, so that no mailbox brings back what is deleted for good. */
export const bury = (tx: Tx, ids: string[]): Promise<number> =>
  tx.run(sql`
    insert into tombstone (workspace_id, inbox_id, dedupe) select m.workspace_id, m.inbox_id, m.dedupe from message m
    where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[]) and m.dedupe is not null on conflict do nothing`);
