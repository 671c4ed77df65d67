import type { ConversationRow } from '@hearten/contract';
import { useEffect } from 'react';
import { makeStore } from '../ui/store.ts';

/** What an action is done to: the open conversation, or the row under the cursor; and where to go once it is dealt with. */
export type Aim = { row: ConversationRow; onward: () => void } | null;
export const aim = makeStore<Aim>(null);

export const useAim = (row: ConversationRow | null, onward: () => void) => {
  useEffect(() => aim.set(row && { row, onward }), [row, onward]);
  useEffect(() => () => aim.set(null), []);
};
