import type { ChatInbox, ConversationRow, Inbox } from '@hearten/contract';
import { byMail } from '../conversations/data.ts';
import { isPractice } from '../conversations/ours.ts';

type At = Pick<ConversationRow, 'inboxId'>;
type Some = Pick<Inbox, 'id' | 'channel' | 'address' | 'enabled'>;

/**
 * The inbox by which a chat goes on by mail: that from which its answers leave anyway, else the first that reaches people. The one for practice
 * declines whatever is sent to anybody else.
 */
export function mailWay<T extends Some>(
  row: At,
  inboxes: readonly T[] | undefined,
  chats: readonly Pick<ChatInbox, 'id' | 'settings'>[] | undefined,
): T | undefined {
  const there = byMail(inboxes).filter((one) => one.enabled && !isPractice(one.address));
  const own = chats?.find((one) => one.id === row.inboxId)?.settings.mailInboxId;
  return there.find((one) => one.id === own) ?? there[0];
}

/** The chat in which a conversation goes on: where its customer was last; without one the server says why nobody would read it. */
export const chatWay = <T extends Some>(
  inboxes: readonly T[] | undefined,
  beenIn: readonly string[] = [],
): T | undefined => {
  const there = (inboxes ?? []).filter((one) => one.enabled && one.channel === 'chat');
  const last = beenIn.find((id) => there.some((one) => one.id === id));
  return there.find((one) => one.id === last) ?? there[0];
};
