import { Search } from 'lucide-react';
import {
  Fragment,
  type KeyboardEvent,
  type ReactNode,
  useDeferredValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { useMe } from '../me.ts';
import { Keys } from '../ui/kit.tsx';
import { pieces } from './fuzzy.ts';
import { type Asking, closePalette, opened } from './opened.ts';
import { type Entry, type Ranked, ranked } from './ranked.ts';
import { recent, remember } from './recent.ts';
import { useEntries } from './useEntries.ts';

const asks: Record<Asking, string> = {
  assign: t('Assign to whom?'),
  move: t('Which inbox or team?'),
  snooze: t('Snooze until when?'),
  tag: t('Which tag?'),
  priority: t('Which priority?'),
  macro: t('Which macro?'),
};

const Marked = ({ entry }: { entry: Ranked }): ReactNode =>
  pieces(entry.words, entry.match.ranges).map((p, n) =>
    // Pieces of one text, in their order.
    p.hit ? <b key={n}>{p.text}</b> : <Fragment key={n}>{p.text}</Fragment>,
  );

/** More than fits a tall screen at first. */
const AT_ONCE = 20;
/**
 * Above everything, without making the page below inert: the browser would have to style every element of it anew, which
 * is longer than all the rest of opening. Over a dialog that is modal itself, only another modal one can be used.
 * @returns what closes it and gives the focus back
 */
const show = (dialog: HTMLDialogElement): (() => void) => {
  const before = document.activeElement;
  if (document.querySelector('dialog:modal')) dialog.showModal();
  else dialog.showPopover();
  dialog.querySelector('input')?.focus({ preventScroll: true });
  return () => {
    hide(dialog);
    // Taken out of the page while it closes, it would leave the focus nowhere.
    if (document.activeElement === document.body && before instanceof HTMLElement)
      before.focus({ preventScroll: true });
  };
};
const hide = (dialog: HTMLDialogElement): void => {
  if (dialog.open) dialog.close();
  else if (dialog.matches(':popover-open')) dialog.hidePopover();
};
/** Tab goes round inside, as in a modal dialog. */
const keepInside = (e: KeyboardEvent<HTMLDialogElement>): void => {
  if (e.key !== 'Tab') return;
  const stops = [...e.currentTarget.querySelectorAll<HTMLElement>('input, button')];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  stops[(at + (e.shiftKey ? -1 : 1) + stops.length) % stops.length]?.focus();
  e.preventDefault();
};

/** What fits, in its sections; where nothing is typed and nothing asked, what was taken lately comes first. */
const inGroups = (entries: Entry[], query: string, lately: string[], asking: boolean) => {
  const all = ranked(entries, query, lately);
  if (query.trim() || asking) return all;
  const again = lately
    .flatMap((id) => all.flatMap((g) => g.entries).filter((e) => e.id === id && !e.id.startsWith('do:go')))
    .slice(0, 4);
  const rest = all.map((g) => ({ ...g, entries: g.entries.filter((e) => !again.includes(e)) }));
  return [...(again.length > 0 ? [{ section: t('Lately'), entries: again }] : []), ...rest].filter(
    (g) => g.entries.length > 0,
  );
};

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
  const groups = useMemo(() => inGroups(entries, query, lately, asking !== null), [entries, query, lately, asking]);
  const flat = groups.flatMap((g) => g.entries);
  const nothing = flat.every((entry) => entry.last);
  const here = Math.min(at, flat.length - 1);

  useLayoutEffect(() => (box.current ? show(box.current) : undefined), []);
  // What lies below the edge is drawn behind the first frame: what one sees is there the sooner.
  const [whole, setWhole] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setTimeout(() => setWhole(true)));
    return () => cancelAnimationFrame(frame);
  }, []);
  useLayoutEffect(() => {
    document.getElementById(`${list}-${here}`)?.scrollIntoView({ block: 'nearest' });
  }, [list, here]);

  const take = (entry: Entry | undefined) => {
    if (!entry) return;
    remember(me, entry.id);
    // First closed, so that the focus is back before the action takes it elsewhere.
    if (box.current) hide(box.current);
    closePalette();
    entry.run();
  };
  /** Enter takes what the words typed stand for, also when the list has not been drawn for them yet. */
  const chosen = (): Entry | undefined => {
    if (query === text) return flat[here];
    const fits = inGroups(entries, text, lately, asking !== null).flatMap((g) => g.entries);
    return fits[Math.min(at, fits.length - 1)];
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (composing(e.nativeEvent)) return;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[e.key];
    if (step && flat.length > 0)
      setAt(
        Math.abs(step) > 1
          ? Math.max(0, Math.min(here + step, flat.length - 1))
          : (here + step + flat.length) % flat.length,
      );
    else if (e.key === 'Enter') take(chosen());
    else if (e.key === 'Escape' || ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k')) closePalette();
    else return;
    e.preventDefault();
    e.stopPropagation();
  };
  let n = -1;
  return (
    <dialog
      ref={box}
      className="palette"
      aria-label={t('Do or find anything')}
      data-keys="off"
      aria-modal="true"
      popover="auto"
      onToggle={(e) => (e.newState === 'closed' && e.currentTarget.isConnected ? closePalette() : undefined)}
      onCancel={closePalette}
      onClick={(e) => (e.target === box.current ? closePalette() : undefined)}
      onKeyDown={keepInside}
    >
      <div className="in">
        <div className="ask">
          <Search className="i s18" />
          <input
            // What opens gives its focus to its one field.
            autoFocus
            role="combobox"
            aria-label={asking ? asks[asking] : t('Do or find anything')}
            aria-expanded={flat.length > 0}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={here >= 0 ? `${list}-${here}` : undefined}
            placeholder={asking ? asks[asking] : t('An action, a page, a person, words of a mail')}
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
            <Said id="Esc<0>, close</0>" components={[<span key="0" className="sr" />]} />
          </button>
        </div>
        <div role="listbox" id={list} aria-label={t('What fits')} className="found">
          {groups.map((group, g) => (
            // biome-ignore lint/a11y/useSemanticElements: a group of options, not of fields
            <div role="group" aria-labelledby={`${list}-g${g}`} key={group.section}>
              <div className="cap cut" id={`${list}-g${g}`}>
                <bdi dir="auto">{group.section}</bdi>
              </div>
              {group.entries.map((entry) => {
                n += 1;
                const own = n;
                return !whole && own >= AT_ONCE ? null : (
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
        <p className={nothing ? 'none' : 'sr'} role="status">
          {!nothing
            ? t('{count} found', { count: flat.length })
            : busy
              ? t('Searching …')
              : asking === 'move' && text === ''
                ? t('There is no other inbox and no team to move this to.')
                : t(
                    'Nothing by that name. Try what you want to do (snooze, assign), where to go (waiting, domains), or words of a mail.',
                  )}
        </p>
      </div>
    </dialog>
  );
};
