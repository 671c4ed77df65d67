import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { type Json, json } from '../base/module.ts';
import { fold } from './fold.ts';

/** The contract's `company`; `o` is the row's alias. */
export const companyJson: Sql = sql`jsonb_build_object('id', o.id, 'name', o.name, 'domain', o.domain, 'fields', o.fields)`;

/** The contract's `customer`, as JSON; `c` is the row's alias. */
export const customerJson: Sql = sql`jsonb_build_object('id', c.id, 'name', c.name, 'role', c.role, 'fields', c.fields, 'mergedInto', c.merged_into,
  'language', c.language, 'timeZone', c.time_zone, 'awayUntil', case when c.away_until > now() then to_jsonb(c.away_until) end, 'createdAt', c.created_at,
  'company', (select ${companyJson} from company o where o.workspace_id = c.workspace_id and o.id = c.company_id),
  'handles', (select coalesce(jsonb_agg(jsonb_build_object('kind', h.kind, 'value', h.value) order by h.created_at, h.value), '[]') from handle h where h.workspace_id = c.workspace_id and h.customer_id = c.id),
  'blocked', exists (select 1 from blocked_sender b join handle h on h.workspace_id = c.workspace_id and h.customer_id = c.id
     where b.workspace_id = c.workspace_id and b.pattern in (h.value, '@' || split_part(h.value, '@', 2))))`;

/** The contract's `customerNote`; `n` is the row's alias. */
export const noteJson: Sql = sql`jsonb_build_object('id', n.id, 'text', n.text, 'authorId', n.author_id, 'at', n.at, 'editedAt', n.edited_at)`;

/** The contract's `wholeCustomer`: with the notes, latest first, and the duplicates that became one with them. */
export const wholeCustomerJson: Sql = sql`${customerJson} || jsonb_build_object(
  'notes', (select coalesce(jsonb_agg(${noteJson} order by n.at desc, n.id desc), '[]') from customer_note n where n.workspace_id = c.workspace_id and n.customer_id = c.id and n.deleted_at is null),
  'merged', (select coalesce(jsonb_agg(jsonb_build_object('id', d.id, 'name', d.name) order by d.name, d.id), '[]') from customer d where d.workspace_id = c.workspace_id and d.merged_into = c.id))`;

export async function customerById(tx: Tx, id: string): Promise<Json> {
  const row = await tx.first<{ json: string }>(
    sql`select (${wholeCustomerJson})::text as json from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`,
  );
  if (!row) throw NotFound('This customer is not here.');
  return json(row.json);
}

/** By name or handle, nearest first; without words the newest. The cursor is the last id seen. */
export async function listCustomers(
  tx: Tx,
  query: { q?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
): Promise<Json> {
  const most = query.limit ?? 50;
  const found = query.q
    ? sql`select c.*, row_number() over (order by s.nearness desc, c.id) as place from search_customers(${fold(query.q)}, ${most}) s join customer c on c.workspace_id = ${tx.workspaceId} and c.id = s.customer_id`
    : sql`select c.*, row_number() over (order by c.id desc) as place from customer c where c.workspace_id = ${tx.workspaceId} and c.merged_into is null and (${query.cursor ?? null}::uuid is null or c.id < ${query.cursor ?? null}::uuid) order by c.id desc limit ${most}`;
  const row = await tx.first<{ json: string }>(sql`
    select json_build_object('items', coalesce(json_agg(${customerJson} order by c.place), '[]'),
      'next', case when count(*) = ${most} and ${!query.q} then (array_agg(c.id order by c.place desc))[1] end)::text as json
    from (${found}) c`);
  return json((row as { json: string }).json);
}
