import { readInvitation } from '../calendar/invitation.ts';
import { decodeBytes } from '../charset/decode.ts';
import { limits } from '../limits.ts';
import { decodeTransfer } from '../mime/transfer.ts';
import { type Part, readTree } from '../mime/tree.ts';
import { htmlLines } from '../reply/html-lines.ts';
import { type Line, linesToText } from '../reply/lines.ts';
import type { Attachment, Invitation, Security } from '../types.ts';
import { attach, attachTnef } from './attach.ts';
import { addText, isBodyText } from './body-text.ts';
import { htmlToText, textToHtml } from './html-text.ts';
import { signingKey } from './pgp-signature.ts';
import { signedContent } from './signed-content.ts';
import { readSignature } from './smime-signature.ts';
import type { Piece, Walk } from './walk.ts';

export type Body = Pick<Walk, 'pieces' | 'attachments' | 'reports' | 'invitation'> & {
  text: string;
  html: string | null;
  security: Security | null;
  /** The lines of `html`, where they had to be read anyway. */
  lines: Line[] | null;
};

export const UNSIGNED: Security = {
  format: 'smime',
  signed: false,
  encrypted: false,
  signer: null,
  issuer: null,
  fits: null,
};

const REPORTS = new Set([
  'message/delivery-status',
  'message/global-delivery-status',
  'message/feedback-report',
  'message/disposition-notification',
  'message/rfc822',
  'message/global',
  'message/global-headers',
  'text/rfc822-headers',
]);

/** Walks the tree once and sorts every leaf into body or attachment. */
export function collectBody(raw: Buffer, root: Part, problems: string[]): Body {
  const walk: Walk = {
    raw,
    outer: null,
    pieces: [],
    attachments: [],
    reports: [],
    security: null,
    invitation: null,
    textLeft: limits.textBytes,
    problems,
  };
  visit(walk, root, null);
  if (root.type !== 'multipart/report') listInnerFiles(walk, 0);
  const { pieces } = walk;
  const html = pieces.some((p) => p.html !== null)
    ? pieces.map((p) => p.html ?? (p.text ? textToHtml(p.text) : '')).join('\n')
    : null;
  // most mails without plain text are one HTML part; its lines serve the text and the search for quotes
  const lines = html !== null && pieces.length === 1 && pieces[0]?.text === null ? htmlLines(html) : null;
  const text = lines
    ? linesToText(lines)
    : pieces
        .map((p) => p.text ?? (p.html === null ? '' : htmlToText(p.html)))
        .filter((t) => t !== '')
        .join('\n');
  return { ...walk, text, html, lines };
}

function visit(walk: Walk, part: Part, parent: Part | null): void {
  if (part.type.startsWith('multipart/') && part.parts.length > 0) {
    visitMultipart(walk, part);
    return;
  }
  if (REPORTS.has(part.type) && !walk.outer) walk.reports.push(part);
  if (isBodyText(part, parent)) {
    addText(walk, part);
    return;
  }
  const attachment = attach(walk, part, parent);
  if (/^application\/(x-)?pkcs7-mime$/.test(part.type)) visitSmime(walk, part, attachment);
  else if (part.type === 'application/ms-tnef' || /^winmail\.dat$/i.test(part.filename ?? ''))
    attachTnef(walk, part, attachment);
  else if (isCalendar(part)) walk.invitation ??= invitationIn(walk, part, attachment);
}

const isCalendar = (part: Part): boolean =>
  part.type === 'text/calendar' || part.type === 'application/ics' || /\.ics$/i.test(part.filename ?? '');

function invitationIn(walk: Walk, part: Part, attachment: Attachment): Invitation | null {
  const bytes = decodeTransfer(walk.raw.subarray(part.start, part.end), part.encoding);
  const text = decodeBytes(bytes, part.params.charset ?? 'utf-8');
  const found = readInvitation(text, part.params.method ?? null);
  if (!found) walk.problems.push('a calendar file without an event');
  return found && { ...found, part: attachment.part };
}

