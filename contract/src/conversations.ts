import { z } from 'zod';
import { link } from './bonds.ts';
import { address, changed, conversationRow, filters, folder, priority, status } from './conversation-row.ts';
import { wholeCustomer } from './customers.ts';
import { at, byId, days, email, endpoint, id, line, nothing, page } from './endpoint.ts';
import { draft, item } from './messages.ts';
import { recipients } from './writing.ts';

export const opened = z.object({
  conversation: conversationRow,
  customer: wholeCustomer,
  participants: z.array(address),
  /** The addresses of our own inboxes: no answer goes to them, in any spelling. */
  ours: z.array(z.string()),
  links: z.array(link),
  /** What it is a child of, or stands beside. */
  parent: conversationRow.nullable(),
  /** What stands below it, children and side conversations, in order of their numbers; not what is in the trash. */
  children: z.array(conversationRow),
  items: z.array(item),
  earlier: z.string().nullable(),
  /** The reply one is writing, and the note. */
  draft: draft.nullable(),
  noteDraft: draft.nullable(),
  drafts: z.array(z.object({ personId: id, updatedAt: at })),
  /** How far the one who asks has read; null when they never opened it. */
  seenUpTo: at.nullable(),
  others: z.array(
    z.object({
      id,
      number: z.number().int(),
      subject: z.string(),
      status,
      folder,
      mergedInto: id.nullable(),
      lastAt: at,
    }),
  ),
});
export type Opened = z.infer<typeof opened>;

export const conversationEndpoints = {
  'GET /conversations': endpoint({
    summary: 'The list: a view, narrowed by filters, newest first; of a queue also who has waited longest first',
    may: 'conversation.read',
    query: z.object({
      ...filters,
      ...page,
      limit: z.coerce.number().int().min(1).max(200).optional(),
      /** `waiting`: who has waited longest for us comes first. Of the views `open`, `mine` and `unassigned`. */
      order: z.literal('waiting').optional(),
    }),
    reply: z.object({ items: z.array(conversationRow), next: z.string().nullable() }),
  }),
  'GET /views': endpoint({
    summary: 'How many conversations each view holds (up to 1,000), saved ones by their id',
    may: 'conversation.read',
    reply: z.object({ counts: z.record(z.string(), z.number().int()) }),
  }),
  'GET /today': endpoint({
    summary: 'How many conversations were answered and resolved today, and when the next snoozed one is back',
    may: 'conversation.read',
    reply: z.object({ answered: z.number().int(), resolved: z.number().int(), wakes: at.nullable() }),
  }),
  'GET /conversations/:id': endpoint({
    summary: 'One conversation with its latest messages, customer and draft',
    may: 'conversation.read',
    params: byId,
    reply: opened,
  }),
  'GET /conversations/number/:number': endpoint({
    summary: 'The id behind a number',
    may: 'conversation.read',
    params: z.object({ number: z.coerce.number().int().min(1).max(9e15) }),
    reply: z.object({ id }),
  }),
  'GET /conversations/:id/items': endpoint({
    summary: 'Earlier messages and events',
    may: 'conversation.read',
    params: byId,
    query: z.object(page),
    reply: z.object({ items: z.array(item), earlier: z.string().nullable() }),
  }),
  'PATCH /conversations/:id': endpoint({
    summary: 'Change subject, priority or category',
    may: 'conversation.write',
    params: byId,
    body: z.object({ subject: line(500), priority, category: line().nullable() }).partial(),
    reply: changed,
  }),
  'POST /conversations/:id/assign': endpoint({
    summary: 'Assign to a person, a team, both or nobody',
    may: 'conversation.write',
    params: byId,
    body: z
      .object({
        assigneeId: id.nullable(),
        teamId: id.nullable(),
        /** Refused when somebody else has it by now: whoever takes it first has it. */
        ifFree: z.boolean(),
      })
      .partial(),
    reply: changed,
  }),
  'POST /conversations/:id/transfer': endpoint({
    summary: 'Hand over to a person, a team or another inbox, with a note for whoever gets it',
    may: 'conversation.write',
    params: byId,
    body: z
      .object({ assigneeId: id.nullable(), teamId: id.nullable(), inboxId: id, note: z.string().max(20_000) })
      .partial()
      .refine((to) => to.assigneeId !== undefined || to.teamId !== undefined || to.inboxId !== undefined, {
        message: 'needs a person, a team or an inbox',
      }),
    reply: changed,
  }),
  'POST /conversations/:id/inbox': endpoint({
    summary: 'Move to another inbox, of mail or of chat; answers leave from there from then on',
    may: 'conversation.write',
    params: byId,
    body: z.object({ inboxId: id }),
    reply: changed,
  }),
  'POST /conversations/:id/snooze': endpoint({
    summary: 'Set aside until a time; it wakes itself',
    may: 'conversation.write',
    params: byId,
    body: z.object({ until: at }),
    reply: changed,
  }),
  'POST /conversations/:id/status': endpoint({
    summary: 'Resolve, reopen, close, or wait',
    may: 'conversation.write',
    params: byId,
    body: z.object({ status: z.enum(['open', 'waiting', 'resolved', 'closed']) }),
    reply: changed,
  }),
  'POST /conversations/:id/tags': endpoint({
    summary: 'Add and remove tags',
    may: 'conversation.write',
    params: byId,
    body: z.object({ add: z.array(line(60)).max(50).optional(), remove: z.array(line(60)).max(50).optional() }),
    reply: changed,
  }),
  'POST /conversations/:id/participants': endpoint({
    summary: 'Let somebody take part, or no more: they get answers, and what they write comes here',
    may: 'conversation.write',
    params: byId,
    body: z.object({ add: recipients.optional(), remove: z.array(email).max(100).optional() }),
    reply: changed,
  }),
  'GET /workspace/ages': endpoint({
    summary: 'After how many days conversations close and the trash is emptied, and how many that would concern now',
    may: 'conversation.read',
    query: z.object({ closesAfterDays: days, emptiesTrashAfterDays: days }).partial(),
    reply: z.object({
      closesAfterDays: z.number().int(),
      emptiesTrashAfterDays: z.number().int(),
      closing: z.number().int(),
      deleting: z.number().int(),
    }),
  }),
  'DELETE /conversations/:id': endpoint({
    summary: 'Delete for good what lies in the trash; it cannot be taken back',
    may: 'conversation.delete',
    params: byId,
    reply: nothing,
  }),
  'POST /conversations/:id/seen': endpoint({
    summary: 'Mark as read up to now, or as unread',
    may: 'conversation.read',
    params: byId,
    body: z.object({ unread: z.boolean().optional() }),
    reply: nothing,
  }),
};
