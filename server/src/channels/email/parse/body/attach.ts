import { decodedSize, decodeTransfer } from '../mime/transfer.ts';
import type { Part } from '../mime/tree.ts';
import type { Attachment } from '../types.ts';
import { typeByName } from './file-types.ts';
import { readTnef } from './tnef.ts';
import type { Uuencoded } from './uuencoded.ts';
import type { Walk } from './walk.ts';

/** Lists a part as an attachment: where its bytes lie, not the bytes. */
export function attach(walk: Walk, part: Part, parent: Part | null): Attachment {
  const contentId = (part.headers.get('content-id') ?? '').replace(/^[\s<]+|[\s>]+$/g, '') || null;
  const attachment: Attachment = {
    filename: part.filename ?? nameOfMail(walk.raw, part),
    contentType: part.type,
    size: decodedSize(walk.raw.subarray(part.start, part.end), part.encoding),
    contentId,
    inline:
      part.disposition === 'inline' ||
      (part.disposition !== 'attachment' && contentId !== null && parent?.type === 'multipart/related'),
    part: part.path || '1',
    ...placeOf(walk, part),
    charset: part.params.charset ?? null,
  };
  walk.attachments.push(attachment);
  return attachment;
}

type Place = Pick<Attachment, 'start' | 'end' | 'encoding'> & Partial<Pick<Attachment, 'inside'>>;

function placeOf(walk: Walk, part: Part): Place {
  const { outer } = walk;
  if (!outer) return { start: part.start, end: part.end, encoding: part.encoding };
  return {
    start: outer.start,
    end: outer.end,
    encoding: outer.encoding,
    inside: { kind: 'signed', start: part.start, end: part.end, encoding: part.encoding },
  };
}

/** A forwarded mail without a file name takes its subject's. */
function nameOfMail(raw: Buffer, part: Part): string | null {
  if (part.type !== 'message/rfc822' || part.encoding !== '7bit') return null;
  const head = raw.toString('latin1', part.start, Math.min(part.end, part.start + 4_000));
  const m = /^subject:[ \t]{0,10}([\x20-\x7e]{1,80})\r?$/im.exec(head);
  const subject = (m?.[1] ?? '').replace(/[^\w .,()-]+/g, ' ').trim();
  return subject === '' || subject.includes('=?') ? null : `${subject}.eml`;
}

/** Files typed into a text part between "begin" and "end". */
export function attachUuencoded(walk: Walk, part: Part, content: Buffer, found: readonly Uuencoded[]): void {
  const plain = !walk.outer && (part.encoding === '7bit' || part.encoding === 'uuencode');
  for (const [i, file] of found.entries()) {
    walk.attachments.push({
      filename: file.filename,
      contentType: typeByName(file.filename),
      size: decodedSize(content.subarray(file.start, file.end), 'uuencode'),
      contentId: null,
      inline: false,
      part: `${part.path || '1'}.u${i + 1}`,
      ...(plain
        ? { start: part.start + file.start, end: part.start + file.end, encoding: 'uuencode' }
        : {
            start: part.start,
            end: part.end,
            encoding: part.encoding,
            inside: { kind: 'text', start: file.start, end: file.end, encoding: 'uuencode' },
          }),
      charset: null,
    });
  }
}

/** Outlook's winmail.dat: its files are listed on their own, its text stands in where the mail has none. */
export function attachTnef(walk: Walk, part: Part, container: Attachment): void {
  if (walk.outer) return;
  const tnef = readTnef(decodeTransfer(walk.raw.subarray(part.start, part.end), part.encoding));
  if (!tnef) {
    walk.problems.push('a winmail.dat that could not be unpacked');
    return;
  }
  container.container = true;
  for (const [i, file] of tnef.files.entries()) {
    walk.attachments.push({
      filename: file.filename,
      contentType: file.contentType ?? typeByName(file.filename),
      size: file.end - file.start,
      contentId: file.contentId,
      inline: false,
      part: `${part.path || '1'}.t${i + 1}`,
      start: part.start,
      end: part.end,
      encoding: part.encoding,
      charset: null,
      inside: { kind: 'tnef', start: file.start, end: file.end, encoding: '7bit' },
    });
  }
  const written = walk.pieces.some((p) => (p.text ?? p.html ?? '').trim() !== '');
  if (!written && (tnef.text || tnef.html)) walk.pieces.push({ text: tnef.text, html: tnef.html });
}
