import { setTimeout as sleep } from 'node:timers/promises';
import type { Say } from '../embedded.ts';
import { alive } from '../processes.ts';
import type { Home, Postmaster } from './home.ts';
import { findPostmaster, startPostmaster } from './postmaster.ts';

/** Starts Postgres again when it dies under us (kill -9, out of memory). Clients reconnect to the same address. */
export function keepAlive(home: Home, first: Postmaster, log: Say) {
  let running = first;
  let ended = false;
  let restarting: Promise<void> | undefined;

  const timer = setInterval(() => {
    if (restarting || alive(running.pid)) return;
    restarting = restart().finally(() => (restarting = undefined));
  }, 500);
  timer.unref();

  async function restart() {
    log.warn(`Postgres (process ${running.pid}) is gone; starting it again`);
    for (let wait = 250; !ended; wait = Math.min(wait * 2, 10_000)) {
      try {
        running = (await findPostmaster(home)) ?? (await startPostmaster(home, running));
        return;
      } catch (error) {
        log.warn(error instanceof Error ? error.message : String(error));
        await sleep(wait);
      }
    }
  }

  return {
    /** Stops watching and hands back the postmaster that runs now. */
    async end(): Promise<Postmaster> {
      ended = true;
      clearInterval(timer);
      await restarting;
      return running;
    },
  };
}
