import type { Box } from './box.ts';
import type { Place } from './place.ts';
import { ownerOf } from './run-name.ts';

/** What a backup holds; written last, so that what has none is no backup. */
export type Manifest = {
  format: 1;
  id: string;
  /** Which installation made it; older ones don't say. */
  installation?: string;
  at: string;
  program: string;
  /** The migrations its tables had. */
  migrations: string[];
  tables: Record<string, { columns: string[]; rows: number; sum: string; parts: number }>;
  packs: PackEntry[];
  /** Packs that rows point at and that were in no place where packs lie. */
  missing: string[];
  blobs: { count: number; bytes: number };
  /** The key of the secrets, only in an encrypted one. */
  key: string | null;
  /** Opens with the key that sealed what is in it, and no other. */
  keyCheck: string | null;
  /** Bytes written, in this run. */
  size: number;
};
/** `from`: the run that wrote it; later ones point at it while its tag stays. Older ones don't say whether it is `sealed`. */
export type PackEntry = { pack: string; tag: string; size: number; from: string; pieces: number; sealed?: boolean };

export const PIECE = 8 * 1024 * 1024;
const RUNS = 'runs/';
const MANIFEST = 'manifest';

/** In a file of its own a run needs no name. */
export const prefixOf = (place: Place, run: string): string => (place.single ? '' : `${RUNS}${run}/`);
export const partName = (place: Place, run: string, table: string, part: number): string =>
  `${prefixOf(place, run)}tables/${table}/${String(part).padStart(5, '0')}`;
export const pieceName = (entry: PackEntry, piece: number): string =>
  `packs/${entry.pack}/${entry.from}/${String(piece).padStart(3, '0')}`;

export const manifestName = (place: Place, run: string): string => `${prefixOf(place, run)}${MANIFEST}`;

export async function writeManifest(place: Place, box: Box, manifest: Manifest): Promise<void> {
  const name = manifestName(place, manifest.id);
  await place.put(name, await box.close(name, Buffer.from(JSON.stringify(manifest))));
}

/** The runs of a place, oldest first; a file holds one. */
export async function runsOf(place: Place): Promise<string[]> {
  if (place.single) return [''];
  const names = await place.list(RUNS);
  return names
    .filter((name) => name.endsWith(`/${MANIFEST}`))
    .map((name) => name.slice(RUNS.length, -MANIFEST.length - 1))
    .sort();
}

export async function readManifest(place: Place, box: Box, run: string, plainToo?: boolean): Promise<Manifest> {
  const name = manifestName(place, run);
  const boxed = await place.get(name);
  if (!boxed) throw new Error(`${place.name} holds no whole backup: its manifest is missing, so it was broken off.`);
  const manifest = JSON.parse((await box.open(name, boxed, plainToo)).toString()) as Manifest;
  if (manifest.format !== 1)
    throw new Error(`${place.name} was written by a newer Hearten (format ${manifest.format}). Use that version.`);
  return manifest;
}

/** The newest backup of a place, or the one that was named; where two desks keep theirs in one place, one has to be named. */
export async function chosen(place: Place, box: Box, run?: string): Promise<Manifest> {
  const runs = await runsOf(place);
  const wanted = run === undefined ? runs.at(-1) : runs.find((one) => one === run);
  const desks = new Map(runs.map((one) => [ownerOf(one), one]));
  // Before runs had their desk in their name: of the desk that goes on with them, unless one of them is the newest.
  if (wanted !== undefined && ownerOf(wanted) !== null) desks.delete(null);
  if (run === undefined && desks.size > 1)
    throw new Error(
      `${place.name} holds backups of ${desks.size} desks. Nothing was changed. Say which one with --run; the newest of each: ${[...desks.values()].join(', ')}`,
    );
  if (wanted === undefined)
    throw new Error(
      run === undefined
        ? `${place.name} holds no whole backup.`
        : `${place.name} has no backup ${run}: ${runs.join(', ')}`,
    );
  return readManifest(place, box, wanted);
}

export async function opened(place: Place, box: Box, name: string): Promise<Buffer> {
  const boxed = await place.get(name);
  if (!boxed) throw new Error(`${name} is missing in ${place.name}. The backup is not whole; take another one.`);
  return box.open(name, boxed);
}
