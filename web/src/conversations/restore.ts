import type { Draft } from '@hearten/contract';

type Hear = (draft: Draft) => void;
const writers = new Map<string, Hear>();
/** The field of a conversation hears when an answer becomes a draft again, wherever that was asked for. Returns the way to stop. */
export const hearDraft = (conversationId: string, hear: Hear): (() => void) => {
  writers.set(conversationId, hear);
  return () => {
    if (writers.get(conversationId) === hear) writers.delete(conversationId);
  };
};
export const restoreDraft = (conversationId: string, draft: Draft): void => writers.get(conversationId)?.(draft);
