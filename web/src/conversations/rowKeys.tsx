import type { ConversationRow } from '@hearten/contract';
import { useMay, useMe } from '../me.ts';
import { openPalette } from '../palette/opened.ts';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';

/** What keys and palette do with the open conversation, or with the row under the cursor. */
export const useRowKeys = (row: ConversationRow | null, onward: () => void, alone: boolean) => {
  const act = useActions();
  const me = useMe().person.id;
  const may = useMay()('conversation.write');
  const on =
    (run: (row: ConversationRow) => void, leave = false) =>
    () => {
      if (!row) return;
      // First onward, while the row still stands in the list and has neighbours.
      if (leave) onward();
      run(row);
    };
  const write = may && row !== null;
  const alive = write && row.mergedInto === null;
  // With no conversation open there is no chip to open a list at: the palette asks.
  const ask = write && alone;
  useKeys([
    {
      id: 'resolve',
      when: alive && row.status !== 'closed',
      run: on((r) => void act.status(r, 'resolved'), row?.status !== 'resolved'),
    },
    { id: 'assign', when: ask, run: () => openPalette('assign') },
    { id: 'take', when: write, run: on((r) => void act.assign(r, { assigneeId: me }, `Yours · #${r.number}`)) },
    { id: 'snooze', when: ask && alive, run: () => openPalette('snooze') },
    { id: 'tag', when: ask, run: () => openPalette('tag') },
    { id: 'priority', when: write, run: () => openPalette('priority') },
    { id: 'wait', when: alive, run: on((r) => void act.status(r, 'waiting'), true) },
    { id: 'reopen', when: alive, run: on((r) => void act.status(r, 'open')) },
    { id: 'close', when: alive && row.status !== 'closed', run: on((r) => void act.status(r, 'closed'), true) },
    { id: 'unread', when: row !== null, run: on((r) => void act.seen(r, true)) },
    {
      id: 'spam',
      when: write,
      words: row?.folder === 'spam' ? 'Not spam, back to the inbox' : undefined,
      run: on((r) => void act.folder(r, r.folder === 'spam' ? 'inbox' : 'spam'), true),
    },
    {
      id: 'block',
      when: write && row.folder !== 'spam',
      run: on((r) => void act.folder(r, 'spam', { block: true }), true),
    },
    {
      id: 'trash',
      when: write,
      words: row?.folder === 'trash' ? 'Out of the trash, back to the inbox' : undefined,
      run: on((r) => void act.folder(r, r.folder === 'trash' ? 'inbox' : 'trash'), true),
    },
    { id: 'unmerge', when: write && row.mergedInto !== null, run: on((r) => void act.unmerge(r)) },
  ]);
};
