import { sql, type Tx } from '../../base/db.ts';
import type { Random } from '../random.ts';
import { isAsked } from './asked.ts';
import { isOver, type Past } from './past.ts';
import type { Made } from './problems.ts';

const WEEK = 7 * 86_400_000;
export type Filed = {
  conversation: string;
  place: number;
  kind: 'problem' | 'question' | 'one-off';
  problem: string | null;
  weight: number;
  by: string | null;
  confidence: number | null;
  provisional: boolean;
  confirmed: string | null;
  at: string;
};

/** What somebody filed it as, when it was over; some have been left, and what nobody made a problem of is not filed. */
export function fileOne(random: Random, one: Past, problems: Map<string, Made>, until: number): Filed[] {
  if (one.folder !== 'inbox' || !(isOver(one) || random.chance(0.2))) return [];
  const { trouble, language } = one;
  const problem = trouble ? problems.get(trouble.key) : undefined;
  const other = language.problems.some((phrase) => one.first.text.toLowerCase().includes(phrase.toLowerCase()));
  const old = until - one.lastAt > 8 * WEEK;
  if (trouble && !problem) return [];
  if (!problem && !random.chance(other ? (old ? 0.6 : 0.25) : 0.9)) return [];
  if (problem && !random.chance(0.96)) return [];
  const alone = random.chance(0.86) ? one.assignee : null;
  const recent = until - one.lastAt < 3 * WEEK;
  const provisional = problem !== undefined && recent && random.chance(alone ? 0.35 : 0.9);
  const row = {
    ...{ conversation: one.id, by: alone, confidence: alone ? null : random.whole(52, 91) / 100, provisional },
    ...{
      confirmed: provisional || !problem ? null : problem.owner,
      at: new Date(one.resolvedAt ?? one.lastAt).toISOString(),
    },
  };
  const plain = isAsked(one.first.text, language.code) || (!other && random.chance(0.3));
  const kind = problem ? 'problem' : plain ? 'question' : 'one-off';
  const second = problem && random.chance(0.07) ? random.pick([...problems.values()]) : undefined;
  const both = second !== undefined && second !== problem;
  return [
    { ...row, place: 0, kind, problem: problem?.id ?? null, weight: both ? 0.7 : 1 },
    ...(both ? [{ ...row, place: 1, kind, problem: second.id, weight: 0.3 } satisfies Filed] : []),
  ];
}

export const writeFilings = (tx: Tx, filed: Filed[]): Promise<number> =>
  tx.run(sql`
    insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, weight, filed_by, confidence, provisional, confirmed_by, filed_at)
    select ${tx.workspaceId}, r.conversation, r.place, r.kind, r.problem, r.weight, r.by, r.confidence, r.provisional, r.confirmed, r.at
    from jsonb_to_recordset(${JSON.stringify(filed)}::jsonb) as r (conversation uuid, place int, kind text, problem uuid, weight real, by uuid, confidence real, provisional boolean, confirmed uuid, at timestamptz)
    on conflict do nothing`);
