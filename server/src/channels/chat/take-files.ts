import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Forbidden, Invalid } from '../../base/errors.ts';
import { machine } from '../../base/machine.ts';
import type { Hearten } from '../../base/module.ts';
import { refuseOverQuota } from '../../base/quota.ts';
import { makeSlots } from '../../base/slots.ts';
import { keepVisitorFile, safeName, waitingBytesOf } from '../../conversations/index.ts';
import { mayWrite } from './abuse.ts';
import type { Limits } from './allowed.ts';
import type { About, At } from './routes.ts';

const MOST = 10 * 1024 * 1024;
/** Of all that visitors send to one process; of one machine, behind which a whole office may sit; of one visitor. */
const AT_ONCE = { all: 8, machine: 4, visitor: 2 };
/** What a visitor gave and did not send: as much as one message takes. */
const WAITING = 10 * MOST;

/**
 * POST /chat/:app/files: who it is, whether they may, and how much they gave already is asked before the body is read, so that a stranger
 * fills neither memory nor disk.
 */
export function takeFiles(
  app: FastifyInstance,
  { db, files, config }: Hearten,
  limits: Limits,
  about: (request: At) => Promise<About>,
): void {
  const slots = makeSlots({ most: AT_ONCE.all });
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST }, (_request, body, done) => done(null, body));
    const known = new WeakMap<FastifyRequest, About>();
    inner.addHook<{ Params: At['params'] }>('onRequest', async (request) => {
      limits.writes(request.ip);
      const one = await about(request);
      if (!one.chat.settings.files) throw Forbidden('No files can be sent here. Nothing was stored.');
      const size = Number(request.headers['content-length'] ?? 0);
      if (!(size > 0)) throw Invalid('The file is empty. Nothing was stored.');
      // Too large is refused by the limit of the body, which looks at the same header.
      const waits = await db.tx(one.chat.workspaceId, async (tx) => {
        await mayWrite(tx, one.visitor.id);
        return waitingBytesOf(tx, one.visitor.id);
      });
      if (waits + size > WAITING)
        throw Invalid('Many files wait here to be sent. Nothing was stored; send those first, or leave some out.');
      await slots.enter(request.raw, [
        [`machine ${machine(request.ip)}`, AT_ONCE.machine],
        [`visitor ${one.visitor.id}`, AT_ONCE.visitor],
      ]);
      try {
        if (size <= MOST) limits.bytes(request.ip, one.visitor.id, size);
      } catch (error) {
        slots.leave(request.raw);
        throw error;
      }
      known.set(request, one);
    });
    inner.addHook('onResponse', async (request) => slots.leave(request.raw));
    inner.addHook('onRequestAbort', async (request) => slots.leave(request.raw));
    inner.post('/chat/:app/files', { bodyLimit: MOST }, async (request: At, reply) => {
      const one = known.get(request);
      const { body } = request;
      if (!one || !Buffer.isBuffer(body) || body.length === 0) throw Invalid('The file is empty. Nothing was stored.');
      const name = String((request.query as { filename?: unknown }).filename ?? '');
      const [type = ''] = String(request.headers['content-type'] ?? '').split(';');
      await refuseOverQuota(db, config.QUOTA_GB, one.chat.workspaceId, body.length);
      const [stored] = await files.put([body]);
      if (!stored) throw new Error('nothing stored');
      const kept = await db.tx(one.chat.workspaceId, async (tx) => {
        await files.keep(tx, [stored]);
        return keepVisitorFile(tx, one.visitor.id, stored, safeName(name), sayType(type.trim(), body));
      });
      return reply.code(201).send(kept);
    });
  });
}

const pictures: [type: string, begins: RegExp][] = [
  ['image/png', /^\x89PNG/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8/],
  ['image/webp', /^RIFF.{4}WEBP/s], // RIFF alone is a sound or a film, too
];
/** A file is called a picture only when it begins like one: a script named .png is a file like any other. */
export function sayType(type: string, bytes: Buffer): string {
  const begin = bytes.subarray(0, 12).toString('latin1');
  const seen = pictures.find(([, begins]) => begins.test(begin))?.[0];
  if (seen) return seen;
  return /^image\//.test(type) || !/^[\w.+-]+\/[\w.+-]+$/.test(type) ? 'application/octet-stream' : type;
}
