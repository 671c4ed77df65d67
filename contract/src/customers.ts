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

/** An address, or a whole domain (@example.com), with the person who put it on the list. */
export const sender = z.object({ id, pattern: z.string(), by: id.nullable(), createdAt: at });
export type Sender = z.infer<typeof sender>;
const pattern = line(254).refine(
  (text) => /^([^\s@]*@)?[^\s@.]+(\.[^\s@.]+)+$/.test(text),
  'is neither an address (claire@example.com) nor a domain (@example.com)',
);

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
    query: z.object({ q: z.string().max(254).optional() }),
    reply: z.object({ items: z.array(sender) }),
  }),
  'POST /blocked-senders': endpoint({
    summary: 'Block an address or a whole domain (@example.com)',
    may: 'conversation.write',
    status: 201,
    body: z.object({ pattern }),
    reply: sender,
  }),
  'DELETE /blocked-senders/:id': endpoint({
    summary: 'Unblock',
    may: 'conversation.write',
    params: byId,
    reply: nothing,
  }),
  'GET /allowed-senders': endpoint({
    summary: 'Addresses and domains whose mail is never taken for spam, unless it is forged',
    may: 'conversation.read',
    query: z.object({ q: z.string().max(254).optional() }),
    reply: z.object({ items: z.array(sender) }),
  }),
  'POST /allowed-senders': endpoint({
    summary: 'Allow an address or a whole domain (@example.com)',
    may: 'conversation.write',
    status: 201,
    body: z.object({ pattern }),
    reply: sender,
  }),
  'DELETE /allowed-senders/:id': endpoint({
    summary: 'Allow no more; what the sender writes is judged like any mail',
    may: 'conversation.write',
    params: byId,
    reply: nothing,
  }),
};
