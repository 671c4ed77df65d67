import type { CustomerNote } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Forbidden, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';

const columns = sql`id, text, author_id as "authorId", at, edited_at as "editedAt"`;

export async function addNote(tx: Tx, who: Who, customerId: string, text: string): Promise<CustomerNote> {
  const note = await tx.first<CustomerNote>(sql`
    insert into customer_note (workspace_id, id, customer_id, text, author_id)
    select c.workspace_id, ${newId()}, c.id, ${text.trim()}, ${who.id} from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${customerId}
    returning ${columns}`);
  if (!note) throw NotFound('This customer is not here.');
  await told(tx, who, 'customer.noted', customerId, note.id);
  return note;
}

/** Words are their author's to change and, with whoever may change customers, to take away. */
export async function changeNote(tx: Tx, who: Who, id: string, text: string): Promise<CustomerNote> {
  const { customerId, authorId } = await find(tx, id);
  if (authorId !== who.id) throw Forbidden('Only who wrote a note can change its words. Write another below it.');
  const note = await tx.first<CustomerNote>(sql`
    update customer_note set text = ${text.trim()}, edited_at = now() where workspace_id = ${tx.workspaceId} and id = ${id} returning ${columns}`);
  await told(tx, who, 'customer.noted', customerId, id);
  return note as CustomerNote;
}

export async function removeNote(tx: Tx, who: Who, id: string): Promise<void> {
  const { customerId, authorId } = await find(tx, id);
  mayMove(who, authorId);
  await tx.run(sql`update customer_note set deleted_at = now() where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await told(tx, who, 'customer.unnoted', customerId, id);
}

export async function restoreNote(tx: Tx, who: Who, id: string): Promise<CustomerNote> {
  const { customerId, authorId } = await find(tx, id, true);
  mayMove(who, authorId);
  const note = await tx.first<CustomerNote>(sql`
    update customer_note set deleted_at = null where workspace_id = ${tx.workspaceId} and id = ${id} returning ${columns}`);
  await told(tx, who, 'customer.noted', customerId, id);
  return note as CustomerNote;
}

function mayMove(who: Who, authorId: string): void {
  if (authorId !== who.id && !who.may('customer.write'))
    throw Forbidden('Only who wrote a note, or who may change customers, can take it away.');
}
async function find(tx: Tx, id: string, gone = false): Promise<{ customerId: string; authorId: string }> {
  const row = await tx.first<{ customerId: string; authorId: string }>(sql`
    select customer_id as "customerId", author_id as "authorId" from customer_note
    where workspace_id = ${tx.workspaceId} and id = ${id} and (deleted_at is null or ${gone}) for update`);
  if (!row) throw NotFound('This note is not here.');
  return row;
}
const told = (tx: Tx, who: Who, name: string, customerId: string, noteId: string): Promise<string[]> =>
  emit(tx, [{ name, actor: actorOf(who), data: { customerId, noteId } }]);
