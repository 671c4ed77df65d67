import { sql, type Tx } from '../../base/db.ts';
import { type EventRow, emit, system } from '../../base/events.ts';
import type { Incoming } from '../channel.ts';
import { lockHomeOf } from '../reopen.ts';
import { again, isSpam, type Verdict } from './judge.ts';

type Judged = {
  spam: Verdict;
  authentication: Incoming['authentication'];
  opened: boolean;
  folder: string;
  /** Nobody has done anything with it that says it is wanted. */
  untouched: boolean;
};

/**
 * Who sent a mail was found out after it came: its points are counted anew, and what opened a conversation as a forgery goes to spam
 * after all, unless somebody answered it or moved it meanwhile.
 */
export async function rejudge(tx: Tx, event: EventRow): Promise<void> {
  if (event.data.verdict !== 'failed' && event.data.verdict !== 'unverified') return;
  const home = event.message_id ? await lockHomeOf(tx, event.message_id) : null;
  if (!home) return;
  // A conversation has the id of the message that opened it.
  const row = await tx.first<Judged>(sql`
    select m.spam, m.authentication, c.id = m.id as opened, c.folder, coalesce(c.folder = 'inbox' and c.spam->>'folder' = 'inbox' and c.spam->>'by' is null, false)
        and not exists (select 1 from message o where o.workspace_id = c.workspace_id and o.conversation_id = c.id and o.type = 'out' and o.author_id is not null)
        and not exists (select 1 from event e where e.workspace_id = c.workspace_id and e.conversation_id = c.id and e.name = 'conversation.moved') as untouched
    from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id
    where m.workspace_id = ${tx.workspaceId} and m.id = ${event.message_id} and m.spam is not null`);
  if (!row) return;
  const next = again(row.spam, row.authentication);
  await tx.run(
    sql`update message set spam = ${JSON.stringify(next)}::jsonb where workspace_id = ${tx.workspaceId} and id = ${event.message_id}`,
  );
  if (!row.opened) return;
  const hides = row.untouched && isSpam(next);
  await tx.run(sql`
    update conversation set spam = spam || ${JSON.stringify(hides ? { ...next, folder: 'spam' } : next)}::jsonb, folder = case when ${hides} then 'spam' else folder end,
      waiting_since = case when ${hides} then null else waiting_since end, version = version + case when ${hides} or folder = 'spam' then 1 else 0 end
    where workspace_id = ${tx.workspaceId} and id = ${home} and spam is not null`);
  // In the spam folder the reasons are on screens.
  if (hides || row.folder === 'spam')
    await emit(tx, [
      {
        name: hides ? 'conversation.moved' : 'conversation.judged',
        actor: system,
        conversationId: home,
        data: hides ? { folder: 'spam', before: 'inbox' } : {},
        because: event,
      },
    ]);
}
