import type { MailSettings, Provider } from '@hearten/contract';
import type { Config } from '../../../base/config.ts';

type Place = { host: string; port: number; security: 'tls' | 'starttls' | 'none' };
/** What is fixed about a provider: where people sign in, where mail is, what is asked for. */
export type ProviderFacts = {
  name: string;
  authorize: string;
  token: string;
  revoke: string | null;
  scope: string;
  /** More of the address that people are sent to. */
  more: Record<string, string>;
  issued: (issuer: string) => boolean;
  imap: Place;
  smtp: Place;
};
export const nameOf = (provider: Provider): string => (provider === 'google' ? 'Google' : 'Microsoft');

/** "imaps://host smtps://host": TLS from the start; without the s STARTTLS, or nothing on this machine itself. */
function servers(text: string): { imap: Place; smtp: Place } {
  const [imap, smtp] = text
    .trim()
    .split(/\s+/)
    .map((one): Place => {
      const url = new URL(one);
      const kind = url.protocol.startsWith('imap') ? 'imap' : 'smtp';
      const tls = url.protocol.endsWith('s:');
      const here = /^(localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname);
      const port = { imap: tls ? 993 : 143, smtp: tls ? 465 : 587 }[kind];
      return {
        host: url.hostname,
        port: Number(url.port) || port,
        security: tls ? 'tls' : here ? 'none' : 'starttls',
      };
    });
  return { imap: imap as Place, smtp: smtp as Place };
}

export function factsOf(config: Config, provider: Provider, tenant: string): ProviderFacts {
  const bare = (url: string): string => url.replace(/\/+$/, '');
  if (provider === 'google') {
    const other = config.GOOGLE_LOGIN_URL ? bare(config.GOOGLE_LOGIN_URL) : null;
    const issuers = other ? [other] : ['https://accounts.google.com', 'accounts.google.com'];
    return {
      name: 'Google',
      authorize: `${other ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`,
      token: `${other ?? 'https://oauth2.googleapis.com'}/token`,
      revoke: `${other ?? 'https://oauth2.googleapis.com'}/revoke`,
      scope: 'openid email https://mail.google.com/',
      // Only with these does Google give what outlasts the hour, also to someone who agreed before.
      more: { access_type: 'offline', prompt: 'consent select_account' },
      issued: (issuer) => issuers.includes(issuer),
      ...servers(config.GOOGLE_MAIL_SERVERS ?? 'imaps://imap.gmail.com smtps://smtp.gmail.com'),
    };
  }
  const login = bare(config.MICROSOFT_LOGIN_URL ?? 'https://login.microsoftonline.com');
  const resource = bare(config.MICROSOFT_MAIL_RESOURCE ?? 'https://outlook.office.com');
  const place = `${login}/${encodeURIComponent(tenant || 'common')}`;
  return {
    name: 'Microsoft',
    authorize: `${place}/oauth2/v2.0/authorize`,
    token: `${place}/oauth2/v2.0/token`,
    revoke: null,
    scope: `openid email profile offline_access ${resource}/IMAP.AccessAsUser.All ${resource}/SMTP.Send`,
    more: { prompt: 'select_account' },
    issued: (issuer) => issuer.startsWith(`${login}/`) && issuer.endsWith('/v2.0'),
    ...servers(config.MICROSOFT_MAIL_SERVERS ?? 'imaps://outlook.office365.com smtp://smtp.office365.com'),
  };
}

/**
 * Settings as they are for a mailbox that is signed in to. The servers are the provider's own whatever was typed: what is handed to them
 * opens the mailbox. Whom to open: at Google the account, at Microsoft the address, which may be a shared mailbox.
 */
export function placed(facts: ProviderFacts, settings: MailSettings, address: string): MailSettings {
  const { signIn } = settings;
  if (!signIn) return settings;
  const user = signIn.provider === 'google' ? signIn.account : address;
  return {
    ...settings,
    imap: {
      folder: settings.imap?.folder ?? 'INBOX',
      since: settings.imap?.since ?? null,
      all: settings.imap?.all ?? false,
      ...facts.imap,
      user,
    },
    smtp: { ...facts.smtp, user },
  };
}
