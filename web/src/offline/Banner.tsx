import { CircleAlert, RefreshCw, ShieldAlert, WifiOff } from 'lucide-react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { turnedAway } from '../problem.ts';
import { later } from '../ui/later.tsx';
import { useCut } from './cut.ts';
import { forgetReading } from './kept.ts';
import { newVersion, takeVersion } from './version.ts';
import { waiting } from './waiting.ts';

const WaitingList = later(async () => (await import('./WaitingList.tsx')).WaitingList);

/** Above everything: no connection, what waits for one, what could not be sent, and that there is a newer version. */
export const Banner = ({ otherwise }: { otherwise: ReactNode }) => {
  const cut = useCut();
  const away = useSyncExternalStore(turnedAway.watch, turnedAway.get);
  // Who may not read here now shall not do so by pulling the plug either.
  const shut = away !== null;
  useEffect(() => {
    if (shut) void forgetReading().catch(() => undefined); // a browser that keeps nothing here has nothing to forget
  }, [shut]);
  const all = useSyncExternalStore(waiting.watch, waiting.get);
  const version = useSyncExternalStore(newVersion.watch, newVersion.get);
  const [listed, setListed] = useState(false);
  const held = all.filter((one) => one.held).length;
  const answers = all.filter((one) => !one.held && one.about.kind !== 'change').length;
  const changes = all.length - held - answers;
  const look =
    all.length > 0 ? (
      <button type="button" className="btn sm quiet" onClick={() => setListed(true)}>
        {t('Show')}
      </button>
    ) : null;
  const list = listed ? <WaitingList onClose={() => setListed(false)} /> : null;
  // It answers, and says why nobody comes in from here: trying again is no help.
  if (away !== null && cut !== 'offline')
    return (
      <div className="banner">
        <ShieldAlert className="i s14" aria-hidden="true" />
        <span role="status">{away}</span>
        {look}
        {list}
      </div>
    );
  if (cut)
    return (
      <div className="banner">
        <WifiOff className="i s14" aria-hidden="true" />
        <span role="status">
          {cut === 'offline' ? t('Offline.') : t('Hearten doesn’t answer. Trying again.')}{' '}
          {answers > 0
            ? t('{n, plural, one {# answer} other {# answers}} will be sent when you are back.', { n: answers })
            : changes > 0
              ? t('{n, plural, one {# change} other {# changes}} will be made when you are back.', { n: changes })
              : t('You can read the last conversations and go on writing.')}
        </span>
        {look}
        {list}
      </div>
    );
  if (held > 0)
    return (
      <div className="banner">
        <CircleAlert className="i s14" aria-hidden="true" />
        <span role="status">
          {t(
            '{n, plural, one {# thing you did was not sent} other {# things you did were not sent}} and waits for you.',
            {
              n: held,
            },
          )}
        </span>
        {look}
        {list}
      </div>
    );
  if (version)
    return (
      <div className="banner calm">
        <RefreshCw className="i s14" aria-hidden="true" />
        <span role="status">{t('A new version of Hearten is ready. What you write is kept.')}</span>
        <button type="button" className="btn sm quiet" onClick={() => takeVersion()}>
          {t('Load it now')}
        </button>
      </div>
    );
  return otherwise;
};
