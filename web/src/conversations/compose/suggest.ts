import { Extension } from '@tiptap/core';
import { Plugin, PluginKey } from '@tiptap/pm/state';
import type { EditorView } from '@tiptap/pm/view';
import { composing } from '../../keys/stroke.ts';

/** What was begun before the caret: `/` for snippets, `@` for a name, `:` for an emoji. */
export type Ask = { sign: '/' | '@' | ':'; query: string; from: number; to: number; at: DOMRect };

const begun = {
  '/': /(?:^|\s)\/([\p{L}\p{N}_-][\p{L}\p{N}_ -]{0,38}|)$/u,
  '@': /(?:^|[\s(])@([\p{L}\p{M}'-]*)$/u,
  ':': /(?:^|\s):([a-z0-9_+-]{2,20})$/,
} as const;
/** What the end of a line asks for, and how many of its last characters do. */
export const asked = (before: string, signs: readonly Ask['sign'][]): { sign: Ask['sign']; query: string } | null => {
  for (const sign of signs) {
    const query = begun[sign].exec(before)?.[1];
    if (query !== undefined) return { sign, query };
  }
  return null;
};

type Options = {
  signs: () => readonly Ask['sign'][];
  ask: (ask: Ask | null) => void;
  /** The list that is open takes the key. */
  key: (e: KeyboardEvent) => boolean;
};
/** Tells what the caret asks for, until Escape or until it is answered. */
export const Suggest = Extension.create<Options>({
  name: 'suggest',
  addOptions: () => ({ signs: () => [], ask: () => undefined, key: () => false }),
  addProseMirrorPlugins() {
    const { signs, ask, key } = this.options;
    let now: Ask | null = null;
    let left: number | null = null;
    const look = (view: EditorView): Ask | null => {
      const { selection } = view.state;
      const { $from, empty } = selection;
      if (!empty || !view.hasFocus() || view.composing || $from.parent.type.spec.code) return null;
      const length = Math.min($from.parentOffset, 60);
      const before = $from.parent.textBetween($from.parentOffset - length, $from.parentOffset, undefined, '\ufffc');
      const found = asked(before, signs());
      if (!found) {
        left = null;
        return null;
      }
      const from = $from.pos - found.query.length - 1;
      if (from === left) return null;
      left = null;
      const { left: x, top, bottom } = view.coordsAtPos(from);
      return { ...found, from, to: $from.pos, at: new DOMRect(x, top, 0, bottom - top) };
    };
    const tell = (next: Ask | null) => {
      if (next === null && now === null) return;
      now = next;
      ask(next);
    };
    return [
      new Plugin({
        key: new PluginKey('suggest'),
        view: () => ({ update: (view) => tell(look(view)), destroy: () => tell(null) }),
        props: {
          handleKeyDown: (_view, e) => {
            if (!now || composing(e)) return false;
            return key(e);
          },
          handleDOMEvents: {
            // Escape leaves the list, and then the text: nothing else takes it.
            keydown: (_view, e) => {
              if (e.key !== 'Escape' || composing(e)) return false;
              if (now) {
                left = now.from;
                tell(null);
                e.preventDefault();
              }
              return true;
            },
            blur: () => {
              tell(null);
              return false;
            },
          },
        },
      }),
    ];
  },
});
