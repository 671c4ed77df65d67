import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { api, trust } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Problem, said } from '../problem.ts';
import { Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Failed, useTitle } from '../ui/kit.tsx';
import { hereZone } from '../ui/places.tsx';
import { CodeField } from './CodeField.tsx';
import { dropToken, useToken } from './fragment.ts';
import { Gate } from './Gate.tsx';

/** What an invitation leads to: a name and a password, or only the password when one is known already. */
export const Join = () => {
  useTitle(t('Join'));
  const token = useToken();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [code, setCode] = useState(false);
  const look = useQuery({
    queryKey: ['invitation', token],
    queryFn: () => api('POST /invitations/look', { body: { token } }),
    enabled: token !== '',
    retry: false,
  });
  const form = useSubmit(async (data) => {
    const text = (name: string) => String(data.get(name) ?? '');
    try {
      const me = trust(
        await api('POST /invitations/accept', {
          body: {
            token,
            name: text('name').trim() || look.data?.name || look.data?.email || '',
            password: text('password'),
            language: navigator.language.split('-')[0] ?? 'en',
            timeZone: hereZone(),
            ...(text('code') ? { code: text('code').trim() } : {}),
          },
        }),
      );
      dropToken();
      client.clear();
      client.setQueryData(['me'], me);
    } catch (error) {
      if (error instanceof Problem && error.type.endsWith('/code-needed')) return setCode(true);
      throw error;
    }
    await navigate({ to: '/' });
  });
  const signIn = (
    <Link className="btn primary" to="/sign-in">
      {t('Sign in')}
    </Link>
  );
  if (!token)
    return (
      <Gate
        title={t('Open your invitation link')}
        lead={t('The whole link is needed: copy it from the mail again, to its end.')}
      >
        {signIn}
      </Gate>
    );
  if (look.isPending) return <Gate title={t('One moment')} />;
  if (look.isError && !(look.error instanceof Problem && look.error.status === 404))
    return (
      <Gate title={t('Not reachable')}>
        <Failed error={look.error} retry={() => void look.refetch()} />
      </Gate>
    );
  if (look.isError)
    return (
      <Gate title={t('This invitation doesn’t work any more')} lead={said(look.error)}>
        {signIn}
      </Gate>
    );
  const { workspace, email, name, known } = look.data;
  return (
    <Gate
      title={t('Join {workspace}', { workspace })}
      lead={
        known ? (
          <Said
            id="You have an account as <0>{email}</0>. Its password opens this workspace too."
            values={{ email }}
            components={[<bdi key="0" />]}
          />
        ) : (
          <Said
            id="As <0>{email}</0>. Choose how people see you, and a password."
            values={{ email }}
            components={[<bdi key="0" />]}
          />
        )
      }
    >
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        {known ? null : (
          <Field label={t('Name')} error={form.fields.name}>
            <input
              className="input"
              name="name"
              dir="auto"
              autoComplete="name"
              defaultValue={name}
              required
              autoFocus
            />
          </Field>
        )}
        <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
        <Field
          label={t('Password')}
          help={known ? undefined : t('10 characters or more.')}
          error={form.fields.password}
        >
          <input
            className="input"
            name="password"
            type="password"
            autoComplete={known ? 'current-password' : 'new-password'}
            minLength={known ? undefined : 10}
            required
            autoFocus={known}
            dir="ltr"
          />
        </Field>
        {code ? <CodeField help={t('From your authenticator app.')} /> : null}
        <FormError error={form.error} fields={['name', 'password']} />
        <Submit busy={form.busy}>{t('Join')}</Submit>
      </form>
    </Gate>
  );
};
