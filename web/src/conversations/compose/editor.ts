import { Editor } from '@tiptap/core';
import { closeHistory } from '@tiptap/pm/history';
import { DOMParser, DOMSerializer, Fragment, type Node, Slice } from '@tiptap/pm/model';
import type { EditorView } from '@tiptap/pm/view';
import { asLink } from './link.ts';
import type { Attrs } from './picture.ts';
import { written } from './schema.ts';
import { type Ask, Suggest } from './suggest.ts';
import type { Said } from './writing.ts';

/** More than this is no letter: it goes as a file beside it. */
export const LONGEST_PASTE = 100_000;

export type Format = {
  bold: boolean;
  italic: boolean;
  underline: boolean;
  code: boolean;
  bullets: boolean;
  numbers: boolean;
  quote: boolean;
  block: boolean;
  /** Where the link under the caret leads. */
  link: string | null;
  picture: Attrs | null;
};
export type Hears = {
  changed: () => void;
  format: (now: Format) => void;
  ask: (ask: Ask | null) => void;
  key: (e: KeyboardEvent) => boolean;
  signs: () => readonly Ask['sign'][];
  /** Pictures stand in the text already, under these keys, and want to be stored. */
  pictures: (pictures: { key: string; file: File }[]) => void;
  files: (files: File[]) => void;
  tooLong: (text: string) => void;
};

const lines = (text: string) => text.replace(/\r\n?/g, '\n').split('\n');
const docOf = (text: string) => ({
  type: 'doc',
  content: lines(text).map((line) => ({
    type: 'paragraph',
    ...(line ? { content: [{ type: 'text', text: line }] } : {}),
  })),
});

const plain = (doc: Node): boolean => {
  let yes = true;
  doc.descendants((node) => {
    if (!['paragraph', 'text', 'hardBreak'].includes(node.type.name) || node.marks.length > 0) yes = false;
    return yes;
  });
  return yes;
};
const leaf = (node: Node): string => {
  if (node.type.name === 'hardBreak') return '\n';
  const { alt, upload } = node.attrs as Attrs;
  return upload === null ? '' : `[${alt || 'image'}]`;
};
const textOf = (doc: Node): string => doc.textBetween(0, doc.content.size, '\n', leaf);
/** The editor reads what keys did to the page a moment later; who leaves in that moment leaves with the last letters. */
const readKeys = (view: EditorView): void => {
  const seeing = (view as unknown as { domObserver?: { forceFlush?: () => void } }).domObserver;
  seeing?.forceFlush?.();
};
const saidBy = (doc: Node): Said => {
  const text = textOf(doc);
  if (plain(doc)) return { text, html: null };
  const page = document.implementation.createHTMLDocument('');
  const into = page.createElement('div');
  DOMSerializer.fromSchema(doc.type.schema).serializeFragment(doc.content, { document: page }, into);
  return { text, html: into.innerHTML };
};

const drawn = /^image\/(png|jpeg|gif|webp|avif)$/;
const fileIn = (url: string): File | null => {
  const [, type = '', data = ''] = /^data:(image\/[\w.+-]+);base64,([\s\S]+)$/.exec(url) ?? [];
  if (!drawn.test(type)) return null;
  try {
    return new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], `image.${type.slice(6)}`, { type });
  } catch {
    // What is no picture is none; its place stays empty.
    return null;
  }
};

