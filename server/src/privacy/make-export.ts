import { type Sql, sql, type Tx } from '../base/db.ts';
import { eraseLater, holdBytes } from '../base/files.ts';
import { jobs } from '../base/jobs.ts';
import type { Hearten } from '../base/module.ts';
import { customerExport } from './customer-export.ts';
import { exportKey, type Fill, type Kind, zipped } from './exports.ts';
import { workspaceExport } from './workspace-export.ts';

const PIECE = 8 * 1024 * 1024;
const ANEW = 5; // times one try of the job begins it anew because somebody was erased

/** The job: what was asked for is made, or said to have failed after the last try. */
export async function makeAsked(hearten: Hearten, workspaceId: string, exportId: string, last: boolean): Promise<void> {
  const [row] = await hearten.db.read<{ kind: Kind; customerId: string | null }>(
    workspaceId,
    sql`select kind, customer_id as "customerId" from data_export where workspace_id = ${workspaceId} and id = ${exportId} and state = 'running'`,
  );
  if (!row) return;
  const fill = row.customerId
    ? customerExport(hearten, workspaceId, row.customerId)
    : workspaceExport(hearten, workspaceId);
  try {
    await makeExport(hearten, workspaceId, exportId, fill);
  } catch (error) {
    if (last)
      await hearten.db.tx(workspaceId, (tx) =>
        tx.run(
          sql`update data_export set state = 'failed' where workspace_id = ${workspaceId} and id = ${exportId} and state = 'running'`,
        ),
      );
    throw error;
  }
}

/**
 * Ends what nobody makes any more: a process that is killed at the last try says nothing. Whoever comes upon it does: the clock, or who looks
 * at the screen.
 */
export async function endBroken(hearten: Hearten, workspaceId: string): Promise<void> {
  const { db } = hearten;
  const left = await db.read<{ id: string }>(
    workspaceId,
    sql`select id from data_export where workspace_id = ${workspaceId} and state = 'running' and created_at < now() - interval '1 minute'`,
  );
  for (const { id } of left)
    await db.tx(workspaceId, async (tx) => {
      if (await jobs.goesOn(tx, exportKey(id))) return;
      const ended = await tx.run(
        sql`update data_export set state = 'failed' where workspace_id = ${workspaceId} and id = ${id} and state = 'running'`,
      );
      if (ended) await dropPieces(tx, hearten, [id]);
    });
}

/** Makes the file, eight megabytes at a time. Broken off, or when somebody was erased who may stand in it, it is begun anew. */
export async function makeExport(hearten: Hearten, workspaceId: string, exportId: string, fill: Fill): Promise<void> {
  for (let times = 0; times < ANEW; times++)
    if ((await makeOnce(hearten, workspaceId, exportId, fill)) !== 'erased') return;
  throw new Error('Somebody was erased each time this export was half made.');
}

type Stands = 'whole' | 'gone' | 'erased';
async function makeOnce(hearten: Hearten, workspaceId: string, exportId: string, fill: Fill): Promise<Stands> {
  const { db, files } = hearten;
  const begun = await db.tx(workspaceId, async (tx) => {
    const there = await tx.run(
      sql`update data_export set spoilt = false, done = 0, total = 0, bytes = 0 where workspace_id = ${workspaceId} and id = ${exportId} and state = 'running'`,
    );
    if (there) await dropPieces(tx, hearten, [exportId]);
    return there > 0;
  });
  if (!begun) return 'gone';
  let [done, total] = [0, 0];
  let n = 0;
  let bytes = 0;
  let held: Buffer[] = [];
  let size = 0;
  const keep = async (): Promise<Stands> => {
    const [stored] = await files.put([Buffer.concat(held)]);
    if (!stored) throw new Error('nothing stored');
    const number = n++;
    bytes += size;
    [held, size] = [[], 0];
    return db.tx(workspaceId, async (tx) => {
      const stands = await howItStands(tx, exportId);
      if (stands !== 'whole') {
        // No row will say where these lie; of who is erased nothing may lie anywhere.
        await eraseLater(tx, { pack: stored.pack, start: stored.start, size: stored.size });
        return stands;
      }
      await files.keep(tx, [stored]);
      await tx.run(
        sql`insert into data_export_piece (workspace_id, export_id, n, hash) values (${workspaceId}, ${exportId}, ${number}, ${stored.hash})`,
      );
      await tx.run(
        sql`update data_export set done = ${done}, total = ${total}, bytes = ${bytes} where workspace_id = ${workspaceId} and id = ${exportId}`,
      );
      return stands;
    });
  };
  const told = (now: number, of: number): void => {
    [done, total] = [now, of];
  };
  for await (const chunk of zipped(fill, told)) {
    held.push(chunk);
    size += chunk.length;
    if (size < PIECE) continue;
    const stands = await keep();
    if (stands !== 'whole') return stands;
  }
  if (size > 0) {
    const stands = await keep();
    if (stands !== 'whole') return stands;
  }
  return db.tx(workspaceId, async (tx) => {
    const stands = await howItStands(tx, exportId);
    if (stands === 'whole')
      await tx.run(
        sql`update data_export set state = 'ready', done = total where workspace_id = ${workspaceId} and id = ${exportId}`,
      );
    return stands;
  });
}

