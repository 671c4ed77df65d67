import type { CustomerNote, WholeCustomer } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Lock, Pencil, Plus, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { blank, forgetLeftAt, isBlank, leaveAt, leftAt } from '../conversations/compose/left.ts';
import { peopleQuery } from '../conversations/data.ts';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { said } from '../problem.ts';
import { ago, full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { customerQuery } from './data.ts';

/** What the team should know of a customer, whatever they write about. */
export const Notes = ({ customer, level: Heading = 'h3' }: { customer: WholeCustomer; level?: 'h2' | 'h3' }) => {
  const me = useMe();
  const may = useMay();
  const client = useQueryClient();
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const [editing, setEditing] = useState<string | null>(null);
  const can = may('conversation.note') && customer.mergedInto === null;
  useKeys([{ id: 'noteCustomer', when: can, opens: 4000, run: () => setEditing('new') }]);
  const again = () =>
    Promise.all([
      client.invalidateQueries({ queryKey: customerQuery(customer.id).queryKey }),
      client.invalidateQueries({ queryKey: ['conversation'] }),
    ]);
  const save = async (text: string) => {
    if (editing === 'new') await api('POST /customers/:id/notes', { params: { id: customer.id }, body: { text } });
    else await api('PATCH /customer-notes/:id', { params: { id: String(editing) }, body: { text } });
    await again();
    setEditing(null);
  };
  const remove = async ({ id }: CustomerNote) => {
    try {
      await api('DELETE /customer-notes/:id', { params: { id } });
      await again();
      tell(t('The note was taken away'), {
        label: t('Undo'),
        run: () => void api('POST /customer-notes/:id/restore', { params: { id } }).then(again, tellProblem),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section aria-label={t('Notes about this customer')}>
      <Heading>
        {t('Notes')} <Lock className="i s13" aria-hidden="true" />
        {can && editing !== 'new' ? (
          <button
            type="button"
            className="btn quiet icon xs end"
            aria-label={t('Add a note about this customer')}
            onClick={() => setEditing('new')}
          >
            <Plus className="i s14" />
          </button>
        ) : null}
      </Heading>
      {editing === 'new' ? (
        <Writing place={`new note ${customer.id}`} text="" save={save} stop={() => setEditing(null)} />
      ) : null}
      {customer.notes.length === 0 && editing !== 'new' ? (
        <p className="ink3 xs">{t('What everyone should know about them. Only your team sees it.')}</p>
      ) : null}
      {customer.notes.map((note) => {
        const by = people?.find((p) => p.id === note.authorId)?.name ?? '';
        return editing === note.id ? (
          <Writing key={note.id} place={`note ${note.id}`} text={note.text} save={save} stop={() => setEditing(null)} />
        ) : (
          <article key={note.id} className="cnote">
            <p dir="auto">{note.text}</p>
            <footer className="xs">
              <time dateTime={note.at} title={full(note.at)}>
                {by ? t('{name}, {time}', { name: by, time: ago(note.at) }) : ago(note.at)}
              </time>
              {can && note.authorId === me.person.id ? (
                <button
                  type="button"
                  className="btn quiet icon xs end"
                  aria-label={t('Change this note')}
                  onClick={() => setEditing(note.id)}
                >
                  <Pencil className="i s13" />
                </button>
              ) : null}
              {can && (note.authorId === me.person.id || may('customer.write')) ? (
                <button
                  type="button"
                  className={`btn quiet icon xs${note.authorId === me.person.id ? '' : ' end'}`}
                  aria-label={t('Take this note away')}
                  onClick={() => void remove(note)}
                >
                  <Trash2 className="i s13" />
                </button>
              ) : null}
            </footer>
          </article>
        );
      })}
    </section>
  );
};

type WritingProps = { place: string; text: string; save: (text: string) => Promise<void>; stop: () => void };
/** Left without being kept, by Escape or by going on to somebody else, the words are there again when one comes back to them. */
const Writing = ({ place, text, save, stop }: WritingProps) => {
  const [value, setValue] = useState(() => leftAt(place)?.letter.text ?? text);
  const latest = useRef(value);
  latest.current = value;
  const kept = useRef(false);
  useEffect(
    () => () => {
      const letter = { ...blank, text: latest.current };
      if (kept.current || isBlank(letter) || letter.text === text) forgetLeftAt(place);
      else leaveAt(place, letter, undefined);
    },
    [place, text],
  );
  const [wrong, setWrong] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const submit = async () => {
    if (!value.trim()) return stop();
    setBusy(true);
    kept.current = true;
    try {
      await save(value);
    } catch (error) {
      kept.current = false;
      setWrong(said(error));
      setBusy(false);
    }
  };
  return (
    <form
      className="cnote writing"
      onSubmit={(e) => {
        e.preventDefault();
        void submit();
      }}
    >
      <textarea
        autoFocus
        className="input"
        dir="auto"
        rows={3}
        maxLength={5000}
        value={value}
        aria-label={t('Note about this customer')}
        aria-invalid={wrong ? true : undefined}
        onChange={(e) => setValue(e.target.value)}
        onKeyDown={(e) => {
          if (composing(e.nativeEvent)) return;
          if (e.key === 'Enter' && (e.metaKey || e.ctrlKey)) {
            e.preventDefault();
            void submit();
          }
          if (e.key === 'Escape') {
            e.stopPropagation();
            stop();
          }
        }}
      />
      {wrong ? (
        <span className="help err" role="alert">
          {wrong}
        </span>
      ) : null}
      <div className="feet">
        <button
          type="button"
          className="btn quiet sm"
          onClick={() => {
            kept.current = true;
            stop();
          }}
        >
          {t('Cancel')}
        </button>
        <button type="submit" className={`btn note sm${busy ? ' busy' : ''}`}>
          {t('Keep the note')}
        </button>
      </div>
    </form>
  );
};
