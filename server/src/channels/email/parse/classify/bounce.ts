import type { Body } from '../body/collect.ts';
import type { Part } from '../mime/tree.ts';
import type { Bounce, ParsedMail, Reported } from '../types.ts';
import { looksAutomatic } from './auto.ts';
import { bounceReason, statusIn } from './bounce-reason.ts';
import { FAILURE_PHRASES, hasPhrase, ORIGINAL_MARKS, SUBJECT_PHRASES } from './bounce-words.ts';
import { addressIn, type Fields, fieldGroups, fieldsOf, headersFrom, returnedHeaders } from './reports.ts';

const WINDOW = 16_000;
const DAEMON =
  /^(mailer-?daemon|mail-?daemon|maildaemon|post-?_?master|mail-?delivery|mdaemon|bounces?|noreply-bounce|mmdf|maildeliverysystem|mail\.daemon|administrator|mail-administrator|smtp|uucp|listserv-?bounce|daemon|double-bounce|mail_?system|mailsystem|mailadmin)/i;
const DAEMON_NAME =
  /mail(er)?[ -]?(delivery|daemon|system|administrator|router|agent)|delivery (sub)?system|postmaster|mailer[ -]daemon|internet mail (delivery|system)|system administrator|ndr administrator|mail system/i;

/** How the texts of well-known mail servers begin. */
const OPENING =
  /^\s*(hi\. this is the (qmail-send|mta)|this is the (mail system|mail delivery|postfix)|this message was created automatically by (mail|the)|your message (did not reach|could not be delivered|has been rejected|cannot be delivered)|a message (that )?you sent could not)/i;

/** A delivery report: RFC 3464 when it is one, else the free text of the many servers that never learned it. */
export function readBounce(raw: Buffer, root: Part, mail: ParsedMail, body: Body): Bounce | null {
  const groups = statusGroups(raw, root, body);
  if (groups.length > 0) {
    const failing = groups.filter(
      (g) =>
        /^(failed?|failure|delayed|failed\b)/i.test(action(g)) ||
        (action(g) === '' && statusOf(g) !== null && !statusOf(g)?.startsWith('2')),
    );
    if (failing.length > 0) return { ...fromStatus(failing, raw, mail, body), each: groups.flatMap(eachOf) };
    if (groups.some((g) => /^(delivered|relayed|expanded|deliverable)/i.test(action(g)))) return null;
  }
  return looksLikeBounce(root, mail, body) ? fromText(raw, root, mail, body) : null;
}

/** A report that tells of no failure: whom it reached, or was handed on to. */
export function readArrival(raw: Buffer, root: Part, mail: ParsedMail, body: Body): ParsedMail['arrived'] {
  if (!body.reports.some((p) => p.type.endsWith('delivery-status'))) return undefined;
  const each = statusGroups(raw, root, body).flatMap(eachOf);
  if (each.length === 0 || each.some((r) => r.state !== 'delivered' && r.state !== 'accepted')) return undefined;
  const headers = originalOf(raw, mail, body);
  return { originalMessageId: headers['message-id'] ?? mail.inReplyTo ?? mail.references.at(-1) ?? null, each };
}

/** One recipient of a report, with what became of the message there. */
function eachOf(g: Fields): Reported[] {
  const address = recipientOf(g);
  const did = action(g).toLowerCase();
  const said = (g.get('diagnostic-code')?.[0] ?? '').replace(/^\s*[\w-]{1,20}\s*;\s*/, '').slice(0, 1000);
  if (address === '') return [];
  if (did.startsWith('delivered')) return [{ address, state: 'delivered', text: 'It was delivered.', said }];
  if (/^(relayed|expanded)/.test(did))
    return [{ address, state: 'accepted', text: 'It was handed on to a server that reports no further.', said }];
  if (did.startsWith('delayed'))
    return [{ address, state: 'delayed', text: 'It is delayed; the server goes on trying.', said }];
  const status = statusOf(g);
  if (!did.startsWith('fail') && (status === null || status.startsWith('2'))) return [];
  return [{ address, state: 'bounced', text: bounceReason(said, status).words, said }];
}

function statusGroups(raw: Buffer, root: Part, body: Body): Fields[] {
  const out: Fields[] = [];
  for (const part of body.reports) {
    if (part.type !== 'message/delivery-status' && part.type !== 'message/global-delivery-status') continue;
    out.push(
      ...fieldsOf(raw, part).filter((g) => g.has('final-recipient') || g.has('original-recipient') || g.has('action')),
    );
  }
  if (out.length > 0 || !/^multipart\/report|^message\/delivery-status/.test(root.type)) return out;
  // the status is there as text: some servers label it text/plain
  return fieldGroups(mailText(body)).filter((g) => g.has('final-recipient') && (g.has('action') || g.has('status')));
}

