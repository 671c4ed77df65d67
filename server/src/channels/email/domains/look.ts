import { domainToASCII } from 'node:url';
import type { DomainFinding, MailDomain, Reason } from '@hearten/contract';
import { sql, type Tx } from '../../../base/db.ts';
import type { Dns } from '../../../base/dns.ts';
import { makeDns } from '../../../base/dns.ts';
import { NotFound, textOf } from '../../../base/errors.ts';
import { emit, system } from '../../../base/events.ts';
import type { Who } from '../../../base/module.ts';
import { worded } from '../../../base/reasons.ts';
import { domainOf } from '../address.ts';
import { isPractice } from '../practice/index.ts';
import { type Room, settingsOf } from '../room.ts';
import { lookAtDmarc } from './dmarc.ts';
import { addKey, followDns, type KeyRow, keysOf, type Made, shownKey } from './keys.ts';
import { exchangers, lookAtSpf, textsOf } from './spf.ts';

type Sending = { domain: string; addresses: string[]; hosts: string[] };
/** As DNS and signatures name it. */
export const sendingDomain = (address: string): string => domainToASCII(domainOf(address));

/** The domains that answers come from, each with its addresses and the servers that send for them. */
async function sendingDomains(tx: Tx, room: Pick<Room, 'config'>): Promise<Sending[]> {
  const rows = await tx.many<{ address: string; settings: Record<string, unknown> }>(
    sql`select address, settings from inbox where workspace_id = ${tx.workspaceId} and channel = 'email' and deleted_at is null order by lower(address)`,
  );
  const system = room.config.SYSTEM_SMTP ? [new URL(room.config.SYSTEM_SMTP).hostname] : [];
  const out = new Map<string, Sending>();
  for (const row of rows) {
    const domain = sendingDomain(row.address);
    if (!domain.includes('.') || isPractice(row.address)) continue;
    const one = out.get(domain) ?? { domain, addresses: [], hosts: [] };
    const { smtp } = settingsOf(row);
    one.addresses.push(row.address);
    one.hosts.push(...(smtp ? [smtp.host.toLowerCase()] : system));
    out.set(domain, one);
  }
  return [...out.values()];
}
const shown = (sending: Sending, row: Checked | undefined, keys: KeyRow[]): MailDomain => ({
  domain: sending.domain,
  addresses: sending.addresses,
  checkedAt: row?.checked_at ?? null,
  findings: row?.findings ?? [],
  keys: keys.filter((key) => key.domain === sending.domain).map(shownKey),
});
type Checked = { domain: string; findings: DomainFinding[]; checked_at: string | null };

export async function listDomains(tx: Tx, room: Pick<Room, 'config'>): Promise<{ items: MailDomain[] }> {
  const [sending, rows, keys] = await Promise.all([
    sendingDomains(tx, room),
    tx.many<Checked>(sql`select domain, findings, checked_at from mail_domain where workspace_id = ${tx.workspaceId}`),
    keysOf(tx),
  ]);
  return {
    items: sending.map((one) =>
      shown(
        one,
        rows.find((row) => row.domain === one.domain),
        keys,
      ),
    ),
  };
}
export async function domainNamed(tx: Tx, room: Pick<Room, 'config'>, domain: string): Promise<MailDomain> {
  const found = (await listDomains(tx, room)).items.find((one) => one.domain === domain.toLowerCase());
  if (!found) throw NotFound('No inbox sends from this domain.');
  return found;
}

const unsure = (about: DomainFinding['about'], error: unknown): DomainFinding => ({
  about,
  state: 'unknown',
  ...worded({ code: 'dns-silent', values: { error: textOf(error).slice(0, 120) } }),
  found: [],
  line: null,
});
async function lookAtMx(dns: Dns, domain: string): Promise<DomainFinding> {
  const found = await exchangers(dns, domain);
  const finding = (state: DomainFinding['state'], why: Reason): DomainFinding => ({
    about: 'mx',
    state,
    ...worded(why),
    found,
    line: null,
  });
  if (found.length === 0) return finding('wrong', { code: 'mx-none' });
  if (found.every((host) => host === '' || host === '.')) return finding('wrong', { code: 'mx-null' });
  return finding('good', { code: 'mx-good' });
}

