import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Mail, UserPlus } from 'lucide-react';
import { useMay } from '../me.ts';
import { Empty } from '../ui/kit.tsx';
import { inboxesQuery } from './data.ts';

/** What an empty desk says: where mail comes from, and the one thing to do. */
export const FirstSteps = () => {
  const may = useMay();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  if (!may('inbox.write'))
    return (
      <Empty title="Nothing here yet" sun>
        As soon as a mailbox is connected, what customers write appears here.
      </Empty>
    );
  if (inboxes && inboxes.length > 0)
    return (
      <Empty
        title="Ready for the first mail"
        sun
        action={
          may('people.write') ? (
            <Link className="btn" to="/settings/people">
              <UserPlus className="i" /> Invite someone
            </Link>
          ) : undefined
        }
      >
        Write to {inboxes[0]?.address} from another address, and watch it arrive here.
      </Empty>
    );
  return (
    <Empty
      title="Connect your first mailbox"
      sun
      action={
        <Link className="btn primary" to="/settings/inboxes/new">
          <Mail className="i" /> Connect a mailbox
        </Link>
      }
    >
      Hearten reads your support address over IMAP and answers over SMTP. Nothing in the mailbox is moved or deleted.
    </Empty>
  );
};
