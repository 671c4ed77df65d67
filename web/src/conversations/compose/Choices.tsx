import { type RefObject, useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import { t } from '../../language/index.ts';

export type Choice = {
  id: string;
  label: string;
  mark?: string | undefined;
  hint?: string | undefined;
  preview?: string | undefined;
};
export type TakeKey = (e: KeyboardEvent) => boolean;
type Props = {
  /** What this is a list of, for who can't see it. */
  label: string;
  at: DOMRect;
  choices: readonly Choice[];
  take: (choice: Choice) => void;
  /** The field hands its keys over while the list is open. */
  keys: RefObject<TakeKey | null>;
  /** The field that has the focus all the time: it says which line is chosen. */
  field: HTMLElement | null;
  nothing?: string | undefined;
};

/** A list at the caret: arrows choose, Enter or Tab takes, Escape leaves it. The focus stays in the text. */
export const Choices = ({ label, at, choices, take, keys, field, nothing }: Props) => {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState(0);
  const chosen = choices[Math.min(place, choices.length - 1)];
  const first = choices[0]?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list begins at its top
  useEffect(() => setPlace(0), [first, choices.length]);
  keys.current = (e) => {
    if (!chosen || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return false;
    if (e.key === 'ArrowDown') setPlace((choices.indexOf(chosen) + 1) % choices.length);
    else if (e.key === 'ArrowUp') setPlace((choices.indexOf(chosen) + choices.length - 1) % choices.length);
    else if (e.key === 'Enter' || e.key === 'Tab') take(chosen);
    else return false;
    return true;
  };
  useEffect(
    () => () => {
      keys.current = null;
    },
    [keys],
  );
  useEffect(() => {
    if (!field || !chosen) return;
    field.setAttribute('aria-autocomplete', 'list');
    field.setAttribute('aria-controls', id);
    field.setAttribute('aria-activedescendant', `${id}-${chosen.id}`);
    return () => {
      for (const name of ['aria-autocomplete', 'aria-controls', 'aria-activedescendant']) field.removeAttribute(name);
    };
  }, [field, chosen, id]);
  // Above the line where there is room, for the composer stands at the foot of the page.
  useLayoutEffect(() => {
    const list = box.current;
    if (!list) return;
    const { width, height } = list.getBoundingClientRect();
    const above = at.top - height - 6;
    list.style.insetBlockStart = `${above > 8 ? above : Math.min(at.bottom + 6, innerHeight - height - 8)}px`;
    const rtl = getComputedStyle(list).direction === 'rtl';
    const left = Math.max(8, Math.min(rtl ? at.left - width : at.left, innerWidth - width - 8));
    list.style.left = `${left}px`;
    list.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  });
  if (choices.length === 0 && !nothing) return null;
  return (
    <div className="choices" ref={box} data-keys="off">
      {choices.length === 0 ? (
        <p className="xs ink3" role="status">
          {nothing}
        </p>
      ) : (
        <div role="listbox" id={id} aria-label={label}>
          {choices.map((c) => (
            <div
              key={c.id}
              id={`${id}-${c.id}`}
              role="option"
              tabIndex={-1}
              aria-selected={c === chosen}
              onPointerDown={(e) => {
                e.preventDefault();
                take(c);
              }}
            >
              {c.mark ? <span className="mark">{c.mark}</span> : null}
              <bdi className="cut">{c.label}</bdi>
              {c.hint ? <bdi className="ink3 xs cut">{c.hint}</bdi> : null}
            </div>
          ))}
        </div>
      )}
      {chosen?.preview ? (
        <p className="preview" dir="auto" aria-hidden="true">
          {chosen.preview}
        </p>
      ) : null}
      {choices.length > 0 ? (
        <p className="sr" role="status">
          {t('{n, plural, one {# line} other {# lines}}, arrows choose', { n: choices.length })}
        </p>
      ) : null}
    </div>
  );
};
