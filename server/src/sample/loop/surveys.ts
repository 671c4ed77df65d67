import { audience, type SurveyKind } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { idAt, type Random } from '../random.ts';

const DAY = 86_400_000;
export type Surveys = { solved: string; recommend: string };

/** What is asked beside the question in answers; what is there by that name and kind is used. They run in a sample workspace only: elsewhere they would go on asking, by mail. */
export async function makeSurveys(tx: Tx, random: Random, until: number, running: boolean): Promise<Surveys> {
  const at = until - 300 * DAY;
  const [solved, recommend] = [idAt(random, at), idAt(random, at + DAY)];
  const all: {
    id: string;
    name: string;
    kind: SurveyKind;
    moment: string;
    delay: number;
    every: number;
    share: number;
  }[] = [
    { id: solved, name: 'After it was solved', kind: 'csat', moment: 'resolved', delay: 24, every: 90, share: 60 },
    { id: recommend, name: 'Would you recommend us?', kind: 'nps', moment: 'rhythm', delay: 0, every: 180, share: 100 },
  ];
  const there = await tx.many<{ id: string; name: string; kind: string }>(sql`
    select id, name, kind from survey where workspace_id = ${tx.workspaceId} and name = any (${all.map((one) => one.name)}::text[]) order by created_at, id`);
  const before = (one: (typeof all)[number]): string | undefined =>
    there.find(({ name, kind }) => name === one.name && kind === one.kind)?.id;
  const rows = all.filter((one) => before(one) === undefined);
  await tx.run(sql`
    insert into survey (workspace_id, id, name, kind, moment, delay_hours, every_days, share, audience, running, created_at, started_at)
    select ${tx.workspaceId}, r.id, r.name, r.kind, r.moment, r.delay, r.every, r.share, ${JSON.stringify(audience.parse({}))}::jsonb, ${running}, ${new Date(at).toISOString()}::timestamptz, ${new Date(at).toISOString()}::timestamptz
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, name text, kind text, moment text, delay int, every int, share int)`);
  const idOf = (id: string): string => all.filter((one) => one.id === id).map(before)[0] ?? id;
  return { solved: idOf(solved), recommend: idOf(recommend) };
}
