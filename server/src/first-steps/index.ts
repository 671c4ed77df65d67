import type { FirstStep } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import type { Module, Who } from '../base/module.ts';

/** What is so, looked at anew each time: nothing is ticked by hand, and what is undone is open again. */
async function stepsDone(tx: Tx, who: Who): Promise<{ done: FirstStep[] }> {
  const w = tx.workspaceId;
  const row = await tx.first<Record<FirstStep, boolean>>(sql`
    select
      exists (select 1 from inbox where workspace_id = ${w} and deleted_at is null and enabled and address not like '%@practice-%.invalid') as mailbox,
      exists (select 1 from practice_mail where workspace_id = ${w}) or exists (
        select 1 from (select id from conversation where workspace_id = ${w} and folder = 'inbox' and merged_into is null order by last_at desc, id desc limit 200) c
        join message m on m.workspace_id = ${w} and m.conversation_id = c.id where m.type = 'out' and m.state = 'sent') as answer,
      (select count(*) > 1 from (select 1 from person where workspace_id = ${w} and active limit 2) p)
        or exists (select 1 from link where workspace_id = ${w} and purpose = 'invite' and used_at is null and expires_at > now()) as colleague,
      exists (select 1 from notification_choice where workspace_id = ${w} and person_id = ${who.id} and ways <> '{}') as notifications,
      exists (select 1 from snippet where workspace_id = ${w}) as snippet,
      exists (select 1 from brand where workspace_id = ${w} and (colour <> '' or logo_hash is not null)) as brand`);
  return { done: (Object.keys(row ?? {}) as FirstStep[]).filter((step) => row?.[step]) };
}

export const firstSteps: Module = {
  name: 'first-steps',
  routes: { 'GET /first-steps': ({ who, tx }) => tx((t) => stepsDone(t, who)) },
};
