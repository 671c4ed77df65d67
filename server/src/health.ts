import { statfs } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import { NOWHERE, sql } from './base/db.ts';
import { textOf } from './base/errors.ts';
import { printMetrics } from './base/metrics.ts';
import type { Hearten } from './base/module.ts';
import { openApi } from './base/openapi.ts';

const VERSION = '0.1.0';
const LEAST = 200 * 1024 * 1024; // bytes free, below which a mail could be refused soon

/** /api/openapi.json: the API, described. /health/live: the process answers. /health/ready: it can do its work, and if not, what is missing. /metrics: Prometheus. */
export function healthRoutes(app: FastifyInstance, { config, db }: Hearten, url: () => string): void {
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json').send(openApi(url(), VERSION)));
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    const checks: Record<string, string> = {};
    await db.read(NOWHERE, sql`select 1`).then(
      () => {
        checks.database = 'ok';
      },
      (error) => {
        checks.database = textOf(error);
      },
    );
    const disk = await statfs(config.DATA_DIR);
    checks.disk =
      disk.bavail * disk.bsize > LEAST
        ? 'ok'
        : `Only ${Math.floor((disk.bavail * disk.bsize) / 1048576)} MB are free. Make room, or mail will be refused until there is.`;
    const ready = Object.values(checks).every((text) => text === 'ok');
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ok' : 'not ready', checks });
  });
  app.get('/metrics', async (request, reply) => {
    // Figures are for whoever runs this machine; a proxy that passes requests on makes them come from elsewhere.
    if (!/^(::1|127\.|::ffff:127\.)/.test(request.ip) || (!config.TRUST_PROXY && request.headers['x-forwarded-for']))
      return reply.code(404).send();
    return reply.type('text/plain; version=0.0.4').send(printMetrics());
  });
}
