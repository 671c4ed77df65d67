import { BlockList, isIP } from 'node:net';
import type { Who } from '../base/module.ts';

/** How people must sign in to a workspace, and from where. It stands on the workspace, and what is not said is not asked for. */
export type Rules = {
  /** Asked of everyone from `graceDays` after `since` on. */
  secondFactor?: { since: string; graceDays: number } | null;
  /** Only the company's own sign-in lets people in; owners may still come by password. */
  onlyCompany?: boolean;
  /** CIDR; from elsewhere neither people nor keys are let in. */
  networks?: string[];
};
export type How = 'password' | 'passkey' | 'company';
/** What a session is worth. */
export type Worth = { how: How; strong: boolean; role: string };

const DAY = 86_400_000;
/** From when on nobody works here without a second factor; null when nobody has to have one. */
export const secondFactorFrom = (rules: Rules): number | null =>
  rules.secondFactor ? Date.parse(rules.secondFactor.since) + rules.secondFactor.graceDays * DAY : null;

/** An address as it is compared: IPv4 inside IPv6 is IPv4. */
export const plainAddress = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');

type Network = { net: string; bits: number; kind: 'ipv4' | 'ipv6' };
/** Null for what is no network. An address alone is a network of one. */
export function networkOf(text: string): Network | null {
  const [address = '', length, ...rest] = text.trim().split('/');
  const net = plainAddress(address);
  const kind = isIP(net) === 4 ? 'ipv4' : isIP(net) === 6 ? 'ipv6' : null;
  const most = kind === 'ipv4' ? 32 : 128;
  if (!kind || rest.length > 0 || net.includes('%') || (length !== undefined && !/^\d{1,3}$/.test(length))) return null;
  const bits = length === undefined ? most : Number(length);
  return bits > most ? null : { net, bits, kind };
}

// A list is read once, however often it is asked: requests come by the thousand, lists change once a year.
const read = new Map<string, BlockList>();
function listOf(networks: readonly string[]): BlockList {
  const name = networks.join(' ');
  const known = read.get(name);
  if (known) return known;
  const list = new BlockList();
  for (const network of networks) {
    const one = networkOf(network);
    if (one) list.addSubnet(one.net, one.bits, one.kind);
  }
  if (read.size > 1000) read.clear();
  read.set(name, list);
  return list;
}

/** Whether this workspace lets anyone in from an address. An empty list lets in from everywhere. */
export function letsIn(rules: Rules, ip: string): boolean {
  if (!rules.networks?.length) return true;
  const address = plainAddress(ip);
  const kind = isIP(address);
  return kind !== 0 && listOf(rules.networks).check(address, kind === 6 ? 'ipv6' : 'ipv4');
}

/** Whether this kind of sign-in is one the workspace takes at all. */
export const takes = (rules: Rules, how: How, role: string): boolean =>
  !rules.onlyCompany || how === 'company' || role === 'owner';

/** What stands between a session and the work, if anything. */
export function heldBy(rules: Rules, worth: Worth, ip: string): Who['held'] {
  if (!letsIn(rules, ip)) return 'address';
  const from = secondFactorFrom(rules);
  return from !== null && from <= Date.now() && !worth.strong ? 'second-factor' : undefined;
}
