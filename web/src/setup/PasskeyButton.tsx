import type { Me } from '@hearten/contract';
import { Fingerprint } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { askForPasskey, canHavePasskeys, offersQuietly, stopAsking } from './passkeys.ts';

/** Signs in with a passkey, at a press or where the address is typed. `wrong` hears what did not work. */
export const PasskeyButton = ({ done, wrong }: { done: (me: Me) => void; wrong: (error: unknown) => void }) => {
  const [busy, setBusy] = useState(false);
  const heard = useRef({ done, wrong });
  heard.current = { done, wrong };
  const signIn = async (quietly: boolean): Promise<void> => {
    try {
      const { options } = await api('POST /sign-in/passkey/begin');
      const answer = await askForPasskey(options, quietly);
      if (answer) heard.current.done(trust(await api('POST /sign-in/passkey', { body: { answer } })));
    } catch (error) {
      heard.current.wrong(error);
    }
  };
  const begin = useRef(signIn);
  useEffect(() => {
    let over = false;
    void offersQuietly()
      .then((can) => (can && !over ? begin.current(true) : undefined))
      .catch(() => undefined); // then the button is what there is
    return () => {
      over = true;
      void stopAsking().catch(() => undefined);
    };
  }, []);
  if (!canHavePasskeys()) return null;
  return (
    <button
      type="button"
      className={`btn${busy ? ' busy' : ''}`}
      aria-busy={busy || undefined}
      onClick={() => {
        if (busy) return;
        setBusy(true);
        void signIn(false).finally(() => setBusy(false));
      }}
    >
      <Fingerprint className="i" /> {t('Sign in with a passkey')}
    </button>
  );
};
