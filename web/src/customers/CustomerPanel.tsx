import type { Customer, Opened } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import { Ban, CalendarOff, Mail, Phone } from 'lucide-react';
import { statusOf } from '../conversations/views.ts';
import { Avatar } from '../ui/kit.tsx';
import { firstName } from '../ui/names.ts';
import { age, date, languageName, onDay, there } from '../ui/time.ts';

export const Facts = ({ customer }: { customer: Customer }) => (
  <dl className="det">
    {customer.handles.map((h) => (
      <div key={h.kind + h.value}>
        <dt className="row">
          {h.kind === 'phone' ? (
            <Phone className="i s13" aria-hidden="true" />
          ) : (
            <Mail className="i s13" aria-hidden="true" />
          )}
          {h.kind === 'email' ? 'E-mail' : h.kind}
        </dt>
        <dd>
          <bdi dir="ltr">{h.value}</bdi>
        </dd>
      </div>
    ))}
    {customer.company ? (
      <div>
        <dt>Company</dt>
        <dd>
          <bdi>{customer.company.name || customer.company.domain}</bdi>
        </dd>
      </div>
    ) : null}
    {customer.language ? (
      <div>
        <dt>Language</dt>
        <dd>{languageName(customer.language)}</dd>
      </div>
    ) : null}
    {customer.timeZone ? (
      <div>
        <dt>Time there</dt>
        <dd>
          {there(customer.timeZone)} · {customer.timeZone.replace(/^.*\//, '').replaceAll('_', ' ')}
        </dd>
      </div>
    ) : null}
    <div>
      <dt>Since</dt>
      <dd>{date(customer.createdAt)}</dd>
    </div>
  </dl>
);

/** Who one is talking to, beside the conversation. */
export const CustomerPanel = ({ opened, bare = false }: { opened: Opened; bare?: boolean }) => {
  const { customer, others, participants, conversation: row } = opened;
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
              {customer.timeZone ? ` · ${there(customer.timeZone)} there` : ''}
            </div>
          </div>
        </div>
        {customer.blocked ? (
          <div className="said" style={{ marginBlockStart: 12 }}>
            <Ban className="i" />
            Blocked: new mail goes to spam.
          </div>
        ) : null}
        {customer.awayUntil && Date.parse(customer.awayUntil) > Date.now() ? (
          <div className="said info" style={{ marginBlockStart: 12 }}>
            <CalendarOff className="i" aria-hidden="true" />
            Away until {onDay(customer.awayUntil)}, says {firstName(name)}’s automatic answer.
          </div>
        ) : null}
      </section>
      <section>
        <h3>About</h3>
        <Facts customer={customer} />
      </section>
      {also.length > 0 ? (
        <section>
          <h3>Also in this conversation</h3>
          {also.map((p) => (
            <div className="past" key={p.address} title={p.address}>
              <Avatar name={p.name || p.address} id={p.address} size={20} />
              <bdi className="cut">{p.name || p.address}</bdi>
            </div>
          ))}
        </section>
      ) : null}
      <section>
        <h3>
          Other conversations
          {others.length > 0 ? (
            <Link className="link" to="/inbox/$view" params={{ view: 'all' }} search={{ customer: customer.id }}>
              all
            </Link>
          ) : null}
        </h3>
        {others.length === 0 ? <p className="ink3 xs">This is the first one.</p> : null}
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
                {o.subject || 'No subject'}
              </bdi>
              <span className="xs ink3">{age(o.lastAt)}</span>
            </Link>
          );
        })}
      </section>
    </>
  );
  return bare ? (
    inside
  ) : (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <aside className="pane who" aria-label="Customer" tabIndex={0}>
      {inside}
    </aside>
  );
};
