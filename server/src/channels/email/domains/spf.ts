import { BlockList, isIP } from 'node:net';
import type { DomainFinding, Reason } from '@hearten/contract';
import { type Dns, isAbsent } from '../../../base/dns.ts';
import { isPublic } from '../../../base/outbound.ts';
import { worded } from '../../../base/reasons.ts';
import { txtLine } from './line.ts';

/** Texts of a name; none when there surely are none. */
export async function textsOf(dns: Dns, name: string): Promise<string[]> {
  try {
    return (await dns(name, 'TXT')).map((parts) => parts.join(''));
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
const spfOf = async (dns: Dns, name: string): Promise<string[]> =>
  (await textsOf(dns, name)).filter((text) => /^v=spf1(\s|$)/i.test(text));

type Walk = {
  lookups: number;
  nets: BlockList;
  includes: Set<string>;
  missing: string[];
  all: string | null;
  open: boolean;
};
const MOST = 10; // RFC 7208, 4.6.4

/** Follows a record as a receiver would, counting what it asks of DNS. */
async function walk(dns: Dns, domain: string, record: string, at: Walk, depth = 0): Promise<void> {
  const add = (address: string, bits: string | undefined): void => {
    const kind = isIP(address);
    const most = kind === 6 ? 128 : 32;
    const wide = bits === undefined ? most : Number(bits);
    if (kind && wide <= most) at.nets.addSubnet(address, wide, kind === 6 ? 'ipv6' : 'ipv4');
  };
  const hosts = async (name: string, bits4: string | undefined, bits6: string | undefined): Promise<void> => {
    const [four, six] = await Promise.all([addresses(dns, name, 'A'), addresses(dns, name, 'AAAA')]);
    for (const address of four) add(address, bits4);
    for (const address of six) add(address, bits6);
    if (four.length + six.length === 0) at.missing.push(name);
  };
  let redirect: string | null = null;
  for (const term of record.trim().split(/\s+/).slice(1)) {
    if (at.lookups > MOST) return;
    const [, sign = '+', name = '', rest = ''] = /^([+?~-])?([a-z0-9]+)(.*)$/i.exec(term) ?? [];
    const kind = name.toLowerCase();
    if (kind === 'redirect' && rest.startsWith('=')) redirect = rest.slice(1);
    const [target = '', four] = rest
      .replace(/^:/, '')
      .replace(/\/\/\d+$/, '')
      .split('/');
    const six = /\/\/(\d+)$/.exec(rest)?.[1];
    if (kind === 'all') {
      if (depth === 0) at.all = sign;
      return;
    }
    if (kind === 'ip4' || kind === 'ip6') {
      const [net = '', bits] = rest.slice(1).split('/');
      if (sign === '+') add(net, bits);
    }
    if (['a', 'mx', 'include', 'exists', 'ptr'].includes(kind)) at.lookups++;
    if (rest.includes('%'))
      at.open = true; // a macro: decided by who asks
    else if (kind === 'a') await hosts(target || domain, four, six);
    else if (kind === 'mx') for (const host of await exchangers(dns, target || domain)) await hosts(host, four, six);
    else if (kind === 'include') {
      at.includes.add(target.toLowerCase());
      await into(dns, target, at, depth);
    } else if (kind === 'exists' || kind === 'ptr') at.open = true;
  }
  if (redirect && depth < 12) {
    at.lookups++;
    const [next] = await spfOf(dns, redirect);
    if (!next) return void at.missing.push(redirect);
    await walk(dns, redirect, next, at, depth);
  }
}
async function into(dns: Dns, name: string, at: Walk, depth: number): Promise<void> {
  const [next] = await spfOf(dns, name);
  if (!next) at.missing.push(name);
  else if (depth < 12 && at.lookups <= MOST) await walk(dns, name, next, at, depth + 1);
}
async function addresses(dns: Dns, name: string, type: 'A' | 'AAAA'): Promise<string[]> {
  try {
    return await dns(name, type);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}
export async function exchangers(dns: Dns, name: string): Promise<string[]> {
  try {
    return (await dns(name, 'MX')).sort((a, b) => a.priority - b.priority).map((mx) => mx.exchange);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** What the big senders tell their customers to include. */
const known: [RegExp, string][] = [
  [/(^|\.)(gmail|google|googlemail)\.com$/, '_spf.google.com'],
  [/(^|\.)(office365|outlook)\.com$/, 'spf.protection.outlook.com'],
  [/(^|\.)mailgun\.org$/, 'mailgun.org'],
  [/(^|\.)sendgrid\.net$/, 'sendgrid.net'],
  [/(^|\.)amazonaws\.com$/, 'amazonses.com'],
  [/(^|\.)(postmarkapp|mtasv)\.(com|net)$/, 'spf.mtasv.net'],
  [/(^|\.)zoho\.(com|eu)$/, 'zohomail.com'],
  [/(^|\.)(fastmail|messagingengine)\.com$/, 'spf.messagingengine.com'],
];
const mechanismFor = (host: string): string => {
  const include = known.find(([name]) => name.test(host))?.[1];
  if (include) return `include:${include}`;
  return isIP(host) ? `ip${isIP(host)}:${host}` : `a:${host}`;
};

/** A server in one's own network: the world sees another address of it, which can't be known from here. */
const isInward = (host: string): boolean =>
  isIP(host) ? !isPublic(host) : !host.includes('.') || /\.(local|localhost|internal|lan|home|intranet)$/.test(host);

/** Whether the domain lets the hosts we send over speak for it. */
export async function lookAtSpf(dns: Dns, domain: string, all: readonly string[]): Promise<DomainFinding> {
  const hosts = all.filter((host) => !isInward(host));
  const inward = all.filter(isInward);
  const found = await spfOf(dns, domain);
  const finding = (state: DomainFinding['state'], why: Reason, value: string | null): DomainFinding => ({
    about: 'spf',
    state,
    ...worded(why),
    found,
    line: value === null ? null : txtLine(domain, value),
  });
  const wanted = [...new Set(hosts.map(mechanismFor))];
  const [record] = found;
  if (!record && inward.length > 0)
    return finding('wrong', { code: 'spf-none-inward', values: { hosts: inward.join(', ') } }, null);
  if (!record) return finding('wrong', { code: 'spf-none' }, `v=spf1 ${[...wanted, '~all'].join(' ')}`);
  const terms = found.flatMap((one) => one.trim().split(/\s+/).slice(1));
  const merged = (more: string[]): string => {
    const inner = terms.filter((term) => !/^[+?~-]?all$/i.test(term));
    const all = terms.some((term) => /^-all$/i.test(term)) ? '-all' : '~all';
    const redirect = inner.some((term) => /^redirect=/i.test(term));
    return `v=spf1 ${[...new Set([...more, ...inner]), ...(redirect ? [] : [all])].join(' ')}`;
  };
  if (found.length > 1) return finding('wrong', { code: 'spf-many', values: { n: found.length } }, merged([]));
  const at: Walk = { lookups: 0, nets: new BlockList(), includes: new Set(), missing: [], all: null, open: false };
  await walk(dns, domain, record, at);
  if (at.all === '+') return finding('wrong', { code: 'spf-all' }, merged([]));
  if (at.lookups > MOST) return finding('wrong', { code: 'spf-long', values: { most: MOST } }, null);
  const without: string[] = [];
  for (const host of new Set(hosts)) if (!(await covers(dns, at, host))) without.push(host);
  if (without.length > 0)
    return finding(
      at.open ? 'improve' : 'wrong',
      { code: 'spf-without', values: { hosts: without.join(', ') } },
      merged(without.map(mechanismFor)),
    );
  if (at.missing.length > 0)
    return finding('improve', { code: 'spf-missing', values: { hosts: at.missing.join(', ') } }, null);
  if (at.all === '?' || (at.all === null && !/redirect=/i.test(record)))
    return finding('improve', { code: 'spf-open' }, merged([]));
  if (inward.length > 0) return finding('improve', { code: 'spf-inward', values: { hosts: inward.join(', ') } }, null);
  return finding('good', { code: 'spf-good', values: { n: at.lookups, most: MOST } }, null);
}
async function covers(dns: Dns, at: Walk, host: string): Promise<boolean> {
  const include = known.find(([name]) => name.test(host))?.[1];
  if (include) return at.includes.has(include);
  const kind = isIP(host);
  const mine = kind ? [host] : [...(await addresses(dns, host, 'A')), ...(await addresses(dns, host, 'AAAA'))];
  return mine.some((address) => at.nets.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4'));
}
