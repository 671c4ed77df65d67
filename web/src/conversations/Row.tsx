import type { ConversationRow, Person } from '@hearten/contract';
import {
  CalendarClock,
  CirclePause,
  Flame,
  Hourglass,
  MailX,
  Moon,
  OctagonAlert,
  Reply,
  UserRound,
} from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import { t } from '../language/index.ts';
import { Face } from '../mood/Face.tsx';
import { Avatar } from '../ui/kit.tsx';
import { age, due } from '../ui/time.ts';
import { channelIcon, channelName } from './channels.ts';
import { Faces } from './Present.tsx';
import { headline } from './spam.ts';
import { statusOf } from './views.ts';

type Props = {
  row: ConversationRow;
  view: string;
  /** Where it is opened. */
  href: string;
  current: boolean;
  focusable: boolean;
  assignee: Person | undefined;
  mixed: boolean;
  person: (id: string) => string;
  me: string;
  minute: number;
  onFocus: (row: ConversationRow) => void;
  onOpen: (row: ConversationRow) => void;
};
/** A click that a link of the browser's own would follow in this tab. */
const followed = (e: MouseEvent): boolean =>
  !e.defaultPrevented && e.button === 0 && !(e.metaKey || e.ctrlKey || e.shiftKey || e.altKey);

/** One line of the list. Memoised: a frame about another conversation does not draw this one again. */
export const Row = memo((props: Props) => {
  const { row, view, href, current, focusable, assignee, mixed, person, me, onFocus, onOpen } = props;
  const status = statusOf(row);
  const Channel = channelIcon(row.channel);
  const name = row.customer.name || row.customer.address;
  return (
    // A link of the router's own works out where it leads at every drawing: forty of them are what one waits for.
    <a
      href={href}
      data-number={row.number}
      className={`rowi${row.unread ? ' unread' : ''}`}
      aria-current={current ? 'true' : undefined}
      tabIndex={focusable ? 0 : -1}
      onFocus={() => onFocus(row)}
      onClick={(e) => {
        if (!followed(e)) return;
        e.preventDefault();
        onOpen(row);
      }}
    >
      <span>
        {row.unread ? (
          <>
            <span className="dot" />
            <span className="sr">{t('Unread')}</span>
          </>
        ) : null}
      </span>
      <Avatar name={name} id={row.customer.id} />
      <span className="grow">
        <span className="l1">
          <bdi dir="auto" className="nm cut">
            {name}
          </bdi>
          <Channel className="i s13" aria-hidden="true" />
          {row.channel === 'email' ? null : <span className="sr">{channelName(row.channel)}</span>}
          {row.asksPerson ? (
            <>
              <UserRound className="i s13" style={{ color: 'var(--breach-ink)' }} aria-hidden="true" />
              <span className="sr">{t('Asks for a person')}</span>
            </>
          ) : null}
          {row.mood ? (
            <>
              <Face value={row.mood === 'upset' ? 1 : 2} read size={16} />
              <span className="sr">
                {row.mood === 'upset' ? t('The customer is upset') : t('The customer is stuck')}
              </span>
            </>
          ) : null}
          {row.priority === 'urgent' || row.priority === 'high' ? (
            <>
              <Flame
                className="i s13"
                style={{ color: row.priority === 'urgent' ? 'var(--breach-ink)' : 'var(--risk-ink)' }}
                aria-hidden="true"
              />
              <span className="sr">{row.priority === 'urgent' ? t('Urgent priority') : t('High priority')}</span>
            </>
          ) : null}
          <time className="age" dateTime={row.lastAt}>
            {age(row.lastAt)}
          </time>
        </span>
        <span className="l2">
          <bdi dir="auto" className="sb cut">
            {row.subject || t('No subject')}
          </bdi>
          {row.undelivered ? (
            <span className="mark undelivered">
              <MailX className="i s13" aria-hidden="true" />{' '}
              {row.undelivered === 'maybe' ? t('May not have arrived') : t('Not delivered')}
            </span>
          ) : row.scheduledAt ? (
            <span className={`mark${row.held ? ' held' : ''}`}>
              {row.held ? <CirclePause className="i s13" /> : <CalendarClock className="i s13" />}
              {row.held ? t('Held') : <span className="sr">{t('An answer leaves')} </span>}
              {row.held ? '' : due(row.scheduledAt)}
            </span>
          ) : row.status === 'snoozed' && row.snoozedUntil ? (
            <span className="mark">
              <Moon className="i s13" /> {due(row.snoozedUntil)}
            </span>
          ) : row.channel === 'chat' && row.status === 'open' && row.waitingSince ? (
            <span className="mark held">
              <Hourglass className="i s13" aria-hidden="true" />
              <span className="sr">{t('Waiting for us')} </span>
              {age(row.waitingSince)}
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
            {row.lastFrom === 'team' ? <Reply className="i s13 flip" aria-label={t('We wrote last')} /> : null}
            {row.drafts.length > 0 ? (
              <span className="drafted">
                {row.drafts.includes(me) ? t('Draft') : t('{name} has a draft', { name: person(row.drafts[0] ?? '') })}
              </span>
            ) : null}
            <bdi dir="auto" className="cut">
              {row.snippet}
            </bdi>
            <span className="avs">
              {assignee ? <Avatar name={assignee.name} id={assignee.id} team size={16} label={assignee.name} /> : null}
              <Faces id={row.id} />
            </span>
          </span>
        )}
      </span>
    </a>
  );
});
