import type { Address, Message, Opened } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Paperclip, Trash2, TriangleAlert } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '../api.ts';
import { useMay, useMe } from '../me.ts';
import { Problem } from '../problem.ts';
import { Said } from '../ui/kit.tsx';
import { tell } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { AddressLine } from './AddressLine.tsx';
import { Attached } from './Attached.tsx';
import { show } from './act.ts';
import { inboxesQuery, peopleQuery } from './data.ts';
import { Newer } from './Newer.tsx';
import { Recipients } from './Recipients.tsx';
import { type After, SendButtons } from './SendButtons.tsx';
import { answerTo, lastSaid, newerThan } from './sending.ts';
import { mentionsTeam } from './text.ts';
import { UndoBar } from './UndoBar.tsx';
import { useDraft, type Written } from './useDraft.ts';
import { useFiles } from './useFiles.ts';
import { useNaming } from './useNaming.tsx';

type Props = {
  opened: Opened;
  onward: () => void /** Asked for before the conversation was there. */;
  wanted: 'reply' | 'note' | null;
};

/** Where one writes. A reply is plain and says to whom it goes; a note is yellow, locked, and says that only the team sees it. */
export const Composer = ({ opened, onward, wanted }: Props) => {
  const { conversation: row, items } = opened;
  const me = useMe().person;
  const may = useMay();
  const client = useQueryClient();
  const canReply = may('conversation.write');
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const start = useMemo(() => answerTo(opened, inboxes?.map((i) => i.address) ?? []), [opened, inboxes]);
  const { written, write, clear, restore, kept } = useDraft(opened, start.cc, canReply ? 'reply' : 'note');
  const [to, setTo] = useState<Address[] | null>(null);
  const [editing, setEditing] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [stop, setStop] = useState<{ messages: Message[]; after: After } | null>(null);
  /** The last message on screen when writing began: the reply is an answer to that one. */
  const saw = useRef<string | undefined>(written.text ? lastSaid(items)?.id : undefined);
  /** The same for the reply that is leaving: taken back, it still answers that one. */
  const answered = useRef<string>(undefined);
  /** One key for one send, however often it has to be tried. */
  const once = useRef<string>(undefined);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const note = written.kind === 'note';
  const recipients = to ?? start.to;

  const change = (next: Partial<Written>) => {
    if (saw.current === undefined || (written.text === '' && written.files.length === 0))
      saw.current = lastSaid(items)?.id;
    once.current = undefined;
    setError(null);
    write(next);
  };
  const files = useFiles((file) => change({ files: [...written.files, file] }));
  const naming = useNaming(area, note, written.text, people ?? [], (text) => change({ text }));
  const focus = (kind: Written['kind']) => {
    if (kind === 'reply' && !canReply) return;
    if (written.kind !== kind) write({ kind });
    // At once: the next key must land in the text, not among the shortcuts.
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  };
  useKeys([
    ...(canReply ? [{ keys: 'r', label: 'Reply', group: 'With a conversation', run: () => focus('reply') }] : []),
    { keys: 'n', label: 'Note to the team', group: 'With a conversation', run: () => focus('note') },
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears
  useEffect(() => {
    if (wanted) focus(wanted);
  }, []);

  const sent = () => {
    clear(canReply ? 'reply' : 'note');
    answered.current = saw.current ?? lastSaid(items)?.id;
    saw.current = undefined;
    once.current = undefined;
    setTo(null);
    setEditing(false);
    setStop(null);
  };
  const send = async (after: After, sendAnyway = false) => {
    if (busy || files.going.length > 0) return;
    const text = written.text.trim();
    if (text === '') {
      if (written.files.length > 0) setError(new Error('A file needs a few words to go with it.'));
      return area.current?.focus();
    }
    if (!note && recipients.length === 0) {
      setEditing(true);
      return setError(new Error('Say to whom this goes.'));
    }
    setBusy(true);
    setError(null);
    once.current ??= crypto.randomUUID();
    const { cc, bcc } = written;
    const attachments = written.files.map((f) => f.id);
    const params = { id: row.id };
    try {
      const out = note
        ? await api('POST /conversations/:id/notes', { params, body: { text, attachments }, once: once.current })
        : await api('POST /conversations/:id/replies', {
            params,
            once: once.current,
            body: { text, to: recipients, cc, bcc, attachments, after, sawUpTo: saw.current, sendAnyway },
          });
      sent();
      if (!note && after === 'resolved') {
        onward();
        tell(`Sent and resolved · #${row.number}`);
      }
      show(client, me.id, out.conversation, [out.message]);
    } catch (cause) {
      // Only a send whose fate is unknown is repeated under the same key.
      if (cause instanceof Problem && cause.status !== 0) once.current = undefined;
      if (cause instanceof Problem && cause.status === 409 && cause.type.endsWith('newer-message')) {
        const known = newerThan(items, saw.current);
        const said = cause.body.message as Message | undefined;
        setStop({ messages: known.some((m) => m.id === said?.id) || !said ? known : [...known, said], after });
      } else setError(cause);
    } finally {
      setBusy(false);
    }
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing || (e.target === area.current && naming.onKey(e))) return;
    if (e.key === 'Escape') {
      e.stopPropagation();
      area.current?.blur();
    }
    if (!(e.ctrlKey || e.metaKey) || e.altKey) return;
    const key = e.key.toLowerCase();
    if (key === 'enter') void send(e.shiftKey && !note ? 'resolved' : 'waiting');
    else if (e.shiftKey && key === 'n') focus(note ? 'reply' : 'note');
    else if (e.shiftKey && key === 'a') picker.current?.click();
    else return;
    e.preventDefault();
  };
  const discard = () => {
    const was = written;
    change({ text: '', files: [] });
    tell('Draft thrown away', { label: 'Undo', run: () => write(was) });
  };
  const mentioned = note ? null : mentionsTeam(written.text, people?.map((p) => p.name) ?? []);
  const newer =
    written.text.trim() !== '' && !note ? newerThan(items, saw.current).filter((m) => m.authorId !== me.id) : [];
  const others = opened.drafts
    .filter((d) => d.personId !== me.id)
    .map((d) => people?.find((p) => p.id === d.personId)?.name ?? 'Someone');
  const state =
    kept === 'failed'
      ? 'Draft not kept yet, trying again'
      : others.length > 0
        ? `${others.join(', ')} ${others.length === 1 ? 'is' : 'are'} writing too`
        : '';

  return (
    <>
      <UndoBar
        items={items}
        restore={(draft) => {
          saw.current = answered.current ?? lastSaid(items.filter((i) => !('state' in i && i.state === 'queued')))?.id;
          restore(draft);
          focus('reply');
        }}
      />
      <section
        className={`composer${note ? ' is-note' : ''}${files.over ? ' is-drop' : ''}`}
        data-drop="Drop to attach"
        aria-label={note ? 'Note, only your team' : 'Reply to the customer'}
        onKeyDown={onKeyDown}
        {...files.on}
      >
        <AddressLine
          written={written}
          recipients={recipients}
          canReply={canReply}
          editing={editing}
          choose={focus}
          edit={() => setEditing(!editing)}
        />
        {editing && !note ? (
          <div className="people-edit">
            <Recipients label="To" value={recipients} onChange={setTo} />
            <Recipients label="Cc" value={written.cc} onChange={(cc) => change({ cc })} />
            <Recipients label="Bcc" value={written.bcc} onChange={(bcc) => change({ bcc })} />
          </div>
        ) : null}
        <textarea
          ref={area}
          dir="auto"
          value={written.text}
          aria-label={note ? 'Note text, only your team sees it' : 'Reply text'}
          placeholder={note ? 'Write a note. @ names someone.' : 'Write an answer'}
          onChange={(e) => {
            change({ text: e.target.value });
            naming.onChange();
          }}
          onSelect={naming.onSelect}
          {...naming.said}
          readOnly={busy}
        />
        {naming.list}
        {newer.length > 0 ? (
          <div className="hint" role="status">
            <TriangleAlert className="i s14" />
            <span className="grow">
              {newer.length === 1 ? 'A message' : `${newer.length} messages`} arrived since you began. Read before you
              send.
            </span>
          </div>
        ) : null}
        {mentioned ? (
          <div className="hint" role="status">
            <TriangleAlert className="i s14" />
            <span className="grow">
              {mentioned} would not be told: this goes to the customer.{' '}
              <button type="button" className="btn link" onClick={() => focus('note')}>
                Make it a note
              </button>
            </span>
          </div>
        ) : null}
        {error ? (
          <div className="hint">
            <Said error={error} />
          </div>
        ) : null}
        <Attached
          files={written.files}
          going={files.going}
          remove={(file) => change({ files: written.files.filter((f) => f !== file) })}
        />
        <div className="bot">
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label="Attach a file"
            title="Attach a file"
            onClick={() => picker.current?.click()}
          >
            <Paperclip className="i" />
          </button>
          <input ref={picker} type="file" multiple hidden onChange={(e) => files.pick(e.currentTarget)} />
          {written.text.trim() ? (
            <button
              type="button"
              className="btn quiet icon sm"
              aria-label="Throw this draft away"
              title="Throw this draft away"
              onClick={discard}
            >
              <Trash2 className="i" />
            </button>
          ) : null}
          <span className="xs ink3 cut" role="status">
            {state}
          </span>
          <span className="end">
            <SendButtons note={note} busy={busy} send={(after) => void send(after)} />
          </span>
        </div>
      </section>
      {stop ? (
        <Newer
          messages={stop.messages}
          people={people ?? []}
          customer={opened.customer.name || row.customer.address}
          onClose={() => setStop(null)}
          onRead={() => {
            saw.current = stop.messages.at(-1)?.id ?? lastSaid(items)?.id;
            setStop(null);
          }}
          onAnyway={() => {
            setStop(null);
            void send(stop.after, true);
          }}
        />
      ) : null}
    </>
  );
};
