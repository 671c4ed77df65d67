import type { Query, Reply, Wish } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';

type Field = { id: string; label: string; key: string };
/** The customer fields that hold numbers, and the one that counts: the one that was asked for, or the first. */
async function fieldsOf(tx: Tx, fieldId: string | undefined): Promise<{ all: Field[]; chosen: Field | null }> {
  const all = await tx.many<Field>(sql`
    select id, label, key from customer_field where workspace_id = ${tx.workspaceId} and about = 'customer' and kind = 'number' and archived_at is null order by place, id`);
  const chosen = fieldId ? all.find((one) => one.id === fieldId) : all[0];
  if (fieldId && !chosen) throw Invalid('This field is not here (any more), or holds no numbers. Choose another.');
  return { all, chosen: chosen ?? null };
}

/** One row a customer and wish: what they are worth, and how they felt when they asked, the worst of it. A person's word stands before what was read. */
const asked = (tx: Tx, key: string | null, which: Sql = sql`true`): Sql => sql`
  (select f.problem_id, c.customer_id, count(*)::int as conversations, max(c.last_at) as last_at, min(m.value) as mood,
      (select case when jsonb_typeof(k.fields -> ${key}::text) = 'number' then (k.fields ->> ${key}::text)::float8 end from customer k where k.workspace_id = ${tx.workspaceId} and k.id = c.customer_id) as value
    from problem p join conversation_problem f on f.workspace_id = p.workspace_id and f.problem_id = p.id join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
      left join lateral (select m.value from mood m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.stage = 'start' order by array_position(array['person', 'model', 'text'], m.source) limit 1) m on true
    where p.workspace_id = ${tx.workspaceId} and p.wish and p.merged_into is null and ${which} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.customer_id is not null
    group by f.problem_id, c.customer_id)`;
/** Faces 1 and 2. */
const BAD = 2;

/**
 * How much of all that the board counts is this wish's: of customers, of their value, of those who felt bad, each as much as the others.
 * What nobody knows here (no field, no mood) has no say.
 */
export function weigh<T extends { customers: number; value: number | null; unhappy: number }>(
  all: T[],
): (T & { weight: number })[] {
  const measures = [(one: T) => one.customers, (one: T) => Math.max(0, one.value ?? 0), (one: T) => one.unhappy];
  const sums = measures.map((of) => all.reduce((sum, one) => sum + of(one), 0));
  const known = sums.filter((sum) => sum > 0).length;
  return all
    .map((one) => ({
      ...one,
      weight: known
        ? measures.reduce((w, of, i) => w + ((sums[i] ?? 0) > 0 ? of(one) / (sums[i] as number) : 0), 0) / known
        : 0,
    }))
    .sort((a, b) => b.weight - a.weight);
}

export async function listWishes(tx: Tx, query: Query<'GET /wishes'>): Promise<Reply<'GET /wishes'>> {
  const { all, chosen } = await fieldsOf(tx, query.fieldId);
  const rows = await tx.many<Omit<Wish, 'weight'>>(sql`
    with asked as (${asked(tx, chosen?.key ?? null)}), n as (select problem_id, count(*)::int as customers, sum(conversations)::int as conversations, count(mood)::int as felt,
        (count(*) filter (where mood <= ${BAD}))::int as unhappy, coalesce(sum(value), 0) as value, count(value)::int as valued, max(last_at) as last_at from asked group by problem_id)
    select p.id, p.name, p.state, p.shipped_on::text as "shippedOn", p.version, coalesce(n.customers, 0) as customers, coalesce(n.conversations, 0) as conversations, coalesce(n.felt, 0) as felt,
      coalesce(n.unhappy, 0) as unhappy, case when ${chosen !== null} then coalesce(n.value, 0) end as value, coalesce(n.valued, 0) as valued, n.last_at as "lastAt"
    from problem p left join n on n.problem_id = p.id where p.workspace_id = ${tx.workspaceId} and p.wish and p.merged_into is null order by p.created_at desc, p.id`);
  const shown = ({ id, label }: Field) => ({ id, label });
  return { items: weigh(rows), field: chosen ? shown(chosen) : null, fields: all.map(shown) };
}

/** The most valuable first, and then those who felt worst; the cursor is how many were shown. */
export async function wishCustomers(
  tx: Tx,
  id: string,
  query: Query<'GET /wishes/:id/customers'>,
): Promise<Reply<'GET /wishes/:id/customers'>> {
  const most = query.limit ?? 50;
  if (!/^\d{1,9}$/.test(query.cursor || '0'))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const from = Number(query.cursor || 0);
  const { chosen } = await fieldsOf(tx, query.fieldId);
  if (!(await tx.first(sql`select 1 from problem where workspace_id = ${tx.workspaceId} and id = ${id} and wish`)))
    throw NotFound();
  const items = await tx.many<Reply<'GET /wishes/:id/customers'>['items'][number]>(sql`
    with asked as (${asked(tx, chosen?.key ?? null, sql`p.id = ${id}`)})
    select k.id, coalesce(nullif(k.name, ''), (select c.customer_address from conversation c where c.workspace_id = k.workspace_id and c.customer_id = k.id order by c.number desc limit 1), '') as name, a.value, a.mood,
      (select json_agg(json_build_object('id', c.id, 'number', c.number, 'subject', c.subject) order by c.number desc) from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
        where f.workspace_id = ${tx.workspaceId} and f.problem_id = ${id} and c.customer_id = k.id and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side') as conversations
    from asked a join customer k on k.workspace_id = ${tx.workspaceId} and k.id = a.customer_id
    where (${query.unhappy ?? null}::boolean is null or coalesce(a.mood <= ${BAD}, false) = ${query.unhappy ?? null}::boolean) and (${query.valued ?? null}::boolean is null or (a.value is not null) = ${query.valued ?? null}::boolean)
    order by a.value desc nulls last, a.mood nulls last, k.id limit ${most + 1} offset ${from}`);
  return { items: items.slice(0, most), next: items.length > most ? String(from + most) : null };
}
