import type { ChatLine, ChatSummary } from '@hearten/contract';
import { type Db, none, type Sql, sql, type Tx, whole } from '../../base/db.ts';
import { type EventRow, emit, system } from '../../base/events.ts';
import { isId } from '../../base/ids.ts';
import { belongs, putBack, rowByRow, theirHome } from './theirs.ts';

export const PAGE = 100;

/** Who typed it in a widget, in which of their chats, and what their widget calls it. */
export type Typed = { visitorId: string; chatId: string; clientId: string };

/**
 * Makes a message a line of each chat at its conversation that it belongs to, with the next number. What was typed is for the chats of who
 * typed it alone, and bears its name where that was. Numbers are given out under the chat's row lock and seen by others only after the
 * commit, so whoever has read up to a number has read everything below it.
 */
export const addLine = (
  tx: Tx,
  conversationId: string,
  messageId: string,
  typed: Typed | null = null,
): Promise<{ id: string; seq: number }[]> =>
  tx.many(sql`
    with next as (update chat c set last_seq = c.last_seq + 1 where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${conversationId}
        and ${typed ? sql`c.visitor_id = ${typed.visitorId}` : belongs(tx, messageId)}
        and not exists (select 1 from chat_line l where l.workspace_id = c.workspace_id and l.chat_id = c.id and l.message_id = ${messageId} ${rowByRow}) returning c.id, c.last_seq)
    insert into chat_line (workspace_id, chat_id, message_id, seq, client_id) select ${tx.workspaceId}, n.id, ${messageId}, n.last_seq, case when n.id = ${typed?.chatId ?? null}::uuid then ${typed?.clientId ?? null}::uuid end from next n
    on conflict do nothing returning chat_id as id, seq::int as seq`);

/** An answer that was taken back: its line stays, with a new number, and says so. */
export const takeLineBack = (tx: Tx, messageId: string): Promise<number> =>
  tx.run(sql`
    with next as (update chat c set last_seq = c.last_seq + 1 from chat_line l where c.workspace_id = ${tx.workspaceId} and l.workspace_id = c.workspace_id and l.chat_id = c.id and l.message_id = ${messageId} and not l.gone returning c.id, c.last_seq)
    update chat_line l set gone = true, seq = n.last_seq from next n where l.workspace_id = ${tx.workspaceId} and l.chat_id = n.id and l.message_id = ${messageId}`);

/** Whether no person wrote it: it came by itself, or a program wrote it with an API key. Whoever reads it may know. */
export const byMachine: Sql = sql`(m.author_id is null or (m.recipients ? 'key') is true)`;

/**
 * Somebody of the team came into the chats of a conversation: a line that says so, quietly. Not when they were the last to be there: who
 * answered, or was told of before. What a program answered with their key they did not.
 */
export const addJoined = (tx: Tx, conversationId: string, personId: string): Promise<{ id: string }[]> =>
  tx.many(sql`
    with next as (update chat c set last_seq = c.last_seq + 1, queued_at = null where c.workspace_id = ${tx.workspaceId} and c.conversation_id = ${conversationId} and c.last_seq > 0
        and ${personId}::uuid is distinct from (select coalesce(l.joined_id, m.author_id) from chat_line l left join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
          where l.workspace_id = c.workspace_id and l.chat_id = c.id and (l.joined_id is not null or not ${byMachine}) order by l.seq desc limit 1) returning c.id, c.last_seq)
    insert into chat_line (workspace_id, chat_id, message_id, seq, joined_id, at) select ${tx.workspaceId}, n.id, gen_random_uuid(), n.last_seq, ${personId}, now() from next n returning chat_id as id`);

