import type { Query } from '@hearten/contract';
import { join, none, type Sql, sql, type Tx, whole } from '../base/db.ts';
import { Invalid } from '../base/errors.ts';
import { isId } from '../base/ids.ts';
import type { Who } from '../base/module.ts';
import { fold } from '../customers/index.ts';
import { cursorText, narrowing, readCursor, rowsOf, viewOf } from './list.ts';
import { queryText } from './words.ts';

const BUCKET = 1000; // conversations
const HITS = 400; // places of the words that are held against the filters at first
const MORE = 4000; // and at most, where some of those passed: so many as should fill the page, before the filters lead
const SPARE = 1.6; // of those places, for chance
const LOOK = 1000; // conversations that are looked through for one page
const MANY = 1500; // customers of one name, before the name is sought in the newest conversations themselves
const NEAR = 300; // who is called nearly so; as many as that, and a word of theirs is sought instead

export type Found = {
  hits: { conversationId: string; messageId: string | null }[];
  next: string | null;
  /** The page is not full, and older conversations were not looked at yet. */
  lookedTo: string | null;
};
type Asked = Query<'GET /search'>;
type Row = { bucket: number; conversation_id: string; message_id: string };

/**
 * What is said of the conversation itself, and what its messages must be looked at for. `customers`: it is one of theirs; `ids`: it is one
 * of these, where few have the tag.
 */
export type Conditions = {
  own: Sql[];
  messages: Sql[];
  view: Sql | null;
  customers: string[] | null;
  ids: string[] | null;
};
export const isNarrow = (c: Conditions): boolean =>
  c.own.length + c.messages.length > 0 || c.view !== null || c.customers !== null;

/**
 * Without a view everything is searched, spam and trash too; what speaks of work to do (a status, an assignee) means the inbox.
 * `from` is whose conversation it is: found by name, so that it may hold a typo.
 */
export function conditions(
  who: Who,
  q: Asked,
  from: Pick<Called, 'ids' | 'said'> | null,
  ids: string[] | null,
): Conditions {
  const { view, from: said, ...rest } = q;
  const subject = queryText(q.subject ?? '', true);
  const name = said === undefined || from?.ids ? [] : narrowing(who, { from: from?.said ?? said });
  const some = (what: Sql): Sql =>
    sql`exists (select 1 from message m where m.workspace_id = c.workspace_id and m.conversation_id = c.id and ${what})`;
  return {
    customers: from?.ids ?? null,
    ids,
    view: view || q.status || q.assigneeId ? viewOf(view ?? 'all', who) : null,
    own: [
      ...narrowing(who, rest),
      ...name,
      ...(subject ? [sql`to_tsvector('hearten', c.subject) @@ to_tsquery('hearten', ${subject})`] : []),
    ],
    messages: [
      ...(q.to ? [some(sql`strpos(lower(m.recipients::text), ${q.to.toLowerCase()}) > 0`)] : []),
      ...(q.has ? [hasOf(q.has, who, some)] : []),
    ],
  };
}

function hasOf(has: NonNullable<Asked['has']>, who: Who, some: (what: Sql) => Sql): Sql {
  switch (has) {
    case 'attachment':
      return some(sql`m.attachments @? '$[*] ? (!(@.inline == true))'`);
    case 'image':
      return some(sql`m.attachments @? '$[*] ? (@.contentType starts with "image/")'`);
    case 'pdf':
      return some(
        sql`m.attachments @? '$[*] ? (@.contentType == "application/pdf" || @.filename like_regex "\\\\.pdf$" flag "i")'`,
      );
    case 'note':
      return some(sql`m.type = 'note'`);
    case 'invitation':
      return some(sql`m.parsed ? 'invitation'`);
    case 'draft':
      return sql`(exists (select 1 from draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.person_id = ${who.id})
        or exists (select 1 from note_draft d where d.workspace_id = c.workspace_id and d.conversation_id = c.id and d.person_id = ${who.id}))`;
  }
}

export type Nearest = { id: string; nearness: number };
type Called = { ids: string[] | null; said: string; near: string[]; nearest: Nearest[] | null };
const called = (tx: Tx, folded: string): Promise<(Nearest & { folded: string | null })[]> =>
  tx.many(sql`select customer_id as id, folded, nearness from customers_called(${folded}, ${MANY + 1})`);

/**
 * Whose name or address this is. Who is called exactly so leaves no room for typos. Ids are null where there are so many that a look
 * at the conversations is quicker, for what is `said` then. `nearest` are those who are called nearly so, where nobody is called so.
 */
