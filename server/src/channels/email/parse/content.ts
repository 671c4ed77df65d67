import { decodeTransfer } from './mime/transfer.ts';
import type { Attachment } from './types.ts';

/** The decoded bytes of one attachment, read from the raw mail when somebody wants them. */
export function partContent(raw: Buffer, attachment: Attachment): Buffer {
  const bytes = decodeTransfer(raw.subarray(attachment.start, attachment.end), attachment.encoding);
  const { inside } = attachment;
  if (!inside) return bytes;
  const piece = bytes.subarray(inside.start, inside.end);
  return inside.kind === 'text' ? decodeTransfer(piece, 'uuencode') : piece;
}
