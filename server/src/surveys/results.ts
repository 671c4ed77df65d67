import type { SurveyPart, SurveyResults, SurveySpread } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { isWholeDesk, withheldParts, withheldWeeks, withoutCounts } from '../base/personal.ts';
import { rolesWith } from '../team/index.ts';
import { spanOf, turns } from './counted.ts';
import { surveyAsItIs } from './keep.ts';
import { questionsOf } from './questions.ts';
import { LEAST, scoreOf, shareOf } from './score.ts';

type Sums = {
  turn: number;
  answered: number;
  provisional: number;
  silent: number;
  scored: number;
  high: number;
  low: number;
  /** Whose work all answers were given to, if it was one person's. */
  only: string | null;
};
type Line = Sums & {
  of: 'whole' | 'week' | 'channel' | 'way' | 'team' | 'why';
  week: string | null;
  channel: string | null;
  way: 'mail' | 'chat' | null;
  team_id: string | null;
  team: { id: string; name: string } | null;
  why: SurveyResults['notAsked'][number]['why'] | null;
};
const nobody: Sums = { turn: 0, answered: 0, provisional: 0, silent: 0, scored: 0, high: 0, low: 0, only: null };

/** Above which a score counts for, and below which against; only NPS counts against. */
const bounds = { csat: [4, -1], ces: [5, -1], nps: [9, 6], own: [99, -1] } as const;

/** All it found, in one statement: each part adds up to the whole. */
export async function resultsOf(tx: Tx, id: string, weeks?: number): Promise<SurveyResults> {
  const survey = await surveyAsItIs(tx, id);
  const span = await spanOf(tx, weeks);
  const [high, low] = bounds[survey.kind];
  const lines = await tx.many<Line>(sql`
    with ${turns(tx, id, span)},
      parts as (select case grouping(e.week, e.channel, e.way, e.team_id, e.excluded) when 31 then 'whole' when 15 then 'week' when 23 then 'channel' when 27 then 'way' when 29 then 'team' else 'why' end as of,
        e.week, e.channel, e.way, e.team_id, e.excluded as why, count(*)::int as turn, (count(*) filter (where e.state = 'answered'))::int as answered, (count(*) filter (where e.state = 'provisional'))::int as provisional, (count(*) filter (where e.state = 'silent'))::int as silent,
        (count(*) filter (where e.score is not null))::int as scored, (count(*) filter (where e.score >= ${high}))::int as high, (count(*) filter (where e.score <= ${low}))::int as low,
        case when min(e.author_id::text) filter (where e.state = 'answered') = max(e.author_id::text) filter (where e.state = 'answered') then min(e.author_id::text) filter (where e.state = 'answered') end as only
        from turns e group by grouping sets ((), (e.week), (e.channel), (e.way), (e.team_id), (e.excluded)))
    select x.*, x.week::text as week, case when t.id is not null then json_build_object('id', t.id, 'name', t.name) end as team
    from parts x left join team t on t.workspace_id = ${tx.workspaceId} and t.id = x.team_id order by x.turn desc, x.week, x.channel, t.name`);
  const linesOf = (of: Line['of']): Line[] => lines.filter((line) => line.of === of);
  const all = linesOf('whole')[0] ?? nobody;
  const part = (sum: Sums, personal = false): SurveyPart => {
    const asked = sum.answered + sum.provisional + sum.silent;
    const withheld = personal ? 'personal' : sum.scored < LEAST ? 'few' : null;
    return {
      ...{
        asked,
        answered: sum.answered,
        provisional: sum.provisional,
        silent: sum.silent,
        notAsked: sum.turn - asked,
      },
      rate: personal || asked < LEAST ? null : shareOf(sum.answered, asked),
      score: withheld || survey.kind === 'own' ? null : scoreOf(survey.kind, sum),
      withheld,
    };
  };
  const alone = await isWholeDesk(tx, all.only, rolesWith('conversation.write'));
  /** What would be one person's among others, or would tell theirs, is told to nobody. */
  const parts = <T>(of: Line['of'], key: (line: Line) => string | null, name: (line: Line) => T) => {
    const lines = linesOf(of).map((line) => ({ ...line, id: key(line) }));
    const withheld = of === 'week' ? withheldWeeks(lines, alone, span.weeks) : withheldParts(lines, alone);
    return lines.map((line) => withoutCounts({ ...part(line, withheld.has(line.id)), ...name(line) }));
  };
  const byWeek = parts(
    'week',
    (line) => line.week,
    ({ week }) => ({ week: week ?? '' }),
  );
  return {
    ...{ from: span.since, sample: span.sample, least: LEAST, whole: part(all) },
    byWeek: span.weeks.map((week) => byWeek.find((one) => one.week === week) ?? { ...part(nobody), week }),
    byChannel: parts(
      'channel',
      (line) => line.channel,
      ({ channel }) => ({ channel: channel ?? '' }),
    ),
    byWay: parts(
      'way',
      (line) => line.way,
      ({ way }) => ({ way }),
    ).flatMap(({ way, ...one }) => (way ? [{ ...one, way }] : [])),
    byTeam: parts(
      'team',
      (line) => line.team_id,
      ({ team }) => ({ team }),
    ),
    spreads: await spreadsOf(tx, id, survey, span),
    notAsked: linesOf('why').flatMap(({ why, turn: count }) => (why ? [{ why, count }] : [])),
  };
}

async function spreadsOf(
  tx: Tx,
  id: string,
  survey: Parameters<typeof questionsOf>[0],
  span: Awaited<ReturnType<typeof spanOf>>,
): Promise<SurveySpread[]> {
  const brand = await tx.first<{ name: string }>(
    sql`select name from brand where workspace_id = ${tx.workspaceId} order by created_at limit 1`,
  );
  const counts = await tx.many<{ question: string; value: string; count: number }>(sql`
    with ${turns(tx, id, span)} select q.key as question, q.value, count(*)::int as count from turns e, jsonb_each_text(e.answers) q where e.state = 'answered' group by q.key, q.value`);
  return questionsOf(survey, { language: span.language, brand: brand?.name ?? '' })
    .filter(({ options }) => options.length > 0)
    .map((q) => {
      const values = q.options.map(({ value, label }) => ({
        ...{ value, label },
        count: counts.find((one) => one.question === q.id && one.value === value)?.count ?? 0,
      }));
      return { question: q.id, text: q.text, answered: values.reduce((sum, one) => sum + one.count, 0), values };
    });
}
