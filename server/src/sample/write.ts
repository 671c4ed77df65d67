import { type Sql, sql, type Tx } from '../base/db.ts';
import { hash } from '../base/seal.ts';
import { searchable, sign, snippetOf } from '../conversations/index.ts';
import { fold } from '../customers/index.ts';
import type { Company, Customer } from './people.ts';
import type { Story } from './story.ts';

export type Place = { inboxId: string; address: string };
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
/** An array as Postgres writes it, inside an array of such: unnest takes no ragged ones. */
const list = (texts: string[]): string => `{${texts.map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

export async function writePeople(tx: Tx, companies: Company[], customers: Customer[]): Promise<void> {
  await tx.run(sql`
    insert into company (workspace_id, id, name, domain)
    select ${tx.workspaceId}, * from unnest(${companies.map((c) => c.id)}::uuid[], ${companies.map((c) => c.name)}::text[], ${companies.map((c) => c.domain)}::text[]) on conflict do nothing`);
  const ids = customers.map((c) => c.id);
  await tx.run(sql`
    insert into customer (workspace_id, id, company_id, name, language, time_zone, created_at)
    select ${tx.workspaceId}, * from unnest(${ids}::uuid[], ${customers.map((c) => c.company)}::uuid[], ${customers.map((c) => c.name)}::text[], ${customers.map((c) => c.language.code)}::text[],
      ${customers.map((c) => c.language.timeZone)}::text[], ${customers.map((c) => iso(c.at))}::timestamptz[])`);
  await tx.run(sql`
    insert into handle (workspace_id, kind, value, customer_id, created_at)
    select ${tx.workspaceId}, 'email', * from unnest(${customers.map((c) => c.address)}::text[], ${ids}::uuid[], ${customers.map((c) => iso(c.at))}::timestamptz[])`);
  await tx.run(sql`
    insert into search_name (workspace_id, customer_id, folded)
    select ${tx.workspaceId}, * from unnest(${ids}::uuid[], ${customers.map((c) => fold(`${c.name} ${c.address}`))}::text[])`);
}

/** Everything about some conversations, a statement a table. Not one of them waits for another. */
export async function writeStories(tx: Tx, place: Place, stories: Story[]): Promise<void> {
  await Promise.all([
    tx.run(conversationRows(tx, place, stories)),
    tx.run(messageRows(tx, place, stories)),
    tx.run(wordRows(tx, stories)),
    tx.run(eventRows(tx, stories)),
    tx.run(seenRows(tx, stories)),
    tx.run(jobRows(tx, stories)),
  ]);
}

/** Why what is seeded as spam lies there. */
const judged = {
  score: 5.7,
  threshold: 5,
  folder: 'spam',
  reasons: [
    sign('host', 5, 'host-marked', { header: 'X-Spam-Flag', value: 'YES' }),
    sign('reply-to', 0.7, 'answers-elsewhere', { address: 'offers@elsewhere.example' }),
  ],
  by: null,
  at: null,
};

function conversationRows(tx: Tx, place: Place, stories: Story[]): Sql {
  const said = stories.map((s) => s.messages.filter((m) => m.type !== 'note'));
  const lasts = said.map((list) => list.at(-1));
  return sql`
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, folder, priority, assignee_id, tags, snippet, last_from,
      snoozed_until, waiting_since, resolved_at, message_count, version, created_at, last_at, spam)
    select ${tx.workspaceId}, id, number, ${place.inboxId}, 'email', customer_id, customer_name, customer_address, subject, status, folder, priority, assignee_id, tags::text[], snippet, last_from,
      snoozed_until, waiting_since, resolved_at, message_count, version, created_at, last_at, case when folder = 'spam' then ${JSON.stringify(judged)}::jsonb end
    from unnest(${stories.map((s) => s.id)}::uuid[], ${stories.map((s) => s.number)}::bigint[], ${stories.map((s) => s.customer.id)}::uuid[], ${stories.map((s) => s.customer.name)}::text[],
      ${stories.map((s) => s.customer.address)}::text[], ${stories.map((s) => s.subject)}::text[], ${stories.map((s) => s.status)}::text[], ${stories.map((s) => s.folder)}::text[],
      ${stories.map((s) => s.priority)}::text[], ${stories.map((s) => s.assignee?.id ?? null)}::uuid[], ${stories.map((s) => list(s.tags))}::text[],
      ${lasts.map((m) => snippetOf(m?.text ?? ''))}::text[], ${lasts.map((m) => (m?.type === 'out' ? 'team' : 'customer'))}::text[], ${stories.map((s) => iso(s.snoozedUntil))}::timestamptz[],
      ${stories.map((s) => iso(s.waitingSince))}::timestamptz[], ${stories.map((s) => iso(s.resolvedAt))}::timestamptz[], ${said.map((list) => list.length)}::int[],
      ${stories.map((s) => s.version)}::int[], ${stories.map((s) => iso(s.messages[0]?.at ?? null))}::timestamptz[], ${lasts.map((m) => iso(m?.at ?? null))}::timestamptz[])
      as r (id, number, customer_id, customer_name, customer_address, subject, status, folder, priority, assignee_id, tags, snippet, last_from, snoozed_until, waiting_since, resolved_at,
        message_count, version, created_at, last_at)`;
}

function messageRows(tx: Tx, place: Place, stories: Story[]): Sql {
  const all = stories.flatMap((story) => story.messages.map((m) => ({ ...m, story })));
  const from = (a: (typeof all)[number]) => ({ address: a.story.customer.address, name: a.story.customer.name });
  const recipients = all.map((a) =>
    a.type === 'note'
      ? '{}'
      : JSON.stringify({ to: [a.type === 'in' ? { address: place.address, name: '' } : from(a)], cc: [], bcc: [] }),
  );
  const subjects = all.map((a, i) =>
    a.type === 'note' ? '' : i > 0 && all[i - 1]?.story === a.story ? `Re: ${a.story.subject}` : a.story.subject,
  );
  return sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, kind, author_id, customer_id, sender, recipients, subject, text, quote, external_id, in_reply_to, reference_ids, dedupe,
      state, sent_at, send_at, attempts, status_before, at)
    select ${tx.workspaceId}, id, conversation_id, ${place.inboxId}, type, 'message', author_id, customer_id, sender, recipients, subject, text, quote, external_id, in_reply_to, reference_ids::text[], dedupe,
      case when type = 'out' then 'sent' end, case when type = 'out' then at + interval '11 seconds' end, case when type = 'out' then at + interval '10 seconds' end,
      case when type = 'out' then 1 else 0 end, status_before, at
    from unnest(${all.map((a) => a.id)}::uuid[], ${all.map((a) => a.story.id)}::uuid[], ${all.map((a) => a.type)}::text[], ${all.map((a) => a.author?.id ?? null)}::uuid[],
      ${all.map((a) => (a.type === 'in' ? a.story.customer.id : null))}::uuid[], ${all.map((a) => (a.type === 'in' ? JSON.stringify(from(a)) : null))}::jsonb[], ${recipients}::jsonb[],
      ${subjects}::text[], ${all.map((a) => a.text)}::text[], ${all.map((a) => a.quote)}::text[], ${all.map((a) => a.externalId)}::text[],
      ${all.map((a) => a.references.at(-1) ?? null)}::text[], ${all.map((a) => list(a.references))}::text[], ${all.map((a) => (a.type === 'in' ? hash(a.externalId ?? '') : null))}::bytea[],
      ${all.map((a) => a.statusBefore)}::text[], ${all.map((a) => iso(a.at))}::timestamptz[])
      as r (id, conversation_id, type, author_id, customer_id, sender, recipients, subject, text, quote, external_id, in_reply_to, reference_ids, dedupe, status_before, at)`;
}

