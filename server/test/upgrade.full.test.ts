import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upgradeUnderLoad } from './upgrade.ts';

test('O07: a desk of 100,000 conversations and 400,000 messages is brought up to date under the old program', async (t) => {
  const got = await upgradeUnderLoad(100_000);
  t.diagnostic(
    `${got.applied.length} migrations, ${got.done} transactions meanwhile, longest ${Math.round(got.longestMs)} ms`,
  );
  assert.deepEqual(got.failed, []);
  assert.equal(got.found, got.expected);
  assert.ok(got.longestMs <= 2_000, `a transaction took ${Math.round(got.longestMs)} ms`);
});
