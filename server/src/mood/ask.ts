import { sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import type { Hearten } from '../base/module.ts';
import { matched } from '../base/words.ts';
import { moodToken, OPEN_DAYS } from './link.ts';
import { noteAsk, type Turn, takeTurn } from './turn.ts';
import { NOT_THERE } from './unasked.ts';
import { NOT_DELIVERED } from './undelivered.ts';

export type Asking = { token: string; language: string };
type Facts = {
  conversation_id: string;
  author_id: string | null;
  team_id: string | null;
  inbox_id: string | null;
  channel: string;
  language: string;
  customer_id: string;
  asks: boolean;
  folder: string;
  reached: boolean;
  wrote: boolean;
};

/**
 * Asks at the end, in the answer that resolves: gives what its links need, or null where nobody is asked, and keeps which of the two it
 * was and why. The same answer tried again asks the same question; it was decided once, by rules alone, and nobody can take it back or
 * ask again. Put off and tried again it asks what it was to ask, whatever became of the conversation; what did not reach them and is sent once
 * more is decided anew, as is whoever looks at a chat again that was over without them.
 */
export async function askIn(
  { seal }: Pick<Hearten, 'seal'>,
  tx: Tx,
  message: { id: string; only: string[]; practice: boolean; resolves?: boolean; many?: boolean; inChat?: boolean },
): Promise<Asking | null> {
  const before = await tx.first<{ id: string; excluded: string | null; language: string; in_chat: boolean }>(
    sql`select id, excluded, language, in_chat from mood_ask where workspace_id = ${tx.workspaceId} and message_id = ${message.id}`,
  );
  const inChat = message.inChat === true;
  // Asked in the chat, it is not asked by mail again, nor the other way round.
  const again = inChat ? NOT_THERE : NOT_DELIVERED;
  const anew = before?.excluded === again && message.resolves !== false;
  if (before && !anew)
    return before.excluded || before.in_chat !== inChat
      ? null
      : { token: moodToken(seal, tx.workspaceId, before.id), language: before.language };
  if (message.resolves === false) return null;
  const home = await tx.first<{ customer_id: string }>(
    sql`select c.customer_id from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id where m.workspace_id = ${tx.workspaceId} and m.id = ${message.id}`,
  );
  if (!home) return null;
  const turn = await takeTurn(tx, home.customer_id);
  // What is read of this conversation at this moment is there, or waits: both count with the question (settle_ends).
  await tx.run(sql`
    select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = (select m.conversation_id from message m where m.workspace_id = ${tx.workspaceId} and m.id = ${message.id}) for update`);
  const facts = await tx.first<Facts>(sql`
    select c.id as conversation_id, m.author_id, c.team_id, c.inbox_id, c.channel, c.customer_id, w.asks_mood as asks, c.folder,
      coalesce((select s.language from mood s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.language is not null order by s.at desc limit 1), k.language, w.language, 'en') as language,
      lower(c.customer_address) = any (${message.only.map((one) => one.toLowerCase())}::text[]) as reached,
      exists (select 1 from message i where i.workspace_id = c.workspace_id and i.conversation_id = c.id and i.type = 'in' and i.kind = 'message' and not i.automatic and not i.aside) as wrote
    from message m join conversation c on c.workspace_id = m.workspace_id and c.id = m.conversation_id join customer k on k.workspace_id = c.workspace_id and k.id = c.customer_id join workspace w on w.id = c.workspace_id
    where m.workspace_id = ${tx.workspaceId} and m.id = ${message.id}`);
  if (!facts) return null;
  // Looked at after we did above, they may have been said not to be there a moment ago.
  if (anew || inChat)
    await tx.run(
      sql`delete from mood_ask where workspace_id = ${tx.workspaceId} and message_id = ${message.id} and excluded = ${again}`,
    );
  const id = newId();
  const language = matched(facts.language) ?? 'en';
  const excluded = whyNot(facts, turn, message);
  const made = await tx.run(sql`
    insert into mood_ask (workspace_id, id, conversation_id, message_id, author_id, team_id, inbox_id, channel, language, excluded, in_chat)
    values (${tx.workspaceId}, ${id}, ${facts.conversation_id}, ${message.id}, ${facts.author_id}, ${facts.team_id}, ${facts.inbox_id}, ${facts.channel}, ${language}, ${excluded}, ${inChat})
    on conflict (workspace_id, message_id) do nothing`);
  if (made === 0) return null; // the other way was first by a moment
  if (!excluded) await noteAsk(tx, { id, conversationId: facts.conversation_id, kind: 'mood' });
  return excluded ? null : { token: moodToken(seal, tx.workspaceId, id), language };
}

/** The first reason that holds, or null: then they are asked. */
function whyNot(facts: Facts, turn: Turn, { practice, many }: { practice: boolean; many?: boolean }): string | null {
  if (!facts.asks) return 'off';
  if (practice) return 'practice';
  // What went to many says what was shown, and nothing more.
  if (many) return 'to many';
  if (facts.folder !== 'inbox') return 'spam';
  if (!facts.reached) return 'not to them';
  if (!facts.wrote) return 'never wrote';
  if (turn.never) return 'unsubscribed';
  return turn.lately ? 'asked lately' : null;
}

/** Is it still open? Two years later nobody remembers how they felt. */
export const isOpen = (at: string | Date): boolean => Date.now() - new Date(at).getTime() < OPEN_DAYS * 86_400_000;
