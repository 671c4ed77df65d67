import assert from 'node:assert/strict';
import { test } from 'node:test';
import { socketsUnderWriters } from './c01-sockets.ts';

test('C01 C02: a tab that loses its line again and again has in the end what the database has, nothing missing, nothing told twice', {
  timeout: 90_000,
}, async (t) => {
  const got = await socketsUnderWriters({ seed: 5, seconds: 6, writers: 6, longest: 500, lasts: 1_000 });
  t.diagnostic(JSON.stringify(got));
  assert.deepEqual(
    { missing: got.missing, twice: got.twice, backwards: got.backwards },
    { missing: [], twice: [], backwards: 0 },
  );
  assert.ok(got.written > 20 && got.lines > 5);
  assert.ok(got.caughtUp <= 2_000, `${got.caughtUp} ms`);
});
