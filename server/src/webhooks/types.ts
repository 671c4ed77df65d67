import { type WebhookType, webhookType } from '@hearten/contract';
import type { EventRow } from '../base/events.ts';

export const allTypes: readonly WebhookType[] = webhookType.options;

const changes = (event: EventRow): boolean => {
  const { from, to } = event.data as { from?: unknown; to?: unknown };
  return typeof from === 'string' && typeof to === 'string' && from !== to;
};

/**
 * What outsiders are told of an event of ours, under names that stay. One event may be two things: the mail that opens a conversation
 * is a message as well. What was imported, what is spam and what is only planned is told to nobody.
 */
const told: Record<string, (event: EventRow) => WebhookType[]> = {
  'message.received': ({ data }) =>
    data.historic === true || data.spam === true
      ? []
      : [
          ...(data.opened === true ? (['conversation.created'] as const) : []),
          ...(data.reopened === true ? (['conversation.status_changed'] as const) : []),
          'message.received',
        ],
  'message.replied': (event) =>
    event.data.opened === true ? ['conversation.created'] : changes(event) ? ['conversation.status_changed'] : [],
  'message.undone': () => ['conversation.status_changed'],
  'message.sent': () => ['message.sent'],
  'message.failed': () => ['message.failed'],
  'message.refused': () => ['message.failed'],
  'message.bounced': () => ['message.failed'],
  'message.unknown': () => ['message.failed'],
  'message.noted': () => ['note.added'],
  'conversation.assigned': () => ['conversation.assigned'],
  'conversation.status': () => ['conversation.status_changed'],
  'conversation.snoozed': () => ['conversation.status_changed'],
  'conversation.woke': () => ['conversation.status_changed'],
  'conversation.tagged': () => ['conversation.tagged'],
  'conversation.changed': () => ['conversation.changed'],
  'conversation.moved': () => ['conversation.moved'],
  // Told in both conversations; once is enough.
  'conversation.merged': ({ data }) => (data.into ? ['conversation.merged'] : []),
  'conversation.deleted': () => ['conversation.deleted'],
  'customer.changed': () => ['customer.changed'],
  'customer.merged': () => ['customer.merged'],
};
export const heard: readonly string[] = Object.keys(told);
export const typesOf = (event: EventRow): WebhookType[] => told[event.name]?.(event) ?? [];
