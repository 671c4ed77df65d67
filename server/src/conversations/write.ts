import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { cut } from '../base/text.ts';
import type { Recognised } from '../customers/index.ts';
import { mustNotHear } from './beside.ts';
import type { Incoming } from './channel.ts';
import { claimOf, type Ours } from './claims.ts';
import { snippetOf } from './rows.ts';
import type { Verdict } from './spam/judge.ts';
import { othersOf } from './withheld.ts';
import { searchable } from './words.ts';

/** One incoming message with its place decided. */
export type Entry = {
  incoming: Incoming;
  customer: Recognised;
  conversationId: string;
  opens: boolean;
  reopens: boolean;
  quietly: boolean;
  folder: 'inbox' | 'spam' | 'trash';
  follows: string | null;
  spam: Verdict;
  /** Another conversation that this one has to do with. */
  link: { otherId: string; why: 'same_mail' | 'maybe' } | null;
  /** Ids it names that are no message here. */
  names: string[];
  /** Another mail had its Message-ID before. */
  sameId: boolean;
  /** When it came to us, never before what is there already. */
  at: string;
  /** Where its conversation stands in the list from now on: `at`, for all but mail that was elsewhere for long. */
  listedAt: string;
  /** By a third person, to us alone. */
  aside: boolean;
  /** An answer waits for its time where this goes. */
  planned: boolean;
  /** It goes to a side conversation; what that stands beside. */
  beside: string | null;
  /** Our messages that have arrived, for this answers them. */
  proved: string[];
};
const OLD = 14 * 86_400_000; // a mail imported from before the connection and older than this is history, not work

/** Old history: it opens nothing, reopens nothing, and nobody waits because of it. */
export const isPast = (one: Incoming): boolean => one.historic && Date.now() - Date.parse(one.receivedAt) > OLD;

/** Everyone else on the mail who takes part from now on. */
export const othersOn = (e: Entry): Address[] => othersOf(e.incoming, e.customer.address, e.opens).admitted;

/** New conversations, with the next numbers of the workspace. Addresses of our own inboxes never take part. */
export async function open(tx: Tx, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((e, i) => ({
    place: i + 1,
    id: e.conversationId,
    inbox_id: e.incoming.inboxId,
    channel: e.incoming.channel,
    customer_id: e.customer.customerId,
    customer_name: e.customer.name,
    customer_address: e.incoming.from.address,
    subject: cut(e.incoming.subject, 500) || '(no subject)',
    folder: e.folder,
    priority: e.incoming.priority ?? 'normal',
    // Where the filter put it stays known when a person has moved it: that is what it learns from.
    spam: { ...e.spam, folder: e.folder, by: null, at: null },
    follows: e.follows,
    link: e.link?.otherId ?? null,
    why: e.link?.why ?? null,
    // A person looks at whatever begins something, a machine's mail too; only "I am away" and old history ask for nobody.
    status: e.incoming.kind === 'auto_reply' || isPast(e.incoming) ? 'resolved' : 'open',
    asks: !e.quietly,
    participants: othersOn(e),
    at: e.at,
    listed_at: e.listedAt,
    snippet: snippetOf(e.incoming.text),
  }));
  await tx.run(sql`
    with n as (update counter set conversations = conversations + ${rows.length} where workspace_id = ${tx.workspaceId} returning conversations - ${rows.length} as base),
      r as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (place int, id uuid, inbox_id uuid, channel text, customer_id uuid, customer_name text, customer_address text, subject text,
        folder text, priority text, spam jsonb, follows uuid, link uuid, why text, status text, asks boolean, participants jsonb, snippet text, at timestamptz, listed_at timestamptz)),
      links as (insert into conversation_link (workspace_id, conversation_id, other_id, why) select ${tx.workspaceId}::uuid, r.id, r.link, r.why from r where r.link is not null)
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, folder, priority, spam, status, participants, waiting_since, follows, snippet, message_count, created_at, last_at)
    select ${tx.workspaceId}, r.id, n.base + r.place, r.inbox_id, r.channel, r.customer_id, r.customer_name, r.customer_address, r.subject, r.folder, r.priority, r.spam, r.status,
      coalesce((select jsonb_agg(p) from jsonb_array_elements(r.participants) p where not exists
        (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and lower(i.address) = lower(p->>'address'))), '[]'),
      case when r.asks and r.status = 'open' and r.folder = 'inbox' then r.at end, r.follows, r.snippet, 1, r.listed_at, r.listed_at
    from n, r`);
}

