import type { WebhookType } from '@hearten/contract';
import { sql, type Tx } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { isSpamNow } from '../conversations/index.ts';

/** What one event comes to for outsiders: `body` is exactly what is signed and sent. */
export type Payload = {
  event: EventRow;
  type: WebhookType;
  messageId: string;
  conversationId: string | null;
  customerId: string | null;
  body: string;
};
export type Told = { event: EventRow; types: WebhookType[] };

/** Letters of a message's text; the whole is one request away. A payload stays below what receivers take without asking. */
const LONGEST = 10_000;

type Conversation = { id: string; customer: { id: string } } & Record<string, unknown>;
type Message = {
  id: string;
  json: Record<string, unknown>;
  note: boolean;
  spam: Parameters<typeof isSpamNow>[0];
  authentication: (NonNullable<Parameters<typeof isSpamNow>[1]> & { checking?: boolean }) | null;
};

/** Stable over tries and the same for every receiver. Where one event is two things, each has its own. */
const messageIdOf = (event: EventRow, place: number): string =>
  `msg_${event.id.replaceAll('-', '')}${place > 0 ? `_${place}` : ''}`;

/**
 * As things are now, which may be later than the event: `version` of the conversation says which of two is newer. What stands in a note
 * is told to nobody outside: only that there is one. `held` are those whose sender is still being looked up.
 */
export async function payloads(
  tx: Tx,
  told: Told[],
  url: string,
  holds: boolean,
): Promise<{ ready: Payload[]; held: EventRow[] }> {
  const ids = (of: (event: EventRow) => unknown): string[] => [
    ...new Set(told.map(({ event }) => of(event)).filter((id) => typeof id === 'string')),
  ];
  const customerOf = (event: EventRow): unknown => event.data.customerId;
  const [conversations, messages, customers] = await Promise.all([
    tx.many<{ id: string; json: Conversation }>(sql`
      select c.id, json_build_object('id', c.id, 'number', c.number, 'url', ${url}::text || '/conversations/' || c.id, 'subject', c.subject, 'status', c.status, 'folder', c.folder,
        'priority', c.priority, 'tags', c.tags, 'channel', c.channel, 'inboxId', c.inbox_id, 'assigneeId', c.assignee_id, 'teamId', c.team_id,
        'customer', json_build_object('id', c.customer_id, 'name', c.customer_name, 'address', c.customer_address),
        'snoozedUntil', c.snoozed_until, 'createdAt', c.created_at, 'lastAt', c.last_at, 'version', c.version) as json
      from conversation c where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids((e) => e.conversation_id)}::uuid[])`),
    tx.many<Message>(sql`
      select m.id, m.type = 'note' as note, m.spam, m.authentication, case when m.type = 'note' then json_build_object('id', m.id, 'authorId', m.author_id, 'at', m.at) else
        json_build_object('id', m.id, 'direction', m.type, 'from', m.sender, 'to', coalesce(m.recipients->'to', '[]'), 'cc', coalesce(m.recipients->'cc', '[]'), 'authorId', m.author_id,
        'subject', m.subject, 'text', left(m.text, ${LONGEST}), 'textIsCut', length(m.text) > ${LONGEST}, 'attachments', (select coalesce(jsonb_agg(jsonb_build_object('filename', a->'filename', 'contentType', a->'contentType', 'size', a->'size')), '[]')
          from jsonb_array_elements(m.attachments) a), 'automatic', m.automatic, 'state', m.state, 'stateReason', m.state_reason, 'at', m.at) end as json
      from message m where m.workspace_id = ${tx.workspaceId} and m.id = any (${ids((e) => e.message_id)}::uuid[])`),
    tx.many<{ id: string; json: Record<string, unknown> }>(sql`
      select c.id, json_build_object('id', c.id, 'name', c.name, 'role', c.role, 'language', c.language, 'companyId', c.company_id, 'fields', c.fields, 'createdAt', c.created_at,
        'handles', (select coalesce(json_agg(json_build_object('kind', h.kind, 'value', h.value) order by h.kind, h.value), '[]') from handle h where h.workspace_id = c.workspace_id and h.customer_id = c.id)) as json
      from customer c where c.workspace_id = ${tx.workspaceId} and c.id = any (${ids(customerOf)}::uuid[])`),
  ]);
  const conversationOf = new Map(conversations.map((row) => [row.id, row.json]));
  const messageOf = new Map(messages.map((row) => [row.id, row]));
  const customerRow = new Map(customers.map((row) => [row.id, row.json]));
  const ready: Payload[] = [];
  const held: EventRow[] = [];
  for (const { event, types } of told) {
    const conversation = event.conversation_id ? conversationOf.get(event.conversation_id) : undefined;
    const message = event.message_id ? messageOf.get(event.message_id) : undefined;
    if (event.name === 'message.received' && message) {
      if (isSpamNow(message.spam, message.authentication)) continue;
      if (holds && message.authentication?.checking) {
        held.push(event);
        continue;
      }
    }
    const customerId = typeof event.data.customerId === 'string' ? event.data.customerId : null;
    types.forEach((type, place) => {
      const data = {
        ...(conversation ? { conversation } : {}),
        ...(message && !message.note && /^(message\.|conversation\.created)/.test(type)
          ? { message: message.json }
          : {}),
        ...(message?.note ? { note: message.json } : {}),
        ...(customerId ? { customer: customerRow.get(customerId) ?? { id: customerId } } : {}),
        ...changed(type, event),
        actor: { kind: event.actor_kind, id: event.actor_id },
      };
      ready.push({
        event,
        type,
        messageId: messageIdOf(event, place),
        conversationId: event.conversation_id,
        customerId: customerId ?? conversation?.customer.id ?? null,
        body: JSON.stringify({ type, timestamp: new Date(event.at).toISOString(), data }),
      });
    });
  }
  return { ready, held };
}

/** What an event says of itself, in names that stay. */
function changed(type: WebhookType, { name, data }: EventRow): Record<string, unknown> {
  const before = data.before as unknown;
  switch (type) {
    case 'conversation.status_changed':
      return { before: data.from ?? (typeof before === 'string' ? before : null) };
    case 'conversation.assigned':
      return { before: before ?? null };
    case 'conversation.tagged':
      return { added: data.added ?? [], removed: data.removed ?? [] };
    case 'conversation.moved':
      return { before: before ?? null };
    case 'conversation.changed':
      return { before: before ?? null };
    case 'conversation.merged':
      return { into: { id: data.into, number: data.intoNumber } };
    case 'conversation.deleted':
      return { conversation: { id: data.id, number: data.number } };
    case 'message.failed':
      return { reason: name.replace('message.', ''), recipients: data.recipients ?? null };
    case 'customer.changed':
      return { changed: data.fields ?? [] };
    case 'customer.merged':
      return { from: data.from };
    default:
      return {};
  }
}
