import type { Notification } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { readIn } from '../base/reasons.ts';
import { inWords, say } from '../base/words.ts';
import { type Hearer, howToTell } from './how.ts';
import { write } from './write.ts';

/** Tells those who can put an inbox right that it is in trouble; again on each day it lasts. Owners get a mail whatever they chose. */
export async function notifyTrouble(tx: Tx, event: EventRow, jobs: Jobs): Promise<void> {
  const inboxId = String(event.data.inboxId);
  const people = await tx.many<Hearer & { role: string; language: string }>(sql`
    select p.id, p.role, p.language, p.time_zone, c.ways, c.quiet, c.digest, c.sound
    from person p join workspace w on w.id = p.workspace_id and w.sample_of is null left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and p.role in ('owner', 'manager')`);
  const now = new Date(clock());
  const rows = people.flatMap((person) => {
    const how = howToTell(person, 'inbox-trouble', now);
    if (!how) return [];
    // Their mail says more, and is on its way already.
    if (person.role === 'owner') how.ways = how.ways.filter((way) => way !== 'mail');
    const notification: Notification = {
      id: newId(),
      kind: 'inbox-trouble',
      conversationId: null,
      inboxId,
      problemId: null,
      sender: '',
      title: inWords(
        event.data.again
          ? say('Still in trouble: {address}', { address: String(event.data.address) })
          : say('In trouble: {address}', { address: String(event.data.address) }),
        person.language,
      ),
      text: readIn(event.data.why, String(event.data.text), person.language),
      at: now.toISOString(),
      seenAt: null,
    };
    return [{ event, personId: person.id, notification, how }];
  });
  await write(tx, jobs, rows);
}
