import { enter, sql, type Tx } from '../base/db.ts';
import { type EventRow, emit, system } from '../base/events.ts';
import { shutOut } from '../team/index.ts';

/** Who no longer works in the workspace a sample was made for is out of the sample too; who comes back is in it again. */
export async function followPerson(tx: Tx, event: EventRow): Promise<void> {
  const sample = await tx.first<{ id: string }>(sql`select id from workspace where sample_of = ${tx.workspaceId}`);
  const person =
    sample &&
    (await tx.first<{ accountId: string; active: boolean }>(
      sql`select account_id as "accountId", active from person where workspace_id = ${tx.workspaceId} and id = ${String(event.data.personId)}`,
    ));
  if (!sample || !person) return;
  const inside = await enter(tx, sample.id);
  const there = await inside.first<{ id: string }>(sql`
    update person set active = ${person.active} where workspace_id = ${sample.id} and account_id = ${person.accountId} and active <> ${person.active} returning id`);
  if (there) {
    if (!person.active) await shutOut(inside, there.id, person.accountId);
    const data = { personId: there.id, active: person.active, changed: ['active'] };
    await emit(inside, [{ name: 'person.changed', actor: system, data, because: event }]);
  }
  await enter(tx, event.workspace_id);
}
