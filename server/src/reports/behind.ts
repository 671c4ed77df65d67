import type { EndedState, Query, Reply } from '@hearten/contract';
import { join, type Sql, sql, type Tx, whole } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { isWholeDesk, onlyTheirs, type Parted, saysOfOne } from '../base/personal.ts';
import { rolesWith } from '../team/index.ts';
import { ended, isRestored, type Span, spanOf } from './ended.ts';
import { keys } from './restored.ts';

type Asked = Query<'GET /restored/conversations'>;
type Found = Reply<'GET /restored/conversations'>;

const conditionOf = (state: EndedState): Sql => {
  switch (state) {
    case 'ended':
      return sql`true`;
    case 'asked':
      return sql`e.excluded is null`;
    case 'restored':
      return sql`e.state = 'answered' and ${isRestored}`;
    case 'not restored':
      return sql`e.state = 'answered' and not ${isRestored}`;
    default:
      return sql`e.state = ${state}`;
  }
};

const inTeam = (id: string): Sql => (id === 'none' ? sql`e.team_id is null` : sql`e.team_id = ${id}`);

/** What the list is narrowed to of what the figures are parted by. */
const narrowed = (q: Asked): Sql[] => [
  ...(q.week ? [sql`e.week = ${q.week}::date`] : []),
  ...(q.channel ? [sql`e.channel = ${q.channel}`] : []),
  ...(q.teamId ? [inTeam(q.teamId)] : []),
  ...(q.problemId ? [sql`e.problem_id = ${q.problemId}`] : []),
  ...(q.kind ? [sql`e.kind = ${q.kind}`] : []),
];
const only = sql`count(*)::int as answered, case when min(e.author_id::text) = max(e.author_id::text) then min(e.author_id::text) end as only`;

/** Whether the figure of these is withheld: one person alone was answered there, among others of the desk, or the figure would tell theirs. */
async function isWithheld(tx: Tx, span: Span, q: Asked): Promise<boolean> {
  const which = narrowed(q);
  if (which.length === 0) return false;
  const lines = await tx.many<Parted>(sql`
    with ${ended(tx, span)}, answered as materialized (select * from ended e where e.state = 'answered')
    select case grouping(e.week, e.channel, e.team_id, e.problem_id) when 15 then 'whole' when 7 then 'week' when 11 then 'channel' when 13 then 'team' else 'problem' end as of,
      case grouping(e.week, e.channel, e.team_id, e.problem_id) when 7 then e.week::text when 11 then e.channel when 13 then e.team_id::text when 14 then e.kind || ' ' || coalesce(e.problem_id::text, '') end as id, ${only}
    from answered e group by grouping sets ((), (e.week), (e.channel), (e.team_id), (e.kind, e.problem_id))
    union all select 'asked', null, ${only} from answered e where ${join(which, ' and ')}`);
  const kind = q.kind ?? 'problem';
  const asked: string[][] = [
    ...(q.week ? [['week', q.week]] : []),
    ...(q.channel ? [['channel', q.channel]] : []),
    ...(q.teamId ? [['team', ...(q.teamId === 'none' ? [] : [q.teamId])]] : []),
    ...(q.problemId || kind !== 'problem'
      ? [['problem', keys.problem({ kind, problem: q.problemId ? { id: q.problemId } : null })]]
      : []),
  ];
  const whole = lines.find((one) => one.of === 'whole');
  return saysOfOne(lines, asked, await isWholeDesk(tx, whole?.only, rolesWith('conversation.write')), span.weeks);
}

/** The conversations behind a number: the very rows it was counted from. Where the figure is withheld there is no list either. */
export async function behind(tx: Tx, q: Asked): Promise<Found> {
  const most = q.limit ?? 50;
  const after = readPlace(q.cursor);
  const which = join(
    [
      conditionOf(q.state ?? 'ended'),
      ...narrowed(q),
      ...(q.why ? [sql`e.excluded = ${q.why}`] : []),
      ...(after ? [sql`(e.at, e.home) < (${after.at}::timestamptz, ${after.id}::uuid)`] : []),
    ],
    ' and ',
  );
  const span = await spanOf(tx, q.weeks);
  if (await isWithheld(tx, span, q)) throw onlyTheirs();
  const found = await tx.many<Found['items'][number] & { place: string }>(sql`
    with ${ended(tx, span)}, page as materialized (select * from ended e where ${which} order by e.at desc, e.home desc limit ${whole(most + 1)})
    select e.home as id, c.number, c.subject, coalesce(nullif(c.customer_name, ''), c.customer_address) as customer, e.channel, e.at as "endedAt", e.state, e.excluded as why, e.compared, e.value, a.words, e.at::text as place
    from page e join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = e.home join mood_ask a on a.workspace_id = ${tx.workspaceId} and a.id = e.ask_id
    order by e.at desc, e.home desc`);
  const shown = found.slice(0, most);
  const last = shown.at(-1);
  return {
    items: shown.map(({ place: _, ...item }) => item),
    next: found.length > most && last ? Buffer.from(`${last.place}|${last.id}`).toString('base64url') : null,
  };
}

function readPlace(cursor: string | undefined): { at: string; id: string } | null {
  if (!cursor) return null;
  const [at, id] = Buffer.from(cursor, 'base64url').toString().split('|');
  if (!at || !isId(id) || Number.isNaN(Date.parse(at)))
    throw Invalid('This cursor is not one that a list gave out. Begin without one.');
  return { at, id };
}
