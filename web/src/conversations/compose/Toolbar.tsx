import {
  Bold,
  Code,
  Italic,
  Link as LinkIcon,
  List,
  ListOrdered,
  type LucideIcon,
  Quote,
  SquareCode,
  Trash2,
  Underline,
} from 'lucide-react';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { type ActionId, about } from '../../keys/catalogue.ts';
import { t } from '../../language/index.ts';
import { useHint, useKeys } from '../../ui/useKeys.ts';
import type { Format, Opened } from './editor.ts';
import { asLink } from './link.ts';

const widths = [
  { width: 200, words: t('Small') },
  { width: 400, words: t('Medium') },
  { width: null, words: t('As it is') },
] as const;

const Tool = ({ id, icon: Icon, on, run }: { id: ActionId; icon: LucideIcon; on: boolean; run: () => void }) => {
  const { words } = about(id);
  return (
    <button
      type="button"
      className="btn quiet icon sm"
      aria-label={words}
      title={useHint(words, id)}
      aria-pressed={on}
      // The field keeps the focus and what is selected in it.
      onPointerDown={(e) => e.preventDefault()}
      onClick={run}
    >
      <Icon className="i s14" />
    </button>
  );
};

/** Where a link leads, asked for in the row itself. */
const LinkBox = ({ open, href, done }: { open: Opened; href: string | null; done: () => void }) => {
  const input = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);
  useEffect(() => input.current?.select(), []);
  const leave = () => {
    done();
    open.focus();
  };
  const set = (typed: string) => {
    const to = asLink(typed);
    if (!to) return setWrong(true);
    const { editor } = open;
    if (editor.state.selection.empty && href === null)
      editor
        .chain()
        .focus()
        .insertContent({ type: 'text', text: typed.trim(), marks: [{ type: 'link', attrs: { href: to } }] })
        .run();
    else editor.chain().focus().extendMarkRange('link').setMark('link', { href: to }).run();
    done();
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.key === 'Enter') {
      e.preventDefault();
      set(e.currentTarget.value);
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      leave();
    }
  };
  return (
    <span className="link-box">
      <input
        ref={input}
        className="input sm"
        aria-label={t('Where the link leads')}
        aria-invalid={wrong}
        placeholder="https://"
        defaultValue={href ?? ''}
        inputMode="url"
        spellCheck={false}
        onChange={() => setWrong(false)}
        onKeyDown={onKeyDown}
      />
      <button type="button" className="btn sm" onClick={() => set(input.current?.value ?? '')}>
        {t('Set link')}
      </button>
      {href === null ? null : (
        <button
          type="button"
          className="btn quiet sm"
          onClick={() => {
            open.editor.chain().focus().extendMarkRange('link').unsetMark('link').run();
            done();
          }}
        >
          {t('Take the link out')}
        </button>
      )}
      {wrong ? (
        <span className="xs risk" role="alert">
          {t('This is no address of the web or of a mailbox.')}
        </span>
      ) : null}
    </span>
  );
};

/** What can be done with the words, as a row of buttons; by keys it works whether the row is shown or not. */
export const Toolbar = ({ open, format, shown }: { open: Opened; format: Format; shown: boolean }) => {
  const [linking, setLinking] = useState(false);
  const { editor } = open;
  const mark = (name: string) => () => void editor.chain().focus().toggleMark(name).run();
  const list = (name: string) => () => void editor.chain().focus().toggleList(name, 'listItem').run();
  const tools = [
    { id: 'bold', icon: Bold, on: format.bold, run: mark('bold') },
    { id: 'italic', icon: Italic, on: format.italic, run: mark('italic') },
    { id: 'underline', icon: Underline, on: format.underline, run: mark('underline') },
    { id: 'bullets', icon: List, on: format.bullets, run: list('bulletList') },
    { id: 'numbers', icon: ListOrdered, on: format.numbers, run: list('orderedList') },
    {
      id: 'quote',
      icon: Quote,
      on: format.quote,
      run: () => void editor.chain().focus().toggleWrap('blockquote').run(),
    },
    { id: 'code', icon: Code, on: format.code, run: mark('code') },
    {
      id: 'codeBlock',
      icon: SquareCode,
      on: format.block,
      run: () => void editor.chain().focus().toggleNode('codeBlock', 'paragraph').run(),
    },
    { id: 'link', icon: LinkIcon, on: format.link !== null, run: () => setLinking(true) },
  ] as const;
  useKeys(tools.map(({ id, run }) => ({ id, run, at: () => open.editor.view.dom.closest('.composer') })));
  const { picture } = format;
  if (picture)
    return (
      // biome-ignore lint/a11y/useSemanticElements: buttons, not a form
      <div className="tools" role="group" aria-label={t('The picture')}>
        {widths.map(({ width, words }) => (
          <button
            key={words}
            type="button"
            className="btn quiet sm"
            aria-pressed={picture.width === width}
            onPointerDown={(e) => e.preventDefault()}
            onClick={() => editor.chain().focus().updateAttributes('picture', { width }).run()}
          >
            {words}
          </button>
        ))}
        <input
          className="input sm grow"
          aria-label={t('What the picture shows, for who can’t see it')}
          placeholder={t('What it shows')}
          defaultValue={picture.alt}
          key={picture.upload}
          onBlur={(e) => {
            if (e.target.value !== picture.alt) editor.commands.updateAttributes('picture', { alt: e.target.value });
          }}
        />
        <button
          type="button"
          className="btn quiet icon sm"
          aria-label={t('Take the picture out')}
          title={t('Take the picture out')}
          onClick={() => editor.chain().focus().deleteSelection().run()}
        >
          <Trash2 className="i s14" />
        </button>
      </div>
    );
  if (linking)
    return (
      // biome-ignore lint/a11y/useSemanticElements: a field and its buttons within a form already
      <div className="tools" role="group" aria-label={t('Link')}>
        <LinkBox open={open} href={format.link} done={() => setLinking(false)} />
      </div>
    );
  return shown ? (
    <div className="tools" role="toolbar" aria-label={t('Formatting')}>
      {tools.map((tool) => (
        <Tool key={tool.id} {...tool} />
      ))}
    </div>
  ) : null;
};
