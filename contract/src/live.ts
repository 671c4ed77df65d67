import type { Address, ConversationRow, Item } from './conversations.ts';
import type { Notification } from './notifications.ts';

/**
 * One frame on the socket. `change` carries the state after the event, so that what is on screen is patched by replacing:
 * the row when its `version` is not older, the item by its id (a message again when its send state changed; `gone` takes it away).
 * `hello` means: from here on everything is told, so fetch now; `reset`: fetch again what is on screen. `gone`: these conversations were deleted for good. `touched` names other things to fetch again when they are on screen.
 */
export type Frame =
  | { type: 'hello'; personId: string }
  | { type: 'reset' }
  | {
      type: 'change';
      event: string;
      conversation: ConversationRow;
      participants?: Address[];
      items: Item[];
      gone: string[];
    }
  | { type: 'gone'; conversationIds: string[] }
  | { type: 'seen'; conversationId: string; unread: boolean }
  | { type: 'draft'; conversationId: string; personId: string; updatedAt: string | null }
  | { type: 'notify'; notification: Notification }
  | {
      type: 'touched';
      what:
        | 'conversation'
        | 'people'
        | 'teams'
        | 'inboxes'
        | 'quarantine'
        | 'workspace'
        | 'customer'
        | 'tags'
        | 'spam'
        | 'views'
        | 'bulk'
        | 'notifications';
      id: string | null;
    };
