import type { Bulk, BulkAction, Filter } from '@hearten/contract';
import type { QueryClient } from '@tanstack/react-query';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { makeStore } from '../ui/store.ts';
import { tell, tellProblem } from '../ui/toast.tsx';

const many = (n: number) => t('{n, plural, one {# conversation} other {# conversations}}', { n });
/** What was done, as the toast says it. */
export const saidOf = ({ action, done, skipped }: Bulk): string => {
  const what = {
    assign: t('Assigned'),
    tag: t('Tagged'),
    status:
      action.do === 'status'
        ? { open: t('Reopened'), waiting: t('Waiting'), resolved: t('Resolved'), closed: t('Closed') }[action.status]
        : '',
    snooze: t('Snoozed'),
    priority: t('Priority changed'),
    inbox: t('Moved'),
    macro: action.do === 'macro' && action.name ? `“${action.name}”` : t('Macro run'),
    folder:
      action.do === 'folder'
        ? { inbox: t('Back in the inbox'), spam: t('Moved to spam'), trash: t('Moved to trash') }[action.folder]
        : '',
    seen: action.do === 'seen' && action.unread ? t('Marked as unread') : t('Marked as read'),
  }[action.do];
  const values = { what, conversations: many(done), skipped };
  return skipped
    ? t(
        '{what}: {conversations}; {skipped, plural, one {# could not be changed} other {# could not be changed}}',
        values,
      )
    : t('{what}: {conversations}', values);
};
export const undoneOf = ({ undone, kept }: Bulk): string =>
  kept
    ? t(
        'Taken back: {conversations}; {kept, plural, one {# changed since and stay as they are} other {# changed since and stay as they are}}',
        {
          conversations: many(undone),
          kept,
        },
      )
    : t('Taken back: {conversations}', { conversations: many(undone) });

/** What runs on the server for this tab, until it has ended. */
export const running = makeStore<string[]>([]);

const ended = (client: QueryClient, bulk: Bulk): void => {
  void client.invalidateQueries({ queryKey: ['views'] });
  // A page that was on its way while hundreds of frames came may have brought old rows back.
  void client.invalidateQueries({ queryKey: ['list'] });
  if (bulk.state === 'undone') tell(undoneOf(bulk));
  else
    tell(bulk.state === 'stopped' ? t('Stopped. {saidOf}', { saidOf: saidOf(bulk) }) : saidOf(bulk), {
      label: t('Undo'),
      run: () => void follow(client, () => api('POST /bulk/:id/undo', { params: { id: bulk.id } })),
    });
};
/** False when nothing was begun. Told as it goes: at once when it is done at once, else until the server says that it is. */
export const follow = async (client: QueryClient, ask: () => Promise<{ bulk: Bulk }>): Promise<boolean> => {
  try {
    const { bulk } = await ask();
    // A look at it that is still on its way has seen it as it was before: it would say once more that it is done, and what
    // was taken back would never be told.
    await client.cancelQueries({ queryKey: ['bulk', bulk.id] });
    client.setQueryData(['bulk', bulk.id], bulk);
    if (bulk.state === 'running' || bulk.state === 'undoing') running.set([...new Set([...running.get(), bulk.id])]);
    else settle(client, bulk);
    return true;
  } catch (error) {
    tellProblem(error);
    return false;
  }
};
export const settle = (client: QueryClient, bulk: Bulk): void => {
  running.set(running.get().filter((id) => id !== bulk.id));
  ended(client, bulk);
};
export const begin = (client: QueryClient, action: BulkAction, on: { ids: string[] } | { filter: Filter }) =>
  follow(client, () => api('POST /bulk', { body: { action, ...on } }));
