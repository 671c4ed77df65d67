import type { Body, CustomerField, FieldKind, FieldValue } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, InvalidField, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { fold } from './fold.ts';

type About = CustomerField['about'];
const MOST = 100;
const columns = sql`id, about, key, label, kind, choices, archived_at is not null as archived`;

export const listFields = (tx: Tx): Promise<CustomerField[]> =>
  tx.many(
    sql`select ${columns} from customer_field where workspace_id = ${tx.workspaceId} order by about desc, place, id`,
  );

/** Letters and digits of the label; what stands in the values, so it stays when the label changes. */
const keyFrom = (label: string): string =>
  fold(label)
    .replace(/[^\p{L}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 60) || 'field';

export async function addField(tx: Tx, who: Who, body: Body<'POST /customer-fields'>): Promise<CustomerField> {
  const { about, label, kind } = body;
  const choices = choicesOf(kind, body.choices ?? []);
  const key = keyFrom(label);
  const there = await listFields(tx);
  if (there.length >= MOST)
    throw Invalid(say('There are {MOST} fields already. Nothing was added; change one of them.', { MOST }));
  const twin = there.find((one) => one.about === about && one.key === key);
  if (twin)
    throw Conflict(
      twin.archived
        ? say('There was a field “{label}”; it is put away with its values. Show it again instead.', {
            label: twin.label,
          })
        : say('There is a field “{label}” already. Nothing was added.', { label: twin.label }),
    );
  const made = await tx.first<CustomerField>(sql`
    insert into customer_field (workspace_id, id, about, key, label, kind, choices, place)
    values (${tx.workspaceId}, ${newId()}, ${about}, ${key}, ${label}, ${kind}, ${choices}::text[], ${there.length}) returning ${columns}`);
  await told(tx, who, (made as CustomerField).id);
  return made as CustomerField;
}

export async function changeField(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'PATCH /customer-fields/:id'>,
): Promise<CustomerField> {
  const there = await listFields(tx);
  const field = there.find((one) => one.id === id);
  if (!field) throw NotFound('This field is not here.');
  const choices = body.choices ? choicesOf(field.kind, body.choices) : field.choices;
  await tx.run(sql`
    update customer_field set label = ${body.label ?? field.label}, choices = ${choices}::text[],
      archived_at = case when ${body.archived ?? field.archived} then coalesce(archived_at, now()) end
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (body.place !== undefined) {
    const order = there.filter((one) => one.about === field.about && one.id !== id).map((one) => one.id);
    order.splice(body.place, 0, id);
    await tx.run(sql`
      update customer_field f set place = o.place from unnest(${order}::uuid[]) with ordinality as o (id, place)
      where f.workspace_id = ${tx.workspaceId} and f.id = o.id`);
  }
  await told(tx, who, id);
  return (await listFields(tx)).find((one) => one.id === id) as CustomerField;
}

const told = (tx: Tx, who: Who, fieldId: string): Promise<string[]> =>
  emit(tx, [{ name: 'customer.field', actor: actorOf(who), data: { fieldId } }]);

function choicesOf(kind: FieldKind, given: string[]): string[] {
  const choices = [...new Set(given.map((one) => one.trim()).filter(Boolean))];
  if (kind === 'choice' && choices.length === 0)
    throw InvalidField('A field with choices needs at least one. Nothing was saved.', 'choices');
  return kind === 'choice' ? choices : [];
}

/** Values as they may be kept: every key a field that is there, every value of its kind; null takes one away. */
export async function checkedFields(
  tx: Tx,
  about: About,
  changes: Record<string, FieldValue | null>,
): Promise<Record<string, FieldValue | null>> {
  const known = new Map((await listFields(tx)).filter((one) => one.about === about).map((one) => [one.key, one]));
  const wrong: { path: string; message: string }[] = [];
  const out: Record<string, FieldValue | null> = {};
  for (const [key, value] of Object.entries(changes)) {
    const field = known.get(key);
    const trouble = field ? (value === null ? null : troubleWith(field, value)) : 'is not a field here';
    if (trouble) wrong.push({ path: `fields.${key}`, message: trouble });
    out[key] = typeof value === 'string' ? value.trim() || null : value;
  }
  if (wrong[0]) {
    const label = known.get(wrong[0].path.slice(7))?.label ?? wrong[0].path.slice(7);
    throw Invalid(say('“{label}” {message}. Nothing was changed.', { label, message: wrong[0].message }), wrong);
  }
  return out;
}

function troubleWith({ kind, choices }: CustomerField, value: FieldValue): string | null {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? null : 'is not a number';
  if (kind === 'yes-no') return typeof value === 'boolean' ? null : 'is neither yes nor no';
  if (typeof value !== 'string') return 'is not text';
  if (value.includes('\0') || value.length > 2000) return 'is too long, or holds what no text holds';
  if (kind === 'date')
    return /^\d{4}-\d\d-\d\d$/.test(value) && !Number.isNaN(Date.parse(value)) ? null : 'is not a date (2027-03-01)';
  if (kind === 'choice') return choices.includes(value) || value === '' ? null : `is none of ${choices.join(', ')}`;
  if (kind === 'link') return value === '' || /^https?:\/\/[^\s]+$/i.test(value) ? null : 'is not a link (https://…)';
  return null;
}

/** The column with these values over its own; what is null goes. */
export const laidOver = (column: Sql, changes: Record<string, FieldValue | null>): Sql =>
  sql`jsonb_strip_nulls(${column} || ${JSON.stringify(changes)}::jsonb)`;
