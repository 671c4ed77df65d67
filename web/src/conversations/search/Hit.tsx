import type { Customer, Hit as Found } from '@hearten/contract';
import { Link } from '@tanstack/react-router';
import { Lock, Reply } from 'lucide-react';
import { t } from '../../language/index.ts';
import { Avatar } from '../../ui/kit.tsx';
import { age, said as when } from '../../ui/time.ts';
import { channelIcon } from '../channels.ts';
import { marked } from '../text.ts';
import { statusOf } from '../views.ts';

const Marked = ({ text, className = 'excerpt' }: { text: string; className?: string }) => (
  <bdi dir="auto" className={className}>
    {marked(text).map((p, n) => (p.hit ? <mark key={n}>{p.text}</mark> : p.text))}
  </bdi>
);

/** A conversation that was found: what it is, and the words or the reason why it is here. It opens at the message. */
export const Hit = ({ hit, opened }: { hit: Found; opened: () => void }) => {
  const { conversation: row, said } = hit;
  const status = statusOf(row);
  const Icon = said?.type === 'note' ? Lock : said?.type === 'out' ? Reply : channelIcon(row.channel);
  return (
    <Link
      to="/inbox/$view/$number"
      params={{ view: row.folder === 'inbox' ? 'all' : row.folder, number: String(row.number) }}
      {...(hit.messageId ? { hash: hit.messageId } : {})}
      className="hit"
      onClick={opened}
    >
      <span className="row">
        <Marked text={hit.subject || t('No subject')} className="medium cut" />
        <bdi className={`${hit.where === 'number' ? 'found ' : 'ink3 '}xs`} dir="ltr">
          #{row.number}
        </bdi>
        <span className={`chip ${status.tone}`}>{status.label}</span>
        <time className="age end" dateTime={row.lastAt}>
          {age(row.lastAt)}
        </time>
      </span>
      <span className="row xs ink2 reason">
        <bdi className="medium">{row.customer.name || row.customer.address}</bdi>
        {said ? (
          <>
            <Icon className="i s13 ink3" aria-hidden="true" />
            <span className="ink3 cut">
              {said.type === 'in' && said.name === row.customer.name
                ? when(said.at)
                : said.type === 'note'
                  ? t('Note by {name}, {time}', { name: said.name, time: when(said.at) })
                  : hit.where === 'sender'
                    ? t('Sent by {name}, {time}', { name: said.name, time: when(said.at) })
                    : t('{name} wrote, {time}', { name: said.name, time: when(said.at) })}
            </span>
          </>
        ) : null}
      </span>
      {hit.excerpt ? <Marked text={hit.excerpt} /> : null}
    </Link>
  );
};

export const Person = ({ customer: c, opened }: { customer: Customer; opened: () => void }) => (
  <Link to="/customers/$id" params={{ id: c.id }} className="hit" onClick={opened}>
    <span className="row">
      <Avatar name={c.name || (c.handles[0]?.value ?? '')} id={c.id} />
      <bdi className="medium cut">{c.name || c.handles[0]?.value}</bdi>
      <bdi className="ink3 xs cut">{c.handles.map((h) => h.value).join(', ')}</bdi>
      {c.company ? <bdi className="ink3 xs cut end wide-only">{c.company.name}</bdi> : null}
    </span>
  </Link>
);