function visitMultipart(walk: Walk, part: Part): void {
  if (part.type === 'multipart/alternative') {
    visitAlternative(walk, part);
    return;
  }
  if (part.type === 'multipart/signed') walk.security ??= signedApart(walk, part);
  else if (part.type === 'multipart/encrypted') {
    const format = /pgp/i.test(part.params.protocol ?? 'pgp') ? 'pgp' : 'smime';
    const before = walk.security?.format === format ? walk.security : UNSIGNED;
    walk.security = { ...before, format, encrypted: true };
  }
  for (const child of part.parts) visit(walk, child, part);
}

/** The signature stands beside what it signs: the first part as it was sent, with its headers. */
function signedApart(walk: Walk, part: Part): Security {
  const pgp = /pgp/i.test(part.params.protocol ?? '');
  const [content, signature] = part.parts;
  const said: Security = { ...UNSIGNED, format: pgp ? 'pgp' : 'smime', signed: true };
  if (!content || !signature) return said;
  const bytes = decodeTransfer(walk.raw.subarray(signature.start, signature.end), signature.encoding);
  if (pgp) {
    const key = signingKey(bytes.toString('latin1'));
    return key ? { ...said, signer: { address: '', name: key } } : said;
  }
  return { ...said, ...readSignature(bytes, asSent(signedBytes(walk.raw, content, signature))) };
}

/** From the first byte of its headers to the line break before the next boundary: what was signed, epilogue and all. */
function signedBytes(raw: Buffer, content: Part, signature: Part): Buffer {
  let end = raw.lastIndexOf(10, signature.from - 2);
  if (raw[end - 1] === 13) end--;
  return raw.subarray(content.from, Math.max(end, content.from));
}

/** Signatures are over lines that end with CR LF, however they came here. */
function asSent(bytes: Buffer): Buffer {
  return bytes.includes('\r\n') ? bytes : Buffer.from(bytes.toString('latin1').replace(/\n/g, '\r\n'), 'latin1');
}

/** The same words several times: plain and HTML become one piece, so neither is shown twice. */
function visitAlternative(walk: Walk, part: Part): void {
  const before = walk.pieces.length;
  for (const child of part.parts) visit(walk, child, part);
  const pieces = walk.pieces.splice(before);
  if (pieces.length > 0) walk.pieces.push(mergedAlternative(pieces));
}

function mergedAlternative(pieces: Piece[]): Piece {
  const written = (t: string | null): t is string => t !== null && t.trim() !== '';
  const htmls = pieces.flatMap((p) => (p.html === null ? [] : [p.html]));
  const html = htmls.length === 0 ? null : htmls.join('\n');
  const text = pieces.map((p) => p.text).find(written) ?? null;
  return { text: text ?? (html === null ? '' : null), html };
}

/** Opaquely signed: what is inside is the mail. Encrypted: it stays closed, and that is said. */
function visitSmime(walk: Walk, part: Part, attachment: Attachment): void {
  const der = decodeTransfer(walk.raw.subarray(part.start, part.end), part.encoding);
  const content = walk.outer ? null : signedContent(der);
  if (!content) {
    walk.security = {
      ...(walk.security ?? UNSIGNED),
      format: 'smime',
      encrypted: !/signed-data|certs-only/.test(part.params['smime-type'] ?? ''),
    };
    return;
  }
  attachment.container = true;
  walk.security = { ...UNSIGNED, signed: true, ...readSignature(der, content) };
  const { raw } = walk;
  walk.raw = content;
  walk.outer = part;
  visit(walk, readTree(content, 0, content.length, walk.problems), null);
  walk.raw = raw;
  walk.outer = null;
}

const MAX_INNER = 3;

/** Files of mails that are attached to this one are listed too, so that nobody has to open a mail in a mail. */
function listInnerFiles(walk: Walk, depth: number): void {
  const mails = walk.attachments.filter(
    (a) => a.contentType === 'message/rfc822' && a.encoding === '7bit' && !a.inside,
  );
  for (const mail of mails) {
    const inner: Walk = {
      ...walk,
      pieces: [],
      attachments: [],
      reports: [],
      security: null,
      invitation: null,
      problems: [],
    };
    visit(inner, readTree(walk.raw, mail.start, mail.end, inner.problems), null);
    if (depth + 1 < MAX_INNER) listInnerFiles(inner, depth + 1);
    for (const file of inner.attachments) {
      if (walk.attachments.length >= limits.parts) return;
      walk.attachments.push({ ...file, inline: false, part: `${mail.part}/${file.part}` });
    }
  }
}
