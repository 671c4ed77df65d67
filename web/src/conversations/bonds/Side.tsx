import type { ConversationRow, Customer, Opened, Message as OutMessage } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, UsersRound } from 'lucide-react';
import { type RefObject, useEffect, useRef, useState } from 'react';
import { api } from '../../api.ts';
import { t } from '../../language/index.ts';
import { useMay, useMe } from '../../me.ts';
import { FormError, Submit, useSubmit } from '../../ui/form.tsx';
import { Failed, SkeletonRows } from '../../ui/kit.tsx';
import { said } from '../../ui/time.ts';
import { tell, tellProblem } from '../../ui/toast.tsx';
import { show, useActions } from '../act.ts';
import { LetterField } from '../compose/LetterField.tsx';
import { type Begun, blank, leaveAt, leftAt } from '../compose/left.ts';
import { useLetter } from '../compose/useLetter.ts';
import { openedQuery, peopleQuery } from '../data.ts';
import { Message } from '../Message.tsx';
import { sendsByKeys } from '../sendsByKeys.ts';

/** How it stands, in a word: whose turn it is. */
const turn = (row: ConversationRow): string => {
  if (row.status === 'resolved' || row.status === 'closed') return t('Resolved');
  return row.lastFrom === 'customer' ? t('They answered') : t('Waiting for them');
};

type Field = ReturnType<typeof useLetter>;
/** The field of one answer; the next one begins with a field of its own. `current` says where words that were taken back go. */
const Write = ({
  opened,
  place,
  current,
  onSent,
}: {
  opened: Opened;
  place: string;
  current: RefObject<Field | null>;
  onSent: (row: ConversationRow, message: OutMessage, letter: Begun) => void;
}) => {
  const { conversation: row } = opened;
  const [before] = useState(() => leftAt(place));
  const letter = useLetter({ place, begun: before?.letter ?? blank });
  useEffect(() => {
    current.current = letter;
  });
  const form = useSubmit(async () => {
    const body = letter.body();
    const went = letter.now();
    const last = opened.items.findLast((i) => i.type === 'in' || i.type === 'out');
    const { conversation, message } = await api('POST /conversations/:id/replies', {
      params: { id: row.id },
      body: { ...body, ...(last ? { sawUpTo: last.id } : {}) },
    });
    letter.sent();
    onSent(conversation, message, went);
  });
  const name = row.customer.name || row.customer.address;
  return (
    <form className="answer" onSubmit={(e) => void form.submit(e)} onKeyDown={sendsByKeys}>
      <LetterField
        letter={letter}
        label={t('Answer {name}, beside the customer', { name })}
        placeholder={t('Answer {name}', { name })}
        opened={opened}
        busy={form.busy}
      />
      <FormError error={form.error} />
      <div className="do">
        <Link className="btn link" to="/c/$number" params={{ number: String(row.number) }}>
          {t('Open it alone, for copies')}
        </Link>
        <span className="grow" />
        <Submit busy={form.busy} className="btn sm primary">
          {t('Send')}
        </Submit>
      </div>
    </form>
  );
};

/** An answer where one reads; copies and drafts that colleagues see are in the conversation itself. */
const Answer = ({ opened }: { opened: Opened }) => {
  const client = useQueryClient();
  const me = useMe().person.id;
  const [count, setCount] = useState(0);
  const field = useRef<Field>(null);
  const here = useRef(true);
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  const { id } = opened.conversation;
  const place = `${me} answer ${id}`;
  const back = async (messageId: string, letter: Begun) => {
    try {
      const undone = await api('POST /messages/:id/undo', { params: { id: messageId } });
      show(client, me, undone.conversation, [], [messageId]);
      const now = here.current ? field.current : null;
      if (!now) return leaveAt(place, letter, undefined);
      now.area.current?.insertContent(letter.html === null ? { text: letter.text } : { html: letter.html });
      now.attach(letter.files);
      now.area.current?.focus();
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <Write
      key={count}
      opened={opened}
      place={place}
      current={field}
      onSent={(row, message, letter) => {
        setCount((n) => n + 1);
        show(client, me, row, [message]);
        tell(t('It leaves in a moment · #{number}', { number: row.number }), {
          label: t('Undo'),
          run: () => void back(message.id, letter),
        });
      }}
    />
  );
};

const Thread = ({ row, theirs }: { row: ConversationRow; theirs: Customer }) => {
  const me = useMe().person.id;
  const may = useMay();
  const act = useActions();
  const query = useQuery(openedQuery(row.id, me));
  const { data: list = [] } = useQuery({ ...peopleQuery, enabled: may('people.read') });
  const opened = query.data;
  // Unfolded is read, as an open conversation is.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only turning unread matters, not each new row
  useEffect(() => {
    if (!row.unread || document.visibilityState !== 'visible') return;
    const timer = setTimeout(() => void act.seen(row), 400);
    return () => clearTimeout(timer);
  }, [row.id, row.lastAt, row.unread]);
  if (!opened)
    return query.isError ? (
      <Failed error={query.error} retry={() => void query.refetch()} level="h2" />
    ) : (
      <SkeletonRows count={2} />
    );
  const people = new Map(list.map((p) => [p.id, p]));
  const messages = opened.items.flatMap((i) => (i.type === 'event' ? [] : [i]));
  const addresses = theirs.handles.map((h) => h.value.toLowerCase());
  return (
    <div className="side-thread">
      {messages.map((m) => (
        <div key={m.id}>
          <Message message={m} people={people} customer={opened.customer} />
          {m.type === 'in' && [...m.to, ...m.cc].some((a) => addresses.includes(a.address.toLowerCase())) ? (
            <p className="xs warn" role="note">
              {t('They put the customer in copy: this message was seen by {name}. What you answer is not.', {
                name: theirs.name || t('the customer'),
              })}
            </p>
          ) : null}
        </div>
      ))}
      {may('conversation.write') && row.mergedInto === null ? <Answer opened={opened} /> : null}
    </div>
  );
};

/** What is said with a third person, folded to a line until one wants to read it. */
export const Side = ({ row, customer, write }: { row: ConversationRow; customer: Customer; write: boolean }) => {
  const act = useActions();
  const [open, setOpen] = useState(false);
  const name = row.customer.name || row.customer.address;
  const ended = row.status === 'resolved' || row.status === 'closed';
  return (
    <section className="below-part" aria-label={t('Side conversation with {name}', { name })}>
      <div className="foldline">
        <button type="button" className="fold" aria-expanded={open} onClick={() => setOpen(!open)}>
          <UsersRound className="i s14" />
          {row.unread ? <span className="dot" role="img" aria-label={t('Unread')} /> : null}
          <bdi className={row.unread ? 'strong' : 'medium'}>{name}</bdi>
          <bdi dir="auto" className="cut grow ink3">
            {row.subject}
          </bdi>
          <span
            className={`chip ${row.undelivered ? 'breach' : ended ? 'ok' : row.lastFrom === 'customer' ? 'accent' : 'info'}`}
          >
            {row.undelivered === 'maybe' ? t('May not have arrived') : row.undelivered ? t('Not delivered') : turn(row)}
          </span>
          <span className="xs ink3 wide-only">{said(row.lastAt)}</span>
          <ChevronDown className="i s14 chev" />
        </button>
        {write && open ? (
          <button type="button" className="btn link" onClick={() => void act.status(row, ended ? 'open' : 'resolved')}>
            {ended ? t('Reopen') : t('Resolve')}
          </button>
        ) : null}
      </div>
      {open ? <Thread row={row} theirs={customer} /> : null}
    </section>
  );
};
