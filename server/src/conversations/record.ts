import type { Address } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import { emit, type Happening, system } from '../base/events.ts';
import { cut } from '../base/text.ts';
import { plainAddress, type Recognised, recognise } from '../customers/index.ts';
import type { Incoming, Received } from './channel.ts';
import { snippetOf } from './rows.ts';
import { THRESHOLD } from './spam/filter.ts';
import { find, namedBy } from './thread.ts';
import { searchable } from './words.ts';
import { type Entry, open } from './write.ts';

type Sent = Entry & { writer: Address };
const NAMES = 5; // what it answers may come later; so many of those ids are kept

/**
 * What we ourselves wrote before Hearten was here, found in an archive: an answer in the conversation it belongs to, or one with whom
 * it was written to. `from` is one of our addresses, and somebody else is among its recipients. Nothing is sent, nobody is notified,
 * and a mail that Hearten sent itself is known by its id.
 */
export async function recordSent(tx: Tx, mails: Incoming[]): Promise<Received[]> {
  const [found, people, inboxes] = await Promise.all([
    find(tx, mails, (one) => readersOf(one)[0]?.address ?? one.from.address),
    recognise(tx, mails.flatMap(readersOf)),
    tx.many<{ address: string }>(sql`select address from inbox where workspace_id = ${tx.workspaceId}`),
  ]);
  const own = new Set(inboxes.map((row) => plainAddress(row.address)));
  const seen = new Set<string>();
  const here = new Map<string, Sent>();
  const out: Received[] = [];
  const sent: Sent[] = [];
  for (const one of mails) {
    const marks = [one.dedupe.toString('hex'), ...(one.externalId ? [one.externalId] : [])];
    const readers = readersOf(one).filter((to) => !own.has(plainAddress(to.address)));
    const known = found.twinsOf(one).some((twin) => (twin.same && twin.inbox_id === one.inboxId) || twin.ours !== null);
    const first = readers[0];
    if (known || !first || marks.some((mark) => seen.has(mark))) {
      const gone = found.twinsOf(one).some((twin) => twin.id === null);
      out.push({ id: one.id, conversationId: null, outcome: 'duplicate', ...(gone ? { gone } : {}) });
      continue;
    }
    for (const mark of marks) seen.add(mark);
    const idOf = (to: Address): string | undefined => people.get(plainAddress(to.address))?.customerId;
    const near = namedBy(one)
      .map((id) => here.get(id))
      .find((entry) => entry && readers.some((to) => idOf(to) === entry.customer.customerId));
    // As with a customer's mail, an id alone opens nothing: one of its readers takes part there.
    const home = near
      ? null
      : (readers
          .map((to) => found.homeOf({ ...one, from: to }, people.get(plainAddress(to.address)) as Recognised).home)
          .find((place) => place && place.folder !== 'trash') ?? null);
    const entry: Sent = {
      incoming: { ...one, from: first, replyTo: null, to: readers.slice(1), cc: [], authentication: null },
      writer: one.from,
      customer: near?.customer ?? (people.get(plainAddress(first.address)) as Recognised),
      conversationId: near?.conversationId ?? home?.id ?? one.id,
      opens: !near && !home,
      reopens: false,
      quietly: true,
      folder: near?.folder ?? home?.folder ?? 'inbox',
      follows: null,
      spam: { score: 0, threshold: THRESHOLD, reasons: [] },
      link: null,
      names: namedBy(one)
        .filter((id) => !found.knows(id) && !here.has(id))
        .slice(0, NAMES),
      sameId: false,
      aside: false,
      planned: false,
      beside: null,
      proved: [],
      at: one.receivedAt,
      listedAt: one.receivedAt,
    };
    sent.push(entry);
    if (one.externalId) here.set(one.externalId, entry);
    out.push({ id: one.id, conversationId: entry.conversationId, outcome: entry.opens ? 'created' : 'appended' });
  }
  await Promise.all([
    open(
      tx,
      sent.filter((entry) => entry.opens),
    ),
    writeSent(tx, sent, mails),
    answered(tx, sent),
    emit(tx, sent.map(happening)),
  ]);
  return out;
}

