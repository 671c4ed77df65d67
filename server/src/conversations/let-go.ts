import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit } from '../base/events.ts';

/** A team that was deleted has no conversations any more. Each of them says so in its timeline and on open screens. */
export async function letGo(tx: Tx, event: EventRow): Promise<void> {
  const teamId = String(event.data.teamId);
  // Locked in one order first, as other verbs do: two of them never wait for each other.
  const rows = await tx.many<{ id: string; assignee_id: string | null }>(sql`
    update conversation c set team_id = null, version = version + 1
    from (select id from conversation where workspace_id = ${tx.workspaceId} and team_id = ${teamId} order by id for update) theirs
    where c.workspace_id = ${tx.workspaceId} and c.id = theirs.id returning c.id, c.assignee_id`);
  await emit(
    tx,
    rows.map((row) => ({
      name: 'conversation.assigned',
      actor: { kind: event.actor_kind, id: event.actor_id },
      conversationId: row.id,
      data: { assigneeId: row.assignee_id, teamId: null, before: { assigneeId: row.assignee_id, teamId } },
      because: event,
    })),
  );
}
