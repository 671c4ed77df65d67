import type { Notification, NotificationKind } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import type { Jobs } from '../base/jobs.ts';
import { inWords, type Said, say } from '../base/words.ts';
import { type Hearer, howToTell } from './how.ts';
import { write } from './write.ts';

type Words = { title: Said; text: Said };

/** What closing its issue came to: fixed by itself, where that was chosen; asked for; or nothing. */
const issueWords = (name: string, came: unknown): Words => ({
  title: say('Its issue was closed: {name}', { name }),
  text:
    came === 'fixed'
      ? say('The problem is fixed by that, as was chosen.')
      : came === 'dropped'
        ? say(
            'It was closed without being done. Nothing was changed here; say on the page of the problem what becomes of it.',
          )
        : came === 'asks'
          ? say('Say on the page of the problem whether it is fixed.')
          : say('Nothing changes here by that.'),
});

/** What the rule made of a fix, with its figures. */
function fixWords(name: string, { outcome, why }: EventRow['data'], language: string): Words {
  const figures = why as Record<string, number> | undefined;
  const figure = (what: string): string =>
    new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(figures?.[what] ?? 0);
  const share = (what: string): string =>
    new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 }).format(figures?.[what] ?? 0);
  if (outcome === 'verified')
    return {
      title: say('The fix worked: {name}', { name }),
      text: say('It fell beyond what other problems and the season explain.'),
    };
  if (outcome === 'returned')
    return {
      title: say('It is back: {name}', { name }),
      text: say('{reporters} customers in {weeks} weeks, where {usual} were usual since the fix.', {
        ...{ reporters: figure('reporters'), weeks: figure('weeks'), usual: figure('usual') },
      }),
    };
  if (outcome === 'unproven')
    return {
      title: say('The fix is not verified: {name}', { name }),
      text: say(
        '{ratio} of what was to be expected came in over {weeks} weeks ({low} to {high}). That is not sure enough, and it is looked at no longer.',
        { ratio: share('ratio'), low: share('low'), high: share('high'), weeks: figure('weeks') },
      ),
    };
  return {
    title: say('The fix changed nothing that can be measured: {name}', { name }),
    text: say('{weeks} weeks have passed since it shipped, and it is looked at no longer.', { weeks: figure('weeks') }),
  };
}

/** Tells whose problem it is, or what it is part of by now. A problem that nobody owns is told to nobody. */
async function tellOwner(
  tx: Tx,
  event: EventRow,
  jobs: Jobs,
  kind: NotificationKind,
  words: (name: string, language: string) => Words,
): Promise<void> {
  const one = await tx.first<Hearer & { language: string; problem_id: string; name: string }>(sql`
    with recursive up as (select p.id, p.name, p.owner_id, p.merged_into from problem p where p.workspace_id = ${tx.workspaceId} and p.id = ${String(event.data.problemId)}
      union all select n.id, n.name, n.owner_id, n.merged_into from up u join problem n on n.workspace_id = ${tx.workspaceId} and n.id = u.merged_into)
    select p.id, p.language, p.time_zone, c.ways, c.quiet, c.digest, c.sound, up.id as problem_id, up.name
    from up join person p on p.workspace_id = ${tx.workspaceId} and p.id = up.owner_id and p.active join workspace w on w.id = p.workspace_id and w.sample_of is null
      left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id where up.merged_into is null`);
  const now = new Date(clock());
  const how = one && howToTell(one, kind, now);
  if (!how) return;
  const { title, text } = words(one.name, one.language);
  const notification: Notification = {
    ...{ id: newId(), kind, conversationId: null, inboxId: null, problemId: one.problem_id, sender: '' },
    title: inWords(title, one.language),
    text: inWords(text, one.language),
    at: now.toISOString(),
    seenAt: null,
  };
  await write(tx, jobs, [{ event, personId: one.id, notification, how }]);
}

/** The issue that a problem links to was closed. */
export const notifyIssue = (tx: Tx, event: EventRow, jobs: Jobs): Promise<void> =>
  tellOwner(tx, event, jobs, 'issue-closed', (name) => issueWords(name, event.data.came));

/** A fix is verified, is back, or was not verified in the time in which it was looked at. */
export const notifyFix = (tx: Tx, event: EventRow, jobs: Jobs): Promise<void> =>
  tellOwner(tx, event, jobs, 'fix-judged', (name, language) => fixWords(name, event.data, language));
