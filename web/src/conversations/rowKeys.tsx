import type { ConversationRow } from '@hearten/contract';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { openPalette } from '../palette/opened.ts';
import { useKeys } from '../ui/useKeys.ts';
import { useActions } from './act.ts';
import { openBond } from './bond.ts';
import { useFollowUp } from './useFollowUp.ts';

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
  // What is said beside a conversation has nothing below it.
  const below = alive && row.parent?.kind !== 'side' && row.folder === 'inbox';
  const follow = useFollowUp();
  // With no conversation open there is no chip to open a list at: the palette asks.
  const ask = write && alone;
  useKeys([
    {
      id: 'resolve',
      when: alive && row.status !== 'closed',
      run: on((r) => void act.status(r, 'resolved'), row?.status !== 'resolved'),
    },
    { id: 'assign', when: ask, run: () => openPalette('assign') },
    { id: 'move', when: alive, run: () => openPalette('move') },
    {
      id: 'take',
      when: write,
      run: on((r) => void act.assign(r, { assigneeId: me }, t('Yours · #{number}', { number: r.number }))),
    },
    { id: 'snooze', when: ask && alive, run: () => openPalette('snooze') },
    { id: 'tag', when: ask, run: () => openPalette('tag') },
    { id: 'priority', when: write, run: () => openPalette('priority') },
    { id: 'macro', when: alive, run: () => openPalette('macro') },
    { id: 'wait', when: alive, run: on((r) => void act.status(r, 'waiting'), true) },
    { id: 'reopen', when: alive, run: on((r) => void act.status(r, 'open')) },
    { id: 'close', when: alive && row.status !== 'closed', run: on((r) => void act.status(r, 'closed'), true) },
    { id: 'unread', when: row !== null, run: on((r) => void act.seen(r, true)) },
    {
      id: 'spam',
      when: write,
      words: row?.folder === 'spam' ? t('Not spam, back to the inbox') : undefined,
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
      words: row?.folder === 'trash' ? t('Out of the trash, back to the inbox') : undefined,
      run: on((r) => void act.folder(r, r.folder === 'trash' ? 'inbox' : 'trash'), true),
    },
    { id: 'merge', when: alive, opens: true, run: on((r) => openBond({ what: 'merge', row: r })) },
    { id: 'relate', when: alive, opens: true, run: on((r) => openBond({ what: 'link', row: r })) },
    { id: 'parent', when: below, opens: true, run: on((r) => openBond({ what: 'parent', row: r })) },
    {
      id: 'child',
      when: below && row.parent === null,
      opens: true,
      run: on((r) => openBond({ what: 'child', row: r })),
    },
    { id: 'aside', when: below, opens: true, run: on((r) => openBond({ what: 'aside', row: r })) },
    { id: 'followUp', when: below, run: on((r) => void follow(r)) },
    { id: 'unmerge', when: write && row.mergedInto !== null, run: on((r) => void act.unmerge(r)) },
  ]);
};
