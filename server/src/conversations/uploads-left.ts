import { sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';

const PIECE = 200;
/** Days that a file waits to be sent: a person's as long as anyone may come back to what they wrote, a visitor's as long as they may be there. */
const DAYS = { person: 30, visitor: 2 };

/**
 * Some of the files that were given and never sent. What stands in a draft waits as long as the draft does, and what is in a snippet is used;
 * all else nobody comes back to, and it would count to what the workspace may keep for ever. True while there may be more.
 */
export async function dropLeft(tx: Tx): Promise<boolean> {
  const w = tx.workspaceId;
  // What is named anywhere is read once, not for each file that waits.
  const gone = await tx.many<{ hash: string }>(sql`
    with named as materialized (
      select unnest(d.attachments) as id from draft d where d.workspace_id = ${w} union select unnest(n.attachments) from note_draft n where n.workspace_id = ${w}
      union select unnest(s.files)::text from snippet s where s.workspace_id = ${w}
      union select f.found[1] from (
        select html from draft where workspace_id = ${w} union all select html from note_draft where workspace_id = ${w}
        union all select concat(html, variants, steps) from snippet where workspace_id = ${w}) h, regexp_matches(h.html, '([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})', 'g') f (found))
    delete from upload u where u.workspace_id = ${w} and u.waiting_since is not null and u.id in (
      select x.id from upload x where x.workspace_id = ${w} and x.waiting_since < now() - interval '1 day' * ${DAYS.visitor}::int
        and (x.visitor_id is not null or x.waiting_since < now() - interval '1 day' * ${DAYS.person}::int)
        and (x.visitor_id is not null or not exists (select 1 from named n where n.id = x.id::text))
      order by x.waiting_since limit ${PIECE})
    returning encode(u.hash, 'hex') as hash`);
  const hashes = gone.map((one) => one.hash);
  if (hashes.length > 0) await emit(tx, [{ name: 'message.files-removed', actor: system, data: { hashes } }]);
  return gone.length === PIECE;
}
