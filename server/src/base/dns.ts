import { promises as dns, type MxRecord } from 'node:dns';

/**
 * Asks DNS, within a time. Answers as `dns.promises.resolve` does, and throws as it does: ENOTFOUND and ENODATA mean that there is
 * nothing, anything else that nobody knows. Tests put a server of their own behind it (DNS_SERVERS).
 */
export type Dns = {
  (name: string, type: 'TXT'): Promise<string[][]>;
  (name: string, type: 'MX'): Promise<MxRecord[]>;
  (name: string, type: 'A' | 'AAAA' | 'PTR' | 'CNAME'): Promise<string[]>;
  (name: string, type: string): Promise<unknown>;
};

/** `servers` like "127.0.0.1:5353"; none means those of this machine. `timeout` in ms for one try; there are two. */
export function makeDns(servers: readonly string[] = [], timeout = 3000): Dns {
  const resolver = new dns.Resolver({ timeout, tries: 2 });
  if (servers.length) resolver.setServers([...servers]);
  return ((name: string, type: string) => resolver.resolve(name, type)) as Dns;
}

/** Whether an error of a look-up says for sure that there is no such record. */
export const isAbsent = (error: unknown): boolean =>
  ['ENOTFOUND', 'ENODATA'].includes(String((error as { code?: unknown }).code));
