import assert from 'node:assert/strict';
import { test } from 'node:test';
import { snippetOf } from './rows.ts';

test('the list shows the words of a mail, not where its links lead', () => {
  assert.equal(snippetOf('See https://a.example <https://b.example/x?y=1>\nplease'), 'See https://a.example please');
  assert.equal(snippetOf('1 < 2 <soon>'), '1 < 2 <soon>');
});
