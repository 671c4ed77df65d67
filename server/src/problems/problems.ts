import type { Body, KnownProblem, ProblemRow, Query, Reply } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';
import { answered, forgetIssue, issueOf } from './issues/state.ts';
import { noteStep } from './life.ts';

/** What is counted: each conversation that is still one of its own and in the inbox, with the part of it that each filing has. */
const filed = (tx: Tx, which: Sql = sql`true`): Sql => sql`
  select f.problem_id, f.kind, f.conversation_id, f.provisional, c.customer_id, c.last_at, f.weight / sum(f.weight) over (partition by f.conversation_id) as part
  from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
  where f.workspace_id = ${tx.workspaceId} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and ${which}`;
const counts: Sql = sql`(select problem_id, count(*)::int as conversations, (count(*) filter (where provisional))::int as provisional, count(distinct customer_id)::int as customers,
  sum(part) as parts, max(last_at) as last_at from filed where problem_id is not null group by problem_id)`;
const row: Sql = sql`p.id, p.name, p.state, p.owner_id as "ownerId", p.wish, p.cause, p.fix, p.shipped_on::text as "shippedOn", coalesce(n.conversations, 0) as conversations,
  coalesce(n.provisional, 0) as provisional, coalesce(n.customers, 0) as customers, coalesce(n.parts, 0)::real / greatest(1, t.n) as share, n.last_at as "lastAt", p.version,
  (select case when i.state = 'closed' and p.state in ('found', 'known', 'fixing') then 'fixed' when i.state = 'open' and i.reopened and p.state in ('fixed', 'verified') then 'fixing' end
    from problem_issue i where i.workspace_id = p.workspace_id and i.problem_id = p.id and not i.declined and p.link <> '') as proposes`;

/** What began in these weeks, counted as reports count them: whole ones from Monday, where the workspace is. */
export const lately = async (tx: Tx, weeks: number | undefined): Promise<Sql> => {
  if (weeks === undefined) return sql`true`;
  const span = await tx.first<{ since: string }>(sql`
    select (date_trunc('week', now() at time zone time_zone) - make_interval(weeks => ${weeks - 1})) at time zone time_zone as since from workspace where id = ${tx.workspaceId}`);
  return sql`c.created_at >= ${span?.since}::timestamptz`;
};

/** Read of the narrow index of conversations (conversation_began), once for the rows and the sums. */
export async function listProblems(tx: Tx, query: Query<'GET /problems'>): Promise<Reply<'GET /problems'>> {
  const w = tx.workspaceId;
  const when = await lately(tx, query.weeks);
  const live = sql`c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side'`;
  type Sums = Omit<Reply<'GET /problems'>, 'items'>;
  const found = await tx.first<Sums & { items: ProblemRow[] }>(sql`
    with began as materialized (select c.id, c.customer_id, c.status, c.last_at from conversation c where c.workspace_id = ${w} and ${live} and ${when}),
      filing as materialized (select f.place, f.problem_id, f.kind, f.conversation_id, f.provisional, f.weight, b.customer_id, b.last_at from began b join conversation_problem f on f.workspace_id = ${w} and f.conversation_id = b.id),
      shared as (select conversation_id, sum(weight) as whole from filing where conversation_id in (select conversation_id from filing where place > 0) group by conversation_id),
      filed as materialized (select f.*, f.weight / case when s.whole is null then f.weight else s.whole end as part from filing f left join shared s on s.conversation_id = f.conversation_id),
      t as (select count(*)::int as n from (select distinct conversation_id from filed) d),
      one as (select problem_id, customer_id, count(*)::int as conversations, (count(*) filter (where provisional))::int as provisional, sum(part) as parts, max(last_at) as last_at
        from filed where problem_id is not null group by problem_id, customer_id),
      n as (select problem_id, sum(conversations)::int as conversations, sum(provisional)::int as provisional, count(*)::int as customers, sum(parts) as parts, max(last_at) as last_at from one group by problem_id),
      lately as (${query.weeks === undefined ? sql`select c.id from conversation c where c.workspace_id = ${w} and ${live} and c.status in ('resolved', 'closed') and c.last_at > now() - interval '30 days'` : sql`select id from began where status in ('resolved', 'closed')`}),
      rows as (select ${row} from problem p cross join t left join n on n.problem_id = p.id
        where p.workspace_id = ${w} and p.merged_into is null and (${query.state ?? null}::text is null or p.state = ${query.state ?? null})
        order by coalesce(n.parts, 0) desc, p.created_at desc, p.id)
    select (select n from t) as filed, (select coalesce(json_agg(rows), '[]') from rows) as items,
      (count(*) filter (where kind = 'question'))::int as question, (count(*) filter (where kind = 'one-off'))::int as "oneOff", (count(*) filter (where kind = 'praise'))::int as praise,
      (select count(*)::int from lately) as resolved,
      (select count(*)::int from lately l where not exists (select 1 from filed f where f.conversation_id = l.id)) as unfiled
    from filed`);
  if (!found) throw NotFound();
  return found;
}

