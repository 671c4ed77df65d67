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
  // It may end between two questions too, while the database is read: then nobody would hear of it, and the next one wait for ever.
  let over: Error | null = null;
  let waiting: ((error: Error) => void) | null = null;
  const ends = (error: Error): void => {
    over ??= error;
    waiting?.(over);
  };
  worker.on('error', ends);
  worker.on('exit', () => ends(new Error('Grouping conversations took too long, and was ended.')));
  const ask = <T>(what: Said[] | null): Promise<T> =>
    new Promise((done, failed) => {
      if (over) return failed(over);
      waiting = failed;
      worker.once('message', (answer: T) => done(answer));
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
