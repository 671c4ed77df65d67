import type { Draft } from '@hearten/contract';

type Hear = (draft: Draft) => void;
const writers = new Map<string, Hear>();
/** For a field that is not on screen yet. */
const held = new Map<string, Draft>();
/** The field of a conversation hears when an answer becomes a draft again, wherever that was asked for. Returns the way to stop. */
export const hearDraft = (conversationId: string, hear: Hear): (() => void) => {
  writers.set(conversationId, hear);
  const draft = held.get(conversationId);
  held.delete(conversationId);
  if (draft) hear(draft);
  return () => {
    if (writers.get(conversationId) === hear) writers.delete(conversationId);
  };
};
export const restoreDraft = (conversationId: string, draft: Draft): void => {
  const hear = writers.get(conversationId);
  if (hear) hear(draft);
  else held.set(conversationId, draft);
};
