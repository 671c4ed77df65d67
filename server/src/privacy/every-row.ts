import { none, raw, type Sql, sql, whole } from '../base/db.ts';
import { given, speaksOf } from '../base/named.ts';
import type { Known } from '../customers/index.ts';

/**
 * What stands in no export of a customer, and why. `server/test/holdings.ts` knows each column that may hold something of a customer; a
 * table that is neither here nor below fails a test.
 */
export const leftOut: Readonly<Record<string, string>> = {
  bulk_item: 'what a row was before something was done to many: for an hour',
  chat_link: 'a secret of a mail that was sent to them',
  cluster: 'words of many together',
  cluster_conversation: 'what a conversation is like, reckoned anew again and again',
  conversation_link: 'which conversations the team put beside each other',
  data_export: 'which exports were made',
  erasure: 'that they are to be erased: stands on their page',
  filing_audit: 'of the team: whether it filed rightly',
  idempotency: 'answers of the last day, kept for whoever asks twice',
  named_id: 'which mails theirs spoke of: stands in each message',
  problem_words: 'words of many together',
  rise_conversation: 'what rose, reckoned from the conversations',
  search_name: 'an index of what stands in customers and handles',
  search_row: 'an index of what stands in messages',
  seen: 'of the team: who has read what',
  snippet_use: 'of the team: which prepared answer was used',
  spam_lesson: 'hashes of words, from which no word comes back',
  topic_heard: 'what a conversation is about, reckoned anew again and again',
  visitor_session: 'a secret of their browser',
  webhook_attempt: 'how each of the deliveries was sent, and what another program answered',
};

/** One file of an export: the rows of a table, in pieces by a column of ids. */
type Rows = { table: string; key: Sql; which: Sql; json?: Sql; from?: Sql };
/** Ids a piece. */
export const MOST = 500;

