import { createHmac } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { clock } from '../../base/clock.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { Invalid } from '../../base/errors.ts';
import { isId, newId } from '../../base/ids.ts';
import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import type { InboxRow } from '../../conversations/index.ts';
import type { Collect } from './collect.ts';
import { refused, same } from './provider/index.ts';
import { openSecrets, type Room } from './room.ts';

const WINDOW = 300; // seconds a signature is good for

/** `v1,` and the base64 HMAC-SHA256 of `timestamp.body` with the inbox's intake key, as Standard Webhooks write it. */
export const signatureOf = (key: string, timestamp: string, body: Buffer): string =>
  `v1,${createHmac('sha256', key).update(`${timestamp}.`).update(body).digest('base64')}`;

/** What a library for Standard Webhooks signs: `id.timestamp.body`, with the bytes that the key is the base64 of. */
export const standardSignatureOf = (key: string, id: string, timestamp: string, body: Buffer): string =>
  `v1,${createHmac('sha256', Buffer.from(key.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.`)
    .update(body)
    .digest('base64')}`;

type Claim = { timestamp: string; signature: string; id: string | null };
/** Signed in our own headers, or in those of Standard Webhooks. */
function claimIn(headers: IncomingHttpHeaders): Claim | null {
  const text = (name: string): string => (typeof headers[name] === 'string' ? headers[name] : '');
  const id = text('webhook-id');
  const claim = text('hearten-signature')
    ? { timestamp: text('hearten-timestamp'), signature: text('hearten-signature'), id: null }
    : { timestamp: text('webhook-timestamp'), signature: text('webhook-signature'), id };
  return claim.signature !== '' && claim.id !== '' && /^\d{1,12}$/.test(claim.timestamp) ? claim : null;
}
const isSigned = ({ id, timestamp, signature }: Claim, key: string, body: Buffer): boolean => {
  const wanted = id === null ? signatureOf(key, timestamp, body) : standardSignatureOf(key, id, timestamp, body);
  return signature.split(' ').some((one) => same(one, wanted));
};

/** POST /mail/:inboxId: one raw mail, signed. Without a key of its own an inbox takes nothing. Answered when the mail is safe. */
export function postedMail(app: FastifyInstance, room: Room, collect: Collect): void {
  const limit = makeLimit(6000);
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser(
      '*',
      { parseAs: 'buffer', bodyLimit: room.config.MAX_MAIL_MB * 1024 * 1024 },
      (_request, body, done) => done(null, body),
    );
    const keys = new WeakMap<FastifyRequest, { workspaceId: string; key: string; claim: Claim }>();
    // Before the body is read: whoever has no business here fills no memory.
    inner.addHook<{ Params: { inboxId: string } }>('onRequest', async (request) => {
      limit(machine(request.ip));
      const { inboxId } = request.params;
      const claim = claimIn(request.headers);
      if (!isId(inboxId) || !claim || Math.abs(clock() / 1000 - Number(claim.timestamp)) > WINDOW) throw refused();
      const [home] = await room.db.read<{ workspace_id: string | null }>(
        NOWHERE,
        sql`select inbox_home(${inboxId}) as workspace_id`,
      );
      if (!home?.workspace_id) throw refused();
      const [inbox] = await room.db.read<Pick<InboxRow, 'workspace_id' | 'id' | 'secrets'>>(
        home.workspace_id,
        sql`
        select workspace_id, id, secrets from inbox where workspace_id = ${home.workspace_id} and id = ${inboxId} and deleted_at is null`,
      );
      const key = inbox ? openSecrets(room.seal, inbox).intakeKey : undefined;
      if (!key) throw refused();
      keys.set(request, { workspaceId: home.workspace_id, key, claim });
    });
    inner.post<{ Params: { inboxId: string } }>('/mail/:inboxId', async (request, reply) => {
      const { inboxId } = request.params;
      const body = request.body;
      const known = keys.get(request);
      const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
      if (!known || !isSigned(known.claim, known.key, bytes)) throw refused();
      if (bytes.length === 0)
        throw Invalid('There is no mail in this request. Send it as the body, as message/rfc822.');
      const id = newId();
      const fate = await collect(known.workspaceId, {
        id,
        inboxId,
        source: 'http',
        bytes,
        size: bytes.length,
        receivedAt: new Date(clock()).toISOString(),
        historic: false,
        folder: '',
        uidvalidity: null,
        uid: null,
        envelope: {},
        stub: null,
      });
      return reply.code(202).send({ id, outcome: fate.state, reason: fate.reason });
    });
  });
}
