import type { Customer, Message as Item, Opened, Person } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import {
  Bot,
  Ellipsis,
  Forward as ForwardIcon,
  Images,
  Link as LinkIcon,
  Lock,
  Split,
  Users,
  UsersRound,
} from 'lucide-react';
import { type ReactNode, useMemo, useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Menu, Item as MenuItem } from '../ui/float.tsx';
import { Avatar, Soon } from '../ui/kit.tsx';

import { firstName, listed } from '../ui/names.ts';
import { full, said as when } from '../ui/time.ts';
import { useActions } from './act.ts';
import { ByForm } from './ByForm.tsx';
import { openBond } from './bond.ts';
import { Rich } from './compose/Rich.tsx';
import { Delivery } from './Delivery.tsx';
import { Files } from './Files.tsx';
import { startAside, startForward } from './forwarding.ts';
import { Invited } from './Invited.tsx';
import { copyLink } from './linked.ts';
import { MailFrame } from './MailFrame.tsx';
import { ProofBadge, ProofNotes } from './ProofBadge.tsx';
import { Sealed } from './Sealed.tsx';
import { firstLine, leadsTo, mentioned, pieces } from './text.ts';
import { kindOf, viewMessage } from './viewing.ts';

/** Words with their addresses as links, and in a note the names of the team. */
const drawWords = (text: string, team?: readonly string[]): ReactNode[] =>
  pieces(text).map((p, n): ReactNode => {
    if (p.href)
      return (
        <a key={n} href={p.href} title={leadsTo(p.href)} target="_blank" rel="noopener noreferrer nofollow">
          {p.text}
        </a>
      );
    if (!team) return p.text;
    // Names of the team stand out in a note: they are being asked something.
    return mentioned(p.text, team).map((one, m) =>
      one.named ? (
        <span className="mention" key={`${n}-${m}`}>
          {one.text}
        </span>
      ) : (
        one.text
      ),
    );
  });

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
    {drawWords(text, team)}
  </div>
);

/** What a message says; one of ours with its formatting and the pictures that stand in it. */
export const Words = ({
  message,
  team,
  pictures = true,
}: {
  message: Item;
  team?: readonly string[];
  pictures?: boolean;
}) => {
  const { id, attachments, html } = message;
  const named = team?.join('\n');
  const how = useMemo(
    () => ({
      picture: (cid: string): string | null => {
        const part = pictures ? attachments.find((file) => file.contentId === cid)?.part : undefined;
        return part === undefined ? null : `/files/messages/${id}/${part}?inline=1`;
      },
      words: (text: string) => drawWords(text, named?.split('\n')),
    }),
    [id, attachments, named, pictures],
  );
  return html === null ? (
    <Prose text={message.text} {...(team ? { team } : {})} />
  ) : (
    <Rich html={html} className="prose rich" {...how} />
  );
};

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
        aria-label={open ? t('Fold the quoted part') : t('Show the quoted part')}
        title={t('Quoted part and signature')}
        onClick={() => setOpen(!open)}
      >
        <Ellipsis className="i s14" />
      </button>
      {open && data ? <Prose text={data.text} className="prose quoted" /> : null}
      {open && isPending ? <Soon>{t('Fetching …')}</Soon> : null}
      {open && isError ? <span className="xs ink3">{t('The quoted part could not be fetched.')}</span> : null}
    </>
  );
};

type Props = { message: Item; people: Map<string, Person>; customer: Customer };
const author = ({ message, people, customer }: Props) => {
  if (message.type === 'in') {
    // Mail often comes without a name; ours for the customer is better than a bare address.
    const name = message.from?.name || (message.customerId === customer.id && customer.name) || message.from?.address;
    return { name: name || t('Someone'), id: message.customerId ?? message.from?.address ?? '', team: false };
  }
  const person = message.authorId ? people.get(message.authorId) : undefined;
  const name = person?.name ?? (message.automatic ? 'Hearten' : message.from?.name || t('Someone who left'));
  return { name, id: message.authorId ?? 'hearten', team: true };
};

