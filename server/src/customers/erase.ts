import { sql, type Tx } from '../base/db.ts';
import { given } from '../base/named.ts';

/**
 * One person as they are known here: the customer, those who were merged into them, every address of theirs, and by which else. An address is
 * looked for in what is said of others; the rest (a phone number, the "1" by which a site knows them) would be found in anybody's words.
 */
export type Known = { customerIds: string[]; addresses: string[]; handles: { kind: string; value: string }[] };

export async function everythingOf(tx: Tx, id: string): Promise<Known | undefined> {
  const row = await tx.first<Known>(sql`
    with recursive same as (select c.id from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}
      union select c.id from same s join customer c on c.workspace_id = ${tx.workspaceId} and c.merged_into = s.id),
      theirs as (select h.kind, h.value from handle h join same s on h.workspace_id = ${tx.workspaceId} and h.customer_id = s.id where h.value <> '')
    select array(select id from same) as "customerIds",
      array(select lower(t.value) from theirs t where t.kind = 'email'
        union select lower(c.customer_address) from conversation c join same s on c.workspace_id = ${tx.workspaceId} and c.customer_id = s.id
          where c.customer_address <> '' and not exists (select 1 from handle h where h.workspace_id = c.workspace_id and h.kind = 'email' and h.value = lower(c.customer_address) and h.customer_id not in (select id from same))) as addresses,
      (select coalesce(json_agg(distinct jsonb_build_object('kind', t.kind, 'value', t.value)), '[]') from theirs t where t.kind <> 'email') as handles`);
  return row && row.customerIds.length > 0 ? row : undefined;
}

/** The person themselves, when no conversation is left: rows, notes, names for the search, words about their address; a company nobody else is of. */
export async function eraseCustomers(tx: Tx, { customerIds, ...known }: Known): Promise<void> {
  const w = tx.workspaceId;
  const addresses = given(known.addresses);
  const companies = await tx.many<{ id: string }>(
    sql`select distinct company_id as id from customer where workspace_id = ${w} and id = any (${customerIds}::uuid[]) and company_id is not null`,
  );
  await tx.run(sql`delete from search_name where workspace_id = ${w} and customer_id = any (${customerIds}::uuid[])`);
  await tx.run(sql`delete from handle where workspace_id = ${w} and customer_id = any (${customerIds}::uuid[])`);
  await tx.run(
    sql`update customer set merged_into = null where workspace_id = ${w} and merged_into = any (${customerIds}::uuid[])`,
  );
  await tx.run(sql`delete from customer where workspace_id = ${w} and id = any (${customerIds}::uuid[])`);
  await tx.run(sql`delete from blocked_sender where workspace_id = ${w} and pattern = any (${addresses}::text[])`);
  await tx.run(sql`delete from allowed_sender where workspace_id = ${w} and pattern = any (${addresses}::text[])`);
  await dropEmpty(
    tx,
    companies.map((one) => one.id),
  );
}
const dropEmpty = (tx: Tx, companies: string[]): Promise<number> =>
  tx.run(sql`
    delete from company c where c.workspace_id = ${tx.workspaceId} and c.id = any (${companies}::uuid[])
      and not exists (select 1 from customer o where o.workspace_id = c.workspace_id and o.company_id = c.id)`);

/** Whom only this transaction made known, by mail of which nothing stays. */
export async function forgetStrangers(tx: Tx, addresses: string[]): Promise<void> {
  const w = tx.workspaceId;
  const made = await tx.many<{ id: string; company: string | null }>(sql`
    select c.id, c.company_id as company from handle h join customer c on c.workspace_id = h.workspace_id and c.id = h.customer_id
    where h.workspace_id = ${w} and h.kind = 'email' and h.value = any (${addresses}::text[]) and c.created_at = now()
      and not exists (select 1 from conversation o where o.workspace_id = ${w} and o.customer_id = c.id)`);
  if (made.length === 0) return;
  const ids = made.map((one) => one.id);
  await tx.run(sql`delete from search_name where workspace_id = ${w} and customer_id = any (${ids}::uuid[])`);
  await tx.run(sql`delete from customer where workspace_id = ${w} and id = any (${ids}::uuid[])`);
  await tx.run(sql`
    delete from company c where c.workspace_id = ${w} and c.id = any (${made.flatMap((one) => (one.company ? [one.company] : []))}::uuid[]) and c.created_at = now()
      and not exists (select 1 from customer o where o.workspace_id = c.workspace_id and o.company_id = c.id)`);
}
