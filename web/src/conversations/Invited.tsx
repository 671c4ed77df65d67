import type { CalendarInvitation } from '@hearten/contract';
import { Calendar, CalendarPlus, CalendarX, Check, CircleHelp, MapPin, Repeat, UserRound, X } from 'lucide-react';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { span } from '../ui/time.ts';

const states: Record<CalendarInvitation['state'], string> = {
  invited: t('Invitation'),
  updated: t('Invitation, updated'),
  cancelled: t('Cancelled'),
  answered: t('Answer to an invitation'),
  proposed: t('Another time is proposed'),
  event: t('Calendar entry'),
};
const answers = {
  accepted: { icon: Check, label: t('accepted') },
  declined: { icon: X, label: t('declined') },
  tentative: { icon: CircleHelp, label: t('perhaps') },
};
const shown = 6;
const nameOf = (a: { name: string; address: string }) => a.name || a.address;

/** An invitation, in the reader's own time zone. Nothing answers it by itself; the file is there to be added to a calendar. */
export const Invited = ({ id, invitation: it }: { id: string; invitation: CalendarInvitation }) => {
  const off = it.state === 'cancelled';
  const title = it.title || t('No title');
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
          <span className="ink3"> · {t('as written; the invitation does not say in which time zone')}</span>
        ) : null}
        {it.zone !== null && it.zone !== 'UTC' && !it.allDay ? (
          <span className="ink3">
            {' · '}
            <Said
              id="your time; written for <0>{zone}</0>"
              values={{ zone: it.zone.replace(/^.*\//, '').replaceAll('_', ' ') }}
              components={[<bdi key="0" />]}
            />
          </span>
        ) : null}
      </p>
      <dl>
        {it.repeats ? (
          <div>
            <dt>
              <Repeat className="i s13" aria-hidden="true" />
              <span className="sr">{t('Repeats')}</span>
            </dt>
            <dd>{it.repeats}</dd>
          </div>
        ) : null}
        {it.place ? (
          <div>
            <dt>
              <MapPin className="i s13" aria-hidden="true" />
              <span className="sr">{t('Place')}</span>
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
              <span className="sr">{t('Organiser')}</span>
            </dt>
            <dd title={it.organiser.address}>
              <Said
                id="<0>{nameOf}</0> organises"
                values={{ nameOf: nameOf(it.organiser) }}
                components={[<bdi key="0" />]}
              />
            </dd>
          </div>
        ) : null}
      </dl>
      {it.attendees.length > 0 ? (
        <ul className="guests" aria-label={t('Invited')}>
          {it.attendees.slice(0, shown).map((a, n) => {
            const answer = a.answer ? answers[a.answer] : null;
            return (
              <li key={n} className="chip line" title={a.address}>
                {answer ? <answer.icon className="i s13" aria-label={answer.label} /> : null}
                <bdi className="cut">{nameOf(a)}</bdi>
              </li>
            );
          })}
          {it.attendees.length > shown ? (
            <li className="xs ink3">{t('and {count} more', { count: it.attendees.length - shown })}</li>
          ) : null}
        </ul>
      ) : null}
      {it.others > 0 ? (
        <p className="xs ink3">
          {t('{others, plural, one {The file holds one more event.} other {The file holds # more events.}}', {
            others: it.others,
          })}
        </p>
      ) : null}
      {it.part >= 0 ? (
        <footer>
          <a className="btn sm" href={`/files/messages/${id}/${it.part}`} download={`${fileName(title)}.ics`}>
            <CalendarPlus className="i s14" />
            {off ? t('Take from my calendar') : t('Add to my calendar')}
          </a>
          <span className="xs ink3">{t('Nobody is answered by this.')}</span>
        </footer>
      ) : null}
    </section>
  );
};

const fileName = (title: string) =>
  title
    .replace(/[^\p{L}\p{N} _-]+/gu, ' ')
    .trim()
    .slice(0, 80) || t('Invitation');
