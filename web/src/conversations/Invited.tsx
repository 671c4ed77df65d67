import type { CalendarInvitation } from '@hearten/contract';
import { Calendar, CalendarPlus, CalendarX, Check, CircleHelp, MapPin, Repeat, UserRound, X } from 'lucide-react';
import { span } from '../ui/time.ts';

const states: Record<CalendarInvitation['state'], string> = {
  invited: 'Invitation',
  updated: 'Invitation, updated',
  cancelled: 'Cancelled',
  answered: 'Answer to an invitation',
  proposed: 'Another time is proposed',
  event: 'Calendar entry',
};
const answers = {
  accepted: { icon: Check, label: 'accepted' },
  declined: { icon: X, label: 'declined' },
  tentative: { icon: CircleHelp, label: 'perhaps' },
};
const shown = 6;
const nameOf = (a: { name: string; address: string }) => a.name || a.address;

/** An invitation, in the reader's own time zone. Nothing answers it by itself; the file is there to be added to a calendar. */
export const Invited = ({ id, invitation: it }: { id: string; invitation: CalendarInvitation }) => {
  const off = it.state === 'cancelled';
  const title = it.title || 'No title';
  return (
    <section className={`invited${off ? ' off' : ''}`} aria-label={`${states[it.state]}: ${title}`}>
      <header>
        {off ? <CalendarX className="i" aria-hidden="true" /> : <Calendar className="i" aria-hidden="true" />}
        <span className="xs strong">{states[it.state]}</span>
      </header>
      <h3>
        <bdi dir="auto">{title}</bdi>
      </h3>
      <p className="when">
        <time dateTime={it.start}>{span(it.start, it.end, it.allDay)}</time>
        {it.zone === null && !it.allDay ? (
          <span className="ink3"> · as written; the invitation does not say in which time zone</span>
        ) : null}
        {it.zone !== null && it.zone !== 'UTC' && !it.allDay ? (
          <span className="ink3">
            {' '}
            · your time; written for <bdi>{it.zone.replace(/^.*\//, '').replaceAll('_', ' ')}</bdi>
          </span>
        ) : null}
      </p>
      <dl>
        {it.repeats ? (
          <div>
            <dt>
              <Repeat className="i s13" aria-hidden="true" />
              <span className="sr">Repeats</span>
            </dt>
            <dd>{it.repeats}</dd>
          </div>
        ) : null}
        {it.place ? (
          <div>
            <dt>
              <MapPin className="i s13" aria-hidden="true" />
              <span className="sr">Place</span>
            </dt>
            <dd>
              <bdi dir="auto">{it.place}</bdi>
            </dd>
          </div>
        ) : null}
        {it.organiser ? (
          <div>
            <dt>
              <UserRound className="i s13" aria-hidden="true" />
              <span className="sr">Organiser</span>
            </dt>
            <dd title={it.organiser.address}>
              <bdi>{nameOf(it.organiser)}</bdi> organises
            </dd>
          </div>
        ) : null}
      </dl>
      {it.attendees.length > 0 ? (
        <ul className="guests" aria-label="Invited">
          {it.attendees.slice(0, shown).map((a, n) => {
            const answer = a.answer ? answers[a.answer] : null;
            return (
              <li key={n} className="chip line" title={a.address}>
                {answer ? <answer.icon className="i s13" aria-label={answer.label} /> : null}
                <bdi className="cut">{nameOf(a)}</bdi>
              </li>
            );
          })}
          {it.attendees.length > shown ? <li className="xs ink3">and {it.attendees.length - shown} more</li> : null}
        </ul>
      ) : null}
      {it.others > 0 ? (
        <p className="xs ink3">The file holds {it.others === 1 ? 'one more event' : `${it.others} more events`}.</p>
      ) : null}
      {it.part >= 0 ? (
        <footer>
          <a className="btn sm" href={`/files/messages/${id}/${it.part}`} download={`${fileName(title)}.ics`}>
            <CalendarPlus className="i s14" />
            {off ? 'Take from my calendar' : 'Add to my calendar'}
          </a>
          <span className="xs ink3">Nobody is answered by this.</span>
        </footer>
      ) : null}
    </section>
  );
};

const fileName = (title: string) =>
  title
    .replace(/[^\p{L}\p{N} _-]+/gu, ' ')
    .trim()
    .slice(0, 80) || 'Invitation';
