import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTitle, setUnseen } from './title.ts';

test('the tab says how many notifications wait, whatever page is open, and nothing when none does', () => {
  const page = { title: '' };
  Object.assign(globalThis, { document: page });
  setTitle('Spam');
  assert.equal(page.title, 'Spam · Hearten');
  setUnseen(3);
  assert.equal(page.title, '(3) Spam · Hearten');
  setTitle('');
  assert.equal(page.title, '(3) Hearten');
  setUnseen(120);
  assert.equal(page.title, '(99+) Hearten');
  setUnseen(0);
  assert.equal(page.title, 'Hearten');
});
