import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { alive, commandOf, startedAt } from './processes.ts';

type Holder = { pid: number; started: string | undefined; launcher: number };

// Someone who starts again at once meets the one before, still saying goodbye.
const patience = 5_000;
const patienceWithOrphans = 20_000;

/**
 * One Hearten per data folder. Says who holds it when someone does; a holder that was killed is no holder, and one
 * whose launcher was killed is about to stop by itself and is waited for.
 */
export async function holdFolder(dataDir: string): Promise<() => Promise<void>> {
  const file = join(dataDir, 'hearten.pid');
  const mine: Holder = { pid: process.pid, started: startedAt(process.pid), launcher: process.ppid };
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o644 });
  const began = Date.now();
  try {
    while (!(await linked(draft, file))) {
      const text = await readFile(file, 'utf8').catch(() => '');
      const holder = parse(text);
      if (!holder || !isThere(holder)) await removeStale(file, text);
      else if (Date.now() - began > (alive(holder.launcher) ? patience : patienceWithOrphans))
        throw new Error(
          `The data folder ${dataDir} is in use by another Hearten: process ${holder.pid} ` +
            `(${commandOf(holder.pid) ?? 'unknown command'}). Nothing was changed. ` +
            `Stop that one first (kill ${holder.pid}), or set DATA_DIR to another folder.`,
        );
      else await sleep(100);
    }
  } finally {
    await rm(draft, { force: true });
  }
  return async () => {
    const holder = parse(await readFile(file, 'utf8').catch(() => ''));
    if (holder?.pid === mine.pid && holder.started === mine.started) await rm(file, { force: true });
  };
}

/** The process that holds a data folder now, if any. */
export async function holderOf(dataDir: string): Promise<number | undefined> {
  const holder = parse(await readFile(join(dataDir, 'hearten.pid'), 'utf8').catch(() => ''));
  return holder && isThere(holder) ? holder.pid : undefined;
}

function isThere(holder: Holder): boolean {
  return alive(holder.pid) && startedAt(holder.pid) === holder.started;
}

function parse(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined; // gone, or cut short by a full disk: nobody who runs holds it
  }
}

/** link() makes the file appear whole or not at all, and fails when there is one. */
async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the file away and looks again: another start may have replaced the stale one in between. */
async function removeStale(file: string, seen: string): Promise<void> {
  const aside = `${file}.stale.${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== seen) await linked(aside, file);
  await rm(aside, { force: true });
}
