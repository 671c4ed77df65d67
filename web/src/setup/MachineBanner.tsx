import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Archive } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay, useMe } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

/** A desk that was restored and is held, for everyone; a backup that failed, for owners. */
export const MachineBanner = () => {
  const { machine } = useMe();
  const may = useMay()('data.workspace');
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const release = async () => {
    try {
      await api('POST /release');
      await client.invalidateQueries({ queryKey: ['me'] });
      tell(t('Released. It begins to work within seconds.'));
    } catch (error) {
      tellProblem(error);
    }
  };
  if (machine.heldFrom === null)
    return (
      <div className="banner">
        <Archive className="i s14" aria-hidden="true" />
        <span className="cut" role="status">
          {t('The last backup failed: {reason}', { reason: machine.backupFailed })}
        </span>
        <Link to="/settings/storage" className="strong">
          {t('Look')}
        </Link>
      </div>
    );
  return (
    <div className="banner">
      <Archive className="i s14" aria-hidden="true" />
      <span role="status">{t('Restored from a backup. Nothing is sent or fetched until an owner releases it.')}</span>
      {may ? (
        <button type="button" className="btn sm quiet" onClick={() => setAsking(true)}>
          {t('Release')}
        </button>
      ) : null}
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        title={t('Release this desk?')}
        yes={t('Release')}
        onYes={() => void release()}
      >
        {t(
          'It sends, fetches mail and notifies from then on. Make sure that the desk it is a copy of no longer runs: two would answer the same customers. Answers that waited when the backup was made are not sent, but shown to you. Restored from {from}.',
          { from: machine.heldFrom },
        )}
      </Confirm>
    </div>
  );
};
