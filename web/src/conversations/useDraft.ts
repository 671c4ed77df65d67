import type { Draft, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { api, type Upload } from '../api.ts';

export type Written = { kind: 'reply' | 'note'; text: string; cc: Draft['cc']; bcc: Draft['bcc']; files: Upload[] };
export type Kept = 'kept' | 'writing' | 'failed';
const empty: Written = { kind: 'reply', text: '', cc: [], bcc: [], files: [] };
const bare = (w: Written) => w.text.trim() === '' && w.files.length === 0 && w.cc.length === 0 && w.bcc.length === 0;
/** What the files are called that went up from this page; a draft only knows their ids. */
const files = new Map<string, Upload>();
const from = (draft: Draft | null, cc: Draft['cc'], kind: Written['kind']): Written =>
  draft
    ? {
        kind: draft.kind,
        text: draft.text,
        cc: draft.cc,
        bcc: draft.bcc,
        files: draft.attachments.map(
          (id, n) => files.get(id) ?? { id, filename: `Attachment ${n + 1}`, contentType: '', size: 0 },
        ),
      }
    : { ...empty, cc, kind };

/** What is being written, kept on the server half a second after every pause, so that no reload or crash loses it. */
export const useDraft = (opened: Opened, cc: Draft['cc'], kind: Written['kind']) => {
  const client = useQueryClient();
  const id = opened.conversation.id;
  const [written, set] = useState<Written>(() => from(opened.draft, cc, kind));
  const [kept, setKept] = useState<Kept>('kept');
  const latest = useRef(written);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  /** Which saves still count: sending or throwing away makes the ones before it void. */
  const era = useRef(0);
  const stored = useRef(opened.draft !== null);

  const save = useCallback(
    async (leaving = false) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const mine = era.current;
      const w = latest.current;
      try {
        if (bare(w)) {
          if (stored.current) await api('DELETE /conversations/:id/draft', { params: { id } });
          stored.current = false;
          if (mine === era.current)
            client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, draft: null });
        } else {
          const body = { kind: w.kind, text: w.text, cc: w.cc, bcc: w.bcc, attachments: w.files.map((f) => f.id) };
          const { updatedAt } = await api('PUT /conversations/:id/draft', { params: { id }, body, leaving });
          stored.current = true;
          if (mine === era.current)
            client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, draft: { ...body, updatedAt } });
        }
        if (mine === era.current && timer.current === undefined) setKept('kept');
      } catch {
        // It stays in the field; the next key or the retry keeps it.
        if (mine !== era.current) return;
        setKept('failed');
        timer.current = setTimeout(() => void save(), 5000);
      }
    },
    [client, id],
  );

  const write = useCallback(
    (change: Partial<Written>) => {
      latest.current = { ...latest.current, ...change };
      for (const file of change.files ?? []) files.set(file.id, file);
      set(latest.current);
      setKept('writing');
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void save(), 500);
    },
    [save],
  );
  /** After sending: an empty field, and nothing of the old text may be saved any more. The server drops the draft itself. */
  const clear = useCallback(
    (next: Written['kind'] = 'reply') => {
      era.current++;
      clearTimeout(timer.current);
      timer.current = undefined;
      stored.current = false;
      latest.current = { ...empty, kind: next, cc };
      set(latest.current);
      setKept('kept');
      client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, draft: null });
    },
    [client, id, cc],
  );
  /** A reply that was taken back returns as a draft. */
  const restore = useCallback((draft: Draft) => {
    era.current++;
    stored.current = true;
    latest.current = from(draft, [], draft.kind);
    set(latest.current);
  }, []);

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
  return { written, write, clear, restore, kept };
};
