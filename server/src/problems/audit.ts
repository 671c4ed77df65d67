import { createHmac, randomBytes } from 'node:crypto';
import type { AuditResult, Body, Query, Reply } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Forbidden, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { wilson } from '../base/interval.ts';
import { actorOf, type Who } from '../base/module.ts';
import { lockLive } from '../conversations/index.ts';

/** One in twenty. */
const SHARE = 0.05;
const DAYS = 90;
/** Fewer than these give no share. */
const LEAST = 10;
const UNDO = '2 minutes';

/** The same conversation is always drawn or never: who files it anew draws no second time. */
export const drawn = (key: Buffer, conversationId: string): boolean =>
  createHmac('sha256', key).update(conversationId).digest().readUInt32BE(0) < SHARE * 2 ** 32;

async function keyOf(tx: Tx): Promise<Buffer> {
  const read = () => tx.first<{ key: Buffer }>(sql`select key from filing_draw where workspace_id = ${tx.workspaceId}`);
  const known = await read();
  if (known) return known.key;
  await tx.run(
    sql`insert into filing_draw (workspace_id, key) values (${tx.workspaceId}, ${randomBytes(32)}) on conflict do nothing`,
  );
  return ((await read()) as { key: Buffer }).key;
}

/** In the transaction that files or confirms: what people filed or confirmed is drawn, and who did so has had a hand in it. */
export async function draw(tx: Tx, conversations: string[]): Promise<void> {
  if (conversations.length === 0) return;
  const key = await keyOf(tx);
  const some = conversations.filter((id) => drawn(key, id));
  if (some.length > 0)
    await tx.run(sql`
      insert into filing_audit as a (workspace_id, conversation_id, hands)
      select f.workspace_id, f.conversation_id, array_remove(array[f.filed_by, f.confirmed_by], null) from conversation_problem f
      where f.workspace_id = ${tx.workspaceId} and f.conversation_id = any (${some}::uuid[]) and f.place = 0 and (f.filed_by is not null or not f.provisional)
      on conflict (workspace_id, conversation_id) do update set hands = array(select distinct h from unnest(a.hands || excluded.hands) h)`);
}

/** What somebody else may look at: drawn in the days the figure is of, not answered, filed still, and nobody's own. */
const waits = (tx: Tx, who: Who): Sql => sql`
  from filing_audit a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
  where a.workspace_id = ${tx.workspaceId} and a.answered_at is null and a.drawn_at > now() - make_interval(days => ${DAYS}) and not a.hands @> array[${who.id}::uuid] and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side'
    and exists (select 1 from conversation_problem f where f.workspace_id = a.workspace_id and f.conversation_id = a.conversation_id and f.place = 0 and (f.filed_by is not null or not f.provisional))`;
const countWaiting = async (tx: Tx, who: Who): Promise<number> =>
  (await tx.first<{ n: number }>(sql`select count(*)::int as n ${waits(tx, who)}`))?.n ?? 0;

/**
 * What was answered, with what became of it: two that were merged since are one problem. What can still be taken back is not in it: it shows
 * what the conversation was filed as, and who saw that could answer anew.
 */
const looked = (tx: Tx): Sql => sql`
  recursive home (id, at, name) as (select id, id, name from problem where workspace_id = ${tx.workspaceId} and merged_into is null
      union all select p.id, h.at, h.name from problem p join home h on p.merged_into = h.id where p.workspace_id = ${tx.workspaceId}),
    looked as (select a.conversation_id as id, c.number, c.subject, coalesce(nullif(c.customer_name, ''), c.customer_address) as customer, a.filed_kind, a.said_kind, f.at as filed_id, f.name as filed_name,
        s.at as said_id, s.name as said_name, a.answered_by, a.answered_at,
        case when a.said_kind = 'unclear' then 'unclear' when a.said_kind = a.filed_kind and s.at is not distinct from f.at then 'right' else 'wrong' end as result
      from filing_audit a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id left join home f on f.id = a.filed_problem_id left join home s on s.id = a.said_problem_id
      where a.workspace_id = ${tx.workspaceId} and a.answered_at > now() - make_interval(days => ${DAYS}) and a.answered_at <= now() - ${UNDO}::interval
        and c.folder = 'inbox' and c.merged_into is null)`;

export async function auditFigures(tx: Tx, who: Who): Promise<Reply<'GET /filing-audit'>> {
  const rows = await tx.many<{ result: AuditResult; n: number }>(
    sql`with ${looked(tx)} select result, count(*)::int as n from looked group by result`,
  );
  const of = (result: AuditResult): number => rows.find((row) => row.result === result)?.n ?? 0;
  const [right, wrong] = [of('right'), of('wrong')];
  return {
    right,
    wrong,
    unclear: of('unclear'),
    accuracy: right + wrong < LEAST ? null : wilson(right, right + wrong),
    least: LEAST,
    waiting: await countWaiting(tx, who),
  };
}

