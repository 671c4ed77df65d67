import { baseUrl } from '../base/config.ts';
import { sql } from '../base/db.ts';
import type { Hearten, Job } from '../base/module.ts';
import { mailLetter, oneLine, readWorkspace } from '../team/index.ts';
import { planDigests } from './plan-digest.ts';

type Handed = {
  id: string;
  kind: string;
  person_id: string;
  conversation_id: string | null;
  inbox_id: string | null;
  problem_id: string | null;
  sender: string;
  title: string;
  text: string;
  ways: string[];
  waits: boolean;
  seen: boolean;
};
/** More than this at once for one person come as one that counts them: a morning's backlog is no reason to ring sixty times. */
const MOST = 3;

/** Where a notification leads. */
export const leadsTo = (told: Pick<Handed, 'kind' | 'conversation_id' | 'inbox_id' | 'problem_id'>): string =>
  told.conversation_id
    ? `/conversations/${told.conversation_id}`
    : told.problem_id
      ? `/problems/${told.problem_id}`
      : told.inbox_id
        ? `/settings/inboxes/${told.inbox_id}`
        : told.kind === 'webhook-off'
          ? '/settings/webhooks'
          : told.kind === 'rising'
            ? '/problems'
            : '/notifications';

/** Hands notifications on, each once: a push job a browser, a mail, or the digest. What was seen meanwhile interrupts nobody. */
export function tell(hearten: Hearten): Job {
  const { db, jobs, config } = hearten;
  return async (payload) => {
    const { workspaceId, notifications } = payload as { workspaceId: string; notifications: string[] };
    await db.tx(workspaceId, async (tx) => {
      const all = await tx.many<Handed>(sql`
        update notification set told_at = now() where workspace_id = ${workspaceId} and id = any (${notifications}::uuid[]) and told_at is null
        returning id, kind, person_id, conversation_id, inbox_id, problem_id, sender, title, text, ways, waits, seen_at is not null as seen`);
      const handed = all.filter((one) => !one.seen).sort((a, b) => (a.id < b.id ? -1 : 1));
      const of = (way: string): Map<string, Handed[]> =>
        Map.groupBy(
          handed.filter((one) => one.ways.includes(way)),
          (one) => one.person_id,
        );
      const [pushed, mailed] = [of('push'), of('mail')];
      const waiting = [...new Set(handed.filter((one) => one.waits).map((one) => one.person_id))];
      if (waiting.length > 0) await planDigests(tx, jobs, waiting);
      const browsers = pushed.size
        ? await tx.many<{ id: string; person_id: string }>(
            sql`select id, person_id from push_browser where workspace_id = ${workspaceId} and person_id = any (${[...pushed.keys()]}::uuid[])`,
          )
        : [];
      for (const browser of browsers) {
        const mine = pushed.get(browser.person_id) ?? [];
        const each = mine.length > MOST ? mine.slice(-1) : mine;
        for (const one of each)
          await jobs.add(
            tx,
            'push',
            { browserId: browser.id, notificationId: one.id, count: mine.length > MOST ? mine.length : 1 },
            { tries: 6, lane: browser.id },
          );
      }
      if (mailed.size === 0 || !config.SYSTEM_SMTP) return;
      const { name: workspace } = await readWorkspace(tx);
      const people = await tx.many<{ id: string; name: string; email: string; language: string }>(
        sql`select id, name, email, language from person where workspace_id = ${workspaceId} and active and id = any (${[...mailed.keys()]}::uuid[])`,
      );
      for (const person of people) {
        const mine = mailed.get(person.id) ?? [];
        const many = mine.length > MOST;
        for (const one of many ? mine.slice(-1) : mine)
          await mailLetter(hearten, tx, {
            mail: 'notification',
            to: { name: person.name, address: person.email },
            language: person.language,
            variables: {
              'workspace.name': oneLine(workspace),
              'person.name': oneLine(person.name),
              title: oneLine(many ? `${mine.length} × ${workspace}` : one.title),
              text: oneLine(
                many ? mine.map((m) => m.title).join(' · ') : [one.sender, one.text].filter(Boolean).join(': '),
                1000,
              ),
              link: `${baseUrl(config)}${many ? '/notifications' : leadsTo(one)}`,
            },
          });
      }
    });
  };
}
