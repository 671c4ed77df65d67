import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { openApi } from '../base/openapi.ts';
import { type Packed, pack, sendPacked } from '../base/packed.ts';
import { type Document, page } from './page.ts';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
type Ready = { type: string; packed: Packed };
const ready = (type: string, text: string): Ready => ({ type, packed: pack(text) });
const beside = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8');

/** /docs/api: the reference, written from the contract and the recorded examples when it is first asked for. Nobody signs in for it. */
export function referenceRoutes(app: FastifyInstance, url: () => string, version: string): void {
  const kept = new Map<string, Ready>();
  const make: Record<string, () => Ready> = {
    '/docs/api': () => ready('text/html; charset=utf-8', page(openApi(url(), version) as Document)),
    '/docs/reference.css': () => ready('text/css; charset=utf-8', beside('reference.css')),
    '/docs/reference.js': () => ready('text/javascript; charset=utf-8', beside('reference.js')),
  };
  const send = (path: string) => async (_request: FastifyRequest, reply: FastifyReply) => {
    const found = kept.get(path) ?? (make[path] as () => Ready)();
    kept.set(path, found);
    reply
      .header('content-security-policy', policy)
      .header('cache-control', 'no-cache')
      .header('x-frame-options', 'DENY')
      .header('cross-origin-opener-policy', 'same-origin');
    return sendPacked(reply, found.type, found.packed);
  };
  for (const path of Object.keys(make)) app.get(path, send(path));
}
