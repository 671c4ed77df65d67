import type { Draft } from '@hearten/contract';
import type { Written } from './useDraft.ts';

/** Words the server doesn't have yet, with the draft it had when they were written. */
export type Unkept = Written & { base: string | null };
const prefix = 'unkept:';
type Kind = Written['kind'];
const nameOf = (person: string, conversation: string, kind: Kind) =>
  `${prefix}${person}:${conversation}${kind === 'note' ? ':note' : ''}`;

/** Kept in this tab until the server has them: a session may end, a page be left while nothing answers. */
export const holdUnkept = (person: string, conversation: string, unkept: Unkept) => {
  try {
    sessionStorage.setItem(nameOf(person, conversation, unkept.kind), JSON.stringify(unkept));
  } catch {
    // A full or forbidden store only takes the second net away: the words stay in the field and are saved from there.
  }
};
export const heldUnkept = (person: string, conversation: string, kind: Kind): Unkept | null => {
  try {
    // A page of the version before kept a note where replies are.
    for (const name of [nameOf(person, conversation, kind), nameOf(person, conversation, 'reply')]) {
      const held = JSON.parse(sessionStorage.getItem(name) ?? 'null') as Unkept | null;
      if (held?.kind === kind) return held;
    }
    return null;
  } catch {
    return null;
  }
};
export const dropUnkept = (person: string, conversation: string, kind: Kind) =>
  sessionStorage.removeItem(nameOf(person, conversation, kind));
/** Who signs out by their own will leaves nothing behind. */
export const dropAllUnkept = () => {
  for (const name of Object.keys(sessionStorage)) if (name.startsWith(prefix)) sessionStorage.removeItem(name);
};

/** What to go on writing with. Nothing is lost: words that were written here and elsewhere stand one after the other. */
export const goOnWith = (held: Unkept, draft: Draft | null): Written => {
  const { base, ...mine } = held;
  if (draft === null || draft.updatedAt === base || mine.text.includes(draft.text)) return mine;
  const files = [...draft.attachments, ...mine.files.filter((f) => !draft.attachments.some((a) => a.id === f.id))];
  const text = draft.text.includes(mine.text) ? draft.text : `${draft.text}\n\n${mine.text}`;
  // Words of a note among them must not go to the customer.
  const kind = mine.kind === 'note' ? 'note' : draft.kind;
  return { kind, text, cc: draft.cc, bcc: draft.bcc, files };
};
