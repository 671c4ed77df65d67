import { Readable } from 'node:stream';
import { setImmediate as breathe } from 'node:timers/promises';
import { type ARCResult, type AuthenticateResult, authenticate } from 'mailauth';
import type { Dns } from '../../../base/dns.ts';
import type { Verdict } from '../../../conversations/index.ts';
import { domainOf } from '../address.ts';
import { type Headers, parseAddresses, readHeaders } from '../parse/index.ts';
import { belongs, NAMELESS, saidByHost } from './host.ts';
import { unchecked } from './verdict.ts';

/** From where a mail came to the first server of ours; absent when only its bytes are known. */
export type Way = { ip?: string; helo?: string; from?: string };
const SIGNATURES = 12; // more than any real mail has; each costs a question to DNS and a computation
const HEADER_BYTES = 256 * 1024;
const CHUNK = 64 * 1024;

/** What was found out without asking anybody, or what has to be asked for. */
export type Begun = { verdict: Verdict } | { ask: (dns: Dns) => Promise<Verdict> };

/** Reads what stands in the mail itself: the trusted host's word, or whether there is anything that could be checked at all. */
export function begin(bytes: Buffer, way: Way, trusted: readonly string[], whole = true): Begun {
  const headers = readHeaders(bytes, 0, bytes.length);
  const from = senderOf(headers);
  const said = saidByHost(headers.all('authentication-results'), from, trusted);
  if (said) return { verdict: said };
  const open = unchecked(from);
  const signatures = headers.all('dkim-signature').length;
  if (!whole) return { verdict: open };
  if (headers.bodyStart > HEADER_BYTES || signatures > SIGNATURES)
    return { verdict: { ...open, verdict: 'unverified', dkim: 'policy' } };
  if (signatures === 0 && !sealed(headers) && !way.ip)
    return { verdict: { ...open, verdict: 'unverified', dkim: 'none' } };
  return { ask: (dns) => verify(bytes, headers, from, way, dns, trusted) };
}

const senderOf = (headers: Headers): string =>
  headers
    .all('from')
    .flatMap((value) => parseAddresses(value))
    .find((one) => one.address.includes('@'))?.address ?? '';

async function verify(
  bytes: Buffer,
  headers: Headers,
  from: string,
  way: Way,
  dns: Dns,
  trusted: readonly string[],
): Promise<Verdict> {
  const ask = {
    mta: 'hearten',
    disableBimi: true,
    rejectRsaSha1: true,
    resolver: patient(dns, domainOf(from), trusted),
  };
  const found = await authenticate(Readable.from(slowly(bytes)), {
    ...ask,
    ...(way.ip ? { ip: way.ip, helo: way.helo ?? way.ip, sender: way.from ?? '' } : {}),
    disableArc: !sealed(headers),
  });
  // Without knowing who brought it, SPF was not asked.
  const known = way.ip ? found : { ...found, spf: false as const };
  const about = (arc: AuthenticateResult['arc']): Verdict =>
    conclude({ ...known, arc }, domainOf(from), trusted, way.ip !== undefined);
  const verdict = about(false);
  const chain = found.arc ? found.arc.status.result : null;
  if (chain !== 'pass' || verdict.verdict === 'verified') return { ...verdict, arc: chain };
  // Senders are read with patience, for many write their signatures carelessly; who vouches for others is held to the letter.
  const exact = await authenticate(Readable.from(slowly(bytes)), { ...ask, strict: true, disableDmarc: true });
  return about(exact.arc);
}

type Ask = (name: string, type: string) => Promise<string[]>;
const FOREIGN = 2_000; // ms for the keys of everybody else together

/**
 * Keys of domains that have nothing to do with the sender get little time: whoever forges a mail may sign it as often as they like, with
 * names whose servers never answer, and must not thereby keep us from hearing the sender's own domain.
 */