type Seen = 'there' | 'missing' | 'unknown';
/** Whether the line of a key stands in DNS, exactly with our key. */
async function lookForKey(dns: Dns, key: KeyRow): Promise<Seen> {
  try {
    const texts = await textsOf(dns, `${key.selector}._domainkey.${key.domain}`);
    const p = (text: string): string | undefined => /(?:^|;)\s*p\s*=\s*([^;]*)/i.exec(text)?.[1]?.replace(/\s+/g, '');
    return texts.length === 1 && p(texts[0] as string) === key.public_key ? 'there' : 'missing';
  } catch {
    return 'unknown'; // told below; nothing changes because of it
  }
}
function onDkim(keys: KeyRow[], seen: Map<string, Seen>): DomainFinding {
  const finding = (state: DomainFinding['state'], why: Reason, key?: KeyRow): DomainFinding => ({
    about: 'dkim',
    state,
    ...worded(why),
    found: [],
    line: key ? shownKey(key).line : null,
  });
  const live = keys.filter((key) => key.state !== 'retired');
  if (live.length === 0) return finding('improve', { code: 'dkim-none' });
  const lost = live.find((key) => key.state === 'signing' && seen.get(key.id) === 'missing');
  if (lost) return finding('wrong', { code: 'dkim-lost', values: { key: lost.selector } }, lost);
  const waiting = live.find((key) => key.state === 'waiting' && seen.get(key.id) === 'missing');
  if (waiting) return finding('improve', { code: 'dkim-waiting', values: { key: waiting.selector } }, waiting);
  if (live.some((key) => seen.get(key.id) === 'unknown')) return finding('unknown', { code: 'dkim-unknown' });
  return finding('good', { code: 'dkim-good' });
}

/** Asks DNS about a domain, keeps what it said, and lets our keys follow. */
export async function checkDomain(room: Room, workspaceId: string, named: string): Promise<MailDomain> {
  const domain = named.toLowerCase();
  const { hosts, keys } = await room.db.tx(workspaceId, async (tx) => {
    const sending = (await sendingDomains(tx, room)).find((one) => one.domain === domain);
    if (!sending) throw NotFound('No inbox sends from this domain.');
    return { hosts: sending.hosts, keys: await keysOf(tx, sending.domain) };
  });
  const dns = makeDns(room.config.DNS_SERVERS);
  const [spf, dmarc, mx, states] = await Promise.all([
    lookAtSpf(dns, domain, hosts).catch((error) => unsure('spf', error)),
    lookAtDmarc(dns, domain).catch((error) => unsure('dmarc', error)),
    lookAtMx(dns, domain).catch((error) => unsure('mx', error)),
    Promise.all(keys.map(async (key) => [key.id, await lookForKey(dns, key)] as const)),
  ]);
  const seen = new Map(states);
  const findings = [spf, onDkim(keys, seen), dmarc, mx];
  return room.db.tx(workspaceId, async (tx) => {
    await followDns(tx, domain, seen);
    await tx.run(sql`
      insert into mail_domain (workspace_id, domain, findings, checked_at) values (${workspaceId}, ${domain}, ${JSON.stringify(findings)}::jsonb, now())
      on conflict (workspace_id, domain) do update set findings = excluded.findings, checked_at = excluded.checked_at`);
    await emit(tx, [{ name: 'inbox.domain-checked', actor: system, data: { domain } }]);
    await lookAgain(tx, room, domain);
    return domainNamed(tx, room, domain);
  });
}

/** While a key waits for its line, every ten minutes for a week; while one signs, daily, so that a line that goes is noticed. */
export async function lookAgain(tx: Tx, room: Pick<Room, 'jobs'>, domain: string): Promise<void> {
  const keys = await keysOf(tx, domain);
  const young = (key: KeyRow): boolean => Date.now() - Date.parse(key.created_at) < 7 * 86_400_000;
  const wait = keys.some((key) => key.state === 'waiting' && young(key)) ? 600 : 86_400;
  if (keys.some((key) => key.state !== 'retired'))
    await room.jobs.add(
      tx,
      'check-domain',
      { domain },
      { at: new Date(Date.now() + wait * 1000), key: `check-domain:${domain}` },
    );
}

/** A new key for a domain: published first, used once DNS shows it. */
export async function signWithKey(tx: Tx, room: Room, who: Who, domain: string, made: Made): Promise<MailDomain> {
  const { domain: ours } = await domainNamed(tx, room, domain);
  await addKey(tx, room, who, ours, made);
  await lookAgain(tx, room, ours);
  return domainNamed(tx, room, ours);
}
