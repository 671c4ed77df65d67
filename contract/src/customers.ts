import { z } from 'zod';
import { at, byId, endpoint, id, language, line, nothing, page, prose, timeZone } from './endpoint.ts';

export const handle = z.object({ kind: z.string(), value: z.string() });
export type Handle = z.infer<typeof handle>;
/** A field of the team's own. `key` stands in the values and never changes. */
export const fieldKind = z.enum(['text', 'number', 'date', 'yes-no', 'choice', 'link']);
export type FieldKind = z.infer<typeof fieldKind>;
export const customerField = z.object({
  id,
  about: z.enum(['customer', 'company']),
  key: z.string(),
  label: z.string(),
  kind: fieldKind,
  choices: z.array(z.string()),
  archived: z.boolean(),
});
export type CustomerField = z.infer<typeof customerField>;
export const fieldValue = z.union([z.string(), z.number(), z.boolean()]);
export type FieldValue = z.infer<typeof fieldValue>;
const fields = z.record(z.string(), fieldValue);
/** Values to set; null takes one away, what isn't named stays. */
const fieldChanges = z.record(z.string().max(60), fieldValue.nullable());

export const company = z.object({ id, name: z.string(), domain: z.string().nullable(), fields });
export type Company = z.infer<typeof company>;
export const customer = z.object({
  id,
  name: z.string(),
  role: z.string().nullable(),
  fields,
  /** Where a duplicate went; it is kept so that the merge can be taken back. */
  mergedInto: id.nullable(),
  company: company.nullable(),
  handles: z.array(handle),
  language: z.string().nullable(),
  timeZone: z.string().nullable(),
  blocked: z.boolean(),
  awayUntil: at.nullable(),
  createdAt: at,
});
export type Customer = z.infer<typeof customer>;
export const customerNote = z.object({ id, text: z.string(), authorId: id, at, editedAt: at.nullable() });
export type CustomerNote = z.infer<typeof customerNote>;
/** A customer with all that stands in the panel: the notes too, and who became one with them. */
export const wholeCustomer = customer.extend({
  notes: z.array(customerNote),
  merged: z.array(z.object({ id, name: z.string() })),
});
export type WholeCustomer = z.infer<typeof wholeCustomer>;
/** What a merge would make of two. `filled` are the fields that come over, `differs` those where the one that stays keeps its own. */
export const mergePreview = z.object({
  from: customer,
  into: customer,
  after: customer,
  differs: z.array(z.string()),
  notes: z.number().int(),
});
export type MergePreview = z.infer<typeof mergePreview>;
const handleKind = z.enum(['email', 'phone', 'other']);
const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[^\s@.]+(\.[^\s@.]+)+$/, 'is not a domain (example.com)');
const fieldBody = z.object({ label: line(60), choices: z.array(line(60)).max(50).optional() });

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
  'GET /customers/:id': endpoint({
    summary: 'One customer, with notes',
    may: 'customer.read',
    params: byId,
    reply: wholeCustomer,
  }),
  'PATCH /customers/:id': endpoint({
    summary: 'Change what is known of a customer',
    may: 'customer.write',
    params: byId,
    body: z
      .object({
        name: line(),
        role: line(120).nullable(),
        companyId: id.nullable(),
        language: language.nullable(),
        timeZone: timeZone.nullable(),
        fields: fieldChanges,
      })
      .partial(),
    reply: wholeCustomer,
  }),
  'POST /customers/:id/handles': endpoint({
    summary: 'Add an address or number by which the customer is known',
    may: 'customer.write',
    params: byId,
    body: z.object({ kind: handleKind, value: line(254) }),
    reply: wholeCustomer,
  }),
  'DELETE /customers/:id/handles': endpoint({
    summary: 'Take an address or number away; the last one stays',
    may: 'customer.write',
    params: byId,
    query: z.object({ kind: handleKind, value: z.string().max(254) }),
    reply: wholeCustomer,
  }),
  'POST /customers/:id/notes': endpoint({
    summary: 'Note something about a customer; only the team sees it',
    may: 'conversation.note',
    params: byId,
    status: 201,
    body: z.object({ text: prose(5000).refine((text) => text.trim() !== '', 'needs a word') }),
    reply: customerNote,
  }),
  'PATCH /customer-notes/:id': endpoint({
    summary: 'Change a note about a customer',
    may: 'conversation.note',
    params: byId,
    body: z.object({ text: prose(5000).refine((text) => text.trim() !== '', 'needs a word') }),
    reply: customerNote,
  }),
  'DELETE /customer-notes/:id': endpoint({
    summary: 'Take a note about a customer away',
    may: 'conversation.note',
    params: byId,
    reply: nothing,
  }),
  'POST /customer-notes/:id/restore': endpoint({
    summary: 'Bring back a note that was taken away',
    may: 'conversation.note',
    params: byId,
    reply: customerNote,
  }),
  'GET /customers/:id/duplicates': endpoint({
    summary: 'Customers who may be the same person, likeliest first',
    may: 'customer.read',
    params: byId,
    reply: z.object({ items: z.array(customer) }),
  }),
  'GET /customers/:id/merge': endpoint({
    summary: 'What merging this customer into another would make',
    may: 'customer.read',
    params: byId,
    query: z.object({ into: id }),
    reply: mergePreview,
  }),
  'POST /customers/:id/merge': endpoint({
    summary: 'Make this customer one with another, who stays',
    may: 'customer.write',
    params: byId,
    body: z.object({ into: id }),
    reply: wholeCustomer,
  }),
  'POST /customers/:id/unmerge': endpoint({
    summary: 'Take a merge of customers back',
    may: 'customer.write',
    params: byId,
    reply: wholeCustomer,
  }),
  'GET /companies': endpoint({
    summary: 'Companies by name or domain',
    may: 'customer.read',
    query: z.object({ q: z.string().max(200).optional(), ...page }),
    reply: z.object({ items: z.array(company), next: z.string().nullable() }),
  }),
  'GET /companies/:id': endpoint({
    summary: 'One company and its people',
    may: 'customer.read',
    params: byId,
    reply: company.extend({ people: z.array(customer), count: z.number().int() }),
  }),
  'POST /companies': endpoint({
    summary: 'Add a company',
    may: 'customer.write',
    status: 201,
    body: z.object({ name: line(), domain: domain.optional() }),
    reply: company,
  }),
  'PATCH /companies/:id': endpoint({
    summary: 'Change what is known of a company',
    may: 'customer.write',
    params: byId,
    body: z.object({ name: line(), domain: domain.nullable(), fields: fieldChanges }).partial(),
    reply: company,
  }),
  'GET /customer-fields': endpoint({
    summary: 'Fields of the team’s own, for customers and companies',
    may: 'customer.read',
    reply: z.object({ items: z.array(customerField) }),
  }),
  'POST /customer-fields': endpoint({
    summary: 'Add a field',
    may: 'workspace.write',
    status: 201,
    body: fieldBody.extend({ about: z.enum(['customer', 'company']), kind: fieldKind }),
    reply: customerField,
  }),
  'PATCH /customer-fields/:id': endpoint({
    summary: 'Rename a field, change its choices, its place among the others, or whether it is shown',
    may: 'workspace.write',
    params: byId,
    body: fieldBody.extend({ place: z.number().int().min(0).max(200), archived: z.boolean() }).partial(),
    reply: customerField,
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
