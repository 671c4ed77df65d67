import type { Notification } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { inWords, say } from '../base/words.ts';
import { type Hearer, howToTell } from './how.ts';
import { write } from './write.ts';

/** Tells those who can switch a webhook on again that Hearten switched it off. Owners have a mail that says more. */
export async function notifyWebhookOff(tx: Tx, event: EventRow, jobs: Jobs): Promise<void> {
  const people = await tx.many<Hearer & { role: string; language: string }>(sql`
    select p.id, p.role, p.language, p.time_zone, c.ways, c.quiet, c.digest, c.sound
    from person p left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and p.role in ('owner', 'manager')`);
  const now = new Date(clock());
  const name = String(event.data.description || event.data.host);
  const rows = people.flatMap((person) => {
    const how = howToTell(person, 'webhook-off', now);
    if (!how) return [];
    if (person.role === 'owner') how.ways = how.ways.filter((way) => way !== 'mail');
    const notification: Notification = {
      id: newId(),
      kind: 'webhook-off',
      conversationId: null,
      inboxId: null,
      problemId: null,
      sender: '',
      title: inWords(say('Webhook switched off: {name}', { name }), person.language),
      text: inWords(
        event.data.why === 'gone'
          ? say('Its receiver says that it wants nothing more.')
          : say('Nothing reached it for three days.'),
        person.language,
      ),
      at: now.toISOString(),
      seenAt: null,
    };
    return [{ event, personId: person.id, notification, how }];
  });
  await write(tx, jobs, rows);
}
