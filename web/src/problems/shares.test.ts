import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hundredths, withShare } from './shares.ts';

const sum = (all: number[]): number => all.reduce((a, b) => a + b, 0);

test('The shares of a conversation come to 100 whatever one of them is set to, and none is nothing', () => {
  assert.deepEqual(hundredths([0.7, 0.3]), [70, 30]);
  assert.deepEqual(hundredths([1, 1, 1]), [34, 33, 33]);
  for (const start of [
    [70, 30],
    [70, 15, 15],
    [96, 1, 1, 1, 1],
    [20, 20, 20, 20, 20],
  ])
    for (const [at] of start.entries())
      for (const wanted of [-5, 0, 1, 33, 50, 99, 100, 1000]) {
        const now = withShare(start, at, wanted);
        assert.equal(sum(now), 100, `${start} ${at} ${wanted}: ${now}`);
        assert.ok(now.every((one) => Number.isInteger(one) && one >= 1));
        assert.equal(now[at], Math.min(100 - start.length + 1, Math.max(1, wanted)));
      }
});

test('The others keep what they have beside each other', () => {
  assert.deepEqual(withShare([70, 20, 10], 0, 40), [40, 40, 20]);
  assert.deepEqual(withShare([70, 20, 10], 2, 55), [35, 10, 55]);
});
