import { z } from 'zod';
import { at, id, line } from './endpoint.ts';
import { why } from './reasons.ts';

export const status = z.enum(['open', 'waiting', 'snoozed', 'resolved', 'closed']);
export type Status = z.infer<typeof status>;
export const folder = z.enum(['inbox', 'spam', 'trash']);
export const priority = z.enum(['low', 'normal', 'high', 'urgent']);
export type Priority = z.infer<typeof priority>;
/** How a conversation stands below another: as one of its children, or beside it, with a third person whom the customer does not hear. */
export const parentKind = z.enum(['child', 'side']);
export const view = z.enum([
  'open',
  'mine',
  'unassigned',
  'mentions',
  'waiting',
  'snoozed',
  'scheduled',
  'resolved',
  'all',
  'spam',
  'trash',
]);
export type View = z.infer<typeof view>;
/** What narrows a list: each field one more condition. `since` counts back from now (`12h`, `7d`, `2w`). */
export const filters = {
  view: view.optional(),
  status: status.optional(),
  inboxId: id.optional(),
  channel: z.enum(['email', 'chat', 'form']).optional(),
  teamId: z.union([id, z.literal('none')]).optional(),
  assigneeId: z.union([id, z.enum(['me', 'none'])]).optional(),
  customerId: id.optional(),
  tag: z.string().max(100).optional(),
  priority: priority.optional(),
  /** Whose customer is upset, stuck, or either of the two. */
  mood: z.enum(['upset', 'stuck', 'either']).optional(),
  unread: z.literal('1').optional(),
  from: line(100).optional(),
  since: z
    .string()
    .regex(/^[1-9]\d{0,3}[hdw]$/, 'is a number with h, d or w behind it: 12h, 7d, 2w')
    .optional(),
  before: at.optional(),
  after: at.optional(),
};
export const filter = z.object(filters);
export type Filter = z.infer<typeof filter>;

export const address = z.object({ address: z.string(), name: z.string() });
export type Address = z.infer<typeof address>;

/** Why a mail is spam, or is not: what speaks for it in points, and against it below zero. */
export const spamReason = z.object({ rule: z.string(), points: z.number(), words: z.string(), why });
export type SpamReason = z.infer<typeof spamReason>;
export const spam = z.object({
  score: z.number(),
  threshold: z.number(),
  reasons: z.array(spamReason),
  /** Where the filter put it, whatever people did since. */
  folder,
  /** The person who called it spam, and when; null when it was the filter. */
  by: id.nullable(),
  at: at.nullable(),
});
export type Spam = z.infer<typeof spam>;

/** What the list shows; the same shape comes over the live socket. `unread` is for the one who asks. */
export const conversationRow = z.object({
  id,
  number: z.number().int(),
  subject: z.string(),
  status,
  folder,
  priority,
  category: z.string().nullable(),
  channel: z.string(),
  inboxId: id,
  customer: z.object({ id, name: z.string(), address: z.string() }),
  assigneeId: id.nullable(),
  teamId: id.nullable(),
  tags: z.array(z.string()),
  snippet: z.string(),
  lastFrom: z.enum(['customer', 'team']),
  /** What we wrote last came back or was refused; `maybe`: nobody knows whether it arrived. */
  undelivered: z.union([z.boolean(), z.literal('maybe')]),
  snoozedUntil: at.nullable(),
  /** When the next answer that was planned leaves; `held`: it was stopped, for something newer came. */
  scheduledAt: at.nullable(),
  held: z.boolean(),
  waitingSince: at.nullable(),
  /** The visitor of a chat asked for a person, and none has answered since. */
  asksPerson: z.boolean(),
  /** The customer is angry or hurt, or cannot go on until this is solved; null for everybody else. */
  mood: z.enum(['upset', 'stuck']).nullable(),
  createdAt: at,
  lastAt: at,
  messageCount: z.number().int(),
  mergedInto: id.nullable(),
  /** The conversation it is a child of, or stands beside. */
  parent: z.object({ id, number: z.number().int(), kind: parentKind }).nullable(),
  /** People whom a note in it mentions. */
  mentioned: z.array(id),
  /** People who have begun to write here, a reply or a note. */
  drafts: z.array(id),
  version: z.number().int(),
  /** Of a conversation in the spam folder: why it is there. */
  spam: spam.nullable(),
  unread: z.boolean(),
});
export type ConversationRow = z.infer<typeof conversationRow>;
/** What a change of a conversation answers: how it stands now. */
export const changed = z.object({ conversation: conversationRow });
