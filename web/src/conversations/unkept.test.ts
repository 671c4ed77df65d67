import assert from 'node:assert/strict';
import { test } from 'node:test';
import { goOnWith } from './unkept.ts';

const held = { kind: 'reply' as const, text: 'Hello Claire', cc: [], bcc: [], files: [], base: 'one' };
const draft = { kind: 'reply' as const, text: 'Hello', cc: [], bcc: [], attachments: [], updatedAt: 'two' };

test('words the server never got come back as they were written', () => {
  assert.equal(goOnWith(held, null).text, 'Hello Claire');
  assert.equal(goOnWith(held, draft).text, 'Hello Claire');
  assert.equal(goOnWith(held, { ...draft, text: 'Something old', updatedAt: 'one' }).text, 'Hello Claire');
});

test('words written elsewhere meanwhile stay beside them', () => {
  assert.equal(goOnWith(held, { ...draft, text: 'Dear Claire' }).text, 'Dear Claire\n\nHello Claire');
  assert.equal(goOnWith(held, { ...draft, text: 'Hello Claire, and more' }).text, 'Hello Claire, and more');
});

test('what was a note on either side stays a note', () => {
  const note = { ...draft, text: 'Ask Mei first', kind: 'note' as const };
  assert.equal(goOnWith(held, note).kind, 'note');
  assert.equal(goOnWith({ ...held, kind: 'note' }, { ...draft, text: 'Dear Claire' }).kind, 'note');
});
