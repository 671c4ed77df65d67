import type { Opened, Person } from '@hearten/contract';
import {
  type ClipboardEvent,
  type Ref,
  useCallback,
  useEffect,
  useImperativeHandle,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { flushSync } from 'react-dom';
import type { Upload } from '../../api.ts';
import { asParagraphs, keeps } from '../unkept.ts';
import type { Inner } from './Editor.tsx';
import type { Hears } from './editor.ts';
import { Rich } from './Rich.tsx';
import { editor, fetchEditor, whenIdle } from './ready.ts';
import type { Said, Writing } from './writing.ts';

export type Handle = Writing & {
  blur: () => void;
  /** Tells what was written since it was told last, now. */
  tell: () => void;
  isEmpty: () => boolean;
  /** The picture of this key is stored; false when it is in the text no more. */
  stored: (key: string, upload: string) => boolean;
  without: (key: string) => void;
};
type Props = {
  ref: Ref<Handle>;
  /** What stands in it at the beginning. Something else later is another field (`key`). */
  said: Said;
  kind: Writing['kind'];
  label: string;
  placeholder: string;
  /** At every change, before it is told what. */
  begun: () => void;
  write: (said: Said) => void;
  attach: (files: Upload[]) => void;
  take: Pick<Hears, 'pictures' | 'files' | 'tooLong'>;
  /** The conversation that is written in or about; none where one is to begin. */
  opened: Opened | null;
  /** It is no answer in the conversation itself. */
  apart?: boolean;
  people: readonly Person[];
  tools: boolean;
  /** It is being sent: nothing is changed meanwhile. */
  busy: boolean;
};
const TELL = 250; // ms after a change until it is told, so that no key waits for a long text to be written down
const LONGEST = 100_000;

/**
 * Where one writes. A plain field is there at once; the editor takes its place, words, caret and all, as soon as it is loaded and
 * somebody writes. Words that have formatting already are shown above the plain field till then, and what is typed comes below them.
 */
export const Field = (props: Props) => {
  const { ref, kind, label, placeholder } = props;
  // What it is told comes back as what is said: put below that again, the same words would stand twice.
  const [said] = useState(props.said);
  const Editor = useSyncExternalStore(editor.watch, editor.get);
  const area = useRef<HTMLTextAreaElement>(null);
  const inner = useRef<Inner | null>(null);
  const latest = useRef(props);
  latest.current = props;
  const rich = said.html !== null;
  const typed = useRef(rich ? '' : said.text);
  const composing = useRef(false);
  /** The caret is where somebody put it. */
  const placed = useRef(false);
  const pressing = useRef(false);
  /** What the editor begins with, once it has taken over. */
  const [taken, take] = useState<{ said: Said; caret: number | 'end' | null } | null>(null);
  const waiting = useRef<(() => void)[]>([]);

  const plainly = useCallback((): Said => {
    const text = typed.current;
    if (!rich) return { text, html: null };
    if (text === '') return said;
    return { text: `${said.text}\n${text}`, html: `${said.html}${asParagraphs(text)}` };
  }, [rich, said]);
  const now = useCallback((): Said => inner.current?.said() ?? plainly(), [plainly]);
  const hurry = useCallback(() => {
    if (!editor.get() || composing.current || inner.current) return;
    const field = area.current;
    const focused = field !== null && document.activeElement === field;
    const { text, html } = plainly();
    // In one go: the next key belongs to the editor.
    flushSync(() =>
      take({
        said: { text, html },
        caret: focused ? (rich || !placed.current ? 'end' : offsetIn(text, field.selectionStart)) : null,
      }),
    );
    for (const run of waiting.current.splice(0)) run();
  }, [plainly, rich]);

  // While nobody writes there is nothing to format, unless it is formatted already.
  useEffect(() => {
    if (taken) return;
    if (!Editor) return whenIdle(() => void fetchEditor());
    const wanted = () => rich || document.activeElement === area.current || waiting.current.length > 0;
    if (!wanted()) return undefined;
    // Where the palette has taken the focus meanwhile, it comes back to the field that had it; the editor follows then.
    return whenIdle(() => {
      if (wanted()) hurry();
    });
  }, [Editor, taken, rich, hurry]);

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const tell = useCallback(() => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    latest.current.write(now());
  }, [now]);
  const slow = useRef(0);
  const changed = useCallback(() => {
    latest.current.begun();
    timer.current ??= setTimeout(
      () => {
        const begun = performance.now();
        tell();
        // A text that takes long to be written down is written down less often.
        slow.current = Math.min(3000, (performance.now() - begun) * 20);
      },
      Math.max(TELL, slow.current),
    );
  }, [tell]);
  // A field that goes tells what is in it first; and so does a page.
  useEffect(() => {
    const tellAll = () => {
      inner.current?.settle();
      tell();
    };
    addEventListener('pagehide', tellAll, true);
    const done = keeps({ first: true, run: tellAll });
    return () => {
      removeEventListener('pagehide', tellAll, true);
      done();
    };
  }, [tell]);

  const handle = useMemo<Handle>(() => {
    const withEditor = (run: () => void) => {
      if (inner.current) return run();
      waiting.current.push(run);
      void fetchEditor().then(hurry);
    };
    return {
      kind,
      focus: () => {
        if (inner.current) return inner.current.focus('end');
        area.current?.focus();
        area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
      },
      blur: () => (inner.current?.element ?? area.current)?.blur(),
      insertContent: (content) => withEditor(() => inner.current?.insert(content)),
      attach: (files) => latest.current.attach(files),
      said: now,
      tell,
      isEmpty: () => {
        const { text, html } = inner.current ? { text: '', html: null } : plainly();
        return inner.current?.isEmpty() ?? (text.trim() === '' && html === null);
      },
      stored: (key, upload) => inner.current?.stored(key, upload) ?? false,
      without: (key) => inner.current?.without(key),
    };
  }, [kind, now, tell, hurry, plainly]);
  useImperativeHandle(ref, () => handle, [handle]);
  useEffect(() => tell, [tell]);

  const onPaste = (e: ClipboardEvent<HTMLTextAreaElement>) => {
    const text = e.clipboardData.getData('text/plain');
    if (text.length <= LONGEST) return;
    e.preventDefault();
    props.take.tooLong(text);
  };
  if (Editor && taken)
    return (
      <Editor
        {...props}
        apart={props.apart ?? false}
        said={taken.said}
        caret={taken.caret}
        writing={handle}
        inner={inner}
        changed={changed}
        left={tell}
      />
    );
  return (
    <>
      {rich ? <Rich html={said.html ?? ''} className="rich before" picture={shownAt} /> : null}
      <textarea
        ref={area}
        dir="auto"
        readOnly={props.busy}
        defaultValue={rich ? '' : said.text}
        aria-label={label}
        placeholder={rich ? undefined : placeholder}
        onChange={(e) => {
          typed.current = e.target.value;
          placed.current = true;
          changed();
        }}
        // Where a press puts the caret is known when it ends.
        onPointerDown={() => {
          pressing.current = true;
        }}
        onPointerUp={() => {
          pressing.current = false;
          placed.current = true;
          hurry();
        }}
        onFocus={() => {
          if (!pressing.current) hurry();
        }}
        onPaste={onPaste}
        onCompositionStart={() => {
          composing.current = true;
        }}
        onCompositionEnd={(e) => {
          composing.current = false;
          typed.current = e.currentTarget.value;
          if (editor.get()) whenIdle(hurry);
        }}
      />
    </>
  );
};
const shownAt = (cid: string): string => `/api/v1/uploads/${cid}`;
/** Each line becomes a paragraph: its beginning and end count, too. */
const offsetIn = (text: string, offset: number): number =>
  1 + offset + (text.slice(0, offset).match(/\n/g)?.length ?? 0);
