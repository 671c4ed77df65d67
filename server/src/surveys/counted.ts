import { type Sql, sql, type Tx } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { UNSEEN } from './link.ts';

export const WEEKS = 12;
export type Span = { zone: string; since: string; sample: boolean; weeks: string[]; language: string };

/** Whole weeks from Monday in the time zone of the workspace, the running one last. */
export async function spanOf(tx: Tx, weeks = WEEKS): Promise<Span> {
  const row = await tx.first<Span>(sql`
    select zone, sample, language, monday at time zone zone as since, (select json_agg(d::date order by d) from generate_series(monday, now() at time zone zone, '7 days') d) as weeks
    from (select time_zone as zone, sample_of is not null as sample, coalesce(language, 'en') as language, date_trunc('week', now() at time zone time_zone) - make_interval(weeks => ${weeks - 1}) as monday
      from workspace where id = ${tx.workspaceId}) w`);
  if (!row) throw NotFound();
  return row;
}

/** A link that was followed without the button is provisional; several, or the one that no person sees, are nothing. */
const state = sql`case when a.excluded is not null then 'not asked' when a.answered_at is not null then 'answered' when cardinality(a.tapped) = 1 and a.tapped[1] <> ${UNSEEN} then 'provisional' else 'silent' end`;

/**
 * Every turn of a survey in these weeks, each once, where its conversation stands now; spam, trash and practice don't count. The statement
 * goes on after this with `turns e`.
 */
export const turns = (tx: Tx, surveyId: string, { since, zone }: Span): Sql => sql`
  turns as (select a.id, h.id as home, h.number::int, h.subject, coalesce(nullif(h.customer_name, ''), h.customer_address) as customer, a.channel, a.way, a.team_id, a.author_id, a.at, ${state} as state, a.excluded, a.score, a.answers, a.words, a.answered_at,
      date_trunc('week', a.at at time zone ${zone}::text)::date as week
    from survey_ask a join conversation c on c.workspace_id = a.workspace_id and c.id = a.conversation_id
      join conversation h on h.workspace_id = c.workspace_id and h.id = case when c.merged_into is null then c.id else c.merged_into end
    where a.workspace_id = ${tx.workspaceId} and a.survey_id = ${surveyId} and a.at >= ${since}::timestamptz and a.excluded is distinct from 'practice' and (h.folder = 'inbox' or a.excluded = 'spam'))`;
