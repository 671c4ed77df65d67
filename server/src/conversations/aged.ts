import { none, type Sql, sql, type Tx } from '../base/db.ts';
import { emit, system } from '../base/events.ts';
import { isId } from '../base/ids.ts';
import { bury, remove } from './remove.ts';

export type Which = 'conversations' | 'spam';
const PIECE = 50;

/**
 * What is over and as old as that; or spam of that age. What waits for an answer, is snoozed or planned is never among it, nor a
 * conversation beside which something is still said, or was lately: that would go with it. What is said beside one goes with it only.
 */
const aged = (which: Which, days: number): Sql => sql`
  c.merged_into is null and c.scheduled_at is null and c.last_at < now() - make_interval(days => ${days}::int)
  and ${which === 'spam' ? sql`c.folder = 'spam'` : sql`c.folder = 'inbox' and c.status in ('resolved', 'closed')`}
  and c.parent_kind is distinct from 'side' and not exists (select 1 from conversation s where s.workspace_id = c.workspace_id and s.parent_id is not null and s.parent_kind = 'side'
    and s.parent_id in (select c.id union all select m.id from conversation m where m.workspace_id = c.workspace_id and m.merged_into = c.id)
    and (s.status not in ('resolved', 'closed') or s.scheduled_at is not null or s.last_at >= now() - make_interval(days => ${days}::int)))`;

const counted = async (tx: Tx, rows: Sql): Promise<number> =>
  (await tx.first<{ n: number }>(sql`select count(*)::int as n from (${rows} limit 10000) x`))?.n ?? 0;
export const countAged = (tx: Tx, which: Which, days: number): Promise<number> =>
  counted(tx, sql`select 1 from conversation c where c.workspace_id = ${tx.workspaceId} and ${aged(which, days)}`);

/** Some of them go for good, as from the trash: with everything of theirs, and a tombstone, so that no mailbox brings them back. */
export async function removeAged(tx: Tx, which: Which, days: number): Promise<number> {
  const roots = await tx.many<{ id: string }>(
    sql`select c.id from conversation c where c.workspace_id = ${tx.workspaceId} and ${aged(which, days)} order by c.last_at, c.id limit ${PIECE} for update skip locked`,
  );
  if (roots.length === 0) return 0;
  const all = await tx.many<{ id: string }>(sql`
    with recursive theirs as (select r as id from unnest(${roots.map((row) => row.id)}::uuid[]) r
      union select c.id from theirs t join conversation c on c.workspace_id = ${tx.workspaceId} and (c.merged_into = t.id or c.parent_id = t.id and c.parent_kind = 'side'))
    select id from theirs`);
  const ids = all.map((row) => row.id);
  await bury(tx, ids);
  await remove(tx, system, {}, ids);
  return roots.length;
}

/** Said as the index message_files says it, which holds these alone. */
const withFiles = (days: number): Sql => sql`
  m.at < now() - make_interval(days => ${days}::int) and (m.state is null or m.state not in ('queued', 'sending', 'deferred'))
  and (m.raw_hash is not null or m.attachments @? '$[*].upload')`;
export const countFiles = (tx: Tx, days: number): Promise<number> =>
  counted(tx, sql`select 1 from message m where m.workspace_id = ${tx.workspaceId} and ${withFiles(days)}`);

type Place = { at: string; id: string };
/**
 * Raw mails and files of old messages go; what was said stays, as plain text. `last` is where to go on: from the beginning each time, of
 * millions all that were done would be looked at again for each two hundred.
 */
export async function removeFiles(
  tx: Tx,
  days: number,
  after: Place | null,
): Promise<{ gone: number; last: Place | null }> {
  const beyond = after ? sql`and (m.at, m.id) > (${after.at}::timestamptz, ${after.id}::uuid)` : none;
  const some = await tx.many<Place & { hash: string | null; uploads: string[] }>(sql`
    select m.id, m.at::text as at, encode(m.raw_hash, 'hex') as hash, array(select a->>'upload' from jsonb_array_elements(m.attachments) a where a ? 'upload') as uploads
    from message m where m.workspace_id = ${tx.workspaceId} ${beyond} and ${withFiles(days)} order by m.at, m.id limit 200 for update skip locked`);
  if (some.length === 0) return { gone: 0, last: null };
  const ids = some.map((one) => one.id);
  const uploads = await tx.many<{ hash: string }>(sql`
    delete from upload u where u.workspace_id = ${tx.workspaceId} and u.id = any (${some.flatMap((one) => one.uploads).filter(isId)}::uuid[])
      and not exists (select 1 from snippet s where s.workspace_id = u.workspace_id and u.id = any (s.files)) returning encode(u.hash, 'hex') as hash`);
  await tx.run(sql`
    update message set raw_hash = null, has_html = false, version = version + 1,
      attachments = (select coalesce(jsonb_agg(a - 'upload'), '[]') from jsonb_array_elements(attachments) a)
    where workspace_id = ${tx.workspaceId} and id = any (${ids}::uuid[])`);
  await emit(tx, [
    {
      name: 'message.files-removed',
      actor: system,
      data: { hashes: [...some.flatMap((one) => (one.hash ? [one.hash] : [])), ...uploads.map((one) => one.hash)] },
    },
  ]);
  const { at, id } = some.at(-1) as Place;
  return { gone: some.length, last: { at, id } };
}
