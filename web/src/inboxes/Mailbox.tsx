import type { Inbox, MailboxSignIn } from '@hearten/contract';
import { t } from '../language/index.ts';
import { Check, Field } from '../ui/form.tsx';
import { HowFarBack, ServerFields } from './fields.tsx';
import { SignedInAs, SignInInstead } from './SignIn.tsx';
import type { guess } from './settings.ts';

/** Where mail is fetched and sent: as whom it is signed in, or servers and passwords. `brought` is a sign-in not yet used. */
export const Mailbox = ({
  may,
  inbox,
  brought,
  address,
  guessed,
  errors,
}: {
  may: boolean;
  inbox?: Inbox;
  brought: MailboxSignIn | null;
  address: string;
  guessed: ReturnType<typeof guess>;
  errors: Record<string, string>;
}) => {
  const s = inbox?.settings;
  const signIn = inbox ? inbox.settings.signIn : brought;
  const other = brought !== null && address.trim().toLowerCase() !== brought.account.toLowerCase();
  return (
    <>
      <fieldset disabled={!may} className="card pad">
        <legend className="sr">{t('Sign-in')}</legend>
        {signIn ? (
          <SignedInAs provider={signIn.provider} account={signIn.account} inbox={inbox} />
        ) : (
          <SignInInstead inbox={inbox} address={address} />
        )}
        {other ? (
          <Check
            name="otherAccount"
            label={t('{account} may open and send from {address}', { account: brought?.account, address })}
            help={t('You signed in as another address: right for a shared mailbox, or another name of that account.')}
          />
        ) : null}
        {signIn ? (
          <>
            <input type="hidden" name="imap.host" value={s?.imap?.host ?? signIn.provider} />
            <input type="hidden" name="smtp.host" value={s?.smtp?.host ?? signIn.provider} />
            <Field label={t('Folder')}>
              <input className="input" name="imap.folder" defaultValue={s?.imap?.folder ?? 'INBOX'} dir="ltr" />
            </Field>
            <HowFarBack value={s?.imap ?? null} />
          </>
        ) : null}
      </fieldset>
      {signIn ? null : (
        <>
          <fieldset disabled={!may} className="card pad">
            <legend className="sr">{t('Receiving')}</legend>
            <h2>{t('Receiving (IMAP)')}</h2>
            <ServerFields
              kind="imap"
              value={s?.imap ?? null}
              host={guessed.imap}
              user={address}
              has={inbox?.hasPassword.imap ?? false}
              errors={errors}
            />
            <Field label={t('Folder')}>
              <input className="input" name="imap.folder" defaultValue={s?.imap?.folder ?? 'INBOX'} dir="ltr" />
            </Field>
            <HowFarBack value={s?.imap ?? null} />
          </fieldset>
          <fieldset disabled={!may} className="card pad">
            <legend className="sr">{t('Sending')}</legend>
            <h2>{t('Sending (SMTP)')}</h2>
            <ServerFields
              kind="smtp"
              value={s?.smtp ?? null}
              host={guessed.smtp}
              security={guessed.smtpSecurity}
              user={address}
              has={inbox?.hasPassword.smtp ?? false}
              errors={errors}
              sharable={!inbox}
            />
          </fieldset>
        </>
      )}
    </>
  );
};
