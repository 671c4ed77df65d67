import { sql, type Tx } from '../../base/db.ts';
import { idAt, type Random } from '../random.ts';
import { fixedAt, type Span, troubles } from './matters.ts';
import type { People } from './past.ts';

const DAY = 86_400_000;
const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
export type Made = { id: string; owner: string };

/** The problems somebody made of what customers wrote, with what became of each; those that are there already are used. And how many customers there are. */
export async function makeProblems(tx: Tx, random: Random, people: People, span: Span): Promise<Map<string, Made>> {
  const w = tx.workspaceId;
  const { from, until } = span;
  const begins = from - 30 * DAY;
  const made = new Map<string, Made>();
  const rows: Record<string, unknown>[] = [];
  const steps: Record<string, unknown>[] = [];
  const there = await tx.many<{ id: string; name: string; owner: string | null }>(sql`
    select case when merged_into is null then id else merged_into end as id, name, owner_id as owner from problem where workspace_id = ${w} and name = any (${troubles.flatMap(({ known }) => known?.name ?? [])}::text[]) order by created_at, id`);
  for (const [i, { key, known, fixed }] of troubles.entries()) {
    if (!known) continue;
    const at = begins + i * DAY;
    const owner = people.all[i % people.all.length] ?? people.owner;
    const before = there.find(({ name }) => name === known.name);
    if (before) {
      made.set(key, { id: before.id, owner: before.owner ?? owner });
      continue;
    }
    const shipped = fixed ? fixedAt(fixed, span) : null;
    const one = { id: idAt(random, at), owner };
    made.set(key, one);
    rows.push({ ...known, id: one.id, owner, shipped: shipped && day(shipped), at: new Date(at).toISOString() });
    const step = (state: string, when: number, of: number | null = null): void => {
      steps.push({
        id: idAt(random, when),
        problem: one.id,
        state,
        by: owner,
        shipped: of && day(of),
        at: new Date(when).toISOString(),
      });
    };
    step('found', at);
    if (known.state !== 'found') step(known.state === 'wont' ? 'wont' : 'known', at + 9 * DAY);
    if (known.state === 'fixing') step('fixing', until - 12 * DAY);
    if (shipped) step('fixing', shipped - 20 * DAY);
    if (shipped) step('fixed', shipped, shipped);
  }
  await tx.run(sql`
    insert into problem (workspace_id, id, name, step, remedy, prevention, cause, fix, owner_id, state, workaround, answer, shipped_on, created_at)
    select ${w}, r.id, r.name, r.step, r.remedy, r.prevention, r.cause, r.fix, r.owner, r.state, r.workaround, r.answer, r.shipped, r.at
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, name text, step text, remedy text, prevention text, cause text, fix text, owner uuid, state text, workaround text, answer text, shipped date, at timestamptz)`);
  await tx.run(sql`
    insert into problem_step (workspace_id, id, problem_id, state, shipped_on, by_id, at)
    select ${w}, r.id, r.problem, r.state, r.shipped, r.by, r.at
    from jsonb_to_recordset(${JSON.stringify(steps)}::jsonb) as r (id uuid, problem uuid, state text, shipped date, by uuid, at timestamptz)`);
  const counted = [430, 290, 180, 90].map((ago, i) => ({ week: day(until - ago * DAY), customers: 3400 + i * 420 }));
  await tx.run(sql`
    insert into entered_customers (workspace_id, week, customers)
    select ${w}, date_trunc('week', r.week::timestamp)::date, r.customers from jsonb_to_recordset(${JSON.stringify(counted)}::jsonb) as r (week date, customers int) on conflict do nothing`);
  return made;
}
