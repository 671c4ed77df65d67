import type { ChatFelt } from '../../contract/src/chat.ts';
import { ask } from './ask.ts';
import { aloud, chats, felt, noted } from './state.ts';

const put = (chat: string, one: ChatFelt | null): void => {
  felt.value = { ...felt.value, [chat]: one };
};

/** Asks for the question once the conversation before somebody's eyes is over, and lets it go when it goes on. */
export function askFelt(chat: string): void {
  const over = chats.value.find((one) => one.id === chat)?.status === 'closed';
  const known = chat in felt.value;
  if (over && !known) {
    put(chat, null);
    ask<{ felt: ChatFelt | null }>('POST', `/chats/${chat}/ask`, {}).then(
      ({ felt: one }) => {
        put(chat, one);
        noted.value = one?.compared ? chat : '';
        if (one && !one.compared) aloud.value = one.question || one.thanks;
      },
      () => forget(chat), // asked again when it is looked at again
    );
  } else if (!over && known) forget(chat);
}
function forget(chat: string): void {
  const { [chat]: _, ...others } = felt.value;
  felt.value = others;
}

let before: Promise<unknown> = Promise.resolve();
/** One tap is an answer; a face and words add to it, each once what was said before has arrived: a quick finger loses nothing. */
export function sayFelt(chat: string, more: Partial<ChatFelt>): Promise<void> {
  const mine = before.then(async () => {
    const { compared, value, words } = { ...(felt.value[chat] as ChatFelt), ...more };
    const told = await ask<Partial<ChatFelt>>('PUT', `/chats/${chat}/felt`, { compared, value, words });
    const now = felt.value[chat];
    if (now) put(chat, { ...now, ...more, ...told });
  });
  before = mine.catch(() => undefined); // told by whoever said it
  return mine;
}
