import { signedContent } from './body/signed-content.ts';
import { decodeTransfer } from './mime/transfer.ts';
import type { Attachment } from './types.ts';

/** The decoded bytes of one attachment, read from the raw mail when somebody wants them. */
export function partContent(raw: Buffer, attachment: Attachment): Buffer {
  const bytes = decodeTransfer(raw.subarray(attachment.start, attachment.end), attachment.encoding);
  const { inside } = attachment;
  if (!inside) return bytes;
  const container = inside.kind === 'signed' ? (signedContent(bytes) ?? Buffer.alloc(0)) : bytes;
  return decodeTransfer(container.subarray(inside.start, inside.end), inside.encoding);
}
