import type { Delivery } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { quoted, worded } from '../base/reasons.ts';
import { deliverAt } from './plan.ts';
import { lockHomeOf, reopen } from './reopen.ts';

const MAYBE = worded({ code: 'stopped' });

/** Messages whose sender died while sending: whether they left is not known. */
export async function recoverLost(hearten: Hearten): Promise<void> {
  const lost = await hearten.db.read<{ workspace_id: string; message_id: string }>(
    NOWHERE,
    sql`select * from leases_lost(100)`,
  );
  for (const { workspace_id, message_id } of lost)
    await hearten.db.tx(workspace_id, async (tx) => {
      await lockHomeOf(tx, message_id);
      const row = await tx.first<{ conversation_id: string; delivery: Delivery | null }>(sql`
        update message set state = 'unknown', state_reason = ${MAYBE.text}, lease_until = null, version = version + 1
        where workspace_id = ${workspace_id} and id = ${message_id} and state = 'sending' and lease_until < now() returning conversation_id, delivery`);
      if (!row) return;
      if (row.delivery) await nobodyKnows(tx, message_id, row.delivery, MAYBE);
      await reopen(tx, row.conversation_id);
      await emit(tx, [
        {
          name: 'message.unknown',
          actor: system,
          conversationId: row.conversation_id,
          messageId: message_id,
          data: { reason: 'lease lost' },
        },
      ]);
    });
}

/** Answers whose time came minutes ago though nobody sends them: their job is added again. Adding one that is there replaces it. */
export async function addForgotten(hearten: Hearten): Promise<void> {
  const due = await hearten.db.read<{ workspace_id: string; message_id: string }>(
    NOWHERE,
    sql`select * from deliveries_due(100)`,
  );
  for (const { workspace_id, message_id } of due)
    await hearten.db.tx(workspace_id, async (tx) => {
      const row = await tx.first<{ inbox_id: string }>(
        sql`select inbox_id from message where workspace_id = ${workspace_id} and id = ${message_id}`,
      );
      await deliverAt(tx, message_id, new Date(clock()), row?.inbox_id);
    });
}

const MAYBE_SINCE = worded(
  quoted(
    'This waited to be sent when the backup was made that this desk was restored from. It may have been sent since then, or not.',
  ),
);

/**
 * A restored desk begins to work: what was about to leave when the backup was made may have left the desk it is a copy of. A person
 * decides, as always. What was written here `since` it was restored is nobody else's, and leaves now.
 */
export async function doubtWaiting(hearten: Hearten, workspaceId: string, since: string): Promise<number> {
  const waiting = await hearten.db.read<{ id: string }>(
    workspaceId,
    sql`select id from message where workspace_id = ${workspaceId} and type = 'out'
        and (state = 'sending' or state in ('queued', 'deferred') and send_at <= now()) and at < ${since}::timestamptz`,
  );
  for (const { id } of waiting)
    await hearten.db.tx(workspaceId, async (tx) => {
      await lockHomeOf(tx, id);
      const row = await tx.first<{ conversation_id: string; delivery: Delivery | null }>(sql`
        update message set state = 'unknown', state_reason = ${MAYBE_SINCE.text}, lease_until = null, version = version + 1
        where workspace_id = ${workspaceId} and id = ${id} and state in ('queued', 'deferred', 'sending') returning conversation_id, delivery`);
      if (!row) return;
      if (row.delivery) await nobodyKnows(tx, id, row.delivery, MAYBE_SINCE);
      await reopen(tx, row.conversation_id);
      await emit(tx, [
        {
          name: 'message.unknown',
          actor: system,
          conversationId: row.conversation_id,
          messageId: id,
          data: { reason: 'restored' },
        },
      ]);
    });
  return waiting.length;
}

/** Whom it still had to reach it may have reached. */
async function nobodyKnows(tx: Tx, messageId: string, known: Delivery, why: ReturnType<typeof worded>): Promise<void> {
  const at = new Date(clock()).toISOString();
  const recipients = known.recipients.map((r) =>
    r.state === 'pending' || r.state === 'deferred' ? { ...r, state: 'unknown' as const, ...why, at } : r,
  );
  await tx.run(
    sql`update message set delivery = ${JSON.stringify({ ...known, recipients, next: [] })}::jsonb where workspace_id = ${tx.workspaceId} and id = ${messageId}`,
  );
}
