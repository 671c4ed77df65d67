import { BlockList, isIP } from 'node:net';

const closed = new BlockList();
for (const range of [
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
]) {
  const [net, bits] = range.split('/') as [string, string];
  closed.addSubnet(net, Number(bits), 'ipv4');
}
// Of IPv6 only what is handed out for the internet is open, less what carries IPv4 inside (6to4, Teredo; NAT64 and mapped addresses lie
// outside 2000::/3) and what is reserved.
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

/** Ports where something else than a website listens, as browsers leave them alone: mail, shells, databases that answer to lines of text. */
const other = new Set([
  1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109, 110,
  111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530, 531, 532,
  540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 3306, 3389,
  3659, 4045, 4190, 5060, 5061, 5432, 5984, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042,
  9200, 9300, 10080, 10250, 11211, 27017,
]);

/** What may be reached: the public internet, and what OUTBOUND_ALLOW names (networks, addresses, hosts, `*.` before a domain). */
export type Reachable = {
  address: (address: string, host: string) => boolean;
  port: (port: number, host: string) => boolean;
};
export function makeReachable(allow: readonly string[]): Reachable {
  const networks = new BlockList();
  const hosts = new Set<string>();
  for (const one of allow) {
    const [net, bits] = one.split('/') as [string, string | undefined];
    const kind = isIP(net);
    if (kind === 0) hosts.add(one.toLowerCase());
    else networks.addSubnet(net, Number(bits ?? (kind === 6 ? 128 : 32)), kind === 6 ? 'ipv6' : 'ipv4');
  }
  const named = (host: string): boolean => {
    const name = host.toLowerCase().replace(/\.$/, '');
    if (hosts.has(name)) return true;
    for (let at = name.indexOf('.'); at >= 0; at = name.indexOf('.', at + 1))
      if (hosts.has(`*${name.slice(at)}`)) return true;
    return false;
  };
  const ours = (address: string): boolean =>
    isIP(address) !== 0 && networks.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
  return {
    address: (address, host) => isPublic(address) || ours(address) || named(host),
    port: (port, host) => !other.has(port) || named(host) || ours(host),
  };
}
