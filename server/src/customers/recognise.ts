import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { fold } from './fold.ts';

export type Recognised = { customerId: string; name: string; address: string };

// Mail providers for everyone: an address there says nothing of a company.
const free = new Set(
  (
    'gmail.com googlemail.com outlook.com hotmail.com live.com msn.com yahoo.com ymail.com icloud.com me.com mac.com aol.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.com ' +
    'proton.me protonmail.com pm.me fastmail.com zoho.com yandex.ru yandex.com mail.ru bk.ru list.ru inbox.ru qq.com 163.com 126.com sina.com naver.com daum.net hanmail.net orange.fr wanadoo.fr free.fr ' +
    'laposte.net sfr.fr libero.it virgilio.it tiscali.it alice.it wp.pl o2.pl onet.pl interia.pl seznam.cz comcast.net verizon.net att.net sbcglobal.net btinternet.com ziggo.nl kpnmail.nl hey.com tutanota.com'
  ).split(' '),
);
/** A house whose addresses anyone can have. */
export const isForEveryone = (domain: string): boolean => free.has(domain);
/** An address in the one form it is compared by: lower case as ASCII knows it, nothing folded (ı is not i). */
export const plainAddress = (address: string): string => address.trim().replace(/[A-Z]/g, (c) => c.toLowerCase());
export const domainOf = (address: string): string => plainAddress(address).slice(address.lastIndexOf('@') + 1);

/** Whose are these addresses? Unknown ones become customers (with their company), two statements for all of them. */
export async function recognise(tx: Tx, senders: Address[]): Promise<Map<string, Recognised>> {
  if (senders.length === 0) return new Map();
  const names = new Map<string, string>();
  for (const sender of senders)
    if (!names.get(plainAddress(sender.address))) names.set(plainAddress(sender.address), sender.name.trim());
  const known = await tx.many<{ address: string; customerId: string; name: string }>(sql`
    select h.value as address, h.customer_id as "customerId", (select c.name from customer c where c.workspace_id = h.workspace_id and c.id = h.customer_id limit 1) as name from handle h
    where h.workspace_id = ${tx.workspaceId} and h.kind = 'email' and h.value = any (${[...names.keys()]}::text[])`);
  const out = new Map<string, Recognised>(known.map((row) => [row.address, row]));
  const companies = new Map<string, string>();
  const fresh: Record<string, unknown>[] = [];
  for (const [address, name] of names) {
    if (out.has(address)) continue;
    const domain = domainOf(address);
    const company = isForEveryone(domain) || !domain.includes('.') ? null : (companies.get(domain) ?? newId());
    if (company) companies.set(domain, company);
    const shown = name || address;
    const id = newId();
    fresh.push({ id, address, name: shown, domain, company, folded: fold(`${shown} ${address}`) });
    out.set(address, { customerId: id, name: shown, address });
  }
  if (fresh.length)
    // A twin transaction that makes the same customer or company wins by the unique key; ours fails whole and is tried again.
    await tx.run(sql`
      with wanted as (select w.*, coalesce((select c.id from company c where c.workspace_id = ${tx.workspaceId} and c.domain = w.domain limit 1), w.company) as company_id
          from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as w (id uuid, address text, name text, domain text, company uuid, folded text)),
        companies as (insert into company (workspace_id, id, name, domain)
          select distinct on (company) ${tx.workspaceId}::uuid, company, domain, domain from wanted where company is not null and company = company_id),
        people as (insert into customer (workspace_id, id, company_id, name) select ${tx.workspaceId}::uuid, id, case when company is null then null else company_id end, name from wanted),
        names as (insert into search_name (workspace_id, customer_id, folded) select ${tx.workspaceId}::uuid, id, folded from wanted)
      insert into handle (workspace_id, kind, value, customer_id) select ${tx.workspaceId}::uuid, 'email', address, id from wanted`);
  return out;
}

/** Keeps an out-of-office's end date with the customer: away through that day. */
export async function markAway(tx: Tx, customerId: string, until: string | null): Promise<void> {
  await tx.run(
    sql`update customer set away_until = ${until}::date + interval '1 day' - interval '1 second' where workspace_id = ${tx.workspaceId} and id = ${customerId}`,
  );
}
