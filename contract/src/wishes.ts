import { z } from 'zod';
import { at, byId, endpoint, id, page } from './endpoint.ts';
import { problemState } from './problems.ts';

const wish = z.object({
  /** That of the problem it is: filing, links, mailings and changes are the problem's. */
  id,
  name: z.string(),
  /** `found` and `known` are considered, `fixing` is planned, `fixed` and `verified` shipped, `wont` is no. */
  state: problemState,
  shippedOn: z.string().nullable(),
  version: z.number().int(),
  /** Unique customers who asked for it, and their conversations; as many as the lists behind them. */
  customers: z.number().int(),
  conversations: z.number().int(),
  /** Of these customers, those of whom it is known how they felt when they asked, and those who felt bad. */
  felt: z.number().int(),
  unhappy: z.number().int(),
  /** The sum of the chosen field over these customers, and how many have one; null where no field is chosen. */
  value: z.number().nullable(),
  valued: z.number().int(),
  /** The mean of its shares, from 0 to 1, of all that the board counts: customers, value, unhappy customers. */
  weight: z.number(),
  lastAt: at.nullable(),
});
export type Wish = z.infer<typeof wish>;
const field = z.object({ id, label: z.string() });

export const wishEndpoints = {
  'GET /wishes': endpoint({
    summary:
      'What customers ask for that is not there yet, the weightiest first: by customers, by what they are worth, and by how they felt',
    may: 'problem.read',
    query: z.object({ fieldId: id.optional() }),
    reply: z.object({
      items: z.array(wish),
      /** The customer field the value is the sum of: the one that was asked for, or else the first that holds numbers. */
      field: field.nullable(),
      fields: z.array(field),
    }),
  }),
  'GET /wishes/:id/customers': endpoint({
    summary: 'The customers who asked for it, with what each is worth and how they felt',
    may: 'problem.read',
    params: byId,
    query: z.object({
      fieldId: id.optional(),
      /** Only those who felt bad; only those with a value. */
      unhappy: z.stringbool().optional(),
      valued: z.stringbool().optional(),
      ...page,
    }),
    reply: z.object({
      items: z.array(
        z.object({
          id,
          name: z.string(),
          value: z.number().nullable(),
          /** From 1 to 5, the worst of what is known; null if nothing is. */
          mood: z.number().int().nullable(),
          conversations: z.array(z.object({ id, number: z.number().int(), subject: z.string() })),
        }),
      ),
      next: z.string().nullable(),
    }),
  }),
};
