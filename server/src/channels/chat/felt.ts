import type { ChatFelt, ChatLink } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { NotFound } from '../../base/errors.ts';
import type { Hearten } from '../../base/module.ts';
import type { Language } from '../../base/words.ts';
import { customerNow } from '../../customers/index.ts';
import { askInChat, closed, sayInChat, type There } from '../../mood/index.ts';
import { surveyInChat } from '../../surveys/index.ts';
import { mayWrite } from './abuse.ts';
import { endedAt } from './lines.ts';
import type { Visitor } from './visits.ts';

/** Where only a survey asks: its link, and no question. */
const linkAlone = ({ asks, ...link }: ChatLink & { asks: string }): ChatFelt => ({
  ...{ question: '', answers: [], which: '', faces: [], anything: '', send: '', change: '' },
  ...{ thanks: asks, compared: null, value: null, words: '', link },
});

/**
 * The last screen of a conversation: asked when its visitor has it before them and it is over, by the rules that hold for mail. First how it
 * felt; whom that does not ask, a survey may. Whoever came by the link of a mail is not asked here: a mail may be passed on.
 */
export async function feltOf(
  tx: Tx,
  hearten: Hearten,
  visitor: Visitor,
  chatId: string,
  language: Language,
): Promise<ChatFelt | null> {
  const there = await endOf(tx, visitor, chatId);
  if (!there) return null;
  const felt = await askInChat(hearten, tx, there, language);
  const link = await surveyInChat(hearten, tx, there.conversationId, language);
  return felt ?? (link && linkAlone(link));
}

export async function sayFelt(
  tx: Tx,
  hearten: Hearten,
  visitor: Visitor,
  chatId: string,
  said: Parameters<typeof sayInChat>[3],
  language: Language,
): Promise<{ link: ChatLink | null }> {
  await mayWrite(tx, visitor.id);
  const there = await endOf(tx, visitor, chatId);
  if (!there) throw closed();
  return { link: await sayInChat(hearten, tx, there, said, language) };
}

/** A conversation of theirs that is over, with the last answer in it; null while it goes on, or where nobody answered. */
async function endOf(tx: Tx, visitor: Visitor, chatId: string): Promise<There | null> {
  const mine = await endedAt(tx, visitor, chatId);
  if (!mine) throw NotFound('This conversation is not here.');
  if (!mine.over || visitor.only) return null;
  const { conversationId } = mine;
  const [now, last] = await Promise.all([
    customerNow(tx, sql`select customer_id from visitor where workspace_id = ${tx.workspaceId} and id = ${visitor.id}`),
    tx.first<{ messageId: string; address: string; customerId: string }>(sql`
      select m.id as "messageId", v.customer_address as address, v.customer_id as "customerId" from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id join conversation v on v.workspace_id = l.workspace_id and v.id = ${conversationId}
      where l.workspace_id = ${tx.workspaceId} and l.chat_id = ${chatId} and not l.gone and m.conversation_id = v.id and m.type = 'out' and m.plan is null order by l.seq desc limit 1`),
  ]);
  if (!last || last.customerId !== now?.customerId) return null;
  return { conversationId, messageId: last.messageId, address: last.address, visitorId: visitor.id };
}
