import { type KeyboardEvent, type RefObject, useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { naming } from './text.ts';

/** While a name is begun with @ in a note, the people it may mean; arrows choose, Enter or Tab takes, Escape leaves it. */
export const useNaming = (
  area: RefObject<HTMLTextAreaElement | null>,
  on: boolean,
  text: string,
  people: readonly { id: string; name: string }[],
  write: (text: string) => void,
) => {
  const list = useId();
  const [caret, setCaret] = useState(0);
  const [at, setAt] = useState(0);
  const [left, setLeft] = useState<number | null>(null);
  const begun = on ? naming(text, caret) : null;
  const found =
    begun === null || begun.from === left
      ? []
      : people
          .filter((p) =>
            p.name
              .toLowerCase()
              .split(/\s+/)
              .some((n) => n.startsWith(begun.word)),
          )
          .slice(0, 6);
  const chosen = found[Math.min(at, found.length - 1)];
  const take = (name: string) => {
    if (!begun) return;
    const said = `@${name} `;
    const end = begun.from + said.length;
    // At once: what is typed next must come after the name, however busy the page is.
    flushSync(() => {
      write(text.slice(0, begun.from) + said + text.slice(caret).replace(/^ /, ''));
      setCaret(end);
    });
    area.current?.setSelectionRange(end, end);
  };
  return {
    onSelect: () => {
      setCaret(area.current?.selectionStart ?? 0);
    },
    onChange: () => {
      setCaret(area.current?.selectionStart ?? 0);
      setAt(0);
      setLeft(null);
    },
    /** True when the key was meant for the list. */
    onKey: (e: KeyboardEvent): boolean => {
      if (!chosen || e.ctrlKey || e.metaKey || e.altKey || e.shiftKey) return false;
      if (e.key === 'ArrowDown') setAt((at + 1) % found.length);
      else if (e.key === 'ArrowUp') setAt((at + found.length - 1) % found.length);
      else if (e.key === 'Enter' || e.key === 'Tab') take(chosen.name);
      else if (e.key === 'Escape') setLeft(begun?.from ?? null);
      else return false;
      e.preventDefault();
      e.stopPropagation();
      return true;
    },
    said: chosen
      ? ({
          'aria-autocomplete': 'list',
          'aria-controls': list,
          'aria-activedescendant': `${list}-${chosen.id}`,
        } as const)
      : {},
    list: chosen ? (
      <div className="naming" role="listbox" id={list} aria-label="People to name">
        {found.map((p) => (
          <div
            key={p.id}
            id={`${list}-${p.id}`}
            role="option"
            tabIndex={-1}
            aria-selected={p === chosen}
            onPointerDown={(e) => {
              e.preventDefault();
              take(p.name);
            }}
          >
            <bdi>{p.name}</bdi>
          </div>
        ))}
      </div>
    ) : null,
  };
};
