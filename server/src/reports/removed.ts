import type { Removed } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { findingOf, type Measured, measure, sides } from '../problems/index.ts';
import { spanOf, WEEKS } from './ended.ts';

type Item = Removed['items'][number];
/** Both sides of 90 %, as contact rates have them. */
const Z = 1.6449;
/** Listed at once; what is verified besides is measured and summed up all the same, and the rest is counted. */
const MOST = 12;

/**
 * What was fixed or verified in these weeks, and what became of it: reporters of 1,000 active customers a week before and after, and how
 * many fewer write than would without the fix. That is the model of the rule (server/src/problems/verify.ts), so the season and what
 * moved every problem are out of it. Only what is verified is summed up.
 */
export async function removed(tx: Tx, weeks = WEEKS): Promise<Removed> {
  const { since, sample, zone } = await spanOf(tx, weeks);
  const found = await tx.many<{ id: string; name: string; state: string }>(sql`
    select p.id, p.name, p.state from problem p
    where p.workspace_id = ${tx.workspaceId} and p.merged_into is null and p.state in ('fixed', 'verified')
      and (p.shipped_on >= (${since}::timestamptz at time zone ${zone}::text)::date or exists (select 1 from problem_step s where s.workspace_id = p.workspace_id and s.problem_id = p.id and s.at >= ${since}::timestamptz
        and (s.state = 'verified' or (s.state = 'fixed' and p.shipped_on is null))))
    order by p.state = 'verified' desc, p.shipped_on desc nulls last, p.id`);
  const names = new Map(found.map((one) => [one.id, one.name]));
  // The verified ones come first, so these are all of them.
  const verified = found.filter((one) => one.state === 'verified').length;
  const measured = found.slice(0, Math.max(MOST, verified)).map((one) => one.id);
  const all = measured.length ? await measure(tx, sql`p.id = any (${measured}::uuid[])`) : [];
  const items = all.map((one) => itemOf(one, names.get(one.id) ?? ''));
  return {
    from: since,
    sample,
    verified,
    more: Math.max(0, found.length - MOST),
    fewer: items.reduce((sum, one) => sum + (one.state === 'verified' ? (one.fewer?.mean ?? 0) : 0), 0),
    items: items.sort((a, b) => rank(b) - rank(a)).slice(0, MOST),
  };
}
const rank = (one: Item): number => (one.state === 'verified' ? 1e6 : 0) + (one.fewer?.mean ?? -1);

function itemOf(one: Measured, name: string): Item {
  const { line: _, returned: __, ...finding } = findingOf(one);
  const { before, after } = one.shippedOn ? sides(one.weeks, one.shippedOn) : { before: [], after: [] };
  return {
    ...{ id: one.id, name, state: one.state as Item['state'], shippedOn: one.shippedOn, base: one.base, finding },
    before: sideOf(before),
    after: sideOf(after),
    fewer: fewerOf(finding),
  };
}

function sideOf(weeks: Measured['weeks']): Item['before'] {
  if (weeks.length === 0) return null;
  const reporters = weeks.reduce((sum, one) => sum + one.reporters, 0);
  const customers = weeks.reduce((sum, one) => sum + (one.customers ?? Number.NaN), 0);
  return { weeks: weeks.length, reporters, rate: customers > 0 ? rateOf(reporters, customers) : null };
}

/** A rate by 1,000 and Byar's interval of its count (Breslow and Day 1987), as in the chart of a problem. */
function rateOf(n: number, of: number): { by1000: number; low: number; high: number } {
  const bound = (count: number, z: number): number =>
    count === 0 ? 0 : count * Math.max(0, 1 - 1 / (9 * count) + z / (3 * Math.sqrt(count))) ** 3;
  const by1000 = (count: number): number => (1000 * count) / of;
  return { by1000: by1000(n), low: by1000(bound(n, -Z)), high: by1000(bound(n + 1, Z)) };
}

/** Said where the rule compared at all and the fall is not that of every problem. */
function fewerOf({ verdict, effect, expected, weeksAfter }: Item['finding']): Item['fewer'] {
  if (!effect || expected === null || (verdict !== 'verified' && verdict !== 'unproven')) return null;
  const spared = (ratio: number): number => (expected * (1 - ratio)) / weeksAfter;
  return { mean: spared(effect.ratio), low: spared(effect.high), high: spared(effect.low) };
}