export async function customersCalled(tx: Tx, typed: string): Promise<Called> {
  const said = fold(typed.trim());
  const rows = await called(tx, said);
  const idsOf = (some: { id: string }[]) => (some.length > MANY ? null : some.map((row) => row.id));
  if (rows.length === 0 || rows[0]?.folded === null) return { ids: idsOf(rows), said: typed, near: [], nearest: null };
  const nearest = rows[0]?.nearness ?? 0;
  const close = rows.filter((row) => row.nearness >= nearest * 0.9);
  const near = await namesOf(tx, close.slice(0, 10));
  const word =
    rows.length === NEAR
      ? wordOf(
          close.map((row) => row.folded ?? ''),
          said,
        )
      : null;
  if (word === null) return { ids: idsOf(close), said: typed, near, nearest: rows };
  return { ids: idsOf(await called(tx, word)), said: word, near, nearest: rows };
}
const namesOf = async (tx: Tx, some: { id: string; folded: string | null }[]): Promise<string[]> => {
  const rows = await tx.many<{ id: string; name: string }>(
    sql`select id, name from customer where workspace_id = ${tx.workspaceId} and id = any (${some.map((row) => row.id)}::uuid[])`,
  );
  const names = new Map(rows.map((row) => [row.id, row.name]));
  const all = some.map((row) => names.get(row.id) || row.folded?.split(' ')[0] || '');
  return [...new Set(all)].slice(0, 3);
};
/** The word that most of them share and that is most like what was typed: what the typo was to be. `example` is shared, too. */
function wordOf(names: string[], typed: string): string | null {
  const counts = new Map<string, number>();
  for (const name of names)
    for (const word of new Set(name.split(/[^\p{L}\p{N}]+/u))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const shared = [...counts].flatMap(([word, count]) => (count >= names.length * 0.8 ? [word] : []));
  const alike = (word: string): number => pairs(word).filter((pair) => typed.includes(pair)).length;
  const best = shared.reduce((most, word) => (alike(word) > alike(most) ? word : most), '');
  return alike(best) >= pairs(typed).length / 2 ? best : null;
}
const pairs = (word: string): string[] =>
  Array.from({ length: Math.max(0, word.length - 1) }, (_, i) => word.slice(i, i + 2));

const all = (...pieces: Sql[][]): Sql => join(pieces.flat(), ' and ');
const whose = (c: Conditions): Sql[] => (c.customers ? [sql`c.customer_id = any (${c.customers}::uuid[])`] : []);

/** The newest places of the words, held against the filters. `many`: there are more places than were looked at. */
export async function byWords(
  tx: Tx,
  words: string,
  c: Conditions,
  cursor: string | undefined,
  most: number,
): Promise<Found & { many: boolean }> {
  const from = placeOf(cursor);
  const narrow = isNarrow(c);
  const first = narrow ? HITS : most;
  const few = await placesOf(tx, words, c, from, first, most);
  // Some passed, too few for a page: as many places as hold a page of them, if that is not more than the filters would look through.
  const enough = Math.ceil(((HITS * most) / Math.max(few.hits.length, 1)) * SPARE);
  const short = narrow && few.hits.length > 0 && few.hits.length < most && few.looked >= HITS && enough <= MORE;
  const asked = short ? enough : first;
  const { hits, looked } = short ? await placesOf(tx, words, c, from, asked, most) : few;
  const last = hits.at(-1);
  return {
    hits: hits.map((h) => ({ conversationId: h.conversation_id, messageId: h.message_id })),
    next: hits.length >= most && last ? `${last.bucket}.${last.conversation_id}` : null,
    lookedTo: null,
    many: looked >= asked,
  };
}

type At = { bucket: number; below: string } | null;
async function placesOf(
  tx: Tx,
  words: string,
  c: Conditions,
  from: At,
  asked: number,
  most: number,
): Promise<{ hits: Row[]; looked: number }> {
  const places = sql`select m.* from counter n, search_messages(to_tsquery('hearten', ${words}), coalesce(${from?.bucket ?? null}::int, (n.conversations / ${BUCKET})::int), ${from?.below ?? null}::uuid, ${asked}) m
    where n.workspace_id = ${tx.workspaceId}`;
  if (!isNarrow(c)) {
    const hits = await tx.many<Row>(places);
    return { hits, looked: hits.length };
  }
  const rows = await tx.many<Row & { places: number }>(sql`
        with h as materialized (${places})
        select t.places, h.* from (select count(*)::int as places from h) t left join lateral (select h.* from h join conversation c on c.workspace_id = ${tx.workspaceId} and c.id = h.conversation_id
          where ${all([sql`c.merged_into is null`], c.view ? [c.view] : [], whose(c), c.own, c.messages)} order by h.bucket desc, h.conversation_id desc limit ${whole(most)}) h on true`);
  return { hits: rows.filter((row) => row.conversation_id !== null), looked: rows[0]?.places ?? 0 };
}

function placeOf(cursor: string | undefined): At {
  if (cursor === undefined) return null;
  const [bucket, below] = cursor.split('.');
  if (!/^\d{1,9}$/.test(bucket ?? '') || !isId(below))
    throw Invalid('This cursor is not one that the search gave out. Begin without one.');
  return { bucket: Number(bucket), below };
}

/**
 * What the filters hold, newest first, and among it what holds the words. So many conversations are looked through and no more: how far
 * it came is told, and the cursor goes on from there.
 */
export async function byFilters(
  tx: Tx,
  words: string,
  c: Conditions,
  cursor: string | undefined,
  most: number,
): Promise<Found> {
  const after = readCursor(cursor);
  const looks = words || c.messages.length ? LOOK : most;
  const below = after ? [sql`(c.last_at, c.id) < (${after.at}::timestamptz, ${after.id}::uuid)`] : [];
  const page = sql`order by c.last_at desc, c.id desc limit ${whole(looks)}`;
  // Customer by customer: in the order of time one would go through everybody's to find theirs.
  const theirs = c.customers !== null && c.ids === null;
  const source = theirs
    ? sql`unnest(${c.customers}::uuid[]) u (customer_id), lateral (select k.* from conversation k where k.workspace_id = ${tx.workspaceId} and k.customer_id = u.customer_id offset 0) c`
    : rowsOf(tx, c.ids);
  const also = theirs ? [] : whose(c);
  const one = (where: Sql): Sql =>
    sql`select c.* from ${source} where c.workspace_id = ${tx.workspaceId} and ${all([where], also, c.own, below)} ${page}`;
  const of = (folder: Sql): Sql => sql`c.folder = ${folder} and c.merged_into is null`;
  // Each folder has its newest ones at hand; all of them in one order they are not. Where the inbox fills a page, what is older than that
  // is not looked for in the others: a fiftieth of all is spam, and whose filters hold little would have all of it read.
  const oldest = sql`(select case when count(*) = ${whole(looks)} then min(last_at) else '-infinity' end from first)`;
  const others = one(sql`${of(sql`f.folder`)} and c.last_at >= ${oldest}`);
  const near = c.view
    ? one(c.view)
    : c.customers || c.ids
      ? one(of(sql`any ('{inbox,spam,trash}'::text[])`))
      : sql`with first as materialized (${one(of(sql`'inbox'`))})
        select c.* from (select * from first union all select c.* from unnest('{spam,trash}'::text[]) f (folder), lateral (${others}) c) c ${page}`;
  const holding = words
    ? sql`, lateral (select s.message_id from search_row s where s.workspace_id = c.workspace_id and s.conversation_id = c.id and s.words @@ to_tsquery('hearten', ${words}) order by s.message_id desc limit 1) s`
    : none;
  const row = await tx.first<{
    hits: { id: string; message: string | null; at: string }[];
    looked: number;
    at: string | null;
    id: string | null;
  }>(sql`
    with near as materialized (${near}),
      hits as (select c.id, c.last_at as at, ${words ? sql`s.message_id` : sql`null::uuid`} as message from near c ${holding}
        ${c.messages.length ? sql`where ${all(c.messages)}` : none} order by c.last_at desc, c.id desc limit ${whole(most)})
    select (select coalesce(json_agg(json_build_object('id', h.id, 'at', h.at::text, 'message', h.message) order by h.at desc, h.id desc), '[]') from hits h) as hits,
      (select count(*)::int from near) as looked, l.last_at::text as at, l.id from (select 1) x left join lateral (select last_at, id from near order by last_at, id limit 1) l on true`);
  const { hits = [], looked = 0, at = null, id = null } = row ?? {};
  const last = hits.at(-1);
  const full = hits.length >= most && last;
  const left = !full && looked >= looks && at && id;
  return {
    hits: hits.map((h) => ({ conversationId: h.id, messageId: h.message })),
    next: full ? cursorText(last.at, last.id) : left ? cursorText(at, id) : null,
    lookedTo: left ? new Date(at).toISOString() : null,
  };
}
