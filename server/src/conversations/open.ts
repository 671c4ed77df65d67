import { type Sql, sql, type Tx, whole } from '../base/db.ts';
import { NotFound } from '../base/errors.ts';
import { type Json, json, type Who } from '../base/module.ts';
import { wholeCustomerJson } from '../customers/index.ts';
import { linksJson } from './link.ts';
import { cursorText, type Place, readCursor } from './list.ts';
import { childrenJson, parentJson } from './parent.ts';
import { draftJson, happeningJson, messageJson, noteDraftRow, quiet, rowJson, seenBy, writing } from './rows.ts';

const FIRST = 40;

/** Messages, notes and events of one conversation before a place, oldest first; one more than asked tells that there are earlier ones. */
const itemsOf = (id: Sql, before: Place | null, most: number): Sql => sql`
  select i.at, i.id, i.item from (
    (select m.at, m.id, ${messageJson} as item from message m where m.workspace_id = c.workspace_id and m.conversation_id = ${id}
      and (${before?.at ?? null}::timestamptz is null or (m.at, m.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid)) order by m.at desc, m.id desc limit ${whole(most + 1)})
    union all
    (select e.at, e.id, ${happeningJson} as item from event e where e.workspace_id = c.workspace_id and e.conversation_id = ${id} and e.message_id is null and e.name <> all (${quiet}::text[])
      and (${before?.at ?? null}::timestamptz is null or (e.at, e.id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid)) order by e.at desc, e.id desc limit ${whole(most + 1)})
  ) i order by i.at desc, i.id desc limit ${whole(most + 1)}`;
const packed = (
  most: number,
): Sql => sql`(select json_build_object('items', coalesce(json_agg(x.item order by x.at, x.id) filter (where x.place <= ${most}), '[]'), 'more', count(*) > ${most},
    'at', (array_agg(x.at order by x.at, x.id) filter (where x.place <= ${most}))[1]::text, 'id', (array_agg(x.id order by x.at, x.id) filter (where x.place <= ${most}))[1])
  from (select i.*, row_number() over (order by i.at desc, i.id desc) as place from items i) x)`;
type Packed = { items: unknown[]; more: boolean; at: string | null; id: string | null };
const earlier = (p: Packed): string | null => (p.more && p.at && p.id ? cursorText(p.at, p.id) : null);

/** Everything the screen shows, in one statement. */
export async function openConversation(tx: Tx, who: Who, id: string): Promise<Json> {
  const row = await tx.last<{
    head: string;
    items: string;
    more: boolean;
    at: string | null;
    first: string | null;
  }>(sql`
    with c as materialized (select * from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}),
      items as materialized (select x.* from c, lateral (${itemsOf(sql`c.id`, null, FIRST)}) x)
    select json_build_object('conversation', ${rowJson(seenBy(who.id))}, 'participants', c.participants, 'seenUpTo', ${seenBy(who.id)}, 'links', ${linksJson}, 'parent', ${parentJson(tx, id, who.id)}, 'children', ${childrenJson(tx, id, who.id)},
        'ours', (select coalesce(json_agg(i.address order by i.address), '[]') from inbox i where i.workspace_id = c.workspace_id and i.deleted_at is null),
        'customer', (select ${wholeCustomerJson} from customer c where c.workspace_id = ${tx.workspaceId} and c.id = (select customer_id from conversation k where k.workspace_id = ${tx.workspaceId} and k.id = ${id})),
        'draft', (select ${draftJson}
           from draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.person_id = ${who.id} and d.kind = 'reply'),
        'noteDraft', (select ${draftJson}
           from ${noteDraftRow} where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.person_id = ${who.id}),
        'drafts', (select coalesce(json_agg(json_build_object('personId', d.person_id, 'updatedAt', d.updated_at) order by d.person_id), '[]')
           from ${writing} d join person p on p.workspace_id = ${tx.workspaceId} and p.id = d.person_id and p.active
           where d.person_id <> ${who.id}),
        'others', (select coalesce(json_agg(json_build_object('id', o.id, 'number', o.number, 'subject', o.subject, 'status', o.status, 'folder', o.folder, 'mergedInto', o.merged_into, 'lastAt', o.last_at) order by o.last_at desc), '[]')
           from (select * from conversation o where o.workspace_id = c.workspace_id and o.customer_id = c.customer_id and o.id <> c.id order by o.last_at desc limit 10) o))::text as head,
      (select coalesce(json_agg(x.item order by x.at, x.id), '[]') from (select * from items order by at desc, id desc limit ${whole(FIRST)}) x)::text as items,
      (select count(*) > ${FIRST} from items) as more,
      (select x.at::text from (select * from items order by at desc, id desc limit ${whole(FIRST)}) x order by x.at, x.id limit 1) as at,
      (select x.id::text from (select * from items order by at desc, id desc limit ${whole(FIRST)}) x order by x.at, x.id limit 1) as first
    from c`);
  if (!row) throw NotFound('This conversation is not here.');
  const before = row.more && row.at && row.first ? JSON.stringify(cursorText(row.at, row.first)) : 'null';
  return json(`${row.head.slice(0, -1)},"items":${row.items},"earlier":${before}}`);
}

export async function earlierItems(
  tx: Tx,
  id: string,
  cursor: string | undefined,
  limit: number | undefined,
): Promise<{ items: never[]; earlier: string | null }> {
  const most = limit ?? FIRST;
  const row = await tx.last<{ page: Packed }>(sql`
    with c as materialized (select * from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = ${id}),
      items as materialized (select x.* from c, lateral (${itemsOf(sql`c.id`, readCursor(cursor), most)}) x)
    select ${packed(most)} as page from c`);
  if (!row) throw NotFound('This conversation is not here.');
  return { items: row.page.items as never[], earlier: earlier(row.page) };
}
