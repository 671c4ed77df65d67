import { collectBody } from './body/collect.ts';
import { charsetName } from './charset/names.ts';
import { classify } from './classify/kind.ts';
import { limits } from './limits.ts';
import { parseAddresses } from './mime/addresses.ts';
import { parseDate } from './mime/date.ts';
import type { Headers } from './mime/headers.ts';
import { type Part, readTree } from './mime/tree.ts';
import { decodeWords } from './mime/words.ts';
import { extractReply } from './reply/extract.ts';
import { type Address, type ParsedMail, Unreadable } from './types.ts';

/** Headers handed on as they are, decoded; everything else stays in the raw mail. */
const KEPT = new Set(
  'auto-submitted precedence list-id list-unsubscribe list-unsubscribe-post list-post list-help authentication-results arc-authentication-results return-path content-language importance priority x-priority x-spam-flag x-spam-status x-spam-score feedback-id delivered-to x-original-to envelope-to x-failed-recipients disposition-notification-to user-agent x-mailer thread-topic thread-index resent-from resent-to dkim-signature received-spf'.split(
    ' ',
  ),
);
const KEPT_PREFIX =
  /^x-(auto|loop|hearten|ms-exchange|github|zendesk|freshdesk|forwarded|original|spam|ses-|gm-|rspamd|barracuda|forefront)/;
const KEPT_LENGTH = 4_000;

/** Raw bytes → what the mail says. Throws nothing but `Unreadable`. */
export function parse(raw: Buffer): ParsedMail {
  if (raw.length === 0) throw new Unreadable('empty', 'The mail is empty: not a single byte arrived.');
  if (raw.length > limits.mailBytes)
    throw new Unreadable('too-big', `The mail is larger than ${limits.mailBytes / 1024 / 1024} MB and is kept unread.`);
  const problems: string[] = [];
  const bytes = usable(raw, problems);
  const root = readTree(bytes, firstByte(bytes), bytes.length, problems);
  const h = root.headers;
  if (isNotMail(bytes, h))
    throw new Unreadable('not-mail', 'This is not an e-mail: it has no headers and is not text.');
  const hint = charsetHint(root);
  const addresses = (name: string): Address[] => h.all(name).flatMap((v) => parseAddresses(v, hint));
  const body = collectBody(bytes, root, problems);
  const from = senderOf(addresses, problems);
  const subject = squash(decodeWords(h.get('subject') ?? '', hint));
  const reply = extractReply(body, subject);
  const mail: ParsedMail = {
    messageId: firstId(h.get('message-id')),
    inReplyTo: firstId(h.get('in-reply-to')),
    references: idList(h.all('references').join(' ')),
    from,
    sender: addresses('sender')[0] ?? null,
    replyTo: addresses('reply-to'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    deliveredTo: deliveredTo(h),
    subject,
    date: parseDate(h.get('date')),
    text: body.text,
    html: body.html,
    ...reply,
    kind: 'message',
    auto: [],
    isList: false,
    attachments: body.attachments,
    security: body.security,
    invitation: body.invitation,
    headers: keptHeaders(h, hint),
    problems: [...new Set(problems)],
  };
  return Object.assign(mail, classify(bytes, root, mail, body));
}

/** The writer; where From is missing or holds no address, the next best header is taken and said so. */
function senderOf(addresses: (name: string) => Address[], problems: string[]): Address | null {
  const stated = addresses('from');
  const withAddress = stated.find((a) => a.address.includes('@'));
  if (withAddress) return withAddress;
  for (const name of ['sender', 'reply-to', 'return-path']) {
    const other = addresses(name).find((a) => a.address.includes('@'));
    if (!other) continue;
    problems.push(`no usable From; the sender is taken from ${name}`);
    return { address: other.address, name: stated[0]?.name || other.name };
  }
  problems.push('no sender');
  return stated[0] ?? null;
}

/** Old Macs end lines with a bare CR; swapped byte for byte, so that offsets stay those of the raw mail. */
function usable(raw: Buffer, problems: string[]): Buffer {
  if (raw.indexOf(10) >= 0 || raw.indexOf(13) < 0) return raw;
  problems.push('lines end with a bare carriage return');
  const copy = Buffer.from(raw);
  for (let i = copy.indexOf(13); i >= 0; i = copy.indexOf(13, i + 1)) copy[i] = 10;
  return copy;
}

function firstByte(raw: Buffer): number {
  let i = raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0;
  while (i < raw.length && (raw[i] === 10 || raw[i] === 13)) i++;
  return i;
}

/** Binary without a single header; text without headers is still somebody's words. */
function isNotMail(raw: Buffer, h: Headers): boolean {
  for (const _ of h.names()) return false;
  let odd = 0;
  const n = Math.min(raw.length, 512);
  for (let i = 0; i < n; i++) {
    const c = raw[i] ?? 0;
    if (c < 9 || (c > 13 && c < 27) || (c > 27 && c < 32)) odd++;
  }
  return odd > n / 20;
}

/** The charset the body declares is the best guess for raw bytes in the headers. */
function charsetHint(root: Part): string | null {
  const queue = [root];
  for (let part = queue.shift(); part; part = queue.shift()) {
    const name = charsetName(part.params.charset);
    if (part.type.startsWith('text/') && name && name !== 'us-ascii' && name !== 'utf-8') return name;
    queue.push(...part.parts.slice(0, 5));
  }
  return null;
}

export function firstId(value: string | undefined): string | null {
  if (!value) return null;
  return idList(value)[0] ?? null;
}

/** Message ids without brackets; tolerates missing brackets, commas and folded ids. */
export function idList(value: string): string[] {
  const out: string[] = [];
  if (!value.includes('<')) {
    for (const word of value.split(/[\s,]+/)) if (word !== '' && out.length < limits.references) out.push(word);
    return value.includes('@') || out.length === 1 ? out : [];
  }
  let at = value.indexOf('<');
  while (at >= 0 && out.length < limits.references) {
    const close = value.indexOf('>', at + 1);
    if (close < 0) {
      const rest = value.slice(at + 1).trim();
      if (rest !== '') out.push(rest.replace(/\s+/g, ''));
      break;
    }
    const again = value.lastIndexOf('<', close);
    const id = value.slice(again + 1, close).replace(/\s+/g, '');
    if (id !== '' && id.length <= 1000 && !out.includes(id)) out.push(id);
    at = value.indexOf('<', close + 1);
  }
  return out;
}

function deliveredTo(h: Headers): string[] {
  const out = new Set<string>();
  for (const name of [
    'delivered-to',
    'x-original-to',
    'envelope-to',
    'x-envelope-to',
    'x-delivered-to',
    'x-forwarded-to',
    'apparently-to',
  ]) {
    for (const v of h.all(name))
      for (const a of parseAddresses(v)) if (a.address.includes('@')) out.add(a.address.toLowerCase());
  }
  return [...out];
}

function keptHeaders(h: Headers, hint: string | null): Record<string, string[]> {
  const kept: Record<string, string[]> = Object.create(null);
  for (const name of h.names()) {
    if (KEPT.has(name) || KEPT_PREFIX.test(name))
      kept[name] = h
        .all(name)
        .slice(0, 20)
        .map((v) => decodeWords(v.slice(0, KEPT_LENGTH), hint));
  }
  return { ...kept };
}

function squash(s: string): string {
  return s.replace(/[\r\n\t]+/g, ' ').trim();
}
