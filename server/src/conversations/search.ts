import type { Query } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import { type Json, json, type Who } from '../base/module.ts';
import { customerJson, fold } from '../customers/index.ts';
import { rowJson, seenBy } from './rows.ts';
import { queryText } from './words.ts';

type Hit = { bucket: number; conversation_id: string; message_id: string };
const BUCKET = 1000; // conversations

/**
 * Conversations that hold the words, newest first. A common word fills the page from the newest bucket alone; a rare one is looked for
 * everywhere at once. So thousands of hits are never fetched to show thirty. The last word may be unfinished, but where as it stands it
 * fills the page, nobody has to go through everything that begins like it (40 ms for `you`). The cursor is the place of the last one.
 */
export async function search(tx: Tx, who: Who, q: Query<'GET /search'>): Promise<Json> {
  const most = q.limit ?? 30;
  const from = placeOf(q.cursor);
  let words = queryText(q.q);
  const [people, found] = await Promise.all([from ? '[]' : customersLike(tx, q.q), find(tx, words, from, most)]);
  let hits = found;
  const longer = queryText(q.q, true);
  if (hits.length < most && longer !== words) {
    words = longer;
    hits = await find(tx, words, from, most);
  }
  const last = hits.at(-1);
  const items = hits.length ? await draw(tx, who, hits, words) : '[]';
  return json(
    `{"items":${items},"customers":${people},"next":${hits.length >= most && last ? `"${last.bucket}.${last.conversation_id}"` : 'null'}}`,
  );
}

async function find(tx: Tx, words: string, from: ReturnType<typeof placeOf>, most: number): Promise<Hit[]> {
  if (!words) return [];
  return tx.many<Hit>(sql`
    select m.* from counter n, search_messages(to_tsquery('hearten', ${words}), coalesce(${from?.bucket ?? null}::int, (n.conversations / ${BUCKET})::int), ${from?.below ?? null}::uuid, ${most}) m
    where n.workspace_id = ${tx.workspaceId}`);
}

function placeOf(cursor: string | undefined): { bucket: number; below: string } | null {
  if (cursor === undefined) return null;
  const [bucket, below] = cursor.split('.');
  if (!/^\d{1,9}$/.test(bucket ?? '') || !isId(below))
    throw Invalid('This cursor is not one that the search gave out. Begin without one.');
  return { bucket: Number(bucket), below };
}

async function draw(tx: Tx, who: Who, hits: Hit[], words: string): Promise<string> {
  const row = await tx.first<{ items: string }>(sql`
    select coalesce(json_agg(json_build_object('conversation', ${rowJson(seenBy(who.id))}, 'messageId', m.id,
      'excerpt', ts_headline('hearten', translate(left(m.text, 4000), '«»', '“”'), to_tsquery('hearten', ${words}), 'StartSel=«,StopSel=»,MaxWords=24,MinWords=12,MaxFragments=1')) order by c.last_at desc, c.id desc), '[]')::text as items
    from unnest(${hits.map((h) => h.conversation_id)}::uuid[], ${hits.map((h) => h.message_id)}::uuid[]) as h (conversation_id, message_id)
    join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = h.conversation_id
    join message m on m.workspace_id = ${tx.workspaceId} and m.id = h.message_id`);
  return (row as { items: string }).items;
}

async function customersLike(tx: Tx, typed: string): Promise<string> {
  if (fold(typed).trim().length < 3) return '[]';
  const row = await tx.first<{ items: string }>(sql`
    select coalesce(json_agg(${customerJson} order by s.nearness desc, c.id), '[]')::text as items from search_customers(${fold(typed.trim())}, 5) s
    join customer c on c.workspace_id = ${tx.workspaceId} and c.id = s.customer_id`);
  return (row as { items: string }).items;
}
