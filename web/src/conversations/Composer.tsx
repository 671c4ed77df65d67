import type { Draft, Opened } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Baseline, Paperclip, Trash2 } from 'lucide-react';
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { composing } from '../keys/stroke.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { useWritingHere } from '../snippets/here.ts';
import { listed } from '../ui/names.ts';
import { tell } from '../ui/toast.tsx';
import { useKeys } from '../ui/useKeys.ts';
import { AddressLine } from './AddressLine.tsx';
import { Attached } from './Attached.tsx';
import { Field, type Handle } from './compose/Field.tsx';
import { type Long, Pasted } from './compose/Pasted.tsx';
import { useTools } from './compose/tools.ts';
import { peopleQuery } from './data.ts';
import { From, useFrom } from './From.tsx';
import { Hints } from './Hints.tsx';
import { Newer } from './Newer.tsx';
import { oursAmong } from './ours.ts';
import { replying } from './presence.ts';
import { Recipients } from './Recipients.tsx';
import { hearDraft } from './restore.ts';
import { SendButtons } from './SendButtons.tsx';
import { answerTo, plain } from './sending.ts';
import { Tone } from './Tone.tsx';
import { UndoBar } from './UndoBar.tsx';
import { useDraft, type Written } from './useDraft.ts';
import { useFiles } from './useFiles.ts';
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
  const area = useRef<Handle>(null);
  const box = useRef<HTMLElement>(null);
  /** The field that comes next is to have the focus. */
  const wantsFocus = useRef(false);
  const draft = useDraft(opened, start.cc, canReply ? 'reply' : 'note', () => {
    area.current?.tell();
    wantsFocus.current = box.current?.contains(document.activeElement) ?? false;
  });
  const { written, kept } = draft;
  const [editing, setEditing] = useState(false);
  const [later, setLater] = useState(false);
  const [tools, setTools] = useTools();
  const [long, setLong] = useState<Long | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the field begins anew
  useLayoutEffect(() => {
    if (wantsFocus.current) area.current?.focus();
    wantsFocus.current = false;
  }, [draft.field]);
  const picker = useRef<HTMLInputElement>(null);
  const note = written.kind === 'note';
  const chat = row.channel === 'chat';
  const { kind } = written;
  const recipients = written.to ?? start.to;
  const from = useFrom(row, written.inboxId);

  const change = (next: Partial<Omit<Written, 'kind'>>) => {
    changed();
    draft.write(next);
  };
  const changed = () => {
    replying(row.id, kind);
    sending.begun();
  };
  const stored = useRef(new Map<string, string>());
  const files = useFiles((file, key) => {
    // A picture stands where it was put; when its field is gone it goes along as a file.
    if (area.current?.stored(key, file.id)) return;
    stored.current.set(key, file.id);
    sending.begun();
    draft.attach(file, kind);
  }, written.files);
  const sending = useSending({
    opened,
    draft,
    recipients,
    canReply,
    waits: files.going.length > 0,
    failed: files.going.some((f) => f.failed !== null),
    area,
    whom: () => setEditing(true),
    sent: () => {
      wantsFocus.current = box.current?.contains(document.activeElement) ?? false;
      setLong(null);
      setEditing(false);
    },
    onward,
  });
  const { busy, send, stop } = sending;
  const focus = (to: Written['kind']) => {
    if (to === 'reply' && !canReply) return;
    // At once: the next key must land in the text, not among the shortcuts.
    if (to === kind) return area.current?.focus();
    area.current?.tell();
    wantsFocus.current = true;
    flushSync(() => draft.choose(to));
  };
  useWritingHere(row.id, () => area.current);
  useKeys([
    { id: 'reply', when: canReply, run: () => focus('reply') },
    { id: 'note', run: () => focus('note') },
    { id: 'send', run: () => void send('waiting') },
    { id: 'sendResolve', run: () => void send(note ? 'waiting' : 'resolved') },
    { id: 'sendLater', when: !note, run: () => setLater(true) },
    { id: 'replyOrNote', when: canReply, run: () => focus(note ? 'reply' : 'note') },
    { id: 'attach', run: () => picker.current?.click() },
  ]);

  // Also when it was asked for in the moment in which this appeared.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is wanted matters
  useEffect(() => {
    if (wanted) focus(wanted);
  }, [wanted]);
  const restore = (was: Draft) => {
    area.current?.tell();
    wantsFocus.current = true;
    sending.restore(was);
  };
  useEffect(() => hearDraft(row.id, restore));
  // Until one has begun, whoever is in copy now is in copy.
  const begun = useRef(start.cc);
  useEffect(() => {
    const same = JSON.stringify(draft.reply.cc) === JSON.stringify(begun.current);
    if (same && draft.reply.text === '' && draft.reply.html === null && opened.draft === null) draft.prefill(start.cc);
    begun.current = start.cc;
  }, [start.cc, draft.reply.cc, draft.reply.text, draft.reply.html, opened.draft, draft.prefill]);

  const onKeyDown = (e: KeyboardEvent) => {
    if (composing(e.nativeEvent) || e.defaultPrevented || e.key !== 'Escape') return;
    e.stopPropagation();
    area.current?.blur();
  };
  const discard = () => {
    const was = written;
    sending.begun();
    draft.replace({ text: '', html: null, files: [] });
    const { text, html, files: attached } = was;
    tell(t('Draft thrown away'), {
      label: t('Undo'),
      run: () => {
        area.current?.tell();
        draft.putAbove({ text, html, files: attached });
      },
    });
  };
  const others = opened.drafts
    .filter((d) => d.personId !== me.id)
    .map((d) => people?.find((p) => p.id === d.personId)?.name ?? t('Someone'));
  const state =
    kept === 'failed'
      ? t('Draft not kept yet, trying again')
      : others.length > 0
        ? t('{count, plural, one {{others} has a draft} other {{others} have drafts}}', {
            count: others.length,
            others: listed(others),
          })
        : '';

  return (
    <>
      <UndoBar items={items} inChat={opened.conversation.channel === 'chat'} />
      <section
        ref={box}
        className={`composer${note ? ' is-note' : ''}${files.over ? ' is-drop' : ''}`}
        data-drop={t('Drop to attach')}
        data-keys="writing"
        aria-label={note ? t('Note, only your team') : t('Reply to the customer')}
        onKeyDown={onKeyDown}
        {...files.on}
      >
        <AddressLine
          written={written}
          recipients={recipients}
          from={from?.address ?? null}
          canReply={canReply}
          chat={chat ? row.customer.name || row.customer.address : null}
          mail={row.customer.address !== ''}
          editing={editing}
          choose={focus}
          edit={() => setEditing(!editing)}
        />
        {editing && !note && !chat ? (
          <div className="people-edit">
            <From row={row} value={written.inboxId} onChange={(inboxId) => change({ inboxId })} />
            <Recipients label={t('To')} value={recipients} onChange={(to) => change({ to })} ours={ours} />
            <Recipients
              label={t('Cc')}
              value={written.cc}
              onChange={(cc) => change({ cc })}
              ours={ours}
              offered={[...start.cc, ...start.offered].filter(
                (a) =>
                  ![...recipients, ...written.cc, ...written.bcc].some((b) => plain(a.address) === plain(b.address)),
              )}
            />
            <Recipients label={t('Bcc')} value={written.bcc} onChange={(bcc) => change({ bcc })} ours={ours} />
          </div>
        ) : null}
        <Field
          key={draft.field}
          ref={area}
          kind={kind}
          said={written}
          label={note ? t('Note text, only your team sees it') : t('Reply text')}
          placeholder={note ? t('Write a note. @ names someone.') : t('Write an answer')}
          begun={changed}
          write={(said) => draft.write(said, kind)}
          attach={(added) => change({ files: [...written.files, ...added] })}
          take={{
            pictures: (pictures) => {
              for (const key of files.takeAs(pictures)) area.current?.without(key);
            },
            files: files.take,
            tooLong: (text) => {
              const [key] = files.take([new File([text], `${t('Pasted text')}.txt`, { type: 'text/plain' })]);
              // Too much altogether: nothing was taken, and it is said why.
              if (key) setLong({ text, kind, key });
            },
          }}
          opened={opened}
          people={people ?? []}
          tools={tools}
          busy={busy}
        />
        {long?.kind === kind ? (
          <Pasted
            long={long}
            put={() => {
              area.current?.insertContent({ text: long.text });
              files.drop(long.key);
              const id = stored.current.get(long.key);
              if (id) change({ files: written.files.filter((f) => f.id !== id) });
              setLong(null);
            }}
            close={() => setLong(null)}
          />
        ) : null}
        <Hints
          opened={opened}
          written={written}
          people={people}
          me={me.id}
          saw={sending.saw}
          error={sending.error}
          makeNote={() => {
            area.current?.tell();
            wantsFocus.current = true;
            flushSync(draft.makeNote);
          }}
        />
        <Tone marks={sending.tone} />
        <Attached
          files={written.files}
          going={files.going}
          remove={(file) => change({ files: written.files.filter((f) => f !== file) })}
          again={files.again}
          drop={(key) => {
            files.drop(key);
            area.current?.without(key);
          }}
          refused={files.refused}
          allow={files.allow}
        />
        <div className="bot">
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label={t('Formatting')}
            title={t('Formatting')}
            aria-pressed={tools}
            onPointerDown={(e) => e.preventDefault()}
            onClick={() => setTools(!tools)}
          >
            <Baseline className="i" />
          </button>
          <button
            type="button"
            className="btn quiet icon sm"
            aria-label={t('Attach a file')}
            title={t('Attach a file')}
            onClick={() => picker.current?.click()}
          >
            <Paperclip className="i" />
          </button>
          <input ref={picker} type="file" multiple hidden onChange={(e) => files.pick(e.currentTarget)} />
          {written.text.trim() || written.html || written.files.length > 0 ? (
            <button
              type="button"
              className="btn quiet icon sm"
              aria-label={t('Throw this draft away')}
              title={t('Throw this draft away')}
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
