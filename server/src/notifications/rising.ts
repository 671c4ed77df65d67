import type { Notification } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { inWords, say } from '../base/words.ts';
import { rolesWith } from '../team/index.ts';
import { type Hearer, howToTell } from './how.ts';
import { write } from './write.ts';

/** What would be said as 0.0. */
const NONE = 0.05;

/** Tells those who decide about problems, and whose it is, that one rises: how many came in what time, and how many are usual. */
export async function notifyRising(tx: Tx, event: EventRow, jobs: Jobs): Promise<void> {
  const rise = await tx.first<{
    name: string;
    customers: number;
    minutes: number;
    usual: number;
    owner: string | null;
  }>(sql`
    select coalesce(p.name, k.name) as name, r.customers, r.minutes, r.usual, p.owner_id as owner from rise r
      left join problem p on p.workspace_id = r.workspace_id and p.id = r.problem_id left join cluster k on k.workspace_id = r.workspace_id and k.id = r.cluster_id
    where r.workspace_id = ${tx.workspaceId} and r.id = ${String(event.data.riseId)} and r.ended_at is null`);
  if (!rise) return;
  const people = await tx.many<Hearer & { language: string }>(sql`
    select p.id, p.language, p.time_zone, c.ways, c.quiet, c.digest, c.sound
    from person p join workspace w on w.id = p.workspace_id and w.sample_of is null left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.active and (p.role = any (${rolesWith('team.write')}::text[]) or p.id = ${rise.owner})`);
  const now = new Date(clock());
  const rows = people.flatMap((person) => {
    const how = howToTell(person, 'rising', now);
    if (!how) return [];
    const figure = (n: number): string =>
      new Intl.NumberFormat(person.language, { maximumFractionDigits: 1 }).format(n);
    const notification: Notification = {
      id: newId(),
      kind: 'rising',
      conversationId: null,
      inboxId: null,
      problemId: null,
      sender: '',
      title: inWords(say('This is starting: {name}', { name: rise.name }), person.language),
      text: inWords(
        rise.usual < NONE
          ? say('{customers} customers in {minutes} minutes, usually none.', {
              customers: figure(rise.customers),
              minutes: figure(rise.minutes),
            })
          : say('{customers} customers in {minutes} minutes, usually {usual}.', {
              customers: figure(rise.customers),
              minutes: figure(rise.minutes),
              usual: figure(rise.usual),
            }),
        person.language,
      ),
      at: now.toISOString(),
      seenAt: null,
    };
    return [{ event, personId: person.id, notification, how }];
  });
  await write(tx, jobs, rows);
}
