import type { MailProvider } from '@hearten/contract';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { useMay } from '../me.ts';
import { Confirm } from '../ui/float.tsx';
import { CopyLine, Field, FormError, Submit, useSubmit } from '../ui/form.tsx';
import { Head } from '../ui/Head.tsx';
import { Failed, SkeletonRows, useTitle } from '../ui/kit.tsx';
import { full } from '../ui/time.ts';
import { tell, tellProblem } from '../ui/toast.tsx';
import { providerName, providersQuery } from './SignIn.tsx';

const steps = {
  google: [
    t('Open console.cloud.google.com, choose or make a project, and switch on the Gmail API in it.'),
    t(
      'Under Google Auth Platform, Audience: choose Internal when all mailboxes belong to your own Google Workspace. Otherwise choose External and publish the app; while it is in testing, Google ends every sign-in after seven days.',
    ),
    t('Under Data access, add the scope https://mail.google.com/'),
    t('Under Clients, make one of the type Web application, with this authorised redirect URI:'),
    t('Copy its client ID and client secret to here.'),
  ],
  microsoft: [
    t(
      'Open entra.microsoft.com, App registrations, New registration. For mailboxes of your own organisation only, choose a single tenant and enter its ID below.',
    ),
    t('As redirect URI choose the platform Web and enter:'),
    t(
      'Under API permissions add these delegated permissions of Microsoft Graph: IMAP.AccessAsUser.All, SMTP.Send, offline_access, openid, email, profile. An administrator may have to agree to them.',
    ),
    t(
      'Under Certificates & secrets make a client secret and copy its Value. Note when it runs out: Hearten writes to you then, and a new one is entered here.',
    ),
    t(
      'Each mailbox must allow it: Microsoft 365 admin centre, Users, Mail, Manage email apps: IMAP and Authenticated SMTP.',
    ),
  ],
} as const;
const redirectStep = { google: 3, microsoft: 1 } as const;

const Card = ({ provider: one }: { provider: MailProvider }) => {
  const client = useQueryClient();
  const may = useMay()('inbox.write');
  const [leaving, setLeaving] = useState(false);
  const name = providerName(one.provider);
  const form = useSubmit(async (data) => {
    await api('PUT /mail-providers/:provider', {
      params: { provider: one.provider },
      body: {
        clientId: String(data.get('clientId')).trim(),
        clientSecret: String(data.get('clientSecret')).trim() || undefined,
        tenant: String(data.get('tenant') ?? '').trim(),
      },
    });
    await client.invalidateQueries({ queryKey: ['mail-providers'] });
    tell(t('Saved. Mailboxes can be signed in to with {name}.', { name }));
  });
  const forget = async () => {
    try {
      await api('DELETE /mail-providers/:provider', { params: { provider: one.provider } });
      await client.invalidateQueries({ queryKey: ['mail-providers'] });
      tell(t('{name} is forgotten', { name }));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <section className="card pad stack" aria-label={name}>
      <div className="row">
        <h2 className="grow">{name}</h2>
        <span className={`chip ${one.ready ? 'ok' : ''}`}>{one.ready ? t('Ready') : t('Not set up')}</span>
      </div>
      <details open={!one.ready}>
        <summary>{t('How to register Hearten with {name}', { name })}</summary>
        <ol className="howto">
          {steps[one.provider].map((step, n) => (
            <li key={step}>
              <span className="wrap">{step}</span>
              {n === redirectStep[one.provider] ? (
                <CopyLine value={one.redirectUri} label={t('Redirect URI for {name}', { name })} />
              ) : null}
            </li>
          ))}
        </ol>
      </details>
      <form className="form" onSubmit={(e) => void form.submit(e)}>
        <fieldset disabled={!may} style={{ gap: 16 }}>
          <legend className="sr">{name}</legend>
          <Field
            label={one.provider === 'google' ? t('Client ID') : t('Application (client) ID')}
            error={form.fields.clientId}
          >
            <input
              className="input"
              name="clientId"
              dir="ltr"
              autoComplete="off"
              required
              defaultValue={one.clientId}
            />
          </Field>
          <Field
            label={one.provider === 'google' ? t('Client secret') : t('Client secret (its Value)')}
            error={form.fields.clientSecret}
            help={
              one.ready && one.changedAt
                ? t('One is stored, since {when}. Leave empty to keep it.', { when: full(one.changedAt) })
                : undefined
            }
          >
            <input
              className="input"
              name="clientSecret"
              type="password"
              dir="ltr"
              autoComplete="new-password"
              required={!one.ready}
              placeholder={one.ready ? '••••••••' : ''}
            />
          </Field>
          {one.provider === 'microsoft' ? (
            <Field
              label={t('Directory (tenant) ID')}
              optional
              error={form.fields.tenant}
              help={t("Needed for a registration of a single tenant. Empty lets any organisation's mailbox sign in.")}
            >
              <input className="input" name="tenant" dir="ltr" autoComplete="off" defaultValue={one.tenant} />
            </Field>
          ) : null}
        </fieldset>
        <FormError error={form.error} fields={['clientId', 'clientSecret', 'tenant']} />
        {may ? (
          <div className="feet">
            <Submit busy={form.busy}>{t('Save')}</Submit>
            {one.ready ? (
              <button type="button" className="btn danger end" onClick={() => setLeaving(true)}>
                {t('Forget')}
              </button>
            ) : null}
          </div>
        ) : null}
      </form>
      <Confirm
        open={leaving}
        onClose={() => setLeaving(false)}
        title={t('Forget {name}?', { name })}
        yes={t('Forget')}
        onYes={() => void forget()}
      >
        {t(
          'Mailboxes signed in to with {name} stop within the hour, until it is set up again. Their conversations stay.',
          { name },
        )}
      </Confirm>
    </section>
  );
};

/** Once for the whole workspace; from then on a mailbox is a button away. */
export const Providers = () => {
  useTitle(t('Sign-in for mailboxes'));
  const query = useQuery(providersQuery);
  return (
    <>
      <Head
        title={t('Sign-in for mailboxes')}
        lead={t(
          'Google and Microsoft let programs into a mailbox only when they know them. Register this Hearten there once; then mailboxes are connected with a button and without passwords.',
        )}
        help={t(
          'An owner of your Google or Microsoft organisation registers Hearten there once and copies two values here. They are kept with a button, together, because one without the other signs nobody in. The secret is sealed and never shown again.',
        )}
      />
      {query.isPending ? <SkeletonRows count={2} /> : null}
      {query.isError ? <Failed error={query.error} retry={() => void query.refetch()} /> : null}
      {query.data?.map((one) => (
        <Card key={`${one.provider} ${one.changedAt}`} provider={one} />
      ))}
    </>
  );
};
