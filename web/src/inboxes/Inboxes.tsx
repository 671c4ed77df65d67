import type { Inbox } from '@hearten/contract';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronRight, CircleAlert, CircleCheck, CircleDashed, CirclePause, Mail, Plus } from 'lucide-react';
import { inboxesQuery } from '../conversations/data.ts';
import { useMay } from '../me.ts';
import { Empty, Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { ago } from '../ui/time.ts';
import { CameBack } from './SignIn.tsx';

const states = {
  new: { icon: CircleDashed, tone: '', label: 'New' },
  working: { icon: CircleCheck, tone: 'ok', label: 'Working' },
  trouble: { icon: CircleAlert, tone: 'breach', label: 'Trouble' },
  paused: { icon: CirclePause, tone: '', label: 'Paused' },
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
  useTitle('Inboxes');
  const may = useMay()('inbox.write');
  const query = useQuery(inboxesQuery);
  const add = (
    <Link className="btn primary" to="/settings/inboxes/new">
      <Plus className="i" /> Connect a mailbox
    </Link>
  );
  return (
    <>
      <div className="row">
        <div className="grow">
          <h1>Inboxes</h1>
          <p className="lead">The addresses customers write to.</p>
        </div>
        {may && query.data && query.data.length > 0 ? add : null}
      </div>
      <CameBack />
      {query.isPending ? <SkeletonRows count={3} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.length === 0 ? (
        <Empty title="No mailbox yet" sun action={may ? add : undefined}>
          Hearten reads it over IMAP and answers over SMTP. Nothing in it is moved or deleted.
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
                  {i.state.text ? ` · ${i.state.text}` : ''}
                  {i.state.at ? ` · ${ago(i.state.at)}` : ''}
                  {i.state.waiting > 0 ? ` · ${i.state.waiting} waiting to be read` : ''}
                </span>
              </span>
              <ChevronRight className="i ink3 flip" />
            </Link>
          ))}
        </div>
      ) : null}
    </>
  );
};
