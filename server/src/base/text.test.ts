import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cut, unkeepable } from './text.ts';

test('a text is cut without halving an emoji', () => {
  assert.equal(cut('ab😀cd', 3), 'ab\ufffd');
  assert.equal(cut('ab😀cd', 4), 'ab😀');
  assert.ok(cut('😀'.repeat(10), 7).isWellFormed());
  assert.equal(cut('short', 100), 'short');
});

test('what Postgres can not keep is found however deep, by its path', () => {
  assert.equal(unkeepable({ text: 'fine 😀', cc: [{ name: 'é' }], n: 1, no: null }), null);
  assert.equal(unkeepable({ a: { b: ['x', 'y\0'] } }), 'a.b.1');
  assert.equal(unkeepable({ text: 'half \ud83d' }), 'text');
  assert.equal(unkeepable('\udc00'), '');
});
