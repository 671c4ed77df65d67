import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import type { Actor } from '../base/events.ts';
import { bury, remove } from './remove.ts';
import { lock } from './rows.ts';

/** An answer that is leaving now. What waits for its time leaves from no trash. */
const leaves = sql`(m.state in ('sending', 'deferred') or m.state = 'queued' and m.plan is null)`;

/**
 * What lies in the trash goes for good, with what was merged into it and what was said beside it: messages, files, drafts and its story. Of each message that came
 * in a tombstone stays, so that no mailbox brings it back. An answer that waits for its time is never sent. Who else keeps something of it (mail rows, notifications) hears the event.
 */
export async function deleteForGood(tx: Tx, actor: Actor, id: string): Promise<void> {
  const home = await lock(tx, id);
  if (home.folder !== 'trash' || home.merged_into)
    throw Conflict(
      'Only what lies in the trash can be deleted for good. Nothing was deleted; move it to the trash first.',
    );
  const gone = await tx.many<{ id: string }>(sql`
    with recursive gone as (select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
      union select c.id from gone g join conversation c on c.workspace_id = ${tx.workspaceId} and (c.merged_into = g.id or c.parent_id = g.id and c.parent_kind = 'side'))
    select id from gone`);
  const ids = gone.map((row) => row.id);
  const leaving = await tx.first(sql`
    select 1 from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = any (${ids}::uuid[]) and ${leaves}`);
  if (leaving)
    throw Conflict(
      'An answer in this conversation has not left yet. Nothing was deleted; wait until it has left, or take it back.',
    );
  await bury(tx, ids);
  await remove(tx, actor, { id, number: home.number }, ids);
}

/** What has lain in the trash for as many days as the workspace says, a hundred at a time, but for those that could not go. */
export async function dueInTrash(tx: Tx, but: string[]): Promise<string[]> {
  const rows = await tx.many<{ id: string }>(sql`
    select c.id from conversation c join workspace w on w.id = c.workspace_id
    where c.workspace_id = ${tx.workspaceId} and c.folder = 'trash' and c.merged_into is null and c.trashed_at <= now() - make_interval(days => w.empties_trash_after_days) and c.id <> all (${but}::uuid[])
    order by c.trashed_at limit 100`);
  return rows.map((row) => row.id);
}
