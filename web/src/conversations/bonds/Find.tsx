import type { ConversationRow, Opened, Status } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { t } from '../../language/index.ts';
import { useMe } from '../../me.ts';
import { Soon } from '../../ui/kit.tsx';
import { said } from '../../ui/time.ts';
import { numberQuery, openedQuery } from '../data.ts';
import { statusOf } from '../views.ts';

export type Found = {
  id: string;
  number: number;
  subject: string;
  status: Status;
  who: string;
  why: string;
  at: string;
};

const plain = (subject: string): string =>
  subject
    .replace(/^((re|fwd?|aw|wg|sv|tr)\s*:\s*)+/i, '')
    .trim()
    .toLowerCase();
const nameOf = (row: ConversationRow): string => row.customer.name || row.customer.address;
const fromRow = (row: ConversationRow, why: string): Found => ({
  ...{ id: row.id, number: row.number, subject: row.subject, status: row.status },
  ...{ who: nameOf(row), why, at: row.lastAt },
});

/** Which other conversations come to mind first: of the same customer, the same subject before; then others with that subject. */
const suggested = (opened: Opened | undefined, alike: ConversationRow[]): Found[] => {
  if (!opened) return [];
  const subject = plain(opened.conversation.subject);
  const same = (one: { subject: string }) => subject !== '' && plain(one.subject) === subject;
  const theirs = opened.others
    .filter((o) => o.mergedInto === null && o.folder === 'inbox')
    .sort((a, b) => Number(same(b)) - Number(same(a)) || b.lastAt.localeCompare(a.lastAt))
    .map((o) => ({
      ...{ id: o.id, number: o.number, subject: o.subject, status: o.status, at: o.lastAt },
      who: nameOf(opened.conversation),
      why: same(o) ? t('same customer, same subject') : t('same customer'),
    }));
  const others = alike.filter((row) => same(row)).map((row) => fromRow(row, t('same subject')));
  return [...theirs, ...others.filter((o) => !theirs.some((own) => own.id === o.id))].slice(0, 6);
};

const useSettled = (value: string): string => {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), 150);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
};

/** Another conversation, chosen from what comes to mind, by its number, or by words. */
export const Find = ({
  row,
  label,
  picked,
  onPick,
  may,
}: {
  row: ConversationRow;
  label: string;
  picked: string | null;
  onPick: (found: Found) => void;
  may: (row: Pick<ConversationRow, 'id'>) => boolean;
}) => {
  const me = useMe().person.id;
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [text, setText] = useState('');
  const words = useSettled(text.trim());
  const number = /^#?\d+$/.test(words) ? Number(words.replace('#', '')) : 0;
  const { data: opened } = useQuery(openedQuery(row.id, me));
  const about = plain(row.subject);
  const alike = useQuery({
    queryKey: ['search', 'alike', about],
    enabled: about.length > 3,
    staleTime: 60_000,
    queryFn: ({ signal }) => api('GET /search', { query: { q: about.slice(0, 200), limit: 10 }, signal }),
  });
  const asked = useQuery({
    queryKey: ['search', 'find', words],
    enabled: words.length > 1 && number === 0,
    staleTime: 15_000,
    queryFn: ({ signal }) => api('GET /search', { query: { q: words, limit: 10 }, signal }),
  });
  const numbered = useQuery({ ...numberQuery(number), enabled: number > 0 && Number.isSafeInteger(number) });
  const exact = useQuery({ ...openedQuery(numbered.data ?? '', me), enabled: numbered.data !== undefined });
  const rowsOf = (items: { conversation: ConversationRow }[] | undefined) => (items ?? []).map((i) => i.conversation);
  const found: Found[] =
    number > 0
      ? exact.data
        ? [fromRow(exact.data.conversation, '')]
        : []
      : words.length > 1
        ? rowsOf(asked.data?.items).map((r) => fromRow(r, ''))
        : suggested(opened, rowsOf(alike.data?.items));
  const shown = [...new Map(found.map((f) => [f.id, f])).values()].filter((f) => f.id !== row.id && may(f));
  const busy = asked.isFetching || numbered.isFetching || exact.isFetching;
  /** The arrows go through the list; each of its buttons can be reached by Tab as well. */
  const step = (e: KeyboardEvent<HTMLElement>) => {
    if (e.key !== 'ArrowDown' && e.key !== 'ArrowUp') return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>('input, button') ?? [])];
    const at = all.indexOf(document.activeElement as HTMLElement);
    const next = all[at + (e.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    e.preventDefault();
    next.focus();
  };
  return (
    <div className="field" ref={box}>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        type="text"
        autoComplete="off"
        dir="auto"
        placeholder={t('A number, a name or words')}
        value={text}
        onChange={(e) => setText(e.target.value)}
        onKeyDown={(e) => {
          step(e);
          if (e.key !== 'Enter' || picked !== null) return;
          e.preventDefault();
          if (shown[0] && !busy) onPick(shown[0]);
        }}
      />
      <ul className="finds" aria-label={words ? t('Found') : t('What comes to mind')}>
        {shown.map((f) => {
          const status = statusOf({ status: f.status, folder: 'inbox', mergedInto: null });
          return (
            <li key={f.id}>
              <button type="button" aria-pressed={picked === f.id} onClick={() => onPick(f)} onKeyDown={step}>
                <bdi dir="ltr" className="num ink3">
                  #{f.number}
                </bdi>
                <span className="grow stack">
                  <bdi dir="auto" className="cut">
                    {f.subject || t('No subject')}
                  </bdi>
                  <span className="xs ink2 cut">
                    <bdi>{f.who}</bdi>
                    {f.why ? <> · {f.why}</> : null} · {said(f.at)}
                  </span>
                </span>
                <span className={`chip ${status.tone}`}>{status.label}</span>
              </button>
            </li>
          );
        })}
      </ul>
      {shown.length === 0 && words && !busy ? (
        <span className="help" role="status">
          {number > 0
            ? t('There is no other conversation #{number}.', { number })
            : t('Nothing was found. Try a number, an address, or fewer words.')}
        </span>
      ) : shown.length === 0 && busy ? (
        <Soon>
          <span className="help">{t('Looking …')}</span>
        </Soon>
      ) : null}
    </div>
  );
};
