import type { BulkAction, ConversationRow } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { Json, Who } from '../base/module.ts';
import { assign, edit, move, setStatus, snooze, tag } from './change.ts';
import { markSeen } from './draft.ts';
import { moveInbox } from './move-inbox.ts';
import { type Locked, lockLive, rowFor } from './rows.ts';

/** A macro is several of them (snippets/run.ts). */
export type Single = Exclude<BulkAction, { do: 'macro' }>;
/** What a conversation was before: as much as is needed to take any of the actions back. */
export type Before = {
  status: Locked['status'];
  snoozedUntil: string | null;
  assigneeId: string | null;
  teamId: string | null;
  tags: string[];
  folder: Locked['folder'];
  unread: boolean;
  /** Not kept before it could be changed. */
  priority?: string;
  inboxId?: string;
  /** What it was afterwards (`leftAs`). */
  left?: string;
};
const rowOf = ({ json }: Json): ConversationRow => (JSON.parse(json) as { conversation: ConversationRow }).conversation;
/** All that somebody who goes on with a conversation changes. How a customer feels, say, is read on its own and takes nobody's way back. */
export async function leftAs(tx: Tx, row: ConversationRow): Promise<string> {
  // Notes and what was passed on change nothing that a row shows.
  const said = await tx.first<{ said: number }>(
    sql`select count(*)::int as said from message where workspace_id = ${tx.workspaceId} and conversation_id = ${row.id} and not automatic`,
  );
  return JSON.stringify([
    [row.status, row.folder, row.priority, row.category, row.inboxId, row.customer.id, row.assigneeId, row.teamId],
    [row.tags, row.mentioned, row.snoozedUntil, row.scheduledAt, row.lastAt, row.mergedInto, row.subject],
    [row.parent?.id, said?.said],
  ]);
}
/** Whether it is still as it was left; of what was noted before this was, the version says so. */
export async function stillAs(
  tx: Tx,
  who: Who,
  id: string,
  left: string | undefined,
  version: number | null,
): Promise<boolean> {
  const row = JSON.parse(await rowFor(tx, who.id, id)) as ConversationRow;
  return left === undefined ? row.version === version : (await leftAs(tx, row)) === left;
}

/** Does to one conversation what its own button does: the same verb, event and all. */
export async function act(
  tx: Tx,
  who: Who,
  id: string,
  action: Single,
): Promise<{ before: Before; version: number | null }> {
  const home = await lockLive(tx, id);
  const before: Before = {
    status: home.status,
    snoozedUntil: home.snoozed_until,
    assigneeId: home.assignee_id,
    teamId: home.team_id,
    tags: home.tags,
    folder: home.folder,
    unread: action.do === 'seen' ? await unreadFor(tx, who, id) : false,
    priority: home.priority,
    inboxId: home.inbox_id,
  };
  const row = await done(tx, who, id, action);
  return { before: row ? { ...before, left: await leftAs(tx, row) } : before, version: row?.version ?? null };
}
async function done(tx: Tx, who: Who, id: string, action: Single): Promise<ConversationRow | null> {
  switch (action.do) {
    case 'assign':
      return rowOf(await assign(tx, who, id, action));
    case 'tag':
      return rowOf(await tag(tx, who, id, action));
    case 'status':
      return rowOf(await setStatus(tx, who, id, action.status));
    case 'snooze':
      return rowOf(await snooze(tx, who, id, action.until));
    case 'folder':
      return rowOf(await move(tx, who, id, action.folder));
    case 'priority':
      return rowOf(await edit(tx, who, id, { priority: action.priority }));
    case 'inbox':
      return rowOf(await moveInbox(tx, who, id, action.inboxId));
    case 'seen':
      await markSeen(tx, who, id, action.unread);
      return null;
  }
}

/** Makes it what it was, unless somebody or something changed it since; false says that it was left alone. */
export async function takeBack(
  tx: Tx,
  who: Who,
  id: string,
  action: Single,
  before: Before,
  version: number | null,
): Promise<boolean> {
  const home = await lockLive(tx, id);
  if (action.do === 'seen') {
    if ((await unreadFor(tx, who, id)) !== action.unread) return false;
    await markSeen(tx, who, id, before.unread);
    return true;
  }
  if (!(await stillAs(tx, who, id, before.left, version))) return false;
  if (action.do === 'assign') await assign(tx, who, id, { assigneeId: before.assigneeId, teamId: before.teamId });
  if (action.do === 'priority' && before.priority) await edit(tx, who, id, { priority: before.priority });
  if (action.do === 'inbox' && before.inboxId) await moveInbox(tx, who, id, before.inboxId);
  if (action.do === 'folder') await move(tx, who, id, before.folder);
  if (action.do === 'tag')
    await tag(tx, who, id, {
      add: before.tags.filter((t) => !home.tags.includes(t)),
      remove: home.tags.filter((t) => !before.tags.includes(t)),
    });
  if (action.do === 'status' || action.do === 'snooze') {
    // An alarm that would have rung meanwhile has rung: open.
    if (before.status !== 'snoozed') await setStatus(tx, who, id, before.status);
    else if (before.snoozedUntil && Date.parse(before.snoozedUntil) > clock())
      await snooze(tx, who, id, before.snoozedUntil);
    else await setStatus(tx, who, id, 'open');
  }
  return true;
}

async function unreadFor(tx: Tx, who: Who, id: string): Promise<boolean> {
  const row = await tx.first<{ unread: boolean }>(sql`
    select coalesce((select s.up_to from seen s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.person_id = ${who.id}) < c.last_at, c.status not in ('resolved', 'closed')) as unread
    from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`);
  return row?.unread ?? false;
}
