import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Forbidden, Invalid, Unauthorised } from '../base/errors.ts';
import type { Hearten, Who } from '../base/module.ts';
import { refuseOverQuota } from '../base/quota.ts';
import { keepUpload, ownPicture, safeName } from './uploads.ts';

const MOST = 25 * 1024 * 1024;

/** POST /api/v1/uploads?filename=…: the body is the file. GET /api/v1/uploads/:id shows a picture of one's own while it is written about. */
export function uploadRoute(
  app: FastifyInstance,
  hearten: Hearten,
  identify: (request: FastifyRequest) => Promise<Who | null>,
): void {
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST }, (_request, body, done) => done(null, body));
    inner.post('/api/v1/uploads', { bodyLimit: MOST }, async (request, reply) => {
      const who = await identify(request);
      if (!who) throw Unauthorised();
      if (who.kind === 'person' && request.headers['x-csrf-token'] !== who.csrf)
        throw Forbidden('This page is out of date. Nothing was stored; load it again and repeat.', {
          type: 'page-out-of-date',
        });
      if (!who.may('conversation.note')) throw Forbidden();
      const body = request.body;
      if (!Buffer.isBuffer(body) || body.length === 0) throw Invalid('The file is empty. Nothing was stored.');
      const { filename } = request.query as { filename?: unknown };
      const type =
        String(request.headers['content-type'] ?? '')
          .split(';')[0]
          ?.trim() ?? '';
      await refuseOverQuota(hearten.db, hearten.config.QUOTA_GB, who.workspaceId, body.length);
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
          true,
        );
      });
      return reply.code(201).send(kept);
    });
    inner.get<{ Params: { id: string } }>('/api/v1/uploads/:id', async (request, reply) => {
      const who = await identify(request);
      if (!who) throw Unauthorised();
      const own = await hearten.db.tx(who.workspaceId, (tx) => ownPicture(tx, who, request.params.id));
      return reply
        .header('content-type', own.contentType)
        .header('content-disposition', 'inline')
        .header('content-security-policy', "sandbox; default-src 'none'")
        .header('x-content-type-options', 'nosniff')
        .header('cache-control', 'private, max-age=3600')
        .send(await hearten.files.get(hearten.db, who.workspaceId, own.hash));
    });
  });
}
