import assert from 'node:assert/strict';
import { test } from 'node:test';
import { plainNumber } from './fields.ts';

test('a number is read as the language writes it', () => {
  assert.equal(plainNumber('1,234.5', '.'), 1234.5);
  assert.equal(plainNumber('1.234,5', ','), 1234.5);
  assert.equal(plainNumber('1 234,5', ','), 1234.5);
  assert.equal(plainNumber('١٬٢٣٤٫٥', '٫'), 1234.5);
  assert.equal(plainNumber('−3', '.'), -3);
  assert.equal(plainNumber('.5', '.'), 0.5);
});
test('what is no number is none', () => {
  for (const text of ['', 'three', '1e9', '12 lamps', '--1', '1.2.3']) assert.equal(plainNumber(text, '.'), null, text);
});
