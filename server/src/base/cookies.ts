import type { IncomingMessage } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';

export const COOKIE = '__Host-hearten';
/** By it a browser is known again when somebody signs in. */
export const BROWSER = '__Host-hearten-browser';
/** A secret in a Cookie header, if any: the session's, or the browser's own. */
export function cookieOf(request: IncomingMessage, sought = COOKIE): string | null {
  for (const part of (request.headers.cookie ?? '').split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === sought && value) return value;
  }
  return null;
}
export const leave = (reply: FastifyReply, name: string, value: string | null, seconds: number): FastifyReply =>
  reply.header(
    'set-cookie',
    `${name}=${value ?? ''}; Path=/; Max-Age=${value === null ? 0 : seconds}; HttpOnly; Secure; SameSite=Lax`,
  );
/** The caller's address for what comes past the routes: behind trusted proxies the one the outermost of them noted, as for requests. */
export function callerOf(request: IncomingMessage, proxies: number): string {
  const noted = proxies ? [request.headers['x-forwarded-for'] ?? []].flat().join(',').split(',') : [];
  const chain = [
    request.socket.remoteAddress ?? '',
    ...noted
      .map((one) => one.trim())
      .filter(Boolean)
      .reverse(),
  ];
  return chain[Math.min(proxies, chain.length - 1)] as string;
}
/** A request that came encrypted, or from this machine itself (where browsers count plain http as safe). */
export const isSecure = (request: FastifyRequest): boolean =>
  request.protocol === 'https' || /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');
