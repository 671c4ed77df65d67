import type { KnownProblem, ProblemIssue } from '@hearten/contract';
import { type Sql, sql, type Tx } from '../../base/db.ts';
import { linkOf } from './told.ts';

type State = KnownProblem['state'];
export type Issue = {
  link: string;
  state: 'open' | 'closed' | null;
  at: string | null;
  reopened: boolean;
  declined: boolean;
  follows: boolean;
};

const over = (state: State): boolean => state === 'fixed' || state === 'verified';
/** What the state of the issue would have the problem be; null where it is that already, or has no say. */
export function proposed(problem: State, issue: Pick<Issue, 'state' | 'reopened'>): 'fixed' | 'fixing' | null {
  if (problem === 'wont') return null;
  if (issue.state === 'closed') return over(problem) ? null : 'fixed';
  return issue.reopened && over(problem) ? 'fixing' : null;
}

export const issueRow = (tx: Tx, problemId: string): Promise<Issue | undefined> =>
  tx.first<Issue>(sql`
    select link, state, at, reopened, declined, follows from problem_issue where workspace_id = ${tx.workspaceId} and problem_id = ${problemId}`);

/** Whatever sets the state of a problem is the answer to what its issue said so far; what it says next is heard again. */
export const answered = (tx: Tx, problemId: string): Promise<number> =>
  tx.run(sql`
    update problem_issue set declined = true where workspace_id = ${tx.workspaceId} and problem_id = ${problemId} and not declined`);

/** The day where the workspace is. */
export const dayOf = (tx: Tx, at: string): Sql => sql`
  (${at}::timestamptz at time zone coalesce((select z.name from workspace w join pg_timezone_names z on z.name = w.time_zone where w.id = ${tx.workspaceId} limit 1), 'UTC'))::date`;

export async function issueOf(
  tx: Tx,
  { id, state, link }: Pick<KnownProblem, 'id' | 'state' | 'link'>,
): Promise<ProblemIssue | null> {
  if (link === '') return null;
  const known = await issueRow(tx, id);
  const told = known && known.link === linkOf(link) ? known : null;
  const on = told?.at ? await tx.first<{ day: string }>(sql`select ${dayOf(tx, told.at)}::text as day`) : undefined;
  return {
    state: told?.state ?? null,
    at: told?.at ?? null,
    day: on?.day ?? null,
    follows: known?.follows ?? false,
    proposes: told && !told.declined ? proposed(state, told) : null,
  };
}

/** Another link is another issue, of which nothing was told yet; that the problem follows its issue stays. */
export const forgetIssue = (tx: Tx, problemId: string, link: string): Promise<number> =>
  tx.run(sql`
    update problem_issue set link = ${linkOf(link)}, state = null, at = null, told_at = null, reopened = false, declined = false
    where workspace_id = ${tx.workspaceId} and problem_id = ${problemId} and link <> ${linkOf(link)}`);