function mailText(body: Body): string {
  return body.text.slice(0, WINDOW * 4);
}
const action = (g: Fields): string => (g.get('action')?.[0] ?? '').trim();
const statusOf = (g: Fields): string | null => /\d\.\d{1,3}\.\d{1,3}/.exec(g.get('status')?.[0] ?? '')?.[0] ?? null;

function fromStatus(groups: Fields[], raw: Buffer, mail: ParsedMail, body: Body): Bounce {
  const recipients = new Set<string>();
  const diagnostics: string[] = [];
  let status: string | null = null;
  for (const g of groups) {
    const address = recipientOf(g);
    if (address) recipients.add(address);
    for (const d of g.get('diagnostic-code') ?? []) diagnostics.push(d.replace(/^\s*[\w-]{1,20}\s*;\s*/, ''));
    const s = statusOf(g);
    if (s && (status === null || s.startsWith('5'))) status = s;
  }
  const notice = noticeOf(mail.text);
  let diagnostic = diagnostics.join('\n');
  const spoken = statusIn(diagnostic);
  if (spoken && (status === null || /\.0\.0$/.test(status))) status = spoken;
  if (diagnostic.trim() === '') diagnostic = notice;
  const why = bounceReason(diagnostic, status);
  const reason =
    why.code === 'refused' && diagnostic !== notice ? bounceReason(`${diagnostic}\n${notice}`, status) : why;
  const headers = originalOf(raw, mail, body);
  if (recipients.size === 0) for (const a of addressesIn(notice, mail)) recipients.add(a);
  const final = groups.some((g) => !/^delayed/i.test(action(g)));
  return bounceOf(
    [...recipients],
    final && reason.hard,
    final ? reason.words : 'It is delayed; the server goes on trying.',
    status,
    diagnostic,
    final,
    headers,
    mail,
  );
}

function recipientOf(g: Fields): string {
  const original = addressIn(g.get('original-recipient')?.[0] ?? '');
  const final = addressIn(g.get('final-recipient')?.[0] ?? '') || addressIn(g.get('x-actual-recipient')?.[0] ?? '');
  return original || final;
}

function looksLikeBounce(root: Part, mail: ParsedMail, body: Body): boolean {
  const address = mail.from?.address ?? '';
  const returnPath = (root.headers.get('return-path') ?? '').replace(/\s/g, '');
  const daemon =
    DAEMON.test(address) ||
    DAEMON_NAME.test(mail.from?.name ?? '') ||
    /^<?mailer-daemon/i.test(returnPath) ||
    (address === '' && /mailer-daemon/i.test(root.headers.get('from') ?? ''));
  const subject = mail.subject.slice(0, 500).toLowerCase();
  const answered = /^(re|fwd?|aw|wg|sv|vs|tr|rv|antw)\s*:/i.test(subject);
  const titled = hasPhrase(subject, SUBJECT_PHRASES);
  let score = 0;
  if (root.headers.get('x-failed-recipients')) score += 4;
  if (daemon) score += 2;
  if (returnPath === '<>') score += 1;
  if (/^multipart\/report/.test(root.type) && /delivery-status/i.test(root.params['report-type'] ?? 'delivery-status'))
    score += 2;
  if (body.reports.some((p) => p.type === 'message/delivery-status')) score += 3;
  if (titled) score += answered && !daemon ? 0 : 2;
  if (OPENING.test(mail.text.slice(0, 400))) score += 3;
  const returned = body.reports.some((p) => p.type === 'message/rfc822' || p.type === 'text/rfc822-headers');
  if (returned && (daemon || returnPath === '<>')) score += 1;
  if (looksAutomatic(subject) || (answered && !daemon)) score -= 3;
  if (mail.inReplyTo && !daemon && returnPath !== '<>') score -= 1;
  // the words of the text are looked at only where something else already points to a report
  if (score < 2 || score >= 4) return score >= 4;
  return (
    hasPhrase(noticeOf(mail.text).toLowerCase(), FAILURE_PHRASES) &&
    (score >= 3 || daemon || titled || (returned && returnPath === '<>'))
  );
}

function fromText(raw: Buffer, root: Part, mail: ParsedMail, body: Body): Bounce {
  const notice = noticeOf(mail.text);
  const failed = (root.headers.get('x-failed-recipients') ?? '')
    .split(',')
    .map((a) => addressIn(a))
    .filter((a) => a !== '');
  const headers = originalOf(raw, mail, body);
  let recipients = failed.length > 0 ? failed : addressesIn(notice, mail);
  if (recipients.length === 0 && headers.to) recipients = [addressIn(headers.to)].filter((a) => a !== '');
  const status = statusIn(notice);
  const why = bounceReason(notice, status);
  const delayed =
    /\b(delayed|has not (yet )?been (delivered|collected)|will (be retried|continue|keep) (to )?try|still being retried|warning message only|do not need to resend|no action is required|temporary failure)/i.test(
      `${mail.subject}\n${notice}`,
    ) && !/(permanent|giving up|gave up|has failed|will not be retried|expired)/i.test(notice);
  return bounceOf(
    recipients,
    !delayed && why.hard,
    delayed ? 'It is delayed; the server goes on trying.' : why.words,
    status,
    diagnosticIn(notice),
    !delayed,
    headers,
    mail,
  );
}

