import { audience, type Body, type Survey } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { Conflict, Invalid, NotFound } from '../base/errors.ts';
import { emit } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { actorOf, type Who } from '../base/module.ts';

const MOST = 100;
const settings: Sql = sql`s.id, s.name, s.kind, s.running, s.moment, s.way, s.delay_hours as "delayHours", s.every_days as "everyDays", s.share, s.audience, s.questions, s.intro, s.version, s.created_at as "createdAt", s.started_at as "startedAt"`;
const columns: Sql = sql`${settings},
  (select count(*)::int from survey_ask a where a.workspace_id = s.workspace_id and a.survey_id = s.id and a.excluded is null) as asked,
  (select count(*)::int from survey_ask a where a.workspace_id = s.workspace_id and a.survey_id = s.id and a.answered_at is not null) as answered`;
type Settled = Omit<Survey, 'asked' | 'answered'>;
const whole = <T extends Settled>(row: T): T => ({ ...row, audience: audience.parse(row.audience) });
const notHere = () => NotFound('This survey is not here.');

export async function allSurveys(tx: Tx): Promise<{ items: Survey[] }> {
  const rows = await tx.many<Survey>(
    sql`select ${columns} from survey s where s.workspace_id = ${tx.workspaceId} order by s.running desc, s.created_at desc, s.id`,
  );
  return { items: rows.map(whole) };
}

export async function surveyById(tx: Tx, id: string): Promise<Survey> {
  const row = await tx.first<Survey>(
    sql`select ${columns} from survey s where s.workspace_id = ${tx.workspaceId} and s.id = ${id}`,
  );
  if (!row) throw notHere();
  return whole(row);
}

/** What it asks and when, without how many it asked: that is counted of all its turns, and its lists and results ask for it again and again. */
export async function surveyAsItIs(tx: Tx, id: string): Promise<Settled> {
  const row = await tx.first<Settled>(
    sql`select ${settings} from survey s where s.workspace_id = ${tx.workspaceId} and s.id = ${id}`,
  );
  if (!row) throw notHere();
  return whole(row);
}

type Asking = Pick<Survey, 'kind' | 'moment' | 'questions'>;
/** What would ask nothing, or could not be understood, is not kept. */
function asksSomething({ kind, questions }: Asking): void {
  if (kind === 'own' && questions.length === 0)
    throw Invalid('A survey of your own needs a question. Nothing was changed; write one.');
}

export async function makeSurvey(tx: Tx, who: Who, body: Body<'POST /surveys'>): Promise<Survey> {
  const { n } = (await tx.first<{ n: number }>(
    sql`select count(*)::int as n from survey where workspace_id = ${tx.workspaceId}`,
  )) ?? { n: 0 };
  if (n >= MOST) throw Invalid('There are a hundred surveys already. Nothing was made; delete one that asked nobody.');
  const questions = body.questions ?? [];
  asksSomething({ ...body, questions });
  const id = newId();
  await tx.run(sql`
    insert into survey (workspace_id, id, name, kind, moment, way, delay_hours, every_days, share, audience, questions, intro)
    values (${tx.workspaceId}, ${id}, ${body.name}, ${body.kind}, ${body.moment}, ${body.way ?? 'mail'}, ${body.delayHours ?? 24}, ${body.everyDays ?? 90}, ${body.share ?? 100},
      ${JSON.stringify(body.audience ?? {})}::jsonb, ${JSON.stringify(questions)}::jsonb, ${body.intro ?? ''})`);
  await emit(tx, [{ name: 'survey.changed', actor: actorOf(who), data: { surveyId: id } }]);
  return surveyById(tx, id);
}

/**
 * Changes it, or switches it on or off. Once somebody was asked, what was asked stays: answers to different questions are no one result.
 */
export async function changeSurvey(tx: Tx, who: Who, id: string, change: Body<'PATCH /surveys/:id'>): Promise<Survey> {
  await tx.first(sql`select 1 from survey where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  const now = await surveyById(tx, id);
  const { saw, ...wanted } = change;
  if (saw !== undefined && saw !== now.version)
    throw Conflict(
      'Somebody changed this survey since you opened it. Nothing was changed; look at it, then change it again.',
    );
  const next = { ...now, ...wanted };
  const same = (one: keyof Survey): boolean => JSON.stringify(next[one]) === JSON.stringify(now[one]);
  if (now.asked > 0 && !(same('kind') && same('questions')))
    throw Conflict(
      'Customers were asked this already, and answers to different questions cannot be counted together. Nothing was changed; make a new survey.',
    );
  asksSomething(next);
  if ((Object.keys(wanted) as (keyof Survey)[]).every(same)) return now;
  await tx.run(sql`
    update survey set name = ${next.name}, kind = ${next.kind}, moment = ${next.moment}, way = ${next.way}, delay_hours = ${next.delayHours}, every_days = ${next.everyDays}, share = ${next.share},
      audience = ${JSON.stringify(next.audience)}::jsonb, questions = ${JSON.stringify(next.questions)}::jsonb, intro = ${next.intro}, running = ${next.running},
      started_at = case when ${next.running} and not running then now() else started_at end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'survey.changed', actor: actorOf(who), data: { surveyId: id } }]);
  return surveyById(tx, id);
}

/** What was asked stays, and whom it did not ask as well: nobody makes a result disappear. */
export async function deleteSurvey(tx: Tx, who: Who, id: string): Promise<void> {
  await tx.first(sql`select 1 from survey where workspace_id = ${tx.workspaceId} and id = ${id} for update`);
  const now = await surveyById(tx, id);
  if (now.asked > 0)
    throw Conflict(
      'Customers were asked, and what they said is kept. Nothing was deleted; switch the survey off instead.',
    );
  await tx.run(sql`delete from survey where workspace_id = ${tx.workspaceId} and id = ${id}`);
  await emit(tx, [{ name: 'survey.changed', actor: actorOf(who), data: { surveyId: id } }]);
}
