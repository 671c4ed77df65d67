import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { useTitle } from '../ui/kit.tsx';
import { dropToken, useToken } from './fragment.ts';
import { Gate } from './Gate.tsx';

export const Reset = () => {
  useTitle(t('A new password'));
  const token = useToken();
  const [done, setDone] = useState(false);
  const form = useSubmit(async (data) => {
    await api('POST /password-resets/use', { body: { token, password: String(data.get('password')) } });
    dropToken();
    setDone(true);
  });
  const signIn = (
    <Link className="btn primary" to="/sign-in">
      {t('Sign in')}
    </Link>
  );
  if (done)
    return (
      <Gate title={t('Changed')} lead={t('Your new password works from now on. Every session has ended.')}>
        {signIn}
      </Gate>
    );
  if (!token)
    return (
      <Gate
        title={t('Open the whole link')}
        lead={t('The link for a new password is longer than this. Copy it from the mail again, to its end.')}
      >
        {signIn}
      </Gate>
    );
  return (
    <Gate title={t('A new password')} lead={t('It replaces the old one everywhere.')}>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <Field label={t('New password')} help={t('10 characters or more.')} error={form.fields.password}>
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            required
            autoFocus
            dir="ltr"
          />
        </Field>
        <FormError error={form.error} fields={['password']} />
        <Submit busy={form.busy}>{t('Set it')}</Submit>
      </form>
    </Gate>
  );
};
