import type pg from 'pg';
import { textOf } from '../base/errors.ts';
import { stillHeld, unlessBackedUp } from '../base/files.ts';
import type { Hearten } from '../base/module.ts';
import { connectAs, workspacesOf } from './tables.ts';

/** Younger packs are left alone: what was stored a moment ago may be in a transaction that still runs. */
export const GRACE = 24 * 3_600_000;
const AT_ONCE = 50;

/** Packs that no row points at: what stays of transactions that failed, of workspaces removed and of conversations deleted for good. */
export async function orphans(
  url: string,
  files: Hearten['files'],
  before: Date,
): Promise<{ pack: string; size: number; store: Hearten['files']['stores'][number] }[]> {
  // First what lies there, then what rows point at: a row written in between points at a pack that is younger than both.
  const old: Awaited<ReturnType<typeof orphans>> = [];
  for (const store of files.stores)
    for await (const { pack, size, changedAt } of store.packs())
      if (changedAt < before) old.push({ pack, size, store });
  if (old.length === 0) return [];
  const client = await connectAs(url, 'hearten sweep');
  try {
    const used = await usedAmong(
      client,
      old.map((one) => one.pack),
    );
    return old.filter(({ pack }) => !used.has(pack));
  } finally {
    await client.end();
  }
}

async function usedAmong(client: pg.Client, packs: readonly string[]): Promise<Set<string>> {
  const used = new Set<string>();
  for (const workspace of await workspacesOf(client)) {
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspace]);
    const { rows } = await client.query<{ pack: string }>(
      'select distinct pack from blob where workspace_id = $1 and pack = any ($2)',
      [workspace, packs],
    );
    for (const { pack } of rows) used.add(pack);
  }
  return used;
}

/**
 * Takes orphans away, but never while a backup is being made. Null: one is, so nothing was done. What a large bucket holds takes minutes to
 * list, for which nothing is held up; then they go a few at a time, so that a backup whose time has come waits for those alone. What is
 * an orphan stays one: rows point at packs that are younger.
 */
export async function sweep(
  { db, files }: Pick<Hearten, 'db' | 'files'>,
  before = new Date(Date.now() - GRACE),
): Promise<{ packs: number; bytes: number } | null> {
  const out = { packs: 0, bytes: 0 };
  if (!(await unlessBackedUp(db, async () => undefined))) return null;
  const left = await orphans(db.url, files, before);
  while (left.length > 0) {
    const few = left.splice(0, AT_ONCE);
    const done = await unlessBackedUp(db, async (tx) => {
      for (const { pack, size, store } of few) {
        await stillHeld(tx);
        await store.remove(pack);
        out.packs++;
        out.bytes += size;
      }
    });
    if (!done) break; // one has begun: the rest tomorrow
  }
  return out;
}

/** Once a day, an hour after the start: nobody waits for room that was wasted. */
export function keepSwept(hearten: Hearten): () => Promise<void> {
  const { log } = hearten;
  let going: Promise<void> = Promise.resolve();
  const once = (): void => {
    going = sweep(hearten)
      .then((out) => {
        if (out && out.packs > 0) log.info('Files that nothing points at were taken away', out);
      })
      .catch((error) => log.warn('Unused files could not be swept; tried again tomorrow', { error: textOf(error) }));
  };
  const first = setTimeout(once, 3_600_000);
  first.unref();
  const timer = setInterval(once, 24 * 3_600_000);
  timer.unref();
  return async () => {
    clearTimeout(first);
    clearInterval(timer);
    await going;
  };
}
