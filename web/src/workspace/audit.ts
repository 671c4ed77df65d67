import type { AuditArea, AuditEntry } from '@hearten/contract';
import { t } from '../language/index.ts';
import { full } from '../ui/time.ts';

export const areas: Record<AuditArea, string> = {
  settings: t('Settings'),
  people: t('People and keys'),
  'sign-in': t('Sign-in'),
  data: t('Data taken out or erased'),
  machine: t('Backups'),
};

const kinds: Record<string, string> = {
  workspace: t('Workspace'),
  brand: t('Brand'),
  inbox: t('Inbox'),
  provider: t('Mail provider'),
  mail_provider: t('Sign-in for mailboxes'),
  mailbox_grant: t('Mailbox'),
  dkim_key: t('Signing key'),
  system_mail: t('System mail'),
  customer_field: t('Customer field'),
  blocked_sender: t('Blocked sender'),
  allowed_sender: t('Allowed sender'),
  spam_filter: t('Spam'),
  person: t('Person'),
  team: t('Team'),
  team_person: t('Team'),
  api_key: t('API key'),
  passkey: t('Passkey'),
  'second-factor': t('Second factor'),
  sign_in_provider: t('Company’s sign-in'),
  webhook: t('Webhook'),
  chat_key: t('Chat key'),
  attendance: t('Chats at once'),
  visitor_block: t('Blocked visitor'),
  form: t('Web form'),
  problem: t('Problem'),
  tracker: t('Issue tracker'),
  survey: t('Survey'),
  mood_model: t('Language model'),
  entered_customers: t('Active customers a week'),
  schedule: t('Hours'),
  schedule_holiday: t('Holiday'),
  schedule_exception: t('Hours of one date'),
  schedule_calendar: t('Calendar'),
  schedule_place: t('Whose hours hold'),
  retention: t('Privacy and retention'),
};
const whole: Record<string, string> = {
  'backup.made': t('Backup made'),
  'restored.released': t('Sending allowed again after a restore'),
  'audit.exported': t('Audit log exported'),
  'customer.exported': t('Customer exported'),
  'customer.erasing': t('Erasure of a customer asked for'),
  'export.downloaded': t('Export downloaded'),
  'customer.kept': t('Erasure of a customer taken back'),
  'customer.erased': t('Customer erased'),
  'visitor.erased': t('Visitors erased'),
  'workspace.exported': t('Workspace exported'),
  'workspace.imported': t('Workspace imported'),
  'retention.removed': t('Removed by age'),
  'problem.mailing': t('Everyone with a problem told'),
  'customer.news-again': t('News of fixes wanted again by a customer'),
  'file.read': t('File opened'),
  'webhook.secret-shown': t('Secret of a webhook shown'),
  'webhook.secret-changed': t('New secret of a webhook'),
  'webhook.resent': t('Webhook sent again'),
  'sign-in.done': t('Signed in'),
  'sign-in.failed': t('Sign-in failed'),
  'sign-in.proved': t('Proved who it is'),
  'password.changed': t('Password changed'),
  'password.reset': t('New password set by a link'),
  'password.reset-with-factors': t('New password set by a link, second factors taken away'),
  'password.link-made': t('Link to a new password made'),
  'session.ended': t('Session ended'),
  'second-factor.reset': t('Second factor reset'),
  'company.linked': t('Linked to the company’s sign-in'),
  'company.unlinked': t('Unlinked from the company’s sign-in'),
};

export const called = ({ actor }: AuditEntry): string =>
  actor.kind === 'system' ? t('Hearten') : actor.name || (actor.kind === 'nobody' ? t('Nobody') : t('Someone'));

const ends = ['added', 'changed', 'removed'];
/** Whether this page has words of its own for it. */
export const hasWords = (what: string): boolean =>
  Object.hasOwn(whole, what) ||
  (Object.hasOwn(kinds, what.slice(0, what.lastIndexOf('.'))) && ends.includes(what.slice(what.lastIndexOf('.') + 1)));

/** What was done, in a few words; a kind that this page has no word for stands as it is written. */
export const doneTo = ({ what }: AuditEntry): string => {
  const whole_ = whole[what];
  if (whole_) return whole_;
  const at = what.lastIndexOf('.');
  const kind = kinds[what.slice(0, at)] ?? what.slice(0, at);
  const verb = what.slice(at + 1);
  if (verb === 'added') return t('{kind} added', { kind });
  if (verb === 'changed') return t('{kind} changed', { kind });
  if (verb === 'removed') return t('{kind} removed', { kind });
  return what;
};

const isMoment = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value));
/** As people read it: a moment in their own time, a list with commas. */
const plain = (value: unknown): string => {
  if (value === null || value === undefined || value === '') return '–';
  if (isMoment(value)) return full(value);
  if (Array.isArray(value)) return value.length === 0 ? '–' : value.map(plain).join(', ');
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 160)}…` : text;
};
const isId = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f-]{36}$/.test(value);
export type Fact = { name: string; was: string | null; now: string };
export const factsOf = ({ facts, what }: AuditEntry): Fact[] =>
  Object.entries(facts).flatMap(([field, value]): Fact[] => {
    const name = field.replaceAll('_', ' ');
    // Which fields were changed is a list, however many they are; other lists of two are what was and what is now.
    if (field === 'fields' || !Array.isArray(value) || value.length !== 2)
      return [{ name, was: null, now: plain(value) }];
    const [was, now] = value as [unknown, unknown];
    // That a new thing has secrets, and the ids of what it belongs to, tell nobody anything.
    if (what.endsWith('.added'))
      return now === null || now === '…' || isId(now) ? [] : [{ name, was: null, now: plain(now) }];
    if (what.endsWith('.removed')) return [];
    return [{ name, was: plain(was), now: plain(now) }];
  });
