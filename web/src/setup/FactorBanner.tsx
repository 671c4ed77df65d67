import { Link } from '@tanstack/react-router';
import { KeyRound, X } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { full } from '../ui/time.ts';
import { factorLater, mayWait } from './factor.ts';

/** For whoever has no second factor yet where one is asked for: by when, and where it is set up. */
export const FactorBanner = ({ by }: { by: string }) => {
  const { workspace } = useMe();
  const put = useSyncExternalStore(factorLater.watch, factorLater.get);
  const waits = mayWait(by, Date.now());
  if (waits && put === by) return null;
  return (
    <div className={`banner${waits ? ' calm' : ''}`}>
      <KeyRound className="i s14" aria-hidden="true" />
      <span role="status">
        {t('{workspace} asks for a second factor from {when} on.', { workspace: workspace.name, when: full(by) })}
      </span>
      <Link to="/settings/security" className="btn sm quiet">
        {t('Set one up')}
      </Link>
      {waits ? (
        <button
          type="button"
          className="btn sm quiet icon"
          aria-label={t('Dismiss')}
          title={t('Dismiss')}
          onClick={() => factorLater.put(by)}
        >
          <X className="i s14" />
        </button>
      ) : null}
    </div>
  );
};
