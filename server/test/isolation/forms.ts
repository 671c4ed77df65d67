import { type Calls, of } from './call.ts';

export const formCalls = {
  'GET /forms': () => ({}),
  'POST /forms': (_, b) => ({ body: { name: 'x', inboxId: b.inbox }, ids: 'body' }),
  'GET /forms/:id': (p) => of(p.form),
  'PATCH /forms/:id': (p, b) => ({ ...of(p.form), body: { inboxId: b.inbox }, ids: 'body' }),
  'DELETE /forms/:id': (p) => of(p.form),
} satisfies Calls;