/** A message that is folded to one line. */
export const Folded = (props: Props & { open: () => void }) => {
  const { name, id, team } = author(props);
  return (
    <button
      type="button"
      className={`folded${props.message.type === 'note' ? ' noted' : ''}`}
      data-folded={props.message.id}
      onClick={props.open}
      aria-expanded="false"
    >
      {props.message.type === 'note' ? (
        <Lock className="i s13" aria-label={t('Note, only your team')} />
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
const Aside = ({ message, conversationId, may }: { message: Item; conversationId: string; may: boolean }) => {
  const to = message.from;
  return (
    <div className="under">
      <span className="chip noted">
        <UsersRound className="i s13" />
        {message.type === 'out'
          ? t('The customer does not see this')
          : t('Not from the customer, and not seen by them')}
      </span>
      {to && may && message.type === 'in' ? (
        <button type="button" className="btn link" onClick={() => startAside(conversationId, to)}>
          {t('Answer {name}', { name: firstName(to.name || to.address) })}
        </button>
      ) : null}
    </div>
  );
};

/** What can be done with one message. Everyone may hand on its address. */
const More = ({ message, opened, may, name }: { message: Item; opened: Opened; may: boolean; name: string }) => {
  const { id } = message;
  const works = may && message.plan === null;
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          className="btn quiet icon sm pass"
          aria-label={t('What can be done with this message from {name}', { name })}
          title={works && message.type !== 'note' ? t('Forward, split, copy the link') : t('Copy the link')}
        >
          <Ellipsis className="i s14" />
        </button>
      }
    >
      {works && message.type !== 'note' ? (
        <MenuItem icon={ForwardIcon} keys="forward" run={() => startForward(opened.conversation.id, id)}>
          {t('Forward')}
        </MenuItem>
      ) : null}
      <MenuItem icon={LinkIcon} keys="copyLink" run={() => void copyLink(id)}>
        {t('Copy the link to this message')}
      </MenuItem>
      {message.attachments.some((f) => kindOf(f) !== 'other') ? (
        <MenuItem icon={Images} run={() => viewMessage(message)}>
          {t('Look at its pictures and files')}
        </MenuItem>
      ) : null}
      {works && message.type !== 'note' && opened.conversation.mergedInto === null ? (
        <>
          <MenuItem
            icon={Split}
            keys="split"
            run={() => openBond({ what: 'split', row: opened.conversation, messageId: id, only: false })}
          >
            {t('Split here: from this message on')}
          </MenuItem>
          <MenuItem
            icon={Split}
            keys="splitOff"
            run={() => openBond({ what: 'split', row: opened.conversation, messageId: id, only: true })}
          >
            {t('Split off this message alone')}
          </MenuItem>
        </>
      ) : null}
    </Menu>
  );
};

export const Message = (props: Props & { opened?: Opened | undefined; may?: boolean }) => {
  const { message, opened, may = false } = props;
  const act = useActions();
  const { name, id, team } = author(props);
  const files = message.attachments.filter(
    (a) => (!a.inline || (!message.hasHtml && message.html === null)) && a.part !== message.parsed?.invitation?.part,
  );
  const [designed, setDesigned] = useState(
    message.hasHtml && (message.text.trim() === '' || message.attachments.some((a) => a.inline)),
  );
  const names = [...props.people.values()].map((p) => p.name);
  if (message.type === 'note')
    return (
      <article
        className="note"
        aria-label={t('Note by {name}, only your team', { name })}
        data-item={message.id}
        tabIndex={-1}
      >
        <header>
          <Avatar name={name} id={id} team />
          <bdi className="strong">{name}</bdi>
          <span className="only">
            <Lock className="i s13" />
            {t('Only your team')}
          </span>
          {opened ? <More message={message} opened={opened} may={may} name={name} /> : null}
          <time className="xs" style={{ color: 'var(--note-ink)' }} dateTime={message.at} title={full(message.at)}>
            {when(message.at)}
          </time>
        </header>
        <Words message={message} team={names} />
        <Files id={message.id} files={files} opened={opened} />
      </article>
    );
  const ours = message.type === 'out';
  const others = [...message.to, ...message.cc].map((a) => a.name || a.address);
  return (
    <article
      className={`msg ${ours ? 'ours' : 'theirs'}${message.aside ? ' is-aside' : ''}${message.plan ? ' is-planned' : ''}`}
      aria-label={
        message.kind === 'forward'
          ? t('Forward from {name}', { name })
          : ours
            ? t('Reply from {name}', { name })
            : t('Message from {name}', { name })
      }
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
            <Said
              id={message.kind === 'forward' && message.hasQuote ? 'forwarded to <0>{names}</0>' : 'to <0>{names}</0>'}
              values={{ names: listed(others.map(firstName)) }}
              components={[<bdi key="0" />]}
            />
          ) : (
            <bdi>{message.from?.name ? message.from.address : ''}</bdi>
          )}
          {message.bcc.length > 0 ? ` · ${t('bcc {count}', { count: message.bcc.length })}` : ''}
        </span>
        {message.type === 'in' ? <ProofBadge message={message} /> : null}
        {message.automatic ? (
          <span className="chip" title={t('Written by a machine; nothing answers it automatically')}>
            <Bot className="i s13" /> {t('automatic')}
          </span>
        ) : null}
        {message.sameId ? (
          <span
            className="chip"
            title={t(
              'Another mail had this Message-ID before, with other words. Both are kept; this may be a program that gives the same id to all its mail.',
            )}
          >
            {t('id used twice')}
          </span>
        ) : null}
        {message.parsed?.list !== undefined ? (
          <span
            className="chip"
            title={t('It came over a mailing list: {list}', { list: message.parsed.list || 'unnamed' })}
          >
            <Users className="i s13" /> {t('list')}
          </span>
        ) : null}
        {opened ? <More message={message} opened={opened} may={may} name={name} /> : null}
        <time className="tm" dateTime={message.at} title={full(message.at)}>
          {when(message.at)}
        </time>
      </header>
      {message.sentFrom ? (
        <div className="under">
          <span>
            <Said
              id="Sent from <0>{address}</0>"
              values={{ address: message.sentFrom.address }}
              components={[<bdi key="0" />]}
            />
          </span>
        </div>
      ) : null}
      {message.parsed?.form ? <ByForm facts={message.parsed.form} /> : null}
      {message.type === 'in' ? <ProofNotes message={message} opened={opened} may={may} /> : null}
      {message.forwarded ? (
        <div className="under">
          <span>
            <Said
              id="Forwarded to the inbox by <0>{name}</0>; answers go to <1>{address}</1>"
              values={{
                name: message.forwarded.by.name || message.forwarded.by.address,
                address: message.from?.address,
              }}
              components={[<bdi key="0" />, <bdi key="1" />]}
            />
          </span>
          {may ? (
            <button type="button" className="btn link" onClick={() => void act.notForwarded(message.id)}>
              <Said
                id="It is from <0>{name}</0>"
                values={{ name: firstName(message.forwarded.by.name || message.forwarded.by.address) }}
                components={[<bdi key="0" />]}
              />
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
          title={t('Mail from {name}', { name })}
          from={ours ? '' : (message.from?.address ?? '')}
          proven={!/^(failed|unverified)$/.test(message.authentication?.verdict ?? '')}
        />
      ) : (
        <Words message={message} />
      )}
      {!designed && message.hasQuote ? (
        <div className="under">
          <Quote id={message.id} />
        </div>
      ) : null}
      <Files id={message.id} files={files} opened={opened} />
      {message.hasHtml ? (
        <div className="under">
          <button type="button" className="btn link" onClick={() => setDesigned(!designed)}>
            {designed ? t('Show as text') : t('Show as designed')}
          </button>
          {ours ? null : (
            <a className="link" href={`/files/messages/${message.id}/raw`} download>
              {t('Raw mail')}
            </a>
          )}
        </div>
      ) : null}
      {ours ? <Delivery message={message} opened={opened} /> : null}
    </article>
  );
};
