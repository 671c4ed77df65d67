import { z } from 'zod';
import { conversationRow, filters } from './conversation-row.ts';
import { customer } from './customers.ts';
import { at, endpoint, id, line, page } from './endpoint.ts';

/** What a search may ask for beside the filters of a list. */
export const findings = {
  to: line(100).optional(),
  subject: line(200).optional(),
  has: z.enum(['attachment', 'image', 'pdf', 'note', 'draft', 'invitation']).optional(),
};
/** One conversation that was found, and why: `excerpt` and `subject` have « » around what was sought. */
export const hit = z.object({
  conversation: conversationRow,
  /** The newest message that holds the words; null when filters alone found it. */
  messageId: id.nullable(),
  where: z.enum(['number', 'subject', 'sender', 'note', 'message', 'filter']),
  subject: z.string(),
  excerpt: z.string(),
  said: z.object({ at, type: z.enum(['in', 'out', 'note']), name: z.string() }).nullable(),
});
export type Hit = z.infer<typeof hit>;

export const searchEndpoints = {
  'GET /search': endpoint({
    summary: 'Find conversations by words, filters or both, newest first; the last word may be unfinished',
    may: 'conversation.read',
    query: z.object({ q: line(300).optional(), ...filters, ...findings, ...page }),
    reply: z.object({
      items: z.array(hit),
      customers: z.array(customer),
      near: z.array(z.string()),
      lookedTo: at.nullable(),
      next: z.string().nullable(),
    }),
  }),
  'GET /tags': endpoint({
    summary: 'Tags in use',
    may: 'conversation.read',
    reply: z.object({ items: z.array(z.string()) }),
  }),
};
