import { z } from 'zod';
import { at, endpoint, id, line, nothing, prose } from './endpoint.ts';

/** Being one's own customer: a real mail comes in, a real answer comes back, and neither leaves the machine. */
export const practice = z.object({
  /** The practice inbox, and who one is as its customer. Both exist only here. */
  address: z.string(),
  customer: z.string(),
  conversationId: id.nullable(),
  mails: z.array(
    z.object({
      id,
      from: z.enum(['you', 'desk']),
      name: z.string(),
      subject: z.string(),
      text: z.string(),
      hasHtml: z.boolean(),
      at,
    }),
  ),
});
export type Practice = z.infer<typeof practice>;

export const practiceEndpoints = {
  'GET /practice': endpoint({
    summary: 'The practice conversation: what you wrote as a customer, and what came back',
    may: 'inbox.read',
    reply: z.object({ practice: practice.nullable() }),
  }),
  'POST /practice/mails': endpoint({
    summary: 'Write to yourself as a customer; the first mail makes the practice inbox',
    may: 'inbox.write',
    apart: true,
    status: 201,
    body: z.object({ text: prose(4000).min(1), name: line(100), inbox: line(100) }),
    reply: z.object({
      practice: practice.nullable(),
      /** Milliseconds from the mail to the conversation. */
      took: z.number().int(),
    }),
  }),
  'DELETE /practice': endpoint({
    summary: 'Remove the practice conversation with its inbox and customer',
    may: 'inbox.write',
    reply: nothing,
  }),
};
