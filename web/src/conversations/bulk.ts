import type { Bulk, BulkAction, Filter } from '@hearten/contract';
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { makeStore } from '../ui/store.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const conversations = (n: number) => `${n.toLocaleString()} ${n === 1 ? 'conversation' : 'conversations'}`;
/** What was done, as the toast says it. */
export const saidOf = ({ action, done, skipped }: Bulk): string => {
  const what = {
    assign: 'Assigned',
    tag: 'Tagged',
    status:
      action.do === 'status'
        ? { open: 'Reopened', waiting: 'Waiting', resolved: 'Resolved', closed: 'Closed' }[action.status]
        : '',
    snooze: 'Snoozed',
    folder:
      action.do === 'folder'
        ? { inbox: 'Back in the inbox', spam: 'Moved to spam', trash: 'Moved to trash' }[action.folder]
        : '',
    seen: action.do === 'seen' && action.unread ? 'Marked as unread' : 'Marked as read',
  }[action.do];
  return `${what}: ${conversations(done)}${skipped ? `; ${skipped.toLocaleString()} could not be changed` : ''}`;
};
export const undoneOf = ({ undone, kept }: Bulk): string =>
  `Taken back: ${conversations(undone)}${kept ? `; ${kept.toLocaleString()} changed since and stay as they are` : ''}`;

/** What runs on the server for this tab, until it has ended. */
export const running = makeStore<string[]>([]);

const ended = (client: QueryClient, bulk: Bulk): void => {
  void client.invalidateQueries({ queryKey: ['views'] });
  // A page that was on its way while hundreds of frames came may have brought old rows back.
  void client.invalidateQueries({ queryKey: ['list'] });
  if (bulk.state === 'undone') tell(undoneOf(bulk));
  else
    tell(bulk.state === 'stopped' ? `Stopped. ${saidOf(bulk)}` : saidOf(bulk), {
      label: 'Undo',
      run: () => void follow(client, () => api('POST /bulk/:id/undo', { params: { id: bulk.id } })),
    });
};
/** Told as it goes: at once when it is done at once, else until the server says that it is. */
export const follow = async (client: QueryClient, ask: () => Promise<{ bulk: Bulk }>): Promise<void> => {
  try {
    const { bulk } = await ask();
    client.setQueryData(['bulk', bulk.id], bulk);
    if (bulk.state === 'running' || bulk.state === 'undoing') running.set([...new Set([...running.get(), bulk.id])]);
    else settle(client, bulk);
  } catch (error) {
    tellProblem(error);
  }
};
export const settle = (client: QueryClient, bulk: Bulk): void => {
  running.set(running.get().filter((id) => id !== bulk.id));
  ended(client, bulk);
};
export const begin = (client: QueryClient, action: BulkAction, on: { ids: string[] } | { filter: Filter }) =>
  follow(client, () => api('POST /bulk', { body: { action, ...on } }));
