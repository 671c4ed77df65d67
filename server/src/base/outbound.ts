import { promises as dns, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { Forbidden, Unavailable } from './errors.ts';

/**
 * The one way out to addresses that strangers chose. It resolves the name itself, refuses everything that is not the public internet,
 * and connects to exactly the address it checked, so a name that changes its mind in between gains nothing. Redirects are checked anew.
 */
export type Outbound = (url: string, options?: OutboundOptions) => Promise<OutboundReply>;
export type OutboundOptions = {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  body?: Buffer;
  maxBytes?: number;
  timeout?: number;
  redirects?: number;
};
export type OutboundReply = { status: number; headers: IncomingMessage['headers']; body: Buffer; url: string };
/** Answers with all addresses of a name; tests put their own in its place. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

const closed = new BlockList();
const v4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
for (const range of v4) {
  const [net, bits] = range.split('/') as [string, string];
  closed.addSubnet(net, Number(bits), 'ipv4');
}
// Of IPv6 only what is handed out for the internet is open, less what carries IPv4 inside (6to4, Teredo, NAT64 lies outside 2000::/3) and what is reserved.
const open6 = new BlockList();
open6.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closed.addSubnet(net, bits, 'ipv6');

/** Whether an address is on the public internet. */
export function isPublic(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !closed.check(address, 'ipv4');
  return kind === 6 && open6.check(address, 'ipv6') && !closed.check(address, 'ipv6');
}

const no = (): Error => Forbidden('This address is not on the public internet, so nothing is fetched from it.');

/** `allow` names networks (CIDR) that may be reached although they are not public. */
export function makeOutbound(
  allow: string[] = [],
  resolve: Resolve = (host) => dns.lookup(host, { all: true, verbatim: true }),
): Outbound {
  const allowed = new BlockList();
  for (const range of allow) {
    const [net, bits] = range.split('/') as [string, string | undefined];
    const kind = isIP(net) === 6 ? 'ipv6' : 'ipv4';
    allowed.addSubnet(net, Number(bits ?? (kind === 'ipv6' ? 128 : 32)), kind);
  }
  const may = (address: string): boolean =>
    isPublic(address) || allowed.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

  const once = async (
    url: URL,
    o: Required<Pick<OutboundOptions, 'maxBytes' | 'timeout'>> & OutboundOptions,
    signal: AbortSignal,
  ): Promise<OutboundReply> => {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw no();
    if (url.username || url.password) throw no();
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const found = isIP(host) ? [{ address: host, family: isIP(host) }] : await resolve(host).catch(() => []);
    // All of them must be public: one private address among public ones is how names are made to lead inside.
    const [first] = found;
    if (!first || !found.every((one) => may(one.address))) throw no();
    return new Promise((done, failed) => {
      const request = (url.protocol === 'https:' ? encrypted : plain)(
        {
          host: first.address,
          family: first.family,
          port: url.port || undefined,
          path: `${url.pathname}${url.search}`,
          method: o.method ?? 'GET',
          agent: false,
          signal,
          maxHeaderSize: 16_384,
          headers: { 'user-agent': 'Hearten', 'accept-encoding': 'identity', ...o.headers, host: url.host },
          ...(url.protocol === 'https:' && !isIP(host) ? { servername: host } : {}),
        },
        (response) => {
          const chunks: Buffer[] = [];
          let size = 0;
          response.on('data', (chunk: Buffer) => {
            size += chunk.length;
            if (size <= o.maxBytes) return void chunks.push(chunk);
            response.destroy();
            failed(Forbidden('What this address answers is too large, so it is not taken.'));
          });
          response.on('end', () =>
            done({
              status: response.statusCode ?? 0,
              headers: response.headers,
              body: Buffer.concat(chunks),
              url: url.href,
            }),
          );
          response.on('error', failed);
        },
      );
      request.on('error', failed);
      request.end(o.body);
    });
  };

  return async (address, options = {}) => {
    const o = { maxBytes: 5 * 1024 * 1024, timeout: 10_000, ...options };
    const signal = AbortSignal.timeout(o.timeout);
    let url = URL.parse(address);
    for (let left = o.redirects ?? 3; url; left--) {
      let reply: OutboundReply;
      try {
        reply = await once(url, o, signal);
      } catch (error) {
        if (error instanceof Error && 'refusal' in error) throw error;
        throw Object.assign(Unavailable('This address does not answer.'), { cause: error });
      }
      const { location } = reply.headers;
      if (![301, 302, 303, 307, 308].includes(reply.status) || !location) return reply;
      if (left <= 0) throw Forbidden('This address only leads on to others.');
      url = URL.parse(location, url.href);
    }
    throw no();
  };
}
