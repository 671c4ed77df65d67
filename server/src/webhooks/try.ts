import type { WholeWebhookDelivery } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { newId } from '../base/ids.ts';
import type { Hearten, Who } from '../base/module.ts';
import type { Outbound } from '../base/outbound.ts';
import { isHeld } from '../base/restored.ts';
import { deliveryById } from './deliveries.ts';
import { post } from './post.ts';
import type { Leased } from './send.ts';
import { note } from './settle.ts';

/** A `webhook.test` now, once, while somebody waits for the answer; also to one that is switched off. It says nothing about anyone. */
export async function tryWebhook(
  hearten: Hearten,
  outbound: Outbound,
  who: Who,
  webhookId: string,
): Promise<WholeWebhookDelivery> {
  const { workspaceId } = who;
  if (await isHeld(hearten.db))
    throw Conflict('This desk was restored from a backup and is held. Nothing was sent; release it first.');
  const id = newId();
  const messageId = `msg_${id.replaceAll('-', '')}`;
  const timestamp = new Date(clock()).toISOString();
  const data = {
    says: 'This is a test from Hearten. Nothing happened.',
    actor: { kind: who.kind, id: who.keyId ?? who.id },
  };
  const body = JSON.stringify({ type: 'webhook.test', timestamp, data });
  // It is nobody's job: what is broken off here is seen as failed, and not sent again.
  const mine = await hearten.db.tx(workspaceId, (tx) =>
    tx.first<Leased>(sql`
      with made as (insert into webhook_delivery (workspace_id, id, webhook_id, message_id, type, body, state, tries, lease, error, first_at, done_at)
        select h.workspace_id, ${id}, h.id, ${messageId}, 'webhook.test', ${body}, 'failed', 1, 1, 'broken-off', now(), now()
        from webhook h where h.workspace_id = ${workspaceId} and h.id = ${webhookId} returning *)
      select m.id, m.webhook_id, m.message_id, m.type, m.body, m.tries, m.lease, h.address, h.sealed, coalesce(h.former_until > now(), false) as former
      from made m join webhook h on h.workspace_id = m.workspace_id and h.id = m.webhook_id`),
  );
  if (!mine) throw NotFound();
  const tried = await post(hearten, outbound, workspaceId, mine);
  const good = tried.status !== null && tried.status >= 200 && tried.status < 300;
  return hearten.db.tx(workspaceId, async (tx) => {
    await tx.run(sql`
      update webhook_delivery set state = ${good ? 'delivered' : 'failed'}, status = ${tried.status}, error = ${tried.error}, done_at = now() where workspace_id = ${workspaceId} and id = ${id}`);
    await note(tx, mine, tried);
    return deliveryById(tx, id);
  });
}
