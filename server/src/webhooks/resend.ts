import { audit } from '../base/audit.ts';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import type { Jobs } from '../base/jobs.ts';
import { nextInLine, sendLater } from './announce.ts';

/** The oldest that wait; each that is done takes the next along (send.ts). */
export const sendWaiting = (tx: Tx, jobs: Jobs, webhookId: string): Promise<void> =>
  nextInLine(tx, jobs, webhookId, 3, 'all');

async function mustBeOn(tx: Tx, webhookId: string): Promise<void> {
  const row = await tx.first<{ on: boolean }>(
    sql`select active and disabled is null as on from webhook where workspace_id = ${tx.workspaceId} and id = ${webhookId}`,
  );
  if (!row) throw NotFound();
  if (!row.on)
    throw Conflict('This webhook is switched off. Nothing was sent; switch it on, then send again.', {
      type: 'switched-off',
    });
}

/** Once more, under the same id, with the whole schedule before it. What is under way already is left alone. */
export async function resend(tx: Tx, jobs: Jobs, id: string): Promise<void> {
  const row = await tx.first<{ webhook_id: string; type: string }>(
    sql`select webhook_id, type from webhook_delivery where workspace_id = ${tx.workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound();
  await mustBeOn(tx, row.webhook_id);
  const again = await tx.run(sql`
    update webhook_delivery set state = 'waiting', tries = 0, next_at = now(), first_at = null, done_at = null
    where workspace_id = ${tx.workspaceId} and id = ${id} and (state <> 'sending' or lease_until <= now())`);
  if (!again) return;
  await sendLater(tx, jobs, id, row.webhook_id);
}

/** All that failed since, also what failed and waits for its next try: whoever put the receiver right need not wait. Tests are no news to anyone. */
export async function resendFailed(
  tx: Tx,
  jobs: Jobs,
  webhookId: string,
  since: string | undefined,
): Promise<{ count: number }> {
  await mustBeOn(tx, webhookId);
  const count = await tx.run(sql`
    update webhook_delivery set state = 'waiting', tries = 0, next_at = now(), first_at = null, done_at = null
    where workspace_id = ${tx.workspaceId} and webhook_id = ${webhookId} and (state = 'failed' or (state = 'waiting' and tries > 0)) and type <> 'webhook.test' and created_at >= coalesce(${since ?? null}::timestamptz, '-infinity')`);
  if (count > 0) {
    await sendWaiting(tx, jobs, webhookId);
    await audit(tx, { area: 'data', what: 'webhook.resent', about: ['webhook', webhookId], facts: { count } });
  }
  return { count };
}
