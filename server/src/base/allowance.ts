import type { Wire } from './wire.ts';

/** What is left of a key's requests: `full` seconds until all of them are there again, `wait` until the next one is. */
export type Left = { ok: boolean; left: number; full: number; wait: number };
export type Allowances = {
  /** Counts one request of this key. No statement, no waiting. */
  take: (key: string, perMinute: number) => Left;
  /** From here on other processes are told what was taken here, and theirs counts too. */
  share: (wire: Wire) => Promise<() => Promise<void>>;
};

const CHANNEL = 'hearten_taken';
const LAG = 200; // ms until the others know of the last few requests
const PART = 20; // a twentieth of a minute's requests, taken here, is told at once
const MOST = 100; // keys in one message: NOTIFY carries 8,000 bytes
type Bucket = { left: number; at: number; perMinute: number; untold: number };

/**
 * One bucket a key, refilled evenly, the same in all processes: each counts by itself and tells the others what it took, at the latest
 * when that is a twentieth of a minute's allowance. Until they have heard, one twentieth too much can pass for each further process;
 * it is owed then, so over any longer time the rate is exact. While the line between them is down, each counts alone.
 */
export function makeAllowances(now: () => number = Date.now): Allowances {
  const buckets = new Map<string, Bucket>();
  let line: Wire | null = null;
  let waiting: NodeJS.Timeout | null = null;

  const refilled = (key: string, perMinute: number): Bucket => {
    const at = now();
    const bucket = buckets.get(key) ?? { left: perMinute, at, perMinute, untold: 0 };
    bucket.left = Math.min(perMinute, bucket.left + ((at - bucket.at) / 60_000) * perMinute);
    Object.assign(bucket, { at, perMinute });
    buckets.set(key, bucket);
    if (buckets.size > 20_000)
      for (const [k, b] of buckets) if (b.left + ((at - b.at) / 60_000) * b.perMinute >= b.perMinute) buckets.delete(k);
    return bucket;
  };
  const tell = (): void => {
    if (waiting) clearTimeout(waiting);
    waiting = null;
    const news = [...buckets].filter(([, bucket]) => bucket.untold > 0);
    for (let i = 0; i < news.length; i += MOST)
      line?.say(CHANNEL, JSON.stringify(news.slice(i, i + MOST).map(([key, b]) => [key, b.untold, b.perMinute])));
    for (const [, bucket] of news) bucket.untold = 0;
  };

  return {
    take: (key, perMinute) => {
      const bucket = refilled(key, perMinute);
      const seconds = (missing: number): number => Math.max(1, Math.ceil((missing / perMinute) * 60));
      if (bucket.left < 1)
        return { ok: false, left: 0, full: seconds(perMinute - bucket.left), wait: seconds(1 - bucket.left) };
      bucket.left -= 1;
      bucket.untold += 1;
      if (line && bucket.untold * PART >= perMinute) tell();
      else if (line) waiting ??= setTimeout(tell, LAG).unref();
      return { ok: true, left: Math.floor(bucket.left), full: seconds(perMinute - bucket.left), wait: 0 };
    },
    share: async (wire) => {
      const heard = (text: string): void => {
        for (const [key, taken, perMinute] of JSON.parse(text) as [string, number, number][])
          refilled(key, perMinute).left -= taken;
      };
      await wire.listen(CHANNEL, heard, () => undefined);
      line = wire;
      return async () => {
        tell();
        line = null;
      };
    },
  };
}
