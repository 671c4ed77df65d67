import './compose.css';
import type { Opened as Conversation, Person } from '@hearten/contract';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../language/index.ts';
import { tellProblem } from '../../ui/toast.tsx';
import { Choices, type TakeKey } from './Choices.tsx';
import { type Format, type Hears, type Opened, openEditor } from './editor.ts';
import { hasSlash } from './slash.ts';
import type { Ask } from './suggest.ts';
import { Toolbar } from './Toolbar.tsx';
import { useAnswers } from './useAnswers.ts';
import type { Said, Writing } from './writing.ts';

export type Inner = Pick<Opened, 'said' | 'settle' | 'isEmpty' | 'focus' | 'stored' | 'without' | 'insert'> & {
  element: HTMLElement;
};
type Props = {
  said: Said;
  /** Where the caret goes when the field has the focus from the beginning. */
  caret: number | 'end' | null;
  label: string;
  placeholder: string;
  writing: Writing;
  inner: RefObject<Inner | null>;
  changed: () => void;
  left: () => void;
  take: Pick<Hears, 'pictures' | 'files' | 'tooLong'>;
  opened: Conversation | null;
  apart: boolean;
  people: readonly Person[];
  tools: boolean;
  busy: boolean;
};
const bare: Format = {
  bold: false,
  italic: false,
  underline: false,
  code: false,
  bullets: false,
  numbers: false,
  quote: false,
  block: false,
  link: null,
  picture: null,
};

/** The field with formatting, its row of buttons, and the lists that open at its caret. */
export default function Editor(props: Props) {
  const { writing, opened, apart, people, label, placeholder } = props;
  const at = useRef<HTMLDivElement>(null);
  const keys = useRef<TakeKey | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const [open, setOpen] = useState<Opened | null>(null);
  const [format, setFormat] = useState(bare);
  const [ask, setAsk] = useState<Ask | null>(null);
  // In the same moment in which the plain field leaves: no key falls between the two.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once; what it is called with later is the latest
  useLayoutEffect(() => {
    const { said, caret, inner } = latest.current;
    if (!at.current) return;
    const now = openEditor(at.current, {
      said,
      label,
      placeholder,
      hears: {
        changed: () => latest.current.changed(),
        format: setFormat,
        ask: setAsk,
        key: (e) => keys.current?.(e) ?? false,
        signs: () => (latest.current.writing.kind === 'note' ? signs.note : signs.reply),
        pictures: (pictures) => latest.current.take.pictures(pictures),
        files: (files) => latest.current.take.files(files),
        tooLong: (text) => latest.current.take.tooLong(text),
      },
    });
    inner.current = { ...now, element: now.editor.view.dom };
    now.editor.on('blur', () => latest.current.left());
    if (caret !== null) now.focus(caret);
    setOpen(now);
    return () => {
      latest.current.left();
      inner.current = null;
      now.close();
    };
  }, []);
  useEffect(() => {
    open?.editor.view.dom.setAttribute('aria-label', label);
  }, [open, label]);
  useEffect(() => {
    if (open && open.editor.isEditable === props.busy) open.editor.setEditable(!props.busy, false);
  }, [open, props.busy]);
  const { found, waits, line } = useAnswers(ask, { opened, kind: writing.kind, apart, people });
  const take = useCallback(
    ({ id, label: words, mark }: { id: string; label: string; mark?: string | undefined }) => {
      if (!ask || !open) return;
      setAsk(null);
      if (ask.sign === '@') open.answer(ask, `@${words} `);
      else if (ask.sign === ':') open.answer(ask, `${mark} `);
      else {
        const chosen = line(id);
        open.answer(ask);
        void (async () => chosen?.run(writing))().catch((cause: unknown) => tellProblem(cause));
      }
    },
    [ask, open, line, writing],
  );
  return (
    <>
      <div className="field" ref={at} />
      {open ? <Toolbar open={open} format={format} shown={props.tools} /> : null}
      {ask && open && !waits ? (
        <Choices
          key={ask.sign}
          label={ask.sign === '@' ? t('People to name') : ask.sign === ':' ? t('Emoji') : t('Snippets and macros')}
          at={ask.at}
          choices={found}
          take={take}
          keys={keys}
          field={open.editor.view.dom}
          nothing={
            ask.sign === '/' && ask.query === ''
              ? t('There are no snippets yet. Settings, Snippets makes some.')
              : undefined
          }
        />
      ) : null}
    </>
  );
}
const slash = hasSlash ? (['/'] as const) : [];
/** A name in an answer would go to the customer: there a hint says so instead. */
const signs = { reply: [...slash, ':'], note: [...slash, '@', ':'] } as const;
