import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import { type Actor, emit, forgetEvents } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import { lock } from './rows.ts';

/** An answer that is leaving now. What waits for its time leaves from no trash. */
const leaves = sql`(m.state in ('sending', 'deferred') or m.state = 'queued' and m.plan is null)`;

/**
 * What lies in the trash goes for good, with what was merged into it: messages, files, drafts and its story. Of each message that came
 * in a tombstone stays, so that no mailbox brings it back. An answer that waits for its time is never sent. Who else keeps something of it (mail rows, notifications) hears the event.
 */
export async function deleteForGood(tx: Tx, actor: Actor, id: string): Promise<void> {
  const home = await lock(tx, id);
  if (home.folder !== 'trash' || home.merged_into)
    throw Conflict(
      'Only what lies in the trash can be deleted for good. Nothing was deleted; move it to the trash first.',
    );
  const leaving = await tx.first(sql`
    select 1 from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = ${id} and ${leaves}`);
  if (leaving)
    throw Conflict(
      'An answer in this conversation has not left yet. Nothing was deleted; wait until it has left, or take it back.',
    );
  const gone = await tx.many<{ id: string }>(sql`
    with recursive gone as (select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
      union select c.id from gone g join conversation c on c.workspace_id = ${tx.workspaceId} and c.merged_into = g.id)
    select id from gone`);
  const ids = gone.map((row) => row.id);
  const messages = await tx.many<{ id: string; hash: string | null; uploads: string[]; planned: boolean }>(sql`
    with buried as (insert into tombstone (workspace_id, inbox_id, dedupe, external_id)
      select m.workspace_id, m.inbox_id, m.dedupe, m.external_id from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[]) and m.dedupe is not null
      on conflict do nothing)
    select m.id, encode(m.raw_hash, 'hex') as hash, m.plan is not null as planned, array(select a->>'upload' from jsonb_array_elements(m.attachments) a where a ? 'upload') as uploads
    from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[])`);
  const uploads = messages.flatMap((message) => message.uploads);
  const files = uploads.length
    ? await tx.many<{ hash: string }>(
        sql`delete from upload where workspace_id = ${tx.workspaceId} and id = any (${uploads}::uuid[]) returning encode(hash, 'hex') as hash`,
      )
    : [];
  await tx.run(
    sql`delete from search_row where workspace_id = ${tx.workspaceId} and conversation_id = any (${ids}::uuid[])`,
  );
  await tx.run(
    sql`update conversation set follows = null where workspace_id = ${tx.workspaceId} and follows = any (${ids}::uuid[])`,
  );
  await tx.run(sql`delete from conversation where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`);
  await forgetEvents(tx, ids);
  for (const one of messages) if (one.planned) await jobs.cancel(tx, `deliver:${one.id}`);
  for (const one of ids) for (const job of ['wake', 'close']) await jobs.cancel(tx, `${job}:${one}`);
  await emit(tx, [
    {
      name: 'conversation.deleted',
      actor,
      data: {
        id,
        number: home.number,
        conversations: ids,
        messages: messages.map((message) => message.id),
        hashes: [...new Set([...messages.flatMap((m) => (m.hash ? [m.hash] : [])), ...files.map((f) => f.hash)])],
      },
    },
  ]);
}

/** What has lain in the trash for as many days as the workspace says, a hundred at a time, but for those that could not go. */
export async function dueInTrash(tx: Tx, but: string[]): Promise<string[]> {
  const rows = await tx.many<{ id: string }>(sql`
    select c.id from conversation c join workspace w on w.id = c.workspace_id
    where c.workspace_id = ${tx.workspaceId} and c.folder = 'trash' and c.merged_into is null and c.trashed_at <= now() - make_interval(days => w.empties_trash_after_days) and c.id <> all (${but}::uuid[])
    order by c.trashed_at limit 100`);
  return rows.map((row) => row.id);
}
