import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bulkKillRun } from './bulk-kill.ts';

test('What is done to 5000 conversations while the worker is killed is done to each exactly once, and undone exactly', {
  timeout: 300_000,
}, async (t) => {
  const result = await bulkKillRun(5000, true);
  t.diagnostic(JSON.stringify(result));
  assert.deepEqual([result.conversations, result.kills], [5000, 2]);
  // Killed in the middle, not before or after.
  for (const done of result.killedAt) assert.ok(done > 0 && done < 5000, `killed at ${done}`);
  assert.deepEqual([result.forthTimes, result.backTimes, result.different], [{ 1: 5000 }, { 2: 5000 }, 0]);
  const { state, done, skipped, undone, kept } = result.bulk;
  assert.deepEqual([state, done, skipped, undone, kept], ['undone', 5000, 0, 5000, 0]);
  assert.ok(result.seen > 3, `progress was seen ${result.seen} times`);
});
