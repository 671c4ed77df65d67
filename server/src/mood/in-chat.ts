import type { ChatFelt, ChatLink } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import { hash } from '../base/seal.ts';
import { inWords, type Language, type Said } from '../base/words.ts';
import { askIn, isOpen } from './ask.ts';
import { asked } from './invite.ts';
import { anything, change, faceAlone, faces, send, thanks, which } from './page.ts';
import { praiseLink } from './praise.ts';
import { type Answer, type Ask, answer, askById } from './tap.ts';

/** So long a question that was put in a chat is the one of that conversation, even when it is resolved anew. */
const SAME_DAYS = 14;
/** Where it is asked, and who is there: a visitor, known by the line of their own widget. */
export type There = { conversationId: string; messageId: string; address: string; visitorId: string };
type Room = Pick<Hearten, 'seal'>;

export const closed = (): Error =>
  Conflict('This question is closed. Nothing was noted. Write to us instead: people read it.');

/** What lets this visitor change their answer, and nobody else. */
const keyOf = ({ seal }: Room, visitorId: string): string => seal.sign('felt in chat', visitorId);

/** The question at the end, as a visitor sees it whose conversation is over; null where they are not asked. */
export async function askInChat(room: Room, tx: Tx, there: There, language: Language): Promise<ChatFelt | null> {
  const ask = (await askedThere(tx, there)) ?? (await askNow(room, tx, there));
  if (!ask || !isOpen(ask.at)) return null;
  if (ask.answered_at && !ask.browser_hash?.equals(hash(keyOf(room, there.visitorId)))) return null;
  const link = ask.answered_at ? await praiseLink(room, tx, ask, language) : null;
  return { ...wordsIn(language), compared: ask.compared, value: ask.value, words: ask.words, link };
}

/** What they say; said again it changes what was said. Gives where they may let others read it, when they are glad and say so in words. */
export async function sayInChat(
  room: Room,
  tx: Tx,
  there: There,
  said: Answer,
  language: Language,
): Promise<ChatLink | null> {
  const ask = await askedThere(tx, there);
  const key = keyOf(room, there.visitorId);
  const taken = ask && isOpen(ask.at) && (await answer(tx, ask, said, ask.answered_at ? key : null, () => key));
  if (!ask || !taken) throw closed();
  return praiseLink(room, tx, { ...ask, ...said }, language);
}

async function askedThere(tx: Tx, { conversationId }: There): Promise<Ask | undefined> {
  const row = await tx.first<{ id: string }>(sql`
    select id from mood_ask where workspace_id = ${tx.workspaceId} and conversation_id = ${conversationId} and in_chat and excluded is null and at > now() - make_interval(days => ${SAME_DAYS}) order by at desc limit 1`);
  return row && askById(tx, row.id);
}

/** Where nobody is asked at all, looking at a chat leaves no trace. */
async function askNow(room: Room, tx: Tx, there: There): Promise<Ask | undefined> {
  const on = await tx.first(sql`select 1 from workspace where id = ${tx.workspaceId} and asks_mood`);
  if (on) await askIn(room, tx, { id: there.messageId, only: [there.address], practice: false, inChat: true });
  return on ? askedThere(tx, there) : undefined;
}

function wordsIn(language: Language): Omit<ChatFelt, 'compared' | 'value' | 'words' | 'link'> {
  const t = (what: Said): string => inWords(what, language);
  return {
    ...asked(language),
    which: t(which),
    faces: faces.map((word, i) => ({ word: t(word), picture: faceAlone(i + 1) })),
    ...{ anything: t(anything), send: t(send), thanks: t(thanks), change: t(change) },
  };
}
