import type { ConversationRow, Customer, Message, Person } from '@hearten/contract';
import { t } from '../language/index.ts';

const at = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const id = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const ana = {
  id: id(1),
  name: 'Ana Novak',
  email: 'ana@northwind.example',
  role: 'owner',
  active: true,
} as Person;
export const tomasz = { ...ana, id: id(2), name: 'Tomasz Wolski', email: 'tomasz@northwind.example' } as Person;
export const people: Map<string, Person> = new Map([ana, tomasz].map((one) => [one.id, one]));

export const claire = { id: id(201), name: 'Claire Dubois', handles: [], company: null } as unknown as Customer;

/** A line of the list as it is when nothing is particular about it. */
export const row = (n: number, more: Partial<ConversationRow> = {}): ConversationRow =>
  ({
    id: id(100 + n),
    number: 100 + n,
    subject: t('Return label comes out blank'),
    status: 'open',
    folder: 'inbox',
    priority: 'normal',
    category: null,
    channel: 'email',
    inboxId: id(3),
    customer: { id: id(200 + n), name: 'Claire Dubois', address: 'claire@atelier.example' },
    assigneeId: null,
    teamId: null,
    tags: [],
    snippet: t('I printed the label three times, and it is blank each time.'),
    lastFrom: 'customer',
    undelivered: false,
    snoozedUntil: null,
    scheduledAt: null,
    held: false,
    waitingSince: at(40),
    asksPerson: false,
    mood: null,
    createdAt: at(60 * n),
    lastAt: at(40 + n * 30),
    messageCount: 2,
    mergedInto: null,
    mentioned: [],
    drafts: [],
    version: 1,
    spam: null,
    unread: false,
    ...more,
  }) as unknown as ConversationRow;

export const message = (n: number, more: Partial<Message> = {}): Message =>
  ({
    type: 'in',
    id: id(300 + n),
    at: at(90 - n),
    authorId: null,
    customerId: id(201),
    from: { address: 'claire@atelier.example', name: 'Claire Dubois' },
    to: [{ address: 'support@northwind.example', name: 'Northwind Lamps' }],
    cc: [],
    bcc: [],
    replyTo: null,
    aside: false,
    subject: t('Return label comes out blank'),
    text: t('I printed the label three times, and it is blank each time.'),
    html: null,
    hasQuote: false,
    hasHtml: false,
    attachments: [],
    kind: 'message',
    automatic: false,
    authentication: null,
    parsed: null,
    state: null,
    stateReason: null,
    sendAt: null,
    sameId: false,
    forwarded: null,
    delivery: null,
    plan: null,
    version: 1,
    ...more,
  }) as unknown as Message;
const ours: Partial<Message> = {
  type: 'out',
  authorId: ana.id,
  customerId: null,
  from: null,
  to: [{ address: 'claire@atelier.example', name: 'Claire Dubois' }],
  text: t('You don’t need the paper. Show this code at the counter.'),
};
export const messages: Message[] = [
  message(1),
  message(2, { ...ours, state: 'sent' }),
  message(3, {
    type: 'note',
    authorId: tomasz.id,
    customerId: null,
    from: null,
    text: t('{name} send her the code, the printer of the courier is broken.', { name: '@Ana Novak' }),
  }),
  message(4, { ...ours, state: 'failed', stateReason: '550 mailbox full' }),
];