export async function problemById(tx: Tx, id: string): Promise<KnownProblem> {
  const w = tx.workspaceId;
  const found = await tx.first<Omit<KnownProblem, 'issue'>>(sql`
    with filed as materialized (${filed(tx, sql`f.conversation_id in (select conversation_id from conversation_problem where workspace_id = ${w} and problem_id = ${id})`)}),
      t as (select count(distinct f.conversation_id)::int as n from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
        where f.workspace_id = ${w} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side'), n as ${counts}
    select ${row}, p.step, p.remedy, p.prevention, p.workaround, p.answer, p.link, p.created_at as "createdAt", p.merged_into as "mergedInto",
      (select coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) order by o.name), '[]') from problem o where o.workspace_id = ${w} and o.merged_into = p.id) as merged
    from problem p cross join t left join n on n.problem_id = p.id where p.workspace_id = ${w} and p.id = ${id}`);
  if (!found) throw NotFound();
  const issue = await issueOf(tx, found);
  return { ...found, issue, proposes: issue?.proposes ?? null };
}

export const tell = (tx: Tx, who: Who, id: string): Promise<string[]> =>
  emit(tx, [{ name: 'problem.changed', actor: actorOf(who), data: { problemId: id } }]);

export async function makeProblem(tx: Tx, who: Who, body: Body<'POST /problems'>): Promise<KnownProblem> {
  const id = newId();
  await tx.run(
    sql`insert into problem (workspace_id, id, name, wish) values (${tx.workspaceId}, ${id}, ${body.name}, ${body.wish ?? false})`,
  );
  await noteStep(tx, id, { state: 'found', shippedOn: null, byId: who.id });
  await tell(tx, who, id);
  return problemById(tx, id);
}

export type Locked = {
  id: string;
  version: number;
  merged_into: string | null;
  state: KnownProblem['state'];
  owner_id: string | null;
  shipped_on: string | null;
  link: string;
};
/** Locked in order of id, as everything that locks more than one. */
export async function lockProblems(tx: Tx, ids: string[]): Promise<Map<string, Locked>> {
  const rows = await tx.many<Locked>(
    sql`select id, version, merged_into, state, owner_id, shipped_on::text, link from problem where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[]) order by id for update`,
  );
  if (rows.length < new Set(ids).size) throw NotFound();
  return new Map(rows.map((one) => [one.id, one]));
}
export async function lockProblem(tx: Tx, id: string): Promise<Locked> {
  const found = (await lockProblems(tx, [id])).get(id);
  if (!found) throw NotFound();
  if (found.merged_into)
    throw Conflict('This problem was merged into another. Nothing was changed; go on with the one it is part of.');
  return found;
}

