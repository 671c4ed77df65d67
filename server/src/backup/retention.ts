import type { Box } from './box.ts';
import { dropNotes } from './erased.ts';
import { isOurs } from './former.ts';
import { type Manifest, type PackEntry, pieceName, readManifest, runsOf } from './manifest.ts';
import type { Place } from './place.ts';
import { madeAt, ownerOf, type Whose, whoseHere } from './run-name.ts';
import { connectAs } from './tables.ts';

const DAY = 86_400_000;
/** In ms: what has no manifest by then, and mine name says no owner, is of a run that broke off and of none that is still made. */
const LONG = 7 * DAY;

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

export type Expired = {
  gone: string[];
  /** Not opened, as after another passphrase: they stay, with all they may need, and don't count for the rule. */
  unread: string[];
  /** Of other desks, which are left alone. */
  others: number;
};

/**
 * Takes away the runs of this installation that the rule no longer keeps, what was left by those that broke off, and packs that nothing
 * needs any more. Never what is another's, which may be in the middle of making it; nor what we cannot read, or what that may need.
 */
export async function expire(place: Place, box: Box, rule: string, mine: Whose): Promise<Expired> {
  if (place.single) return { gone: [], unread: [], others: 0 };
  const runs = await runsOf(place);
  const manifests = new Map<string, Manifest>();
  for (const run of runs) {
    const owner = ownerOf(run);
    if (owner !== null && owner !== mine.sign) continue;
    // Also one from before there was a passphrase: it goes when its time comes.
    const manifest = await readManifest(place, box, run, true).catch(() => undefined); // among the unread, which are told
    if (manifest) manifests.set(run, manifest);
  }
  const ours = runs.filter((run) => isOurs(run, manifests.get(run), mine));
  const kept = keeps(ours, rule);
  const gone = ours.filter((run) => !kept.has(run));
  const unread = runs.filter((run) => !manifests.has(run) && (ownerOf(run) === null || ownerOf(run) === mine.sign));

  const whole = new Set(runs);
  const left = (run: string): boolean =>
    ownerOf(run) === mine.sign || (ownerOf(run) === null && madeAt(run).getTime() < Date.now() - LONG);
  const inRun = (await place.list('runs/')).filter((name) => {
    const run = name.split('/')[1] as string;
    return whole.has(run) ? gone.includes(run) : left(run);
  });
  // The manifest first: what is half taken away is no backup any more.
  await place.remove(inRun.filter((name) => name.endsWith('/manifest')));
  await place.remove(inRun.filter((name) => !name.endsWith('/manifest')));
  await place.remove(
    await unneeded(
      place,
      box,
      runs.filter((run) => !gone.includes(run)),
      manifests,
      unread,
      left,
    ),
  );
  await dropNotes(
    place,
    runs.find((run) => !gone.includes(run)),
  );
  return { gone, unread, others: runs.length - ours.length - unread.length };
}

/** Pieces of packs that none of the runs that stay needs. What a run points at it wrote itself, or a run before it. */
async function unneeded(
  place: Place,
  box: Box,
  stay: readonly string[],
  manifests: ReadonlyMap<string, Manifest>,
  unread: readonly string[],
  ours: (run: string) => boolean,
): Promise<string[]> {
  const needed = new Set<string>();
  const need = (packs: readonly PackEntry[]): void => {
    for (const entry of packs) for (let piece = 0; piece < entry.pieces; piece++) needed.add(pieceName(entry, piece));
  };
  const closed = [...unread];
  for (const run of stay) {
    const manifest = manifests.get(run);
    if (manifest) need(manifest.packs);
  }
  const writer = (name: string): string => name.split('/')[2] as string;
  const loose = (await place.list('packs/')).filter((name) => !needed.has(name) && ours(writer(name)));
  // Of before names said mine they are: another desk may need them still.
  if (loose.some((name) => ownerOf(writer(name)) === null))
    for (const run of stay) {
      if (manifests.has(run) || closed.includes(run)) continue;
      const manifest = await readManifest(place, box, run, true).catch(() => undefined); // what it needs stays
      if (manifest) need(manifest.packs);
      else closed.push(run);
    }
  return loose.filter((name) => {
    const from = writer(name);
    const mayNeed = ownerOf(from) === null ? closed : unread;
    return !needed.has(name) && !mayNeed.some((run) => run >= from);
  });
}

/** `expire`, but never while another backup of this desk is made: of one without a manifest yet nobody knows that it will be one. */
export async function expireAlone(
  url: string,
  place: Place,
  box: Box,
  rule: string,
  keys: readonly string[],
): Promise<Expired> {
  const client = await connectAs(url, 'hearten expire');
  try {
    const { rows } = await client.query<{ mine: boolean }>(
      `select pg_try_advisory_lock(hashtext('hearten backup expire')) as mine`,
    );
    return rows[0]?.mine
      ? await expire(place, box, rule, await whoseHere(client, keys))
      : { gone: [], unread: [], others: 0 };
  } finally {
    await client.end();
  }
}
