import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Mail, MailQuestion, UserPlus } from 'lucide-react';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Empty } from '../ui/kit.tsx';
import { inboxesQuery } from './data.ts';
import { isPractice } from './ours.ts';

/** What an empty desk says: where mail comes from, and the one thing to do. */
export const FirstSteps = () => {
  const may = useMay();
  const { workspace } = useMe();
  const { data: inboxes } = useQuery({ ...inboxesQuery, enabled: may('inbox.read') });
  const real = inboxes?.filter((one) => !isPractice(one.address)) ?? [];
  if (!may('inbox.write'))
    return (
      <Empty title={t('Nothing here yet')} sun>
        {t('As soon as a mailbox is connected, what customers write appears here.')}
      </Empty>
    );
  if (real.length > 0)
    return (
      <Empty
        title={t('Ready for the first mail')}
        sun
        action={
          may('people.write') ? (
            <Link className="btn" to="/settings/people">
              <UserPlus className="i" /> {t('Invite someone')}
            </Link>
          ) : undefined
        }
      >
        {t('Write to {address} from another address, and watch it arrive here.', { address: real[0]?.address })}
      </Empty>
    );
  return (
    <Empty
      title={t('Connect your first mailbox')}
      sun
      action={
        <span className="row" style={{ flexWrap: 'wrap', justifyContent: 'center' }}>
          <Link className="btn primary" to="/settings/inboxes/new">
            <Mail className="i" /> {t('Connect a mailbox')}
          </Link>
          {workspace.sampleOf ? null : (
            <Link className="btn" to="/welcome">
              <MailQuestion className="i" /> {t('Be your own customer')}
            </Link>
          )}
        </span>
      }
    >
      {t(
        'Hearten reads your support address over IMAP and answers over SMTP. Nothing in the mailbox is moved or deleted.',
      )}
    </Empty>
  );
};
