import type { Webhook } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { Eye, RotateCw } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Confirm } from '../ui/float.tsx';
import { CopyLine } from '../ui/form.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { sample } from './sample.ts';

/** The secret that signs, shown when it is asked for; and how a receiver checks the signature. */
export const Secret = ({ one }: { one: Webhook }) => {
  const client = useQueryClient();
  const [secret, setSecret] = useState<string | null>(null);
  const [renewing, setRenewing] = useState(false);
  const run = async (work: () => Promise<{ secret: string }>, then?: string) => {
    try {
      setSecret((await work()).secret);
      await client.invalidateQueries({ queryKey: ['webhooks', 'one', one.id] });
      if (then) tell(then);
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="card pad stack" aria-label={t('Signature')}>
      <div className="row wraps">
        <div className="grow">
          <h2>{t('Signature')}</h2>
          <p className="xs ink2">
            {one.formerUntil
              ? t('Signed with the former secret as well until {when}.', { when: full(one.formerUntil) })
              : t('With this secret the receiver sees that it was Hearten.')}
          </p>
        </div>
        {secret ? null : (
          <button
            type="button"
            className="btn sm"
            onClick={() => void run(() => api('POST /webhooks/:id/secret', { params: { id: one.id } }))}
          >
            <Eye className="i s14" /> {t('Show the secret')}
          </button>
        )}
        <button type="button" className="btn sm" onClick={() => setRenewing(true)}>
          <RotateCw className="i s14" /> {t('New secret')}
        </button>
      </div>
      {secret ? <CopyLine value={secret} label={t('Secret')} /> : null}
      <details>
        <summary className="xs ink2">{t('How a receiver checks it')}</summary>
        <pre className="hookcode" dir="ltr">
          {sample}
        </pre>
      </details>
      <Confirm
        open={renewing}
        onClose={() => setRenewing(false)}
        title={t('Make a new secret?')}
        yes={t('New secret')}
        danger={false}
        onYes={() =>
          void run(
            () => api('POST /webhooks/:id/rotate', { params: { id: one.id }, body: {} }),
            t('A new secret signs from now on'),
          )
        }
      >
        {t('For 24 hours both sign, so the receiver can change over without losing anything.')}
      </Confirm>
    </section>
  );
};
