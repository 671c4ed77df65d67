import type { Notification } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';

export async function listNotifications(
  tx: Tx,
  personId: string,
  cursor: string | undefined,
  limit = 30,
): Promise<{ items: Notification[]; next: string | null; unseen: number }> {
  const [items, unseen] = await Promise.all([
    tx.many<Notification>(sql`
      select id, kind, conversation_id as "conversationId", inbox_id as "inboxId", problem_id as "problemId", sender, title, text, at, seen_at as "seenAt" from notification
      where workspace_id = ${tx.workspaceId} and person_id = ${personId} and in_app and (${cursor ?? null}::uuid is null or id < ${cursor ?? null}::uuid) order by id desc limit ${limit}`),
    tx.first<{ n: number }>(
      sql`select count(*)::int as n from (select 1 from notification where workspace_id = ${tx.workspaceId} and person_id = ${personId} and in_app and seen_at is null limit 100) x`,
    ),
  ]);
  return { items, next: items.length === limit ? (items.at(-1)?.id ?? null) : null, unseen: unseen?.n ?? 0 };
}

/** So that every tab of this person counts anew. It tells nothing new, but passes as what was told does, and is forgotten as soon. */
const recount = (tx: Tx, personId: string, because?: EventRow): Promise<string[]> =>
  emit(tx, [
    { name: 'notification.made', actor: system, data: { told: [], personId }, ...(because ? { because } : {}) },
  ]);

export async function markNotificationsSeen(tx: Tx, personId: string, ids: string[] | undefined): Promise<void> {
  const seen = await tx.run(
    sql`update notification set seen_at = now() where workspace_id = ${tx.workspaceId} and person_id = ${personId} and seen_at is null and (${ids ?? null}::uuid[] is null or id = any (${ids ?? null}::uuid[]))`,
  );
  if (seen) await recount(tx, personId);
}

/**
 * Whoever opens a conversation has seen what was told of it; but not a message beyond what they have read: one that was still being
 * stored when they looked has an older time, and was not there.
 */
export async function seeConversation(tx: Tx, event: EventRow): Promise<void> {
  const { personId, unread, upTo } = event.data as { personId?: string; unread?: boolean; upTo?: string };
  if (!personId || unread === true || !event.conversation_id) return;
  const seen = await tx.run(sql`
    update notification n set seen_at = now() where n.workspace_id = ${tx.workspaceId} and n.person_id = ${personId} and n.conversation_id = ${event.conversation_id} and n.seen_at is null and n.at <= ${event.at}
      and not exists (select 1 from event e join message m on m.workspace_id = e.workspace_id and m.id = e.message_id
        where e.workspace_id = n.workspace_id and e.id = n.event_id and m.conversation_id = n.conversation_id and m.type = 'in' and m.at > ${upTo ?? null}::timestamptz)`);
  if (seen) await recount(tx, personId, event);
}

/** What was deleted for good is not named here either. */
export async function forgetConversations(tx: Tx, event: EventRow): Promise<void> {
  await tx.run(
    sql`delete from notification where workspace_id = ${tx.workspaceId} and conversation_id = any (${event.data.conversations as string[]}::uuid[])`,
  );
}

/** Nor is what one said who was erased, in conversations that stay. Their events are there still when this is asked. Gives the ids. */
export async function eraseNotifications(tx: Tx, customerIds: string[]): Promise<string[]> {
  const gone = await tx.many<{ id: string }>(sql`
    delete from notification n using event e where n.workspace_id = ${tx.workspaceId} and e.workspace_id = n.workspace_id and e.id = n.event_id
      and e.actor_kind = 'customer' and e.actor_id = any (${customerIds}::uuid[]) returning n.id`);
  return gone.map((one) => one.id);
}
