import { useQueryClient } from '@tanstack/react-query';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { Problem } from '../problem.ts';
import { Field, Submit, useSubmit } from '../ui/form.tsx';
import { Said, useTitle } from '../ui/kit.tsx';
import { Gate } from './Gate.tsx';
import { inside } from './inside.ts';

export const SignIn = () => {
  useTitle('Sign in');
  const client = useQueryClient();
  const router = useRouter();
  const { to, ended } = useSearch({ from: '/sign-in' });
  const [code, setCode] = useState(false);
  const [forgot, setForgot] = useState<'no' | 'asking' | 'asked'>('no');
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
      client.clear();
      client.setQueryData(['me'], me);
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
        title="Look into your mail"
        lead="If we know this address, a link for a new password is on its way. No mail? Whoever runs this Hearten can make you a link."
      >
        <button type="button" className="btn" onClick={() => setForgot('no')}>
          Back to sign-in
        </button>
      </Gate>
    );
  if (forgot === 'asking')
    return (
      <Gate title="A new password" lead="Say your address; a link comes by mail.">
        <form className="form" onSubmit={(e) => void ask.submit(e)}>
          <Field label="E-mail">
            <input className="input" name="email" type="email" autoComplete="username" required autoFocus dir="ltr" />
          </Field>
          <Said error={ask.error} />
          <Submit busy={ask.busy}>Send the link</Submit>
          <button type="button" className="btn quiet" onClick={() => setForgot('no')}>
            Back to sign-in
          </button>
        </form>
      </Gate>
    );
  return (
    <Gate
      title={ended ? 'You were signed out' : 'Good to see you'}
      lead={
        ended
          ? 'Your session ended. Sign in again: what you were writing is kept in this tab.'
          : 'Sign in to the people waiting for you.'
      }
    >
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label="E-mail">
          <input className="input" name="email" type="email" autoComplete="username" required autoFocus dir="ltr" />
        </Field>
        <Field label="Password">
          <input className="input" name="password" type="password" autoComplete="current-password" required dir="ltr" />
        </Field>
        {code ? (
          <Field label="Code" help="From your authenticator app, or one of your recovery codes.">
            <input
              className="input num"
              name="code"
              inputMode="numeric"
              autoComplete="one-time-code"
              required
              autoFocus
              dir="ltr"
            />
          </Field>
        ) : null}
        <Said error={form.error} />
        <Submit busy={form.busy}>Sign in</Submit>
        <button type="button" className="btn quiet" onClick={() => setForgot('asking')}>
          Forgot the password?
        </button>
      </form>
    </Gate>
  );
};
