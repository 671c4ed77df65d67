import type { Inbox, MailboxSignIn, MailProvider, MailSettings, Provider } from '@hearten/contract';
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { LogIn } from 'lucide-react';
import { useState } from 'react';
import { api } from '../api.ts';
import { t } from '../language/index.ts';
import { Said } from '../language/Said.tsx';
import { Said as Told } from '../ui/kit.tsx';
import { tell, tellProblem } from '../ui/toast.tsx';

export const providersQuery = queryOptions({
  queryKey: ['mail-providers'],
  queryFn: async () => (await api('GET /mail-providers')).items,
  staleTime: 60_000,
});
export const providerName = (provider: Provider) => (provider === 'google' ? 'Google' : 'Microsoft');

/** The sign-in that somebody has just come back from, by the page's address. */
export const useCameBack = (): { signIn: MailboxSignIn | null; over: boolean; error: unknown; forget: () => void } => {
  const { signIn: id } = useSearch({ strict: false }) as { signIn?: string };
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['mailbox-sign-in', id],
    queryFn: () => api('GET /mailbox-sign-ins/:id', { params: { id: id ?? '' } }),
    enabled: id !== undefined && id !== 'over',
  });
  return {
    signIn: query.data ?? null,
    over: id === 'over',
    error: query.error,
    forget: () => void navigate({ to: '.', search: {}, replace: true }),
  };
};

/** Leaves for the provider's page; what was typed here is not kept, so it comes first. */
const SignInButton = ({
  provider,
  inboxId,
  address,
  label,
  primary = false,
}: {
  provider: Provider;
  inboxId?: string;
  address?: string;
  label?: string;
  primary?: boolean;
}) => {
  const [busy, setBusy] = useState(false);
  const go = async () => {
    setBusy(true);
    try {
      const { url } = await api('POST /mailbox-sign-ins', { body: { provider, inboxId, address } });
      location.assign(url);
    } catch (error) {
      setBusy(false);
      tellProblem(error);
    }
  };
  return (
    <button type="button" className={`btn${primary ? ' primary' : ''}${busy ? ' busy' : ''}`} onClick={() => void go()}>
      <LogIn className="i s14 flip" />{' '}
      {label ?? t('Sign in with {providerName}', { providerName: providerName(provider) })}
    </button>
  );
};

/** The ways in that need no password here. What isn't registered yet leads to where that is done. */
export const SignInInstead = ({ inbox, address }: { inbox?: Inbox; address: string }) => {
  const { data } = useQuery(providersQuery);
  if (!data) return null;
  const ready = data.filter((one: MailProvider) => one.ready);
  return (
    <div className="stack tight">
      <h2>{t('Sign in instead of a password')}</h2>
      <p className="ink2">
        {t(
          'For mailboxes at Google and Microsoft. You agree on their page; Hearten never sees the password, and you can take the permission back there at any time.',
        )}
      </p>
      <div className="row wraps">
        {ready.map((one) => (
          <SignInButton key={one.provider} provider={one.provider} inboxId={inbox?.id} address={address || undefined} />
        ))}
        {ready.length < data.length ? (
          <Link className="btn quiet" to="/settings/sign-in">
            {ready.length === 0
              ? t('Set up sign-in with Google or Microsoft')
              : t('Set up sign-in with {data}', {
                  data: data
                    .filter((one) => !one.ready)
                    .map((one) => providerName(one.provider))
                    .join(' or '),
                })}
          </Link>
        ) : null}
      </div>
    </div>
  );
};

/** In place of servers and passwords: as whom the mailbox is opened. */
export const SignedInAs = ({ provider, account, inbox }: { provider: Provider; account: string; inbox?: Inbox }) => {
  const client = useQueryClient();
  const back = async () => {
    if (!inbox) return;
    try {
      const { signIn: _signIn, ...rest } = inbox.settings;
      const settings: MailSettings = { ...rest, signIn: null };
      await api('PATCH /inboxes/:id', { params: { id: inbox.id }, body: { settings } });
      await client.invalidateQueries({ queryKey: ['inboxes'] });
      tell(t('Enter the password, then save'));
    } catch (error) {
      tellProblem(error);
    }
  };
  return (
    <div className="stack tight">
      <h2>{t('Signed in at {providerName}', { providerName: providerName(provider) })}</h2>
      <p className="ink2">
        <Said
          id="As <0>{account}</0>. Mail is read and sent through {providerName}, and the sign-in renews itself."
          values={{ account, providerName: providerName(provider) }}
          components={[<bdi key="0" className="strong" />]}
        />
      </p>
      <div className="row wraps">
        <SignInButton
          provider={provider}
          inboxId={inbox?.id}
          address={account}
          label={inbox ? t('Sign in again') : t('Sign in as someone else')}
          primary={inbox?.state.state === 'trouble'}
        />
        {inbox ? (
          <button type="button" className="btn quiet" onClick={() => void back()}>
            {t('Use a password instead')}
          </button>
        ) : null}
      </div>
    </div>
  );
};

/** What came of going to the provider and back, when there is something to say or to ask. */
export const CameBack = ({ inbox }: { inbox?: Inbox }) => {
  const { signIn, over, error, forget } = useCameBack();
  const client = useQueryClient();
  const use = async () => {
    if (!signIn || !inbox) return;
    try {
      await api('POST /mailbox-sign-ins/:id/use', {
        params: { id: signIn.id },
        body: { inboxId: inbox.id, otherAccount: true },
      });
      await client.invalidateQueries({ queryKey: ['inboxes'] });
      tell(t('Signed in. Mail is read again.'));
      forget();
    } catch (cause) {
      tellProblem(cause);
    }
  };
  if (over)
    return (
      <Told
        error={
          new Error(
            t(
              'That sign-in is over: it was used already, took longer than ten minutes, or began in another browser. Nothing was changed; begin it again from the inbox.',
            ),
          )
        }
      />
    );
  if (error) return <Told error={error} />;
  if (signIn?.state === 'failed') return <Told error={new Error(signIn.text)} />;
  if (signIn?.state !== 'ready' || !inbox) return null;
  return (
    <div className="card pad stack tight" role="alert">
      <h2>{t('Is this the right account?')}</h2>
      <p>
        {signIn.provider === 'microsoft' ? (
          <Said
            id="You signed in as <0>{account}</0>, and this inbox is <1>{address}</1>. That is right for a shared mailbox which this account may open and send from."
            values={{ account: signIn.account, address: inbox.address }}
            components={[<bdi key="0" className="strong" />, <bdi key="1" className="strong" />]}
          />
        ) : (
          <Said
            id="You signed in as <0>{account}</0>, and this inbox is <1>{address}</1>. That is right when the address is another name of this account."
            values={{ account: signIn.account, address: inbox.address }}
            components={[<bdi key="0" className="strong" />, <bdi key="1" className="strong" />]}
          />
        )}
      </p>
      <div className="row wraps">
        <button type="button" className="btn primary" onClick={() => void use()}>
          {t('Use this account')}
        </button>
        <SignInButton
          provider={signIn.provider}
          inboxId={inbox.id}
          address={inbox.address}
          label={t('Sign in as another')}
        />
        <button type="button" className="btn quiet" onClick={forget}>
          {t('Leave it')}
        </button>
      </div>
    </div>
  );
};
