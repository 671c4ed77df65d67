import type { Notification } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import type { Jobs } from '../base/jobs.ts';
import type { How } from './how.ts';

export type Row = { event: EventRow; personId: string; notification: Notification; how: How };
/** So long a notification waits before it interrupts: who looks at the conversation has seen it by then, and is left in peace. */
const PATIENCE = 4_000;

/** Keeps notifications, tells open screens, and hands on what is told besides: as many statements for many as for one. */
export async function write(tx: Tx, jobs: Jobs, rows: Row[]): Promise<void> {
  if (rows.length === 0) return;
  const given = rows.map(({ event, personId, notification, how }) => ({
    ...notification,
    person_id: personId,
    event_id: event.id,
    ways: how.ways,
    in_app: how.inApp,
    waits: how.waits,
  }));
  const made = await tx.many<{ id: string }>(sql`
    insert into notification (workspace_id, id, person_id, kind, conversation_id, inbox_id, problem_id, event_id, sender, title, text, at, ways, in_app, waits)
    select ${tx.workspaceId}, n.id, n.person_id, n.kind, n."conversationId", n."inboxId", n."problemId", n.event_id, n.sender, n.title, n.text, n.at,
      array(select jsonb_array_elements_text(n.ways)), n.in_app, n.waits
    from jsonb_to_recordset(${JSON.stringify(given)}::jsonb)
      as n (id uuid, person_id uuid, event_id uuid, "conversationId" uuid, "inboxId" uuid, "problemId" uuid, kind text, sender text, title text, text text, at timestamptz, ways jsonb, in_app boolean, waits boolean)
    on conflict do nothing returning id`);
  const fresh = new Set(made.map((row) => row.id));
  const announced = new Map<EventRow, { personId: string; notification: Notification; sound: boolean }[]>();
  const handed: string[] = [];
  for (const { event, personId, notification, how } of rows) {
    if (!fresh.has(notification.id)) continue;
    if (how.inApp)
      announced.set(event, [...(announced.get(event) ?? []), { personId, notification, sound: how.heard }]);
    if (how.ways.length > 0 || how.waits) handed.push(notification.id);
  }
  await emit(
    tx,
    [...announced].map(([because, told]) => ({ name: 'notification.made', actor: system, data: { told }, because })),
  );
  if (handed.length > 0) await jobs.add(tx, 'tell', { notifications: handed }, { at: new Date(clock() + PATIENCE) });
}
