import type { KnownProblem } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { newId } from '../base/ids.ts';
import { countActive, countOrders } from './active.ts';
import { answered } from './issues/state.ts';
import { findingOf, type Measured, measure } from './rate.ts';
import type { Finding } from './verify.ts';
import { keepWeeks } from './weeks.ts';

type Why = {
  [K in 'ratio' | 'low' | 'high' | 'weeks' | 'reporters' | 'usual' | 'issue' | 'unchanged' | 'unproven']?: number;
};
type Step = { state: KnownProblem['state']; shippedOn: string | null; byId: string | null; why?: Why };

/** A line in the life of a problem. Without a person it is Hearten's, and says why. */
export const noteStep = (tx: Tx, problemId: string, step: Step): Promise<number> =>
  tx.run(sql`
    insert into problem_step (workspace_id, id, problem_id, state, shipped_on, by_id, why)
    values (${tx.workspaceId}, ${newId()}, ${problemId}, ${step.state}, ${step.shippedOn}::date, ${step.byId}, ${step.why ? JSON.stringify(step.why) : null}::jsonb)`);

/** What the rule makes of a problem in this state: fixed becomes verified, and what is back is known again, whether or not it was ever verified. */
export function becomes(state: string, finding: Finding): { state: 'verified' | 'known'; why: Why } | null {
  const { verdict, effect, weeksAfter, returned } = finding;
  if (returned) return { state: 'known', why: returned };
  if (state === 'fixed' && verdict === 'verified' && effect)
    return { state: 'verified', why: { ...effect, weeks: weeksAfter } };
  return null;
}

/** What is said when the year is over and it was not verified: how much comes in, where that is more or less for sure; else that nothing changed. */
export function endsAs({ effect, weeksAfter: weeks }: Pick<Finding, 'effect' | 'weeksAfter'>): {
  outcome: 'unproven' | 'unchanged';
  why: Why;
} {
  return effect && (effect.high < 1 || effect.low > 1)
    ? { outcome: 'unproven', why: { unproven: 1, ...effect, weeks } }
    : { outcome: 'unchanged', why: { unchanged: 1, weeks } };
}

/**
 * What the night is for is done from one o'clock on, where the workspace is, or as soon after that as somebody looks: a desk that is off at
 * night is judged when it is on. On the day it was made nothing is over yet.
 */
export async function judgeDue(tx: Tx): Promise<boolean> {
  const due = await tx.first(sql`
    select 1 from workspace w cross join lateral (select coalesce((select name from pg_timezone_names where name = w.time_zone limit 1), 'UTC') as zone) z cross join lateral (select now() at time zone z.zone as at) here
      left join problem_night n on n.workspace_id = w.id
    where w.id = ${tx.workspaceId} and here.at::time >= '01:00' and w.created_at at time zone z.zone < date_trunc('day', here.at) and (n.night is null or n.night < here.at::date)`);
  return due !== undefined && judgeTonight(tx);
}

/**
 * Once a day, in the workspace's own time, by whichever process comes first; one that fails is tried again within the same day. Of
 * two at once the second waits for the first and finds it done.
 */
export async function judgeTonight(tx: Tx): Promise<boolean> {
  const mine = await tx.run(sql`
    insert into problem_night (workspace_id, night)
    select id, (now() at time zone coalesce((select name from pg_timezone_names where name = time_zone limit 1), 'UTC'))::date from workspace where id = ${tx.workspaceId}
    on conflict (workspace_id) do update set night = excluded.night where problem_night.night < excluded.night`);
  if (!mine) return false;
  await countActive(tx);
  await countOrders(tx);
  // Whatever was kept is counted again before anything is judged by it.
  await keepWeeks(tx, true);
  await judgeProblems(tx);
  return true;
}

/** Asks the rule about everything that is fixed or verified. What somebody changed meanwhile is left as they put it. */
export async function judgeProblems(tx: Tx): Promise<number> {
  const all = await measure(tx, sql`p.shipped_on is not null and p.state in ('fixed', 'verified')`);
  let moved = 0;
  for (const one of all) {
    const finding = findingOf(one);
    const changed = await move(tx, one, finding);
    if (!changed) await ended(tx, one, finding);
    moved += changed;
  }
  return moved;
}

async function move(tx: Tx, one: Measured, finding: Finding): Promise<number> {
  const next = becomes(one.state, finding);
  if (!next) return 0;
  // Reopened, it has no fix any more; the one it had stays in its life.
  const changed = await tx.run(sql`
    update problem set state = ${next.state}, shipped_on = case when ${next.state} = 'known' then null else shipped_on end, version = version + 1
    where workspace_id = ${tx.workspaceId} and id = ${one.id} and state = ${one.state} and shipped_on = ${one.shippedOn}::date and merged_into is null`);
  if (!changed) return 0;
  await answered(tx, one.id);
  await noteStep(tx, one.id, { state: next.state, shippedOn: one.shippedOn, byId: null, why: next.why });
  const outcome = next.state === 'known' ? 'returned' : 'verified';
  await judged(tx, one.id, { outcome, why: next.why });
  return 1;
}

const judged = (tx: Tx, problemId: string, data: { outcome: string; why: Why }): Promise<string[]> =>
  emit(tx, [
    { name: 'problem.changed', actor: system, data: { problemId } },
    { name: 'problem.judged', actor: system, data: { problemId, ...data } },
  ]);

/** A year has passed and it was not verified: that is said once of each fix, in its life and to its owner. It stays fixed until it comes back. */
async function ended(tx: Tx, one: Measured, finding: Finding): Promise<void> {
  const { over, verdict, returned } = finding;
  if (one.state !== 'fixed' || !over || verdict === 'verified' || returned) return;
  const before = one.life.some(
    ({ shippedOn, why }) => shippedOn === one.shippedOn && (why?.unchanged || why?.unproven),
  );
  if (before) return;
  const still = await tx.first(sql`
    select 1 from problem where workspace_id = ${tx.workspaceId} and id = ${one.id} and state = 'fixed' and shipped_on = ${one.shippedOn}::date and merged_into is null for update`);
  if (!still) return;
  const end = endsAs(finding);
  await noteStep(tx, one.id, { state: 'fixed', shippedOn: one.shippedOn, byId: null, why: end.why });
  await judged(tx, one.id, end);
}
