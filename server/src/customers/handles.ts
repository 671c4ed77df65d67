import type { Body, Query } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { fold } from './fold.ts';
import { plainAddress } from './recognise.ts';

type Kind = Body<'POST /customers/:id/handles'>['kind'];

/** A handle in the one form it is compared by. */
function plain(kind: Kind, value: string): string {
  if (kind === 'email') {
    const address = plainAddress(value);
    if (!/^[^\s@<>]+@[^\s@<>]+$/.test(address))
      throw Invalid(say('{value} is not a mail address. Nothing was added.', { value }));
    return address;
  }
  if (kind === 'phone') {
    const number = value.replace(/[\s().\-/]+/g, '');
    if (!/^\+?\d{4,18}$/.test(number))
      throw Invalid(say('{value} is not a phone number. Nothing was added.', { value }));
    return number;
  }
  return value.trim();
}

/** By which else the customer is known. What writes from there from now on is theirs; what another wrote before stays with them. */
export async function addHandle(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'POST /customers/:id/handles'>,
): Promise<void> {
  const value = plain(body.kind, body.value);
  await lock(tx, id);
  const owner = await tx.first<{ id: string; name: string }>(sql`
    select c.id, c.name from handle h join customer c on c.workspace_id = h.workspace_id and c.id = h.customer_id
    where h.workspace_id = ${tx.workspaceId} and h.kind = ${body.kind} and h.value = ${value}`);
  if (owner?.id === id) throw Conflict(say('{value} stands here already. Nothing was changed.', { value }));
  if (owner)
    throw Conflict(
      say('{value} belongs to {name}. Nothing was changed; if they are the same person, merge them.', {
        value,
        name: owner.name || 'another customer',
      }),
      { extra: { customerId: owner.id } },
    );
  await tx.run(
    sql`insert into handle (workspace_id, kind, value, customer_id) values (${tx.workspaceId}, ${body.kind}, ${value}, ${id})`,
  );
  await refold(tx, id);
  await emit(tx, [
    { name: 'customer.changed', actor: actorOf(who), data: { customerId: id, fields: ['handles'], added: value } },
  ]);
}

export async function removeHandle(
  tx: Tx,
  who: Who,
  id: string,
  { kind, value }: Query<'DELETE /customers/:id/handles'>,
): Promise<void> {
  await lock(tx, id);
  const all = await tx.many<{ kind: string; value: string }>(
    sql`select kind, value from handle where workspace_id = ${tx.workspaceId} and customer_id = ${id}`,
  );
  if (!all.some((one) => one.kind === kind && one.value === value))
    throw NotFound(say('{value} does not stand here.', { value }));
  if (all.length === 1)
    throw Conflict('This is the only address of this customer; without it nobody could write to them. It stays.');
  await tx.run(
    sql`delete from handle where workspace_id = ${tx.workspaceId} and kind = ${kind} and value = ${value} and customer_id = ${id}`,
  );
  await refold(tx, id);
  await emit(tx, [
    { name: 'customer.changed', actor: actorOf(who), data: { customerId: id, fields: ['handles'], removed: value } },
  ]);
}

/** Locks a customer against being merged or changed by another at the same time. One that was merged away is refused. */
export async function lock(tx: Tx, id: string): Promise<void> {
  const row = await tx.first<{ merged_into: string | null }>(
    sql`select merged_into from customer where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!row) throw NotFound('This customer is not here.');
  if (row.merged_into)
    throw Conflict(
      'This customer was merged into another. Nothing was changed; change that one, or take the merge back.',
      { extra: { customerId: row.merged_into } },
    );
}

/** What a search for names looks through: name and handles, without accents. None for one who was merged away. */
export async function refold(tx: Tx, id: string): Promise<void> {
  const { words } = (await tx.first<{ words: string }>(sql`
    select c.name || ' ' || coalesce((select string_agg(h.value, ' ' order by h.created_at, h.value) from handle h where h.workspace_id = c.workspace_id and h.customer_id = c.id), '') as words
    from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`)) ?? { words: '' };
  await tx.run(sql`
    insert into search_name (workspace_id, customer_id, folded) values (${tx.workspaceId}, ${id}, ${fold(words)})
    on conflict (workspace_id, customer_id) do update set folded = excluded.folded`);
}
