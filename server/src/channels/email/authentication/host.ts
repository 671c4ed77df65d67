import type { Verdict } from '../../../conversations/index.ts';
import { domainOf } from '../address.ts';
import { type Line, type Results, readResults } from './results.ts';

/** What a person trusts when their mail is at Microsoft 365, which puts no name into its header. */
export const NAMELESS = 'protection.outlook.com';

/** The same domain, or one below the other: what stands at a domain speaks for all below it. */
export const belongs = (one: string, other: string): boolean =>
  one !== '' && other !== '' && (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`));

/**
 * What the inbox's own mail host found out, or null when none of these headers is its own. `headers` from top to bottom: hosts write
 * above what they were given, so only the topmost under a trusted name counts, and one without a name only when nothing stands above it.
 */
export function saidByHost(headers: readonly string[], from: string, trusted: readonly string[]): Verdict | null {
  if (trusted.length === 0) return null;
  for (const [place, header] of headers.entries()) {
    const results = readResults(header);
    const name = results.host ?? (place === 0 ? NAMELESS : '');
    if (trusted.some((host) => host.toLowerCase() === name)) return verdictOf(results, domainOf(from));
  }
  return null;
}

/** The name of who wrote the topmost of these headers: what a person may be asked to trust. */
export function hostOf(headers: readonly string[]): string | null {
  const [top] = headers;
  if (top === undefined) return null;
  const { host, lines } = readResults(top);
  return lines.length > 0 ? (host ?? NAMELESS) : null;
}

/** Null when nothing was checked (`none`). */
export function verdictOf({ lines }: Results, domain: string): Verdict | null {
  const of = (method: string) => lines.filter((line) => line.method === method);
  const [dmarc] = of('dmarc');
  const [spf] = of('spf');
  const [arc] = of('arc');
  const [composite] = of('compauth');
  const signed = of('dkim');
  const aligned = signed.find((line) => line.result === 'pass' && belongs(signerOf(line), domain));
  const sent = spf && belongs(senderOf(spf), domain) ? spf : undefined;
  if (!dmarc && !spf && signed.length === 0 && !composite) return null;
  // A result about another From than the one shown says nothing about this one.
  const about = dmarc && (dmarc.said['header.from'] === undefined || belongs(dmarc.said['header.from'], domain));
  // Microsoft's own sum; reasons from 100 on stand on what the domain itself published.
  const summed = composite?.result === 'pass' && /^1\d\d$/.test(composite.said.reason ?? '');
  const passed = (about && dmarc.result === 'pass') || (aligned && dmarc?.result !== 'fail') || summed;
  const verdict: Verdict['verdict'] =
    domain === ''
      ? 'unverified'
      : passed || (sent?.result === 'pass' && dmarc?.result !== 'fail')
        ? 'verified'
        : (about && dmarc.result === 'fail' && asksForNothing(dmarc) === false) || (!dmarc && sent?.result === 'fail')
          ? 'failed'
          : [dmarc, sent, ...signed].some((line) => line?.result === 'temperror')
            ? 'unknown'
            : 'unverified';
  return {
    verdict,
    spf: spf?.result ?? null,
    dkim: (aligned ?? signed.find((line) => line.result === 'pass') ?? signed[0])?.result ?? null,
    dmarc: dmarc?.result ?? null,
    arc: arc?.result ?? null,
    domain,
    by: 'host',
    checking: false,
  };
}

const signerOf = (line: Line): string => line.said['header.d'] ?? (line.said['header.i'] ?? '').split('@').at(-1) ?? '';
const senderOf = (line: Line): string =>
  (line.said['smtp.mailfrom'] ?? line.said['smtp.mail'] ?? line.said['envelope-from'] ?? '')
    .replace(/[<>]/g, '')
    .split('@')
    .at(-1) ?? '';

/** Whether the domain publishes a DMARC policy that asks for nothing (`p=none`), as Google, OpenDMARC, Rspamd and Microsoft tell it. */
function asksForNothing({ comment, said }: Line): boolean {
  if (said.action !== undefined) return said.action === 'none';
  const policy =
    said.policy ??
    said['policy.dmarc'] ??
    said['policy.published-domain-policy'] ??
    /\bp(?:olicy)?=(\w+)/.exec(comment)?.[1];
  return policy === 'none';
}
