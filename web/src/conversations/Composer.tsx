import type { Address, Draft, Opened } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Paperclip, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useMay, useMe } from '../me.ts';
import { tell } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { AddressLine } from './AddressLine.tsx';
import { Attached } from './Attached.tsx';
import { peopleQuery } from './data.ts';
import { Hints } from './Hints.tsx';
import { Newer } from './Newer.tsx';
import { oursAmong } from './ours.ts';
import { Recipients } from './Recipients.tsx';
import { hearDraft } from './restore.ts';
import { SendButtons } from './SendButtons.tsx';
import { answerTo, plain } from './sending.ts';
import { UndoBar } from './UndoBar.tsx';
import { useDraft, type Written } from './useDraft.ts';
import { useFiles } from './useFiles.ts';
import { useNaming } from './useNaming.tsx';
import { useSending } from './useSending.ts';

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
  const canReply = may('conversation.write');
  const { data: people } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const start = useMemo(() => answerTo(opened), [opened]);
  const ours = useMemo(() => oursAmong(opened.ours), [opened.ours]);
  const draft = useDraft(opened, start.cc, canReply ? 'reply' : 'note');
  const { written, write, kept } = draft;
  const [to, setTo] = useState<Address[] | null>(null);
  const [editing, setEditing] = useState(false);
  const [later, setLater] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const note = written.kind === 'note';
  const recipients = to ?? start.to;

  const change = (next: Partial<Written>) => {
    sending.begun();
    write(next);
  };
  const files = useFiles((file) => change({ files: [...written.files, file] }));
  const sending = useSending({
    opened,
    draft,
    recipients,
    canReply,
    waits: files.going.length > 0,
    area,
    whom: () => setEditing(true),
    sent: () => {
      setTo(null);
      setEditing(false);
    },
    onward,
  });
  const { busy, send, stop } = sending;
  const naming = useNaming(area, note, written.text, people ?? [], (text) => change({ text }));
  const focus = (kind: Written['kind']) => {
    if (kind === 'reply' && !canReply) return;
    if (written.kind !== kind) write({ kind });
    // At once: the next key must land in the text, not among the shortcuts.
    area.current?.focus();
    area.current?.setSelectionRange(area.current.value.length, area.current.value.length);
  };
  useKeys([
    { id: 'reply', when: canReply, run: () => focus('reply') },
    { id: 'note', run: () => focus('note') },
    { id: 'send', run: () => void send('waiting') },
    { id: 'sendResolve', run: () => void send(note ? 'waiting' : 'resolved') },
    { id: 'sendLater', when: !note, run: () => setLater(true) },
    { id: 'replyOrNote', when: canReply, run: () => focus(note ? 'reply' : 'note') },
    { id: 'attach', run: () => picker.current?.click() },
  ]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears
  useEffect(() => {
    if (wanted) focus(wanted);
  }, []);
  const restore = (was: Draft) => {
    sending.restore(was);
    focus('reply');
  };
  useEffect(() => hearDraft(row.id, restore));
  // Until one has begun, whoever is in copy now is in copy.
  const begun = useRef(start.cc);
  useEffect(() => {
    const same = JSON.stringify(draft.reply.cc) === JSON.stringify(begun.current);
    if (same && draft.reply.text === '' && opened.draft === null) draft.prefill(start.cc);
    begun.current = start.cc;
  }, [start.cc, draft.reply.cc, draft.reply.text, opened.draft, draft.prefill]);

  const onKeyDown = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing || (e.target === area.current && naming.onKey(e))) return;
    if (e.key === 'Escape') {
      e.stopPropagation();
      area.current?.blur();
    }
  };
  const discard = () => {
    const was = written;
    change({ text: '', files: [] });
    tell('Draft thrown away', { label: 'Undo', run: () => write(was) });
  };
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
      <UndoBar items={items} restore={restore} />
      <section
        className={`composer${note ? ' is-note' : ''}${files.over ? ' is-drop' : ''}`}
        data-drop="Drop to attach"
        data-keys="writing"
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
            <Recipients label="To" value={recipients} onChange={setTo} ours={ours} />
            <Recipients
              label="Cc"
              value={written.cc}
              onChange={(cc) => change({ cc })}
              ours={ours}
              offered={[...start.cc, ...start.offered].filter(
                (a) =>
                  ![...recipients, ...written.cc, ...written.bcc].some((b) => plain(a.address) === plain(b.address)),
              )}
            />
            <Recipients label="Bcc" value={written.bcc} onChange={(bcc) => change({ bcc })} ours={ours} />
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
        <Hints
          opened={opened}
          written={written}
          people={people}
          me={me.id}
          saw={sending.saw}
          error={sending.error}
          makeNote={() => {
            draft.makeNote();
            area.current?.focus();
          }}
        />
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
            <SendButtons
              note={note}
              busy={busy}
              later={later}
              setLater={setLater}
              send={(after, at) => void send(after, false, at)}
            />
          </span>
        </div>
      </section>
      {stop ? (
        <Newer
          messages={stop.messages}
          people={people ?? []}
          customer={opened.customer.name || row.customer.address}
          onClose={sending.close}
          onRead={sending.read}
          onAnyway={sending.anyway}
        />
      ) : null}
    </>
  );
};
