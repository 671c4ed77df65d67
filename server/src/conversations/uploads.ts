import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import type { Stored } from '../base/files.ts';
import { newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';

/** An attachment of ours: `upload` names the stored bytes. */
export type OwnAttachment = {
  part: number;
  filename: string;
  contentType: string;
  size: number;
  inline: boolean;
  contentId: null;
  upload: string;
};
type Row = { id: string; filename: string; content_type: string; size: number };

/** A file a person gave, kept until it is sent with a message. */
export async function keepUpload(
  tx: Tx,
  who: Who,
  stored: Stored,
  filename: string,
  contentType: string,
): Promise<{ id: string; filename: string; contentType: string; size: number }> {
  const id = newId();
  await tx.run(
    sql`insert into upload (workspace_id, id, person_id, hash, filename, content_type, size) values (${tx.workspaceId}, ${id}, ${who.id}, ${stored.hash}, ${filename}, ${contentType}, ${stored.size})`,
  );
  return { id, filename, contentType, size: stored.size };
}
/** Only one's own: a file that a colleague is still writing about is nobody else's to send. */
export async function takeUploads(tx: Tx, who: Who, ids: string[]): Promise<OwnAttachment[]> {
  if (ids.length === 0) return [];
  const rows = await tx.many<Row>(
    sql`select id::text, filename, content_type, size from upload where workspace_id = ${tx.workspaceId} and person_id = ${who.id} and id::text = any (${ids}::text[])`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.map((id, part) => {
    const row = byId.get(id);
    if (!row) throw Invalid('One of the attached files is not here any more. Nothing was sent; attach it again.');
    return {
      part,
      filename: row.filename,
      contentType: row.content_type,
      size: row.size,
      inline: false,
      contentId: null,
      upload: id,
    };
  });
}
/** A colleague goes on with what someone had attached: the same bytes, as files of their own. */
export async function handOver(tx: Tx, to: Who, ids: string[]): Promise<string[]> {
  const rows = ids.map((id, place) => ({ id, own: newId(), place }));
  if (rows.length > 0)
    await tx.run(sql`
      insert into upload (workspace_id, id, person_id, hash, filename, content_type, size)
      select ${tx.workspaceId}::uuid, r.own, ${to.id}::uuid, u.hash, u.filename, u.content_type, u.size
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id text, own uuid) join upload u on u.workspace_id = ${tx.workspaceId} and u.id::text = r.id`);
  return rows.map((row) => row.own);
}
/** A file name that is safe to show and to save: no path, no control or direction characters. */
export const safeName = (name: string): string => {
  const base =
    name
      .replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
      .split(/[\\/]/)
      .pop()
      ?.trim()
      .replace(/^\.+/, '') ?? '';
  return base.slice(0, 200) || 'file';
};
