import { audit, type By, type Entry } from './audit.ts';
import type { Db } from './db.ts';
import type { Log } from './log.ts';

const SOON = 2_000;
const AGAIN = 3_600_000; // the same by the same person within an hour is one line
const MOST = 20_000;

export type Later = {
  note: (workspaceId: string, entry: Entry & { by: By }) => void;
  flush: () => Promise<void>;
};

/**
 * For what is read, not changed: lines that leave together every two seconds, so that reading costs no round trip and no disk write of
 * its own. A process that is killed loses at most those two seconds of them; one that stops writes them first.
 */
export function auditLater(db: Db, log: Log): Later {
  const waiting = new Map<string, (Entry & { by: By })[]>();
  const seen = new Map<string, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const all = [...waiting];
    waiting.clear();
    for (const [workspaceId, entries] of all)
      try {
        await db.tx(workspaceId, (tx) => audit(tx, ...entries));
      } catch (error) {
        log.error('Who read which files could not be written to the audit log', {
          error,
          workspaceId,
          lines: entries.length,
        });
      }
  };
  return {
    flush,
    note: (workspaceId, entry) => {
      const key = `${workspaceId} ${entry.by.id} ${entry.what} ${entry.about?.join(' ')} ${JSON.stringify(entry.facts ?? {})}`;
      if (Date.now() - (seen.get(key) ?? 0) < AGAIN) return;
      if (seen.size > MOST) seen.clear();
      seen.set(key, Date.now());
      waiting.set(workspaceId, [...(waiting.get(workspaceId) ?? []), entry]);
      timer ??= setTimeout(() => void flush(), SOON);
    },
  };
}
