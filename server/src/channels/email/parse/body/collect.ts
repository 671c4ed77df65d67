import { decodeBytes } from '../charset/decode.ts';
import { limits } from '../limits.ts';
import { decodedSize, decodeTransfer } from '../mime/transfer.ts';
import type { Part } from '../mime/tree.ts';
import type { Attachment, Security } from '../types.ts';
import { unflow } from './flowed.ts';
import { htmlToText, textToHtml } from './html-text.ts';
import { findUuencoded } from './uuencoded.ts';

/** A stretch of the body: one text part, one HTML part, or both as alternatives of each other. */
export type Piece = { text: string | null; html: string | null };

export type Body = {
  pieces: Piece[];
  text: string;
  html: string | null;
  attachments: Attachment[];
  security: Security | null;
  /** The parts reports are read from: delivery status, feedback report, returned headers. */
  reports: Part[];
};

type Walk = {
  raw: Buffer;
  pieces: Piece[];
  attachments: Attachment[];
  reports: Part[];
  security: Security | null;
  textLeft: number;
  problems: string[];
};

/** Walks the tree once and sorts every leaf into body or attachment. */
export function collectBody(raw: Buffer, root: Part, problems: string[]): Body {
  const walk: Walk = {
    raw,
    pieces: [],
    attachments: [],
    reports: [],
    security: null,
    textLeft: limits.textBytes,
    problems,
  };
  visit(walk, root, null);
  const { pieces } = walk;
  const text = pieces
    .map((p) => p.text ?? (p.html === null ? '' : htmlToText(p.html)))
    .filter((t) => t !== '')
    .join('\n');
  const withHtml = pieces.some((p) => p.html !== null);
  const html = withHtml ? pieces.map((p) => p.html ?? (p.text ? textToHtml(p.text) : '')).join('\n') : null;
  return { pieces, text, html, attachments: walk.attachments, security: walk.security, reports: walk.reports };
}

function visit(walk: Walk, part: Part, parent: Part | null): void {
  if (part.type.startsWith('multipart/') && part.parts.length > 0) {
    visitMultipart(walk, part);
    return;
  }
  if (
    part.type === 'message/delivery-status' ||
    part.type === 'message/feedback-report' ||
    part.type === 'message/global-delivery-status' ||
    part.type === 'message/disposition-notification' ||
    part.type === 'text/rfc822-headers' ||
    part.type === 'message/rfc822' ||
    part.type === 'message/global' ||
    part.type === 'message/global-headers'
  ) {
    walk.reports.push(part);
  }
  if (part.type === 'application/pkcs7-mime' || part.type === 'application/x-pkcs7-mime') {
    const signed =
      /signed-data|certs-only/.test(part.params['smime-type'] ?? '') || /\.p7s$/i.test(part.filename ?? '');
    walk.security ??= { format: 'smime', signed, encrypted: !signed };
  }
  if (isBodyText(part, parent)) addText(walk, part);
  else addAttachment(walk, part, parent);
}

function visitMultipart(walk: Walk, part: Part): void {
  if (part.type === 'multipart/alternative') {
    visitAlternative(walk, part);
    return;
  }
  if (part.type === 'multipart/signed') {
    walk.security ??= {
      format: /pgp/i.test(part.params.protocol ?? '') ? 'pgp' : 'smime',
      signed: true,
      encrypted: false,
    };
  } else if (part.type === 'multipart/encrypted') {
    walk.security = {
      format: /pgp/i.test(part.params.protocol ?? 'pgp') ? 'pgp' : 'smime',
      signed: false,
      encrypted: true,
    };
  }
  for (const child of part.parts) visit(walk, child, part);
}

/** The same words several times: plain and HTML become one piece, so neither is shown twice. */
function visitAlternative(walk: Walk, part: Part): void {
  const before = walk.pieces.length;
  for (const child of part.parts) visit(walk, child, part);
  const pieces = walk.pieces.splice(before);
  if (pieces.length === 0) return;
  const texts = pieces.filter((p) => p.text !== null && p.html === null).map((p) => p.text ?? '');
  const htmls = pieces.filter((p) => p.html !== null);
  const text = texts.find((t) => t.trim() !== '') ?? texts[0] ?? null;
  const html = htmls.length === 0 ? null : htmls.map((p) => p.html ?? '').join('\n');
  const inner = htmls.map((p) => p.text).find((t) => t !== null && t.trim() !== '') ?? null;
  walk.pieces.push({
    text: text !== null && text.trim() !== '' ? text : (inner ?? (html === null ? text : null)),
    html,
  });
}