/** Message rows and their words for the search. */
export async function writeMessages(tx: Tx, entries: Entry[], ours: Ours): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ incoming: i, customer, conversationId, opens, spam, at, names, sameId, aside }) => ({
    id: i.id,
    conversation_id: conversationId,
    inbox_id: i.inboxId,
    kind: i.kind,
    customer_id: customer.customerId,
    sender: i.from,
    recipients: { to: i.to, cc: i.cc, bcc: [], ...(i.replyTo ? { replyTo: i.replyTo } : {}) },
    subject: cut(i.subject, 500),
    text: i.text,
    quote: i.quote,
    has_html: i.hasHtml,
    attachments: i.attachments,
    automatic: i.automatic,
    parsed: i.parsed,
    spam,
    authentication: i.authentication && {
      ...i.authentication,
      claims: claimOf(i.from, ours),
      withheld: othersOf(i, customer.address, opens).withheld,
    },
    aside,
    external_id: i.externalId,
    in_reply_to: i.inReplyTo,
    reference_ids: i.references.slice(-30),
    raw_hash: i.rawHash && `\\x${i.rawHash.toString('hex')}`,
    dedupe: `\\x${i.dedupe.toString('hex')}`,
    same_id: sameId,
    forwarded: i.forwardedBy ? { by: i.forwardedBy } : null,
    names,
    at,
    words: searchable(opens ? i.subject : '', i.from.name, i.from.address, i.text),
  }));
  // Who takes part already, and our own inboxes, wait for nobody's yes.
  const waiting = sql`(select coalesce(jsonb_agg(p), '[]') from jsonb_array_elements(r.authentication->'withheld') p
      where not exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and lower(i.address) = lower(p->>'address'))
        and not exists (select 1 from conversation c, jsonb_array_elements(c.participants || jsonb_build_object('address', c.customer_address)) q
          where c.workspace_id = ${tx.workspaceId} and c.id = r.conversation_id and lower(q->>'address') = lower(p->>'address')))`;
  await tx.run(sql`
    with r as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, conversation_id uuid, inbox_id uuid, kind text, customer_id uuid, sender jsonb, recipients jsonb,
        subject text, text text, quote text, has_html boolean, attachments jsonb, automatic boolean, aside boolean, spam jsonb, authentication jsonb, parsed jsonb, external_id text, in_reply_to text, reference_ids text[], raw_hash text, dedupe text, same_id boolean, forwarded jsonb, names text[], at timestamptz, words text)),
    m as (insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, customer_id, sender, recipients, subject, text, quote, has_html, attachments, automatic, aside, spam, authentication, parsed, external_id, in_reply_to,
        reference_ids, raw_hash, dedupe, same_id, forwarded, at)
      select ${tx.workspaceId}::uuid, id, conversation_id, inbox_id, 'in', kind, customer_id, sender, recipients, subject, text, quote, has_html, attachments, automatic, aside, spam,
        case when authentication->'withheld' = '[]' then authentication else authentication || jsonb_build_object('withheld', ${waiting}) end, parsed, external_id, in_reply_to,
        reference_ids, raw_hash::bytea, dedupe::bytea, same_id, forwarded, at from r),
    named as (insert into named_id (workspace_id, external_id, conversation_id) select distinct ${tx.workspaceId}::uuid, x, r.conversation_id from r, unnest(r.names) x on conflict do nothing)
    insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    select ${tx.workspaceId}::uuid, r.id, r.conversation_id,
      (select c.number / 1000 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = r.conversation_id limit 1), to_tsvector('hearten', r.words) from r`);
}

const nameOf = (from: { name: string; address: string }): string => from.name || from.address;

/** What a further message changes on its conversation: last words, count, who takes part, and the way back to open. */
export async function append(tx: Tx, entries: Entry[]): Promise<void> {
  if (entries.length === 0) return;
  const byHome = new Map<string, Entry[]>();
  for (const entry of entries) byHome.set(entry.conversationId, [...(byHome.get(entry.conversationId) ?? []), entry]);
  const rows = [...byHome].map(([id, list]) => {
    const last = list.reduce((a, b) => (b.at > a.at ? b : a));
    return {
      id,
      count: list.length,
      // Beside a customer's conversation the words of another would be read as theirs.
      snippet: snippetOf(last.aside ? `${nameOf(last.incoming.from)}: ${last.incoming.text}` : last.incoming.text),
      at: last.at,
      listed_at: list.reduce((at, e) => (e.listedAt > at ? e.listedAt : at), last.listedAt),
      wakes: list.some((e) => e.reopens),
      asks: list.some((e) => !e.quietly && !e.aside),
      aside: last.aside,
      // Whom a third person writes to beside us is nothing that the customer should see.
      more: list.filter((e) => !e.aside).flatMap(othersOn),
    };
  });
  await tx.run(sql`
    update conversation c set snippet = case when r.at > c.last_at then r.snippet else c.snippet end, last_from = case when r.at > c.last_at and not r.aside then 'customer' else c.last_from end,
      last_at = greatest(c.last_at, r.listed_at), message_count = c.message_count + r.count,
      status = case when r.wakes then 'open' else c.status end, snoozed_until = case when r.wakes then null else c.snoozed_until end,
      resolved_at = case when r.wakes then null else c.resolved_at end,
      waiting_since = case when r.asks and c.folder = 'inbox' then coalesce(c.waiting_since, r.at) else c.waiting_since end,
      participants = case when r.more = '[]'::jsonb then c.participants else c.participants || coalesce((select jsonb_agg(distinct p) from jsonb_array_elements(r.more) p
        where lower(p->>'address') <> lower(c.customer_address) and not exists (select 1 from jsonb_array_elements(c.participants) q where lower(q->>'address') = lower(p->>'address'))
          and not exists (select 1 from inbox i where i.workspace_id = ${tx.workspaceId} and lower(i.address) = lower(p->>'address')) and not ${mustNotHear(sql`p->>'address'`)}), '[]') end,
      version = c.version + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, count int, snippet text, at timestamptz, listed_at timestamptz, wakes boolean, asks boolean, aside boolean, more jsonb)
    where c.workspace_id = ${tx.workspaceId} and c.id = r.id and c.id = any (${[...byHome.keys()]}::uuid[])`);
}
