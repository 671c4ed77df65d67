import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Forbidden, Invalid, Unauthorised } from '../base/errors.ts';
import type { Hearten, Who } from '../base/module.ts';
import { keepUpload, safeName } from './uploads.ts';

const MOST = 25 * 1024 * 1024;

/** POST /api/v1/uploads?filename=…: the body is the file. */
export function uploadRoute(
  app: FastifyInstance,
  hearten: Hearten,
  identify: (request: FastifyRequest) => Promise<Who | null>,
): void {
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST }, (_request, body, done) => done(null, body));
    inner.post('/api/v1/uploads', async (request, reply) => {
      const who = await identify(request);
      if (!who) throw Unauthorised();
      if (who.kind === 'person' && request.headers['x-csrf-token'] !== who.csrf)
        throw Forbidden('This page is out of date. Nothing was stored; load it again and repeat.');
      if (!who.may('conversation.note')) throw Forbidden();
      const body = request.body;
      if (!Buffer.isBuffer(body) || body.length === 0) throw Invalid('The file is empty. Nothing was stored.');
      const { filename } = request.query as { filename?: unknown };
      const type =
        String(request.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim() ?? '';
      const [stored] = await hearten.files.put([body]);
      if (!stored) throw new Error('nothing stored');
      const kept = await hearten.db.tx(who.workspaceId, async (tx) => {
        await hearten.files.keep(tx, [stored]);
        return keepUpload(
          tx,
          who,
          stored,
          safeName(typeof filename === 'string' ? filename : ''),
          /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream',
        );
      });
      return reply.code(201).send(kept);
    });
  });
}