function isBodyText(part: Part, parent: Part | null): boolean {
  if (
    part.type !== 'text/plain' &&
    part.type !== 'text/html' &&
    part.type !== 'text/enriched' &&
    part.type !== 'text/richtext'
  )
    return false;
  if (part.disposition === 'attachment') return false;
  if (part.filename && parent !== null) {
    if (part.disposition === 'inline' && parent.type === 'multipart/alternative') return true;
    return parent.type === 'multipart/alternative' && part.disposition === '';
  }
  return true;
}

function addText(walk: Walk, part: Part): void {
  const { raw, problems } = walk;
  let bytes = raw.subarray(part.start, part.end);
  if (bytes.length > walk.textLeft * 2) {
    problems.push('the text is longer than what is shown; all of it is in the raw mail');
    bytes = bytes.subarray(0, walk.textLeft * 2);
  }
  let content = decodeTransfer(bytes, part.encoding === 'uuencode' ? '7bit' : part.encoding);
  if (content.length > walk.textLeft) content = content.subarray(0, walk.textLeft);
  walk.textLeft -= content.length;
  if (part.type !== 'text/plain') {
    const charset = part.params.charset ?? charsetInHtml(content);
    const html = decodeBytes(content, charset ?? null);
    walk.pieces.push({
      text: null,
      html: part.type === 'text/html' ? html : textToHtml(html.replace(/<[^<>]{0,40}>/g, '')),
    });
    return;
  }
  let declared = part.params.charset ?? null;
  if (content.indexOf('begin ') >= 0) {
    const cut = cutUuencoded(walk, part, content);
    if (cut) content = cut;
  }
  if (declared === null && part.encoding === '7bit') declared = null;
  let text = decodeBytes(content, declared);
  if (/^flowed/i.test(part.params.format ?? '')) text = unflow(text, /^yes/i.test(part.params.delsp ?? ''));
  if (text.startsWith('-----BEGIN PGP '))
    walk.security ??= {
      format: 'pgp',
      signed: text.startsWith('-----BEGIN PGP SIGNED'),
      encrypted: text.startsWith('-----BEGIN PGP MESSAGE'),
    };
  walk.pieces.push({ text, html: null });
}

/** Files typed into the text become attachments; the text keeps the rest. */
function cutUuencoded(walk: Walk, part: Part, content: Buffer): Buffer | null {
  const text = content.toString('latin1');
  const found = findUuencoded(text);
  if (found.length === 0) return null;
  const kept: Buffer[] = [];
  let from = 0;
  for (const [i, file] of found.entries()) {
    kept.push(content.subarray(from, file.start));
    from = file.end;
    const plain = part.encoding === '7bit' || part.encoding === 'uuencode';
    walk.attachments.push({
      filename: file.filename,
      contentType: typeByName(file.filename),
      size: decodedSize(content.subarray(file.start, file.end), 'uuencode'),
      contentId: null,
      inline: false,
      part: `${part.path || '1'}.u${i + 1}`,
      start: plain ? part.start + file.start : part.start,
      end: plain ? part.start + file.end : part.end,
      encoding: plain ? 'uuencode' : part.encoding,
      charset: null,
      ...(plain ? {} : { inside: { kind: 'text' as const, start: file.start, end: file.end } }),
    });
  }
  kept.push(content.subarray(from));
  return Buffer.concat(kept);
}

function addAttachment(walk: Walk, part: Part, parent: Part | null): void {
  const bytes = walk.raw.subarray(part.start, part.end);
  const contentId = (part.headers.get('content-id') ?? '').replace(/^[\s<]+|[\s>]+$/g, '') || null;
  walk.attachments.push({
    filename: part.filename,
    contentType: part.type,
    size: decodedSize(bytes, part.encoding),
    contentId,
    inline:
      part.disposition === 'inline' ||
      (part.disposition !== 'attachment' && contentId !== null && parent?.type === 'multipart/related'),
    part: part.path || '1',
    start: part.start,
    end: part.end,
    encoding: part.encoding,
    charset: part.params.charset ?? null,
  });
}

/** `<meta charset>` near the top, for HTML whose part names none. */
function charsetInHtml(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 2048).toString('latin1');
  const m = /<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w-]{2,40})/i.exec(head);
  return m?.[1] ?? null;
}

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  html: 'text/html',
  htm: 'text/html',
  csv: 'text/csv',
  zip: 'application/zip',
  doc: 'application/msword',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xls: 'application/vnd.ms-excel',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  rtf: 'application/rtf',
  eml: 'message/rfc822',
  ics: 'text/calendar',
  vcf: 'text/vcard',
};

export function typeByName(filename: string): string {
  return TYPES[filename.slice(filename.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
}
