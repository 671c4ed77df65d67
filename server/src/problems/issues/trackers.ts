import type { Body, Reply, Tracker } from '@hearten/contract';
import { sql, type Tx } from '../../base/db.ts';
import { Invalid, NotFound } from '../../base/errors.ts';
import { newId } from '../../base/ids.ts';
import { newToken, type Seal } from '../../base/seal.ts';
import { say } from '../../base/words.ts';

const MOST = 20;
export const placeOf = (workspaceId: string, id: string): string => `tracker:${workspaceId}:${id}`;

const rows = (tx: Tx, id: string | null): Promise<Tracker[]> =>
  tx.many<Tracker>(sql`
    select id, kind, name, heard_at as "heardAt", created_at as "createdAt" from tracker
    where workspace_id = ${tx.workspaceId} and (${id}::uuid is null or id = ${id}) order by created_at, id`);

export const listTrackers = async (tx: Tx): Promise<Reply<'GET /trackers'>> => ({ items: await rows(tx, null) });

async function trackerById(tx: Tx, id: string): Promise<Tracker> {
  const [row] = await rows(tx, id);
  if (!row) throw NotFound();
  return row;
}

export async function makeTracker(tx: Tx, seal: Seal, body: Body<'POST /trackers'>): Promise<Reply<'POST /trackers'>> {
  const there = await rows(tx, null);
  if (there.length >= MOST)
    throw Invalid(say('A workspace has {most} trackers at most. Nothing was made; remove one first.', { most: MOST }));
  const [id, secret] = [newId(), newToken()];
  const sealed = seal.close(secret, placeOf(tx.workspaceId, id));
  await tx.run(sql`
    insert into tracker (workspace_id, id, kind, name, sealed) values (${tx.workspaceId}, ${id}, ${body.kind}, ${body.name}, ${sealed})`);
  return { ...(await trackerById(tx, id)), secret };
}

/** A secret that the tracker made up itself takes the place of ours; it is never shown again. */
export async function changeTracker(
  tx: Tx,
  seal: Seal,
  id: string,
  body: Body<'PATCH /trackers/:id'>,
): Promise<Tracker> {
  const sealed = body.secret === undefined ? null : seal.close(body.secret, placeOf(tx.workspaceId, id));
  const changed = await tx.run(sql`
    update tracker set name = case when ${body.name ?? null}::text is null then name else ${body.name ?? null} end, sealed = case when ${sealed}::bytea is null then sealed else ${sealed} end
    where workspace_id = ${tx.workspaceId} and id = ${id}`);
  if (!changed) throw NotFound();
  return trackerById(tx, id);
}

/** What it told stays with the problems, and is no longer kept up to date. */
export async function deleteTracker(tx: Tx, id: string): Promise<void> {
  if (!(await tx.run(sql`delete from tracker where workspace_id = ${tx.workspaceId} and id = ${id}`))) throw NotFound();
}