export type Opened = ReturnType<typeof openEditor>;
/** The field with formatting. Nothing in it waits for anything: what takes time is told to whoever hears. */
export const openEditor = (
  element: HTMLElement,
  { said, label, placeholder, hears }: { said: Said; label: string; placeholder: string; hears: Hears },
) => {
  let strangers = false;
  const previews: string[] = [];
  const previewOf = (file: File): string => {
    const url = URL.createObjectURL(file);
    previews.push(url);
    return url;
  };
  const take = (view: EditorView, list: FileList | undefined, at: number | null): boolean => {
    const files = Array.from(list ?? []);
    if (files.length === 0) return false;
    const pictures = files.filter((file) => drawn.test(file.type)).map((file) => ({ key: crypto.randomUUID(), file }));
    const others = files.filter((file) => !drawn.test(file.type));
    if (pictures.length > 0) {
      const nodes = pictures.map(({ key, file }) =>
        view.state.schema.nodes.picture?.create({
          key,
          preview: previewOf(file),
          alt: /^image\.\w+$/.test(file.name) ? '' : file.name.replace(/\.\w+$/, ''),
        }),
      );
      const slice = new Slice(Fragment.from(nodes.filter((node) => node !== undefined)), 0, 0);
      view.dispatch(
        (at === null ? view.state.tr.replaceSelection(slice) : view.state.tr.replace(at, at, slice)).scrollIntoView(),
      );
      hears.pictures(pictures);
    }
    if (others.length > 0) hears.files(others);
    return true;
  };
  /** Pictures that came within pasted HTML are stored like any other. */
  const adopt = (editor: Editor) => {
    strangers = false;
    const found: { key: string; file: File }[] = [];
    const gone: number[] = [];
    editor.state.doc.descendants((node, pos) => {
      const { preview, key } = node.attrs as Attrs;
      if (node.type.name !== 'picture' || !preview?.startsWith('data:') || key === null) return;
      const file = fileIn(preview);
      if (file) found.push({ key, file });
      else gone.push(pos);
    });
    for (const pos of gone.reverse()) editor.view.dispatch(editor.state.tr.delete(pos, pos + 1));
    if (found.length > 0) hears.pictures(found);
  };
  let last = '';
  const look = (editor: Editor) => {
    const { selection } = editor.state;
    const chosen = 'node' in selection ? (selection.node as Node) : null;
    const now: Format = {
      bold: editor.isActive('bold'),
      italic: editor.isActive('italic'),
      underline: editor.isActive('underline'),
      code: editor.isActive('code'),
      bullets: editor.isActive('bulletList'),
      numbers: editor.isActive('orderedList'),
      quote: editor.isActive('blockquote'),
      block: editor.isActive('codeBlock'),
      link: (editor.getAttributes('link').href as string | undefined) ?? null,
      picture: chosen?.type.name === 'picture' ? (chosen.attrs as Attrs) : null,
    };
    const told = JSON.stringify(now);
    if (told === last) return;
    last = told;
    hears.format(now);
  };
  const editor = new Editor({
    element,
    injectCSS: false,
    extensions: [...written(placeholder), Suggest.configure({ signs: hears.signs, ask: hears.ask, key: hears.key })],
    content: said.html ?? docOf(said.text),
    parseOptions: { preserveWhitespace: 'full' },
    enableInputRules: ['bulletList', 'orderedList', 'blockquote', 'codeBlock'],
    enablePasteRules: false,
    editorProps: {
      attributes: {
        'aria-label': label,
        role: 'textbox',
        'aria-multiline': 'true',
        class: 'rich writing',
        dir: 'auto',
        // Also while it leaves and cannot be written in: it keeps the focus, and the next key finds it where it was.
        tabindex: '0',
      },
      handleDOMEvents: {
        // Sending and formatting are actions of the app, with keys of one's own choice; the editor keeps undo and "select all".
        keydown: (_view, e) => (e.ctrlKey || e.metaKey) && /^([b-xB-X0-9]|Enter)$/.test(e.key),
        // Formatting by the browser's own keys and menus, too, is ours.
        beforeinput: (_view, e) => {
          const toggle = { formatBold: 'bold', formatItalic: 'italic', formatUnderline: 'underline' }[e.inputType];
          if (!e.inputType.startsWith('format')) return false;
          e.preventDefault();
          if (toggle) editor.chain().toggleMark(toggle).run();
          return true;
        },
      },
      handlePaste: (view, e) => {
        const data = e.clipboardData;
        const text = data?.getData('text/plain') ?? '';
        if (text.length > LONGEST_PASTE) {
          hears.tooLong(text);
          return true;
        }
        // A picture copied from a document comes with the words around it; the words are meant.
        if (text.trim() === '' && take(view, data?.files, null)) return true;
        const link = view.state.selection.empty ? null : asLink(text);
        if (link && /^https?:/i.test(text.trim())) return editor.commands.setMark('link', { href: link });
        strangers = data?.getData('text/html').includes('src="data:image/') ?? false;
        return false;
      },
      handleDrop: (view, e, _slice, moved) =>
        !moved && take(view, e.dataTransfer?.files, view.posAtCoords({ left: e.clientX, top: e.clientY })?.pos ?? null),
      clipboardTextParser: (text, $context) => {
        const { schema } = $context.doc.type;
        const rows = lines(text).map((line) =>
          schema.nodes.paragraph?.create(null, line ? schema.text(line, $context.marks()) : undefined),
        );
        return new Slice(Fragment.from(rows.filter((row) => row !== undefined)), 1, 1);
      },
      clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, '\n', leaf),
      // Elsewhere a paragraph has space around it; here a line is a line, and space is an empty one.
      transformPastedHTML: (html) =>
        html.includes('data-pm-slice') || /mso-|urn:schemas-microsoft/.test(html)
          ? html
          : html.replace(/<\/p>\s*<p\b/gi, '</p><p></p><p'),
    },
    onUpdate: () => {
      hears.changed();
      if (strangers) adopt(editor);
    },
    onTransaction: () => look(editor),
  });

  const pictureAt = (key: string): number | null => {
    let at: number | null = null;
    editor.state.doc.descendants((node, pos) => {
      if (node.type.name === 'picture' && node.attrs.key === key) at = pos;
      return at === null;
    });
    return at;
  };
  return {
    editor,
    said: () => {
      readKeys(editor.view);
      return saidBy(editor.state.doc);
    },
    /** Takes the last keys over now. */
    settle: () => readKeys(editor.view),
    isEmpty: () => editor.isEmpty,
    /** At once: Tiptap's own waits for the next frame, and a key may come before it. */
    focus: (at: 'end' | number | null = null) => {
      if (at !== null) editor.commands.setTextSelection(at === 'end' ? editor.state.doc.content.size : at);
      editor.view.focus();
    },
    /** The picture of this key is stored: from now on it is part of what is said. False when it was taken out meanwhile. */
    stored: (key: string, upload: string): boolean => {
      const at = pictureAt(key);
      if (at === null) return false;
      const attrs = { ...editor.state.doc.nodeAt(at)?.attrs, upload, key: null };
      editor.view.dispatch(editor.state.tr.setNodeMarkup(at, undefined, attrs));
      return true;
    },
    without: (key: string) => {
      const at = pictureAt(key);
      if (at !== null) editor.view.dispatch(editor.state.tr.delete(at, at + 1));
    },
    insert: (content: { html: string } | { text: string }) => {
      const { schema, selection, tr } = editor.state;
      const doc =
        'html' in content
          ? DOMParser.fromSchema(schema).parse(new window.DOMParser().parseFromString(content.html, 'text/html').body, {
              preserveWhitespace: 'full',
            })
          : schema.nodeFromJSON(docOf(content.text));
      // Words go on where the caret is; a list or quote stands by itself.
      const open = (block: Node | null) => (block?.type.name === 'paragraph' ? 1 : 0);
      const slice = new Slice(doc.content, open(doc.firstChild), open(doc.lastChild));
      editor.view.dispatch(closeHistory(tr).replaceRange(selection.from, selection.to, slice).scrollIntoView());
      editor.view.focus();
    },
    /** What was asked for is taken out, and these words stand there. */
    answer: (ask: Ask, words = '') => {
      const { tr, schema } = editor.state;
      const done = words ? tr.replaceWith(ask.from, ask.to, schema.text(words)) : tr.delete(ask.from, ask.to);
      editor.view.dispatch(done.scrollIntoView());
      editor.view.focus();
    },
    close: () => {
      editor.destroy();
      for (const url of previews) URL.revokeObjectURL(url);
    },
  };
};
