import type { Restored, RestoredPart } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { wilson } from '../base/interval.ts';
import { type Answered, isWholeDesk, withheldParts, withheldWeeks, withoutCounts } from '../base/personal.ts';
import { rolesWith } from '../team/index.ts';
import { ended, isRestored, spanOf, WEEKS } from './ended.ts';
import { LEAST, liftOf, type Pairs, slopeOf } from './interval.ts';

export type Sums = Pairs & {
  ended: number;
  answered: number;
  provisional: number;
  silent: number;
  restored: number;
  /** Whose work all answers were given to, if it was one person's. */
  only: string | null;
  /** And whose work all pairs are from: they need no answer. */
  only_lift: string | null;
};
type Named = { id: string; name: string };
type Line = Sums & {
  of: 'whole' | 'week' | 'channel' | 'team' | 'problem' | 'why';
  week: string | null;
  channel: string | null;
  team_id: string | null;
  team: Named | null;
  kind: Restored['byProblem'][number]['kind'];
  problem: Named | null;
  why: string | null;
};

/** What tells the parts of one kind from each other. */
export const keys = {
  week: (line: Pick<Line, 'week'>): string | null => line.week,
  channel: (line: Pick<Line, 'channel'>): string | null => line.channel,
  team: (line: Pick<Line, 'team_id'>): string | null => line.team_id,
  problem: (line: { kind: string; problem?: Pick<Named, 'id'> | null }): string =>
    `${line.kind} ${line.problem?.id ?? ''}`,
};
const onlyOne = (which: Sql): Sql =>
  sql`case when min(e.author_id::text) filter (where ${which}) = max(e.author_id::text) filter (where ${which}) then min(e.author_id::text) filter (where ${which}) end`;
const counts = sql`count(*)::int as ended, (count(*) filter (where e.state = 'answered'))::int as answered, (count(*) filter (where e.state = 'provisional'))::int as provisional, (count(*) filter (where e.state = 'silent'))::int as silent,
  (count(*) filter (where e.state = 'answered' and ${isRestored}))::int as restored, ${onlyOne(sql`e.state = 'answered'`)} as only, ${onlyOne(sql`e.lift is not null`)} as only_lift,
  count(e.lift)::int as pairs, coalesce(sum(e.started) filter (where e.lift is not null), 0)::int as s, coalesce(sum(e.lift), 0)::int as l, coalesce(sum(e.started * e.started) filter (where e.lift is not null), 0)::int as ss, coalesce(sum(e.started * e.lift), 0)::int as sl, coalesce(sum(e.lift * e.lift), 0)::int as ll`;

