import type { NotificationChoices } from '@hearten/contract';
import { useSyncExternalStore } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { keepsHere, setKeepsHere } from '../offline/keepHere.ts';
import { Check } from '../ui/form.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';
import { canPush, deafHere, listenHere } from './browser.ts';

type Props = {
  data: NotificationChoices;
  busy: boolean;
  /** Does something to the list of browsers, and says so. */
  run: (work: () => Promise<NotificationChoices>, said: string) => Promise<void>;
};

/** What this device alone does: whether it is told by push, and whether it keeps mail to be read without a connection. */
export const Device = ({ data, busy, run }: Props) => {
  const keeps = useSyncExternalStore(keepsHere.watch, keepsHere.get);
  const here = data.browsers.find((one) => one.current);
  const able = canPush();
  const push = (on: boolean) =>
    on
      ? run(() => listenHere(data.pushKey), t('This browser is told from now on'))
      : run(async () => {
          await deafHere();
          return here ? api('DELETE /notifications/browsers/:id', { params: { id: here.id } }) : data;
        }, t('This browser is told nothing any more'));
  const keep = async (on: boolean) => {
    try {
      await setKeepsHere(on);
      tell(on ? t('Kept on this device from now on') : t('Taken off this device'), {
        label: t('Undo'),
        run: () => void keep(!on),
      });
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="form card pad without">
      <h2>{t('This device')}</h2>
      <Check
        label={t('Tell me by push in this browser')}
        help={
          able || here
            ? t('Also while Hearten is closed, as long as you are signed in here.')
            : t('This browser can’t be told by push. It needs an encrypted connection and no private window.')
        }
        checked={here !== undefined}
        disabled={busy || !(able || here)}
        onChange={(on) => void push(on)}
      />
      <Check
        label={t('Keep the last conversations on this device')}
        help={t('The last 200 can be read without a connection. Switch it off where others use this device.')}
        checked={keeps}
        onChange={(on) => void keep(on)}
      />
    </section>
  );
};
