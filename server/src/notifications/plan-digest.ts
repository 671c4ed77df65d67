import { sql, type Tx } from '../base/db.ts';
import type { Jobs } from '../base/jobs.ts';
import { nextDigest } from './hours.ts';
import { chosen, type Kept } from './presets.ts';

export const digestKey = (personId: string): string => `digest:${personId}`;

/**
 * Plans the next digest of people for whom something waits: a job each, which only one process runs. Who has one planned already keeps
 * it, so a busy inbox costs a statement and not a job a mail; `again` moves it, because hours or the time zone changed.
 */
export async function planDigests(
  tx: Tx,
  jobs: Jobs,
  people: string[],
  { again = false, now = new Date() }: { again?: boolean; now?: Date } = {},
): Promise<void> {
  const waiting = await tx.many<Kept & { id: string; time_zone: string }>(sql`
    select p.id, p.time_zone, c.ways, c.quiet, c.digest, c.sound
    from person p left join notification_choice c on c.workspace_id = p.workspace_id and c.person_id = p.id
    where p.workspace_id = ${tx.workspaceId} and p.id = any (${people}::uuid[]) and p.active
      and case when ${again} then c.digest_at is not null else c.digest_at is null or c.digest_at < ${now.toISOString()}::timestamptz end`);
  if (waiting.length === 0) return;
  const planned = waiting.map((person) => ({
    id: person.id,
    at: nextDigest(now, chosen(person).digest, person.time_zone).toISOString(),
  }));
  await tx.run(sql`
    insert into notification_choice (workspace_id, person_id, digest_at)
    select ${tx.workspaceId}, d.id, d.at from jsonb_to_recordset(${JSON.stringify(planned)}::jsonb) as d (id uuid, at timestamptz)
    on conflict (workspace_id, person_id) do update set digest_at = excluded.digest_at`);
  for (const { id, at } of planned) await jobs.add(tx, 'digest', { personId: id }, { at, key: digestKey(id) });
}