function bounceOf(
  recipients: string[],
  hard: boolean,
  reason: string,
  status: string | null,
  diagnostic: string,
  final: boolean,
  headers: Record<string, string>,
  mail: ParsedMail,
): Bounce {
  const known = headers['message-id'] ?? mail.inReplyTo ?? mail.references.at(-1) ?? null;
  return {
    recipients: [...new Set(recipients)].slice(0, 100),
    hard,
    reason,
    status,
    diagnostic: diagnostic.trim().slice(0, 1000) || null,
    final,
    originalMessageId: known,
    originalHeaders: headers,
  };
}

/** The report's own words, without the mail it sends back. */
function noticeOf(text: string): string {
  const window = text.slice(0, WINDOW);
  let pos = 0;
  let seen = 0;
  while (pos < window.length) {
    let eol = window.indexOf('\n', pos);
    if (eol < 0) eol = window.length;
    const line = window
      .slice(pos, Math.min(eol, pos + 120))
      .trimStart()
      .toLowerCase();
    if (seen > 0 && ORIGINAL_MARKS.some((mark) => line.startsWith(mark))) return window.slice(0, pos);
    if (line !== '') seen++;
    pos = eol + 1;
  }
  return window;
}

/** Headers of the returned mail: from its part, or from the text behind the notice. */
function originalOf(raw: Buffer, mail: ParsedMail, body: Body): Record<string, string> {
  const attached = returnedHeaders(raw, body);
  if (attached['message-id'] || attached.to) return attached;
  const rest = mail.text.slice(noticeOf(mail.text).length, WINDOW * 2);
  const at = /^[ \t>]*(?:received|return-path|message-id|from|to|subject|date|mime-version)\s*:/im.exec(rest);
  if (!at) return attached;
  const block = rest.slice(at.index).replace(/^[ \t]*>? ?(?=[A-Za-z-]+\s*:)/gm, '');
  return { ...headersFrom(Buffer.from(block, 'utf8')), ...attached };
}

/** The line a person would quote to their administrator. */
function diagnosticIn(notice: string): string {
  for (const line of notice.split('\n')) {
    if (/(^|\s)[45]\d\d[\s-]|[45]\.\d\.\d/.test(line.slice(0, 500))) return line;
  }
  return notice.split('\n').find((l) => hasPhrase(l.toLowerCase(), FAILURE_PHRASES)) ?? '';
}

/** What announces the addresses in a notice. */
const FOLLOWS =
  /following (recipient|address|user|destination)|could not be delivered to|did not reach|delivery to|failed addresses/i;

/** Addresses the notice speaks of: those at a line's start or in brackets first; never our own or the daemon's. */
function addressesIn(notice: string, mail: ParsedMail): string[] {
  const own = new Set([...mail.to, ...mail.cc].map((a) => a.address.toLowerCase()));
  const strong: string[] = [];
  const weak: string[] = [];
  const marker = FOLLOWS.exec(notice);
  if (marker && marker.index > 0) {
    const named = addressesIn(notice.slice(marker.index + marker[0].length), mail);
    if (named.length > 0) return named;
  }
  for (const line of notice.split('\n')) {
    const short = line.slice(0, 400);
    if (!short.includes('@') || strong.length + weak.length > 200) continue;
    for (const m of short.matchAll(/[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{1,200}[A-Za-z0-9]/g)) {
      const address = m[0].replace(/^'|^(dda:)?smtp=/i, '');
      const before = short.slice(0, m.index).trim();
      if (DAEMON.test(address) || /^(message-id|references|in-reply-to|return-path)\s*:/i.test(short)) continue;
      const good =
        before === '' ||
        /^[<"'[(*-]+$/.test(before) ||
        /(<|smtp;|rfc822;\s*|recipient(s)?:?\s*<?|to:?\s*<?|address:?\s*<?|user:?\s*<?|mailto:)$/i.test(before);
      (good ? strong : weak).push(address);
    }
  }
  const pick = (list: string[]) => [...new Set(list)].filter((a) => !own.has(a.toLowerCase()));
  const chosen = pick(strong);
  return chosen.length > 0 ? chosen : pick(weak).slice(0, 5);
}
