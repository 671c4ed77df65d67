import { type Calls, of } from './call.ts';

export const problemCalls = {
  'GET /problems': () => ({}),
  'POST /problems': () => ({ body: { name: 'x' } }),
  'GET /problems/:id': (p) => of(p.problem),
  'PATCH /problems/:id': (p, b) => ({ ...of(p.problem), body: { state: 'known', ownerId: b.person }, ids: 'body' }),
  'GET /problems/:id/rate': (p) => of(p.problem),
  'GET /active-customers': () => ({}),
  'PUT /active-customers': () => ({ body: { from: '2026-01-05', customers: 900 } }),
  'GET /problems/:id/conversations': (p) => of(p.problem),
  'POST /problems/:id/confirm': (p, b) => ({
    ...of(p.problem),
    body: { conversationIds: [b.conversation], right: true },
  }),
  'POST /problems/:id/merge': (p, b) => ({ ...of(p.problem), body: { into: b.otherProblem }, ids: 'body' }),
  'POST /problems/:id/unmerge': (p) => of(p.mergedProblem),
  'GET /conversations/:id/filing': (p) => of(p.conversation),
  'PUT /conversations/:id/filing': (p, b) => ({
    ...of(p.other),
    body: { kind: 'problem', problems: [{ id: b.otherProblem }] },
    ids: 'body',
  }),

  'GET /restored': () => ({}),
  'GET /restored/conversations': (_, b) => ({ query: { problemId: b.problem, teamId: b.team } }),
  'GET /removed': () => ({}),
  // For themselves and their lead alone: an owner may not either.
  'GET /people/:id/restored': (p) => ({ ...of(p.person), own: 403 }),
  'GET /speed': () => ({}),
  'GET /problems/:id/mailings': (p) => of(p.problem),
  'POST /problems/:id/mailings': (p) => ({ ...of(p.problem), body: { kind: 'fixed', text: 'It is fixed.' } }),
  'GET /mailings/:id': (p) => of(p.mailing),
  'GET /mailings/:id/people': (p) => of(p.mailing),
  'POST /mailings/:id/send': (p) => of(p.mailing),
  'POST /mailings/:id/stop': (p) => of(p.mailing),
  'POST /mailings/:id/undo': (p) => of(p.mailing),
} satisfies Calls;