/** The message of a line, by its key alone: as a join, while the tables are small, it was all messages of the workspace for each line (23 ms). */
const its: Sql = sql`(select m.* from message m where m.workspace_id = l.workspace_id and m.id = l.message_id limit 1) m`;
const line: Sql = sql`json_build_object('chat', l.chat_id, 'seq', l.seq, 'id', l.message_id, 'clientId', l.client_id, 'at', coalesce(m.at, l.at, now()),
  'from', case when l.joined_id is not null then 'joined' when l.gone or m.id is null then 'gone' when m.type = 'in' then 'visitor' when ${byMachine} then 'bot' else 'team' end,
  'name', case when l.joined_id is not null or (m.type = 'out' and not ${byMachine}) then coalesce((select p.name from person p where p.workspace_id = l.workspace_id and p.id = case when l.joined_id is null then m.author_id else l.joined_id end), '') else '' end,
  'text', coalesce(m.text, ''), 'files', (select coalesce(json_agg(json_build_object('part', f->'part', 'filename', f->'filename', 'contentType', f->'contentType', 'size', f->'size') order by (f->>'part')::int), '[]')
    from jsonb_array_elements(coalesce(m.attachments, '[]')) f))`;

/** What a chat says before a number, in order. */
export async function linesBefore(tx: Tx, chatId: string, before: number, most = PAGE): Promise<ChatLine[]> {
  const rows = await tx.many<{ line: ChatLine }>(sql`
    select ${line} as line from chat_line l left join lateral ${its} on not m.aside
    where l.workspace_id = ${tx.workspaceId} and l.chat_id = ${chatId} and l.seq < ${before} order by l.seq desc limit ${whole(most)}`);
  return rows.map((row) => row.line).reverse();
}

/** Who looks: a visitor, and the one chat where a link lets them see no more. */
export type Seeing = { id: string; only: string | null };
export type Chats = (ChatSummary & { conversationId: string })[];
const chats = (workspaceId: string, { id, only }: Seeing, more: Sql): Sql => sql`
    select c.id, c.conversation_id as "conversationId", v.subject, case when v.status in ('resolved', 'closed') then 'closed' else 'open' end as status, c.greeting, c.last_seq::int as "lastSeq", c.read_seq::int as "readSeq", coalesce(v.person_asked_at >= v.waiting_since, false) as asked,
      c.queued_at is not null and v.assignee_id is null and v.status = 'open' as queued,
      coalesce((select m.at from chat_line l cross join lateral ${its} where l.workspace_id = c.workspace_id and l.chat_id = c.id order by l.seq desc limit 1), c.created_at) as "lastAt",
      coalesce((select left(m.text, 120) from chat_line l cross join lateral ${its} where l.workspace_id = c.workspace_id and l.chat_id = c.id and not l.gone order by l.seq desc limit 1), '') as snippet,
      (select count(*)::int from chat_line l cross join lateral ${its} where l.workspace_id = c.workspace_id and l.chat_id = c.id and l.seq > c.read_seq and m.type = 'out' and not l.gone) as unread
      ${more} from chat c cross join lateral (select v.* from conversation v where v.workspace_id = c.workspace_id and v.id = c.conversation_id limit 1) v
    where c.workspace_id = ${workspaceId} and c.visitor_id = ${id} and (${only}::uuid is null or c.id = ${only}) order by "lastAt" desc limit 50`;

/** A visitor's chats, the latest first; with the conversation each stands at, which nobody outside is told. */
export const chatsOf = (tx: Tx, who: Seeing): Promise<Chats> => tx.many(chats(tx.workspaceId, who, none));

/** Of the words in a page, before they are written as JSON, which may take six times as much: so that a few pages are no megabyte. */
const PAGE_BYTES = 100_000;
/**
 * The same, each with its lines after the number that is told with it, where one is: all that a widget has not got, in one way there and back.
 * A page of them ends where it is long enough, by number or by what it weighs; `more` tells that others follow.
 */
export const newsOf = (
  db: Db,
  workspaceId: string,
  who: Seeing,
  at: Record<string, number>,
): Promise<(Chats[number] & { news: { lines: ChatLine[]; more: boolean } })[]> =>
  db.read(
    workspaceId,
    chats(
      workspaceId,
      who,
      sql`, (select json_build_object('lines', coalesce(json_agg(${line} order by x.seq) filter (where x.fits), '[]'), 'more', count(*) > count(*) filter (where x.fits)) from (
          select l.seq, l, m, row_number() over w <= ${whole(PAGE)} and coalesce(sum(octet_length(m.text)) over (w rows between unbounded preceding and 1 preceding), 0) < ${whole(PAGE_BYTES)} as fits
          from (select l.* from chat_line l where l.workspace_id = c.workspace_id and l.chat_id = c.id and l.seq > (${JSON.stringify(at)}::jsonb->>c.id::text)::bigint order by l.seq limit ${whole(PAGE + 1)}) l
            left join lateral ${its} on not m.aside window w as (order by l.seq)) x
        cross join lateral (select (x.l).*) l cross join lateral (select (x.m).*) m) as news`,
    ),
    'kept',
  );

