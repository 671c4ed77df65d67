import type { Extensions } from '@tiptap/core';
import { Blockquote } from '@tiptap/extension-blockquote';
import { Bold } from '@tiptap/extension-bold';
import { Code } from '@tiptap/extension-code';
import { CodeBlock } from '@tiptap/extension-code-block';
import { Document } from '@tiptap/extension-document';
import { HardBreak } from '@tiptap/extension-hard-break';
import { Italic } from '@tiptap/extension-italic';
import { BulletList, ListItem, ListKeymap, OrderedList } from '@tiptap/extension-list';
import { Paragraph } from '@tiptap/extension-paragraph';
import { Strike } from '@tiptap/extension-strike';
import { Text } from '@tiptap/extension-text';
import { Underline } from '@tiptap/extension-underline';
import { Dropcursor, Placeholder, UndoRedo } from '@tiptap/extensions';
import { Blanks } from './blanks.ts';
import { Link } from './link.ts';
import { Picture } from './picture.ts';

// Keys are ours alone: they can be changed, and none of them has Alt.
const none = { addKeyboardShortcuts: () => ({}) };

/** What can be written: the same as a body may hold on the server (`server/src/conversations/body/schema.ts`). */
export const written = (placeholder: string): Extensions => [
  Document,
  Paragraph.extend(none),
  Text,
  Bold.extend(none),
  Italic.extend(none),
  Underline.extend(none),
  Strike.extend(none),
  Code.extend(none),
  Link,
  Blockquote.extend(none),
  BulletList.extend(none),
  OrderedList.extend(none),
  ListItem,
  ListKeymap,
  CodeBlock.extend({
    addKeyboardShortcuts() {
      const { 'Mod-Alt-c': _alt, ...rest } = this.parent?.() ?? {};
      return rest;
    },
  }),
  HardBreak.extend({
    addKeyboardShortcuts() {
      return { 'Shift-Enter': () => this.editor.commands.setHardBreak() };
    },
  }),
  Picture,
  UndoRedo,
  Dropcursor.configure({ color: false, class: 'drop-here', width: 2 }),
  Placeholder.configure({ placeholder }),
  Blanks,
];
