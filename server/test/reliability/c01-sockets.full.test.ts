import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketsUnderWriters } from './c01-sockets.ts';

const seed = Number(process.env.SEED ?? 1);
test(`C01: ten minutes of twenty writers that commit in any order, a line that lasts up to ten seconds, seed ${seed}`, {
  timeout: 900_000,
}, async (t) => {
  const got = await socketsUnderWriters({ seed, seconds: 600, writers: 20, longest: 2_000, lasts: 10_000 });
  t.diagnostic(JSON.stringify(got));
  assert.deepEqual(
    { missing: got.missing, twice: got.twice, backwards: got.backwards },
    { missing: [], twice: [], backwards: 0 },
  );
  assert.ok(got.caughtUp <= 2_000, `${got.caughtUp} ms`);
});
