import type { TrackerKind } from '@hearten/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clock } from '../../base/clock.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { Invalid, Unauthorised } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import type { Hearten } from '../../base/module.ts';
import { hear } from './issue.ts';
import { isFresh, isSigned } from './signed.ts';
import { deliveryOf, readTold } from './told.ts';
import { placeOf } from './trackers.ts';

/** Trackers send the whole issue along, its text and its people too. */
const MOST_BYTES = 5 * 1024 * 1024;
/** Whether the address, the secret or the bytes are wrong is nobody's business. */
const refused = () =>
  Unauthorised('This is not signed with the secret of this address. Nothing was changed; look at both.');

/** What comes signed of anything, as an object; else that is said. */
function readBody(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw Invalid('This is no JSON. Nothing was changed; let the tracker send application/json.');
    throw error;
  }
}

/** POST /issues/:trackerId: what became of an issue, in the words and with the signature of its tracker. */
export function issueHook(app: FastifyInstance, { db, seal }: Hearten): void {
  const limit = makeLimit(1200);
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    );
    inner.addHook('onRequest', async (request: FastifyRequest) => limit(machine(request.ip)));
    inner.post<{ Params: { trackerId: string } }>('/issues/:trackerId', async (request, reply) => {
      const { trackerId } = request.params;
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      if (!isId(trackerId)) throw refused();
      const [home] = await db.read<{ workspace_id: string | null }>(
        NOWHERE,
        sql`select tracker_home(${trackerId}) as workspace_id`,
      );
      if (!home?.workspace_id) throw refused();
      const workspaceId = home.workspace_id;
      const [tracker] = await db.read<{ kind: TrackerKind; sealed: Buffer }>(
        workspaceId,
        sql`select kind, sealed from tracker where workspace_id = ${workspaceId} and id = ${trackerId}`,
      );
      const headers = (name: string): string => {
        const value = request.headers[name];
        return typeof value === 'string' ? value : '';
      };
      if (
        !tracker ||
        !isSigned(tracker.kind, headers, seal.open(tracker.sealed, placeOf(workspaceId, trackerId)), bytes)
      )
        throw refused();
      const body = readBody(bytes);
      if (!isFresh(tracker.kind, body, clock())) throw refused();
      const told = readTold(tracker.kind, headers, body, new Date(clock()));
      const outcome = await db.tx(workspaceId, (tx) =>
        hear(tx, trackerId, deliveryOf(tracker.kind, headers, bytes), told),
      );
      return reply.code(202).send({ outcome, about: told?.link ?? null });
    });
  });
}