/** The conversation at which one of their chats stands. */
export async function homeOf(db: Db, workspaceId: string, who: Seeing, chatId: string): Promise<string | null> {
  const [row] = await db.read<{ id: string }>(
    workspaceId,
    sql`select conversation_id as id from chat where workspace_id = ${workspaceId} and id = ${chatId} and visitor_id = ${who.id} and (${who.only}::uuid is null or id = ${who.only})`,
  );
  return row?.id ?? null;
}

/** The same, and whether it is over there. */
export const endedAt = (
  tx: Tx,
  { id, only }: Seeing,
  chatId: string,
): Promise<{ conversationId: string; over: boolean } | undefined> =>
  tx.first(sql`
    select v.id as "conversationId", v.status in ('resolved', 'closed') as over from chat c join conversation v on v.workspace_id = c.workspace_id and v.id = c.conversation_id
    where c.workspace_id = ${tx.workspaceId} and c.id = ${isId(chatId) ? chatId : null}::uuid and c.visitor_id = ${id} and (${only}::uuid is null or c.id = ${only})`);

/** Read up to a number; the conversation, when that is news. */
export const markRead = (
  tx: Tx,
  { id, only }: Seeing,
  chatId: string,
  seq: number,
): Promise<{ conversationId: string; at: string } | undefined> =>
  tx.first(sql`
    update chat c set read_seq = least(${seq}::bigint, c.last_seq), read_at = now() where c.workspace_id = ${tx.workspaceId} and c.id = ${chatId} and c.visitor_id = ${id} and (${only}::uuid is null or c.id = ${only}) and c.read_seq < least(${seq}::bigint, c.last_seq)
    returning c.conversation_id as "conversationId", c.read_at as at`);

/**
 * What came by another way than the widget becomes a line too: an answer by mail, an automatic message, one that was planned. Mostly all
 * that was said has its line, and one look for a whole batch finds that out; where chats changed their place meanwhile, each is looked at.
 */
export async function follow(tx: Tx, events: EventRow[]): Promise<void> {
  const said = events.flatMap((event) => (spokenBy.includes(event.name) ? (event.message_id ?? []) : []));
  await goOn(tx, events);
  for (const { name, data } of events) if (name === 'customer.unmerged') await putBack(tx, [data.from, data.into]);
  const moves = events.some((event) => regrouped.includes(event.name));
  const without = said.length > 0 && !moves ? await unlined(tx, said) : new Set(said);
  for (const event of events) {
    const { conversation_id: conversationId, message_id: messageId, name } = event;
    if (!conversationId) continue;
    const joined = name === 'conversation.assigned' ? event.data.assigneeId : null;
    const changed = regrouped.includes(name)
      ? await moved(tx, event)
      : typeof joined === 'string'
        ? (await addJoined(tx, conversationId, joined)).length
        : !messageId
          ? 0
          : name === 'message.undone'
            ? await takeLineBack(tx, messageId)
            : without.has(messageId) && (!moves || (await unlined(tx, [messageId])).has(messageId))
              ? (await addLine(tx, conversationId, messageId)).length
              : 0;
    // The widgets looked when the message came, and there was no line yet.
    if (changed > 0) await emit(tx, [{ name: FOLLOWED, actor: system, conversationId, because: event }]);
  }
}
/** Which of these messages were said to a customer who chats, and are no line yet in one of their chats. */
const unlined = async (tx: Tx, messageIds: string[]): Promise<Set<string>> =>
  new Set(
    (
      await tx.many<{ id: string }>(sql`
        select n.id from unnest(${messageIds}::uuid[]) n (id)
          cross join lateral (select o.* from message o where o.workspace_id = ${tx.workspaceId} and o.id = n.id limit 1) m
        where m.type <> 'note' and m.plan is null and not m.aside and m.kind <> 'bounce'
          and exists (select 1 from chat c where c.workspace_id = m.workspace_id and c.conversation_id = m.conversation_id
            and not exists (select 1 from chat_line l where l.workspace_id = c.workspace_id and l.chat_id = c.id and l.message_id = m.id))`)
    ).map((row) => row.id),
  );