/** The share and all it is parted into, in one statement: each part adds up to the whole. */
export async function restored(tx: Tx, weeks = WEEKS): Promise<Restored> {
  const span = await spanOf(tx, weeks);
  // A year of a large desk is sorted by problem in memory instead of on disk, and planned for the weeks that are asked for: a plan for any
  // weeks reads the questions one by one. Each took as long as counting.
  await tx.run(
    sql`select set_config('work_mem', '64MB', true), set_config('plan_cache_mode', 'force_custom_plan', true)`,
  );
  const lines = await tx.many<Line>(sql`
    with ${ended(tx, span)},
      parts as (select case grouping(e.week, e.channel, e.team_id, e.problem_id, e.excluded) when 31 then 'whole' when 15 then 'week' when 23 then 'channel' when 27 then 'team' when 29 then 'problem' else 'why' end as of,
        e.week, e.channel, e.team_id, e.kind, e.problem_id, e.excluded as why, ${counts}
        from ended e group by grouping sets ((), (e.week), (e.channel), (e.team_id), (e.kind, e.problem_id), (e.excluded)))
    select x.*, x.week::text as week, case when t.id is not null then json_build_object('id', t.id, 'name', t.name) end as team, case when k.id is not null then json_build_object('id', k.id, 'name', k.name) end as problem
    from parts x left join team t on t.workspace_id = ${tx.workspaceId} and t.id = x.team_id left join problem k on k.workspace_id = ${tx.workspaceId} and k.id = x.problem_id
    order by x.ended desc, x.week, x.channel, x.kind, t.name, k.name`);
  const linesOf = (of: Line['of']): Line[] => lines.filter((line) => line.of === of);
  const all = linesOf('whole')[0] ?? nobody;
  const start = all.pairs ? all.s / all.pairs : 0;
  const [alone, aloneInPairs] = await Promise.all([
    isWholeDesk(tx, all.only, rolesWith('conversation.write')),
    isWholeDesk(tx, all.only_lift, rolesWith('conversation.write')),
  ]);
  /** Parts of one kind are compared with each other, from one start. What would be one person's among others, or would tell theirs, is told to nobody. */
  const parts = <T>(of: keyof typeof keys, name: (line: Line) => T) => {
    const lines = linesOf(of).map((line) => ({ ...line, id: keys[of](line) }));
    const slope = slopeOf(lines);
    const pairs = lines.map(({ id, pairs: answered, only_lift: only }) => ({ id, answered, only }));
    const withheldOf = (some: Answered[], whole: boolean) =>
      of === 'week' ? withheldWeeks(some, whole, span.weeks) : withheldParts(some, whole);
    const [withheld, unlifted] = [withheldOf(lines, alone), withheldOf(pairs, aloneInPairs)];
    return lines.map((line) => {
      const hides = { personal: withheld.has(line.id), ofOneLift: unlifted.has(line.id) };
      return withoutCounts({ ...partOf(line, LEAST, { slope, start, ...hides }), ...name(line) });
    });
  };
  const byWeek = parts('week', ({ week }) => ({ week: week ?? '' }));
  return {
    from: span.since,
    sample: span.sample,
    asks: span.asks,
    least: LEAST,
    whole: partOf(all),
    byWeek: span.weeks.map((week) => byWeek.find((one) => one.week === week) ?? { ...partOf(nobody), week }),
    byChannel: parts('channel', ({ channel }) => ({ channel: channel ?? '' })),
    byTeam: parts('team', ({ team }) => ({ team })),
    byProblem: parts('problem', ({ kind, problem }) => ({ kind, problem })),
    notAsked: linesOf('why').flatMap(({ why, ended: count }) =>
      why ? [{ why: why as Restored['notAsked'][number]['why'], count }] : [],
    ),
  };
}

export const nobody: Sums = {
  ...{ ended: 0, answered: 0, provisional: 0, silent: 0, restored: 0, only: null, only_lift: null },
  ...{ pairs: 0, s: 0, l: 0, ss: 0, sl: 0, ll: 0 },
};

type Compared = { slope?: number; start?: number; personal?: boolean; ofOneLift?: boolean };
/** What is shown of a part: no share from too few, and none of one person among others. */
export function partOf(
  sum: Sums,
  least = LEAST,
  { slope, start, personal = false, ofOneLift = false }: Compared = {},
): RestoredPart {
  const asked = sum.answered + sum.provisional + sum.silent;
  const withheld = personal ? 'personal' : sum.answered < least ? 'few' : null;
  return {
    ended: sum.ended,
    asked,
    answered: sum.answered,
    provisional: sum.provisional,
    silent: sum.silent,
    notAsked: sum.ended - asked,
    silentShare: asked < least || personal ? null : sum.silent / asked,
    restored: withheld ? null : { count: sum.restored, ...wilson(sum.restored, sum.answered) },
    lift: personal || ofOneLift ? null : liftOf(sum, least, slope, start),
    withheld,
  };
}

/** One person's, of what they wrote the resolving answer to; for their lead what stood in a team then in which both are. */
export async function sumsOfPerson(
  tx: Tx,
  personId: string,
  weeks: number,
  leadId: string | null,
): Promise<{ since: string } & Sums> {
  const span = await spanOf(tx, weeks);
  const which = leadId
    ? sql`e.team_id in (select a.team_id from team_person a join team_person b on b.workspace_id = a.workspace_id and b.team_id = a.team_id
        where a.workspace_id = ${tx.workspaceId} and a.person_id = ${leadId} and b.person_id = ${personId})`
    : sql`true`;
  const row = await tx.first<Sums>(
    sql`with ${ended(tx, span)} select ${counts} from ended e where e.author_id = ${personId} and ${which}`,
  );
  return { ...(row ?? nobody), since: span.since };
}
