import { sql, type Tx } from '../../base/db.ts';
import { askForPerson } from '../../conversations/index.ts';
import type { Seeing } from './lines.ts';
import { say, type Words } from './say.ts';
import type { Chat } from './settings.ts';

/**
 * "A person, please": said in the visitor's own words, so that it opens, wakes and rises like any message of theirs; and marked, until a
 * person answers. Whatever answers by itself has to leave a conversation alone that bears the mark. Asked for again meanwhile, by another
 * tab say, it is the one request there is, in whichever order the two arrive.
 */
export async function askPerson(tx: Tx, chat: Chat, who: Seeing, words: Words): Promise<string> {
  // By itself: what another tab did is seen by the statement after the one that waited for it.
  await tx.run(sql`select 1 from visitor where workspace_id = ${tx.workspaceId} and id = ${who.id} for no key update`);
  const asked = await tx.first<{ id: string }>(sql`
    select c.id from chat c join conversation v on v.workspace_id = c.workspace_id and v.id = c.conversation_id
    where c.workspace_id = ${tx.workspaceId} and c.visitor_id = ${who.id} and (${who.only}::uuid is null or c.id = ${who.only}) and (${words.chat}::uuid is null or c.id = ${words.chat}) and v.person_asked_at >= v.waiting_since limit 1`);
  if (asked) return asked.id;
  // Asked for before any conversation is chosen, it is about the one that waits for an answer, where there is one.
  const waits = await tx.first<{ id: string }>(sql`
    select c.id from chat c join conversation v on v.workspace_id = c.workspace_id and v.id = c.conversation_id
    where c.workspace_id = ${tx.workspaceId} and c.visitor_id = ${who.id} and ${words.chat}::uuid is null and v.status = 'open' and v.folder = 'inbox' and v.waiting_since is not null
    order by v.waiting_since desc limit 1`);
  const kept = await say(tx, chat, who, { ...words, chat: words.chat ?? waits?.id ?? null });
  await askForPerson(tx, kept.conversationId);
  return kept.chat;
}
