import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatInbox } from '@hearten/contract';
import { chatWay, mailWay } from './ways.ts';

const inbox = (id: string, channel: string, address = `${id}@example.com`, enabled = true) => ({
  ...{ id, channel, address, enabled },
});
const practice = inbox('practice', 'email', 'support@practice-0123456789ab.invalid');
const chat = (id: string, mailInboxId: string | null) =>
  ({ id, settings: { mailInboxId } }) as Pick<ChatInbox, 'id' | 'settings'>;

test('A chat goes on by the mailbox that it names, else by one that reaches people, never by the one for practice', () => {
  const inboxes = [practice, inbox('support', 'email'), inbox('sales', 'email'), inbox('shop', 'chat', '')];
  const at = { inboxId: 'shop' };
  assert.equal(mailWay(at, inboxes, [chat('other', 'support'), chat('shop', 'sales')])?.id, 'sales');
  assert.equal(mailWay(at, inboxes, [chat('shop', null)])?.id, 'support');
  assert.equal(mailWay(at, inboxes, [chat('shop', 'practice')])?.id, 'support');
  assert.equal(mailWay(at, inboxes, undefined)?.id, 'support');
  const off = [practice, inbox('support', 'email'), inbox('sales', 'email', 'sales@example.com', false)];
  assert.equal(mailWay(at, off, [chat('shop', 'sales')])?.id, 'support', 'that one is switched off');
  assert.equal(mailWay(at, [practice], [chat('shop', null)]), undefined);
});

test('A mail goes on in the chat in which its customer was last, as far as that is switched on', () => {
  const inboxes = [
    inbox('mail', 'email'),
    inbox('one', 'chat', ''),
    inbox('two', 'chat', ''),
    inbox('off', 'chat', '', false),
  ];
  assert.equal(chatWay(inboxes, ['off', 'two', 'one'])?.id, 'two');
  assert.equal(chatWay(inboxes, [])?.id, 'one');
  assert.equal(chatWay([inbox('mail', 'email')], ['one']), undefined);
});
