import { type Sql, sql, type Tx } from '../base/db.ts';
import { Invalid, NotFound } from '../base/errors.ts';
import { emit, system } from '../base/events.ts';
import type { Stored } from '../base/files.ts';
import { isId, newId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { say } from '../base/words.ts';
import { usable } from './snippets/rows.ts';

/** An attachment of ours: `upload` names the stored bytes. */
export type OwnAttachment = {
  part: number;
  filename: string;
  contentType: string;
  size: number;
  inline: boolean;
  /** Of a picture in the text: what its `cid:` names, the id under which it was put in. */
  contentId: string | null;
  upload: string;
};
type Row = { id: string; filename: string; content_type: string; size: number };

/** A file of a person, for a message. Whoever gives one before there is a message `waits` with it: what is never sent goes (uploads-left.ts). */
export async function keepUpload(
  tx: Tx,
  who: Who,
  stored: Stored,
  filename: string,
  contentType: string,
  waits = false,
): Promise<{ id: string; filename: string; contentType: string; size: number }> {
  const id = newId();
  await tx.run(sql`
    insert into upload (workspace_id, id, person_id, hash, filename, content_type, size, waiting_since)
    values (${tx.workspaceId}, ${id}, ${who.id}, ${stored.hash}, ${filename}, ${contentType}, ${stored.size}, case when ${waits} then now() end)`);
  return { id, filename, contentType, size: stored.size };
}
/** The same of a visitor. */
export async function keepVisitorFile(
  tx: Tx,
  visitorId: string,
  stored: Stored,
  filename: string,
  contentType: string,
): Promise<{ id: string; filename: string; contentType: string; size: number }> {
  const id = newId();
  await tx.run(sql`
    insert into upload (workspace_id, id, visitor_id, hash, filename, content_type, size, waiting_since)
    values (${tx.workspaceId}, ${id}, ${visitorId}, ${stored.hash}, ${filename}, ${contentType}, ${stored.size}, now())`);
  return { id, filename, contentType, size: stored.size };
}
/** How much a visitor gave that stands in no message. */
export const waitingBytesOf = async (tx: Tx, visitorId: string): Promise<number> =>
  (
    await tx.first<{ bytes: number }>(
      sql`select coalesce(sum(size), 0)::float8 as bytes from upload where workspace_id = ${tx.workspaceId} and visitor_id = ${visitorId} and waiting_since is not null`,
    )
  )?.bytes ?? 0;
/** Files that visitors gave go with them. */
export async function dropVisitorFiles(tx: Tx, visitorIds: string[]): Promise<void> {
  const gone = await tx.many<{ hash: string }>(
    sql`delete from upload where workspace_id = ${tx.workspaceId} and visitor_id = any (${visitorIds}::uuid[]) returning encode(hash, 'hex') as hash`,
  );
  const hashes = gone.map((one) => one.hash);
  if (hashes.length > 0) await emit(tx, [{ name: 'message.files-removed', actor: system, data: { hashes } }]);
}
/**
 * What a message attaches, by the ids that were named. Each message has files of its own: one that another message took already is there once
 * more, under an id of its own. With the conversation of the first the second would lose it otherwise.
 */
async function take(tx: Tx, whose: Sql, ids: string[]): Promise<Map<string, Row>> {
  const waited = await tx.many<Row>(sql`
    update upload u set waiting_since = null where u.workspace_id = ${tx.workspaceId} and ${whose} and u.id = any (${ids}::uuid[]) and u.waiting_since is not null
    returning u.id::text, u.filename, u.content_type, u.size::int`);
  const found = new Map(waited.map((row) => [row.id, row]));
  const again = [...new Set(ids)].filter((id) => !found.has(id)).map((id) => ({ id, own: newId() }));
  if (again.length === 0) return found;
  const copies = await tx.many<Row & { of: string }>(sql`
    with r as materialized (select * from jsonb_to_recordset(${JSON.stringify(again)}::jsonb) as r (id uuid, own uuid)),
      held as (select b.hash from blob b where b.workspace_id = ${tx.workspaceId}
        and b.hash in (select u.hash from upload u where u.workspace_id = ${tx.workspaceId} and u.id in (select r.id from r)) order by b.hash for key share),
      made as (insert into upload (workspace_id, id, person_id, visitor_id, hash, filename, content_type, size)
        select ${tx.workspaceId}::uuid, r.own, u.person_id, u.visitor_id, u.hash, u.filename, u.content_type, u.size
        from r join upload u on u.workspace_id = ${tx.workspaceId} and u.id = r.id and ${whose} join held h on h.hash = u.hash
        returning id, filename, content_type, size)
    select r.id::text as of, m.id::text, m.filename, m.content_type, m.size::int from made m join r on r.own = m.id`);
  for (const { of, ...row } of copies) found.set(of, row);
  return found;
}
/** What a visitor attaches: their own files only. */
export async function takeVisitorFiles(tx: Tx, visitorId: string, ids: string[]): Promise<OwnAttachment[]> {
  if (ids.length === 0) return [];
  const rows = await take(tx, sql`u.visitor_id = ${visitorId}`, ids);
  return ids.map((id, part) => {
    const row = rows.get(id);
    if (!row) throw Invalid('One of the attached files is not here any more. Nothing was sent; attach it again.');
    const { filename, content_type: contentType, size } = row;
    return { part, filename, contentType, size, inline: false, contentId: null, upload: row.id };
  });
}
/** Pictures that mail programs and browsers draw without running anything. */
export const DRAWN: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** Only one's own: a file that a colleague is still writing about is nobody else's to send. `pictures` stand in the text, and come last. */
export async function takeUploads(
  tx: Tx,
  who: Who,
  ids: string[],
  pictures: string[] = [],
  most = Number.POSITIVE_INFINITY,
): Promise<OwnAttachment[]> {
  const files = ids.filter((id) => !pictures.includes(id));
  const all = [...files, ...pictures];
  if (all.length === 0) return [];
  const byId = await take(tx, sql`u.person_id = ${who.id}`, all.filter(isId));
  const taken = all.map((id, part) => {
    const row = byId.get(id);
    const inline = part >= files.length;
    if (!row)
      throw Invalid(
        inline
          ? say('A picture in the text is not here any more. Nothing was sent; take it out or put it in again.')
          : say('One of the attached files is not here any more. Nothing was sent; attach it again.'),
      );
    if (inline && !DRAWN.has(row.content_type))
      throw Invalid(
        say('“{filename}” is no picture that can stand in a text. Nothing was sent; attach it as a file.', {
          filename: row.filename,
        }),
      );
    return {
      part,
      filename: row.filename,
      contentType: row.content_type,
      size: row.size,
      inline,
      contentId: inline ? id : null,
      upload: row.id,
    };
  });
  within(taken, most);
  return taken;
}
/** Refuses what is too much for one message. */
export function within(files: readonly { size: number }[], most: number): void {
  const whole = files.reduce((sum, file) => sum + file.size, 0);
  if (whole > most)
    throw Invalid(
      say(
        'The files come to {whole} MB together, and {most} MB can go in one message. Nothing was sent; take some out, or send them in two.',
        { whole: Math.ceil(whole / 1_000_000), most: Math.floor(most / 1_000_000) },
      ),
    );
}
/** A picture that its owner is writing about, or one in a snippet that one may use; nobody else sees it before it is sent, and nothing but pictures is shown. */
export async function ownPicture(tx: Tx, who: Who, id: string): Promise<{ hash: Buffer; contentType: string }> {
  const row = isId(id)
    ? await tx.first<{ hash: Buffer; contentType: string }>(
        sql`select hash, content_type as "contentType" from upload where workspace_id = ${tx.workspaceId} and id = ${id}
          and (person_id = ${who.id} or exists (select 1 from snippet s where s.workspace_id = ${tx.workspaceId} and ${id} = any (s.files) and ${usable(who)}))`,
      )
    : undefined;
  if (!row || !DRAWN.has(row.contentType)) throw NotFound('This picture is not here.');
  return row;
}
/** What a message that was taken back had attached waits to be sent again, unless another of its conversation has it too. */
export async function waitAgain(tx: Tx, conversationId: string, ids: string[]): Promise<void> {
  if (ids.length > 0)
    await tx.run(sql`
      update upload u set waiting_since = now() where u.workspace_id = ${tx.workspaceId} and u.id = any (${ids.filter(isId)}::uuid[])
        and not exists (select 1 from message m where m.workspace_id = u.workspace_id and m.conversation_id = ${conversationId}
          and m.attachments @> jsonb_build_array(jsonb_build_object('upload', u.id)))`);
}
/**
 * A colleague goes on with what someone had attached: the same bytes, as files of their own. The bytes are held for it: whoever deletes the
 * first of the two in this moment finds the second, and gives up nothing.
 */
export async function handOver(tx: Tx, to: Who, ids: string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = ids.filter(isId).map((id) => ({ id, own: newId() }));
  const copied = await tx.run(sql`
    with held as (select b.hash from blob b where b.workspace_id = ${tx.workspaceId}
      and b.hash in (select u.hash from upload u where u.workspace_id = ${tx.workspaceId} and u.id = any (${rows.map((row) => row.id)}::uuid[])) order by b.hash for key share)
    insert into upload (workspace_id, id, person_id, hash, filename, content_type, size, waiting_since)
    select ${tx.workspaceId}::uuid, r.own, ${to.id}::uuid, u.hash, u.filename, u.content_type, u.size, now()
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, own uuid) join upload u on u.workspace_id = ${tx.workspaceId} and u.id = r.id join held h on h.hash = u.hash`);
  if (copied < ids.length)
    throw Invalid('One of the attached files is not here any more. Nothing was sent; attach it again.');
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