const readersOf = (one: Incoming): Address[] => [...one.to, ...one.cc].filter((to) => to.address.includes('@'));
const happening = (entry: Sent): Happening => ({
  name: 'message.recorded',
  actor: system,
  conversationId: entry.conversationId,
  messageId: entry.incoming.id,
  data: { historic: true, opened: entry.opens },
});

async function writeSent(tx: Tx, sent: Sent[], mails: Incoming[]): Promise<void> {
  if (sent.length === 0) return;
  const whole = new Map(mails.map((one) => [one.id, one]));
  const rows = sent.map(({ incoming: i, writer, conversationId, opens, names, at }) => ({
    id: i.id,
    conversation_id: conversationId,
    inbox_id: i.inboxId,
    kind: i.kind === 'auto_reply' ? 'auto_reply' : 'message',
    writer: plainAddress(writer.address),
    named: writer.name,
    sender: { address: writer.address, name: writer.name || writer.address },
    recipients: { to: whole.get(i.id)?.to ?? [], cc: whole.get(i.id)?.cc ?? [], bcc: [], quote: false },
    subject: cut(i.subject, 500),
    text: i.text,
    quote: i.quote,
    has_html: i.hasHtml,
    attachments: i.attachments,
    external_id: i.externalId,
    in_reply_to: i.inReplyTo,
    reference_ids: i.references.slice(-30),
    raw_hash: i.rawHash && `\\x${i.rawHash.toString('hex')}`,
    dedupe: `\\x${i.dedupe.toString('hex')}`,
    names,
    at,
    words: searchable(opens ? i.subject : '', writer.name, i.from.address, i.text),
  }));
  // Written by a colleague when its sender is called or addressed as one.
  await tx.run(sql`
    with r as materialized (select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, conversation_id uuid, inbox_id uuid, kind text, writer text, named text, sender jsonb, recipients jsonb,
        subject text, text text, quote text, has_html boolean, attachments jsonb, external_id text, in_reply_to text, reference_ids text[], raw_hash text, dedupe text, names text[], at timestamptz, words text)),
    m as (insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, author_id, sender, recipients, subject, text, quote, has_html, attachments, automatic, external_id, in_reply_to,
        reference_ids, raw_hash, dedupe, state, sent_at, at)
      select ${tx.workspaceId}::uuid, id, conversation_id, inbox_id, 'out', kind,
        (select p.id from person p where p.workspace_id = ${tx.workspaceId} and (lower(p.email) = writer or (named <> '' and p.name = named)) order by lower(p.email) = writer desc, p.created_at limit 1),
        sender, recipients, subject, text, quote, has_html, attachments, kind = 'auto_reply', external_id, in_reply_to, reference_ids, raw_hash::bytea, dedupe::bytea, 'sent', at, at from r),
    named as (insert into named_id (workspace_id, external_id, conversation_id) select distinct ${tx.workspaceId}::uuid, x, r.conversation_id from r, unnest(r.names) x on conflict do nothing)
    insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    select ${tx.workspaceId}::uuid, r.id, r.conversation_id,
      (select c.number / 1000 from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = r.conversation_id limit 1), to_tsvector('hearten', r.words) from r`);
}

/** The last word was ours: nobody waits for us there any more. */
async function answered(tx: Tx, sent: Sent[]): Promise<void> {
  if (sent.length === 0) return;
  const rows = [...Map.groupBy(sent, (entry) => entry.conversationId)].map(([id, list]) => {
    const last = list.reduce((a, b) => (b.at > a.at ? b : a));
    return {
      id,
      // The one that opened it is counted there.
      count: list.filter((entry) => !entry.opens).length,
      at: last.at,
      snippet: snippetOf(last.incoming.text),
    };
  });
  await tx.run(sql`
    update conversation c set message_count = c.message_count + r.count, last_at = greatest(c.last_at, r.at),
      snippet = case when r.at >= c.last_at then r.snippet else c.snippet end, last_from = case when r.at >= c.last_at then 'team' else c.last_from end,
      status = case when r.at >= c.last_at and c.status = 'open' then 'waiting' else c.status end,
      waiting_since = case when r.at >= c.last_at then null else c.waiting_since end, version = c.version + 1
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, count int, at timestamptz, snippet text)
    where c.workspace_id = ${tx.workspaceId} and c.id = r.id`);
}
