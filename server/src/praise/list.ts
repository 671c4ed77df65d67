import type { Body, Praise, Query, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { isId } from '../base/ids.ts';
import { actorOf, type Hearten, type Who } from '../base/module.ts';
import { pageOf } from './link.ts';
import { isAway } from './offer.ts';

type Row = Omit<Praise, 'url'> & { place: string };
const columns: Sql = sql`p.id, h.id as "conversationId", h.number::int, coalesce(nullif(h.customer_name, ''), h.customer_address) as customer, p.name, case when p.withdrawn_at is null then p.words else '' end as words,
  case when p.reworded then 'reworded' when p.withdrawn_at is not null then 'taken back' when h.folder <> 'inbox' then 'put away' else 'shown' end as state, p.code, p.consented_at as "consentedAt", p.visits, (select count(*)::int from praise_order o where o.workspace_id = p.workspace_id and o.praise_id = p.id) as orders,
  (select coalesce(json_agg(json_build_object('currency', o.currency, 'amount', o.amount) order by o.currency), '[]') from (select currency, sum(amount)::float8 as amount from praise_order o where o.workspace_id = p.workspace_id and o.praise_id = p.id and amount is not null and currency is not null group by currency) o) as amounts, p.consented_at::text as place
  from praise p join conversation c on c.workspace_id = p.workspace_id and c.id = p.conversation_id join conversation h on h.workspace_id = c.workspace_id and h.id = case when c.merged_into is null then c.id else c.merged_into end`;
const told = ({ config }: Pick<Hearten, 'config'>, { place: _, ...row }: Row): Praise => ({
  ...row,
  url: row.state === 'shown' ? pageOf(config, row.code) : null,
});

/** What was ever agreed to be shown, the newest first, and what came of all of it. */
export async function praises(
  tx: Tx,
  room: Pick<Hearten, 'config'>,
  { cursor, limit = 30 }: Query<'GET /praise'>,
): Promise<Reply<'GET /praise'>> {
  const [at, last] = cursor ? Buffer.from(cursor, 'base64url').toString().split('|') : [];
  if (cursor && (!at || !isId(last) || Number.isNaN(Date.parse(at))))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const rows = await tx.many<Row>(sql`
    select ${columns} where p.workspace_id = ${tx.workspaceId} and p.consented_at is not null and (${at ?? null}::timestamptz is null or (p.consented_at, p.id) < (${at ?? null}::timestamptz, ${last ?? null}::uuid))
    order by p.consented_at desc, p.id desc limit ${limit + 1}`);
  const sums = await tx.first<{ offered: number; shown: number; visits: number; orders: number }>(sql`
    select count(*)::int as offered, (count(*) filter (where consented_at is not null and withdrawn_at is null and not (${isAway})))::int as shown, coalesce(sum(visits), 0)::int as visits,
      (select count(*)::int from praise_order o where o.workspace_id = ${tx.workspaceId}) as orders
    from praise where workspace_id = ${tx.workspaceId}`);
  const items = rows.slice(0, limit);
  const end = rows.length > limit ? items.at(-1) : undefined;
  return {
    items: items.map((row) => told(room, row)),
    next: end ? Buffer.from(`${end.place}|${end.id}`).toString('base64url') : null,
    ...(sums ?? { offered: 0, shown: 0, visits: 0, orders: 0 }),
  };
}

/** The team takes a page off, and it stays off. */
export async function hidePraise(tx: Tx, room: Pick<Hearten, 'config'>, who: Who, id: string): Promise<Praise> {
  const hidden = await tx.first<{ conversation_id: string }>(
    sql`update praise set withdrawn_at = now(), hidden_at = now() where workspace_id = ${tx.workspaceId} and id = ${id} and consented_at is not null and withdrawn_at is null returning conversation_id`,
  );
  if (hidden)
    await emit(tx, [
      {
        name: 'praise.taken_back',
        actor: actorOf(who),
        conversationId: hidden.conversation_id,
        data: { praiseId: id },
      },
    ]);
  const row = await tx.first<Row>(
    sql`select ${columns} where p.workspace_id = ${tx.workspaceId} and p.id = ${id} and p.consented_at is not null`,
  );
  if (!row) throw NotFound('This praise is not here.');
  return told(room, row);
}

/** An order by somebody who came from there. Each order counts once, whoever tells of it how often. */
export async function countOrder(tx: Tx, body: Body<'POST /praise/orders'>): Promise<{ counted: boolean }> {
  const of = await tx.first<{ id: string }>(
    sql`select id from praise where workspace_id = ${tx.workspaceId} and code = ${body.code} and consented_at is not null for key share`,
  );
  if (!of) throw NotFound('No praise has this code. Nothing was counted.');
  const kept = await tx.run(sql`
    insert into praise_order (workspace_id, order_id, praise_id, amount, currency) values (${tx.workspaceId}, ${body.order}, ${of.id}, ${body.amount ?? null}, ${body.currency ?? null}) on conflict do nothing`);
  return { counted: kept > 0 };
}
