import assert from 'node:assert/strict';
import { test } from 'node:test';
import { upgradeUnderLoad } from './upgrade.ts';

test('O07: a desk of the very first release, with 250,000 conversations and 1,000,000 messages, is brought up to date while the old program works on', async (t) => {
  const got = await upgradeUnderLoad(250_000);
  t.diagnostic(
    `${got.applied.length} migrations in ${Math.round(got.tookMs / 1000)} s, ${got.done} transactions meanwhile, longest ${Math.round(got.longestMs)} ms; during ${got.during}; slowest ${got.slowest.join(', ')}; filled in ${Math.round(got.filledMs / 1000)} s`,
  );
  assert.deepEqual(got.failed, []);
  assert.equal(got.found, got.expected);
  assert.ok(got.longestMs <= 2_000, `a transaction took ${Math.round(got.longestMs)} ms`);
});

// The same as in the usual run, of every migration there is.
process.env.HEARTEN_ALL_KILLS = '1';
await import('./upgrade-kill.slow.test.ts');
