import { z } from 'zod';
import { at, endpoint, id, nothing, page } from './endpoint.ts';

export const notification = z.object({
  id,
  kind: z.string(),
  conversationId: id.nullable(),
  /** The inbox it is about, when it is no conversation. */
  inboxId: id.nullable(),
  title: z.string(),
  text: z.string(),
  at,
  seenAt: at.nullable(),
});
export type Notification = z.infer<typeof notification>;
export const notificationEndpoints = {
  'GET /notifications': endpoint({
    summary: 'What concerns you, newest first',
    may: 'member',
    query: z.object(page),
    reply: z.object({ items: z.array(notification), next: z.string().nullable(), unseen: z.number().int() }),
  }),
  'POST /notifications/seen': endpoint({
    summary: 'Mark as seen, all or some',
    may: 'member',
    body: z.object({ ids: z.array(id).max(500).optional() }),
    reply: nothing,
  }),
};
