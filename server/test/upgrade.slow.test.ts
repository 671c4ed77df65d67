import assert from 'node:assert/strict';
import { test } from 'node:test';
import { migrationsDir, readMigrations } from '../src/base/migrate.ts';
import { upgradeUnderLoad } from './upgrade.ts';

test('O07: a desk of 10,000 conversations is brought up to date while the old program works on: nothing fails, nobody waits two seconds', async (t) => {
  const got = await upgradeUnderLoad(10_000);
  t.diagnostic(
    `${got.applied.length} migrations from the very first on, ${got.done} transactions meanwhile, longest ${Math.round(got.longestMs)} ms`,
  );
  assert.deepEqual(got.failed, []);
  assert.equal(got.applied.at(-1), (await readMigrations(migrationsDir)).at(-1)?.name);
  assert.ok(got.done > 0);
  assert.equal(got.found, got.expected);
  assert.ok(got.longestMs <= 2_000, `a transaction took ${Math.round(got.longestMs)} ms`);
});
