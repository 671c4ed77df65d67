import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answered, withheldParts } from './personal.ts';

const part = (id: string | null, answered: number, only: string | null = null): Answered => ({ id, answered, only });
const withheld = (parts: Answered[], alone = false): (string | null)[] => [...withheldParts(parts, alone)];

test('What is one person’s is withheld, and the smallest other part with it as long as it is one and the same person’s', () => {
  const others = [part(null, 40), part('day', 12), part('dusk', 12), part('empty', 0)];
  assert.deepEqual(withheld(others), []);
  assert.deepEqual(withheld([part('night', 20, 'ada'), ...others]), ['night', 'day']);
  assert.deepEqual(withheld([...others.toReversed(), part('night', 20, 'ada')]), ['night', 'day'], 'in any order');
  assert.deepEqual(withheld([part('night', 20, 'ada'), part('late', 3, 'ada'), ...others]), ['night', 'late', 'day']);
  assert.deepEqual(withheld([part('night', 20, 'ada'), part('late', 3, 'ben'), ...others]), ['night', 'late']);
  assert.deepEqual(
    withheld([part('night', 20, 'ada')]),
    ['night'],
    'all that was answered is hers, and others could have',
  );
  assert.deepEqual(withheld([part('night', 20, 'ada')], true), [], 'who works alone is the whole desk');
  assert.deepEqual(withheld([]), []);
});
