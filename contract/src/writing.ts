import { z } from 'zod';
import { conversationRow } from './conversation-row.ts';
import { at, byId, email, endpoint, id, line, mailAddress, nothing, prose } from './endpoint.ts';
import { message } from './messages.ts';

export const uploads = z.array(z.string().max(100)).max(50).optional();
export const recipients = z.array(z.object({ address: mailAddress, name: z.string().max(200).default('') })).max(100);
/** The body of a message: words, or words with formatting (which is read into what a body may hold; `text` is made of it then). */
export const body = { text: prose().optional(), html: prose(1_500_000).optional() };
export type Words = { text?: string | undefined; html?: string | undefined };
export const says = ({ text, html }: Words): boolean => Boolean(text?.trim() || html);
export const wordless = { path: ['text'], message: 'needs a few words' };

export const writingEndpoints = {
  'POST /conversations': endpoint({
    summary: 'Write to a customer first',
    may: 'conversation.write',
    status: 201,
    body: z
      .object({
        inboxId: id,
        to: email,
        name: z.string().max(200).optional(),
        subject: line(500),
        ...body,
        cc: recipients.optional(),
        bcc: recipients.optional(),
        attachments: uploads,
      })
      .refine(says, wordless),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/replies': endpoint({
    summary: 'Answer the customer; leaves after the undo window',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z
      .object({
        ...body,
        to: recipients.optional(),
        cc: recipients.optional(),
        bcc: recipients.optional(),
        attachments: uploads,
        after: z.enum(['waiting', 'open', 'resolved']).optional(),
        quote: z.boolean().optional(),
        sawUpTo: id.optional(),
        sendAnyway: z.boolean().optional(),
        sendAt: at.optional(),
        insist: z.boolean().optional(),
        /** The inbox it leaves from, when that is not the one its conversation is in. */
        inboxId: id.optional(),
      })
      .refine(says, wordless),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/forwards': endpoint({
    summary: 'Pass messages on to a third person, or answer that person; the customer sees nothing of it',
    may: 'conversation.write',
    params: byId,
    status: 201,
    body: z.object({
      to: recipients.min(1),
      cc: recipients.optional(),
      ...body,
      messages: z.array(id).max(100),
      files: z
        .array(z.object({ messageId: id, part: z.number().int().min(0) }))
        .max(50)
        .optional(),
      attachments: uploads,
    }),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'POST /conversations/:id/notes': endpoint({
    summary: 'Leave a note only the team sees',
    may: 'conversation.note',
    params: byId,
    status: 201,
    body: z.object({ ...body, attachments: uploads }).refine(says, wordless),
    reply: z.object({ conversation: conversationRow, message }),
  }),
  'PUT /conversations/:id/draft': endpoint({
    summary: 'Keep what you have written so far',
    may: 'conversation.note',
    params: byId,
    body: z.object({
      kind: z.enum(['reply', 'note']),
      ...body,
      to: recipients.nullable().optional(),
      cc: recipients.optional(),
      bcc: recipients.optional(),
      attachments: uploads,
      inboxId: id.nullable().optional(),
      /** The draft this goes on with (its `updatedAt`), null for none: another one is not overwritten but answered (`newer-draft`). */
      base: at.nullable().optional(),
    }),
    reply: z.object({ updatedAt: at }),
  }),
  'DELETE /conversations/:id/draft': endpoint({
    summary: 'Throw your draft away: the reply, the note, or both',
    may: 'conversation.note',
    params: byId,
    query: z.object({ kind: z.enum(['reply', 'note']).optional() }),
    reply: nothing,
  }),
};
