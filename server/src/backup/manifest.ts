import type { Box } from './box.ts';
import type { Place } from './place.ts';

/** What a backup holds; written last, so that what has none is no backup. */
export type Manifest = {
  format: 1;
  id: string;
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
/** `from`: the run that wrote it; later ones point at it while its tag stays. */
export type PackEntry = { pack: string; tag: string; size: number; from: string; pieces: number };

export const PIECE = 8 * 1024 * 1024;
const RUNS = 'runs/';
const MANIFEST = 'manifest';

/** In a file of its own a run needs no name. */
export const prefixOf = (place: Place, run: string): string => (place.single ? '' : `${RUNS}${run}/`);
export const partName = (place: Place, run: string, table: string, part: number): string =>
  `${prefixOf(place, run)}tables/${table}/${String(part).padStart(5, '0')}`;
export const pieceName = (entry: PackEntry, piece: number): string =>
  `packs/${entry.pack}/${entry.from}/${String(piece).padStart(3, '0')}`;

export async function writeManifest(place: Place, box: Box, manifest: Manifest): Promise<void> {
  const name = `${prefixOf(place, manifest.id)}${MANIFEST}`;
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

export async function readManifest(place: Place, box: Box, run: string): Promise<Manifest> {
  const name = `${prefixOf(place, run)}${MANIFEST}`;
  const boxed = await place.get(name);
  if (!boxed) throw new Error(`${place.name} holds no whole backup: its manifest is missing, so it was broken off.`);
  const manifest = JSON.parse((await box.open(name, boxed)).toString()) as Manifest;
  if (manifest.format !== 1)
    throw new Error(`${place.name} was written by a newer Hearten (format ${manifest.format}). Use that version.`);
  return manifest;
}

/** The newest backup of a place, or the one that was named. */
export async function chosen(place: Place, box: Box, run?: string): Promise<Manifest> {
  const runs = await runsOf(place);
  const wanted = run === undefined ? runs.at(-1) : runs.find((one) => one === run);
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
