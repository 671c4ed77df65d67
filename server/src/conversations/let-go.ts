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

/** A person who left works on nothing any more: what is still to be done is everyone's again, instead of waiting for nobody. */
export async function letGoOfPerson(tx: Tx, event: EventRow): Promise<void> {
  if (event.data.active !== false) return;
  const personId = String(event.data.personId);
  const rows = await tx.many<{ id: string; team_id: string | null }>(sql`
    update conversation c set assignee_id = null, version = version + 1
    from (select id from conversation where workspace_id = ${tx.workspaceId} and assignee_id = ${personId} and status in ('open', 'waiting', 'snoozed') order by id for update) theirs
    where c.workspace_id = ${tx.workspaceId} and c.id = theirs.id returning c.id, c.team_id`);
  await emit(
    tx,
    rows.map((row) => ({
      name: 'conversation.assigned',
      actor: { kind: event.actor_kind, id: event.actor_id },
      conversationId: row.id,
      data: { assigneeId: null, teamId: row.team_id, before: { assigneeId: personId, teamId: row.team_id } },
      because: event,
    })),
  );
}

/** The list's rows hold the customer's name; a new one goes into all of them, and open screens fetch them anew. */
export async function rename(tx: Tx, event: EventRow): Promise<void> {
  const customerId = String(event.data.customerId);
  const renamed = await tx.run(sql`
    update conversation c set customer_name = k.name, version = version + 1
    from (select o.id, u.name from conversation o join customer u on u.workspace_id = o.workspace_id and u.id = o.customer_id
      where o.workspace_id = ${tx.workspaceId} and o.customer_id = ${customerId} and o.customer_name <> u.name order by o.id for update of o) k
    where c.workspace_id = ${tx.workspaceId} and c.id = k.id`);
  if (renamed > 0)
    await emit(tx, [
      {
        name: 'customer.renamed',
        actor: { kind: event.actor_kind, id: event.actor_id },
        data: { customerId },
        because: event,
      },
    ]);
}
