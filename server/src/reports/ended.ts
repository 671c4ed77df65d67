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

/**
 * The conversations that ended, each once: by when the question that counts was asked, as it stood then (team, channel, who wrote). What
 * was merged away counts where its answer stands now; spam, trash and practice don't count. A sample workspace has its own, which are in
 * nobody else's numbers. Which question counts, where it stands and its pair of moods are kept with it (server/migrations/0161_ends_settled.sql). The statement goes on after this with
 * `ended e`.
 */
export const ended = (tx: Tx, { since, until, zone }: Span): Sql => sql`
  ended as (
    select a.home, a.at, ${endState} as state, a.excluded, a.channel, a.team_id, a.author_id, a.compared, a.value, a.id as ask_id, a.started, a.lift,
      date_trunc('week', a.at at time zone ${zone}::text)::date as week, coalesce(f.kind, 'unfiled') as kind, f.problem_id
    from mood_ask a left join conversation_problem f on f.workspace_id = ${tx.workspaceId} and f.conversation_id = a.home and f.place = 0
    where a.workspace_id = ${tx.workspaceId} and a.counts and a.at >= ${since}::timestamptz and a.at <= ${until}::timestamptz)`;
