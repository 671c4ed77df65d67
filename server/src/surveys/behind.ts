import type { Query, Reply } from '@hearten/contract';
import { join, type Sql, sql, type Tx, whole } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { isWholeDesk, onlyTheirs, type Parted, saysOfOne } from '../base/personal.ts';
import { rolesWith } from '../team/index.ts';
import { type Span, spanOf, turns } from './counted.ts';
import { surveyAsItIs } from './keep.ts';
import { type Answers, labelOf, questionsOf } from './questions.ts';

type Asked = Query<'GET /surveys/:id/turns'>;
type Found = Reply<'GET /surveys/:id/turns'>;
type Row = Omit<Found['items'][number], 'answers'> & { answers: Answers | null; place: string };

const conditionOf = (state: Asked['state']): Sql => {
  switch (state) {
    case undefined:
    case 'turn':
      return sql`true`;
    case 'asked':
      return sql`e.excluded is null`;
    default:
      return sql`e.state = ${state}`;
  }
};

const inTeam = (id: string): Sql => (id === 'none' ? sql`e.team_id is null` : sql`e.team_id = ${id}`);

/** What the list is narrowed to of what the figures are parted by. */
const narrowed = (q: Asked): Sql[] => [
  ...(q.week ? [sql`e.week = ${q.week}::date`] : []),
  ...(q.channel ? [sql`e.channel = ${q.channel}`] : []),
  ...(q.way ? [sql`e.way = ${q.way}`] : []),
  ...(q.teamId ? [inTeam(q.teamId)] : []),
];
const only = sql`count(*)::int as answered, case when min(e.author_id::text) = max(e.author_id::text) then min(e.author_id::text) end as only`;

/** Whether the score of these is withheld: one person alone was answered there, among others of the desk, or the score would tell theirs. */
async function isWithheld(tx: Tx, id: string, span: Span, q: Asked): Promise<boolean> {
  const which = narrowed(q);
  if (which.length === 0) return false;
  const lines = await tx.many<Parted>(sql`
    with ${turns(tx, id, span)}, answered as materialized (select * from turns e where e.state = 'answered')
    select case grouping(e.week, e.channel, e.way, e.team_id) when 15 then 'whole' when 7 then 'week' when 11 then 'channel' when 13 then 'way' else 'team' end as of,
      case grouping(e.week, e.channel, e.way, e.team_id) when 7 then e.week::text when 11 then e.channel when 13 then e.way when 14 then e.team_id::text end as id, ${only}
    from answered e group by grouping sets ((), (e.week), (e.channel), (e.way), (e.team_id))
    union all select 'asked', null, ${only} from answered e where ${join(which, ' and ')}`);
  const asked: string[][] = [
    ...(q.week ? [['week', q.week]] : []),
    ...(q.channel ? [['channel', q.channel]] : []),
    ...(q.way ? [['way', q.way]] : []),
    ...(q.teamId ? [['team', ...(q.teamId === 'none' ? [] : [q.teamId])]] : []),
  ];
  const whole = lines.find((one) => one.of === 'whole');
  return saysOfOne(lines, asked, await isWholeDesk(tx, whole?.only, rolesWith('conversation.write')), span.weeks);
}

/** The turns behind a number, with what was said: the very rows it was counted from. Where the score is withheld there is no list either. */
export async function behindSurvey(tx: Tx, id: string, q: Asked): Promise<Found> {
  const survey = await surveyAsItIs(tx, id);
  const most = q.limit ?? 30;
  const after = readPlace(q.cursor);
  const which = join(
    [
      conditionOf(q.state),
      ...(q.words ? [sql`e.words <> ''`] : []),
      ...(q.question && q.value ? [sql`e.answers->>${q.question} = ${q.value}`] : []),
      ...narrowed(q),
      ...(q.why ? [sql`e.excluded = ${q.why}`] : []),
      ...(after ? [sql`(coalesce(e.answered_at, e.at), e.id) < (${after.at}::timestamptz, ${after.id}::uuid)`] : []),
    ],
    ' and ',
  );
  const span = await spanOf(tx, q.weeks);
  if (await isWithheld(tx, id, span, q)) throw onlyTheirs();
  const found = await tx.many<Row>(sql`
    with ${turns(tx, id, span)} select e.id, e.home as "conversationId", e.number, e.subject, e.customer, e.channel, e.way, e.at, e.state, e.excluded as why, e.score, e.answers, e.words, e.answered_at as "answeredAt", coalesce(e.answered_at, e.at)::text as place
    from turns e where ${which} order by coalesce(e.answered_at, e.at) desc, e.id desc limit ${whole(most + 1)}`);
  const brand = await tx.first<{ name: string }>(
    sql`select name from brand where workspace_id = ${tx.workspaceId} order by created_at limit 1`,
  );
  const questions = questionsOf(survey, { language: span.language, brand: brand?.name ?? '' });
  const items = found.slice(0, most).map(({ place: _, answers, ...item }) => ({
    ...item,
    answers: questions.flatMap((q) => {
      const answer = q.kind === 'text' ? undefined : answers?.[q.id];
      return answer === undefined ? [] : [{ text: q.text, answer: labelOf(q, answer) }];
    }),
  }));
  const last = found.length > most ? found[most - 1] : undefined;
  return { items, next: last ? Buffer.from(`${last.place}|${last.id}`).toString('base64url') : null };
}

function readPlace(cursor: string | undefined): { at: string; id: string } | null {
  if (!cursor) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (!at || !isId(id) || Number.isNaN(Date.parse(at)))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return { at, id };
}
