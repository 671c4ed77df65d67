import type { Customer } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { fold } from './fold.ts';
import { customerJson } from './queries.ts';

const MOST = 5;

/**
 * Who may be the same person: a name that is nearly the same, or the same part before the @ under another domain. The name of an
 * address (info@, support@) says nothing of a person and is not compared.
 */
export async function duplicatesOf(tx: Tx, id: string): Promise<Customer[]> {
  const me = await tx.first<{ name: string; handles: string[] }>(sql`
    select c.name, array(select h.value from handle h where h.workspace_id = c.workspace_id and h.customer_id = c.id and h.kind = 'email') as handles
    from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`);
  if (!me) throw NotFound('This customer is not here.');
  const sought = new Set<string>();
  if (me.name.trim().includes(' ') && !me.name.includes('@')) sought.add(fold(me.name));
  for (const handle of me.handles) {
    const local = fold(handle.slice(0, handle.lastIndexOf('@')));
    if (local.length >= 5 && !nobody.has(local)) sought.add(`${local}@`);
  }
  const found = new Map<string, { nearness: number; customer: Customer }>();
  for (const words of [...sought].slice(0, 4))
    for (const row of await tx.many<{ nearness: number; folded: string; customer: Customer }>(sql`
      select s.nearness, n.folded, ${customerJson} as customer from search_customers(${words}, 12) s
      join customer c on c.workspace_id = ${tx.workspaceId} and c.id = s.customer_id and c.merged_into is null and c.id <> ${id}
      join search_name n on n.workspace_id = c.workspace_id and n.customer_id = c.id`)) {
      const near = words.endsWith('@')
        ? row.folded.includes(` ${words}`) || row.folded.startsWith(words)
          ? 1
          : 0
        : row.nearness;
      const known = found.get(row.customer.id)?.nearness ?? 0;
      if (near >= 0.8 && near > known) found.set(row.customer.id, { nearness: near, customer: row.customer });
    }
  return [...found.values()]
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, MOST)
    .map((one) => one.customer);
}
const nobody = new Set(
  'admin billing contact hello info mail marketing noreply office orders postmaster press sales service support webmaster'.split(
    ' ',
  ),
);
