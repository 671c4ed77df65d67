import { useQueryClient } from '@tanstack/react-query';
import { ShieldCheck } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { useMe } from '../me.ts';
import { Dialog } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { tell } from '../ui/toast.tsx';

type Step =
  | { at: 'password'; off: boolean }
  | { at: 'code'; secret: string; uri: string }
  | { at: 'recovery'; codes: string[] };

/** A second step at sign-in: on with the password and a first code, off with the password. */
export const TwoStep = () => {
  const { totp } = useMe();
  const client = useQueryClient();
  const [step, setStep] = useState<Step | null>(null);
  const form = useSubmit(async (data) => {
    if (step?.at === 'password' && step.off) {
      await api('DELETE /me/totp', { body: { password: String(data.get('password')) } });
      await client.invalidateQueries({ queryKey: ['me'] });
      setStep(null);
      tell('Two-step sign-in is off');
    } else if (step?.at === 'password')
      setStep({ at: 'code', ...(await api('POST /me/totp', { body: { password: String(data.get('password')) } })) });
    else if (step?.at === 'code') {
      const { recovery } = await api('POST /me/totp/confirm', {
        body: { code: String(data.get('code')).replace(/\s/g, '') },
      });
      setStep({ at: 'recovery', codes: recovery });
      await client.invalidateQueries({ queryKey: ['me'] });
    }
  });
  return (
    <section className="card pad row" style={{ gap: 14 }}>
      <ShieldCheck className={`i s24 ${totp ? '' : 'ink3'}`} />
      <div className="grow">
        <h2>Two-step sign-in</h2>
        <p className="ink2">
          {totp
            ? 'On: a code from your authenticator app is asked for at every sign-in.'
            : 'Off. With it, a stolen password alone opens nothing.'}
        </p>
      </div>
      <button type="button" className="btn" onClick={() => setStep({ at: 'password', off: totp })}>
        {totp ? 'Switch off' : 'Switch on'}
      </button>
      <Dialog
        open={step !== null}
        onClose={() => setStep(null)}
        title={
          step?.at === 'recovery'
            ? 'Keep these codes'
            : totp
              ? 'Switch two-step sign-in off'
              : 'Switch two-step sign-in on'
        }
      >
        {step?.at === 'recovery' ? (
          <>
            <p className="ink2">
              Each works once, when your phone is lost. Keep them somewhere else than on this device.
            </p>
            <pre className="card pad num" style={{ columns: 2, margin: 0, fontFamily: 'var(--font-mono)' }}>
              {step.codes.join('\n')}
            </pre>
            <CopyLine value={step.codes.join(' ')} label="Recovery codes" />
            <div className="feet">
              <button type="button" className="btn primary" onClick={() => setStep(null)}>
                I have kept them
              </button>
            </div>
          </>
        ) : (
          <form className="form" key={step?.at} onSubmit={(e) => void form.submit(e)}>
            {step?.at === 'password' ? (
              <Field label="Your password" error={form.fields.password}>
                <input className="input" name="password" type="password" autoComplete="current-password" required />
              </Field>
            ) : null}
            {step?.at === 'code' ? (
              <>
                <p className="ink2">Add this to your authenticator app, then type the code it shows.</p>
                <CopyLine value={step.secret} label="Secret for the authenticator app" />
                <p>
                  <a className="link" href={step.uri}>
                    Open it in an app on this device
                  </a>
                </p>
                <Field label="Code" error={form.fields.code}>
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
            <FormError error={form.error} fields={['password', 'code']} />
            <div className="feet">
              <button type="button" className="btn quiet" onClick={() => setStep(null)}>
                Cancel
              </button>
              <Submit busy={form.busy}>{totp ? 'Switch off' : 'Next'}</Submit>
            </div>
          </form>
        )}
      </Dialog>
    </section>
  );
};
