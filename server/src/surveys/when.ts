import type { Audience, OwnQuestion, SurveyKind } from '@hearten/contract';
import { clock } from '../base/clock.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { textOf } from '../base/errors.ts';
import type { EventRow } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import type { ChannelOf } from '../conversations/index.ts';
import { onItsWay, QUIET_DAYS } from '../mood/index.ts';
import { decide, type Running, wasHelped } from './decide.ts';

export const columns = sql`id, kind, moment, way, share, audience, questions, intro`;
export type Row = Running & { kind: SurveyKind; audience: Audience; questions: OwnQuestion[] };

const over = (status: unknown): boolean => status === 'resolved' || status === 'closed';
/**
 * A conversation came to its end: each survey that asks afterwards will have its turn there, after its delay. By whichever way it ended: with
 * an answer, with one that was planned, without any, or closed at once. Who closes what was resolved ends nothing anew.
 */
export async function afterResolving(tx: Tx, event: EventRow): Promise<void> {
  const { status, before, to, from } = event.data as Record<string, unknown>;
  if (!event.conversation_id || !((over(status) && !over(before)) || (over(to) && !over(from)))) return;
  const surveys = await tx.many<{ id: string; delay_hours: number }>(
    // What ended before it began is no turn of it, however late that is heard of.
    sql`select id, delay_hours from survey where workspace_id = ${tx.workspaceId} and running and moment = 'resolved' and (started_at is null or started_at <= ${event.at}::timestamptz)`,
  );
  for (const { id, delay_hours } of surveys)
    await jobs.add(
      tx,
      'survey-turn',
      { surveyId: id, conversationId: event.conversation_id },
      {
        at: new Date(new Date(event.at).getTime() + delay_hours * 3_600_000),
        // Resolved again before its time: one turn, that of the later end.
        key: `survey:${id}:${event.conversation_id}`,
      },
    );
}

const SOON = 2_000;
const HOUR = 3_600_000;
/**
 * When to look again at an end whose answer has not left; null where none is on its way. An answer may still be taken back, or wait for a
 * mail server, and asks its own question when it leaves: no survey comes before it. In a chat it is said at once; who is asked there has it
 * before them. The longer one is overdue, the seldomer it is looked at.
 */
async function answerLeaves(tx: Tx, { way }: Running, conversationId: string): Promise<Date | null> {
  const waits = await tx.first<{ at: string }>(sql`
    select m.send_at as at from conversation c join message m on m.workspace_id = c.workspace_id and m.conversation_id = c.id
    where c.workspace_id = ${tx.workspaceId} and c.id = ${conversationId} and (${way} = 'mail' or c.channel <> 'chat') and m.type = 'out' and m.kind = 'message' and m.state = any (${onItsWay}::text[])
      and not m.automatic and not m.aside and m.plan is null order by m.send_at desc limit 1`);
  if (!waits) return null;
  const now = clock();
  const due = new Date(waits.at).getTime();
  return new Date(due > now ? due + SOON : now + Math.min(Math.max(now - due, SOON), HOUR));
}

/** The turn has come. Switched off meanwhile it asks nobody, and keeps nothing. */
export async function surveyTurn(tx: Tx, channels: ChannelOf, surveyId: string, conversationId: string): Promise<void> {
  const survey = await tx.first<Row>(
    sql`select ${columns} from survey where workspace_id = ${tx.workspaceId} and id = ${surveyId} and running and moment = 'resolved' for share`,
  );
  if (!survey) return;
  const at = await answerLeaves(tx, survey, conversationId);
  if (at)
    await jobs.add(
      tx,
      'survey-turn',
      { surveyId, conversationId },
      { at, key: `survey:${surveyId}:${conversationId}` },
    );
  else await decide(tx, channels, survey, conversationId);
}

/** So many customers an hour at most: a rhythm begins slowly, and mail servers stay friends. */
const AN_HOUR = 100;
/** Customers who wrote in so many days are still there to be asked. */
const KNOWN_DAYS = 365;

