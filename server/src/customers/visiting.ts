import { type Sql, sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { fold } from './fold.ts';
import { plainAddress, type Recognised, recognise } from './recognise.ts';

/** Who writes without a mail address of their own. `account` and `email` only when somebody vouched for them: what is merely claimed finds nobody. */
export type Visiting = { name: string; account: Account | null; email: string | null };
/** The id by which a site knows somebody, which is that site's own. `scopes`: under which it is sought; it is kept under the first. */
export type Account = { id: string; scopes: [own: string, ...shared: string[]] };

/**
 * The customer of somebody who visits. Known by the account that the company's own server named, then by the address it named; anyone else
 * is a new customer, whatever they call themselves, so that no claim shows what belongs to another.
 */
export async function recogniseVisiting(tx: Tx, visiting: Visiting): Promise<Recognised> {
  const { name, account, email } = visiting;
  const known = account ? await byAccount(tx, account) : undefined;
  if (known) return { ...known, address: email ?? known.address };
  if (email) {
    const address = plainAddress(email);
    const found = (await recognise(tx, [{ address, name }])).get(address) as Recognised;
    if (account) await keepAccount(tx, account, found.customerId);
    return found;
  }
  const id = newId();
  await tx.run(sql`insert into customer (workspace_id, id, name) values (${tx.workspaceId}, ${id}, ${name})`);
  await tx.run(
    sql`insert into search_name (workspace_id, customer_id, folded) values (${tx.workspaceId}, ${id}, ${fold(name)})`,
  );
  if (account) await keepAccount(tx, account, id);
  return { customerId: id, name, address: '' };
}

/** The one a customer is now, when they were merged since; `id` is the statement that says which. */
export const customerNow = (tx: Tx, id: Sql): Promise<CustomerNow | undefined> => tx.first(asCustomer(tx, id));
export type CustomerNow = { customerId: string; name: string };
/** The same, to be asked with other things. */
export const asCustomer = (tx: Tx, id: Sql): Sql => sql`
    select c.id as "customerId", c.name from customer c where c.workspace_id = ${tx.workspaceId}
      and c.id = (select case when o.merged_into is null then o.id else ${becameOf(tx, sql`o.merged_into`)} end from customer o where o.workspace_id = ${tx.workspaceId} and o.id = (${id}))`;
/** The one that stays of a customer, however often they were merged: themselves, mostly. */
export const becameOf = (tx: Tx, id: Sql): Sql => sql`(
    with recursive up as (select became.id, became.merged_into from customer became where became.workspace_id = ${tx.workspaceId} and became.id = ${id}
      union all select became.id, became.merged_into from up join customer became on became.workspace_id = ${tx.workspaceId} and became.id = up.merged_into)
    select up.id from up where up.merged_into is null)`;

const byAccount = (tx: Tx, { id, scopes }: Account): Promise<Recognised | undefined> =>
  tx.first<Recognised>(sql`
    select h.customer_id as "customerId", c.name, coalesce((select e.value from handle e where e.workspace_id = h.workspace_id and e.customer_id = h.customer_id and e.kind = 'email' order by e.created_at limit 1), '') as address
    from handle h join customer c on c.workspace_id = h.workspace_id and c.id = h.customer_id
    where h.workspace_id = ${tx.workspaceId} and h.kind = 'account' and h.value = ${id} and h.scope = any (${scopes}::text[])
    order by array_position(${scopes}::text[], h.scope) limit 1`);
const keepAccount = (tx: Tx, { id, scopes: [own] }: Account, customerId: string): Promise<number> =>
  tx.run(
    sql`insert into handle (workspace_id, kind, value, scope, customer_id) values (${tx.workspaceId}, 'account', ${id}, ${own}, ${customerId}) on conflict do nothing`,
  );
