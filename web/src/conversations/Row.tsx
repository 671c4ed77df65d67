import type { ConversationRow, Person } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import { CalendarClock, CirclePause, Flame, Mail, MailX, Moon, OctagonAlert, Reply } from 'lucide-react';
import { memo } from 'react';
import type { InboxSearch } from '../router.tsx';
import { Avatar } from '../ui/kit.tsx';
import { age, due } from '../ui/time.ts';
import { headline } from './spam.ts';
import { statusOf } from './views.ts';

type Props = {
  row: ConversationRow;
  view: string;
  search: InboxSearch;
  current: boolean;
  focusable: boolean;
  assignee: Person | undefined;
  mixed: boolean;
  person: (id: string) => string;
  minute: number;
  onFocus: (row: ConversationRow) => void;
};

/** One line of the list. Memoised: a frame about another conversation does not draw this one again. */
export const Row = memo(({ row, view, search, current, focusable, assignee, mixed, person, onFocus }: Props) => {
  const status = statusOf(row);
  const name = row.customer.name || row.customer.address;
  return (
    <Link
      to="/inbox/$view/$number"
      params={{ view, number: String(row.number) }}
      search={search}
      preload={false}
      resetScroll={false}
      data-number={row.number}
      className={`rowi${row.unread ? ' unread' : ''}`}
      aria-current={current ? 'true' : undefined}
      tabIndex={focusable ? 0 : -1}
      onFocus={() => onFocus(row)}
    >
      <span>
        {row.unread ? (
          <>
            <span className="dot" />
            <span className="sr">Unread</span>
          </>
        ) : null}
      </span>
      <Avatar name={name} id={row.customer.id} />
      <span className="grow">
        <span className="l1">
          <bdi dir="auto" className="nm cut">
            {name}
          </bdi>
          <Mail className="i s13" aria-hidden="true" />
          {row.priority === 'urgent' || row.priority === 'high' ? (
            <>
              <Flame
                className="i s13"
                style={{ color: row.priority === 'urgent' ? 'var(--breach-ink)' : 'var(--risk-ink)' }}
                aria-hidden="true"
              />
              <span className="sr">{row.priority} priority</span>
            </>
          ) : null}
          <time className="age" dateTime={row.lastAt}>
            {age(row.lastAt)}
          </time>
        </span>
        <span className="l2">
          <bdi dir="auto" className="sb cut">
            {row.subject || 'No subject'}
          </bdi>
          {row.undelivered ? (
            <span className="mark undelivered">
              <MailX className="i s13" aria-hidden="true" /> Not delivered
            </span>
          ) : row.scheduledAt ? (
            <span className={`mark${row.held ? ' held' : ''}`}>
              {row.held ? <CirclePause className="i s13" /> : <CalendarClock className="i s13" />}
              {row.held ? 'Held' : <span className="sr">An answer leaves </span>}
              {row.held ? '' : due(row.scheduledAt)}
            </span>
          ) : row.status === 'snoozed' && row.snoozedUntil ? (
            <span className="mark">
              <Moon className="i s13" /> {due(row.snoozedUntil)}
            </span>
          ) : mixed && row.status !== 'open' ? (
            <span className="mark">{status.label}</span>
          ) : null}
        </span>
        {row.folder === 'spam' && view === 'spam' ? (
          <span className="l3 spam-why">
            <OctagonAlert className="i s13" aria-hidden="true" />
            <bdi dir="auto" className="cut">
              {headline(row.spam, person)}
            </bdi>
          </span>
        ) : (
          <span className="l3">
            {row.lastFrom === 'team' ? <Reply className="i s13 flip" aria-label="We wrote last" /> : null}
            <bdi dir="auto" className="cut">
              {row.snippet}
            </bdi>
            {assignee ? (
              <span className="avs">
                <Avatar name={assignee.name} id={assignee.id} team size={16} label={assignee.name} />
              </span>
            ) : null}
          </span>
        )}
      </span>
    </Link>
  );
});
