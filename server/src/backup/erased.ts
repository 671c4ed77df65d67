import { NOWHERE, sql } from '../base/db.ts';
import type { Hearten } from '../base/module.ts';
import { marksOf, type Noted, noted } from '../conversations/index.ts';
import { type Box, isSealed } from './box.ts';
import { manifestName, runsOf } from './manifest.ts';
import { openPlace, type Place } from './place.ts';
import { madeAt, signOf } from './run-name.ts';

const FOLDER = 'erased/';
// When a transaction begins is not when it is seen: what happened about then is noted, and made again, rather once too often.
const SLACK = 86_400_000;
const stamp = (at: Date): string => at.toISOString().replace(/[-:]|\.\d+/g, '');
const early = (at: Date): Date => new Date(at.getTime() - SLACK);

type Done = { id: string; at: string; since: string; until: string; customerIds: string[] };
/** Notes what was erased since the oldest backup there and isn't noted yet. A file that holds one backup has no room beside it. */
export async function noteErasures({ db, seal }: Hearten, place: Place, box: Box): Promise<number> {
  const oldest = place.single ? undefined : (await runsOf(place))[0];
  if (oldest === undefined) return 0;
  const there = new Set(await place.list(FOLDER));
  const [here] = await db.read<{ id: string }>(NOWHERE, sql`select id from installation`);
  let count = await sealed(place, box, oldest, there);
  for (const { id: workspaceId } of await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`)) {
    const all = await db.read<Done>(
      workspaceId,
      sql`select id, coalesce(first_at, finished_at) as at, coalesce(begun_at, due_at) as since, finished_at as until,
          array(select distinct unnest(customer_ids || customer_id)) as "customerIds"
        from erasure where workspace_id = ${workspaceId} and state = 'done' and coalesce(first_at, finished_at) > ${early(madeAt(oldest)).toISOString()}::timestamptz order by 2`,
    );
    for (const { id, customerIds, ...when } of all) {
      const at = new Date(when.at);
      const former = `${FOLDER}${stamp(at)}-${id}`;
      const name = `${former}-${signOf(here?.id ?? '')}`;
      if (there.has(name) || there.has(former)) continue;
      const marks = await db.tx(workspaceId, (tx) => marksOf(tx, seal, when));
      const note: Noted = { format: 1, workspaceId, at: at.toISOString(), customerIds, ...marks };
      await place.put(name, await box.close(name, Buffer.from(JSON.stringify(note))));
      count++;
    }
  }
  if (count > 0) await place.end();
  return count;
}

/** Since there is a passphrase, notes are believed only when they are sealed: those of before are sealed too, while backups of before are there. */
async function sealed(place: Place, box: Box, oldest: string, there: Iterable<string>): Promise<number> {
  const first = box.encrypted ? await place.get(manifestName(place, oldest)) : undefined;
  if (!first || isSealed(first)) return 0;
  let count = 0;
  for (const name of there) {
    const boxed = await place.get(name);
    if (!boxed || isSealed(boxed)) continue;
    await place.put(name, await box.close(name, await box.open(name, boxed, true)));
    count++;
  }
  return count;
}

/** The same where backups are made by the clock, once there is one. */
export async function noteInPlace(hearten: Hearten, box: Box): Promise<number> {
  const { config, db } = hearten;
  const [made] = await db.read(NOWHERE, sql`select 1 from backup where state = 'done' limit 1`);
  if (!config.BACKUP_TO || !made) return 0;
  return noteErasures(hearten, await openPlace(config.BACKUP_TO, 'read', config), box);
}

/** Which desk noted it; of before names said so, null. */
const noter = (name: string): string | null => /-[0-9a-f]{12}-([0-9a-f]{12})$/.exec(name)?.[1] ?? null;

/** What was erased since this moment, as far as it is noted there; another desk that shares the place has another passphrase perhaps. */
export async function erasedSince(place: Place, box: Box, moment: string, installation?: string): Promise<Noted[]> {
  if (place.single) return [];
  const from = stamp(early(new Date(moment)));
  const out: Noted[] = [];
  for (const name of await place.list(FOLDER)) {
    const by = noter(name);
    if (by !== null && installation !== undefined && by !== signOf(installation)) continue;
    const boxed = name.slice(FOLDER.length) < from ? undefined : await place.get(name);
    if (!boxed) continue;
    const note = noted.safeParse(JSON.parse((await box.open(name, boxed)).toString()));
    if (!note.success)
      throw new Error(`${name} in ${place.name} was written by a newer Hearten. Use that version, or a later one.`);
    out.push(note.data);
  }
  return out;
}

/** Takes away notes that no backup is old enough for. */
export async function dropNotes(place: Place, oldest: string | undefined): Promise<void> {
  if (oldest === undefined) return;
  const before = stamp(early(early(madeAt(oldest))));
  await place.remove((await place.list(FOLDER)).filter((name) => name.slice(FOLDER.length) < before));
}
