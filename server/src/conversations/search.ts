import type { Query } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { type Json, json, type Who } from '../base/module.ts';
import { customerJson, fold } from '../customers/index.ts';
import { rowJson, seenBy } from './rows.ts';
import { queryText } from './words.ts';

type Hit = { conversation_id: string; message_id: string };
const BUCKET = 1000; // conversations

/**
 * Conversations that hold the words, newest first. A rare word is found in all buckets at once; a common one is read from the newest
 * bucket down, in steps that double, until the page is full: thousands of hits are never fetched to show fifty.
 */
export async function search(tx: Tx, who: Who, q: Query<'GET /search'>): Promise<Json> {
  const most = q.limit ?? 30;
  const words = queryText(q.q);
  const from = q.cursor === undefined ? null : Number(q.cursor);
  if (from !== null && !(Number.isInteger(from) && from >= 0))
    throw Invalid('This cursor is not one that the search gave out. Begin without one.');
  const people = q.cursor === undefined ? customersLike(tx, q.q) : Promise.resolve('[]');
  const top = await tx.first<{ top: number }>(
    sql`select (conversations / ${BUCKET})::int as top from counter where workspace_id = ${tx.workspaceId}`,
  );
  const hits: Hit[] = [];
  let high = from ?? top?.top ?? 0;
  let step = 4;
  if (words)
    while (high >= 0 && hits.length < most) {
      const low = Math.max(0, high - step + 1);
      const seen = new Set(hits.map((h) => h.conversation_id));
      const rows = await tx.many<Hit>(sql`
        select distinct on (conversation_id) conversation_id, message_id from search_messages(${words}::text::tsquery, ${low}, ${high}, ${most * 8}) order by conversation_id desc, message_id desc`);
      hits.push(...rows.filter((r) => !seen.has(r.conversation_id)));
      high = low - 1;
      step = step < 64 ? step * 4 : 100_000;
    }
  const shown = hits.slice(0, Math.max(most, 0));
  const items = shown.length ? await draw(tx, who, shown, words) : '[]';
  return json(
    `{"items":${items},"customers":${await people},"next":${hits.length >= most && high >= 0 ? `"${high}"` : 'null'}}`,
  );
}

async function draw(tx: Tx, who: Who, hits: Hit[], words: string): Promise<string> {
  const row = await tx.first<{ items: string }>(sql`
    select coalesce(json_agg(json_build_object('conversation', ${rowJson(seenBy(who.id))}, 'messageId', m.id,
      'excerpt', ts_headline('hearten', left(m.text, 4000), ${words}::text::tsquery, 'StartSel=«,StopSel=»,MaxWords=24,MinWords=12,MaxFragments=1')) order by c.last_at desc, c.id desc), '[]')::text as items
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
