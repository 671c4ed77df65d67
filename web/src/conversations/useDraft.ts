import type { Draft, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { api, type Upload } from '../api.ts';
import { useMe } from '../me.ts';
import { Problem } from '../problem.ts';
import { hearSent, isFlying, tellSent } from './flights.ts';
import {
  alike,
  dropSent,
  dropUnkept,
  goOnWith,
  heldBefore,
  heldUnkept,
  holdUnkept,
  isUnkeptKnown,
  joined,
  keeps,
  putBelow,
  type Unkept,
  unkeptKnown,
} from './unkept.ts';

export type Written = {
  kind: 'reply' | 'note';
  text: string;
  /** The same with its formatting; null when it has none. */
  html: string | null;
  /** To whom, when somebody chose; null leaves it to the conversation. */
  to: Draft['cc'] | null;
  cc: Draft['cc'];
  bcc: Draft['bcc'];
  /** The inbox it leaves from, when somebody chose; null leaves it to the conversation. */
  inboxId: string | null;
  files: Upload[];
};
export type Kept = 'kept' | 'writing' | 'failed';
type Change = Partial<Omit<Written, 'kind'>>;
const empty: Written = { kind: 'reply', text: '', html: null, to: null, cc: [], bcc: [], inboxId: null, files: [] };
const wordless = (w: Pick<Written, 'text' | 'html'>) => w.text.trim() === '' && !w.html?.includes('<img');
const from = (draft: Draft | null, cc: Draft['cc'], kind: Written['kind']): Written =>
  draft ? { ...draft, files: draft.attachments } : { ...empty, cc, kind };
const PACE = 500;
const newer = (at: string, known: string | null) => known === null || Date.parse(at) > Date.parse(known);

/**
 * One of the two things being written: kept on the server half a second after it began to change, and on this device until it is
 * there, so that no reload, crash or ended session loses it. `rev` counts the times it became something else than was typed.
 */
const useOne = (opened: Opened, cc: Draft['cc'], kind: Written['kind'], settle: () => void) => {
  const client = useQueryClient();
  const id = opened.conversation.id;
  const me = useMe().person.id;
  const place = kind === 'note' ? 'noteDraft' : 'draft';
  const there = opened[place];
  const [held] = useState(() => heldUnkept(me, id, kind));
  const [written, set] = useState<Written>(() => (held ? goOnWith(held, there) : from(there, cc, kind)));
  const [rev, setRev] = useState(0);
  const [kept, setKept] = useState<Kept>('kept');
  const latest = useRef(written);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const going = useRef<Promise<void> | null>(null);
  const flying = useRef(0);
  /** What is being sent is not kept beside it: kept a moment later, it would stand there as a draft of what was said. */
  const sending = useRef(false);
  /** Which saves still count: sending or throwing away makes the ones before it void. */
  const era = useRef(0);
  const stored = useRef(there !== null);
  /** The draft the server has, as far as this page knows. */
  const base = useRef(there?.updatedAt ?? null);
  /** The newest of mine this field knows of: an answer that was on its way for long brings back nothing older. */
  const known = useRef(base.current);
  /** What the server has, as it was written; null when it was never told. */
  const synced = useRef<Written | null>(held ? null : written);
  /** Words that went to the server without hearing what became of them: found there, they are no other words. */
  const tried = useRef<string[]>([]);
  /** What is kept next goes over whatever is there: words that were sent a moment ago, and kept behind that. */
  const blind = useRef(false);
  const settling = useRef(settle);
  settling.current = settle;
  const copies = useRef(cc);
  copies.current = cc;

  const bare = useCallback(
    (w: Written) =>
      wordless(w) &&
      w.files.length === 0 &&
      w.to === null &&
      w.bcc.length === 0 &&
      w.inboxId === null &&
      JSON.stringify(w.cc) === JSON.stringify(copies.current),
    [],
  );
  const put = useCallback(
    async (leaving: boolean) => {
      flying.current++;
      const mine = era.current;
      const w = latest.current;
      const tell = (draft: Draft | null) => {
        if (mine === era.current)
          client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: draft });
      };
      try {
        if (bare(w)) {
          if (stored.current) await api('DELETE /conversations/:id/draft', { params: { id }, query: { kind } });
          stored.current = false;
          base.current = null;
          blind.current = false;
          tell(null);
        } else {
          const { text, html, to, bcc, inboxId } = w;
          const body = { kind, to, cc: w.cc, bcc, inboxId, attachments: w.files.map((f) => f.id) };
          const said = html === null ? { text } : { html };
          const over = blind.current ? {} : { base: base.current };
          tried.current = [...tried.current.slice(-9), text];
          const { updatedAt } = await api('PUT /conversations/:id/draft', {
            params: { id },
            body: { ...body, ...said, ...over },
            leaving,
          });
          stored.current = true;
          base.current = updatedAt;
          if (newer(updatedAt, known.current)) known.current = updatedAt;
          tried.current = [];
          blind.current = false;
          if (mine === era.current) synced.current = w;
          tell({ ...body, text, html, attachments: w.files, updatedAt });
        }
        if (mine === era.current && latest.current === w) {
          dropUnkept(me, id, kind);
          setKept('kept');
        }
      } catch (cause) {
        // It stays in the field and on this device; the next key or the retry keeps it.
        if (mine !== era.current) return;
        if (cause instanceof Problem && cause.type.endsWith('newer-draft') && !sending.current)
          return meet.current(cause.body.draft as Draft);
        setKept('failed');
        // Nobody is signed in: this device holds the words until someone is.
        if (cause instanceof Problem && cause.status === 401) return;
        if (!sending.current) timer.current ??= setTimeout(() => void saveLatest.current(), 5000);
      } finally {
        flying.current--;
      }
    },
    [client, id, me, kind, place, bare],
  );
  /** One after the other: an older state never comes to the server after a newer one. */
  const save = useCallback(
    async (leaving = false) => {
      clearTimeout(timer.current);
      timer.current = undefined;
      if (!leaving) await going.current;
      going.current = put(leaving);
      await going.current;
    },
    [put],
  );
  const saveLatest = useRef(save);
  saveLatest.current = save;

  const write = useCallback(
    (change: Change) => {
      latest.current = { ...latest.current, ...change };
      if (bare(latest.current)) dropUnkept(me, id, kind);
      else holdUnkept(me, id, { ...latest.current, base: base.current });
      set(latest.current);
      setKept('writing');
      // A long text is sent less often; on this device it is kept all the same.
      if (!sending.current)
        timer.current ??= setTimeout(
          () => void save(),
          PACE + (latest.current.html ?? latest.current.text).length / 200,
        );
    },
    [save, bare, id, me, kind],
  );
  /** Beside what is there by now: many files arrive at once. */
  const attach = useCallback((file: Upload) => write({ files: [...latest.current.files, file] }), [write]);
  /** Something else than what was typed: the field begins anew with it. */
  const replace = useCallback(
    (change: Change) => {
      write(change);
      setRev((n) => n + 1);
    },
    [write],
  );
  /** Another draft of mine is there, from another device or tab: nothing of either is lost. */
  const meet = useRef<(draft: Draft) => void>(() => undefined);
  meet.current = (draft) => {
    settling.current();
    const mine = latest.current;
    const next = goOnWith({ ...mine, base: base.current }, draft);
    const own = tried.current.some((text) => alike(text, draft.text));
    tried.current = [];
    stored.current = true;
    base.current = draft.updatedAt;
    known.current = draft.updatedAt;
    if (own || (next.text === mine.text && next.html === mine.html)) write(own ? {} : { files: next.files });
    else flushSync(() => replace(next));
  };
  /** Who is in copy from the beginning, as long as nobody has begun: nothing to keep yet. */
  const prefill = useCallback((next: Draft['cc']) => {
    const untouched = latest.current === synced.current;
    latest.current = { ...latest.current, cc: next };
    if (untouched) synced.current = latest.current;
    set(latest.current);
  }, []);
  const become = useCallback((next: Written, updatedAt: string | null) => {
    era.current++;
    clearTimeout(timer.current);
    timer.current = undefined;
    stored.current = updatedAt !== null;
    base.current = updatedAt;
    if (updatedAt !== null) known.current = updatedAt;
    tried.current = [];
    latest.current = next;
    synced.current = next;
    set(next);
    setRev((n) => n + 1);
    setKept('kept');
  }, []);
  /** After sending: an empty field, and nothing of the old text may be saved any more. The server drops the draft itself. */
  const begin = useCallback(() => become({ ...empty, kind, cc: copies.current }, null), [become, kind]);
  useEffect(() => hearSent(id, kind, begin), [id, kind, begin]);
  const clear = useCallback(() => {
    sending.current = false;
    begin();
    dropSent(me, id, kind);
    tellSent(id, kind, begin);
    // What was on its way to be kept may arrive behind what was sent: then it is taken away again.
    if (flying.current > 0) {
      stored.current = true;
      blind.current = true;
      void save();
    }
    client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: null });
  }, [begin, client, id, me, kind, place, save]);
  const hold = useCallback(() => {
    sending.current = true;
    clearTimeout(timer.current);
    timer.current = undefined;
  }, []);
  /** It was not sent: it is kept again. */
  const letGo = useCallback(() => {
    if (!sending.current) return;
    sending.current = false;
    timer.current ??= setTimeout(() => void save(), 0);
  }, [save]);
  /** What was taken back returns as a draft; what was written meanwhile stands below it. */
  const restore = useCallback(
    (draft: Draft) => {
      const mine = latest.current;
      const before = synced.current;
      const back = from(draft, [], kind);
      const next = putBelow(back, before, mine);
      become({ ...back, kind }, draft.updatedAt);
      client.setQueryData<Opened>(['conversation', id], (o) => o && { ...o, [place]: draft });
      if (next.text !== back.text || next.html !== back.html || next.files.length !== back.files.length) replace(next);
    },
    [become, replace, client, id, kind, place],
  );
  // What was written on another device, or sent in another tab, is not overwritten by a field that does not know it.
  useEffect(() => {
    if (there === null || !newer(there.updatedAt, known.current)) return;
    queueMicrotask(() => {
      if (sending.current || flying.current > 0 || !newer(there.updatedAt, known.current)) return;
      settling.current();
      if (latest.current !== synced.current || timer.current !== undefined) return meet.current(there);
      flushSync(() => become(from(there, copies.current, kind), there.updatedAt));
    });
  }, [there, kind, become]);
  const [begun] = useState(() => opened.items.at(-1)?.at ?? null);
  useEffect(() => {
    if (there !== null || sending.current || latest.current !== synced.current || wordless(latest.current)) return;
    const said = opened.items.findLast(
      (i) => 'authorId' in i && i.authorId === me && (i.type === 'note') === (kind === 'note'),
    );
    if (!said || !('text' in said) || !newer(said.at, begun) || !alike(said.text, latest.current.text)) return;
    begin();
    dropSent(me, id, kind);
  }, [there, opened.items, begin, begun, me, id, kind]);

  // Words that come back from this device are the server's next.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when it appears
  useEffect(() => {
    let over = false;
    const goOn = (found: Unkept | null) => {
      if (over || !found) return;
      // What was typed up to now is told first, and who was writing goes on writing in the field that comes.
      settling.current();
      const mine = latest.current;
      const before = goOnWith(found, client.getQueryData<Opened>(['conversation', id])?.[place] ?? null);
      // Somebody was quicker than the disk: what they typed comes below.
      const typed = mine !== written && !wordless(mine) && !before.text.includes(mine.text);
      // The field may have it by another way already, with what was typed: once is enough.
      const twice = typed && !wordless(before) && mine.text.includes(before.text.trim());
      const words = twice ? { text: mine.text, html: mine.html } : typed ? joined(before, mine) : {};
      // At once: no key may come between the two fields.
      flushSync(() => replace({ ...before, ...words }));
    };
    // What is being sent just now is not kept beside it.
    if (held) {
      if (!isFlying(id, kind)) timer.current ??= setTimeout(() => void save(), 0);
    }
    if (!held && !isUnkeptKnown()) void unkeptKnown().then(() => goOn(heldBefore(me, id, kind)));
    return () => {
      over = true;
    };
  }, []);
  // Leaving with unsaved words saves them at once, also when it is the page that is left.
  useEffect(() => {
    const now = () => {
      if (timer.current !== undefined) void save(true);
    };
    addEventListener('pagehide', now);
    const done = keeps({
      run: () => (timer.current === undefined ? (going.current ?? undefined) : save()),
    });
    return () => {
      removeEventListener('pagehide', now);
      done();
    };
  }, [save]);
  useEffect(
    () => () => {
      if (timer.current !== undefined) void save();
    },
    [save],
  );
  return useMemo(
    () => ({ written, latest, rev, kept, write, attach, replace, prefill, clear, restore, hold, letGo }),
    [written, rev, kept, write, attach, replace, prefill, clear, restore, hold, letGo],
  );
};

