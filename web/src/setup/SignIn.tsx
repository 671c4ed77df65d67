import type { Me } from '@hearten/contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { Problem } from '../problem.ts';
import { Field, Submit, useSubmit } from '../ui/form.tsx';
import { Said, useTitle } from '../ui/kit.tsx';
import { CodeField } from './CodeField.tsx';
import { CompanyButtons } from './CompanyButtons.tsx';
import { Gate } from './Gate.tsx';
import { inside } from './inside.ts';
import { PasskeyButton } from './PasskeyButton.tsx';

export const SignIn = () => {
  useTitle(t('Sign in'));
  const client = useQueryClient();
  const router = useRouter();
  const { to, ended } = useSearch({ from: '/sign-in' });
  const [code, setCode] = useState(false);
  const [email, setEmail] = useState('');
  const [forgot, setForgot] = useState<'no' | 'asking' | 'asked'>('no');
  const enter = (me: Me) => {
    client.clear();
    client.setQueryData(['me'], me);
  };
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '');
    try {
      const me = trust(
        await api('POST /sign-in', {
          body: {
            email: text('email').trim(),
            password: text('password'),
            ...(text('code') ? { code: text('code').trim() } : {}),
          },
        }),
      );
      enter(me);
    } catch (error) {
      // The password was right; the account asks for its second step.
      if (error instanceof Problem && error.type.endsWith('/code-needed')) return setCode(true);
      throw error;
    }
    router.history.push(inside(to));
  });
  const ask = useSubmit(async (data) => {
    await api('POST /password-resets', { body: { email: String(data.get('email')).trim() } });
    setForgot('asked');
  });
  if (forgot === 'asked')
    return (
      <Gate
        title={t('Look into your mail')}
        lead={t(
          'If we know this address, a link for a new password is on its way. No mail? Whoever runs this Hearten can make you a link.',
        )}
      >
        <button type="button" className="btn" onClick={() => setForgot('no')}>
          {t('Back to sign-in')}
        </button>
      </Gate>
    );
  if (forgot === 'asking')
    return (
      <Gate title={t('A new password')} lead={t('Say your address; a link comes by mail.')}>
        <form className="form" onSubmit={(e) => void ask.submit(e)}>
          <Field label={t('E-mail')}>
            <input className="input" name="email" type="email" autoComplete="username" required autoFocus dir="ltr" />
          </Field>
          <Said error={ask.error} />
          <Submit busy={ask.busy}>{t('Send the link')}</Submit>
          <button type="button" className="btn quiet" onClick={() => setForgot('no')}>
            {t('Back to sign-in')}
          </button>
        </form>
      </Gate>
    );
  return (
    <Gate
      title={ended ? t('You were signed out') : t('Good to see you')}
      lead={
        ended
          ? t('Your session ended. Sign in again: what you were writing is kept in this tab.')
          : t('Sign in to the people waiting for you.')
      }
    >
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('E-mail')}>
          <input
            className="input"
            name="email"
            type="email"
            autoComplete="username webauthn"
            required
            autoFocus
            dir="ltr"
            onChange={(e) => setEmail(e.target.value)}
          />
        </Field>
        <Field label={t('Password')}>
          <input className="input" name="password" type="password" autoComplete="current-password" required dir="ltr" />
        </Field>
        {code ? <CodeField /> : null}
        <Said error={form.error} />
        <Submit busy={form.busy}>{t('Sign in')}</Submit>
        <CompanyButtons email={email} to={to} wrong={form.setError} />
        <PasskeyButton
          wrong={form.setError}
          done={(me) => {
            enter(me);
            router.history.push(inside(to));
          }}
        />
        <button type="button" className="btn quiet" onClick={() => setForgot('asking')}>
          {t('Forgot the password?')}
        </button>
      </form>
    </Gate>
  );
};
