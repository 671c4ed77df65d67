import type { Customer, Opened, Person, Message as Said } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import {
  Bot,
  Download,
  Ellipsis,
  FileText,
  Forward as ForwardIcon,
  Image as ImageIcon,
  Lock,
  Split,
  Users,
  UsersRound,
} from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { api } from '../api.ts';
import { Menu, Item as MenuItem } from '../ui/float.tsx';
import { Avatar, Soon } from '../ui/kit.tsx';

import { firstName, listed } from '../ui/names.ts';
import { bytes, full, said as when } from '../ui/time.ts';
import { useActions } from './act.ts';
import { Delivery } from './Delivery.tsx';
import { startAside, startForward } from './forwarding.ts';
import { Invited } from './Invited.tsx';
import { MailFrame } from './MailFrame.tsx';
import { ProofBadge, ProofNotes } from './ProofBadge.tsx';
import { Sealed } from './Sealed.tsx';
import { firstLine, leadsTo, pieces } from './text.ts';

export const Prose = ({
  text,
  className = 'prose',
  team,
}: {
  text: string;
  className?: string;
  team?: readonly string[];
}) => (
  <div className={className} dir="auto">
    {pieces(text).map((p, n): ReactNode => {
      if (p.href)
        return (
          <a key={n} href={p.href} title={leadsTo(p.href)} target="_blank" rel="noopener noreferrer nofollow">
            {p.text}
          </a>
        );
      if (!team) return p.text;
      // Names of the team stand out in a note: they are being asked something.
      return p.text.split(/(@\p{L}[\p{L}\p{M}'-]*)/u).map((t, m) =>
        t.startsWith('@') && team.some((name) => name.toLowerCase().split(/\s+/)[0] === t.slice(1).toLowerCase()) ? (
          <span className="mention" key={`${n}-${m}`}>
            {t}
          </span>
        ) : (
          t
        ),
      );
    })}
  </div>
);

/** Mail programs often send an invitation without a name for it. */
const fileName = (f: Said['attachments'][number]): string =>
  f.filename || (f.contentType.startsWith('text/calendar') ? 'Invitation.ics' : `No name (${f.contentType})`);

const Files = ({ id, files }: { id: string; files: Said['attachments'] }) =>
  files.length === 0 ? null : (
    <div className="files">
      {files.map((f) => (
        <a
          key={f.part}
          className="file"
          href={`/files/messages/${id}/${f.part}`}
          download={fileName(f)}
          title={`${fileName(f)}, ${bytes(f.size)}`}
        >
          {f.contentType.startsWith('image/') ? (
            <ImageIcon className="i s14 ink3" />
          ) : (
            <FileText className="i s14 ink3" />
          )}
          <bdi className="cut">{fileName(f)}</bdi>
          <bdi className="ink3 num">{bytes(f.size)}</bdi>
          <Download className="i s13 ink3" aria-label="Download" />
        </a>
      ))}
    </div>
  );

const Quote = ({ id }: { id: string }) => {
  const [open, setOpen] = useState(false);
  const { data, isError, isPending } = useQuery({
    queryKey: ['quote', id],
    queryFn: () => api('GET /messages/:id/quote', { params: { id } }),
    enabled: open,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <button
        type="button"
        className="dots"
        aria-expanded={open}
        aria-label={open ? 'Fold the quoted part' : 'Show the quoted part'}
        title="Quoted part and signature"
        onClick={() => setOpen(!open)}
      >
        <Ellipsis className="i s14" />
      </button>
      {open && data ? <Prose text={data.text} className="prose quoted" /> : null}
      {open && isPending ? <Soon>Fetching …</Soon> : null}
      {open && isError ? <span className="xs ink3">The quoted part could not be fetched.</span> : null}
    </>
  );
};

type Props = { message: Said; people: Map<string, Person>; customer: Customer };
const author = ({ message, people, customer }: Props) => {
  if (message.type === 'in') {
    // Mail often comes without a name; ours for the customer is better than a bare address.
    const name = message.from?.name || (message.customerId === customer.id && customer.name) || message.from?.address;
    return { name: name || 'Someone', id: message.customerId ?? message.from?.address ?? '', team: false };
  }
  const person = message.authorId ? people.get(message.authorId) : undefined;
  const name = person?.name ?? (message.automatic ? 'Hearten' : message.from?.name || 'Someone who left');
  return { name, id: message.authorId ?? 'hearten', team: true };
};

/** A message that is folded to one line. */
export const Folded = (props: Props & { open: () => void }) => {
  const { name, id, team } = author(props);
  return (
    <button
      type="button"
      className={`folded${props.message.type === 'note' ? ' noted' : ''}`}
      onClick={props.open}
      aria-expanded="false"
    >
      {props.message.type === 'note' ? (
        <Lock className="i s13" aria-label="Note, only your team" />
      ) : (
        <Avatar name={name} id={id} team={team} size={18} />
      )}
      <bdi className="medium">{name}</bdi>
      <bdi className="grow cut ink3" dir="auto">
        {firstLine(props.message.text) || props.message.subject}
      </bdi>
      <time className="ink3">{when(props.message.at)}</time>
    </button>
  );
};

/** Said beside the customer: by whom, and the way to go on with them. */
const Aside = ({ message, conversationId, may }: { message: Said; conversationId: string; may: boolean }) => {
  const to = message.from;
  return (
    <div className="under">
      <span className="chip noted">
        <UsersRound className="i s13" />
        {message.type === 'out' ? 'The customer does not see this' : 'Not from the customer, and not seen by them'}
      </span>
      {to && may && message.type === 'in' ? (
        <button type="button" className="btn link" onClick={() => startAside(conversationId, to)}>
          Answer {firstName(to.name || to.address)}
        </button>
      ) : null}
    </div>
  );
};

export const Message = (props: Props & { opened?: Opened | undefined; may?: boolean }) => {
  const { message, opened, may = false } = props;
  const act = useActions();
  const { name, id, team } = author(props);
  const files = message.attachments.filter(
    (a) => (!a.inline || !message.hasHtml) && a.part !== message.parsed?.invitation?.part,
  );
  const [designed, setDesigned] = useState(
    message.hasHtml && (message.text.trim() === '' || message.attachments.some((a) => a.inline)),
  );
  const names = [...props.people.values()].map((p) => p.name);
  if (message.type === 'note')
    return (
      <article className="note" aria-label={`Note by ${name}, only your team`} data-item={message.id} tabIndex={-1}>
        <header>
          <Avatar name={name} id={id} team />
          <bdi className="strong">{name}</bdi>
          <span className="only">
            <Lock className="i s13" />
            Only your team
          </span>
          <time className="xs" style={{ color: 'var(--note-ink)' }} dateTime={message.at} title={full(message.at)}>
            {when(message.at)}
          </time>
        </header>
        <Prose text={message.text} team={names} />
        <Files id={message.id} files={message.attachments} />
      </article>
    );
  const ours = message.type === 'out';
  const others = [...message.to, ...message.cc].map((a) => a.name || a.address);
  return (
    <article
      className={`msg ${ours ? 'ours' : 'theirs'}${message.aside ? ' is-aside' : ''}${message.plan ? ' is-planned' : ''}`}
      aria-label={`${message.kind === 'forward' ? 'Forward' : ours ? 'Reply' : 'Message'} from ${name}`}
      data-item={message.id}
      tabIndex={-1}
    >
      <header>
        <Avatar name={name} id={id} team={team} />
        <bdi className="strong cut">{name}</bdi>
        <span
          className="xs ink2 cut wide-only"
          title={[...message.to, ...message.cc, ...message.bcc].map((a) => a.address).join(', ')}
        >
          {ours ? (
            <>
              {message.kind === 'forward' && message.hasQuote ? 'forwarded to' : 'to'}{' '}
              <bdi>{listed(others.map(firstName))}</bdi>
            </>
          ) : (
            <bdi>{message.from?.name ? message.from.address : ''}</bdi>
          )}
          {message.bcc.length > 0 ? ` · bcc ${message.bcc.length}` : ''}
        </span>
        {message.type === 'in' ? <ProofBadge message={message} /> : null}
        {message.automatic ? (
          <span className="chip" title="Written by a machine; nothing answers it automatically">
            <Bot className="i s13" /> automatic
          </span>
        ) : null}
        {message.sameId ? (
          <span
            className="chip"
            title="Another mail had this Message-ID before, with other words. Both are kept; this may be a program that gives the same id to all its mail."
          >
            id used twice
          </span>
        ) : null}
        {message.parsed?.list !== undefined ? (
          <span className="chip" title={`It came over a mailing list: ${message.parsed.list || 'unnamed'}`}>
            <Users className="i s13" /> list
          </span>
        ) : null}
        {may && opened && message.plan === null ? (
          <Menu
            align="end"
            trigger={
              <button
                type="button"
                className="btn quiet icon sm pass"
                aria-label={`What can be done with this message from ${name}`}
                title="Forward, split"
              >
                <Ellipsis className="i s14" />
              </button>
            }
          >
            <MenuItem icon={ForwardIcon} keys="forward" run={() => startForward(opened.conversation.id, message.id)}>
              Forward
            </MenuItem>
            {opened.conversation.mergedInto === null ? (
              <>
                <MenuItem icon={Split} keys="split" run={() => void act.split(message.id, false)}>
                  Split here: from this message on
                </MenuItem>
                <MenuItem icon={Split} keys="splitOff" run={() => void act.split(message.id, true)}>
                  Split off this message alone
                </MenuItem>
              </>
            ) : null}
          </Menu>
        ) : null}
        <time className="tm" dateTime={message.at} title={full(message.at)}>
          {when(message.at)}
        </time>
      </header>
      {message.type === 'in' ? <ProofNotes message={message} opened={opened} may={may} /> : null}
      {message.forwarded ? (
        <div className="under">
          <span>
            Forwarded to the inbox by <bdi>{message.forwarded.by.name || message.forwarded.by.address}</bdi>; answers go
            to <bdi>{message.from?.address}</bdi>
          </span>
          {may ? (
            <button type="button" className="btn link" onClick={() => void act.notForwarded(message.id)}>
              It is from <bdi>{firstName(message.forwarded.by.name || message.forwarded.by.address)}</bdi>
            </button>
          ) : null}
        </div>
      ) : null}
      {message.parsed?.security ? (
        <Sealed id={message.id} security={message.parsed.security} from={message.from?.address ?? ''} />
      ) : null}
      {message.parsed?.invitation ? <Invited id={message.id} invitation={message.parsed.invitation} /> : null}
      {message.parsed?.invitation?.note && message.text.trim() === '' ? (
        <Prose text={message.parsed.invitation.note} />
      ) : null}
      {message.aside && opened ? <Aside message={message} conversationId={opened.conversation.id} may={may} /> : null}
      {designed ? (
        <MailFrame
          id={message.id}
          title={`Mail from ${name}`}
          from={ours ? '' : (message.from?.address ?? '')}
          proven={!/^(failed|unverified)$/.test(message.authentication?.verdict ?? '')}
        />
      ) : (
        <Prose text={message.text} />
      )}
      {!designed && message.hasQuote ? (
        <div className="under">
          <Quote id={message.id} />
        </div>
      ) : null}
      <Files id={message.id} files={files} />
      {message.hasHtml ? (
        <div className="under">
          <button type="button" className="btn link" onClick={() => setDesigned(!designed)}>
            {designed ? 'Show as text' : 'Show as designed'}
          </button>
          {ours ? null : (
            <a className="link" href={`/files/messages/${message.id}/raw`} download>
              Raw mail
            </a>
          )}
        </div>
      ) : null}
      {ours ? <Delivery message={message} opened={opened} /> : null}
    </article>
  );
};
