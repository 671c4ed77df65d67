import { newId } from '../../src/base/ids.ts';
import { type Calls, of } from './call.ts';

export const customersCalls = {
  'GET /customers': (_, b) => ({ query: { q: b.canary } }),
  'GET /customers/:id': (p) => of(p.customer),
  'PATCH /customers/:id': (p, b) => ({
    ...of(p.customer),
    body: { name: 'Renamed', companyId: b.company },
    ids: 'body',
  }),
  'POST /customers/:id/handles': (p) => ({
    ...of(p.customer),
    body: { kind: 'email', value: `${newId()}@example.org` },
  }),
  'DELETE /customers/:id/handles': (p) => ({
    ...of(p.customer),
    query: { kind: 'phone', value: '+4930123456' },
  }),
  'POST /customers/:id/notes': (p) => ({ ...of(p.customer), body: { text: 'x' } }),
  'PATCH /customer-notes/:id': (p) => ({ ...of(p.customerNote), body: { text: 'x' } }),
  'DELETE /customer-notes/:id': (p) => of(p.customerNote),
  'POST /customer-notes/:id/restore': (p) => of(p.customerNote),
  'GET /customers/:id/duplicates': (p) => of(p.customer),
  'GET /customers/:id/merge': (p, b) => ({ ...of(p.duplicate), query: { into: b.customer } }),
  'POST /customers/:id/merge': (p, b) => ({ ...of(p.duplicate), body: { into: b.customer }, ids: 'body' }),
  'POST /customers/:id/unmerge': (p) => of(p.duplicate),
  'POST /customers/:id/events': (p) => ({ ...of(p.customer), body: { events: [{ name: 'Ordered' }] } }),
  'GET /customers/:id/events': (p) => of(p.customer),
  'GET /companies': (_, b) => ({ query: { q: b.canary } }),
  'GET /companies/:id': (p) => of(p.company),
  'POST /companies': () => ({ body: { name: 'Bright House' } }),
  'PATCH /companies/:id': (p) => ({ ...of(p.company), body: { name: 'Renamed' } }),
  'GET /customer-fields': () => ({}),
  'POST /customer-fields': () => ({ body: { about: 'company', label: `x${newId()}`, kind: 'number' } }),
  'PATCH /customer-fields/:id': (p) => ({ ...of(p.customerField), body: { label: 'Renamed' } }),
  'GET /blocked-senders': () => ({}),
  'POST /blocked-senders': () => ({ body: { pattern: `${newId()}@example.org` } }),
  'DELETE /blocked-senders/:id': (p) => of(p.blocked),
  'GET /allowed-senders': () => ({}),
  'POST /allowed-senders': () => ({ body: { pattern: `${newId()}@example.org` } }),
  'DELETE /allowed-senders/:id': (p) => of(p.allowed),
} satisfies Calls;