export async function nextAudit(tx: Tx, who: Who): Promise<Reply<'GET /filing-audit/next'>> {
  type Next = NonNullable<Reply<'GET /filing-audit/next'>['conversation']>;
  const conversation = await tx.first<Next>(sql`
    select c.id, c.subject, c.created_at as "createdAt", (select coalesce(json_agg(json_build_object('at', m.at, 'text', left(m.text, 4000)) order by m.at, m.id), '[]')
      from (select m.id, m.at, m.text from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' order by m.at, m.id limit 3) m) as said
    ${waits(tx, who)} order by a.drawn_at desc, a.conversation_id limit 1`);
  return { waiting: await countWaiting(tx, who), conversation: conversation ?? null };
}

type Drawn = { hands: string[]; answered_by: string | null; fresh: boolean | null };
async function lockDrawn(tx: Tx, id: string): Promise<Drawn> {
  await lockLive(tx, id);
  const row = await tx.first<Drawn>(sql`
    select hands, answered_by, answered_at > now() - ${UNDO}::interval as fresh from filing_audit where workspace_id = ${tx.workspaceId} and conversation_id = ${id} for update`);
  if (!row) throw NotFound('This conversation was not drawn for a second look. Nothing was changed.');
  return row;
}
const told = (tx: Tx, who: Who, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'problem.audited', actor: actorOf(who), data: { about: id } }]);

export async function answerAudit(tx: Tx, who: Who, id: string, body: Body<'POST /filing-audit/:id'>): Promise<void> {
  const { kind, problemId } = body;
  if ((kind === 'problem') !== (problemId !== undefined)) throw Invalid('Which problem? Nothing was noted.');
  const row = await lockDrawn(tx, id);
  if (row.hands.includes(who.id))
    throw Forbidden('You filed or confirmed this yourself, so somebody else looks at it. Nothing was noted.');
  if (row.answered_by)
    throw Conflict('Somebody else answered this meanwhile. Nothing was changed; go on with the next one.');
  const filed = await tx.first<{ kind: string; problem_id: string | null }>(sql`
    select kind, problem_id from conversation_problem where workspace_id = ${tx.workspaceId} and conversation_id = ${id} and place = 0 and (filed_by is not null or not provisional)`);
  const gone = () => Conflict('This is not filed any more. Nothing was noted; go on with the next one.');
  if (!filed) throw gone();
  // The conversation is held, so nobody files it anew; who merges holds the problems before the filings, and so does this.
  const named = [problemId, filed.problem_id].flatMap((one) => one ?? []);
  const there = await tx.many<{ id: string }>(
    sql`select id from problem where workspace_id = ${tx.workspaceId} and id = any (${named}::uuid[]) order by id for share`,
  );
  const has = (one: string | null): boolean => one === null || there.some(({ id: known }) => known === one);
  if (!has(filed.problem_id)) throw gone();
  if (!has(problemId ?? null)) throw Invalid('This problem is not here (any more). Nothing was noted; choose again.');
  if (who.kind === 'key')
    throw Forbidden('A second look is a person’s: an API key cannot say it. Sign in and do it there.');
  await tx.run(sql`
    update filing_audit set answered_by = ${who.id}, answered_at = now(), said_kind = ${kind}, said_problem_id = ${problemId ?? null}, filed_kind = ${filed.kind}, filed_problem_id = ${filed.problem_id}
    where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`);
  await told(tx, who, id);
}

/** For a slip of the hand: later somebody may have seen what it was filed as. */
export async function takeBackAudit(tx: Tx, who: Who, id: string): Promise<void> {
  const row = await lockDrawn(tx, id);
  if (row.answered_by !== who.id || !row.fresh)
    throw Conflict('Only your own answer can be taken back, within two minutes. It stays as it is.');
  await tx.run(sql`
    update filing_audit set answered_by = null, answered_at = null, said_kind = null, said_problem_id = null, filed_kind = null, filed_problem_id = null
    where workspace_id = ${tx.workspaceId} and conversation_id = ${id}`);
  await told(tx, who, id);
}

/** The cursor is how many were shown. */
export async function auditAnswers(
  tx: Tx,
  query: Query<'GET /filing-audit/answers'>,
): Promise<Reply<'GET /filing-audit/answers'>> {
  const most = query.limit ?? 50;
  if (!/^\d{1,9}$/.test(query.cursor || '0'))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  const from = Number(query.cursor || 0);
  const named = (id: Sql, name: Sql): Sql =>
    sql`case when ${id} is not null then json_build_object('id', ${id}, 'name', ${name}) end`;
  const items = await tx.many<Reply<'GET /filing-audit/answers'>['items'][number]>(sql`
    with ${looked(tx)} select id, number, subject, customer, result, json_build_object('kind', filed_kind, 'problem', ${named(sql`filed_id`, sql`filed_name`)}) as filed,
      json_build_object('kind', said_kind, 'problem', ${named(sql`said_id`, sql`said_name`)}) as said, answered_by as "answeredBy", answered_at as "answeredAt"
    from looked where ${query.result ?? null}::text is null or result = ${query.result ?? null} order by answered_at desc, id limit ${most + 1} offset ${from}`);
  return { items: items.slice(0, most), next: items.length > most ? String(from + most) : null };
}
