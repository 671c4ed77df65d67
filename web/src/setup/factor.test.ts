import assert from 'node:assert/strict';
import { test } from 'node:test';
import { factorLater, mayWait } from './factor.ts';

const by = '2027-03-10T09:00:00.000Z';
const before = (hours: number): number => Date.parse(by) - hours * 3_600_000;

test('That a second factor is asked for can be put away until two days before, and not after', () => {
  assert.equal(mayWait(by, before(24 * 14)), true);
  assert.equal(mayWait(by, before(49)), true);
  assert.equal(mayWait(by, before(48)), false);
  assert.equal(mayWait(by, before(1)), false);
  assert.equal(mayWait(by, before(-1)), false);
});

test('Put away for one day it comes again when the workspace asks for another', () => {
  factorLater.put(by);
  assert.equal(factorLater.get(), by);
  assert.notEqual(factorLater.get(), '2027-03-12T09:00:00.000Z');
});