const nobody: Draft['cc'] = [];
/** The reply and the note one is writing, side by side; what is in hand first is what has words. */
/** `settle` is called before a field begins anew by itself. */
export const useDraft = (opened: Opened, cc: Draft['cc'], first: Written['kind'], settle: () => void) => {
  const reply = useOne(opened, cc, 'reply', settle);
  const note = useOne(opened, nobody, 'note', settle);
  const [kind, setKind] = useState<Written['kind']>(() => {
    if (first === 'note' || wordless(note.written)) return first;
    if (wordless(reply.written)) return 'note';
    return (opened.noteDraft?.updatedAt ?? '') > (opened.draft?.updatedAt ?? '') ? 'note' : 'reply';
  });
  const one = kind === 'note' ? note : reply;
  return {
    written: one.written,
    /** Changes when the field has to begin anew. */
    field: `${kind} ${one.rev}`,
    reply: reply.written,
    kept: reply.kept === 'failed' || note.kept === 'failed' ? ('failed' as const) : one.kept,
    choose: setKind,
    /** What was typed or chosen, in the one it belongs to. */
    write: (change: Change, to: Written['kind'] = kind) => (to === 'note' ? note : reply).write(change),
    attach: (file: Upload, to: Written['kind']) => (to === 'note' ? note : reply).attach(file),
    replace: (change: Change) => one.replace(change),
    /** What was thrown away is there again, above what was written since. */
    putAbove: (was: Pick<Written, 'text' | 'html' | 'files'>) => one.replace(putBelow(was, null, one.latest.current)),
    prefill: reply.prefill,
    /** While it is being sent nothing keeps it; `letGo` when it was not. */
    hold: one.hold,
    letGo: one.letGo,
    clear: (next: Written['kind']) => {
      one.clear();
      // Whoever went over to the other one while it was sent stays there: a note goes on as a note.
      setKind((now) => (now === kind ? next : now));
    },
    restore: (draft: Draft) => {
      // A note stays one: its words are not the customer's.
      (draft.kind === 'note' ? note : reply).restore(draft);
      setKind(draft.kind);
    },
    /** The words were meant for the team: they go below those of the note. */
    makeNote: () => {
      // With what was told a moment ago.
      const [below, above] = [reply.latest.current, note.latest.current];
      note.replace({ ...joined(above, below), files: [...above.files, ...below.files] });
      reply.replace({ text: '', html: null, files: [] });
      setKind('note');
    },
  };
};
