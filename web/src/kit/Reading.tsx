import { Lock, Paperclip, Reply, Smile } from 'lucide-react';
import { Message } from '../conversations/Message.tsx';
import { Row } from '../conversations/Row.tsx';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Part } from './Part.tsx';
import { ana, claire, message, messages, people, row, tomasz } from './samples.ts';

const later = new Date(Date.now() + 86_400_000).toISOString();
const rows = [
  row(1, { unread: true, priority: 'urgent' }),
  row(2, { assigneeId: ana.id, lastFrom: 'team' }),
  row(3, { undelivered: true }),
  row(4, { scheduledAt: later }),
  row(5, { scheduledAt: later, held: true }),
  row(6, { status: 'snoozed', snoozedUntil: later }),
  row(7, { status: 'resolved' }),
  row(8, { drafts: [tomasz.id], customer: { id: 'x', name: 'سارة المنصوري', address: 'sara@oasis.example' } }),
  row(9, { subject: '', customer: { id: 'y', name: '', address: 'a-very-long-address-that-is-cut@atelier.example' } }),
];
const named = (id: string): string => people.get(id)?.name ?? '';

const List = () => {
  const me = useMe().person.id;
  return (
    <Part title={t('A line of the list')}>
      <ul className="list kitlist">
        {rows.map((one, n) => (
          <li key={one.id}>
            <Row
              row={one}
              view="all"
              href={`/inbox/all/${one.number}`}
              current={n === 1}
              focusable
              assignee={one.assigneeId ? ana : undefined}
              mixed
              person={named}
              me={me}
              minute={0}
              onFocus={() => undefined}
              onOpen={() => undefined}
            />
          </li>
        ))}
      </ul>
    </Part>
  );
};

const Writing = ({ note }: { note: boolean }) => (
  <section className={`composer${note ? ' is-note' : ''}`} aria-label={note ? t('Note') : t('Reply')}>
    <div className="top row">
      <span className="row xs">
        {note ? <Lock className="i s13" /> : <Reply className="i s13 flip" />}
        {note ? t('Only your team') : t('To Claire Dubois')}
      </span>
    </div>
    <textarea
      aria-label={note ? t('Note') : t('Reply')}
      defaultValue={note ? '@Tomasz Wolski' : ''}
      placeholder={t('Write an answer')}
    />
    <div className="bot">
      <button type="button" className="btn quiet icon sm" aria-label={t('Attach a file')} title={t('Attach a file')}>
        <Paperclip className="i" />
      </button>
      <button type="button" className="btn quiet icon sm" aria-label={t('Emoji')} title={t('Emoji')}>
        <Smile className="i" />
      </button>
      <span className="end">
        <button type="button" className={`btn ${note ? 'note' : 'primary'}`}>
          {note ? t('Add note') : t('Send')}
        </button>
      </span>
    </div>
  </section>
);

export const Reading = () => (
  <>
    <List />
    <Part title={t('Message, answer, note, what happened')}>
      <div className="kitthread">
        {messages.map((one) => (
          <Message key={one.id} message={one} people={people} customer={claire} />
        ))}
        <Message
          message={message(9, {
            attachments: [
              {
                part: 0,
                filename: 'label.pdf',
                contentType: 'application/pdf',
                size: 48_213,
                inline: false,
                contentId: null,
              },
            ],
            automatic: true,
          })}
          people={people}
          customer={claire}
        />
        <p className="event xs ink3">{t('{name} took this', { name: 'Tomasz Wolski' })}</p>
      </div>
    </Part>
    <Part title={t('Where one writes: an answer and a note')}>
      <Writing note={false} />
      <Writing note />
    </Part>
  </>
);
