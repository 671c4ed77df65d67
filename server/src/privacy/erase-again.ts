import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { keepMarks, type Noted } from '../conversations/index.ts';
import { standAlone } from '../customers/index.ts';
import { type EraseMore, eraseCustomer, keyOf } from './erase.ts';

export type Again = { people: number; read: boolean };
/**
 * An erasure that a restored backup knew nothing of: its marks are put back, as old as they were, so that what the person wrote since is
 * taken as ever; and of their customers those who are back are erased again. Whom the backup holds as one with somebody they were parted
 * from since is parted from them again. Asked for twice it finds nothing to do.
 */
export async function eraseAgain(hearten: Hearten, note: Noted, more: EraseMore): Promise<Again> {
  const { workspaceId, at, customerIds } = note;
  const { db, seal } = hearten;
  const begun = await db.tx(workspaceId, async (tx) => {
    const here = await tx.first(sql`select 1 from workspace where id = ${workspaceId}`);
    if (!here) return { read: true, ids: [] };
    const read = await keepMarks(tx, seal, note);
    const away = await tx.many<{ id: string }>(sql`
      select id from customer where workspace_id = ${workspaceId} and id = any (${customerIds}::uuid[]) and merged_into <> all (${customerIds}::uuid[])`);
    for (const { id } of away) await standAlone(tx, id);
    const due = await tx.many<{ id: string; customerId: string }>(sql`
      insert into erasure (workspace_id, id, customer_id, due_at, first_at)
      select c.workspace_id, n.id, c.id, now(), ${at}::timestamptz
      from jsonb_to_recordset(${JSON.stringify(customerIds.map((customer) => ({ customer, id: newId() })))}::jsonb) as n (customer uuid, id uuid)
        join customer c on c.workspace_id = ${workspaceId} and c.id = n.customer and c.merged_into is null
      on conflict (workspace_id, customer_id) where state in ('waiting', 'running') do update set due_at = now(), first_at = excluded.first_at
      returning id, customer_id as "customerId"`);
    for (const { id, customerId } of due)
      await jobs.add(tx, 'erase-customer', { erasureId: id }, { key: keyOf(customerId), tries: 20 });
    return { read, ids: due.map(({ id }) => id) };
  });
  for (const id of begun.ids) await eraseCustomer(hearten, workspaceId, id, more);
  return { people: begun.ids.length, read: begun.read };
}
