import { sql, type Tx } from '../base/db.ts';
import { type Actor, type EventRow, emit } from '../base/events.ts';

/** What a row shows: that somebody is upset, or stuck. */
export type Shown = 'upset' | 'stuck' | null;
/** With the message that it was read from. */
export type Showing = { conversationId: string; mood: Shown; messageId?: string };

/** Shows in the list how somebody feels, and takes it away; where nothing changes nothing is told. Locked in order of id, as other verbs do. */
export async function showMood(
  tx: Tx,
  all: Showing[],
  by: { actor: Actor; because?: EventRow; data?: Record<string, unknown> },
): Promise<void> {
  if (all.length === 0) return;
  const rows = await tx.many<{ id: string; mood: Shown; before: Shown }>(sql`
    with r as (select * from jsonb_to_recordset(${JSON.stringify(all)}::jsonb) as r ("conversationId" uuid, mood text)),
      l as materialized (select c.id, r.mood, c.mood as before from conversation c join r on r."conversationId" = c.id where c.workspace_id = ${tx.workspaceId} and c.merged_into is null and c.mood is distinct from r.mood order by c.id for no key update of c)
    update conversation c set mood = l.mood, version = version + 1 from l where c.workspace_id = ${tx.workspaceId} and c.id = l.id returning c.id, c.mood, l.before`);
  const moved = new Map(rows.map((one) => [one.id, one]));
  const messages = new Map(all.map((one) => [one.conversationId, one.messageId]));
  const told = by.data ? all.map((one) => ({ id: one.conversationId, mood: one.mood })) : rows;
  await emit(
    tx,
    told.map(({ id, mood }) => ({
      name: 'conversation.mood',
      actor: by.actor,
      conversationId: id,
      ...(messages.get(id) ? { messageId: messages.get(id) } : {}),
      data: { shown: mood, before: moved.has(id) ? moved.get(id)?.before : mood, ...by.data },
      ...(by.because ? { because: by.because } : {}),
    })),
  );
}
