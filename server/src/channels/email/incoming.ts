import { createHash } from 'node:crypto';
import type { Parsed, Reason } from '@hearten/contract';
import type { Seal } from '../../base/seal.ts';
import type { Incoming, Verdict } from '../../conversations/index.ts';
import { conversationNamed, withoutToken } from './address.ts';
import { asHandedIn } from './handed-in.ts';
import { forwardedFrom, type Invitation, isThanks, type ParsedMail, type Reported } from './parse/index.ts';
import { signsOf } from './signs.ts';

/** One mail as it reached us, whatever way it came. */
export type Raw = {
  id: string;
  inboxId: string;
  source:
    | 'imap'
    | 'smtp'
    | 'pipe'
    | 'http'
    | 'mailgun'
    | 'postmark'
    | 'sendgrid'
    | 'ses'
    | 'import'
    | 'practice'
    | 'form';
  bytes: Buffer;
  /** Of the whole mail; more than `bytes` holds when it was too large to take. */
  size: number;
  receivedAt: string;
  /** When it came to us, if its mail server had it long before in another place. */
  cameAt?: string;
  historic: boolean;
  folder: string;
  uidvalidity: number | null;
  uid: number | null;
  /** What was said before the mail itself (SMTP); empty for a mail that lay in a mailbox. */
  envelope: { from?: string; to?: string[]; ip?: string; helo?: string; direct?: boolean };
  /** In words, when only the headers were taken. */
  stub: string | null;
};

const LONGEST = 500_000;
/** Postgres holds neither NUL nor half a surrogate pair. */
const clean = (text: string, most = LONGEST): string => {
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return (whole.length > most ? `${whole.slice(0, most)}…` : whole).toWellFormed();
};
/** Line ends as the rest of the house has them. */
const prose = (text: string): string => clean(text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text);
const cleanAddress = <A extends { address: string; name: string }>(a: A): { address: string; name: string } => ({
  address: clean(a.address, 320),
  name: clean(a.name, 200),
});
/** An id as it is compared and indexed (an index takes 2.7 kB): what is longer than any real one keeps its beginning and a hash of all of it. */
const bounded = (id: string): string =>
  id.length <= 500 ? clean(id) : `${clean(id, 400)}${createHash('sha256').update(id).digest('hex')}`;
const cleanId = (id: string | null): string | null => (id === null ? null : bounded(id));

/** Same words, same writer, same id: the same mail, whichever way and how often it comes. Without an id, date and subject speak for it. */
export function dedupeOf(mail: ParsedMail): Buffer {
  const hash = createHash('sha256');
  hash.update(mail.messageId ?? `none\0${mail.date ?? ''}\0${mail.subject}`);
  hash.update(`\0${mail.from?.address.toLowerCase() ?? ''}\0`);
  hash.update(mail.text.replace(/\s+/g, ' ').trim());
  for (const file of mail.attachments) hash.update(`\0${file.filename ?? ''}\0${file.contentType}\0${file.size}`);
  return hash.digest();
}

/** What came wrapped (winmail.dat, smime.p7m) is listed by itself; the wrapping stays in the raw mail. */
const filesOf = (mail: ParsedMail): { file: ParsedMail['attachments'][number]; part: number }[] =>
  mail.attachments
    .map((file, part) => ({ file, part }))
    .filter(
      // the first part of OpenPGP's envelope says nothing but a version
      ({ file }) => !file.container && file.contentType !== 'application/pgp-encrypted',
    );

/** What it holds besides its words, as people see it; null for most mail. */
function parsedOf(mail: ParsedMail): Parsed | null {
  const { invitation, security } = mail;
  const until = mail.outOfOffice?.until;
  const list = mail.isList ? (mail.headers['list-id']?.[0] ?? mail.headers['list-post']?.[0] ?? '') : null;
  if (!invitation && !security && list === null && !until) return null;
  return {
    ...(invitation ? { invitation: invitationOf(invitation, mail) } : {}),
    ...(security
      ? {
          security: {
            ...security,
            signer: security.signer && cleanAddress(security.signer),
            issuer: security.issuer && clean(security.issuer, 200),
          },
        }
      : {}),
    ...(list === null ? {} : { list: clean(list, 300) }),
    ...(until ? { awayUntil: until } : {}),
  };
}

const invitationOf = (found: Invitation, mail: ParsedMail): NonNullable<Parsed['invitation']> => ({
  ...found,
  part: mail.attachments.findIndex((file) => file.part === found.part),
  title: clean(found.title, 500),
  place: clean(found.place, 500),
  note: prose(found.note),
  organiser: found.organiser && cleanAddress(found.organiser),
  attendees: found.attendees.map((a) => ({ ...cleanAddress(a), answer: a.answer })),
});

