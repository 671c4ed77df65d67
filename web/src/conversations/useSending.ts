import type { Address, Draft, Message, Opened, ToneMark } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { type About, sendOrKeep } from '../offline/waiting.ts';
import { Problem, said as saidOf } from '../problem.ts';
import { blanksIn } from '../snippets/fill.ts';
import { and } from '../ui/names.ts';
import { due } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { show } from './act.ts';
import type { Handle } from './compose/Field.tsx';
import type { Said } from './compose/writing.ts';
import { beginFlight, useFlying } from './flights.ts';
import type { Later } from './LaterMenu.tsx';
import { restoreDraft } from './restore.ts';
import type { After } from './SendButtons.tsx';
import { lastSaid, newerThan } from './sending.ts';
import { toneOf } from './Tone.tsx';
import type { useDraft } from './useDraft.ts';

type What = {
  opened: Opened;
  draft: ReturnType<typeof useDraft>;
  recipients: Address[];
  canReply: boolean;
  /** Files still on their way up hold the message back; those that did not arrive, until somebody decides. */
  waits: boolean;
  failed: boolean;
  area: RefObject<Handle | null>;
  /** Nobody is named: they are asked for. */
  whom: () => void;
  sent: () => void;
  onward: () => void;
};
export type Stop = { messages: Message[]; after: After; later: Later | undefined };

