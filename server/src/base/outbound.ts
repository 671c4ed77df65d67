import { promises as dns, type LookupAddress } from 'node:dns';
import { type IncomingMessage, request as plain } from 'node:http';
import { request as encrypted } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { Forbidden, Unavailable } from './errors.ts';
import { makeReachable } from './reachable.ts';

export { isPublic } from './reachable.ts';

/**
 * The one way out to addresses that others chose. It resolves the name itself, refuses everything that is not the public internet, and
 * connects to exactly the addresses it checked, so a name that changes its mind in between gains nothing. Redirects are checked anew.
 */
export type Outbound = (url: string, options?: OutboundOptions) => Promise<OutboundReply>;
export type OutboundOptions = {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  headers?: Record<string, string>;
  body?: Buffer;
  maxBytes?: number;
  /** For all of it, in ms: a server that answers letter by letter is given up as one that is silent. */
  timeout?: number;
  /** How many are followed; `answer` gives the redirect itself. */
  redirects?: number | 'answer';
  /** Only the beginning of a long answer matters: it is cut at `maxBytes`, and one that doesn't end counts as it came. */
  beginning?: true;
  signal?: AbortSignal;
};
export type OutboundReply = { status: number; headers: IncomingMessage['headers']; body: Buffer; url: string };
/** Answers with all addresses of a name; tests put their own in its place. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

/** Refused before anything was sent. */
const no = (): Error =>
  Forbidden('This address is not on the public internet, so nothing is fetched from it.', { type: 'inward' });

/** Never follows to another origin: it was meant for the first. */
const own = new Set(['authorization', 'cookie', 'proxy-authorization']);

type Asked = OutboundOptions & { maxBytes: number; timeout: number };

/** One request to one address, whose name is resolved here and nowhere else. */
async function once(url: URL, o: Asked, signal: AbortSignal, found: LookupAddress[]): Promise<OutboundReply> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const lookup: LookupFunction = (_name, options, answer) => {
    const [first] = found as [LookupAddress];
    if (options.all) answer(null, found);
    else answer(null, first.address, first.family);
  };
  const secure = url.protocol === 'https:';
  return new Promise((done, failed) => {
    // What came so far, once the answer has begun.
    let finish: (() => void) | null = null;
    const broke = (error: Error): void => (finish && o.beginning ? finish() : failed(error));
    const request = (secure ? encrypted : plain)(
      {
        host,
        lookup,
        port: url.port || undefined,
        path: `${url.pathname}${url.search}`,
        method: o.method ?? 'GET',
        agent: false,
        signal,
        maxHeaderSize: 16_384,
        // Nothing is unpacked here: what is small on the way and large at home stays small.
        headers: {
          'user-agent': 'Hearten',
          'accept-encoding': 'identity',
          ...(o.body ? { 'content-length': String(o.body.length) } : {}),
          ...o.headers,
          host: url.host,
        },
        ...(secure && !isIP(host) ? { servername: host } : {}),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const whole = (): void =>
          done({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).subarray(0, o.maxBytes),
            url: url.href,
          });
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= o.maxBytes || o.beginning) chunks.push(chunk);
          if (size <= o.maxBytes) return;
          response.destroy();
          if (o.beginning) whole();
          else failed(Forbidden('What this address answers is too large, so it is not taken.', { type: 'too-large' }));
        });
        finish = whole;
        response.on('end', whole);
        response.on('error', broke);
      },
    );
    request.on('error', broke);
    request.end(o.body);
  });
}

/** `allow` names networks and hosts that may be reached although they are not public. */
export function makeOutbound(
  allow: readonly string[] = [],
  resolve: Resolve = (host) => dns.lookup(host, { all: true, verbatim: true }),
): Outbound {
  const reachable = makeReachable(allow);
  const addressesOf = async (url: URL, signal: AbortSignal): Promise<LookupAddress[]> => {
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw no();
    if (url.username || url.password) throw no();
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (!reachable.port(Number(url.port || 443), host)) throw no();
    const silent = new Promise<never>((_, failed) =>
      signal.addEventListener('abort', () => failed(signal.reason), { once: true }),
    );
    silent.catch(() => undefined); // told by the race, if it matters
    const found = isIP(host)
      ? [{ address: host, family: isIP(host) }]
      : await Promise.race([resolve(host), silent]).catch((cause) => {
          throw Object.assign(signal.aborted ? Unavailable('This address does not answer.') : no(), { cause });
        });
    // All of them must be public: one private address among public ones is how names are made to lead inside.
    if (found.length === 0 || !found.every((one) => reachable.address(one.address, host))) throw no();
    return found;
  };

  return async (address, options = {}) => {
    const o: Asked = { maxBytes: 5 * 1024 * 1024, timeout: 10_000, ...options };
    const signals = [AbortSignal.timeout(o.timeout), ...(o.signal ? [o.signal] : [])];
    const signal = AbortSignal.any(signals);
    const most = o.redirects === 'answer' ? 0 : (o.redirects ?? 3);
    let url = URL.parse(address);
    for (let left = most; url; left--) {
      let reply: OutboundReply;
      try {
        reply = await once(url, o, signal, await addressesOf(url, signal));
      } catch (error) {
        if (error instanceof Error && 'refusal' in error) throw error;
        throw Object.assign(Unavailable('This address does not answer.'), { cause: error });
      }
      const { location } = reply.headers;
      if (![301, 302, 303, 307, 308].includes(reply.status) || !location || o.redirects === 'answer') return reply;
      if (left <= 0) throw Forbidden('This address only leads on to others.');
      const next = URL.parse(location, url.href);
      if (next && next.origin !== url.origin)
        o.headers = Object.fromEntries(
          Object.entries(o.headers ?? {}).filter(([name]) => !own.has(name.toLowerCase())),
        );
      if (reply.status < 304 && o.method === 'POST') {
        o.method = 'GET';
        delete o.body;
      }
      url = next;
    }
    throw no();
  };
}
