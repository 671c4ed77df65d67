import type { Notification } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';

/** Tells those who can put an inbox right that it is in trouble; again on each day it lasts. */
export async function notifyTrouble(tx: Tx, event: EventRow): Promise<void> {
  const inboxId = String(event.data.inboxId);
  const people = await tx.many<{ id: string }>(
    sql`select id from person where workspace_id = ${tx.workspaceId} and active and role in ('owner', 'manager')`,
  );
  const at = new Date().toISOString();
  const rows = people.map(({ id }): { personId: string; notification: Notification } => ({
    personId: id,
    notification: {
      id: newId(),
      kind: 'inbox-trouble',
      conversationId: null,
      inboxId,
      title: `${event.data.again ? 'Still in trouble' : 'In trouble'}: ${String(event.data.address)}`,
      text: String(event.data.text),
      at,
      seenAt: null,
    },
  }));
  if (rows.length === 0) return;
  await tx.run(sql`
    insert into notification (workspace_id, id, person_id, kind, inbox_id, event_id, title, text, at)
    select ${tx.workspaceId}, n.id, n.person_id, n.kind, ${inboxId}, ${event.id}, n.title, n.text, ${at}
    from jsonb_to_recordset(${JSON.stringify(rows.map((r) => ({ ...r.notification, person_id: r.personId })))}::jsonb) as n (id uuid, person_id uuid, kind text, title text, text text)
    on conflict do nothing`);
  await emit(tx, [{ name: 'notification.made', actor: system, data: { told: rows }, because: event }]);
}
