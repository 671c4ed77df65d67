import { createHash } from 'node:crypto';
import type { Entry, ZipFile } from 'yauzl';
import { z } from 'zod';
import { sql } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { holdBytes } from '../base/files.ts';
import type { Hearten } from '../base/module.ts';

const MOST = 500;
const blobOf = z.object({ hash: z.string(), size: z.number(), entry: z.string(), start: z.number() });
type Groups = Map<string, z.infer<typeof blobOf>[]>;
/** Which files there are, by the entry that holds them: all that the export counted, before anything is written. */
export async function blobsIn(zip: ZipFile, entries: Map<string, Entry>, count: number): Promise<Groups> {
  const groups: Groups = new Map();
  let found = 0;
  for await (const line of lines(zip, entries, 'blobs.jsonl')) {
    const blob = blobOf.parse(JSON.parse(line));
    if (!entries.has(`blobs/${blob.entry}`)) continue;
    found++;
    const group = groups.get(blob.entry);
    if (group) group.push(blob);
    else groups.set(blob.entry, [blob]);
  }
  if (found !== count)
    throw Invalid(
      `This export should hold ${count} files, and holds ${found}. Nothing was imported; make the export anew.`,
    );
  return groups;
}

export async function bringBlobs(
  hearten: Hearten,
  workspaceId: string,
  zip: ZipFile,
  entries: Map<string, Entry>,
  groups: Groups,
): Promise<number> {
  let count = 0;
  for (const [name, blobs] of groups) {
    const bytes = await bytesOf(zip, entries, `blobs/${name}`);
    const all = blobs.map(({ hash, size, start }) => {
      const content = bytes.subarray(start, start + size);
      if (createHash('sha256').update(content).digest('hex') !== hash)
        throw new Error(`The file ${hash} in this export is damaged. Nothing was imported; make the export anew.`);
      return content;
    });
    const stored = await hearten.files.put(all);
    await hearten.db.tx(workspaceId, (tx) => hearten.files.keep(tx, stored));
    count += stored.length;
  }
  return count;
}

/** Bytes come before rows, and the rows did not: those brought that nothing here points at are given up, and swept with the packs of this process. */
export async function leaveNothing(
  { db, files }: Hearten,
  workspaceId: string,
  brought: { hash: string }[],
): Promise<void> {
  for (let at = 0; at < brought.length; at += MOST)
    await db.tx(workspaceId, async (tx) => {
      const hashes = brought.slice(at, at + MOST).map(({ hash }) => Buffer.from(hash, 'hex'));
      await holdBytes(tx, hashes);
      const left = await tx.many<{ hash: Buffer }>(sql`
        select h as hash from unnest(${hashes}::bytea[]) h
        where not exists (select 1 from upload u where u.workspace_id = ${workspaceId} and u.hash = h)
          and not exists (select 1 from brand b where b.workspace_id = ${workspaceId} and b.logo_hash = h)
          and not exists (select 1 from data_export_piece p where p.workspace_id = ${workspaceId} and p.hash = h)
          and not exists (select 1 from inbound_mail i where i.workspace_id = ${workspaceId} and i.raw_hash = h)
          and not exists (select 1 from message m where m.workspace_id = ${workspaceId} and m.raw_hash = h)`);
      await files.giveUp(
        tx,
        left.map((row) => row.hash),
      );
    });
}

async function bytesOf(zip: ZipFile, entries: Map<string, Entry>, name: string): Promise<Buffer> {
  const entry = entries.get(name);
  if (!entry) throw Invalid('This file is not an export of a workspace, or not all of it. Nothing was imported.');
  const parts: Buffer[] = [];
  for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
export const whole = async (zip: ZipFile, entries: Map<string, Entry>, name: string): Promise<string> =>
  (await bytesOf(zip, entries, name)).toString('utf8');
export async function* lines(zip: ZipFile, entries: Map<string, Entry>, name: string): AsyncGenerator<string> {
  const entry = entries.get(name);
  if (!entry) return;
  let rest = Buffer.alloc(0);
  for await (const part of await zip.openReadStreamPromise(entry)) {
    rest = Buffer.concat([rest, part as Buffer]);
    for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10)) {
      if (end > 0) yield rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
    }
  }
  if (rest.length > 0) yield rest.toString('utf8');
}
