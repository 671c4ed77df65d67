import { enter, sql, type Tx } from '../base/db.ts';
import { eraseLater } from '../base/files.ts';
import type { Hearten } from '../base/module.ts';

const PIECE = 100; // conversations a transaction, so that the progress moves and nothing is held long

/**
 * Removes the sample workspace, and nothing else: every statement names its id, and the first looks that it is the sample of the
 * workspace that wanted this. Run again after it broke off, it goes on.
 */
export async function removeSample(hearten: Hearten, homeId: string, sampleId: string): Promise<void> {
  const { db, files } = hearten;
  const [row] = await db.read<{ total: number }>(
    sampleId,
    sql`select (select count(*)::int from conversation where workspace_id = ${sampleId}) as total from workspace where id = ${sampleId} and sample_of = ${homeId}`,
  );
  if (!row) return; // gone already
  const { total } = row;
  let gone = 0;
  for (;;) {
    const removed = await db.tx(sampleId, dropSome);
    if (removed === 0) break;
    gone += removed;
    await db.tx(homeId, (tx) =>
      tx.run(
        sql`update workspace set sample = sample || ${JSON.stringify({ done: gone, total })}::jsonb where id = ${sampleId} and sample_of = ${homeId}`,
      ),
    );
  }
  await db.tx(sampleId, async (tx) => {
    const blobs = await tx.many<{ hash: Buffer }>(sql`select hash from blob where workspace_id = ${sampleId}`);
    const places = await files.giveUp(
      tx,
      blobs.map((blob) => blob.hash),
    );
    const invented = await tx.many<{ id: string }>(
      sql`select account_id as id from person where workspace_id = ${sampleId} and settings->>'invented' = 'true'`,
    );
    await tx.run(sql`delete from workspace where id = ${sampleId} and sample_of = ${homeId}`);
    // Nobody has their passwords and they work nowhere else.
    await tx.run(sql`delete from account where id = any (${invented.map((one) => one.id)}::uuid[])`);
    // By jobs: not beside others who write to the same pack, nor under a backup that has yet to copy it.
    const home = await enter(tx, homeId);
    for (const place of places) await eraseLater(home, place);
  });
}

/** Up to a hundred conversations with all that hangs on them: messages, words, events, and what was still to happen by itself. */
export async function dropSome(tx: Tx): Promise<number> {
  const sampleId = tx.workspaceId;
  const some = await tx.many<{ id: string }>(
    sql`select id from conversation where workspace_id = ${sampleId} order by id limit ${PIECE}`,
  );
  const ids = some.map((one) => one.id);
  if (ids.length === 0) return 0;
  await tx.run(sql`
    select app_cancel_job(${sampleId}::text || ':' || job || ':' || id) from unnest(array['wake', 'close']) as job, unnest(${ids}::text[]) as id`);
  await tx.run(sql`
    select app_cancel_job(${sampleId}::text || ':deliver:' || id::text) from message where workspace_id = ${sampleId} and conversation_id = any (${ids}::uuid[]) and type = 'out' and state in ('queued', 'sending', 'deferred', 'kept')`);
  await tx.run(sql`delete from search_row where workspace_id = ${sampleId} and conversation_id = any (${ids}::uuid[])`);
  await tx.run(sql`delete from event where workspace_id = ${sampleId} and conversation_id = any (${ids}::uuid[])`);
  await tx.run(sql`delete from conversation where workspace_id = ${sampleId} and id = any (${ids}::uuid[])`);
  return ids.length;
}
