import { type Calls, of, tomorrow } from './calls.ts';

type Started = { conversation: { id: string }; message: { id: string } };

/** Reading and doing what a desk is for. In the order in which they happen. */
export const conversationCalls = {
  'GET /conversations': () => ({ query: { view: 'open', limit: 2 } }),
  'GET /conversations/:id': (s) => of(s.conversation),
  'GET /conversations/number/:number': (s) => ({ params: { number: String(s.number) } }),
  'GET /conversations/:id/items': (s) => of(s.conversation),
  'GET /views': () => ({}),
  'GET /conversations/landmarks': () => ({ query: { view: 'all' } }),
  'GET /conversations/count': (s) => ({ query: { assigneeId: s.person } }),
  'GET /search': (s) => ({ query: { q: s.canary, limit: 2 } }),
  'GET /tags': () => ({}),
  'GET /today': () => ({}),
  'GET /messages/:id': (s) => of(s.received),
  'GET /messages/:id/quote': (s) => of(s.received),
  'GET /conversations/:id/spam': (s) => of(s.conversation),
  'GET /spam': () => ({}),
  'GET /workspace/ages': () => ({ query: { closesAfterDays: '3' } }),

  'POST /conversations': (s) => ({
    body: {
      inboxId: s.inbox,
      to: 'claire@atelier.example',
      name: 'Claire Dubois',
      subject: 'Your order 4711',
      text: 'Your lamp leaves our workshop tomorrow.',
    },
  }),
  'PATCH /conversations/:id': (s) => ({ ...of(s.conversation), body: { subject: 'Order 4711: no light' } }),
  'POST /conversations/:id/replies': (s) => ({
    ...of(s.conversation),
    body: { text: 'A new bulb is on its way.', after: 'waiting' },
  }),
  'POST /conversations/:id/notes': (s) => ({ ...of(s.conversation), body: { text: 'Asked the warehouse.' } }),
  'POST /conversations/:id/forwards': (s) => ({
    ...of(s.conversation),
    body: { to: [{ address: 'workshop@lights.example' }], text: 'Can you look at this one?', messages: [s.received] },
  }),
  'POST /conversations/:id/assign': (s) => ({
    ...of(s.conversation),
    body: { assigneeId: s.person, teamId: s.team },
  }),
  'POST /conversations/:id/inbox': (s, before) => ({
    ...of(before<Started>('POST /conversations').conversation.id),
    body: { inboxId: s.inbox },
  }),
  'PUT /conversations/:id/mood': (s) => ({ ...of(s.conversation), body: { value: 2, stuck: true } }),
  'GET /conversations/:id/mood': (s) => of(s.conversation),
  'POST /conversations/:id/tags': (s) => ({ ...of(s.conversation), body: { add: ['delivery'] } }),
  'POST /conversations/:id/participants': (s) => ({
    ...of(s.conversation),
    body: { add: [{ address: 'emil@atelier.example', name: 'Emil Dubois' }] },
  }),
  'POST /conversations/:id/snooze': (s) => ({ ...of(s.conversation), body: { until: tomorrow() } }),
  'POST /conversations/:id/status': (s) => ({ ...of(s.conversation), body: { status: 'resolved' } }),
  'POST /conversations/:id/seen': (s) => ({ ...of(s.conversation), body: {} }),
  'PUT /conversations/:id/draft': (s) => ({
    ...of(s.conversation),
    body: { kind: 'note', text: 'To be asked on Monday: ' },
  }),
  'DELETE /conversations/:id/draft': (s) => of(s.conversation),
  'POST /messages/:id/undo': (s) => of(s.sent),
  'POST /messages/:id/retry': (s) => ({ ...of(s.failed), body: {} }),
  'POST /messages/:id/arrived': (s) => of(s.doubted),
  'POST /messages/:id/plan': (s) => ({ ...of(s.planned), body: { sendAt: tomorrow() } }),
  'POST /messages/:id/pictures': (s) => ({ ...of(s.received), body: { always: true } }),
  'POST /messages/:id/not-forwarded': (s) => ({ ...of(s.received), status: 409 }),
  'POST /messages/:id/split': (s) => ({ ...of(s.received), body: { only: true } }),
  'POST /conversations/:id/unsplit': (_, before) => of(before<Started>('POST /messages/:id/split').conversation.id),
  'POST /conversations/:id/merge': (s) => ({ ...of(s.conversation), body: { into: s.other } }),
  'POST /conversations/:id/unmerge': (s) => of(s.conversation),
  'POST /conversations/:id/link': (s) => ({ ...of(s.conversation), body: { otherId: s.other } }),
  'POST /conversations/:id/unlink': (s) => ({ ...of(s.conversation), body: { otherId: s.other } }),
  'POST /conversations/:id/parent': (s) => ({ ...of(s.conversation), body: { parentId: s.other } }),
  'POST /conversations/:id/children': (_, before) => ({
    ...of(before<Started>('POST /conversations').conversation.id),
    body: { subject: 'Find a bulb for order 4711', note: 'Shelf 12, I think.' },
  }),
  'POST /conversations/:id/sides': (s) => ({
    ...of(s.conversation),
    body: {
      to: [{ address: 'orders@bulbs.example' }],
      subject: 'Ten bulbs E14',
      text: 'Do you have ten of these in stock?',
    },
  }),
  'POST /conversations/:id/follow-up': (s) => ({ ...of(s.conversation), body: { subject: 'After the repair' } }),
  'POST /bulk': (s) => ({
    body: { action: { do: 'status', status: 'resolved' }, ids: [s.conversation, s.other] },
  }),
  'POST /problems': () => ({ body: { name: 'The lamp does not light up' } }),
  'PATCH /problems/:id': (s) => ({
    ...of(s.problem),
    body: { state: 'known', cause: 'docs', ownerId: s.person, workaround: 'Press the switch for three seconds.' },
  }),
  'GET /conversations/:id/filing': (s) => of(s.conversation),
  'PUT /conversations/:id/filing': (s) => ({
    ...of(s.conversation),
    body: {
      kind: 'problem',
      problems: [
        { id: s.problem, weight: 0.8 },
        { id: s.otherProblem, weight: 0.2 },
      ],
    },
  }),
  'GET /problems': () => ({}),
  'GET /problems/:id': (s) => of(s.problem),
  'GET /problems/:id/conversations': (s) => ({ ...of(s.problem), query: { limit: 10 } }),
  'POST /problems/:id/confirm': (s) => ({
    ...of(s.problem),
    body: { conversationIds: [s.conversation], right: true },
  }),
  'POST /problems/:id/merge': (s, before) => ({
    ...of(before<{ id: string }>('POST /problems').id),
    body: { into: s.problem },
  }),
  'POST /problems/:id/unmerge': (_, before) => of(before<{ id: string }>('POST /problems').id),
  'GET /bulk/:id': (s) => of(s.bulk),
  'POST /bulk/:id/undo': (_, before) => of(before<{ bulk: { id: string } }>('POST /bulk').bulk.id),
  'POST /bulk/:id/stop': (s) => of(s.bulk),
  'POST /conversations/:id/folder': (s) => ({ ...of(s.other), body: { folder: 'trash' } }),
  'DELETE /conversations/:id': (s) => of(s.other),

  'GET /saved-views': () => ({}),
  'POST /saved-views': () => ({
    body: { name: 'Waiting for parts', icon: 'star', filter: { tag: 'delivery' }, for: 'everyone' },
  }),
  'PATCH /saved-views/:id': (s) => ({ ...of(s.savedView), body: { name: 'Waiting for bulbs' } }),
  'DELETE /saved-views/:id': (s) => of(s.savedView),
  'POST /saved-views/:id/restore': (s) => of(s.savedView),
  'PATCH /spam': () => ({ body: { threshold: 6 } }),
  'DELETE /spam/learned': () => ({}),

  'GET /snippets': () => ({}),
  'POST /snippets': () => ({
    body: { name: 'Where is my order', text: 'Hello {customer.first_name}, it is on its way.', for: 'everyone' },
  }),
  'PATCH /snippets/:id': (s) => ({ ...of(s.snippet), body: { name: 'Where is it?' } }),
  'POST /snippets/:id/duplicate': (s) => of(s.snippet),
  'POST /snippets/:id/use': (s) => ({ ...of(s.snippet), body: { conversationId: s.conversation } }),
  'POST /snippets/:id/archive': (s) => of(s.snippet),
  'POST /snippets/:id/restore': (s) => of(s.snippet),
  'DELETE /snippets/:id': (s) => ({ ...of(s.snippet), status: 409 }),
  'GET /snippets/variables': (s) => ({ query: { conversationId: s.conversation } }),
  'GET /snippets/export': () => ({}),
  'POST /snippets/import': () => ({
    body: {
      items: [{ kind: 'snippet', name: 'Opening hours', text: 'We are here from nine to five.' }],
      for: 'everyone',
    },
  }),
  'GET /macros': () => ({}),
  'POST /macros': () => ({
    body: {
      name: 'Close politely',
      text: 'We close this for now. Write to us whenever you like.',
      for: 'everyone',
      steps: [{ do: 'tag', add: ['closed by us'] }],
    },
  }),
  'PATCH /macros/:id': (s) => ({ ...of(s.macro), body: { name: 'Close kindly' } }),
  'POST /macros/:id/duplicate': (s) => of(s.macro),
  'POST /macros/:id/use': (s) => ({ ...of(s.macro), body: { conversationId: s.conversation } }),
  'POST /macros/:id/archive': (s) => of(s.macro),
  'POST /macros/:id/restore': (s) => of(s.macro),
  'DELETE /macros/:id': (s) => ({ ...of(s.macro), status: 409 }),
} satisfies Calls;
