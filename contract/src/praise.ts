import { z } from 'zod';
import { at, byId, endpoint, id, line, page } from './endpoint.ts';

const count = z.number().int();
export const praise = z.object({
  id,
  conversationId: id,
  number: count,
  /** Whose it is, as the team knows them; the page says `name` alone. */
  customer: z.string(),
  name: z.string(),
  /** Empty once it was taken back, or said otherwise. */
  words: z.string(),
  /**
   * `put away`: its conversation is in the trash or in spam, and the page is gone as long as it is. `reworded`: they said it otherwise since,
   * and the page is gone until they agree anew.
   */
  state: z.enum(['shown', 'taken back', 'put away', 'reworded']),
  /** The page with its own address; null while nothing is shown. */
  url: z.string().nullable(),
  /** By which orders name it. */
  code: z.string(),
  consentedAt: at,
  /** Each visitor once a day, without cookies; programs and the team left out. */
  visits: count,
  orders: count,
  /** What the orders came to, by currency. */
  amounts: z.array(z.object({ currency: z.string(), amount: z.number() })),
});
export type Praise = z.infer<typeof praise>;

export const praiseEndpoints = {
  'GET /praise': endpoint({
    summary: 'What happy customers agreed to show, the newest first, with the visits and orders that came of it',
    may: 'report.read',
    query: z.object({ ...page }),
    reply: z.object({
      items: z.array(praise),
      next: z.string().nullable(),
      /** Happy words whose writers were asked whether they may be shown, and what became of it. */
      offered: count,
      shown: count,
      visits: count,
      orders: count,
    }),
  }),
  'POST /praise/:id/hide': endpoint({
    summary: 'Take the page of a praise off, for good',
    may: 'workspace.write',
    params: byId,
    reply: praise,
  }),
  'POST /praise/orders': endpoint({
    summary: 'Tell of an order by somebody who came from a praise; told again, it is the same order',
    may: 'customer.write',
    body: z.object({
      code: z.string().regex(/^[a-z2-7]{12}$/, 'is not the code of a praise'),
      /** What your shop calls the order. */
      order: line(100),
      amount: z.number().min(0).max(100_000_000).optional(),
      currency: z
        .string()
        .regex(/^[A-Z]{3}$/, 'is not a currency: EUR')
        .optional(),
    }),
    reply: z.object({ counted: z.boolean() }),
  }),
};
