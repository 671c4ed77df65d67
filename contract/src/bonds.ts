import { z } from 'zod';
import { changed, conversationRow, status } from './conversation-row.ts';
import { byId, endpoint, id, line, nothing, prose } from './endpoint.ts';
import { message } from './messages.ts';
import { body, recipients, says, uploads, wordless } from './writing.ts';

/** How another conversation has to do with this one: this one `follows` it, was split from it, may belong to it …  */
export const link = z.object({
  id,
  number: z.number().int(),
  subject: z.string(),
  status,
  why: z.enum(['follows', 'followed', 'split_from', 'split_into', 'same_mail', 'maybe', 'maybe_from', 'related']),
});
export type Link = z.infer<typeof link>;

export const bondEndpoints = {
  'POST /conversations/:id/merge': endpoint({
    summary: 'Merge this conversation into another',
    may: 'conversation.write',
    params: byId,
    body: z.object({ into: id }),
    reply: changed,
  }),
  'POST /conversations/:id/unmerge': endpoint({
    summary: 'Take a merge back',
    may: 'conversation.write',
    params: byId,
    reply: changed,
  }),
  'POST /messages/:id/not-forwarded': endpoint({
    summary: 'Say that a mail is from the person who sent it, not from whom it seems to forward',
    may: 'conversation.write',
    params: byId,
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /messages/:id/split': endpoint({
    summary: 'Make a conversation of its own from this message on, or of this one alone',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({ only: z.boolean().optional() }),
    reply: z.object({ conversation: conversationRow, from: conversationRow }),
  }),
  'POST /conversations/:id/unsplit': endpoint({
    summary: 'Take a split back: everything in it stands in the first conversation again',
    may: 'conversation.write',
    params: byId,
    reply: changed,
  }),
  'POST /conversations/:id/link': endpoint({
    summary: 'Say that it has to do with another one',
    may: 'conversation.write',
    params: byId,
    body: z.object({ otherId: id }),
    reply: changed,
  }),
  'POST /conversations/:id/parent': endpoint({
    summary: 'Make it a child of another one, or (null) of none any more',
    may: 'conversation.write',
    params: byId,
    body: z.object({ parentId: id.nullable() }),
    reply: changed,
  }),
  'POST /conversations/:id/children': endpoint({
    summary: 'Begin a child of this one with the same customer; the note says what is to be done, nothing is sent',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({
      subject: line(500),
      note: prose().optional(),
      assigneeId: id.nullable().optional(),
      teamId: id.nullable().optional(),
    }),
    reply: changed,
  }),
  'POST /conversations/:id/sides': endpoint({
    summary:
      'Write to somebody beside the customer, who hears nothing of it: a conversation of its own that stands in this one',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z
      .object({
        to: recipients.min(1),
        cc: recipients.optional(),
        subject: line(500),
        ...body,
        /** What of this conversation they may read; nothing, unless it is named. */
        messages: z.array(id).max(100).optional(),
        files: z
          .array(z.object({ messageId: id, part: z.number().int().min(0) }))
          .max(50)
          .optional(),
        attachments: uploads,
      })
      .refine(says, wordless),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/follow-up': endpoint({
    summary: 'Begin a new conversation with the same customer that follows this one; nothing is sent',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({ subject: line(500).optional() }),
    reply: changed,
  }),
  'POST /conversations/:id/unlink': endpoint({
    summary: 'Say that it does not belong to the other one, or has nothing to do with it',
    may: 'conversation.write',
    params: byId,
    body: z.object({ otherId: id }),
    reply: nothing,
  }),
};
