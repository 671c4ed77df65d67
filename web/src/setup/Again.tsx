import type { Me } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { forgetReading, whoOf } from '../offline/kept.ts';
import { Problem } from '../problem.ts';
import { Field, Submit, useSubmit } from '../ui/form.tsx';
import { Said } from '../ui/kit.tsx';
import { CodeField } from './CodeField.tsx';
import { Gate } from './Gate.tsx';
import { PasskeyButton } from './PasskeyButton.tsx';

/** Over everything, and hiding it, when the session ended while one worked: whoever signs in again goes on where they were. */
export const Again = ({ me, done }: { me: Me; done: (back: boolean) => void }) => {
  const client = useQueryClient();
  const dialog = useRef<HTMLDialogElement>(null);
  const [code, setCode] = useState(false);
  useEffect(() => {
    dialog.current?.showModal();
    // The address is known; the password is what is missing.
    dialog.current?.querySelector<HTMLInputElement>('[name=password]')?.focus();
    // Until then nobody reads here, also not after the browser was closed.
    void forgetReading().catch(() => undefined);
  }, []);
  const goOn = (next: Me): void => {
    // Somebody else, or another workspace: nothing of what is on screen is theirs.
    if (whoOf(next) !== whoOf(me)) {
      location.assign('/');
      return;
    }
    client.setQueryData(['me'], next);
    localStorage.setItem('hearten.who', whoOf(next));
    done(true);
  };
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '').trim();
    try {
      goOn(
        trust(
          await api('POST /sign-in', {
            body: {
              email: text('email'),
              password: String(data.get('password')),
              ...(text('code') ? { code: text('code') } : {}),
            },
          }),
        ),
      );
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith('/code-needed')) return setCode(true);
      throw error;
    }
  });
  return (
    <dialog ref={dialog} className="again" aria-label={t('You were signed out')} onCancel={(e) => e.preventDefault()}>
      <Gate
        over
        title={t('You were signed out')}
        lead={t('Sign in again and go on where you were: what you were writing is kept.')}
      >
        <form className="form" onSubmit={(e) => void form.submit(e)}>
          <Field label={t('E-mail')}>
            <input
              className="input"
              name="email"
              type="email"
              autoComplete="username"
              defaultValue={me.person.email}
              required
              dir="ltr"
            />
          </Field>
          <Field label={t('Password')}>
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
          <Said error={form.error} />
          <Submit busy={form.busy}>{t('Sign in')}</Submit>
          <PasskeyButton done={goOn} wrong={form.setError} />
          <button type="button" className="btn quiet" onClick={() => done(false)}>
            {t('Leave')}
          </button>
        </form>
      </Gate>
    </dialog>
  );
};
