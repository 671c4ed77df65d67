import { TooMany } from './errors.ts';

/** A bucket a key that refills evenly; memory bounded by forgetting full buckets. */
export function makeLimit(perMinute: number, burst = perMinute): (key: string, cost?: number) => void {
  const buckets = new Map<string, { left: number; at: number }>();
  return (key, cost = 1) => {
    const now = Date.now();
    const bucket = buckets.get(key) ?? { left: burst, at: now };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 60_000) * perMinute);
    bucket.at = now;
    if (bucket.left < cost)
      throw TooMany(
        'Too many requests in a short time. Nothing was changed; wait a little and try again.',
        Math.max(1, Math.ceil(((cost - bucket.left) / perMinute) * 60)),
      );
    bucket.left -= cost;
    buckets.set(key, bucket);
    if (buckets.size > 20_000)
      for (const [k, b] of buckets) if (b.left + ((now - b.at) / 60_000) * perMinute >= burst) buckets.delete(k);
  };
}