/** Sends what is written, once; knows which message it answers, and stops when a newer one came. */
export const useSending = ({ opened, draft, recipients, canReply, waits, failed, area, whom, sent, onward }: What) => {
  const { conversation: row, items } = opened;
  const { written } = draft;
  const { checksTone, person } = useMe();
  const me = person.id;
  const client = useQueryClient();
  const navigate = useNavigate();
  const flying = useFlying(opened.conversation.id, written.kind);
  const [own, setBusy] = useState(false);
  const busy = own || flying;
  /** The conversation is still on screen: whoever went on is not taken away from where they are. */
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const [error, setError] = useState<unknown>(null);
  const [stop, setStop] = useState<Stop | null>(null);
  /** The last message on screen when writing began: the reply is an answer to that one. */
  const saw = useRef<string | undefined>(draft.reply.text ? lastSaid(items)?.id : undefined);
  /** The same for the reply that is leaving: taken back, it still answers that one. */
  const answered = useRef<string>(undefined);
  /** One key for one send, however often it has to be tried. */
  const once = useRef<string>(undefined);
  /** The text whose open blanks were told already: sent again, it leaves as it stands. */
  const warned = useRef<string>(undefined);
  /** What could be said more gently of the text that was about to leave; that text leaves when it is sent again. */
  const [tone, setTone] = useState<ToneMark[]>([]);
  const looked = useRef<string>(undefined);
  const note = written.kind === 'note';
  /** It goes to whoever is on the other side; there is nobody to choose. */
  const chat = row.channel === 'chat';

  /** Called with every change of the text. */
  const begun = () => {
    // A note answers nothing; a reply that waits beside it still answers what it answered.
    if (
      !note &&
      (saw.current === undefined || (written.text === '' && written.html === null && written.files.length === 0))
    )
      saw.current = lastSaid(items)?.id;
    once.current = undefined;
    setError(null);
    setTone([]);
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
  const post = ({ text, html }: Said, after: After, sendAnyway: boolean, later: Later | undefined) => {
    const { cc, bcc } = written;
    const attachments = written.files.map((f) => f.id);
    const params = { id: row.id };
    const body = html === null ? { text: text.trim() } : { html };
    once.current ??= crypto.randomUUID();
    const { id: conversationId, number, subject } = row;
    const draft: Draft = {
      html,
      to: written.to,
      kind: written.kind,
      text,
      cc,
      bcc,
      inboxId: written.inboxId,
      attachments: written.files,
      updatedAt: new Date().toISOString(),
    };
    const about: About = { conversationId, number, subject, kind: note ? 'note' : 'reply', draft };
    return note
      ? sendOrKeep(
          'POST /conversations/:id/notes',
          { params, body: { ...body, attachments }, once: once.current },
          about,
        )
      : sendOrKeep(
          'POST /conversations/:id/replies',
          {
            params,
            once: once.current,
            body: {
              ...{ ...body, attachments, after, sawUpTo: saw.current, sendAnyway, ...later },
              ...(chat ? {} : { to: recipients, cc, bcc }),
              ...(written.inboxId === null ? {} : { inboxId: written.inboxId }),
            },
          },
          about,
        );
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
    if (busy) return;
    if (failed) return setError(new Error(t('A file did not arrive. Nothing was sent; try it again or take it out.')));
    if (waits)
      return setError(new Error(t('A file is still on its way up. Nothing was sent; send again in a moment.')));
    // What was typed a moment ago is part of it.
    area.current?.tell();
    const said = area.current?.said() ?? written;
    if (said.text.trim() === '') {
      if (written.files.length > 0) setError(new Error(t('A file needs a few words to go with it.')));
      return area.current?.focus();
    }
    if (!note && !chat && recipients.length === 0) {
      whom();
      return setError(new Error(t('Say to whom this goes.')));
    }
    const blanks = note ? [] : blanksIn(said.text);
    if (blanks.length > 0 && warned.current !== said.text) {
      warned.current = said.text;
      return setError(
        new Error(
          t('Not filled in yet: {names}. Nothing was sent; fill it in, or send again to send it as it stands.', {
            names: and(blanks.map((name) => `{{${name}}}`)),
          }),
        ),
      );
    }
    if (checksTone && !note && looked.current !== said.text) {
      looked.current = said.text;
      setBusy(true);
      const marks = await toneOf(said.text);
      setBusy(false);
      // Somebody who went on meanwhile is not shown what they no longer see: then it leaves.
      if (marks.length > 0 && here.current) return setTone(marks);
    }
    setTone([]);
    setBusy(true);
    setError(null);
    draft.hold();
    const landed = beginFlight(row.id, written.kind);
    try {
      const out = await post(said, after, sendAnyway, later);
      done();
      // It waits for a connection, and is shown below the last message until it is sent.
      if (out === null) {
        if (!note && after === 'resolved' && here.current) onward();
        return;
      }
      if (!note && later)
        tell(
          t('Leaves {when}', { when: due(later.sendAt) }),
          { label: t('Undo'), run: () => void takeBack(out.message.id) },
          false,
          out.message.id,
        );
      else if (!note && after === 'resolved') {
        if (here.current) onward();
        // Until it leaves it can be taken back, from wherever one stands by then.
        const leaves = out.message.state === 'queued' && Date.parse(out.message.sendAt ?? '') > Date.now();
        tell(
          t('Sent and resolved · #{number}', { number: row.number }),
          leaves ? { label: t('Undo'), run: () => void takeBack(out.message.id) } : undefined,
          false,
          out.message.id,
        );
      }
      show(client, me, out.conversation, [out.message]);
    } catch (cause) {
      // Only a send whose fate is unknown is repeated under the same key.
      if (cause instanceof Problem && cause.status !== 0) once.current = undefined;
      if (!here.current) {
        const open = () => void navigate({ to: '/c/$number', params: { number: String(row.number) } });
        const why = t('#{number} was not sent. {why}', { number: row.number, why: saidOf(cause) });
        tell(why, { label: t('Show'), run: open }, true);
      } else if (cause instanceof Problem && cause.status === 409 && cause.type.endsWith('newer-message')) {
        const known = newerThan(items, saw.current);
        const said = cause.body.message as Message | undefined;
        const messages = known.some((m) => m.id === said?.id) || !said ? known : [...known, said];
        setStop({ messages, after, later });
      } else setError(cause);
    } finally {
      landed();
      draft.letGo();
      setBusy(false);
    }
  };
  return {
    busy,
    error,
    tone: note ? [] : tone,
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
      if (was.kind === 'reply')
        saw.current = answered.current ?? lastSaid(items.filter((i) => !('state' in i && i.state === 'queued')))?.id;
      draft.restore(was);
    },
  };
};