/** Why a person has to look at it, or null. */
export function unplaceable(mail: ParsedMail): Reason | null {
  const address = mail.from?.address ?? '';
  if (address.includes('@') || mail.kind === 'bounce' || mail.kind === 'complaint') return null;
  return { code: 'no-sender' };
}

/** From whom a forwarded mail was, read from the block that mail programs put above it. */
export const forwardOf = (mail: ParsedMail): Incoming['forwarded'] => {
  const found = forwardedFrom(mail.subject, mail.text);
  return found && cleanAddress(found);
};

/** Whether a server says that it took this mail from another one. What a person wrote and kept in their Sent folder was handed over by nobody. */
function wasRelayed(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 64 * 1024);
  const end = head.search(/\r?\n\r?\n/);
  return /^received:\s*from\b/im.test(end < 0 ? head : head.slice(0, end));
}

const told = (r: Reported): Reported => ({
  address: clean(r.address, 320),
  state: r.state,
  text: clean(r.text, 2000),
  said: clean(r.said, 2000),
});

/** What the parser read, as the conversations take it. */
export function toIncoming(
  seal: Seal,
  workspaceId: string,
  raw: Raw,
  mail: ParsedMail,
  rawHash: Buffer,
  verdictOn: (raw: Raw, from: string) => Verdict,
): Incoming {
  const from = cleanAddress(mail.from ?? { address: 'mailer-daemon', name: 'Mail server' });
  const named = [...mail.to, ...mail.cc].map((a) => a.address);
  const body = mail.replyText.trim() === '' ? mail.text : mail.replyText;
  const bounce = mail.bounce
    ? {
        messageExternalId: cleanId(mail.bounce.originalMessageId),
        recipients: mail.bounce.recipients.map((r) => clean(r, 320)),
        hard: mail.bounce.hard,
        final: mail.bounce.final,
        reason: clean(mail.bounce.reason, 2000),
        said: clean(mail.bounce.diagnostic ?? '', 2000),
        ...(mail.bounce.each?.length ? { each: mail.bounce.each.slice(0, 100).map(told) } : {}),
      }
    : mail.complaint
      ? {
          messageExternalId: cleanId(mail.complaint.originalMessageId),
          recipients: mail.complaint.recipients.map((r) => clean(r, 320)),
          hard: false,
          reason: 'The recipient marked this message as spam.',
        }
      : mail.arrived
        ? {
            messageExternalId: cleanId(mail.arrived.originalMessageId),
            recipients: mail.arrived.each.slice(0, 100).map((r) => clean(r.address, 320)),
            hard: false,
            final: false,
            reason: 'A mail server reports that it was delivered.',
            each: mail.arrived.each.slice(0, 100).map(told),
          }
        : null;
  const incoming: Incoming = {
    id: raw.id,
    inboxId: raw.inboxId,
    channel: 'email',
    externalId: cleanId(mail.messageId),
    inReplyTo: cleanId(mail.inReplyTo),
    references: mail.references.slice(-50).map(bounded),
    token: conversationNamed(seal, workspaceId, [...named, ...mail.deliveredTo, ...(raw.envelope.to ?? [])]),
    from,
    forwarded: raw.stub ? null : forwardOf(mail),
    relayed: raw.source === 'import' && wasRelayed(raw.bytes),
    replyTo: mail.replyTo[0] ? cleanAddress(mail.replyTo[0]) : null,
    // Our own signed address is us: it must not come to take part in the conversation it names.
    to: mail.to.slice(0, 200).map(cleanAddress).map(withoutToken),
    cc: mail.cc.slice(0, 200).map(cleanAddress).map(withoutToken),
    subject: clean(mail.subject, 998),
    text: raw.stub ? raw.stub : prose(body),
    quote: raw.stub ? '' : prose(mail.quotedText),
    hasHtml: !raw.stub && mail.html !== null,
    attachments: raw.stub
      ? []
      : filesOf(mail).map(({ file, part }) => ({
          part,
          filename: clean(file.filename ?? '', 255),
          contentType: clean(file.contentType, 200),
          size: file.size,
          inline: file.inline,
          contentId: cleanId(file.contentId),
        })),
    kind: mail.kind,
    automatic:
      mail.auto.length > 0 || mail.kind === 'auto_reply' || mail.kind === 'bounce' || mail.kind === 'complaint',
    language: null,
    bounce,
    arrival: mail.arrived !== undefined,
    awayUntil: mail.outOfOffice?.until ?? null,
    thanks: !raw.stub && mail.attachments.length === 0 && isThanks(body),
    parsed: raw.stub ? null : parsedOf(mail),
    signs: raw.stub ? [] : signsOf(mail),
    authentication: verdictOn(raw, from.address),
    rawHash,
    dedupe: dedupeOf(mail),
    receivedAt: raw.receivedAt,
    ...(raw.cameAt ? { cameAt: raw.cameAt } : {}),
    historic: raw.historic,
  };
  return raw.source === 'form' ? asHandedIn(incoming, mail) : incoming;
}
