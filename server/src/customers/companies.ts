import type { Body } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Conflict, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Json, json, type Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { checkedFields, laidOver } from './fields.ts';
import { companyJson, customerJson } from './queries.ts';

/** By a part of name or domain; without words by name. The cursor is the last id seen, in that order. */
export async function listCompanies(
  tx: Tx,
  query: { q?: string | undefined; cursor?: string | undefined; limit?: number | undefined },
): Promise<Json> {
  const most = query.limit ?? 50;
  const words = (query.q ?? '').toLowerCase();
  const row = await tx.last<{ json: string }>(sql`
    select json_build_object('items', coalesce(json_agg(${companyJson} order by lower(o.name), o.id), '[]'),
      'next', case when count(*) = ${most} then (array_agg(o.id order by lower(o.name) desc, o.id desc))[1] end)::text as json
    from (select o.* from company o where o.workspace_id = ${tx.workspaceId}
        and (${words} = '' or position(${words} in lower(o.name)) > 0 or position(${words} in o.domain) > 0)
        and (${query.cursor ?? null}::uuid is null or (lower(o.name), o.id) > (select lower(p.name), p.id from company p where p.workspace_id = o.workspace_id and p.id = ${query.cursor ?? null}::uuid))
      order by lower(o.name), o.id limit ${most}) o`);
  return json((row as { json: string }).json);
}

const PEOPLE = 100;
export async function companyById(tx: Tx, id: string): Promise<Json> {
  const row = await tx.first<{ json: string }>(sql`
    select (${companyJson} || jsonb_build_object('people', (select coalesce(jsonb_agg(${customerJson} order by lower(c.name), c.id), '[]')
        from (select c.* from customer c where c.workspace_id = o.workspace_id and c.company_id = o.id and c.merged_into is null order by lower(c.name), c.id limit ${PEOPLE}) c),
      'count', (select count(*) from customer c where c.workspace_id = o.workspace_id and c.company_id = o.id and c.merged_into is null)))::text as json
    from company o where o.workspace_id = ${tx.workspaceId} and o.id = ${id}`);
  if (!row) throw NotFound('This company is not here.');
  return json(row.json);
}

export async function addCompany(tx: Tx, who: Who, body: Body<'POST /companies'>): Promise<Json> {
  const id = newId();
  const made = await tx.first<{ json: string }>(sql`
    insert into company as o (workspace_id, id, name, domain) values (${tx.workspaceId}, ${id}, ${body.name}, ${body.domain ?? null})
    on conflict do nothing returning ${companyJson}::text as json`);
  if (!made) throw await domainTaken(tx, body.domain ?? '');
  await emit(tx, [{ name: 'customer.company', actor: actorOf(who), data: { companyId: id, added: true } }]);
  return json(made.json);
}

export async function changeCompany(tx: Tx, who: Who, id: string, body: Body<'PATCH /companies/:id'>): Promise<Json> {
  const there = await tx.first(
    sql`select 1 from company where workspace_id = ${tx.workspaceId} and id = ${id} for update`,
  );
  if (!there) throw NotFound('This company is not here.');
  const fields = body.fields ? await checkedFields(tx, 'company', body.fields) : {};
  if (body.domain) {
    const other = await tx.first<{ id: string }>(
      sql`select id from company where workspace_id = ${tx.workspaceId} and domain = ${body.domain} and id <> ${id}`,
    );
    if (other) throw await domainTaken(tx, body.domain);
  }
  const changed = await tx.first<{ json: string }>(sql`
    update company o set name = coalesce(${body.name ?? null}, o.name), domain = case when ${body.domain !== undefined} then ${body.domain ?? null} else o.domain end,
      fields = ${laidOver(sql`o.fields`, fields)}
    where o.workspace_id = ${tx.workspaceId} and o.id = ${id} returning ${companyJson}::text as json`);
  await emit(tx, [
    { name: 'customer.company', actor: actorOf(who), data: { companyId: id, fields: Object.keys(body) } },
  ]);
  return json((changed as { json: string }).json);
}

async function domainTaken(tx: Tx, domain: string) {
  const other = await tx.first<{ name: string }>(
    sql`select name from company where workspace_id = ${tx.workspaceId} and domain = ${domain}`,
  );
  return Conflict(
    say('{domain} belongs to {name} already. Nothing was changed.', { domain, name: other?.name ?? 'another company' }),
  );
}
