import { setTimeout as sleep } from 'node:timers/promises';
import { cpuByKind, cpuOf } from './processes.ts';

export type Load = { cpuMs: number; wallMs: number; p50: number; p95: number; perSecond: number };
const at = (sorted: number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/**
 * Does `each` for every number below `count`, by some clients at once, and says what one cost: processor time of the whole product
 * until it is quiet again (less what it uses when idle), and time by the clock.
 */
export async function load(
  root: number,
  count: number,
  clients: number,
  each: (i: number, client: number) => Promise<unknown>,
  idle = 0,
): Promise<Load> {
  const times: number[] = [];
  const cpu = cpuOf(root);
  const kinds = cpuByKind(root);
  const began = performance.now();
  let next = 0;
  const client = async (n: number): Promise<void> => {
    while (next < count) {
      const i = next++;
      const from = performance.now();
      await each(i, n);
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, n) => client(n)));
  const wallMs = performance.now() - began;
  await quiet(root, idle);
  const spent = cpuOf(root) - cpu - (idle * (performance.now() - began)) / 1000;
  const share = Object.entries(cpuByKind(root)).map(
    ([kind, now]) => `${kind} ${((now - (kinds[kind] ?? 0)) / count).toFixed(2)}`,
  );
  process.stderr.write(
    `${count} × ${clients}: ${(spent / count).toFixed(2)} ms CPU each (idle ${idle.toFixed(0)} ms/s taken off; ${share.join(', ')}), ${wallMs.toFixed(0)} ms in all\n`,
  );
  times.sort((a, b) => a - b);
  return {
    cpuMs: spent / count,
    wallMs,
    p50: at(times, 0.5),
    p95: at(times, 0.95),
    perSecond: (count * 1000) / wallMs,
  };
}

/** What happens after the answer (events told, jobs run, words merged) belongs to the cost: wait until it is done, and say whether it was. */
export async function quiet(root: number, idle = 20, within = 15_000): Promise<boolean> {
  const until = Date.now() + within;
  let before = cpuOf(root);
  let calm = 0;
  while (calm < 2 && Date.now() < until) {
    await sleep(500);
    const now = cpuOf(root);
    calm = now - before <= 30 + idle ? calm + 1 : 0;
    before = now;
  }
  return calm >= 2;
}

const SETTLED = 10 * 60_000; // what a desk does by itself after its start, such as finding what unfiled conversations have in common

/**
 * Processor milliseconds a second that the product uses when nobody does anything: the least of three looks, since what it does now
 * and then by itself must not be taken off from what is measured. A desk that is at work is none to measure this at.
 */
export async function idleOf(root: number, seconds = 6, settled = SETTLED): Promise<number> {
  const before = cpuOf(root);
  const from = Date.now();
  if (!(await quiet(root, 20, settled))) {
    const busy = ((cpuOf(root) - before) / (Date.now() - from)) * 1000;
    throw new Error(
      `The desk was still at work ${Math.round(settled / 1000)} s after its start, ${Math.round(busy)} ms of processor a second, so what it uses by itself is not known. Nothing was measured; look at what it does, and measure again.`,
    );
  }
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 3; look++) {
    const cpu = cpuOf(root);
    await sleep((seconds * 1000) / 3);
    least = Math.min(least, ((cpuOf(root) - cpu) * 3) / seconds);
  }
  return least;
}
