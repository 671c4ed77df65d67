import type { Address } from '@hearten/contract';
import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, useId, useState } from 'react';
import { flushSync } from 'react-dom';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { addresses } from './text.ts';

/** Addresses as chips: typed with comma or Enter, pasted by the dozen, taken away with Backspace. */
export const Recipients = ({
  label,
  value,
  onChange,
  ours,
  offered = [],
}: {
  label: string;
  value: Address[];
  onChange: (next: Address[]) => void;
  /** Our own inboxes have it already: they get no mail of ours. */
  ours: (address: string) => boolean;
  offered?: Address[];
}) => {
  const id = useId();
  const [text, setText] = useState('');
  const [own, setOwn] = useState('');
  const take = (typed: string): string => {
    const read = addresses(typed);
    const found = read.found.filter((f) => !ours(f.address));
    const { rest } = read;
    setOwn(read.found.find((f) => ours(f.address))?.address ?? '');
    if (found.length > 0)
      onChange([
        ...value,
        ...found.filter((f) => !value.some((v) => v.address.toLowerCase() === f.address.toLowerCase())),
      ]);
    setText(rest);
    return rest;
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    if (composing(e.nativeEvent)) return;
    if (e.key === 'Enter' && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      take(text);
    } else if (e.key === 'Enter' && text.trim() !== '') {
      // Sent from here: whoever was typed last gets it, too, and nothing goes while half an address stands here.
      let rest = '';
      flushSync(() => {
        rest = take(text);
      });
      if (rest.trim() !== '') {
        e.preventDefault();
        e.stopPropagation();
      }
    }
    if (e.key === 'Backspace' && text === '' && value.length > 0) onChange(value.slice(0, -1));
  };
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <div className="tokens">
        {value.map((a) => (
          <span className="chip" key={a.address} title={a.address}>
            <bdi>{a.name || a.address}</bdi>
            <button
              type="button"
              className="x"
              aria-label={t('Remove {address}', { address: a.address })}
              onClick={() => onChange(value.filter((v) => v !== a))}
            >
              <X className="i s13" />
            </button>
          </span>
        ))}
        <input
          id={id}
          type="text"
          inputMode="email"
          autoComplete="off"
          spellCheck={false}
          value={text}
          onChange={(e) => (/[,;\n]/.test(e.target.value) ? take(e.target.value) : setText(e.target.value))}
          onKeyDown={onKeyDown}
          onBlur={() => take(text)}
        />
        {offered.map((a) => (
          <button
            type="button"
            className="chip line"
            key={a.address}
            title={a.address}
            onClick={() => onChange([...value, a])}
          >
            <Plus className="i s13" />
            <span className="sr">{t('Add')}</span>
            <bdi>{a.name || a.address}</bdi>
          </button>
        ))}
        {own ? (
          <span className="xs ink3" role="status">
            {t('{own} is one of your own inboxes; it has this already.', { own })}
          </span>
        ) : null}
      </div>
    </>
  );
};
