import { z } from 'zod';
import { changed, folder, spam } from './conversation-row.ts';
import { byId, endpoint } from './endpoint.ts';

/** `enough`: of each kind so many are needed before what was learned counts. */
export const spamFilter = z.object({
  threshold: z.number(),
  spam: z.number().int(),
  good: z.number().int(),
  enough: z.number().int(),
});
export type SpamFilter = z.infer<typeof spamFilter>;

export const spamEndpoints = {
  'POST /conversations/:id/folder': endpoint({
    summary: 'Move to spam, to trash, or back',
    may: 'conversation.write',
    params: byId,
    body: z.object({
      folder,
      /** With spam: block the sender too; false takes that back. */
      block: z.boolean().optional(),
      /** Out of spam: allow the sender or their whole domain from now on; null takes that back. */
      allow: z.enum(['sender', 'domain']).nullable().optional(),
    }),
    reply: changed,
  }),
  'GET /conversations/:id/spam': endpoint({
    summary: 'Why the latest mail of a customer here is spam, or is not',
    may: 'conversation.read',
    params: byId,
    reply: z.object({ spam: spam.nullable() }),
  }),
  'GET /spam': endpoint({
    summary: 'How strict the spam filter is, and what it has learned',
    may: 'conversation.read',
    reply: spamFilter,
  }),
  'PATCH /spam': endpoint({
    summary: 'Say how many points make a mail spam',
    may: 'workspace.write',
    body: z.object({ threshold: z.number().min(1).max(20) }),
    reply: spamFilter,
  }),
  'DELETE /spam/learned': endpoint({
    summary: 'Forget everything that was learned from people’s decisions; the lists stay',
    may: 'workspace.write',
    reply: spamFilter,
  }),
};