function wordRows(tx: Tx, stories: Story[]): Sql {
  const all = stories.flatMap((story) => story.messages.map((m, i) => ({ ...m, story, i })));
  const words = all.map(({ type, text, story, i }) =>
    type === 'in'
      ? searchable(i === 0 ? story.subject : '', story.customer.name, story.customer.address, text)
      : searchable(text),
  );
  return sql`
    insert into search_row (workspace_id, message_id, conversation_id, bucket, words)
    select ${tx.workspaceId}, message_id, conversation_id, bucket, to_tsvector('hearten', words)
    from unnest(${all.map((a) => a.id)}::uuid[], ${all.map((a) => a.story.id)}::uuid[], ${all.map((a) => Math.floor(a.story.number / 1000))}::int[], ${words}::text[]) as r (message_id, conversation_id, bucket, words)`;
}

/** xid 3 is older than any transaction: whoever follows the log from now on is not told what happened months ago. */
function eventRows(tx: Tx, stories: Story[]): Sql {
  const all = stories.flatMap((story) => story.events.map((e) => ({ ...e, story })));
  const customers = all.map((a) => a.name === 'message.received');
  return sql`
    insert into event (workspace_id, id, xid, name, conversation_id, message_id, actor_kind, actor_id, data, at)
    select ${tx.workspaceId}, id, '3'::xid8, name, conversation_id, message_id, actor_kind, actor_id, data, at
    from unnest(${all.map((a) => a.id)}::uuid[], ${all.map((a) => a.name)}::text[], ${all.map((a) => a.story.id)}::uuid[], ${all.map((a) => a.messageId)}::uuid[],
      ${all.map((a, i) => (customers[i] ? 'customer' : a.actor ? 'person' : 'system'))}::text[], ${all.map((a, i) => (customers[i] ? a.story.customer.id : (a.actor?.id ?? null)))}::uuid[],
      ${all.map((a) => JSON.stringify(a.data))}::jsonb[], ${all.map((a) => iso(a.at))}::timestamptz[]) as r (id, name, conversation_id, message_id, actor_kind, actor_id, data, at)`;
}

function seenRows(tx: Tx, stories: Story[]): Sql {
  const seen = stories.filter((s) => s.seenUpTo !== null && s.assignee);
  return sql`
    insert into seen (workspace_id, conversation_id, person_id, up_to)
    select ${tx.workspaceId}, * from unnest(${seen.map((s) => s.id)}::uuid[], ${seen.map((s) => s.assignee?.id)}::uuid[], ${seen.map((s) => iso(s.seenUpTo))}::timestamptz[])`;
}

const CLOSES_AFTER = 14 * 86_400_000;
/** What is still to happen by itself: the snoozed wake, the resolved close. */
function jobRows(tx: Tx, stories: Story[]): Sql {
  const due = stories.flatMap((s) => {
    if (s.folder !== 'inbox') return [];
    if (s.status === 'snoozed') return [{ name: 'wake', id: s.id, at: iso(s.snoozedUntil) }];
    return s.status === 'resolved'
      ? [{ name: 'close', id: s.id, at: iso((s.resolvedAt as number) + CLOSES_AFTER) }]
      : [];
  });
  return sql`
    select app_add_job(name, json_build_object('conversationId', id, 'workspaceId', ${tx.workspaceId}::text), null, at, 8, ${tx.workspaceId}::text || ':' || name || ':' || id, array[name, name || ':' || ${tx.workspaceId}::text])
    from unnest(${due.map((d) => d.name)}::text[], ${due.map((d) => d.id)}::text[], ${due.map((d) => d.at)}::timestamptz[]) as r (name, id, at)`;
}