export async function changeProblem(
  tx: Tx,
  who: Who,
  id: string,
  body: Body<'PATCH /problems/:id'>,
): Promise<KnownProblem> {
  const home = await lockProblem(tx, id);
  if (body.saw !== undefined && home.version !== body.saw)
    throw Conflict('Somebody changed this problem meanwhile. Nothing was changed; look at it again, then go on.', {
      type: 'changed',
    });
  if (
    body.ownerId &&
    !(await tx.first(
      sql`select 1 from person where workspace_id = ${tx.workspaceId} and id = ${body.ownerId} and active`,
    ))
  )
    throw Invalid('This person does not work here (any more). Nothing was changed.');
  // Another day of the fix is another question: the rule answers it anew. The same day said again is none.
  const otherDay = body.shippedOn !== undefined && body.shippedOn !== home.shipped_on;
  const next = body.state ?? (home.state === 'verified' && otherDay ? 'fixed' : home.state);
  if (body.shippedOn) dayOfFix(body.shippedOn);
  if (body.shippedOn === null && isOver(next))
    throw Invalid('What is fixed was fixed on a day. Nothing was changed; name that day, or make it known again.');
  // Open again it has no fix any more, and the next one has a day of its own.
  const reopened = !isOver(next) && isOver(home.state);
  const kept = <T>(value: T | undefined, column: Sql): Sql => (value === undefined ? column : sql`${value}`);
  const shipped =
    next === 'fixed' && body.state === 'fixed'
      ? sql`coalesce(shipped_on, (now() at time zone coalesce((select z.name from workspace w join pg_timezone_names z on z.name = w.time_zone where w.id = ${tx.workspaceId} limit 1), 'UTC'))::date)`
      : reopened
        ? sql`null`
        : sql`shipped_on`;
  const after = await tx.first<{ shippedOn: string | null }>(sql`
    update problem set name = ${kept(body.name, sql`name`)}, step = ${kept(body.step?.trim(), sql`step`)}, remedy = ${kept(body.remedy?.trim(), sql`remedy`)},
      prevention = ${kept(body.prevention?.trim(), sql`prevention`)}, cause = ${kept(body.cause, sql`cause`)}, fix = ${kept(body.fix, sql`fix`)},
      owner_id = ${kept(body.ownerId, sql`owner_id`)}, workaround = ${kept(body.workaround?.trim(), sql`workaround`)}, answer = ${kept(body.answer?.trim(), sql`answer`)},
      link = ${kept(body.link, sql`link`)}, wish = ${kept(body.wish, sql`wish`)}, state = ${next},
      shipped_on = ${body.shippedOn === undefined ? shipped : sql`${body.shippedOn}::date`},
      version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id} returning shipped_on::text as "shippedOn"`);
  if (body.link !== undefined) await forgetIssue(tx, id, body.link);
  if (next !== home.state) {
    await answered(tx, id);
    await noteStep(tx, id, {
      state: next,
      shippedOn: after?.shippedOn ?? (reopened ? home.shipped_on : null),
      byId: who.id,
    });
  }
  await tell(tx, who, id);
  return problemById(tx, id);
}
const isOver = (state: KnownProblem['state']): boolean => state === 'fixed' || state === 'verified';
/** Today and tomorrow somewhere on earth, and whatever was before. */
function dayOfFix(day: string): void {
  if (Date.parse(day) > clock() + 86_400_000)
    throw Invalid('This day lies ahead. Nothing was changed; name a day that has begun.');
}

/** The cursor is the number of the last conversation of the page before. */
export async function conversationsOf(
  tx: Tx,
  id: string,
  query: Query<'GET /problems/:id/conversations'>,
): Promise<Reply<'GET /problems/:id/conversations'>> {
  const most = query.limit ?? 50;
  const after = query.cursor ?? null;
  const when = await lately(tx, query.weeks);
  const items = await tx.many<Reply<'GET /problems/:id/conversations'>['items'][number]>(sql`
    select c.id, c.number, c.subject, coalesce(nullif(c.customer_name, ''), c.customer_address) as customer, c.created_at as "createdAt", f.weight, f.provisional, f.filed_by as "filedBy", f.confidence
    from conversation_problem f join conversation c on c.workspace_id = f.workspace_id and c.id = f.conversation_id
    where f.workspace_id = ${tx.workspaceId} and f.problem_id = ${id} and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and ${when}
      and (${query.provisional ?? null}::boolean is null or f.provisional = ${query.provisional ?? null}::boolean) and (${after}::bigint is null or c.number < ${after}::bigint)
    order by c.number desc limit ${most + 1}`);
  if (
    items.length === 0 &&
    !(await tx.first(sql`select 1 from problem where workspace_id = ${tx.workspaceId} and id = ${id}`))
  )
    throw NotFound();
  const shown = items.slice(0, most);
  return { items: shown, next: items.length > most ? String(shown.at(-1)?.number) : null };
}
