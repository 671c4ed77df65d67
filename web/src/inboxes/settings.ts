import type { MailSettings } from '@hearten/contract';
import { t } from '../language/index.ts';

export type Server = NonNullable<MailSettings['imap']>;
type Security = Server['security'];
const ports: Record<'imap' | 'smtp', Record<Security, number>> = {
  imap: { tls: 993, starttls: 143, none: 143 },
  smtp: { tls: 465, starttls: 587, none: 25 },
};
export const usualPort = (kind: 'imap' | 'smtp', security: Security) => ports[kind][security];

/** What providers publish about themselves; everybody else usually has imap. and smtp. before their domain. */
const known: [RegExp, { imap: string; smtp: string; smtpSecurity?: Security; hint?: string }][] = [
  [
    /^(gmail|googlemail)\.com$/,
    {
      imap: 'imap.gmail.com',
      smtp: 'smtp.gmail.com',
      hint: t('Gmail wants an app password here, not your usual one.'),
    },
  ],
  [
    /^(outlook|hotmail|live)\.[a-z.]+$/,
    {
      imap: 'outlook.office365.com',
      smtp: 'smtp-mail.outlook.com',
      smtpSecurity: 'starttls',
      hint: t('Outlook may refuse passwords; then forward the mail to another mailbox.'),
    },
  ],
  [
    /^(yahoo)\.[a-z.]+$/,
    { imap: 'imap.mail.yahoo.com', smtp: 'smtp.mail.yahoo.com', hint: t('Yahoo wants an app password.') },
  ],
  [
    /^(icloud|me|mac)\.com$/,
    {
      imap: 'imap.mail.me.com',
      smtp: 'smtp.mail.me.com',
      smtpSecurity: 'starttls',
      hint: t('iCloud wants an app-specific password.'),
    },
  ],
  [
    /^fastmail\.[a-z]+$/,
    { imap: 'imap.fastmail.com', smtp: 'smtp.fastmail.com', hint: t('Fastmail wants an app password.') },
  ],
  [/^(gmx)\.[a-z]+$/, { imap: 'imap.gmx.com', smtp: 'mail.gmx.com', smtpSecurity: 'starttls' }],
  [/^zoho\.[a-z]+$/, { imap: 'imap.zoho.com', smtp: 'smtp.zoho.com' }],
];
/** A first guess from the address, always open to correction. */
export const guess = (address: string): { imap: string; smtp: string; smtpSecurity: Security; hint: string } => {
  const domain = address.split('@')[1]?.trim().toLowerCase() ?? '';
  if (!/^[^\s@]+\.[a-z]{2,}$/.test(domain)) return { imap: '', smtp: '', smtpSecurity: 'tls', hint: '' };
  const found = known.find(([name]) => name.test(domain))?.[1];
  return {
    imap: found?.imap ?? `imap.${domain}`,
    smtp: found?.smtp ?? `smtp.${domain}`,
    smtpSecurity: found?.smtpSecurity ?? 'tls',
    hint: found?.hint ?? '',
  };
};

/** How an inbox writes; kept field by field, apart from where it is connected. */
export type Habits = Pick<MailSettings, 'signature' | 'undoSeconds' | 'quoteHistory' | 'acknowledge' | 'plusAddress'>;
/** Those an inbox has, or those it begins with. */
export const habitsOf = (settings: MailSettings | undefined): Habits => ({
  signature: settings?.signature ?? '',
  undoSeconds: settings?.undoSeconds ?? 10,
  quoteHistory: settings?.quoteHistory ?? false,
  acknowledge: settings?.acknowledge ?? false,
  plusAddress: settings?.plusAddress ?? true,
});

export type Back = 'now' | 'since' | 'all';
const text = (data: FormData, name: string) => String(data.get(name) ?? '').trim();
const security = (value: string): Security => (value === 'starttls' || value === 'none' ? value : 'tls');
/** A password left empty is left out: the server keeps the one it has. */
const password = (data: FormData, name: string) => (data.get(name) ? { password: String(data.get(name)) } : {});

/** The form's fields → what the server stores. Neither a day nor everything means: from now on. */
export const readSettings = (data: FormData): Omit<MailSettings, 'signIn' | keyof Habits> => {
  const day = text(data, 'back') === 'since' ? text(data, 'since') : '';
  const sameUser = text(data, 'smtp.same') === 'on';
  const server = (kind: 'imap' | 'smtp', login: 'imap' | 'smtp') => {
    const how = security(text(data, `${kind}.security`));
    return {
      host: text(data, `${kind}.host`),
      port: Number(text(data, `${kind}.port`)) || usualPort(kind, how),
      security: how,
      user: text(data, `${login}.user`),
      ...password(data, `${login}.password`),
    };
  };
  return {
    imap: text(data, 'imap.host')
      ? {
          ...server('imap', 'imap'),
          folder: text(data, 'imap.folder') || 'INBOX',
          since: day ? new Date(`${day}T00:00:00`).toISOString() : null,
          all: text(data, 'back') === 'all',
        }
      : null,
    smtp: text(data, 'smtp.host') ? server('smtp', sameUser ? 'imap' : 'smtp') : null,
    trustedHosts: [
      ...new Set(
        text(data, 'trustedHosts')
          .toLowerCase()
          .split(/[\s,]+/)
          .filter(Boolean),
      ),
    ],
  };
};
