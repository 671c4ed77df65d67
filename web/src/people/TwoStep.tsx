import { useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

type Step = { at: 'off' } | { at: 'code'; secret: string; uri: string } | { at: 'recovery'; codes: string[] };

/** A second step at sign-in: on with a first code. `kept`: what happens once the recovery codes are put away. */
export const TwoStep = ({ kept }: { kept?: () => void }) => {
  const { totp } = useMe();
  const client = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const form = useSubmit(async (data) => {
    if (step?.at === 'off') {
      await api('DELETE /me/totp');
      await client.invalidateQueries({ queryKey: ['me'] });
      await client.invalidateQueries({ queryKey: ['ways'] });
      setStep(null);
      tell(t('Two-step sign-in is off'));
    } else if (step?.at === 'code') {
      const { recovery } = await api('POST /me/totp/confirm', {
        body: { code: String(data.get('code')).replace(/\s/g, '') },
      });
      setStep({ at: 'recovery', codes: recovery });
      if (!kept) await client.invalidateQueries({ queryKey: ['me'] });
    }
  });
  const begin = async () => {
    try {
      setStep(totp ? { at: 'off' } : { at: 'code', ...(await api('POST /me/totp')) });
    } catch (error) {
      tellProblem(error);
    }
  };
  const away = () => {
    const had = step?.at === 'recovery';
    setStep(null);
    if (had) kept?.();
  };
  return (
    <section className="card pad row" style={{ gap: 14 }}>
      <ShieldCheck className={`i s24 ${totp ? '' : 'ink3'}`} />
      <div className="grow">
        <h2>{t('Two-step sign-in')}</h2>
        <p className="ink2">
          {totp
            ? t('On: a code from your authenticator app is asked for at every sign-in.')
            : t('Off. With it, a stolen password alone opens nothing.')}
        </p>
      </div>
      <button type="button" className="btn" onClick={() => void begin()}>
        {totp ? t('Switch off') : t('Switch on')}
      </button>
      <Dialog
        open={step !== null}
        onClose={away}
        title={
          step?.at === 'recovery'
            ? t('Keep these codes')
            : totp
              ? t('Switch two-step sign-in off')
              : t('Switch two-step sign-in on')
        }
      >
        {step?.at === 'recovery' ? (
          <>
            <p className="ink2">
              {t('Each works once, when your phone is lost. Keep them somewhere else than on this device.')}
            </p>
            <pre className="card pad num" style={{ columns: 2, margin: 0, fontFamily: 'var(--font-mono)' }}>
              {step.codes.join('\n')}
            </pre>
            <CopyLine value={step.codes.join(' ')} label={t('Recovery codes')} />
            <div className="feet">
              <button type="button" className="btn primary" onClick={away}>
                {t('I have kept them')}
              </button>
            </div>
          </>
        ) : (
          <form className="form" key={step?.at} onSubmit={(e) => void form.submit(e)}>
            {step?.at === 'off' ? <p className="ink2">{t('Your recovery codes end with it, too.')}</p> : null}
            {step?.at === 'code' ? (
              <>
                <p className="ink2">{t('Add this to your authenticator app, then type the code it shows.')}</p>
                <CopyLine value={step.secret} label={t('Secret for the authenticator app')} />
                <p>
                  <a className="link" href={step.uri}>
                    {t('Open it in an app on this device')}
                  </a>
                </p>
                <Field label={t('Code')} error={form.fields.code}>
                  <input
                    className="input num"
                    name="code"
                    inputMode="numeric"
                    autoComplete="one-time-code"
                    required
                    maxLength={10}
                    dir="ltr"
                  />
                </Field>
              </>
            ) : null}
            <FormError error={form.error} fields={['code']} />
            <div className="feet">
              <button type="button" className="btn quiet" onClick={() => setStep(null)}>
                {t('Cancel')}
              </button>
              <Submit busy={form.busy}>{totp ? t('Switch off') : t('Next')}</Submit>
            </div>
          </form>
        )}
      </Dialog>
    </section>
  );
};
