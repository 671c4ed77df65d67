import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { type Json, json } from '../base/module.ts';
import { fold } from './fold.ts';

/** The contract's `customer`, as JSON; `c` is the row's alias. */
export const customerJson: Sql = sql`json_build_object('id', c.id, 'name', c.name, 'language', c.language, 'timeZone', c.time_zone, 'awayUntil', case when c.away_until > now() then c.away_until end,
  'createdAt', c.created_at,
  'company', (select json_build_object('id', o.id, 'name', o.name, 'domain', o.domain) from company o where o.workspace_id = c.workspace_id and o.id = c.company_id),
  'handles', (select coalesce(json_agg(json_build_object('kind', h.kind, 'value', h.value) order by h.created_at, h.value), '[]') from handle h where h.workspace_id = c.workspace_id and h.customer_id = c.id),
  'blocked', exists (select 1 from blocked_sender b join handle h on h.workspace_id = c.workspace_id and h.customer_id = c.id
     where b.workspace_id = c.workspace_id and b.pattern in (h.value, '@' || split_part(h.value, '@', 2))))`;

export async function customerById(tx: Tx, id: string): Promise<Json> {
  const row = await tx.first<{ json: string }>(
    sql`select ${customerJson}::text as json from customer c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}`,
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
    : sql`select c.*, row_number() over (order by c.id desc) as place from customer c where c.workspace_id = ${tx.workspaceId} and (${query.cursor ?? null}::uuid is null or c.id < ${query.cursor ?? null}::uuid) order by c.id desc limit ${most}`;
  const row = await tx.first<{ json: string }>(sql`
    select json_build_object('items', coalesce(json_agg(${customerJson} order by c.place), '[]'),
      'next', case when count(*) = ${most} and ${!query.q} then (array_agg(c.id order by c.place desc))[1] end)::text as json
    from (${found}) c`);
  return json((row as { json: string }).json);
}
