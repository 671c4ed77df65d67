import { useNavigate } from '@tanstack/react-router';
import { Lock, Reply, SlidersHorizontal } from 'lucide-react';
import { useSyncExternalStore } from 'react';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { age } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { giveBack } from './giveBack.ts';
import { putBack, sendAfterAll, takeOut, type Waiting, waiting, wordsOf } from './waiting.ts';

const icons = { reply: Reply, note: Lock, change: SlidersHorizontal };
const changeOf = ({ key, ask: { body = {} } }: Waiting): string => {
  if (key.endsWith('/status'))
    return body.status === 'resolved' ? t('Resolve') : body.status === 'open' ? t('Reopen') : t('Another status');
  if (key.endsWith('/snooze')) return t('Snooze');
  if (key.endsWith('/assign')) return t('Assign');
  if (key.endsWith('/tags')) return t('Tags');
  if (key.endsWith('/folder')) return t('Move');
  return t('A change to this conversation');
};

const One = ({ one, onClose }: { one: Waiting; onClose: () => void }) => {
  const me = useMe().person.id;
  const navigate = useNavigate();
  const Icon = icons[one.about.kind];
  const open = async () => {
    try {
      onClose();
      await navigate({ to: '/inbox/$view/$number', params: { view: 'all', number: String(one.about.number) } });
      await giveBack(one, me);
    } catch (error) {
      tellProblem(error);
    }
  };
  const drop = async () => {
    await takeOut(one);
    tell(t('Thrown away · #{number}', { number: one.about.number }), {
      label: t('Undo'),
      run: () => void putBack(one),
    });
  };
  return (
    <li className="waiting-one">
      <span className="row">
        <Icon className="i s14" aria-hidden="true" />
        <span className="strong cut grow">
          <bdi dir="ltr">#{one.about.number}</bdi> <bdi dir="auto">{one.about.subject}</bdi>
        </span>
        <time className="age">{age(one.at)}</time>
      </span>
      <bdi dir="auto" className="sm ink2 few">
        {one.about.kind === 'change' ? changeOf(one) : wordsOf(one)}
      </bdi>
      {one.held ? (
        <p className="help err">
          {one.held.newer
            ? t('A newer message came meanwhile: “{text}”', { text: one.held.newer.text.slice(0, 160) })
            : one.held.said ||
              t(
                'It is not known whether this arrived, and it is too long ago to find out. Look into the conversation first.',
              )}
        </p>
      ) : (
        <p className="help">{t('Waits for the connection')}</p>
      )}
      <span className="row">
        {one.about.draft ? (
          <button type="button" className={`btn sm${one.held ? ' primary' : ''}`} onClick={() => void open()}>
            {one.held ? t('Read it, then go on writing') : t('Take back and go on writing')}
          </button>
        ) : null}
        {one.held ? (
          <button
            type="button"
            className="btn sm"
            onClick={() => void sendAfterAll(one, one.about.kind === 'reply' ? { sendAnyway: true } : {})}
          >
            {t('Send it all the same')}
          </button>
        ) : null}
        <button type="button" className="btn sm quiet" onClick={() => void drop()}>
          {t('Throw away')}
        </button>
      </span>
    </li>
  );
};

/** Everything that was done on this device and has not reached the server, with what can be done about it. */
export const WaitingList = ({ onClose }: { onClose: () => void }) => {
  const all = useSyncExternalStore(waiting.watch, waiting.get);
  return (
    <Dialog open onClose={onClose} title={t('Not sent yet')} wide>
      {all.length === 0 ? <p className="ink2">{t('Everything is sent.')}</p> : null}
      <ul className="waiting-list">
        {all.map((one) => (
          <One key={one.n} one={one} onClose={onClose} />
        ))}
      </ul>
    </Dialog>
  );
};
