import type { Speed } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { isPractice } from '../conversations/index.ts';
import { spanOf } from './ended.ts';
import { LEAST } from './interval.ts';

type Line = { channel: string | null; answered: number; waiting: number; ways: (number | null)[] };

/**
 * How long customers waited for the first answer by a person, from their first message on, day and night. Who still waits has waited
 * longer than any that was answered: leaving them out would make a desk look faster the more it leaves lying, snoozes, or marks as waiting
 * for the customer. What was resolved without an answer, or
 * with news that went to many, and what we began ourselves, is not in it.
 */
export async function speed(tx: Tx, weeks?: number): Promise<Speed> {
  const span = await spanOf(tx, weeks);
  const lines = await tx.many<Line>(sql`
    with waited as (
        select c.channel, c.status, case when o.sent_at is not null then extract(epoch from greatest(o.sent_at - i.at, interval '0')) end as took
        from conversation c
          join lateral (select m.type, m.at from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.id and m.type <> 'note' and not m.aside order by m.at, m.id limit 1) i on i.type = 'in'
          left join lateral (select m.sent_at from message m where m.workspace_id = ${tx.workspaceId} and m.conversation_id = c.id and m.type = 'out' and m.author_id is not null and m.sent_at is not null and not m.automatic and not m.aside and m.recipients->>'many' is null
            order by m.at, m.id limit 1) o on true
        where c.workspace_id = ${tx.workspaceId} and c.last_at >= ${span.since}::timestamptz and c.created_at >= ${span.since}::timestamptz and c.folder = 'inbox' and c.merged_into is null and c.parent_kind is distinct from 'side' and not ${isPractice(tx)}),
      lines as (select channel, count(took)::int as answered, (count(*) filter (where took is null))::int as waiting,
        percentile_disc(array[0.5, 0.9]) within group (order by coalesce(took, 'infinity')::float8) as ways
        from waited where took is not null or status in ('open', 'snoozed', 'waiting') group by grouping sets ((), (channel)))
    select channel, answered, waiting, array(select nullif(w, 'infinity') from unnest(ways) w) as ways from lines order by answered + waiting desc, channel`);
  const waitOf = ({ answered, waiting, ways: [half, nine] }: Line) => ({
    answered,
    waiting,
    ...(answered + waiting < LEAST
      ? { median: null, ninetieth: null }
      : { median: half ?? null, ninetieth: nine ?? null }),
  });
  const all = lines.find((line) => line.channel === null);
  return {
    from: span.since,
    sample: span.sample,
    least: LEAST,
    whole: waitOf(all ?? { channel: null, answered: 0, waiting: 0, ways: [] }),
    byChannel: lines.flatMap((line) => (line.channel ? [{ ...waitOf(line), channel: line.channel }] : [])),
  };
}
