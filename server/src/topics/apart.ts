import { Worker } from 'node:worker_threads';
import { type Group, type Said, THREAD } from './group.ts';

/** Fifty thousand conversations take a third of it. */
const MEMORY_MB = 768;
const LONGEST = 10 * 60_000;

export type Apart = {
  add: (some: Said[]) => Promise<void>;
  groups: () => Promise<Group[]>;
  end: () => Promise<void>;
};

/** Groups conversations in a thread that is ended when it takes too long or too much memory; its trouble is the caller's. */
export function groupApart(): Apart {
  const worker = new Worker(new URL('./group.ts', import.meta.url), {
    workerData: THREAD,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
  });
  const timer = setTimeout(() => void worker.terminate(), LONGEST);
  timer.unref();
  const ask = <T>(what: Said[] | null): Promise<T> =>
    new Promise((done, failed) => {
      const over = (): void => failed(new Error('Grouping conversations took too long, and was ended.'));
      const finish = (): void => {
        worker.off('error', failed);
        worker.off('exit', over);
      };
      worker.once('error', failed);
      worker.once('exit', over);
      worker.once('message', (answer: T) => {
        finish();
        done(answer);
      });
      worker.postMessage(what);
    });
  return {
    add: async (some) => void (await ask<null>(some)),
    groups: () => ask<Group[]>(null),
    end: async () => {
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}
