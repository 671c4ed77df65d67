import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { type Sql, sql, type Tx } from '../base/db.ts';
import { given } from '../base/named.ts';
import type { Seal } from '../base/seal.ts';

/**
 * What an erased person leaves behind: marks of Message-IDs, of the words of mails, and of addresses. A mailbox read again, an archive or a
 * restored backup meets them and makes nothing anew; of what they mark they say nothing without the workspace's key. An address only holds
 * back what was written before the erasure (`at`, now if it isn't one that is made again): who writes again is a new customer.
 */
export async function markErased(
  tx: Tx,
  what: { addresses?: string[]; messageIds?: string[]; at?: string | null },
): Promise<void> {
  const key = randomBytes(32);
  const pad = (by: number): Buffer => Buffer.concat([key, Buffer.alloc(32)]).map((byte) => byte ^ by) as Buffer;
  await tx.run(
    sql`insert into erasure_key (workspace_id, inner_pad, outer_pad) values (${tx.workspaceId}, ${Buffer.from(pad(0x36))}, ${Buffer.from(pad(0x5c))}) on conflict do nothing`,
  );
  const addresses = given(what.addresses ?? []);
  if (addresses.length)
    await tx.run(sql`
      insert into erased_mark (workspace_id, mark, at) select k.workspace_id, erased_as(k, 'address', a), coalesce(${what.at ?? null}::timestamptz, now()) from erasure_key k, unnest(${addresses}::text[]) a
      where k.workspace_id = ${tx.workspaceId} on conflict (workspace_id, mark) do update set at = greatest(erased_mark.at, excluded.at)`);
  if (what.messageIds?.length)
    await tx.run(sql`
      insert into erased_mark (workspace_id, mark)
      select distinct k.workspace_id, erased_as(k, w.kind, w.what) from erasure_key k join message m on m.workspace_id = k.workspace_id and m.id = any (${what.messageIds}::uuid[]),
        lateral (select 'id' as kind, m.external_id as what union all select 'words', encode(m.dedupe, 'hex')
          union all select 'id', n.external_id from named_id n where n.workspace_id = m.workspace_id and n.conversation_id = m.conversation_id and n.message_id = m.id) w
      where k.workspace_id = ${tx.workspaceId} and w.what is not null on conflict do nothing`);
}

/** A part of the look for twins (thread.ts): a row when mail `n` (external_id, dedupe, sender, received) is of one who was erased. */
export const erasedTwin = (workspaceId: string): Sql => sql`
  (select null::uuid, n.inbox_id, null::uuid, 'in', n.dedupe, null::jsonb from erasure_key k join erased_mark e on e.workspace_id = k.workspace_id
    and (e.mark = any (array[erased_as(k, 'id', n.external_id), erased_as(k, 'words', encode(n.dedupe, 'hex'))]) or n.sender <> '' and e.mark = erased_as(k, 'address', n.sender) and e.at >= n.received)
    where k.workspace_id = ${workspaceId} limit 1)`;

/**
 * An erasure as it is noted beside the backups that still hold the person: ids that name nobody any more, and marks. Their key is sealed by
 * the secret key, so that whoever has the backups cannot even try a guess.
 */
export const noted = z.object({
  format: z.literal(1),
  workspaceId: z.string(),
  at: z.string(),
  customerIds: z.array(z.string()),
  /** Both pads of the key, sealed, in base64. */
  key: z.string().nullable(),
  marks: z.array(z.string()),
});
export type Noted = z.infer<typeof noted>;
const placeOfKey = (workspaceId: string): string => `erasure-key ${workspaceId}`;

/** The marks an erasure left, made between these moments or dated `at`. */
export async function marksOf(
  tx: Tx,
  seal: Seal,
  { since, until, at }: { since: string; until: string; at: string },
): Promise<Pick<Noted, 'key' | 'marks'>> {
  const row = await tx.first<{ pads: string; marks: string[] }>(sql`
    select encode(k.inner_pad, 'hex') || ' ' || encode(k.outer_pad, 'hex') as pads,
      array(select encode(m.mark, 'base64') from erased_mark m where m.workspace_id = k.workspace_id and (m.at between ${since}::timestamptz and ${until}::timestamptz or m.at = ${at}::timestamptz)) as marks
    from erasure_key k where k.workspace_id = ${tx.workspaceId}`);
  return {
    key: row ? seal.close(row.pads, placeOfKey(tx.workspaceId)).toString('base64') : null,
    marks: row?.marks ?? [],
  };
}

/** Puts noted marks back, as old as they are. False when nobody can use them: the workspace has no key yet, and theirs does not open. */
export async function keepMarks(tx: Tx, seal: Seal, { key, marks, at }: Noted): Promise<boolean> {
  if (marks.length === 0) return true;
  const known = await tx.first(sql`select 1 from erasure_key where workspace_id = ${tx.workspaceId}`);
  if (!known) {
    let pads: string[];
    try {
      pads = seal.open(Buffer.from(key ?? '', 'base64'), placeOfKey(tx.workspaceId)).split(' ');
    } catch {
      return false; // sealed by a key that was lost; told by whoever asked
    }
    await tx.run(
      sql`insert into erasure_key (workspace_id, inner_pad, outer_pad) values (${tx.workspaceId}, decode(${pads[0]}, 'hex'), decode(${pads[1]}, 'hex')) on conflict do nothing`,
    );
  }
  await tx.run(sql`
    insert into erased_mark (workspace_id, mark, at) select ${tx.workspaceId}, decode(m, 'base64'), ${at}::timestamptz from unnest(${marks}::text[]) m
    on conflict (workspace_id, mark) do update set at = greatest(erased_mark.at, excluded.at)`);
  return true;
}
