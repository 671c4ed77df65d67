import type { Draft, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, type Upload } from '../api.ts';
import { useMe } from '../me.ts';
import { Problem } from '../problem.ts';
import { dropUnkept, goOnWith, heldUnkept, holdUnkept } from './unkept.ts';

export type Written = { kind: 'reply' | 'note'; text: string; cc: Draft['cc']; bcc: Draft['bcc']; files: Upload[] };
export type Kept = 'kept' | 'writing' | 'failed';
const empty: Written = { kind: 'reply', text: '', cc: [], bcc: [], files: [] };
const bare = (w: Written) => w.text.trim() === '' && w.files.length === 0 && w.cc.length === 0 && w.bcc.length === 0;
const from = (draft: Draft | null, cc: Draft['cc'], kind: Written['kind']): Written =>
  draft
    ? {
        kind: draft.kind,
        text: draft.text,
        cc: draft.cc,
        bcc: draft.bcc,
        files: draft.attachments,
      }
    : { ...empty, cc, kind };

/** One of the two things being written, kept on the server half a second after every pause, and in this tab until it is there, so that no reload, crash or ended session loses it. */
const useOne = (opened: Opened, cc: Draft['cc'], kind: Written['kind']) => {
  const client = useQueryClient();
  const id = opened.conversation.id;
  const me = useMe().person.id;
  const place = kind === 'note' ? 'noteDraft' : 'draft';
  const there = opened[place];
  const [held] = useState(() => heldUnkept(me, id, kind));
  const [written, set] = useState<Written>(() => (held ? goOnWith(held, there) : from(there, cc, kind)));
  const [kept, setKept] = useState<Kept>('kept');
  const latest = useRef(written);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Which saves still count: sending or throwing away makes the ones before it void. */
  const era = useRef(0);
  const stored = useRef(there !== null);
  /** The draft the server has, as far as this page knows. */
  const base = useRef(there?.updatedAt ?? null);

  const save = useCallback(
    async (leaving = false) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const mine = era.current;
      const w = latest.current;
      try {
        if (bare(w)) {
          if (stored.current) await api('DELETE /conversations/:id/draft', { params: { id }, query: { kind } });
          stored.current = false;
          base.current = null;
          if (mine === era.current)
            client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: null });
        } else {
          const body = { kind: w.kind, text: w.text, cc: w.cc, bcc: w.bcc, attachments: w.files.map((f) => f.id) };
          const { updatedAt } = await api('PUT /conversations/:id/draft', { params: { id }, body, leaving });
          stored.current = true;
          base.current = updatedAt;
          const draft = { ...body, attachments: w.files, updatedAt };
          if (mine === era.current)
            client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: draft });
        }
        if (mine === era.current && timer.current === undefined) {
          dropUnkept(me, id, kind);
          setKept('kept');
        }
      } catch (cause) {
        // It stays in the field; the next key or the retry keeps it.
        if (mine !== era.current) return;
        setKept('failed');
        // Nobody is signed in: this tab holds the words until someone is.
        if (cause instanceof Problem && cause.status === 401) return;
        timer.current = setTimeout(() => void save(), 5000);
      }
    },
    [client, id, me, kind, place],
  );

  const write = useCallback(
    (change: Partial<Written>) => {
      latest.current = { ...latest.current, ...change };
      if (bare(latest.current)) dropUnkept(me, id, kind);
      else holdUnkept(me, id, { ...latest.current, base: base.current });
      set(latest.current);
      setKept('writing');
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), 500);
    },
    [save, id, me, kind],
  );
  /** Who is in copy from the beginning, as long as nobody has begun: nothing to keep yet. */
  const prefill = useCallback((cc: Draft['cc']) => {
    latest.current = { ...latest.current, cc };
    set(latest.current);
  }, []);
  /** After sending: an empty field, and nothing of the old text may be saved any more. The server drops the draft itself. */
  const clear = useCallback(() => {
    era.current++;
    clearTimeout(timer.current);
    timer.current = undefined;
    stored.current = false;
    base.current = null;
    dropUnkept(me, id, kind);
    latest.current = { ...empty, kind, cc };
    set(latest.current);
    setKept('kept');
    client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: null });
  }, [client, id, cc, me, kind, place]);
  /** A reply that was taken back returns as a draft. */
  const restore = useCallback((draft: Draft) => {
    era.current++;
    stored.current = true;
    base.current = draft.updatedAt;
    latest.current = from(draft, [], draft.kind);
    set(latest.current);
  }, []);

  // Words that came back from this tab are the server's next.
  useEffect(() => {
    if (held) timer.current = setTimeout(() => void save(), 0);
  }, [held, save]);
  // Leaving with unsaved words saves them at once, also when it is the page that is left.
  useEffect(() => {
    const now = () => {
      if (timer.current !== undefined) void save(true);
    };
    addEventListener('pagehide', now);
    return () => removeEventListener('pagehide', now);
  }, [save]);
  useEffect(
    () => () => {
      if (timer.current !== undefined) void save();
    },
    [save],
  );
  return { written, write, prefill, clear, restore, kept };
};

const none: Draft['cc'] = [];
/** What is being written: a reply and a note, each by itself. One of them is in the field; turning to the other leaves it as it is. */
export const useDraft = (opened: Opened, cc: Draft['cc'], first: Written['kind']) => {
  const reply = useOne(opened, cc, 'reply');
  const note = useOne(opened, none, 'note');
  const [kind, setKind] = useState<Written['kind']>(() => {
    if (first === 'note' || note.written.text.trim() === '') return first;
    if (reply.written.text.trim() === '') return 'note';
    return (opened.noteDraft?.updatedAt ?? '') > (opened.draft?.updatedAt ?? '') ? 'note' : 'reply';
  });
  const one = kind === 'note' ? note : reply;
  return {
    written: one.written,
    reply: reply.written,
    kept: reply.kept === 'failed' || note.kept === 'failed' ? ('failed' as const) : one.kept,
    write: ({ kind: to = kind, ...change }: Partial<Written>) => {
      setKind(to);
      if (Object.keys(change).length > 0) (to === 'note' ? note : reply).write(change);
    },
    prefill: reply.prefill,
    clear: (next: Written['kind']) => {
      one.clear();
      setKind(next);
    },
    restore: (draft: Draft) => {
      reply.restore(draft);
      setKind('reply');
    },
    /** The words were meant for the team: they go below those of the note. */
    makeNote: () => {
      const text = [note.written.text.trim(), reply.written.text.trim()].filter(Boolean).join('\n\n');
      note.write({ text, files: [...note.written.files, ...reply.written.files] });
      reply.write({ text: '', files: [] });
      setKind('note');
    },
  };
};
