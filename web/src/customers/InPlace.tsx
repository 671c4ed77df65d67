import { Pencil } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { said } from '../problem.ts';

type Props = {
  label: string;
  /** What stands there when nobody is changing it; nothing shows how to add it. */
  shown: ReactNode;
  value: string;
  save: (value: string) => Promise<void>;
  type?: 'text' | 'number' | 'date' | 'url';
  /** A list to choose from instead of words to type. */
  options?: { value: string; label: string }[];
  /** Words to choose from that may also be typed. */
  suggest?: { list: string[]; onType: (text: string) => void };
  can: boolean;
};

/** Something that is read, and changed where it stands: Enter or leaving it saves, Escape leaves it as it was. */
export const InPlace = ({ label, shown, value, save, type = 'text', options, suggest, can }: Props) => {
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const over = useRef(false);
  /** What stood there when one began: a colleague's change since is not taken back by leaving the field. */
  const begun = useRef(value);
  const stop = (focus: boolean) => {
    over.current = true;
    setEditing(false);
    setWrong(null);
    if (focus) requestAnimationFrame(() => button.current?.focus());
  };
  const done = async (next: string, focus: boolean) => {
    if (over.current || busy) return;
    if (next.trim() === begun.current.trim()) return stop(focus);
    setBusy(true);
    try {
      await save(next.trim());
      stop(focus);
    } catch (error) {
      setWrong(said(error));
    } finally {
      setBusy(false);
    }
  };
  if (!can) return shown === null ? <span className="ink3">{t('Not known')}</span> : shown;
  if (!editing)
    return (
      <button
        ref={button}
        type="button"
        className={`inplace${shown === null ? ' none' : ''}`}
        onClick={() => {
          over.current = false;
          begun.current = value;
          setEditing(true);
        }}
      >
        <span className="sr">{t('Change {label}:', { label })}</span>
        <span className="wrap">{shown ?? t('Add')}</span>
        <Pencil className="i s13" aria-hidden="true" />
      </button>
    );
  const about = wrong ? { 'aria-invalid': true as const, title: wrong } : {};
  const keys = (e: KeyboardEvent<HTMLInputElement | HTMLSelectElement>) => {
    if (composing(e.nativeEvent)) return;
    if (e.key === 'Enter') {
      e.preventDefault();
      void done(e.currentTarget.value, true);
    }
    if (e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      stop(true);
    }
  };
  const list = suggest ? `list-${label.replace(/\W+/g, '-')}` : undefined;
  return (
    <span className={`inplace-edit${busy ? ' is-busy' : ''}`}>
      {options ? (
        <select
          autoFocus
          className="input sm"
          aria-label={label}
          defaultValue={value}
          onChange={(e) => void done(e.target.value, true)}
          onKeyDown={(e) => (e.key === 'Escape' ? keys(e) : undefined)}
          onBlur={() => wrong === null && !busy && stop(false)}
          {...about}
        >
          <option value="">{t('Not known')}</option>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          autoFocus
          className="input sm"
          aria-label={label}
          type={type === 'number' ? 'text' : type}
          inputMode={type === 'number' ? 'decimal' : undefined}
          dir="auto"
          list={list}
          defaultValue={value}
          maxLength={2000}
          onFocus={(e) => type !== 'date' && e.currentTarget.select()}
          onInput={(e) => suggest?.onType(e.currentTarget.value)}
          onKeyDown={keys}
          onBlur={(e) => void done(e.currentTarget.value, false)}
          {...about}
        />
      )}
      {suggest ? (
        <datalist id={list}>
          {suggest.list.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
      {wrong ? (
        <span className="help err" role="alert">
          {wrong}
        </span>
      ) : null}
    </span>
  );
};
