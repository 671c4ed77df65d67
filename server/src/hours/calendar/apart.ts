import { Worker } from 'node:worker_threads';
import type { Asked, Read } from './read.ts';

export type Limits = { wallMs: number; memoryMb: number };
const DEFAULTS: Limits = { wallMs: 15_000, memoryMb: 128 };

/**
 * Reads a file of somebody else's in a thread of its own, and ends it when it takes too long or too much memory. Calendars are read once
 * a day: a thread that stays would be larger than what it saves.
 */
export function readApart(asked: Asked, limits: Partial<Limits> = {}): Promise<Read> {
  const { wallMs, memoryMb } = { ...DEFAULTS, ...limits };
  return new Promise((done) => {
    const worker = new Worker(new URL('./read.ts', import.meta.url), {
      workerData: asked,
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: memoryMb, maxYoungGenerationSizeMb: 16, stackSizeMb: 4 },
    });
    const finish = (read: Read): void => {
      clearTimeout(timer);
      done(read);
      void worker.terminate();
    };
    const timer = setTimeout(() => finish({ trouble: 'too-much' }), wallMs);
    worker.once('message', (read: Read) => finish(read));
    // Out of memory, or deeper than its stack: the file is more than it may be.
    worker.once('error', () => finish({ trouble: 'too-much' }));
    worker.once('exit', () => finish({ trouble: 'too-much' }));
  });
}