/**
 * What was closed for long is followed up where the customer writes anew, by mail say: the chats that stood at the one go on at the other. Whoever
 * only claimed an address is another customer by mail; it is they when it came from where the answers went. Somebody else who took part is not.
 */
async function goOn(tx: Tx, events: EventRow[]): Promise<void> {
  const came = events.filter((event) => event.name === 'message.received' && event.conversation_id);
  if (came.length === 0) return;
  const moved = await tx.many<{ from: string; to: string }>(sql`
    update chat c set conversation_id = n.id from conversation n join conversation o on o.workspace_id = n.workspace_id and o.id = n.follows and o.status = 'closed'
        and (o.customer_id = n.customer_id or (o.customer_address <> '' and lower(o.customer_address) = lower(n.customer_address)))
    where n.workspace_id = ${tx.workspaceId} and n.id = any (${came.map((event) => event.conversation_id)}::uuid[]) and n.follows is not null and n.folder = 'inbox' and n.merged_into is null
      and c.workspace_id = n.workspace_id and c.conversation_id = o.id returning o.id as from, n.id as to`);
  // Their widgets listen where they stood.
  for (const { from, to } of moved) {
    const because = came.find((event) => event.conversation_id === to);
    if (because) await emit(tx, [{ name: FOLLOWED, actor: system, conversationId: from, because }]);
  }
}
const spokenBy: readonly string[] = ['message.received', 'message.replied', 'message.left', 'message.sent'];
const FOLLOWED = 'chat.followed';
const regrouped = ['merged', 'unmerged', 'split', 'unsplit'].map((what) => `conversation.${what}`);
/**
 * The visitor goes on where what they said last stands now; who said nothing yet, where all of it went. Not at a conversation of somebody
 * else: there they stay behind, with what they have read, and what they write next begins one of their own.
 */
const moved = (tx: Tx, { name, data, conversation_id: from }: EventRow): Promise<number> => {
  const into = name === 'conversation.merged' || name === 'conversation.unsplit' ? (data.into ?? null) : null;
  return tx.run(sql`
    update chat c set conversation_id = k.id from chat o join visitor p on p.workspace_id = o.workspace_id and p.id = o.visitor_id
      cross join lateral (select (select m.conversation_id from chat_line l join message m on m.workspace_id = l.workspace_id and m.id = l.message_id
        where l.workspace_id = o.workspace_id and l.chat_id = o.id and m.type = 'in' order by l.seq desc limit 1) as said) last
      join conversation k on k.workspace_id = o.workspace_id and k.id = case when last.said is null then ${into}::uuid else last.said end
    where o.workspace_id = ${tx.workspaceId} and o.conversation_id = ${from} and c.workspace_id = o.workspace_id and c.id = o.id and c.conversation_id <> k.id and ${theirHome(tx)}`);
};
/** What may change what a visitor sees without having come through the widget. */
export const followed: readonly string[] = [
  ...regrouped,
  ...spokenBy,
  'message.undone',
  'conversation.assigned',
  'customer.unmerged',
];

/** Whether a visitor sees this message in one of their chats. */
export const isShown = async (tx: Tx, { id, only }: Seeing, messageId: string): Promise<boolean> =>
  (await tx.first(sql`
    select 1 from chat_line l join chat c on c.workspace_id = l.workspace_id and c.id = l.chat_id
    where l.workspace_id = ${tx.workspaceId} and l.message_id = ${messageId} and not l.gone and c.visitor_id = ${id} and (${only}::uuid is null or c.id = ${only})`)) !==
  undefined;
