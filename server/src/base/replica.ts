import type pg from 'pg';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';

/** How old what a copy of the database says may be, in ms; older, and the database itself is asked. */
export const MOST_BEHIND = 5_000;
const LOOK_EVERY = 1_000;

/** What is known of the copy that searches and reports are asked of. */
export type Replica = {
  /** It holds everything of this workspace that was written through this process, and of all others but the last seconds. */
  fits: (workspaceId: string) => boolean;
  wrote: (workspaceId: string) => void;
  /** ms it is behind at most, or what is wrong with it. */
  state: () => number | string;
  /** A statement failed on it: not asked again until it has shown to be well. */
  failed: (error: unknown) => void;
  stop: () => void;
};

/**
 * Asks the database every second how far it has written, and the copy whether it has come so far: from then on the copy holds all that
 * was there when the database was asked.
 */
export function watchReplica(primary: pg.Pool, copy: pg.Pool, log?: Log): Replica {
  const wrote = new Map<string, number>();
  let fresh = 0;
  let trouble = 'It has not been asked yet.';
  let waiting: { lsn: string; at: number } | null = null;
  let stopped = false;
  let timer: NodeJS.Timeout;

  const look = async (): Promise<void> => {
    if (!waiting) {
      const at = Date.now();
      const { rows } = await primary.query<{ lsn: string }>('select pg_current_wal_lsn()::text as lsn');
      waiting = { lsn: rows[0]?.lsn as string, at };
    }
    const { rows } = await copy.query<{ there: boolean }>(
      'select coalesce(pg_last_wal_replay_lsn() >= $1::pg_lsn, not pg_is_in_recovery()) as there',
      [waiting.lsn],
    );
    if (rows[0]?.there) {
      fresh = waiting.at;
      waiting = null;
      for (const [workspaceId, at] of wrote) if (at < fresh) wrote.delete(workspaceId);
    }
    if (trouble) log?.info('Searches and reports are asked of the copy of the database');
    trouble = '';
  };
  const again = (): void => {
    if (stopped) return;
    timer = setTimeout(
      () => {
        look()
          .catch((error) => {
            if (!trouble)
              log?.warn('The copy of the database is away; searches and reports are asked of the database', {
                error: textOf(error),
              });
            trouble = textOf(error);
            waiting = null;
          })
          .finally(again);
      },
      waiting ? LOOK_EVERY / 5 : LOOK_EVERY,
    );
    timer.unref();
  };
  again();
  return {
    fits: (workspaceId) => trouble === '' && Date.now() - fresh <= MOST_BEHIND && (wrote.get(workspaceId) ?? 0) < fresh,
    wrote: (workspaceId) => wrote.set(workspaceId, Date.now()),
    state: () => trouble || Date.now() - fresh,
    failed: (error) => {
      trouble = textOf(error);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
