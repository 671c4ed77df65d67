import { z } from 'zod';
import type { Address, ConversationRow } from './conversation-row.ts';
import { id } from './endpoint.ts';
import type { Item } from './messages.ts';
import type { Notification } from './notifications.ts';

/** What someone does at a conversation at this moment. */
export const doing = z.enum(['viewing', 'replying', 'noting']);
export type Doing = z.infer<typeof doing>;
/**
 * What a tab says: at which conversation it is, null for none. Said when it changes and again every few seconds; a tab that falls
 * silent counts as gone.
 */
export const said = z.object({ type: z.literal('at'), conversationId: id.nullable(), doing });
export type Said = z.infer<typeof said>;
/** Who is at each conversation, each person once, with the most they do there. None: nobody is left. */
export type Present = Record<string, { personId: string; doing: Doing }[]>;

/**
 * One frame on the socket. `change` carries the state after the event, so that what is on screen is patched by replacing:
 * the row when its `version` is not older, the item by its id (a message again when its send state changed; `gone` takes it away).
 * `hello` means: from here on everything is told, so fetch now; `reset`: fetch again what is on screen. `reconnect`: this
 * process is going away, so open another line at some moment within so many milliseconds; until then this one goes on. `beat`: the
 * line is alive, said every so many milliseconds as `hello` announced: a host that falls silent closes nothing, so a tab that hears
 * nothing at all for more than two of them opens another line. `gone`: these conversations were deleted for good. `touched` names other things to fetch again when they are on screen.
 */
export type Frame =
  | { type: 'hello'; personId: string; beat: number }
  | { type: 'reset' }
  | { type: 'beat' }
  | { type: 'reconnect'; within: number }
  | {
      type: 'change';
      event: string;
      conversation: ConversationRow;
      participants?: Address[];
      /** How far the one who is told has read. */
      seenUpTo?: string | null;
      items: Item[];
      gone: string[];
    }
  | { type: 'gone'; conversationIds: string[] }
  | { type: 'seen'; conversationId: string; unread: boolean; upTo?: string }
  | { type: 'draft'; conversationId: string; personId: string; updatedAt: string | null }
  /** Who is at the conversations named; `whole`: and nobody anywhere else. Oneself among them. */
  | { type: 'present'; whole: boolean; at: Present }
  /** Of the visitor in a chat: whether they are writing, up to when they have read, that they are at another page. What is left out stays as it was. */
  | { type: 'visitor'; conversationId: string; typing?: boolean; readUpTo?: string; moved?: boolean }
  /** `sound`: and it may be heard. */
  | { type: 'notify'; notification: Notification; sound?: boolean }
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
        | 'snippets'
        | 'hours'
        | 'problems'
        | 'forms'
        | 'attendance'
        | 'notifications';
      id: string | null;
    };
