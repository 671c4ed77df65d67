import { z } from 'zod';
import { at, byId, endpoint, id, line, page } from './endpoint.ts';

const MOST_VALUES = 20;
const MOST_SIGNS = 2000;
/** What is told along with an event, or by a page that opens the chat: few and short, so that nobody keeps a database here. */
export const toldValues = z
  .record(
    z.string().min(1).max(60),
    z.union([z.string().max(500, 'may have 500 characters at most'), z.number(), z.boolean(), z.null()]),
  )
  .refine((values) => Object.keys(values).length <= MOST_VALUES, 'may hold 20 values at most')
  .refine((values) => JSON.stringify(values).length <= MOST_SIGNS, 'may have 2000 characters in all at most');
export type ToldValues = z.infer<typeof toldValues>;

export const toldEvent = z.object({
  /** The caller's own name for it: told again under it, it is the one that is there. */
  id: line(100).optional(),
  name: line(100),
  meta: toldValues.default({}),
  /** When it happened; left out, now. */
  at: at.optional(),
});
export const visitorEvent = z.object({
  id,
  /** `page`: a page they saw, with its title as the name and its address in `meta.url`. */
  kind: z.enum(['event', 'page']),
  name: z.string(),
  meta: toldValues,
  at,
  /** Told by their own page, which may say anything, or by the API. */
  by: z.enum(['visitor', 'api']),
});
export type VisitorEvent = z.infer<typeof visitorEvent>;

export const visitEndpoints = {
  'POST /customers/:id/events': endpoint({
    summary:
      'Tell what a customer did, up to a hundred events at once; told again under the same id, an event is kept once',
    may: 'customer.write',
    params: byId,
    body: z.object({ events: z.array(toldEvent).min(1).max(100) }),
    reply: z.object({ kept: z.number().int() }),
  }),
  'GET /customers/:id/events': endpoint({
    summary: 'Visits of a customer and what was told of them, the newest first',
    may: 'customer.read',
    params: byId,
    query: z.object(page),
    reply: z.object({
      items: z.array(visitorEvent),
      next: z.string().nullable(),
      /** Of their chats together; null for somebody who never visited. */
      visits: z.object({ count: z.number().int(), firstAt: at, lastAt: at }).nullable(),
    }),
  }),
};
