import { randomBytes } from 'node:crypto';
import type { Box } from './box.ts';
import { dropNotes } from './erased.ts';
import { pieceName, readManifest, runsOf } from './manifest.ts';
import type { Place } from './place.ts';
import { connectAs } from './tables.ts';

const DAY = 86_400_000;

/**
 * The name of a run made then, such as `20261126T030000Z-0fa1cd`: it sorts by time, also of two in one second, whose thousandths stand
 * behind the dash before what tells apart two desks that share a place.
 */
export const runName = (at: Date): string =>
  `${at.toISOString().replace(/[-:]|\.\d+/g, '')}-${at.getUTCMilliseconds().toString(16).padStart(3, '0')}${randomBytes(2).toString('hex').slice(1)}`;

/** When a run of this name was made, to the second. */
export const madeAt = (run: string): Date =>
  new Date(run.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*$/, '$1-$2-$3T$4:$5:$6Z'));

/**
 * Which runs stay: of each of the last so many days, weeks and months that have one the newest, and always the newest of all. A week
 * begins on Monday, all in UTC.
 */
export function keeps(runs: readonly string[], rule: string): Set<string> {
  const newestFirst = [...runs].sort().reverse();
  const kept = new Set(newestFirst.slice(0, 1));
  const periods = {
    d: (at: Date) => String(Math.floor(at.getTime() / DAY)),
    w: (at: Date) => String(Math.floor((at.getTime() / DAY + 3) / 7)),
    m: (at: Date) => at.toISOString().slice(0, 7),
  };
  for (const [, count, period] of rule.matchAll(/(\d+)([dwm])/g)) {
    const seen = new Set<string>();
    for (const run of newestFirst) {
      const own = periods[period as 'd'](madeAt(run));
      if (seen.has(own)) continue;
      if (seen.size >= Number(count)) break;
      seen.add(own);
      kept.add(run);
    }
  }
  return kept;
}

/**
 * Takes away runs that the rule no longer keeps, what was left by runs that broke off, and packs that none of the kept ones needs. Only
 * where every kept manifest can be read: what we can't read may need anything.
 */
export async function expire(place: Place, box: Box, rule: string): Promise<string[]> {
  if (place.single) return [];
  const runs = await runsOf(place);
  const kept = keeps(runs, rule);
  const needed = new Set<string>();
  for (const run of kept)
    for (const entry of (await readManifest(place, box, run)).packs)
      for (let piece = 0; piece < entry.pieces; piece++) needed.add(pieceName(entry, piece));
  const gone = runs.filter((run) => !kept.has(run));
  const inRun = (await place.list('runs/')).filter((name) => !kept.has(name.split('/')[1] as string));
  // The manifest first: what is half taken away is no backup any more.
  await place.remove(inRun.filter((name) => name.endsWith('/manifest')));
  await place.remove(inRun.filter((name) => !name.endsWith('/manifest')));
  await place.remove((await place.list('packs/')).filter((name) => !needed.has(name)));
  await dropNotes(place, [...kept].sort()[0]);
  return gone;
}

/** `expire`, but never while another backup is being made: of one without a manifest yet nobody knows that it will be one. */
export async function expireAlone(url: string, place: Place, box: Box, rule: string): Promise<string[]> {
  const client = await connectAs(url, 'hearten expire');
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('hearten backup expire')) as mine`,
    );
    return rows[0]?.mine ? await expire(place, box, rule) : [];
  } finally {
    await client.end();
  }
}
