import { useEffect } from 'react';
import type { Writing } from '../conversations/compose/writing.ts';
import { makeStore } from '../ui/store.ts';

/** The field that is open for a conversation, for what is put into it from elsewhere: a macro by its key. */
export const writingHere = makeStore<{ conversationId: string; writing: () => Writing | null } | null>(null);
export const useWritingHere = (conversationId: string, writing: () => Writing | null): void => {
  useEffect(() => {
    writingHere.set({ conversationId, writing });
    return () => writingHere.set(null);
  });
};