/**
 * A rhythm's next customers: whoever wrote within a year, was helped in what they wrote last, was not asked by it for so many days, and did
 * not have their turn today. It is not their turn while something of theirs is open, or nobody answered: it is once that is over. Whoever
 * was asked lately by something else has their turn again when that is over. Who never had a turn comes first, then whose was longest ago:
 * an order of another kind would never reach the newest of a large desk. Customers who were merged are one, also in what they were asked. What we wrote to them keeps nobody known; and several
 * processes together take no more than so many an hour.
 */
export async function surveyRound(
  { db }: Pick<Hearten, 'db'>,
  channels: ChannelOf,
  workspaceId: string,
  surveyId: string,
): Promise<number> {
  const due = await db.tx(workspaceId, (tx) =>
    tx.many<{ id: string }>(sql`
      select l.id from survey s join customer k on k.workspace_id = s.workspace_id and k.merged_into is null
        cross join lateral (select c.id from conversation c where c.workspace_id = k.workspace_id and c.customer_id = k.id and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and c.last_at > now() - make_interval(days => ${KNOWN_DAYS})
          and exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and m.type = 'in' and m.kind = 'message' and not m.automatic and not m.aside and m.at > now() - make_interval(days => ${KNOWN_DAYS})) order by c.last_at desc limit 1) l
        join conversation c on c.workspace_id = k.workspace_id and c.id = l.id and ${wasHelped}
        cross join lateral (with recursive same as (select k.id union select m.id from same b join customer m on m.workspace_id = ${workspaceId} and m.merged_into = b.id)
          select max(a.at) as last, bool_or(a.at > now() - make_interval(days => case when a.excluded is null or a.excluded = 'sampling' then s.every_days else ${QUIET_DAYS} end)) as had
          from same b join survey_ask a on a.workspace_id = ${workspaceId} and a.customer_id = b.id and a.survey_id = s.id and a.excluded is distinct from 'not ended') a
      where s.workspace_id = ${workspaceId} and s.id = ${surveyId} and s.running and s.moment = 'rhythm'
        and not coalesce(a.had, false)
      order by a.last nulls first, k.id limit greatest(0, ${AN_HOUR} - (select count(*) from survey_ask h where h.workspace_id = ${workspaceId} and h.survey_id = ${surveyId} and h.at >= date_trunc('hour', now())))`),
  );
  let asked = 0;
  for (const { id } of due)
    asked += await db.tx(workspaceId, async (tx) => {
      const survey = await tx.first<Row & { now: string }>(
        sql`select ${columns}, now()::text as now from survey where workspace_id = ${workspaceId} and id = ${surveyId} and running and moment = 'rhythm' for share`,
      );
      return survey && (await decide(tx, channels, survey, id, { round: survey.now })) === 'asked' ? 1 : 0;
    });
  return asked;
}

/** Each hour, each rhythm in a job of its own: a process that dies in between leaves it to the next. */
export async function beginRounds({ db, log }: Hearten): Promise<() => Promise<void>> {
  const begin = async (): Promise<void> => {
    const hour = new Date(clock()).toISOString().slice(0, 13);
    for (const { id } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace where sample_of is null`))
      await db.tx(id, async (tx) => {
        const surveys = await tx.many<{ id: string }>(
          sql`select id from survey where workspace_id = ${id} and running and moment = 'rhythm'`,
        );
        for (const survey of surveys)
          await jobs.add(tx, 'survey-round', { surveyId: survey.id }, { key: `survey-round:${survey.id}:${hour}` });
      });
  };
  const quietly = (): void => {
    begin().catch((error) =>
      log.warn('Surveys could not be looked at; tried again in an hour', { error: textOf(error) }),
    );
  };
  quietly();
  const hourly = setInterval(quietly, 3_600_000);
  return async () => clearInterval(hourly);
}
