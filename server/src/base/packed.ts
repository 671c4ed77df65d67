import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyReply } from 'fastify';

/** Text that is given to browsers as it stands, packed once in both ways they understand. */
export type Packed = { plain: Buffer; gzip: Buffer; br: Buffer; tag: string };

export const pack = (content: string | Buffer): Packed => {
  const plain = Buffer.from(content);
  return {
    plain,
    gzip: gzipSync(plain, { level: 9 }),
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
    tag: tagOf(plain),
  };
};
/** What a browser is told to recognise it by. */
export const tagOf = (content: string | Buffer): string =>
  `"${createHash('sha256').update(content).digest('base64url').slice(0, 22)}"`;

/** Sent as small as the browser takes it, and not at all when it has it already. Only what holds nobody's secret may go this way (BREACH). */
export function sendPacked(reply: FastifyReply, type: string, packed: Packed): FastifyReply {
  const { headers } = reply.request;
  reply.header('etag', packed.tag).header('vary', 'accept-encoding');
  if (headers['if-none-match'] === packed.tag) return reply.code(304).send();
  const takes = String(headers['accept-encoding'] ?? '');
  const how = (['br', 'gzip'] as const).find((one) => new RegExp(`\\b${one}\\b(?!\\s*;\\s*q=0(?![.\\d]))`).test(takes));
  if (how) reply.header('content-encoding', how);
  return reply.type(type).send(how ? packed[how] : packed.plain);
}
