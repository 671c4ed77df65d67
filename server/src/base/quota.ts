import type { Storage } from '@hearten/contract';
import { type Db, sql, type Tx } from './db.ts';
import { Conflict } from './errors.ts';
import type { Hearten } from './module.ts';
import type { Wire } from './wire.ts';
import { say } from './words.ts';

const FRESH = 10 * 60_000;
const GB = 1_000_000_000;
const CHANNEL = 'hearten_stored';
const known = new Map<string, { bytes: number; at: number }>();
let others: Wire | null = null;

/** From here on other processes are told what is taken in here, and theirs counts too. */
export async function shareQuota(wire: Wire): Promise<() => Promise<void>> {
  const heard = (text: string): void => {
    const [workspaceId, bytes] = JSON.parse(text) as [string, number];
    const now = known.get(workspaceId);
    if (now) now.bytes += bytes; // nobody asked here yet: whoever does first sums them anew
  };
  await wire.listen(CHANNEL, heard, () => known.clear()); // something may have been missed
  others = wire;
  return async () => {
    others = null;
  };
}

/**
 * Refuses an upload that would take a workspace over its quota. Its bytes are summed at most every ten minutes, and what this process and
 * the others added since is counted on top: nobody pays for it with each mail. Mail is never refused: a customer can't help it, and it
 * would be lost to us.
 */
export async function refuseOverQuota(
  db: Db,
  quotaGb: number | undefined,
  workspaceId: string,
  adding: number,
): Promise<void> {
  if (quotaGb === undefined) return;
  let now = known.get(workspaceId);
  if (!now || Date.now() - now.at > FRESH) {
    const [row] = await db.read<{ bytes: number }>(
      workspaceId,
      sql`select coalesce(sum(size), 0)::bigint as bytes from blob where workspace_id = ${workspaceId}`,
    );
    const meanwhile = known.get(workspaceId);
    // Of two that asked at the same moment the first has counted itself already.
    now = meanwhile && meanwhile !== now ? meanwhile : { bytes: row?.bytes ?? 0, at: Date.now() };
    known.set(workspaceId, now);
  }
  if (now.bytes + adding > quotaGb * GB)
    throw Conflict(
      say(
        'This workspace is at its limit of {quota} GB for mails and files. The file was not stored. Delete conversations for good, or ask whoever runs the server for more room.',
        { quota: quotaGb },
      ),
      { type: 'over-quota' },
    );
  now.bytes += adding;
  others?.say(CHANNEL, JSON.stringify([workspaceId, adding]));
}

/** What a workspace keeps, counted when somebody looks: a sum over one index, some hundred milliseconds for a million mails. */
export async function storageOf(tx: Tx, { config, files }: Pick<Hearten, 'config' | 'files'>): Promise<Storage> {
  const row = await tx.first<{ files: number; bytes: number }>(
    sql`select count(*) as files, coalesce(sum(size), 0)::bigint as bytes from blob where workspace_id = ${tx.workspaceId}`,
  );
  return {
    files: row?.files ?? 0,
    bytes: row?.bytes ?? 0,
    quota: config.QUOTA_GB === undefined ? null : config.QUOTA_GB * 1_000_000_000,
    places: files.stores.map((store) => store.name),
  };
}