function patient(dns: Dns, domain: string, trusted: readonly string[]): Ask {
  let left = FOREIGN;
  return async (name, type) => {
    const signer = /\._domainkey\.(.+?)\.?$/i.exec(name)?.[1]?.toLowerCase();
    const answer = dns(name, type) as Promise<string[]>;
    if (!signer || belongs(signer, domain) || trusted.some((host) => belongs(host, signer))) return answer;
    const began = Date.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const slow = Object.assign(new Error(`${signer} did not answer in time`), { code: 'ETIMEOUT' });
      timer = setTimeout(() => reject(slow), Math.max(0, left));
    });
    answer.catch(() => undefined); // told by the race, or nobody waits for it any more
    return Promise.race([answer, late]).finally(() => {
      clearTimeout(timer);
      left -= Date.now() - began;
    });
  };
}

const sealed = (headers: Headers): boolean => [...headers.names()].some((name) => name.startsWith('arc-'));

/** A mail of many megabytes would hold everything else up while it is hashed. */
async function* slowly(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += CHUNK) {
    if (at > 0) await breathe();
    yield bytes.subarray(at, at + CHUNK);
  }
}

const BROKEN = ['bad signature', 'body hash did not verify'];

/** `direct`: we know which server brought it, so that SPF could be asked and a DMARC failure means something. */
export function conclude(
  { dkim, spf, dmarc, arc }: AuthenticateResult,
  domain: string,
  trusted: readonly string[],
  direct: boolean,
): Verdict {
  const own = dkim.results.filter((one) => belongs((one.signingDomain ?? '').toLowerCase(), domain));
  const passing = dkim.results.find((one) => one.status.result === 'pass');
  // A signature of only the beginning (l=) lets anybody write more below it.
  const whole = own.find(({ status }) => status.result === 'pass' && status.aligned && !status.underSized);
  const broken = own.some(({ status }) => BROKEN.includes(status.comment ?? ''));
  const sender = spf && belongs(spf.domain.toLowerCase(), domain) ? spf.status.result : null;
  const policy = dmarc && dmarc.status.result !== 'none' ? dmarc : null;
  // With a policy its domain says how closely the names must agree.
  const sent = policy ? policy.alignment?.spf.result !== undefined : sender === 'pass';
  const signed = whole && (!policy || policy.alignment?.dkim.result !== undefined) ? whole : undefined;
  const asks = policy !== null && ['reject', 'quarantine'].includes(policy.policy);
  const unsure = [dmarc ? dmarc.status.result : null, sender, ...own.map((one) => one.status.result)];
  const verdict = (): Verdict['verdict'] => {
    // No From, or several of different domains: there is nobody whom this could be proven for.
    if (domain === '' || !dmarc) return 'unverified';
    if (signed || sent || (arc && vouches(arc, domain, trusted))) return 'verified';
    if (unsure.includes('temperror')) return 'unknown';
    if (asks && (direct || broken)) return 'failed';
    return !policy && sender === 'fail' ? 'failed' : 'unverified';
  };
  return {
    verdict: verdict(),
    spf: spf ? spf.status.result : null,
    // A body that was changed is told as neutral; RFC 8601 would say fail, and so do we.
    dkim: signed || passing ? 'pass' : broken ? 'fail' : ((own[0] ?? dkim.results[0])?.status.result ?? 'none'),
    dmarc: dmarc ? dmarc.status.result : null,
    arc: arc ? arc.status.result : null,
    domain,
    by: 'us',
    checking: false,
  };
}

/** A chain that holds, sealed last by a host that is trusted, and which says that the mail was in order when it came there. */
function vouches(arc: ARCResult, domain: string, trusted: readonly string[]): boolean {
  if (arc.status.result !== 'pass' || !arc.signature) return false;
  const seal = (arc.signature.signingDomain ?? '').toLowerCase();
  const mine = trusted.some(
    (host) => host === seal || host.endsWith(`.${seal}`) || (host === NAMELESS && seal === 'microsoft.com'),
  );
  const said = (arc.authenticationResults?.dmarc ?? {}) as { result?: string; header?: { from?: string } };
  return mine && said.result === 'pass' && belongs((said.header?.from ?? '').toLowerCase(), domain);
}
