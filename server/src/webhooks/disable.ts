import { baseUrl } from '../base/config.ts';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import type { Hearten } from '../base/module.ts';
import { mailLetter, oneLine, peopleOf, readWorkspace } from '../team/index.ts';

/**
 * Switches a webhook off: it answered 410, or a whole schedule failed and nothing else reached it meanwhile. Owners hear of it by mail,
 * whoever may change it in the app.
 */
export async function disable(
  tx: Tx,
  hearten: Hearten,
  id: string,
  why: 'gone' | 'failing',
  since: string,
): Promise<void> {
  const off = await tx.first<{ address: string; description: string }>(sql`
    update webhook set disabled = ${why}, disabled_at = now(), version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id} and disabled is null
      and (${why} = 'gone' or failing_since <= ${since}::timestamptz + interval '1 minute') returning address, description`);
  if (!off) return;
  const host = new URL(off.address).host;
  await emit(tx, [
    { name: 'webhook.disabled', actor: system, data: { webhookId: id, why, host, description: off.description } },
  ]);
  const { name: workspace } = await readWorkspace(tx);
  for (const person of await peopleOf(tx))
    if (person.active && person.role === 'owner')
      await mailLetter(hearten, tx, {
        mail: 'webhook-disabled',
        to: { name: person.name, address: person.email },
        language: person.language,
        variables: {
          'workspace.name': oneLine(workspace),
          'person.name': oneLine(person.name),
          'webhook.name': oneLine(off.description || host),
          'webhook.address': oneLine(off.address, 500),
          since: `${new Date(since).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
          link: `${baseUrl(hearten.config)}/settings/webhooks/${id}`,
        },
      });
}
