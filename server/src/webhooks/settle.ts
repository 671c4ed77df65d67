import { clock } from '../base/clock.ts';
import { sql, type Tx } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { nextInLine, notLater, sendLater } from './announce.ts';
import { disable } from './disable.ts';
import type { Tried } from './post.ts';
import { nextAfter } from './schedule.ts';
import type { Leased } from './send.ts';

/**
 * Keeps what a try came to, and decides what follows. Only while the lease is still its own: another may have taken it up meanwhile.
 * Those that wait without a job get one in the same transaction, as many as there is room for: a process that was killed between the two
 * would leave them waiting for ever.
 */
export async function settle(
  hearten: Hearten,
  workspaceId: string,
  mine: Leased,
  tried: Tried,
  room: number,
): Promise<void> {
  const tries = mine.tries + 1;
  const next = nextAfter(tried, tries);
  const { outcome } = next;
  await hearten.db.tx(workspaceId, async (tx) => {
    const again = outcome === 'again' ? new Date(clock() + next.seconds * 1000) : null;
    const state = again ? 'waiting' : outcome === 'delivered' ? 'delivered' : 'failed';
    const kept = await tx.first<{ first_at: string }>(sql`
      update webhook_delivery set state = ${state}, tries = ${tries}, lease_until = null, status = ${tried.status}, error = ${tried.error},
        next_at = ${again?.toISOString() ?? null}, done_at = case when ${state} <> 'waiting' then now() end
      where workspace_id = ${workspaceId} and id = ${mine.id} and state = 'sending' and lease = ${mine.lease} returning first_at`);
    if (!kept) return;
    await note(tx, mine, tried);
    if (again) await sendLater(tx, hearten.jobs, mine.id, mine.webhook_id, again);
    else await notLater(tx, hearten.jobs, mine.id);
    if (outcome === 'delivered')
      await tx.run(sql`
        update webhook set failing_since = null, held_until = null where workspace_id = ${workspaceId} and id = ${mine.webhook_id} and (failing_since is not null or held_until is not null)`);
    else {
      const pause = outcome === 'gone' ? 0 : next.pause;
      await tx.run(sql`
        update webhook set failing_since = coalesce(failing_since, now()),
          held_until = case when ${pause}::float8 > 0 then greatest(held_until, now() + make_interval(secs => ${pause})) else held_until end
        where workspace_id = ${workspaceId} and id = ${mine.webhook_id} and (failing_since is null or ${pause}::float8 > 0)`);
      if (outcome === 'gone') await disable(tx, hearten, mine.webhook_id, 'gone', kept.first_at);
      if (outcome === 'exhausted') await disable(tx, hearten, mine.webhook_id, 'failing', kept.first_at);
    }
    // After the webhook, as who wakes one does: two that take the same rows in another order wait for each other.
    await nextInLine(tx, hearten.jobs, mine.webhook_id, room);
  });
}

export async function note(tx: Tx, mine: Pick<Leased, 'id' | 'lease'>, tried: Tried): Promise<void> {
  await tx.run(sql`
    insert into webhook_attempt (workspace_id, delivery_id, number, at, ms, status, error, request, headers, answer)
    values (${tx.workspaceId}, ${mine.id}, ${mine.lease}, ${tried.at.toISOString()}, ${tried.ms}, ${tried.status}, ${tried.error},
      ${JSON.stringify(tried.request)}::jsonb, ${JSON.stringify(tried.headers)}::jsonb, ${tried.answer}) on conflict do nothing`);
}
