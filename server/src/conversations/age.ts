import { clock } from '../base/clock.ts';
import { NOWHERE, sql, type Tx } from '../base/db.ts';
import { isRefusedAs } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { deleteForGood, dueInTrash } from './delete-for-good.ts';
import { dropLeft } from './uploads-left.ts';

type Days = { closesAfterDays: number; emptiesTrashAfterDays: number };

/** The workspace's days, and how many conversations each would concern now: so that nobody is surprised by a smaller number. */
export async function ages(
  tx: Tx,
  asked: { closesAfterDays?: number | undefined; emptiesTrashAfterDays?: number | undefined },
): Promise<Days & { closing: number; deleting: number }> {
  const row = await tx.first<Days & { closing: number; deleting: number }>(sql`
    select w.closes_after_days as "closesAfterDays", w.empties_trash_after_days as "emptiesTrashAfterDays",
      (select count(*)::int from (select 1 from conversation c where c.workspace_id = w.id and c.status = 'resolved' and c.folder = 'inbox' and c.merged_into is null
        and c.resolved_at <= now() - make_interval(days => coalesce(${asked.closesAfterDays ?? null}::int, w.closes_after_days)) limit 1000) x) as closing,
      (select count(*)::int from (select 1 from conversation c where c.workspace_id = w.id and c.folder = 'trash' and c.merged_into is null
        and c.trashed_at <= now() - make_interval(days => coalesce(${asked.emptiesTrashAfterDays ?? null}::int, w.empties_trash_after_days)) limit 1000) x) as deleting
    from workspace w where w.id = ${tx.workspaceId}`);
  return row as Days & { closing: number; deleting: number };
}

export async function closeLater(tx: Tx, id: string): Promise<void> {
  const { days } = (await tx.first<{ days: number }>(
    sql`select closes_after_days as days from workspace where id = ${tx.workspaceId}`,
  )) as { days: number };
  await jobs.add(
    tx,
    'close',
    { conversationId: id },
    { at: new Date(clock() + days * 86_400_000), key: `close:${id}` },
  );
}

/** As many quiet days after it was resolved as the workspace says, a conversation closes; an answer after that opens a follow-up. */
export async function close(tx: Tx, ids: string[]): Promise<void> {
  const closed = await tx.many<{ id: string; days: number }>(sql`
    update conversation c set status = 'closed', version = version + 1 from workspace w
    where w.id = c.workspace_id and c.workspace_id = ${tx.workspaceId} and c.id = any (${ids}::uuid[]) and c.merged_into is null and c.status = 'resolved'
      and c.resolved_at <= now() - make_interval(days => w.closes_after_days) + interval '1 minute' returning c.id, w.closes_after_days as days`);
  await emit(
    tx,
    closed.map(({ id, days }) => ({
      name: 'conversation.status',
      actor: system,
      conversationId: id,
      data: { status: 'closed', before: 'resolved', days },
    })),
  );
}

const dueToClose = async (tx: Tx): Promise<string[]> =>
  (
    await tx.many<{ id: string }>(sql`
    select c.id from conversation c join workspace w on w.id = c.workspace_id
    where c.workspace_id = ${tx.workspaceId} and c.status = 'resolved' and c.folder = 'inbox' and c.merged_into is null and c.resolved_at <= now() - make_interval(days => w.closes_after_days)
    order by c.id limit 200`)
  ).map((row) => row.id);

/** All that is old enough in one workspace: what its own job missed because the days were changed, the trash, and files that were never sent. */
export async function age(hearten: Hearten, workspaceId: string): Promise<void> {
  const { db } = hearten;
  for (;;) {
    const closed = await db.tx(workspaceId, async (tx) => {
      const ids = await dueToClose(tx);
      if (ids.length > 0) await close(tx, ids);
      return ids.length;
    });
    if (closed < 200) break;
  }
  const kept: string[] = [];
  for (;;) {
    const due = await db.tx(workspaceId, (tx) => dueInTrash(tx, kept));
    for (const id of due)
      try {
        await db.tx(workspaceId, (tx) => deleteForGood(tx, system, id));
      } catch (error) {
        // Taken out of the trash, or deleted, in this moment; or an answer in it is leaving: then the next time, and the others go on.
        if (!isRefusedAs(error, 'conflict') && !isRefusedAs(error, 'not-found')) throw error;
        kept.push(id);
      }
    if (due.length < 100) break;
  }
  while (await db.tx(workspaceId, dropLeft));
}
export async function ageAll(hearten: Hearten): Promise<void> {
  for (const { id } of await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`))
    await age(hearten, id);
}
