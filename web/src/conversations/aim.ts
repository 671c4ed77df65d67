import type { BulkAction, ConversationRow } from '@hearten/contract';
import { useEffect, useRef } from 'react';
import { makeStore } from '../ui/store.ts';

/** What an action is done to: the open conversation, or the row under the cursor; and where to go once it is dealt with. */
export type Aim = { row: ConversationRow; onward: () => void } | null;
export const aim = makeStore<Aim>(null);

export const useAim = (row: ConversationRow | null, onward: () => void) => {
  useEffect(() => aim.set(row && { row, onward }), [row, onward]);
  useEffect(() => () => aim.set(null), []);
};

/** What is selected in the list: then it is what an action is done to, whatever is open beside it. */
export type Many = { size: number; run: (action: BulkAction) => void } | null;
export const many = makeStore<Many>(null);

export const useMany = (size: number, run: (action: BulkAction) => void) => {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => many.set({ size, run: (action) => latest.current(action) }), [size]);
  useEffect(() => () => many.set(null), []);
};
