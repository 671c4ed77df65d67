import type { Address } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { say } from '../base/words.ts';
import { plainAddress } from '../customers/index.ts';

/** The address `h` is the customer's of conversation `b`. Two that became one keep their conversations until a job moves them: who was merged counts at once. */
const theirs: Sql = sql`(h.customer_id = any (b.customers_before) or h.customer_id in (with recursive became (id) as (
  select b.customer_id union select d.merged_into from became join customer d on d.workspace_id = b.workspace_id and d.id = became.id where d.merged_into is not null) select id from became))`;

/**
 * Nobody who is on the customer's side joins the side conversation `c` because a mail named them: neither the customer, under any of their
 * addresses, nor whoever takes part in what it stands beside.
 */
export const mustNotHear = (
  address: Sql,
): Sql => sql`(c.parent_kind = 'side' and exists (select 1 from conversation b where b.workspace_id = c.workspace_id and b.id = c.parent_id
  and (lower(b.customer_address) = lower(${address}) or exists (select 1 from jsonb_array_elements(b.participants) q where lower(q->>'address') = lower(${address}))
    or exists (select 1 from handle h where h.workspace_id = b.workspace_id and h.kind = 'email' and h.value = lower(${address}) and ${theirs}))))`;

/** A person may write beside the customer to whomever they like, but not to the customer. */
export async function notTheCustomer(tx: Tx, parentId: string | null, people: Address[]): Promise<void> {
  const heard = await tx.first<{ number: number; address: string }>(sql`
    select b.number, a.address from conversation b, unnest(${people.map((p) => plainAddress(p.address))}::text[]) as a (address)
    where b.workspace_id = ${tx.workspaceId} and b.id = ${parentId} and (lower(b.customer_address) = a.address
      or exists (select 1 from handle h where h.workspace_id = b.workspace_id and h.kind = 'email' and h.value = a.address and ${theirs})) limit 1`);
  if (heard)
    throw Invalid(
      say(
        '{address} is the customer’s own address, and a side conversation is nothing for the customer. Nothing was sent; write to them in #{number}.',
        { address: heard.address, number: heard.number },
      ),
    );
}
