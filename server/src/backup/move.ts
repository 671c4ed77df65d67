import { type Db, NOWHERE } from '../base/db.ts';
import { alone } from '../base/files.ts';
import type { Store } from '../base/store.ts';

/**
 * Copies packs to where they shall lie from now on, under the same names: no row is touched. Those that are there with their size are
 * left; one that grew is copied anew. What was erased here is erased there, for erasing goes to all places that BLOBS names; and never
 * between the reading of a pack and its arrival there, or it would arrive as it was before.
 */
export async function movePacks(
  db: Db,
  from: readonly Store[],
  to: Store,
  progress: (copied: number, bytes: number) => void = () => undefined,
): Promise<{ copied: number; bytes: number; there: number }> {
  const sizes = new Map<string, number>();
  for await (const pack of to.packs()) sizes.set(pack.pack, pack.size);
  const out = { copied: 0, bytes: 0, there: 0 };
  for (const store of from)
    for await (const { pack, size } of store.packs()) {
      if ((sizes.get(pack) ?? -1) >= size) {
        out.there++;
        continue;
      }
      const moved = await db.tx(NOWHERE, async (tx) => {
        await alone(tx, pack);
        const bytes = await store.read(pack, 0, size);
        if (bytes) await to.put(pack, bytes);
        return bytes !== undefined;
      });
      if (!moved) continue; // swept in the meantime
      out.copied++;
      out.bytes += size;
      progress(out.copied, out.bytes);
    }
  return out;
}
