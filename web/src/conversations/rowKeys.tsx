import type { ConversationRow } from '@hearten/contract';
import { useMay, useMe } from '../me.ts';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';

/** The keys that act on the open conversation, or on the row under the cursor. */
export const useRowKeys = (row: ConversationRow | null, onward: () => void) => {
  const act = useActions();
  const me = useMe().person.id;
  const may = useMay()('conversation.write');
  const on =
    (run: (row: ConversationRow) => void, leave = false, needsLife = false) =>
    () => {
      if (!row || (needsLife && row.mergedInto !== null)) return;
      // First onward, while the row still stands in the list and has neighbours.
      if (leave) onward();
      run(row);
    };
  const group = 'With a conversation';
  useKeys(
    may
      ? [
          {
            keys: 'e',
            label: 'Resolve',
            group,
            run: on((r) => void act.status(r, 'resolved'), row?.status !== 'resolved', true),
          },
          { keys: 'E', label: 'Reopen', group, run: on((r) => void act.status(r, 'open'), false, true) },
          {
            keys: 'w',
            label: 'Wait for the customer',
            group,
            run: on((r) => void act.status(r, 'waiting'), true, true),
          },
          {
            keys: 'i',
            label: 'Take it',
            group,
            run: on((r) => void act.assign(r, { assigneeId: me }, `Yours · #${r.number}`)),
          },
          {
            keys: '!',
            label: 'Spam',
            group,
            run: on((r) => void act.folder(r, r.folder === 'spam' ? 'inbox' : 'spam'), true),
          },
          {
            keys: '#',
            label: 'Trash',
            group,
            run: on((r) => void act.folder(r, r.folder === 'trash' ? 'inbox' : 'trash'), true),
          },
          { keys: 'U', label: 'Mark as unread', group, run: on((r) => void act.seen(r, true)) },
        ]
      : [{ keys: 'U', label: 'Mark as unread', group, run: on((r) => void act.seen(r, true)) }],
  );
};
