import { statfs } from 'node:fs/promises';
import fastify, { type FastifyInstance } from 'fastify';
import { closeWithoutWaiting } from './base/closing.ts';
import { VERSION } from './base/config.ts';
import { NOWHERE, sql } from './base/db.ts';
import type { Drain } from './base/drain.ts';
import { textOf } from './base/errors.ts';
import { foldersApart } from './base/folders.ts';
import { printMetrics } from './base/metrics.ts';
import type { Hearten } from './base/module.ts';
import { openApi } from './base/openapi.ts';
import { MOST_BEHIND } from './base/replica.ts';

const said = (behind: number | string): string =>
  typeof behind === 'string'
    ? `Not used: ${behind}`
    : behind <= MOST_BEHIND
      ? `ok, ${(behind / 1000).toFixed(1)} s behind at most`
      : `Not used: ${(behind / 1000).toFixed(0)} s behind`;
const LEAST = 200 * 1024 * 1024; // bytes free, below which a mail could be refused soon

/** /api/openapi.json: the API, described. /health/live: the process answers. /health/ready: it can do its work, and if not, what is missing. /metrics: Prometheus. */
export function healthRoutes(app: FastifyInstance, hearten: Hearten, url: () => string, drain: Drain): void {
  app.get('/api/openapi.json', async (_request, reply) => reply.type('application/json').send(openApi(url(), VERSION)));
  health(app, hearten, drain);
}

/** The same on a port of its own: for a process that only works and has no other, and for a network that strangers don't reach. */
export async function listenForHealth(
  hearten: Hearten,
  where: string,
  leaving: () => boolean,
): Promise<() => Promise<void>> {
  const app = fastify({ logger: false });
  closeWithoutWaiting(app);
  health(app, hearten, { leaving, asked: () => undefined });
  const colon = where.lastIndexOf(':');
  const host = colon > 0 ? where.slice(0, colon) : '127.0.0.1';
  await app.listen({ port: Number(where.slice(colon + 1)), host });
  return () => app.close();
}

/** Undefined: nothing is kept in a folder here, all of it is in a bucket and a database elsewhere. */
async function roomOf(folder: string): Promise<string | undefined> {
  try {
    const disk = await statfs(folder);
    const free = disk.bavail * disk.bsize;
    return free > LEAST
      ? 'ok'
      : `Only ${Math.floor(free / 1048576)} MB are free. Make room, or mail will be refused until there is.`;
  } catch (error) {
    return (error as { code?: string }).code === 'ENOENT' ? undefined : textOf(error);
  }
}

function health(app: FastifyInstance, { config, db }: Hearten, drain: Pick<Drain, 'leaving' | 'asked'>): void {
  app.get('/health/live', async () => ({ status: 'ok' }));
  app.get('/health/ready', async (_request, reply) => {
    drain.asked();
    const checks: Record<string, string> = {};
    if (drain.leaving()) checks.process = 'This process is going away. Send requests to another one.';
    await db.read(NOWHERE, sql`select 1`).then(
      () => {
        checks.database = 'ok';
      },
      (error) => {
        checks.database = textOf(error);
      },
    );
    const room = await roomOf(config.DATA_DIR);
    if (room !== undefined) checks.disk = room;
    const ready = Object.values(checks).every((text) => text === 'ok');
    // A copy that is away or behind costs nobody anything but time: searches are asked of the database then.
    const behind = db.behind();
    const copy = behind === undefined ? {} : { replica: said(behind) };
    const apart = checks.database === 'ok' ? await foldersApart(db) : undefined;
    return reply
      .code(ready ? 200 : 503)
      .send({ status: ready ? 'ok' : 'not ready', checks, ...copy, ...(apart ? { files: apart } : {}) });
  });
  app.get('/metrics', async (request, reply) => {
    // Figures are for whoever runs this machine; a proxy that passes requests on makes them come from elsewhere.
    if (!/^(::1|127\.|::ffff:127\.)/.test(request.ip) || (!config.TRUST_PROXY && request.headers['x-forwarded-for']))
      return reply.code(404).send();
    return reply.type('text/plain; version=0.0.4').send(printMetrics());
  });
}
