import type { FastifyInstance, FastifyReply } from 'fastify';
import { sql } from '../../base/db.ts';
import { Forbidden, NotFound, Unauthorised } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import { makeLimit } from '../../base/limits.ts';
import { machine } from '../../base/machine.ts';
import type { Outbound } from '../../base/outbound.ts';
import { type Identify, messageOf } from './files.ts';
import { sanitise } from './html/index.ts';
import { picturesWanted } from './pictures.ts';
import { read } from './read.ts';
import type { Room } from './room.ts';

const PICTURES = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'image/bmp',
  'image/x-icon',
  'image/vnd.microsoft.icon',
]);
const MOST = 8 * 1024 * 1024;

/** Mail HTML may style itself, but it is alone: no scripts, no forms, no requests but for pictures through us. */
const policy = (pictures: string[]): string =>
  `default-src 'none'; img-src ${["'self'", 'data:', ...pictures].join(' ')}; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox allow-same-origin`;

/** What stands where a picture is not loaded: a quiet box instead of the sign that browsers draw for what is broken. */
const CALM = `url("data:image/svg+xml,${encodeURIComponent('<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="#8a8a86" stroke-width="1.5"><rect x="5" y="6" width="14" height="12" rx="2"/><path d="m6 17 4-5 3 3 2-2 3 4"/></svg>')}")`;

const page = (html: string, about: { remote: boolean; trackers: number; always: boolean }): string => `<!doctype html>
<html data-remote-images="${about.remote}" data-trackers="${about.trackers}" data-pictures="${about.always ? 'always' : ''}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light">
<style>html{background:#fff;color:#1a1a1a;overflow-x:auto;scrollbar-width:thin;scrollbar-color:#8a8a86 #f3f3f1}body{margin:0;display:flow-root;font:15px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}img{max-width:100%;height:auto}img[data-remote],img:not([src]){content:${CALM};box-sizing:border-box;min-width:24px;min-height:24px;background:#f3f3f1;border-radius:6px;object-fit:none}pre{white-space:pre-wrap}table{max-width:100%}blockquote{margin:0 0 0 .8em;padding-left:.8em;border-left:2px solid #ccc}</style>
</head><body>${html}</body></html>`;

const framed = (reply: FastifyReply, apart: string[], html: string): FastifyReply =>
  reply
    .header('content-type', 'text/html; charset=utf-8')
    .header('content-security-policy', policy(apart))
    .header('x-frame-options', 'SAMEORIGIN')
    .header('referrer-policy', 'no-referrer')
    .header('cache-control', 'private, no-store')
    // Chromium looks up the names of links before anybody follows them: that tells the sender, too.
    .header('x-dns-prefetch-control', 'off')
    .send(html);

/**
 * /frames/messages/:id: the HTML of a mail, sanitised when it is drawn (a better sanitiser is better for old mail too), in a document
 * of its own. Remote pictures stay away until `?images=1`, and then come through /files/images, signed so that nobody else can use it.
 */
export function frameRoutes(app: FastifyInstance, room: Room, identify: Identify, outbound: Outbound): void {
  const apart = room.config.FILES_URL ? [new URL(room.config.FILES_URL).origin] : [];
  const limit = makeLimit(600);

  app.get<{ Params: { id: string }; Querystring: { images?: string } }>(
    '/frames/messages/:id',
    async (request, reply) => {
      const who = await identify(request);
      if (!who) throw Unauthorised();
      if (!who.may('conversation.read')) throw Forbidden();
      const message = await messageOf(room, who.workspaceId, request.params.id);
      if (!message.raw_hash) throw NotFound('This message has no HTML.');
      const [one] = await read([await room.files.get(room.db, who.workspaceId, message.raw_hash)]);
      const html = one && 'mail' in one ? one.mail.html : null;
      if (html === null) throw NotFound('This message has no HTML.');
      const always = await room.db.tx(who.workspaceId, (tx) => picturesWanted(tx, request.params.id));
      const wanted = always || request.query.images === '1';
      const drawn = sanitise(html, {
        cidImage: (contentId) => {
          const part = message.attachments.find((file) => file.contentId === contentId)?.part;
          return part === undefined ? null : `/files/messages/${request.params.id}/${part}?inline=1`;
        },
        ...(wanted
          ? {
              remoteImage: (url: string) =>
                `/files/images?u=${encodeURIComponent(url)}&s=${room.seal.sign('image', url)}`,
            }
          : {}),
      });
      const about = { remote: drawn.hasRemoteImages, trackers: drawn.trackers, always };
      return framed(reply, apart, page(drawn.html, about));
    },
  );

  /** What came back to the customer one plays: by the same rules, and with nothing from elsewhere. */
  app.get<{ Params: { id: string } }>('/frames/practice/:id', async (request, reply) => {
    const who = await identify(request);
    if (!who) throw Unauthorised();
    if (!who.may('inbox.read')) throw Forbidden();
    const { id } = request.params;
    const [mail] = isId(id)
      ? await room.db.read<{ html: string | null }>(
          who.workspaceId,
          sql`select html from practice_mail where workspace_id = ${who.workspaceId} and id = ${id}`,
        )
      : [];
    if (!mail?.html) throw NotFound('This message has no HTML.');
    const drawn = sanitise(mail.html);
    return framed(reply, apart, page(drawn.html, { remote: false, trackers: drawn.trackers, always: false }));
  });

  app.get<{ Querystring: { u?: string; s?: string } }>('/files/images', async (request, reply) => {
    const { u, s } = request.query;
    if (typeof u !== 'string' || typeof s !== 'string' || !room.seal.signed('image', u, s))
      throw Forbidden('This picture is not part of a message here.');
    limit(machine(request.ip));
    const got = await outbound(u, { headers: { accept: 'image/*' }, maxBytes: MOST });
    const type =
      String(got.headers['content-type'] ?? '')
        .split(';')[0]
        ?.trim()
        .toLowerCase() ?? '';
    // SVG is a program; anything else that is no picture is none of our business.
    if (got.status !== 200 || !PICTURES.has(type)) throw NotFound('There is no picture at this address.');
    return reply
      .header('content-type', type)
      .header('content-security-policy', "sandbox; default-src 'none'")
      .header('content-disposition', 'inline; filename="picture"')
      .header('cache-control', 'private, max-age=86400')
      .send(got.body);
  });
}
