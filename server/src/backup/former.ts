import type { Box } from './box.ts';
import { type Manifest, type PackEntry, readManifest, runsOf } from './manifest.ts';
import type { Place } from './place.ts';
import { ownerOf, type Whose } from './run-name.ts';

export function isOurs(run: string, manifest: Manifest | undefined, mine: Whose): boolean {
  if (!manifest) return false;
  const owner = ownerOf(run);
  return owner === null ? manifest.keyCheck !== null && mine.knows(manifest.keyCheck) : owner === mine.sign;
}

/**
 * The packs that our newest run holds, if we can open it: one made with another passphrase is left alone. With a passphrase only what is
 * known to be sealed: a new backup never points at bytes that lie there in clear.
 */
export async function former(place: Place, box: Box, mine: Whose): Promise<Map<string, PackEntry>> {
  const runs = place.single ? [] : await runsOf(place);
  for (const run of runs.reverse()) {
    if (ownerOf(run) !== null && ownerOf(run) !== mine.sign) continue;
    let manifest: Manifest;
    try {
      manifest = await readManifest(place, box, run);
    } catch {
      return new Map(); // all packs are copied again, under names of their own
    }
    if (isOurs(run, manifest, mine))
      return new Map(
        manifest.packs.filter(({ sealed }) => !box.encrypted || sealed === true).map((entry) => [entry.pack, entry]),
      );
  }
  return new Map();
}
