import type { Inbox } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, CircleAlert, CircleCheck, CircleDashed, CirclePause, Mail, Plus } from 'lucide-react';
import { inboxesQuery } from '../conversations/data.ts';
import { t } from '../language/index.ts';
import { reasonWords } from '../language/reason.ts';
import { useMay } from '../me.ts';
import { Head } from '../ui/Head.tsx';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { Chats } from './Chats.tsx';
import { CameBack } from './SignIn.tsx';

const states = {
  new: { icon: CircleDashed, tone: '', label: t('New') },
  working: { icon: CircleCheck, tone: 'ok', label: t('Working') },
  trouble: { icon: CircleAlert, tone: 'breach', label: t('Trouble') },
  paused: { icon: CirclePause, tone: '', label: t('Paused') },
} as const;
export const InboxState = ({ inbox }: { inbox: Inbox }) => {
  const { icon: Icon, tone, label } = states[inbox.enabled ? inbox.state.state : 'paused'];
  return (
    <span className={`chip ${tone}`}>
      <Icon className="i s13" />
      {label}
    </span>
  );
};

export const Inboxes = () => {
  useTitle(t('Inboxes'));
  const may = useMay()('inbox.write');
  const query = useQuery({ ...inboxesQuery, select: (all: Inbox[]) => all.filter((one) => one.channel === 'email') });
  const add = (
    <Link className="btn primary" to="/settings/inboxes/new">
      <Plus className="i" /> {t('Connect a mailbox')}
    </Link>
  );
  return (
    <>
      <Head
        title={t('Inboxes')}
        lead={t('The addresses customers write to.')}
        help={t(
          'An inbox is an address that customers write to: a mailbox that Hearten reads and sends from, or an address whose mail is delivered to it. What is in the mailbox stays there. Each inbox says here how it is doing.',
        )}
        action={may && query.data && query.data.length > 0 ? add : null}
      />
      <CameBack />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title={t('No mailbox yet')} sun action={may ? add : undefined}>
          {t('Hearten reads it over IMAP and answers over SMTP. Nothing in it is moved or deleted.')}
        </Empty>
      ) : null}
      {query.data && query.data.length > 0 ? (
        <div className="card rowsof">
          {query.data.map((i) => (
            <Link key={i.id} to="/settings/inboxes/$id" params={{ id: i.id }}>
              <Mail className="i ink3" />
              <span className="grow">
                <span className="row">
                  <bdi className="strong cut">{i.name}</bdi>
                  <InboxState inbox={i} />
                </span>
                <span className="xs ink2 wrap">
                  <bdi>{i.address}</bdi>
                  {i.state.text ? ` · ${reasonWords(i.state)}` : ''}
                  {i.state.at && i.state.state !== 'working' ? ` · ${ago(i.state.at)}` : ''}
                  {i.state.waiting > 0 ? ` · ${t('{waiting} waiting to be read', { waiting: i.state.waiting })}` : ''}
                </span>
              </span>
              <ChevronRight className="i ink3 flip" />
            </Link>
          ))}
        </div>
      ) : null}
      <Chats />
    </>
  );
};
