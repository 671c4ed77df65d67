import { z } from 'zod';
import { at, byId, endpoint, id, language, line, nothing, page, timeZone } from './endpoint.ts';

export const handle = z.object({ kind: z.string(), value: z.string() });
export const company = z.object({ id, name: z.string(), domain: z.string() });
export const customer = z.object({
  id,
  name: z.string(),
  company: company.nullable(),
  handles: z.array(handle),
  language: z.string().nullable(),
  timeZone: z.string().nullable(),
  blocked: z.boolean(),
  awayUntil: at.nullable(),
  createdAt: at,
});
export type Customer = z.infer<typeof customer>;

export const customerEndpoints = {
  'GET /customers': endpoint({
    summary: 'Customers by name or handle; forgives a typo',
    may: 'customer.read',
    query: z.object({ q: z.string().max(200).optional(), ...page }),
    reply: z.object({ items: z.array(customer), next: z.string().nullable() }),
  }),
  'GET /customers/:id': endpoint({ summary: 'One customer', may: 'customer.read', params: byId, reply: customer }),
  'PATCH /customers/:id': endpoint({
    summary: 'Change what is known of a customer',
    may: 'customer.write',
    params: byId,
    body: z.object({ name: line(), language: language.nullable(), timeZone: timeZone.nullable() }).partial(),
    reply: customer,
  }),
  'GET /blocked-senders': endpoint({
    summary: 'Addresses and domains whose mail goes to spam',
    may: 'conversation.read',
    reply: z.object({ items: z.array(z.object({ id, pattern: z.string(), createdAt: at })) }),
  }),
  'POST /blocked-senders': endpoint({
    summary: 'Block an address or a whole domain (@example.com)',
    may: 'conversation.write',
    status: 201,
    body: z.object({ pattern: line(254) }),
    reply: z.object({ id, pattern: z.string(), createdAt: at }),
  }),
  'DELETE /blocked-senders/:id': endpoint({
    summary: 'Unblock',
    may: 'conversation.write',
    params: byId,
    reply: nothing,
  }),
};
