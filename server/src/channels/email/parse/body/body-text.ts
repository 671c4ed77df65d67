import { decodeBytes } from '../charset/decode.ts';
import { decodeTransfer } from '../mime/transfer.ts';
import type { Part } from '../mime/tree.ts';
import { attachUuencoded } from './attach.ts';
import { unflow } from './flowed.ts';
import { textToHtml } from './html-text.ts';
import { signingKey } from './pgp-signature.ts';
import { findUuencoded } from './uuencoded.ts';
import type { Walk } from './walk.ts';

const TEXTS = new Set(['text/plain', 'text/html', 'text/enriched', 'text/richtext']);

/** Is this part to be read rather than downloaded? A text with a file name is a file, unless it is the whole mail. */
export function isBodyText(part: Part, parent: Part | null): boolean {
  if (!TEXTS.has(part.type) || part.disposition === 'attachment') return false;
  if (!part.filename || parent === null) return true;
  return parent.type === 'multipart/alternative';
}

export function addText(walk: Walk, part: Part): void {
  let content = textBytes(walk, part);
  if (part.type === 'text/html') {
    const charset = part.params.charset ?? charsetInHtml(content);
    const html = decodeBytes(content, charset);
    noteArmour(walk, html);
    walk.pieces.push({ text: null, html });
    return;
  }
  if (part.type !== 'text/plain') {
    const marked = decodeBytes(content, part.params.charset ?? null);
    walk.pieces.push({ text: null, html: textToHtml(marked.replace(/<[^<>]{0,40}>/g, '')) });
    return;
  }
  if (content.indexOf('begin ') >= 0) content = withoutUuencoded(walk, part, content);
  let text = decodeBytes(content, part.params.charset ?? null);
  if (text.includes('\r')) text = text.replace(/\r\n?/g, '\n');
  if (/^flowed/i.test(part.params.format ?? '')) text = unflow(text, /^yes/i.test(part.params.delsp ?? ''));
  noteArmour(walk, text);
  walk.pieces.push({ text, html: null });
}

/** OpenPGP typed into the text itself. */
function noteArmour(walk: Walk, text: string): void {
  const at = text.indexOf('-----BEGIN PGP ');
  if (at < 0 || walk.security) return;
  const signed = text.startsWith('-----BEGIN PGP SIGNED', at);
  const encrypted = text.includes('-----BEGIN PGP MESSAGE-----', at);
  if (!signed && !encrypted) return;
  const key = signed ? signingKey(text.slice(at)) : null;
  walk.security = {
    format: 'pgp',
    signed,
    encrypted,
    signer: key ? { address: '', name: key } : null,
    issuer: null,
    fits: null,
  };
}

/** The decoded bytes, as far as the mail's allowance of shown text goes. */
function textBytes(walk: Walk, part: Part): Buffer {
  let bytes = walk.raw.subarray(part.start, part.end);
  if (bytes.length > walk.textLeft * 2) {
    walk.problems.push('the text is longer than what is shown; all of it is in the raw mail');
    bytes = bytes.subarray(0, walk.textLeft * 2);
  }
  const plain = part.encoding === 'uuencode' || (part.encoding === 'base64' && !isBase64(bytes));
  let content = decodeTransfer(bytes, plain ? '7bit' : part.encoding);
  if (content.length > walk.textLeft) content = content.subarray(0, walk.textLeft);
  walk.textLeft -= content.length;
  return content;
}

/** Some programs say base64 and write words. */
function isBase64(bytes: Buffer): boolean {
  const head = bytes.toString('latin1', 0, 400).trim();
  const others = head.match(/[^A-Za-z0-9+/=\r\n]/g)?.length ?? 0;
  return others <= head.length / 10;
}

function withoutUuencoded(walk: Walk, part: Part, content: Buffer): Buffer {
  const found = findUuencoded(content.toString('latin1'));
  if (found.length === 0) return content;
  attachUuencoded(walk, part, content, found);
  const kept: Buffer[] = [];
  let from = 0;
  for (const file of found) {
    kept.push(content.subarray(from, file.start));
    from = file.end;
  }
  kept.push(content.subarray(from));
  return Buffer.concat(kept);
}

/** `<meta charset>` near the top, for HTML whose part names none. */
function charsetInHtml(bytes: Buffer): string | null {
  const head = bytes.subarray(0, 2_048).toString('latin1');
  const m = /<meta[^>]{0,200}charset\s{0,5}=\s{0,5}["']?([\w-]{2,40})/i.exec(head);
  return m?.[1] ?? null;
}
