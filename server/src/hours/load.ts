import type { HolidayRule, HoursInterval } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { type Hours, hoursOf, type Plan } from './open.ts';

/** One that was reckoned with is kept until its version changes; a year of it is some ten kB. */
const kept = new Map<string, { version: number; hours: Hours }>();
const MOST_KEPT = 500;

type Closure = { name: string; first: string | null; last: string | null; from: number | null; to: number | null };
type Row = {
  zone: string;
  week: HoursInterval[][];
  holidays: { name: string; rule: HolidayRule; open: HoursInterval[] }[];
  exceptions: { date: string; name: string; open: HoursInterval[] }[];
  closures: Closure[];
};

/**
 * Hours to ask questions of; the version is that of their row. Kept once this transaction is over: one that changes them may yet be taken back,
 * and its version is then that of another change.
 */
export async function hoursWith(tx: Tx, { id, version }: { id: string; version: number }): Promise<Hours> {
  const key = `${tx.workspaceId} ${id}`;
  const known = kept.get(key);
  if (known?.version === version) return known.hours;
  const row = (await tx.first<Row>(sql`
    select s.time_zone as zone, s.week,
      (select coalesce(json_agg(json_build_object('name', h.name, 'rule', h.rule, 'open', h.hours) order by h.created_at, h.id), '[]')
        from schedule_holiday h where h.workspace_id = s.workspace_id and h.schedule_id = s.id) as holidays,
      (select coalesce(json_agg(json_build_object('date', e.date, 'name', e.name, 'open', e.hours)), '[]')
        from schedule_exception e where e.workspace_id = s.workspace_id and e.schedule_id = s.id) as exceptions,
      (select coalesce(json_agg(json_build_object('name', x.name, 'first', x.first_day, 'last', x.last_day,
          'from', extract(epoch from x.starts_at) * 1000, 'to', extract(epoch from x.ends_at) * 1000) order by c.created_at, c.id, x.number), '[]')
        from schedule_calendar c join schedule_closure x on x.workspace_id = c.workspace_id and x.calendar_id = c.id
        where c.workspace_id = s.workspace_id and c.schedule_id = s.id) as closures
    from schedule s where s.workspace_id = ${tx.workspaceId} and s.id = ${id}`)) as Row;
  const plan: Plan = {
    ...row,
    days: row.closures.flatMap(({ name, first, last }) => (first && last ? [{ name, from: first, to: last }] : [])),
    times: row.closures.flatMap(({ name, from, to }) => (from !== null && to !== null ? [{ name, from, to }] : [])),
  };
  const hours = hoursOf(plan);
  tx.after(() => {
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, { version, hours });
  });
  return hours;
}