/** Held until the transaction ends: an erasure waits for what is kept in it, and finds it. */
async function howItStands(tx: Tx, exportId: string): Promise<Stands> {
  const row = await tx.first<{ spoilt: boolean }>(
    sql`select spoilt from data_export where workspace_id = ${tx.workspaceId} and id = ${exportId} and state = 'running' for update`,
  );
  if (!row) return 'gone';
  return row.spoilt ? 'erased' : 'whole';
}

async function dropPieces(tx: Tx, { files }: Hearten, exportIds: string[]): Promise<void> {
  const gone = await tx.many<{ hash: Buffer }>(
    sql`delete from data_export_piece where workspace_id = ${tx.workspaceId} and export_id = any (${exportIds}::uuid[]) returning hash`,
  );
  if (gone.length === 0) return;
  const hashes = gone.map((one) => one.hash);
  await holdBytes(tx, hashes);
  // The same bytes may be another export's, or a file that somebody was sent.
  const unused = await tx.many<{ hash: Buffer }>(sql`
    select distinct h as hash from unnest(${hashes}::bytea[]) h
    where not exists (select 1 from data_export_piece p where p.workspace_id = ${tx.workspaceId} and p.hash = h)
      and not exists (select 1 from upload u where u.workspace_id = ${tx.workspaceId} and u.hash = h)`);
  const places = await files.giveUp(
    tx,
    unused.map((one) => one.hash),
  );
  for (const place of places) await eraseLater(tx, place);
}

async function drop(tx: Tx, hearten: Hearten, which: Sql): Promise<void> {
  const over = await tx.many<{ id: string }>(
    sql`select id from data_export where workspace_id = ${tx.workspaceId} and ${which} order by id for update`,
  );
  if (over.length === 0) return;
  const ids = over.map((one) => one.id);
  await dropPieces(tx, hearten, ids);
  await tx.run(sql`delete from data_export where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`);
}

/** What has lain its seven days goes, bytes and all. */
export const dropOld = (tx: Tx, hearten: Hearten): Promise<void> => drop(tx, hearten, sql`expires_at <= now()`);

/**
 * Somebody is erased, and whatever was exported before may hold their words: also what was made of others they spoke with. It goes, bytes and
 * all; what is still being made loses what there is of it and is begun anew, but for their own, which ends.
 */
export async function dropErased(tx: Tx, hearten: Hearten, customerIds: string[] = []): Promise<void> {
  await drop(tx, hearten, sql`(state <> 'running' or customer_id = any (${customerIds}::uuid[]))`);
  const running = await tx.many<{ id: string }>(
    sql`update data_export set spoilt = true, done = 0, bytes = 0 where workspace_id = ${tx.workspaceId} and state = 'running' returning id`,
  );
  await dropPieces(
    tx,
    hearten,
    running.map((one) => one.id),
  );
}
