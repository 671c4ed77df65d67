import type { Opened } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Ban, CalendarOff, Link2, ListTree } from 'lucide-react';
import { statusOf } from '../conversations/views.ts';
import { visitorQuery } from '../conversations/visitor-seen.ts';
import { t } from '../language/index.ts';
import { Avatar } from '../ui/kit.tsx';
import { firstName } from '../ui/names.ts';
import { age, onDay, there } from '../ui/time.ts';
import { About } from './About.tsx';
import { Duplicates } from './Duplicates.tsx';
import { Handles } from './Handles.tsx';
import { Notes } from './Notes.tsx';
import { VisitorFacts, Visits } from './Visits.tsx';

/** Who one is talking to, beside the conversation. */
export const CustomerPanel = ({ opened, bare = false }: { opened: Opened; bare?: boolean }) => {
  const { customer, participants, conversation: row } = opened;
  const name = customer.name || row.customer.address;
  const also = participants.filter(
    (p) => !customer.handles.some((h) => h.value.toLowerCase() === p.address.toLowerCase()),
  );
  const inside = (
    <>
      <section>
        <div className="row" style={{ gap: 12 }}>
          <Avatar name={name} id={customer.id} size={48} />
          <div className="grow">
            <h2 className="cut" style={{ fontSize: 'var(--t-lg)' }}>
              <Link to="/customers/$id" params={{ id: customer.id }}>
                <bdi dir="auto">{name}</bdi>
              </Link>
            </h2>
            <div className="xs ink2 cut">
              <bdi>{customer.company?.name || row.customer.address}</bdi>
              {customer.timeZone ? ` · ${t('{time} there', { time: there(customer.timeZone) })}` : ''}
            </div>
          </div>
        </div>
        {customer.blocked ? (
          <div className="said" style={{ marginBlockStart: 12 }}>
            <Ban className="i" />
            {t('Blocked: new mail goes to spam.')}
          </div>
        ) : null}
        {customer.awayUntil && Date.parse(customer.awayUntil) > Date.now() ? (
          <div className="said info" style={{ marginBlockStart: 12 }}>
            <CalendarOff className="i" aria-hidden="true" />
            {t('Away until {day}, says {name}’s automatic answer.', {
              day: onDay(customer.awayUntil),
              name: firstName(name),
            })}
          </div>
        ) : null}
        <Duplicates customer={customer} />
      </section>
      <Visiting row={row} />
      <Notes key={customer.id} customer={customer} />
      <section>
        <h3>{t('About')}</h3>
        <Handles key={customer.id} customer={customer} />
        <About key={`about ${customer.id}`} customer={customer} />
      </section>
      {also.length > 0 ? (
        <section>
          <h3>{t('Also in this conversation')}</h3>
          {also.map((p) => (
            <div className="past" key={p.address} title={p.address}>
              <Avatar name={p.name || p.address} id={p.address} size={20} />
              <bdi className="cut">{p.name || p.address}</bdi>
            </div>
          ))}
        </section>
      ) : null}
      <Linked opened={opened} />
      <Others opened={opened} />
      <Visits key={`visits ${customer.id}`} id={customer.id} />
    </>
  );
  return bare ? (
    inside
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <aside className="pane who" aria-label={t('Customer')} tabIndex={0}>
      {inside}
    </aside>
  );
};

/** Of a chat: where the visitor is. */
const Visiting = ({ row }: { row: Opened['conversation'] }) => {
  const { data: visitor } = useQuery({ ...visitorQuery(row.id), enabled: row.channel === 'chat' });
  return row.channel === 'chat' && visitor ? <VisitorFacts visitor={visitor} /> : null;
};

/** What stands beside this conversation, whoever wrote it: parent, children, what was linked by hand or followed. */
const Linked = ({ opened: { parent, children, links } }: { opened: Opened }) => {
  const all = [
    ...(parent ? [{ ...parent, Icon: ListTree }] : []),
    ...children.map((row) => ({ ...row, Icon: ListTree })),
    ...links.filter((l) => l.why !== 'maybe' && l.why !== 'maybe_from').map((l) => ({ ...l, Icon: Link2 })),
  ].filter((one, n, some) => some.findIndex((other) => other.id === one.id) === n);
  if (all.length === 0) return null;
  return (
    <section>
      <h3>{t('What has to do with it')}</h3>
      {all.map(({ id, number, subject, Icon }) => (
        <Link className="past" key={id} to="/c/$number" params={{ number: String(number) }} title={`#${number}`}>
          <Icon className="i s14 ink3" aria-hidden="true" />
          <bdi className="grow cut" dir="auto">
            {subject || t('No subject')}
          </bdi>
          <span className="xs ink3">#{number}</span>
        </Link>
      ))}
    </section>
  );
};

/** The customer's last conversations besides this one. */
const Others = ({ opened: { customer, others } }: { opened: Opened }) => (
  <section>
    <h3>
      {t('Other conversations')}
      {others.length > 0 ? (
        <Link className="link" to="/inbox/$view" params={{ view: 'all' }} search={{ customer: customer.id }}>
          {t('all')}
        </Link>
      ) : null}
    </h3>
    {others.length === 0 ? <p className="ink3 xs">{t('This is the first one.')}</p> : null}
    {others.map((o) => {
      const status = statusOf(o);
      return (
        <Link
          className="past"
          key={o.id}
          to="/inbox/$view/$number"
          params={{ view: 'all', number: String(o.number) }}
          title={`#${o.number}, ${status.label}`}
        >
          <status.icon className="i s14 ink3" aria-label={status.label} />
          <bdi className="grow cut" dir="auto">
            {o.subject || t('No subject')}
          </bdi>
          <span className="xs ink3">{age(o.lastAt)}</span>
        </Link>
      );
    })}
  </section>
);
