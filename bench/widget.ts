import type { ChatInbox } from '@hearten/contract';
import { makeFleet } from '../server/test/fleet.ts';
import { inBrowser, sizes } from './frame/chat-page.ts';

/** The visitor's side of the bench of chats by itself: what is loaded, how soon one can write, and for how long at most nothing else can be done. */
export async function measure(): Promise<Record<string, number>> {
  const fleet = await makeFleet();
  try {
    const member = await fleet.start('serve,work');
    const { body: chat } = await fleet.ask<ChatInbox>('POST', '/chats', { name: 'Shop' }, { at: member });
    return { ...sizes(), ...(await inBrowser(fleet, chat)) };
  } finally {
    await fleet.end();
  }
}
