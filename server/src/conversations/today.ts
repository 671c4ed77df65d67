import type { Reply } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { firstIdOf } from '../base/ids.ts';
import type { Who } from '../base/module.ts';

/**
 * What the team did since midnight where the reader is. Asked for only by an empty list, so it reads the day's events instead of
 * keeping figures: their ids begin with the moment, and no more of them are read than happened today.
 */
export async function today(tx: Tx, who: Who): Promise<Reply<'GET /today'>> {
  const day = await tx.first<{ from: string; ms: number }>(sql`
    select d.since as "from", (extract(epoch from d.since) * 1000)::float8 as ms
    from person p, lateral (select date_trunc('day', now() at time zone p.time_zone) at time zone p.time_zone as since) d where p.workspace_id = ${tx.workspaceId} and p.id = ${who.id}`);
  const begins = day?.from ?? new Date(new Date().setUTCHours(0, 0, 0, 0)).toISOString();
  const first = firstIdOf(Math.floor(day?.ms ?? Date.parse(begins)));
  const row = await tx.first<{ answered: number; resolved: number; wakes: string | null }>(sql`
    select (select count(distinct e.conversation_id)::int from event e join message m on m.workspace_id = e.workspace_id and m.id = e.message_id
        where e.workspace_id = ${tx.workspaceId} and e.id >= ${first} and e.name in ('message.replied', 'message.left') and m.state <> 'cancelled') as answered,
      (select count(*)::int from conversation c where c.workspace_id = ${tx.workspaceId} and c.status in ('resolved', 'closed') and c.resolved_at >= ${begins}
        and c.id in (select e.conversation_id from event e where e.workspace_id = ${tx.workspaceId} and e.id >= ${first} and e.conversation_id is not null)) as resolved,
      (select min(c.snoozed_until) from conversation c where c.workspace_id = ${tx.workspaceId} and c.status = 'snoozed' and c.folder = 'inbox' and c.merged_into is null and c.snoozed_until > now()) as wakes`);
  return { answered: row?.answered ?? 0, resolved: row?.resolved ?? 0, wakes: row?.wakes ?? null };
}
