import { newId } from '../src/base/ids.ts';
import { hash } from '../src/base/seal.ts';
import type { Incoming } from '../src/conversations/index.ts';

/** The n-th letter of many as a channel hands it in, each from a customer of its own; `many` names those that are counted together. */
export const incoming = (inboxId: string, n: number, more: Partial<Incoming> = {}, many = 'many'): Incoming => ({
  id: newId(),
  inboxId,
  channel: 'email',
  externalId: `<${many}-${n}@example.org>`,
  inReplyTo: null,
  references: [],
  token: null,
  from: { address: `customer${n}@example.org`, name: `Customer ${n}` },
  forwarded: null,
  replyTo: null,
  to: [{ address: 'support@northwind.example', name: '' }],
  cc: [],
  subject: `Lamp ${n}`,
  text: `Letter ${n}`,
  quote: '',
  hasHtml: false,
  attachments: [],
  kind: 'message',
  automatic: false,
  language: null,
  bounce: null,
  awayUntil: null,
  thanks: false,
  signs: [],
  authentication: null,
  parsed: null,
  rawHash: null,
  dedupe: hash(`${many} ${n}`),
  receivedAt: new Date(Date.now() - n * 1000).toISOString(),
  historic: false,
  ...more,
});
