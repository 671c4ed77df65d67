import { join } from 'node:path';
import type { Config } from './config.ts';
import { newId } from './ids.ts';
import { type Bucket, openBucket } from './s3.ts';
import { hash } from './seal.ts';
import type { Store } from './store.ts';
import { folderStore } from './store-folder.ts';

/**
 * Packs as objects of a bucket. What arrives together is one object (up to 50 mails, or 12 MB): an object is written at once or not at
 * all, so a pack is never added to. Reading asks for the bytes that are wanted.
 */
export function bucketStore(bucket: Bucket): Store {
  return {
    name: bucket.name,
    id: async () => hash(bucket.home).toString('hex').slice(0, 12),
    add: async (bytes) => {
      const pack = `${newId()}.pack`;
      await bucket.put(pack, bytes);
      return { pack, start: 0 };
    },
    read: (pack, start, size) => bucket.get(pack, { start, size }),
    erase: async (pack, start, size) => {
      const bytes = await bucket.get(pack);
      if (!bytes) return false;
      await bucket.put(pack, bytes.fill(0, start, start + size));
      return true;
    },
    put: (pack, bytes) => bucket.put(pack, bytes),
    remove: (pack) => bucket.remove(pack),
    packs: async function* () {
      for await (const { name, size, tag, changedAt } of bucket.list(''))
        if (!name.includes('/') && name.endsWith('.pack')) yield { pack: name, size, tag: `${size}-${tag}`, changedAt };
    },
    close: async () => undefined,
  };
}

/** The places that BLOBS names, in its order: what is new goes to the first. */
export async function openStores(config: Config): Promise<Store[]> {
  const out: Store[] = [];
  for (const where of config.BLOBS)
    out.push(
      where === 'folder' ? await folderStore(join(config.DATA_DIR, 'files')) : bucketStore(openBucket(where, config)),
    );
  return out;
}