/** Every row that is held of somebody, by the name of its file in `data/`. */
export function everyRow(workspaceId: string, known: Known): Record<string, Rows> {
  const w = workspaceId;
  const ids = sql`${known.customerIds}::uuid[]`;
  const addresses = sql`${given(known.addresses)}::text[]`;
  const theirs = sql`(select c.id from conversation c where c.workspace_id = ${w} and c.customer_id = any (${ids}))`;
  const visitors = sql`(select v.id from visitor v where v.workspace_id = ${w} and v.customer_id = any (${ids}))`;
  const chats = sql`(select c.id from chat c where c.workspace_id = ${w} and (c.conversation_id in ${theirs} or c.visitor_id in ${visitors}))`;
  const id = sql`x.id`;
  // Few, and without an id of their own: all at once.
  const few = sql`${known.customerIds[0] ?? null}::uuid`;
  const ofCustomer = sql`x.customer_id = any (${ids})`;
  const inTheirs = sql`x.conversation_id in ${theirs}`;
  const ofAddress = sql`x.address = any (${addresses})`;
  const ofPattern = sql`x.pattern = any (${addresses})`;
  const unmarked = sql`to_jsonb(x) - 'workspace_id' - 'browser_hash'`;
  return {
    customers: { table: 'customer', key: id, which: sql`x.id = any (${ids})` },
    companies: {
      table: 'company',
      key: id,
      which: sql`x.id in (select c.company_id from customer c where c.workspace_id = ${w} and c.id = any (${ids}))`,
    },
    handles: { table: 'handle', key: sql`x.customer_id`, which: ofCustomer },
    notes: { table: 'customer_note', key: id, which: ofCustomer },
    conversations: { table: 'conversation', key: id, which: ofCustomer },
    filings: {
      table: 'conversation_problem',
      from: sql`left join problem p on p.workspace_id = x.workspace_id and p.id = x.problem_id`,
      key: sql`x.conversation_id`,
      which: inTheirs,
      json: sql`to_jsonb(x) - 'workspace_id' || jsonb_build_object('problem', p.name)`,
    },
    // As what it was filed before a problem took the place; back when that is taken away.
    filedBefore: { table: 'filing_aside', key: sql`x.conversation_id`, which: inTheirs },
    messages: { table: 'message', key: id, which: sql`(${inTheirs} or ${ofCustomer})` },
    events: { table: 'event', key: id, which: inTheirs, json: sql`to_jsonb(x) - 'workspace_id' - 'xid'` },
    // What was done to them, not in a conversation: the log is read once for it.
    changes: {
      table: 'event',
      key: id,
      which: sql`x.conversation_id is null and (x.data->>'customerId' = any (${known.customerIds}::text[]) or x.data->>'from' = any (${known.customerIds}::text[])
        or x.actor_kind = 'customer' and x.actor_id = any (${ids}))`,
      json: sql`to_jsonb(x) - 'workspace_id' - 'xid'`,
    },
    drafts: { table: 'draft', key: sql`x.conversation_id`, which: inTheirs },
    'note-drafts': { table: 'note_draft', key: sql`x.conversation_id`, which: inTheirs },
    files: {
      table: 'upload',
      key: id,
      which: sql`(x.visitor_id in ${visitors} or x.id::text in (
        select a->>'upload' from message m, jsonb_array_elements(m.attachments) a where m.workspace_id = ${w} and (m.conversation_id in ${theirs} or m.customer_id = any (${ids})) and a ? 'upload'
        union select unnest(d.attachments) from draft d where d.workspace_id = ${w} and d.conversation_id in ${theirs}
        union select unnest(d.attachments) from note_draft d where d.workspace_id = ${w} and d.conversation_id in ${theirs}))`,
    },
    moods: { table: 'mood', key: sql`x.conversation_id`, which: inTheirs },
    questions: { table: 'mood_ask', key: id, which: inTheirs, json: unmarked },
    surveys: { table: 'survey_ask', key: id, which: sql`(${inTheirs} or ${ofCustomer})`, json: unmarked },
    asked: { table: 'ask', key: id, which: ofCustomer },
    'never-asked': { table: 'never_asked', key: sql`x.customer_id`, which: ofCustomer },
    praise: { table: 'praise', key: id, which: sql`(${inTheirs} or ${ofCustomer})` },
    mailings: { table: 'mailing_person', key: id, which: sql`(${inTheirs} or ${ofCustomer})` },
    unsubscribed: { table: 'unsubscribed', key: sql`x.customer_id`, which: ofCustomer },
    visitors: { table: 'visitor', key: id, which: ofCustomer },
    visits: { table: 'visitor_event', key: id, which: sql`(${ofCustomer} or x.visitor_id in ${visitors})` },
    blocks: { table: 'visitor_block', key: sql`x.visitor_id`, which: sql`x.visitor_id in ${visitors}` },
    chats: { table: 'chat', key: id, which: sql`x.id in ${chats}` },
    'chat-lines': { table: 'chat_line', key: sql`x.chat_id`, which: sql`x.chat_id in ${chats}` },
    mails: { table: 'inbound_mail', key: id, which: mailsOf(addresses) },
    'practice-mails': {
      table: 'practice_mail',
      key: id,
      which: speaksOf(`lower(x.sender || ' ' || x.text)`, known.addresses),
    },
    receipts: { table: 'acknowledged', key: few, which: ofAddress },
    pictures: { table: 'picture_sender', key: few, which: ofAddress },
    blocked: { table: 'blocked_sender', key: id, which: ofPattern },
    allowed: { table: 'allowed_sender', key: id, which: ofPattern },
    notifications: { table: 'notification', key: id, which: inTheirs },
    views: {
      table: 'saved_view',
      key: id,
      which: sql`(x.filter->>'customerId' = any (${known.customerIds}::text[]) or ${speaksOf('lower(x.filter::text)', known.addresses)})`,
    },
    deliveries: { table: 'webhook_delivery', key: id, which: sql`(${inTheirs} or ${ofCustomer})` },
  };
}

/** Mails of these senders, `x`, among them those that became no message. */
export const mailsOf = (addresses: Sql): Sql =>
  sql`(lower(x.sender) = any (${addresses}) or lower(x.envelope->>'from') = any (${addresses}))`;

/** The next of them behind an id, as lines of JSON: those with the same id together. */
export const linesAfter = (
  workspaceId: string,
  { table, key, which, json, from }: Rows,
  after: string | null,
): Sql => sql`
  select ${key} as id, string_agg((${json ?? sql`to_jsonb(x) - 'workspace_id'`})::text, E'\n') as json from ${raw(table)} x ${from ?? none}
  where x.workspace_id = ${workspaceId} and ${which} and (${after}::uuid is null or ${key} > ${after}::uuid) group by 1 order by 1 limit ${whole(MOST)}`;
