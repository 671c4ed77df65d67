import { Search } from 'lucide-react';
import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { useMe } from '../me.ts';
import { Keys } from '../ui/kit.tsx';
import { pieces } from './fuzzy.ts';
import { type Asking, closePalette, opened } from './opened.ts';
import { type Entry, type Ranked, ranked } from './ranked.ts';
import { recent, remember } from './recent.ts';
import { useEntries } from './useEntries.ts';

const asks: Record<Asking, string> = {
  assign: 'Assign to whom?',
  snooze: 'Snooze until when?',
  tag: 'Which tag?',
  priority: 'Which priority?',
};

const Marked = ({ entry }: { entry: Ranked }): ReactNode =>
  pieces(entry.words, entry.match.ranges).map((p, n) =>
    // Pieces of one text, in their order.
    p.hit ? <b key={n}>{p.text}</b> : <Fragment key={n}>{p.text}</Fragment>,
  );

/** Do or find anything: one field, a list below it, the keys beside. It never waits for the network. */
export const Palette = () => {
  const state = useSyncExternalStore(opened.watch, opened.get);
  const asking = state?.asking ?? null;
  const me = useMe().person.id;
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDialogElement>(null);
  const list = useId();
  const [writing] = useState(() => document.activeElement?.closest('[data-keys=writing]') != null);
  const lately = useMemo(() => recent(me), [me]);
  const { entries, busy } = useEntries(asking, text, writing);
  const query = useDeferredValue(text);
  const groups = useMemo(() => {
    const all = ranked(entries, query, lately);
    if (query.trim() || asking !== null) return all;
    const again = lately
      .flatMap((id) => all.flatMap((g) => g.entries).filter((e) => e.id === id && !e.id.startsWith('do:go')))
      .slice(0, 4);
    const rest = all.map((g) => ({ ...g, entries: g.entries.filter((e) => !again.includes(e)) }));
    return [...(again.length > 0 ? [{ section: 'Lately', entries: again }] : []), ...rest].filter(
      (g) => g.entries.length > 0,
    );
  }, [entries, query, lately, asking]);
  const flat = groups.flatMap((g) => g.entries);
  const here = Math.min(at, flat.length - 1);

  // A modal dialog of the browser's own: keeps the focus inside, gives it back, and is there in one frame.
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${here}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, here]);

  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    remember(me, entry.id);
    // First closed, so that the focus is back before the action takes it elsewhere.
    box.current?.close();
    closePalette();
    entry.run();
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[e.key];
    if (step && flat.length > 0)
      setAt(
        Math.abs(step) > 1
          ? Math.max(0, Math.min(here + step, flat.length - 1))
          : (here + step + flat.length) % flat.length,
      );
    else if (e.key === 'Enter') take(flat[here]);
    else if (e.key === 'Escape' || ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k')) closePalette();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  let n = -1;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside it closes it; Escape does the same by key
    <dialog
      ref={box}
      className="palette"
      aria-label="Do or find anything"
      data-keys="off"
      onCancel={closePalette}
      onClick={(e) => (e.target === box.current ? closePalette() : undefined)}
    >
      <div className="in">
        <div className="ask">
          <Search className="i s18" />
          <input
            // A modal dialog gives its focus to its one field.
            autoFocus
            role="combobox"
            aria-label={asking ? asks[asking] : 'Do or find anything'}
            aria-expanded={flat.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={here >= 0 ? `${list}-${here}` : undefined}
            placeholder={asking ? asks[asking] : 'An action, a page, a person, words of a mail'}
            dir="auto"
            autoComplete="off"
            spellCheck={false}
            value={text}
            onChange={(e) => {
              setText(e.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
          />
          <button type="button" className="btn quiet sm" onClick={closePalette}>
            Esc<span className="sr">, close</span>
          </button>
        </div>
        <div role="listbox" id={list} aria-label="What fits" className="found">
          {groups.map((group, g) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
            <div role="group" aria-labelledby={`${list}-g${g}`} key={group.section}>
              <div className="cap cut" id={`${list}-g${g}`}>
                <bdi dir="auto">{group.section}</bdi>
              </div>
              {group.entries.map((entry) => {
                n += 1;
                const own = n;
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field, which keeps the focus
                  <div
                    role="option"
                    tabIndex={-1}
                    id={`${list}-${own}`}
                    key={entry.id}
                    aria-selected={own === here}
                    className={`item${own === here ? ' is-on' : ''}`}
                    onMouseMove={() => setAt(own)}
                    onMouseDown={(e) => e.preventDefault()}
                    onClick={() => take(entry)}
                  >
                    {entry.icon ? <entry.icon className="i flip" /> : null}
                    <span className="grow cut">
                      <bdi dir="auto">
                        <Marked entry={entry} />
                      </bdi>
                    </span>
                    {entry.hint ? (
                      <span className="when cut">
                        <bdi dir="auto">{entry.hint}</bdi>
                      </span>
                    ) : null}
                    {entry.key ? <Keys of={entry.key} /> : null}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
        <p className={flat.length === 0 ? 'none' : 'sr'} role="status">
          {flat.length > 0
            ? `${flat.length} found`
            : busy
              ? 'Searching …'
              : 'Nothing by that name. Try what you want to do (snooze, assign), where to go (waiting, domains), or words of a mail.'}
        </p>
      </div>
    </dialog>
  );
};
