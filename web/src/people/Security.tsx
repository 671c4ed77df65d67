import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMe } from '../me.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { useTitle } from '../ui/kit.tsx';
import { tell } from '../ui/toast.tsx';
import { CompanySignIns } from './CompanySignIns.tsx';
import { Passkeys } from './Passkeys.tsx';
import { Sessions } from './Sessions.tsx';
import { TwoStep } from './TwoStep.tsx';

const Password = () => {
  const [round, setRound] = useState(0);
  const form = useSubmit(async (data) => {
    await api('POST /me/password', { body: { old: String(data.get('old')), password: String(data.get('password')) } });
    setRound((n) => n + 1);
    tell(t('Changed. Every other session has ended.'));
  });
  return (
    <form className="form card pad" key={round} onSubmit={(e) => void form.submit(e)}>
      <h2>{t('Password')}</h2>
      <div className="form two">
        <Field label={t('The one you have')} error={form.fields.old}>
          <input className="input" name="old" type="password" autoComplete="current-password" required />
        </Field>
        <Field label={t('A new one')} help={t('10 characters or more.')} error={form.fields.password}>
          <input
            className="input"
            name="password"
            type="password"
            autoComplete="new-password"
            minLength={10}
            required
          />
        </Field>
      </div>
      <FormError error={form.error} fields={['old', 'password']} />
      <div className="feet">
        <Submit busy={form.busy} className="btn">
          {t('Change password')}
        </Submit>
      </div>
    </form>
  );
};

/** How one signs in, and where one is signed in. */
export const Security = () => {
  useTitle(t('Sign-in and security'));
  const me = useMe();
  return (
    <>
      <Head
        title={t('Sign-in and security')}
        lead={<bdi>{me.person.email}</bdi>}
        help={t(
          'How you sign in, and everywhere you are signed in. A password is changed with a button, because it needs the old one; every other session ends with it.',
        )}
      />
      <Password />
      <Passkeys />
      <TwoStep />
      <CompanySignIns />
      <Sessions />
    </>
  );
};
