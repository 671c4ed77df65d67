import type { Reason } from '@hearten/contract';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NOWHERE, sql } from '../../../base/db.ts';
import { isRefused, isRefusedAs, textOf, Unavailable } from '../../../base/errors.ts';
import { isId, newId } from '../../../base/ids.ts';
import { makeLimit } from '../../../base/limits.ts';
import { machine } from '../../../base/machine.ts';
import type { Outbound } from '../../../base/outbound.ts';
import { quoted, whyOf } from '../../../base/reasons.ts';
import { noteReport } from '../../../conversations/index.ts';
import type { Collect } from '../collect.ts';
import type { Raw } from '../incoming.ts';
import type { Room } from '../room.ts';
import { headOf, stubText } from '../stub.ts';
import { mailgun } from './mailgun.ts';
import { once } from './once.ts';
import { postmark } from './postmark.ts';
import {
  type Handed,
  type Kept,
  type Provider,
  type ProviderName,
  providerNames,
  refused,
  type Taken,
} from './provider.ts';
import { sendgrid } from './sendgrid.ts';
import { ses } from './ses.ts';
import { keptOf, troubled, works } from './settings.ts';

export { refused, same } from './provider.ts';
export { removeProvider, setProvider, showProvider } from './settings.ts';

const providers: Record<ProviderName, Provider> = { mailgun, postmark, sendgrid, ses };
/** Bodies in memory at once. Whose they are is known for sure only when some of them are read. */
const MOST_AT_ONCE = 512 * 1024 * 1024;

type Known = { workspaceId: string; inboxId: string; name: ProviderName; kept: Kept };

/**
 * POST /mail/:inboxId/mailgun|postmark|sendgrid|ses. Without a secret of its own an inbox takes nothing, and the body is not read.
 * 200 is said when everything in the request is safe; anything else, and the provider comes again.
 */
export function providerMail(app: FastifyInstance, room: Room, collect: Collect, fetch: Outbound): void {
  const limit = makeLimit(6000);
  // Room for base64, %XX and the parts around it; what is larger than a mail may be is kept by its headers.
  const most = (3 * room.config.MAX_MAIL_MB + 1) * 1024 * 1024;
  let held = 0;
  app.register(async (inner) => {
    inner.removeAllContentTypeParsers();
    inner.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: most }, (_request, body, done) => done(null, body));
    const known = new WeakMap<FastifyRequest, Known>();
    inner.addHook<{ Params: { inboxId: string } }>('onRequest', async (request, reply) => {
      limit(machine(request.ip));
      const { inboxId } = request.params;
      const name = providerNames.find((one) => request.url.split('?')[0]?.split('/')[3] === one);
      const home = isId(inboxId) ? await homeOf(room, inboxId) : null;
      if (!name || !home) throw refused();
      const kept = await room.db.tx(home, (tx) => keptOf(tx, room.seal, inboxId, name));
      if (!kept || !providers[name].mayEnter(request.headers, kept)) throw refused();
      known.set(request, { workspaceId: home, inboxId, name, kept });
      const size = Math.min(Number(request.headers['content-length'] ?? most) || 0, most);
      if (held + size > MOST_AT_ONCE)
        throw Unavailable(
          'Too much mail is being taken at this moment. Nothing was stored; try again in a minute.',
          60,
        );
      held += size;
      reply.raw.once('close', () => {
        held -= size;
      });
    });
    inner.addHook('onError', async (request, _reply, error) => {
      const at = known.get(request);
      if (at && error.statusCode === 413)
        await note(room, at, { code: 'one-too-large', values: { n: Math.round(most / 1024 / 1024) } });
    });
    const take = async (request: FastifyRequest): Promise<object> => {
      const at = known.get(request);
      if (!at) throw refused();
      try {
        const taken = await providers[at.name].read(
          {
            headers: request.headers,
            type: String(request.headers['content-type'] ?? ''),
            body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
          },
          at.kept,
          fetch,
        );
        const told = await once(room, at, taken, () => safe(room, collect, at, taken));
        if (taken.mails.length > 0 || taken.reports.length > 0)
          await room.db.tx(at.workspaceId, (tx) => works(tx, at.inboxId));
        return told ?? { mails: [], reports: 0 };
      } catch (error) {
        // What the provider itself sent and we could not take is shown; what anybody may send is not.
        if (isRefused(error) && !isRefusedAs(error, 'unauthorised') && !isRefusedAs(error, 'too-many'))
          await note(room, at, whyOf(error) ?? quoted(textOf(error)));
        throw error;
      }
    };
    for (const name of providerNames)
      for (const path of name === 'mailgun' ? [name, `${name}/mime`] : [name])
        inner.post(`/mail/:inboxId/${path}`, take);
  });
}

async function note(room: Room, at: Known, why: Reason): Promise<void> {
  try {
    await room.db.tx(at.workspaceId, (tx) => troubled(tx, at.inboxId, why));
  } catch (error) {
    // The trouble may be the database's own; the provider is told in any case.
    room.log.warn('What a provider was told could not be noted', { error: textOf(error), inboxId: at.inboxId });
  }
}

async function homeOf(room: Room, inboxId: string): Promise<string | null> {
  const [home] = await room.db.read<{ workspace_id: string | null }>(
    NOWHERE,
    sql`select inbox_home(${inboxId}) as workspace_id`,
  );
  return home?.workspace_id ?? null;
}

/** Every mail stored, every report noted; then the provider may forget it. */
async function safe(room: Room, collect: Collect, at: Known, taken: Taken): Promise<object> {
  const fates = await Promise.all(taken.mails.map((mail) => collect(at.workspaceId, rawOf(room, at, mail))));
  if (taken.reports.length > 0)
    await room.db.tx(at.workspaceId, async (tx) => {
      for (const report of taken.reports) await noteReport(tx, report);
    });
  return { mails: fates.map(({ state, reason }) => ({ outcome: state, reason })), reports: taken.reports.length };
}

function rawOf(room: Room, at: Known, mail: Handed): Raw {
  const size = mail.bytes.length;
  const tooLarge = size > room.config.MAX_MAIL_MB * 1024 * 1024;
  return {
    id: newId(),
    inboxId: at.inboxId,
    source: at.name,
    // A copy: a part of the request would hold all of it.
    bytes: tooLarge ? Buffer.from(headOf(mail.bytes)) : mail.bytes,
    size,
    receivedAt: new Date().toISOString(),
    historic: false,
    folder: '',
    uidvalidity: null,
    uid: null,
    envelope: { ...(mail.from === undefined ? {} : { from: mail.from }), ...(mail.to.length ? { to: mail.to } : {}) },
    stub: tooLarge
      ? stubText(size, room.config.MAX_MAIL_MB, 'Look for the whole of it at the provider, or ask the sender.')
      : null,
  };
}
