import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { byOf } from '../../base/audit.ts';
import { auditLater } from '../../base/audit-later.ts';
import { sql, type Tx } from '../../base/db.ts';
import { Forbidden, NotFound, Unauthorised } from '../../base/errors.ts';
import { isId } from '../../base/ids.ts';
import type { Who } from '../../base/module.ts';
import { type File, safeName } from '../../conversations/index.ts';
import { partContent } from './parse/index.ts';
import { rawHashOf } from './quarantine.ts';
import { recent } from './recent.ts';
import type { Room } from './room.ts';

export type Identify = (request: FastifyRequest) => Promise<Who | null>;
/** What browsers draw or play without running anything. SVG is a program. */
const safe = new Set([
  ...['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp'].map((kind) => `image/${kind}`),
  ...['mpeg', 'mp3', 'mp4', 'x-m4a', 'aac', 'ogg', 'opus', 'wav', 'x-wav', 'webm', 'flac'].map(
    (kind) => `audio/${kind}`,
  ),
  ...['mp4', 'webm', 'ogg', 'quicktime'].map((kind) => `video/${kind}`),
]);
/** A PDF that is one: the browser's own viewer opens it, itself locked in by the sandbox of the answer. */
const isPdf = (type: string, bytes: Buffer): boolean =>
  type === 'application/pdf' && bytes.subarray(0, 1024).includes('%PDF-');
const LINK = 300; // seconds a link to the files' own address is good for

/** Whatever a customer sent stays what it is: a file. Nothing in it runs, whatever it claims to be. */
export function sendFile(
  reply: FastifyReply,
  bytes: Buffer,
  o: { name: string; type: string; inline?: boolean },
): FastifyReply {
  const name = safeName(o.name);
  const shown = o.inline === true && (safe.has(o.type) || isPdf(o.type, bytes));
  const part = shown ? partOf(reply.request.headers.range, bytes.length) : null;
  if (part) reply.code(206).header('content-range', `bytes ${part.from}-${part.to}/${bytes.length}`);
  if (shown) reply.header('accept-ranges', 'bytes');
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const extended = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return reply
    .header(
      'content-type',
      shown
        ? o.type
        : o.type.startsWith('text/') || !/^[\w.+-]+\/[\w.+-]+$/.test(o.type)
          ? 'application/octet-stream'
          : o.type,
    )
    .header(
      'content-disposition',
      `${shown ? 'inline' : 'attachment'}; filename="${plain}"; filename*=UTF-8''${extended}`,
    )
    .header('content-security-policy', "sandbox; default-src 'none'")
    .header('x-content-type-options', 'nosniff')
    .header('cross-origin-resource-policy', 'same-site')
    .header('cache-control', 'private, max-age=3600')
    .send(part ? bytes.subarray(part.from, part.to + 1) : bytes);
}
/** `bytes=100-`: what is played is asked for in pieces. Anything else gets all of it. */
function partOf(range: string | undefined, size: number): { from: number; to: number } | null {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(range ?? '') ?? [];
  if (!first && !last) return null;
  const from = first ? Number(first) : Math.max(0, size - Number(last));
  const to = first && last ? Math.min(Number(last), size - 1) : size - 1;
  return from <= to ? { from, to } : null;
}

/** One file of a message: what was attached here lies by itself, what came with a mail is cut out of it. */
export function fileReader(room: Room): (workspaceId: string, messageId: string, part: number) => Promise<File> {
  const attachmentsOf = recent();
  return async (workspaceId, messageId, part) => {
    const message = await messageOf(room, workspaceId, messageId);
    const about = message.attachments.find((one) => one.part === part);
    if (!about) throw NotFound('This message has no such file.');
    const { filename, contentType } = about;
    if (about.upload) {
      const hash = await room.db.tx(workspaceId, (tx) => uploadHash(tx, about.upload as string));
      return { filename, contentType, content: await room.files.get(room.db, workspaceId, hash) };
    }
    if (!message.raw_hash) throw NotFound('This file is not here any more.');
    const raw = await room.files.get(room.db, workspaceId, message.raw_hash);
    const file = (await attachmentsOf(`${workspaceId}:${message.raw_hash.toString('hex')}`, raw))[part];
    if (!file) throw NotFound('This message has no such file.');
    return { filename, contentType, content: partContent(raw, file) };
  };
}

/**
 * Files of messages. When the files have an address of their own (FILES_URL), a person is led there with a link that is good for a few
 * minutes; their cookie never goes there.
 */
