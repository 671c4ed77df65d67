import type { Query } from '@hearten/contract';
import { sql, type Tx, whole } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { type Json, json, type Who } from '../base/module.ts';
import { customerJson, fold } from '../customers/index.ts';
import { byFilters, byWords, conditions, customersCalled, type Found, isNarrow, type Nearest } from './find.ts';
import { withTag } from './list.ts';
import { rowJson, seenBy } from './rows.ts';
import { queryText } from './words.ts';

/** Where a page goes on whose hits were found by the filters. */
const FILTERED = 'f.';

/**
 * Conversations that hold the words and pass the filters, newest first. A common word fills the page from the newest bucket alone; a rare
 * one is looked for everywhere at once. So thousands of hits are never fetched to show thirty. The last word may be unfinished, but where
 * as it stands it fills the page, nobody has to go through everything that begins like it (40 ms for `you`). Where the filters leave too
 * little of a common word, they lead: their newest conversations are looked through for it.
 */
export async function search(tx: Tx, who: Who, q: Query<'GET /search'>): Promise<Json> {
  const most = q.limit ?? 30;
  const typed = q.q ?? '';
  const [called, ids] = await Promise.all([
    q.from === undefined ? null : customersCalled(tx, q.from),
    withTag(tx, q.tag),
  ]);
  const c = conditions(who, q, called, ids);
  if (!typed && !isNarrow(c)) throw Invalid('Say what to look for: words, or a filter.');
  const first = q.cursor === undefined;
  const [people, { found, words }, numbered] = await Promise.all([
    first ? customersLike(tx, typed || (q.from ?? ''), typed ? null : called?.nearest) : '[]',
    find(),
    first ? numberOf(tx, typed) : null,
  ]);
  const hits = numbered
    ? [{ conversationId: numbered, messageId: null }, ...found.hits.filter((h) => h.conversationId !== numbered)]
    : found.hits;
  const items = hits.length ? await draw(tx, who, hits, words, numbered) : '[]';
  return json(
    `{"items":${items},"customers":${people},"near":${JSON.stringify(called?.near ?? [])},"lookedTo":${JSON.stringify(found.lookedTo)},"next":${JSON.stringify(found.next)}}`,
  );

  async function find(): Promise<{ found: Found; words: string }> {
    // The words of a subject are among those of the message it came with.
    const said = typed || (q.subject ?? '');
    const [exact, longer] = [queryText(said), queryText(said, true)];
    // Nothing but marks was typed; or nothing has the tag.
    if ((said && !exact) || ids?.length === 0) return { found: { hits: [], next: null, lookedTo: null }, words: '' };
    if (exact && !q.cursor?.startsWith(FILTERED)) {
      for (const words of new Set([exact, longer])) {
        const found = await byWords(tx, words, c, q.cursor, most);
        if (found.hits.length >= most || (words === longer && !(found.many && isNarrow(c)))) return { found, words };
      }
      if (!first) throw Invalid('This cursor is not one that the search gave out. Begin without one.');
    }
    const found = await byFilters(tx, longer, c, q.cursor?.slice(FILTERED.length), most);
    return { found: { ...found, next: found.next && FILTERED + found.next }, words: longer };
  }
}

async function draw(tx: Tx, who: Who, hits: Found['hits'], words: string, numbered: string | null): Promise<string> {
  const row = await tx.first<{ items: string }>(sql`
    with asked as materialized (select case when ${words} = '' then null else to_tsquery('hearten', ${words}) end as query)
    select coalesce(json_agg(json_build_object('conversation', ${rowJson(seenBy(who.id))}, 'messageId', m.id,
      'where', case when c.id = ${numbered}::uuid then 'number' when a.query is null then 'filter' when to_tsvector('hearten', c.subject) @@ a.query then 'subject' when m.type = 'note' then 'note'
        when to_tsvector('hearten', left(m.text, 4000)) @@ a.query then 'message' when to_tsvector('hearten', concat_ws(' ', m.sender->>'name', m.sender->>'address')) @@ a.query then 'sender' else 'message' end,
      'subject', case when a.query is null then translate(c.subject, '«»', '“”') else ts_headline('hearten', translate(c.subject, '«»', '“”'), a.query, 'StartSel=«,StopSel=»,HighlightAll=true') end,
      'excerpt', case when a.query is null or m.id is null then translate(c.snippet, '«»', '“”') else ts_headline('hearten', translate(left(m.text, 4000), '«»', '“”'), a.query, 'StartSel=«,StopSel=»,MaxWords=24,MinWords=12,MaxFragments=1') end,
      'said', case when m.id is not null then json_build_object('at', m.at, 'type', m.type, 'name', coalesce(p.name, nullif(m.sender->>'name', ''), m.sender->>'address', '')) end)
      order by c.id = ${numbered}::uuid desc nulls last, c.last_at desc, c.id desc), '[]')::text as items
    from asked a, unnest(${hits.map((h) => h.conversationId)}::uuid[], ${hits.map((h) => h.messageId)}::uuid[]) as h (conversation_id, message_id)
    join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = h.conversation_id
    left join message m on m.workspace_id = ${tx.workspaceId} and m.id = h.message_id
    left join person p on p.workspace_id = ${tx.workspaceId} and p.id = m.author_id`);
  return (row as { items: string }).items;
}

/** `#1042`, or the number alone: what people read out to each other. */
async function numberOf(tx: Tx, typed: string): Promise<string | null> {
  const number = /^#?\s*([1-9]\d{0,14})$/.exec(typed.trim())?.[1];
  if (!number) return null;
  const row = await tx.first<{ id: string }>(
    sql`select id from conversation where workspace_id = ${tx.workspaceId} and number = ${Number(number)}`,
  );
  return row?.id ?? null;
}

const PEOPLE = 5;
/** `known`: who is called nearly so was found already, and holding names against each other is most of the work. */
async function customersLike(tx: Tx, typed: string, known: Nearest[] | null | undefined): Promise<string> {
  if (fold(typed).trim().length < 3) return '[]';
  const five = known?.slice(0, PEOPLE);
  const those = five
    ? sql`unnest(${five.map((one) => one.id)}::uuid[], ${five.map((one) => one.nearness)}::real[]) s (customer_id, nearness)`
    : sql`search_customers(${fold(typed.trim())}, ${whole(PEOPLE)}) s`;
  const row = await tx.first<{ items: string }>(sql`
    select coalesce(json_agg(${customerJson} order by s.nearness desc, c.id), '[]')::text as items from ${those}
    join customer c on c.workspace_id = ${tx.workspaceId} and c.id = s.customer_id`);
  return (row as { items: string }).items;
}
