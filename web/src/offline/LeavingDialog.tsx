import { useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { Dialog } from '../ui/float.tsx';
import { leaving } from './leave.ts';

/** Somebody signs out, and there are words that the server does not have. */
export const LeavingDialog = () => {
  const now = useSyncExternalStore(leaving.watch, leaving.get);
  if (!now) return null;
  const stay = () => leaving.set(null);
  const out = (keep: boolean) => {
    stay();
    void now.out(keep);
  };
  return (
    <Dialog open onClose={stay} title={t('Not everything you wrote is kept')}>
      <p className="ink2">
        {t(
          '{n, plural, one {One draft is on this device alone: the server could not take it.} other {# drafts are on this device alone: the server could not take them.}} Stay to try again or to copy the words. Kept on this device, they are there when you sign in here again; others who use this browser could read them.',
          { n: now.count },
        )}
      </p>
      <div className="feet">
        <button type="button" className="btn danger-fill" onClick={() => out(false)}>
          {t('Sign out and lose them')}
        </button>
        <button type="button" className="btn" onClick={() => out(true)}>
          {t('Keep on this device and sign out')}
        </button>
        <button type="button" className="btn primary" onClick={stay}>
          {t('Stay')}
        </button>
      </div>
    </Dialog>
  );
};
