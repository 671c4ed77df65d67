import type { Me } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Fingerprint } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { CodeField } from './CodeField.tsx';
import { Gate } from './Gate.tsx';
import { askForPasskey, canHavePasskeys } from './passkeys.ts';

/** Over everything: who sits there proves it once more, and what they wanted to do goes on. */
export const Proof = ({ done }: { done: (proved: boolean) => void }) => {
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [code, setCode] = useState(false);
  const ways = useQuery({ queryKey: ['ways'], queryFn: () => api('GET /me/sign-in') });
  useEffect(() => dialog.current?.showModal(), []);
  const finish = (me: Me) => {
    client.setQueryData(['me'], trust(me));
    done(true);
  };
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '');
    try {
      finish(
        await api('POST /me/proof', {
          body: { password: text('password'), ...(text('code') ? { code: text('code').trim() } : {}) },
        }),
      );
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith('/code-needed') && !code) return setCode(true);
      throw error;
    }
  });
  const passkey = async () => {
    try {
      const { options } = await api('POST /me/proof/begin');
      const answer = await askForPasskey(options);
      if (answer) finish(await api('POST /me/proof', { body: { answer } }));
    } catch (error) {
      form.setError(error);
    }
  };
  const withPasskey = canHavePasskeys() && (ways.data?.passkeys.length ?? 0) > 0;
  return (
    <dialog ref={dialog} className="again" aria-label={t('Is it you?')} onCancel={() => done(false)}>
      <Gate
        over
        title={t('Is it you?')}
        lead={t('Before this, say once more who you are. It is asked again after 15 minutes.')}
      >
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          {withPasskey ? (
            <button type="button" className="btn primary" onClick={() => void passkey()}>
              <Fingerprint className="i" /> {t('Use a passkey')}
            </button>
          ) : null}
          {ways.data?.password === false ? null : (
            <>
              <Field label={t('Your password')} error={form.fields.password}>
                <input
                  className="input"
                  name="password"
                  type="password"
                  autoComplete="current-password"
                  required
                  autoFocus
                  dir="ltr"
                />
              </Field>
              {code ? <CodeField /> : null}
              <Submit busy={form.busy} className={withPasskey ? 'btn' : 'btn primary'}>
                {t('Go on')}
              </Submit>
            </>
          )}
          {ways.data?.password === false && !withPasskey ? (
            <p className="ink2">{t('Sign out and in again with your company’s sign-in, then repeat it.')}</p>
          ) : null}
          <FormError error={form.error} fields={['password']} />
          <button type="button" className="btn quiet" onClick={() => done(false)}>
            {t('Cancel')}
          </button>
        </form>
      </Gate>
    </dialog>
  );
};
