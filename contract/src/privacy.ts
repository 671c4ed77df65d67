import { z } from 'zod';
import { at, byId, endpoint, id, nothing } from './endpoint.ts';

export const erasure = z.object({
  /** How the customer is called now; typed once more, it confirms. */
  name: z.string(),
  conversations: z.number(),
  messages: z.number(),
  /** Of their files; raw mails go as well. */
  bytes: z.number(),
  notes: z.number(),
  addresses: z.array(z.string()),
  /** Conversations of others in which they took part: their words go, those of others stay. */
  elsewhere: z.number(),
  /** When it is asked for already. */
  due: z.object({ at, by: z.string() }).nullable(),
});
export type Erasure = z.infer<typeof erasure>;

export const dataExport = z.object({
  id,
  kind: z.enum(['customer', 'workspace']),
  customerId: id.nullable(),
  state: z.enum(['running', 'ready', 'failed']),
  done: z.number(),
  total: z.number(),
  bytes: z.number(),
  createdAt: at,
  /** Until then it can be had at /files/exports/ and its id. */
  expiresAt: at,
});
export type DataExport = z.infer<typeof dataExport>;

const kept = (least: number) =>
  z.coerce
    .number()
    .int()
    .min(least, `needs ${least} days or more`)
    .max(36_500, 'may be a hundred years at most')
    .nullable();
/** How many days each stays; null is for ever. */
export const retentionRules = z.object({
  conversations: kept(30),
  spam: kept(1),
  files: kept(30),
  events: kept(30),
  audit: kept(30),
  /** Visits of a chat: pages, events, and visitors who never wrote. */
  visits: kept(1),
});
export type RetentionRules = z.infer<typeof retentionRules>;
const retention = z.object({ rules: retentionRules, would: z.record(z.string(), z.number()) });
const maybe = (least: number) => z.coerce.number().int().min(least).max(36_500).optional();

export const privacyEndpoints = {
  'GET /retention': endpoint({
    summary: 'How long things stay, and how much would be removed now by these rules or by others',
    may: 'data.erase',
    query: z.object({
      conversations: maybe(30),
      spam: maybe(1),
      files: maybe(30),
      events: maybe(30),
      audit: maybe(30),
      visits: maybe(1),
    }),
    reply: retention,
  }),
  'PATCH /retention': endpoint({
    summary: 'Change how long things stay',
    may: 'data.erase',
    proof: true,
    body: retentionRules.partial(),
    reply: retention,
  }),
  'GET /exports': endpoint({
    summary: 'Exports that can be had or are being made: of one customer, or all of them',
    may: 'data.export',
    query: z.object({ customerId: id.optional() }),
    reply: z.object({ items: z.array(dataExport) }),
  }),
  'GET /exports/:id': endpoint({
    summary: 'How far an export is; asked before its file is taken',
    may: 'data.export',
    proof: true,
    params: byId,
    reply: dataExport,
  }),
  'POST /customers/:id/exports': endpoint({
    summary: 'Make a file of everything held of a customer',
    may: 'data.export',
    proof: true,
    params: byId,
    reply: dataExport,
    status: 202,
  }),
  'POST /workspace/exports': endpoint({
    summary: 'Make a file of the whole workspace, which another Hearten can import',
    may: 'data.workspace',
    proof: true,
    reply: dataExport,
    status: 202,
  }),
  'GET /customers/:id/erasure': endpoint({
    summary: 'What would go if this customer were erased, and whether that is asked for',
    may: 'data.erase',
    params: byId,
    reply: erasure,
  }),
  'POST /customers/:id/erasure': endpoint({
    summary: 'Erase everything held of a customer: in a day, or at once',
    may: 'data.erase',
    proof: true,
    params: byId,
    body: z.object({ confirm: z.string().max(500), now: z.boolean().optional() }),
    reply: z.object({ id, dueAt: at }),
    status: 202,
  }),
  'DELETE /customers/:id/erasure': endpoint({
    summary: 'Take back an erasure that has not begun',
    may: 'data.erase',
    params: byId,
    reply: nothing,
  }),
};
