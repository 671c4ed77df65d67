import { Popover } from '@base-ui/react/popover';
import { Check, Search } from 'lucide-react';
import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import type { Choice, PickProps } from './Pick.tsx';

const fold = (s: string) => s.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const matching = (choices: Choice[], text: string): Choice[] => {
  const words = fold(text).split(/\s+/).filter(Boolean);
  return choices.filter((c) => words.every((w) => fold(`${c.label} ${c.hint ?? ''}`).includes(w)));
};

/** A filterable list behind a button: assign, team, tags. */
export const Pick = ({
  trigger,
  label,
  placeholder,
  choices,
  pick,
  open,
  onOpen,
  many = false,
  make,
  empty = t('Nobody by that name'),
}: PickProps) => {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const input = useRef<HTMLInputElement>(null);
  const found = matching(choices, text);
  if (make && text.trim() && !choices.some((c) => fold(c.label) === fold(text.trim()))) found.push(make(text.trim()));
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    pick(choice);
    setText('');
    if (many) input.current?.focus();
    else onOpen(false);
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (composing(e.nativeEvent)) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      setAt((n) => (found.length ? (n + step + found.length) % found.length : 0));
    }
    if (e.key === 'Enter') {
      e.preventDefault();
      take(found[at] ?? found[0]);
    }
  };
  return (
    <Popover.Root
      open={open}
      onOpenChange={(next) => {
        setText('');
        setAt(0);
        onOpen(next);
      }}
    >
      <Popover.Trigger render={trigger} />
      <Popover.Portal>
        <Popover.Positioner className="floats" align="start" sideOffset={6} collisionPadding={8}>
          <Popover.Popup className="menu" initialFocus={input} aria-label={label}>
            <div className="search find">
              <Search className="i s14" />
              <input
                ref={input}
                className="input"
                role="combobox"
                aria-label={label}
                aria-expanded="true"
                aria-controls={list}
                aria-autocomplete="list"
                aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
                placeholder={placeholder}
                value={text}
                onChange={(e) => {
                  setText(e.target.value);
                  setAt(0);
                }}
                onKeyDown={onKeyDown}
                autoComplete="off"
              />
            </div>
            <div role="listbox" id={list} aria-label={label} aria-multiselectable={many || undefined}>
              {found.map((c, n) => (
                // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the combobox, which keeps the focus
                <div
                  role="option"
                  tabIndex={-1}
                  id={`${list}-${n}`}
                  key={c.id}
                  aria-selected={c.on ?? false}
                  className={`item${n === at ? ' is-on' : ''}`}
                  onMouseMove={() => setAt(n)}
                  onClick={() => take(c)}
                >
                  {c.lead}
                  <span className="grow cut">
                    <bdi>{c.label}</bdi>
                  </span>
                  {c.hint ? <span className="when">{c.hint}</span> : null}
                  {c.on ? <Check className="i s14 ticked" /> : null}
                </div>
              ))}
            </div>
            {found.length === 0 ? <div className="cap">{empty}</div> : null}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
};