export function fileRoutes(
  app: FastifyInstance,
  room: Room,
  identify: Identify,
  fileOf: ReturnType<typeof fileReader>,
): void {
  const later = auditLater(room.db, room.log);
  app.addHook('onClose', later.flush);
  const apart = room.config.FILES_URL ? new URL(room.config.FILES_URL) : null;
  const linkOf = (path: string, workspaceId: string, until: number): string => `${workspaceId}:${path}:${until}`;

  /** Whose files may be read by this request; null when it was answered with the way to the files' own address. */
  const reader = async (
    request: FastifyRequest,
    reply: FastifyReply,
    may = 'conversation.read',
  ): Promise<string | null> => {
    const url = new URL(request.url, 'http://files');
    const given = {
      workspaceId: url.searchParams.get('w'),
      until: Number(url.searchParams.get('e')),
      signature: url.searchParams.get('s'),
    };
    if (apart && given.workspaceId && given.signature) {
      if (
        !isId(given.workspaceId) ||
        !(given.until > Date.now() / 1000) ||
        !room.seal.signed('file', linkOf(url.pathname, given.workspaceId, given.until), given.signature)
      )
        throw Forbidden('This link is not good any more. Open the file from its conversation again.');
      return given.workspaceId;
    }
    const who = await identify(request);
    if (!who) throw Unauthorised();
    if (!who.may(may)) throw Forbidden();
    const [, what = '', id = '', part = ''] = /^\/files\/(\w+)\/([\w-]+)\/(\w+)/.exec(url.pathname) ?? [];
    later.note(who.workspaceId, {
      area: 'data',
      what: 'file.read',
      about: [what === 'messages' ? 'message' : 'mail', id],
      facts: { part },
      by: byOf(who, { ip: request.ip, agent: String(request.headers['user-agent'] ?? '').slice(0, 300) }),
    });
    if (!apart || request.headers.host === apart.host) return who.workspaceId;
    const until = Math.floor(Date.now() / 1000) + LINK;
    const link = new URL(url.pathname, apart);
    if (url.searchParams.has('inline')) link.searchParams.set('inline', '1');
    link.searchParams.set('w', who.workspaceId);
    link.searchParams.set('e', String(until));
    link.searchParams.set('s', room.seal.sign('file', linkOf(url.pathname, who.workspaceId, until)));
    reply.header('cache-control', 'no-store').redirect(link.href, 302);
    return null;
  };

  app.get<{ Params: { id: string } }>('/files/quarantine/:id/raw', async (request, reply) => {
    const workspaceId = await reader(request, reply, 'quarantine.read');
    if (!workspaceId) return reply;
    if (!isId(request.params.id)) throw NotFound();
    const hash = await room.db.tx(workspaceId, (tx) => rawHashOf(tx, request.params.id));
    return sendFile(reply, await room.files.get(room.db, workspaceId, hash), {
      name: 'mail.eml',
      type: 'message/rfc822',
    });
  });

  app.get<{ Params: { id: string } }>('/files/messages/:id/raw', async (request, reply) => {
    const workspaceId = await reader(request, reply);
    if (!workspaceId) return reply;
    const message = await messageOf(room, workspaceId, request.params.id);
    if (!message.raw_hash) throw NotFound('There is no raw file of this message.');
    return sendFile(reply, await room.files.get(room.db, workspaceId, message.raw_hash), {
      name: 'mail.eml',
      type: 'message/rfc822',
    });
  });

  app.get<{ Params: { id: string; part: string }; Querystring: { inline?: string } }>(
    '/files/messages/:id/:part',
    async (request, reply) => {
      const workspaceId = await reader(request, reply);
      if (!workspaceId) return reply;
      const part = /^\d{1,5}$/.test(request.params.part) ? Number(request.params.part) : -1;
      const { filename, contentType, content } = await fileOf(workspaceId, request.params.id, part);
      const inline = request.query.inline === '1';
      return sendFile(reply, content, { name: filename, type: contentType.toLowerCase(), inline });
    },
  );
}

type MessageFiles = {
  raw_hash: Buffer | null;
  attachments: { part: number; filename: string; contentType: string; contentId: string | null; upload?: string }[];
};
export async function messageOf(room: Room, workspaceId: string, id: string): Promise<MessageFiles> {
  if (!isId(id)) throw NotFound();
  const [row] = await room.db.read<MessageFiles>(
    workspaceId,
    sql`select raw_hash, attachments from message where workspace_id = ${workspaceId} and id = ${id}`,
  );
  if (!row) throw NotFound();
  return row;
}
async function uploadHash(tx: Tx, id: string): Promise<Buffer> {
  const row = isId(id)
    ? await tx.first<{ hash: Buffer }>(
        sql`select hash from upload where workspace_id = ${tx.workspaceId} and id = ${id}`,
      )
    : undefined;
  if (!row) throw NotFound('This file is not here any more.');
  return row.hash;
}
