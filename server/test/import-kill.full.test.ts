import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importKillRun } from './import-kill.ts';

for (const seed of [Number(process.env.SEED ?? Date.now() % 100_000), 2, 3])
  test(`An import of 3,000 mails killed 25 times loses and doubles nothing (seed ${seed})`, async (t) => {
    const result = await importKillRun(3000, 25, seed);
    t.diagnostic(JSON.stringify({ seed, ...result }));
    assert.deepEqual([result.lost, result.doubled, result.leaving, result.notifications], [[], [], 0, 0]);
    assert.deepEqual([result.messages, result.read, result.imported], [3000, 3000, 3000]);
    assert.ok(result.kills >= 20, `${result.kills} kills`);
  });
