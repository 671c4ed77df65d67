import assert from 'node:assert/strict';
import { test } from 'node:test';
import { wordsOf } from './compose.ts';

const message = {
  id: '1',
  conversationId: '2',
  externalId: 'x@example.com',
  inReplyTo: 'y@example.org',
  references: [],
  to: [],
  cc: [],
  bcc: [],
  subject: 'Re: Lamp',
  text: 'It is on its way.',
  attachments: [],
  automatic: false,
  quoted: { at: '2026-01-02T03:04:05.000Z', from: 'Ana', text: 'Where is my lamp?' },
  only: [],
  forwarded: '',
  quote: null,
  authorName: 'Jonas',
  authorSignature: '',
};
const letter = {
  from: { address: 'support@example.com', name: 'Support' },
  replyTo: null,
  signature: '',
  quote: false,
};
const quotes = (asked: boolean | null, inbox: boolean): boolean =>
  wordsOf({ ...message, quote: asked }, { ...letter, quote: inbox }).text.includes('> Where is my lamp?');

test('What is answered is quoted when the person asks for it, and else as the inbox says', () => {
  assert.deepEqual(
    [quotes(null, false), quotes(null, true), quotes(true, false), quotes(false, true)],
    [false, true, true, false],
  );
});
