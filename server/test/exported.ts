import { fromBufferPromise } from 'yauzl';

/** The entries of a zip, as text. */
export async function entriesOf(zip: Buffer): Promise<Map<string, string>> {
  const out = new Map<string, string>();
  const file = await fromBufferPromise(zip);
  for await (const entry of file.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await file.openReadStreamPromise(entry)) parts.push(part as Buffer);
    out.set(entry.fileName, Buffer.concat(parts).toString('utf8'));
  }
  return out;
}
