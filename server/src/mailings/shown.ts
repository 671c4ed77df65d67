import type { KnownMailing, LeftOut, Mailing, MailingPerson, Query, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import type { Hearten } from '../base/module.ts';
import { planFor } from './reporters.ts';
import { type Row, wholeText } from './words.ts';

export const columns: Sql = sql`m.id, m.problem_id as "problemId", m.kind, m.state, m.person_id as "personId", m.text, m.confirmed, m.created_at as "createdAt", m.started_at as "startedAt",
  n.people, n.told, n.undone, n.left, n.provisional, n."leftOut"`;
/** What is counted of the mailing \`m\`, and what else is asked of its people. */
export const counts = (also: Sql = sql``): Sql => sql`
  lateral (select (count(*) filter (where p.chosen))::int as people, (count(*) filter (where p.state = 'sent'))::int as told, (count(*) filter (where p.state = 'undone'))::int as undone,
      (count(*) filter (where p.chosen and p.state = 'left'))::int as left, (count(*) filter (where p.chosen and p.provisional))::int as provisional, ${also}
      (select coalesce(json_agg(r order by r.conversations desc, r.reason), '[]') from (select l.reason, count(distinct coalesce(l.customer_id, l.id))::int as people, count(*)::int as conversations
        from mailing_person l where l.workspace_id = m.workspace_id and l.mailing_id = m.id and l.state = 'left' group by l.reason) r) as "leftOut"
    from mailing_person p where p.workspace_id = m.workspace_id and p.mailing_id = m.id) n`;
const takesBack = sql`coalesce(bool_or(p.state = 'sent' and exists (select 1 from message o where o.workspace_id = p.workspace_id and o.id = p.message_id and o.state = 'queued' and o.fence = 0)), false) as "takesBack",`;
type Counted = Mailing & { takesBack: boolean };

/** With who joined since: they would be told by a new preview, and stand in this one neither as told nor as about to be. */
export async function mailingById(tx: Tx, id: string): Promise<KnownMailing> {
  const found = await tx.first<Counted>(
    sql`select ${columns}, n."takesBack" from mailing m cross join ${counts(takesBack)} where m.workspace_id = ${tx.workspaceId} and m.id = ${id}`,
  );
  if (!found) throw NotFound('This is not here any more: what was not sent is kept for a day.');
  const { problemId, kind, confirmed } = found;
  const [now, here] = await Promise.all([
    planFor(tx, { problemId, kind, confirmed, mailingId: id }),
    tx.many<{ conversation_id: string | null; customer_id: string | null; reason: LeftOut | null }>(
      sql`select conversation_id, customer_id, reason from mailing_person where workspace_id = ${tx.workspaceId} and mailing_id = ${id} and (state <> 'left' or chosen or reason = 'unfilled')`,
    ),
  ]);
  const known = new Set(here.flatMap((one) => [one.conversation_id, one.customer_id]));
  const joined = now.filter(({ of, reason }) => reason === null && !known.has(of.id) && !known.has(of.root)).length;
  return { ...found, joined };
}

/** With what was said of those that were merged into it: the same people. */
export async function mailingsOf(tx: Tx, problemId: string): Promise<Reply<'GET /problems/:id/mailings'>> {
  const items = await tx.many<Counted>(sql`
    with recursive same as (select ${problemId}::uuid as id union select p.id from same s join problem p on p.workspace_id = ${tx.workspaceId} and p.merged_into = s.id)
    select ${columns}, n."takesBack" from mailing m cross join ${counts(takesBack)} where m.workspace_id = ${tx.workspaceId} and m.problem_id in (select id from same) and m.state <> 'preview' order by m.started_at desc, m.id limit 50`);
  const here = await tx.first(sql`select 1 from problem where workspace_id = ${tx.workspaceId} and id = ${problemId}`);
  if (!here) throw NotFound();
  return { items: items.map(({ takesBack: _, ...one }) => one) };
}

type Shown = Omit<Row, 'text'> &
  Omit<MailingPerson, 'words' | 'from'> & { text: string; inbox: string; sender: string };
/** The cursor is the id of the last row of the page before. */
export async function peopleOf(
  tx: Tx,
  room: Pick<Hearten, 'config' | 'seal'>,
  id: string,
  query: Query<'GET /mailings/:id/people'>,
): Promise<Reply<'GET /mailings/:id/people'>> {
  const most = query.limit ?? 25;
  const rows = await tx.many<Shown>(sql`
    select p.id, p.kind, p.language, p.signature, p.text, p.address as to, p.subject, p.state, p.reason, p.provisional, p.conversation_id as "conversationId", c.number::int,
      case when p.address <> '' and lower(p.address) <> lower(c.customer_address) then p.address else coalesce(nullif(c.customer_name, ''), c.customer_address, '') end as customer, coalesce(x.name, i.name, '') as inbox, coalesce(x.address, i.address, '') as sender, coalesce(i.channel = 'chat', false) as chat, coalesce(b.name, w.name) as brand
    from mailing_person p join workspace w on w.id = p.workspace_id left join conversation c on c.workspace_id = p.workspace_id and c.id = p.conversation_id
      left join inbox i on i.workspace_id = p.workspace_id and i.id = p.inbox_id
      left join inbox x on x.workspace_id = i.workspace_id and i.channel = 'chat' and x.id::text = i.settings->>'mailInboxId' left join brand b on b.workspace_id = i.workspace_id and b.id = i.brand_id
    where p.workspace_id = ${tx.workspaceId} and p.mailing_id = ${id} and (${query.state ?? null}::text is null or p.state = ${query.state ?? null}) and (${query.reason ?? null}::text is null or p.reason = ${query.reason ?? null})
      and (${query.cursor ?? null}::uuid is null or p.id > ${query.cursor ?? null}::uuid)
    order by p.id limit ${most + 1}`);
  if (
    rows.length === 0 &&
    !(await tx.first(sql`select 1 from mailing where workspace_id = ${tx.workspaceId} and id = ${id}`))
  )
    throw NotFound('This is not here any more: what was not sent is kept for a day.');
  const shown = rows.slice(0, most);
  const items = shown.map((row): MailingPerson => {
    const waits = row.state === 'todo';
    const { conversationId, number, customer, state, reason, provisional, to, subject } = row;
    return {
      ...{ id: row.id, conversationId, number, customer, state, reason, provisional, to, subject },
      from: waits ? `${row.inbox} <${row.sender}>` : '',
      words: waits ? wholeText(room, tx.workspaceId, row) : '',
    };
  });
  return { items, next: rows.length > most ? (shown.at(-1)?.id ?? null) : null };
}
