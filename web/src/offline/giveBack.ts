import type { Draft } from '@hearten/contract';
import { api } from '../api.ts';
import { restoreDraft } from '../conversations/restore.ts';
import { heldUnkept, holdUnkept, putBelow } from '../conversations/unkept.ts';
import { t } from '../language/index.ts';
import { isUnreachable, Problem } from '../problem.ts';
import { takeOut, takeOutWords, undisturbed, type Waiting } from './waiting.ts';

/** With what was written meanwhile below it. */
const withMore = (draft: Draft, more: Draft | null): Draft => {
  if (!more) return draft;
  const { files, ...words } = putBelow({ ...draft, files: draft.attachments }, null, {
    ...more,
    files: more.attachments,
  });
  return { ...draft, ...words, attachments: files };
};
const patience = 20_000;
const keep = async (id: string, draft: Draft, base: string | null): Promise<Draft> => {
  const { attachments, updatedAt: _, html, text, ...rest } = draft;
  const body = {
    ...rest,
    ...(html === null ? { text } : { html }),
    attachments: attachments.map((file) => file.id),
    base,
  };
  try {
    const signal = AbortSignal.timeout(patience);
    return { ...draft, ...(await api('PUT /conversations/:id/draft', { params: { id }, body, signal })) };
  } catch (error) {
    // Something else is being written there by now.
    if (!(error instanceof Problem) || !error.type.endsWith('newer-draft')) throw error;
    const more = error.body.draft as Draft;
    return keep(id, withMore(draft, more), more.updatedAt);
  }
};

/** What was to be sent is a draft again: kept first, then taken out of what waits. What is being written meanwhile stays below it. */
export const giveBack = async (one: Waiting, me: string): Promise<void> => {
  const { draft } = one.about;
  if (!draft) return takeOut(one);
  const { conversationId: id } = one.about;
  const still = await undisturbed(one, async () => {
    let kept: Draft = draft;
    try {
      kept = await keep(id, draft, null);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      // This tab holds the words until the server can.
      const { attachments, updatedAt: _, ...words } = draft;
      const held = heldUnkept(me, id, draft.kind);
      const back = { ...words, files: attachments };
      holdUnkept(me, id, { ...back, ...(held ? putBelow(back, null, held) : {}), base: held?.base ?? null });
    }
    restoreDraft(id, kept);
    await takeOutWords(one);
  });
  if (!still) throw new Error(t('It was sent a moment ago and cannot be taken back here.'));
};
