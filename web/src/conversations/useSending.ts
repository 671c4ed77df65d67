import type { Address, Draft, Message, Opened } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { type RefObject, useRef, useState } from 'react';
import { api } from '../api.ts';
import { useMe } from '../me.ts';
import { Problem } from '../problem.ts';
import { due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { show } from './act.ts';
import type { Later } from './LaterMenu.tsx';
import { restoreDraft } from './restore.ts';
import type { After } from './SendButtons.tsx';
import { lastSaid, newerThan } from './sending.ts';
import type { useDraft } from './useDraft.ts';

type What = {
  opened: Opened;
  draft: ReturnType<typeof useDraft>;
  recipients: Address[];
  canReply: boolean;
  /** Files still on their way up hold the message back. */
  waits: boolean;
  area: RefObject<HTMLTextAreaElement | null>;
  /** Nobody is named: they are asked for. */
  whom: () => void;
  sent: () => void;
  onward: () => void;
};
export type Stop = { messages: Message[]; after: After; later: Later | undefined };

/** Sends what is written, once; knows which message it answers, and stops when a newer one came. */
export const useSending = ({ opened, draft, recipients, canReply, waits, area, whom, sent, onward }: What) => {
  const { conversation: row, items } = opened;
  const { written } = draft;
  const me = useMe().person.id;
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [stop, setStop] = useState<Stop | null>(null);
  /** The last message on screen when writing began: the reply is an answer to that one. */
  const saw = useRef<string | undefined>(draft.reply.text ? lastSaid(items)?.id : undefined);
  /** The same for the reply that is leaving: taken back, it still answers that one. */
  const answered = useRef<string>(undefined);
  /** One key for one send, however often it has to be tried. */
  const once = useRef<string>(undefined);
  const note = written.kind === 'note';

  /** Called with every change of the text. */
  const begun = () => {
    // A note answers nothing; a reply that waits beside it still answers what it answered.
    if (!note && (saw.current === undefined || (written.text === '' && written.files.length === 0)))
      saw.current = lastSaid(items)?.id;
    once.current = undefined;
    setError(null);
  };
  const done = () => {
    draft.clear(canReply ? 'reply' : 'note');
    if (!note) {
      answered.current = saw.current ?? lastSaid(items)?.id;
      saw.current = undefined;
    }
    once.current = undefined;
    setStop(null);
    sent();
  };
  const post = (text: string, after: After, sendAnyway: boolean, later: Later | undefined) => {
    const { cc, bcc } = written;
    const attachments = written.files.map((f) => f.id);
    const params = { id: row.id };
    once.current ??= crypto.randomUUID();
    return note
      ? api('POST /conversations/:id/notes', { params, body: { text, attachments }, once: once.current })
      : api('POST /conversations/:id/replies', {
          params,
          once: once.current,
          body: { text, to: recipients, cc, bcc, attachments, after, sawUpTo: saw.current, sendAnyway, ...later },
        });
  };
  const takeBack = async (id: string) => {
    try {
      const { conversation, draft: was } = await api('POST /messages/:id/undo', { params: { id } });
      show(client, me, conversation, [], [id]);
      if (was) restoreDraft(conversation.id, was);
    } catch (cause) {
      tellProblem(cause);
    }
  };
  const send = async (after: After, sendAnyway = false, later?: Later) => {
    if (busy || waits) return;
    const text = written.text.trim();
    if (text === '') {
      if (written.files.length > 0) setError(new Error('A file needs a few words to go with it.'));
      return area.current?.focus();
    }
    if (!note && recipients.length === 0) {
      whom();
      return setError(new Error('Say to whom this goes.'));
    }
    setBusy(true);
    setError(null);
    try {
      const out = await post(text, after, sendAnyway, later);
      done();
      if (!note && later)
        tell(
          `Leaves ${due(later.sendAt)}`,
          { label: 'Undo', run: () => void takeBack(out.message.id) },
          false,
          out.message.id,
        );
      else if (!note && after === 'resolved') {
        onward();
        tell(`Sent and resolved · #${row.number}`);
      }
      show(client, me, out.conversation, [out.message]);
    } catch (cause) {
      // Only a send whose fate is unknown is repeated under the same key.
      if (cause instanceof Problem && cause.status !== 0) once.current = undefined;
      if (cause instanceof Problem && cause.status === 409 && cause.type.endsWith('newer-message')) {
        const known = newerThan(items, saw.current);
        const said = cause.body.message as Message | undefined;
        const messages = known.some((m) => m.id === said?.id) || !said ? known : [...known, said];
        setStop({ messages, after, later });
      } else setError(cause);
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    stop,
    saw: saw.current,
    setError,
    begun,
    send,
    /** The newer messages were read: the answer goes on from there. */
    read: () => {
      saw.current = stop?.messages.at(-1)?.id ?? lastSaid(items)?.id;
      setStop(null);
    },
    close: () => setStop(null),
    anyway: () => {
      setStop(null);
      if (stop) void send(stop.after, true, stop.later);
    },
    /** What was taken back answers what it answered. */
    restore: (was: Draft) => {
      saw.current = answered.current ?? lastSaid(items.filter((i) => !('state' in i && i.state === 'queued')))?.id;
      draft.restore(was);
    },
  };
};
