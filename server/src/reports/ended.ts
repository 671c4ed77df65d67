import { type Sql, sql, type Tx } from '../base/db.ts';
import { endState } from '../mood/index.ts';

export const WEEKS = 12;
/** Which weeks are looked at, and where: from Monday in the time zone of the workspace, the running one last. */
export type Span = { zone: string; since: string; until: string; asks: boolean; sample: boolean; weeks: string[] };

export async function spanOf(tx: Tx, weeks = WEEKS): Promise<Span> {
  const row = await tx.first<Span>(sql`
    select zone, asks, sample, monday at time zone zone as since, now() as until, (select json_agg(d::date order by d) from generate_series(monday, now() at time zone zone, '7 days') d) as weeks
    from (select time_zone as zone, asks_mood as asks, sample_of is not null as sample, date_trunc('week', now() at time zone time_zone) - make_interval(weeks => ${weeks - 1}) as monday
      from workspace where id = ${tx.workspaceId}) w`);
  if (!row) throw new Error('A transaction stands in no workspace.');
  return row;
}

/** Answered better, the same, or with a glad face. */
export const isRestored = sql`(e.compared in ('better', 'same') or e.value >= 4)`;

/** Which of several questions of one conversation counts: what was answered before what was asked before what was not; of these the last. */
const rank = (of: Sql): Sql => sql`(${of}.answered_at is not null, ${of}.excluded is null, ${of}.at, ${of}.id)`;

/**
 * The conversations that ended, each once: by when the question that counts was asked, as it stood then (team, channel, who wrote). What
 * was merged away counts where its answer stands now; spam, trash, practice and sample workspaces don't count. The statement goes on
 * after this with `ended e`.
 */
export const ended = (tx: Tx, { since, until, zone, sample }: Span): Sql => sql`
  asked as (
    select case when c.merged_into is not null then (select h.id from message m join conversation h on h.workspace_id = m.workspace_id and h.id = m.conversation_id
          where m.workspace_id = ${tx.workspaceId} and m.id = a.message_id and h.folder = 'inbox' and h.merged_into is null)
        when c.folder = 'inbox' then c.id end as home,
      a.id, a.at, a.answered_at, a.excluded, ${endState} as state, a.channel, a.team_id, a.author_id, a.compared, a.value
    from mood_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
    where a.workspace_id = ${tx.workspaceId} and a.at >= ${since}::timestamptz and a.at <= ${until}::timestamptz and not ${sample}::boolean and a.excluded is distinct from 'practice' and c.parent_kind is distinct from 'side'
      and not (a.again and exists (select 1 from mood_ask o where o.workspace_id = a.workspace_id and o.conversation_id = a.conversation_id and o.excluded is distinct from 'practice' and ${rank(sql`o`)} > ${rank(sql`a`)}))),
  ended as (
    select e.home, e.at, e.state, e.excluded, e.channel, e.team_id, e.author_id, e.compared, e.value, e.id as ask_id, date_trunc('week', e.at at time zone ${zone}::text)::date as week, coalesce(f.kind, 'unfiled') as kind, f.problem_id
    from (select distinct on (a.home) a.* from asked a where a.home is not null order by a.home, a.answered_at is not null desc, a.excluded is null desc, a.at desc, a.id desc) e
      left join conversation_problem f on f.workspace_id = ${tx.workspaceId} and f.conversation_id = e.home and f.place = 0)`;
