import { CircleAlert, Clock, Lock } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { tellProblem } from '../ui/toast.tsx';
import { giveBack } from './giveBack.ts';
import { sendAfterAll, waiting, wordsOf } from './waiting.ts';

/** Below the last message: what one wrote here without a connection, and why it has not left. */
export const WaitingHere = ({ conversationId }: { conversationId: string }) => {
  const me = useMe().person.id;
  const all = useSyncExternalStore(waiting.watch, waiting.get);
  const here = all.filter((one) => one.about.conversationId === conversationId && one.about.kind !== 'change');
  if (here.length === 0) return null;
  return (
    <section className="waiting-here" aria-label={t('Not sent yet')}>
      {here.map((one) => (
        <div className={`waiting-one${one.about.kind === 'note' ? ' is-note' : ''}`} key={one.n}>
          {one.about.kind === 'note' ? (
            <span className="row xs">
              <Lock className="i s13" aria-hidden="true" /> {t('Only your team')}
            </span>
          ) : null}
          <bdi dir="auto" className="few">
            {wordsOf(one)}
          </bdi>
          <span className="row xs ink2">
            {one.held ? (
              <CircleAlert className="i s13" aria-hidden="true" />
            ) : (
              <Clock className="i s13" aria-hidden="true" />
            )}
            <span className="grow" role="status">
              {one.held
                ? one.held.newer
                  ? t('Not sent: a newer message came meanwhile. Read it first.')
                  : one.held.said || t('It is not known whether this arrived. Look before you send it again.')
                : t('Will be sent when you are back')}
            </span>
            <button
              type="button"
              className="btn sm"
              onClick={() => void giveBack(one, me).catch((e) => tellProblem(e))}
            >
              {t('Take back')}
            </button>
            {one.held ? (
              <button
                type="button"
                className="btn sm quiet"
                onClick={() => void sendAfterAll(one, one.about.kind === 'reply' ? { sendAnyway: true } : {})}
              >
                {t('Send it all the same')}
              </button>
            ) : null}
          </span>
        </div>
      ))}
    </section>
  );
};
