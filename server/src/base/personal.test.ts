import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answered, withheldParts, withheldWeeks } from './personal.ts';

const part = (id: string | null, answered: number, only: string | null = null): Answered => ({ id, answered, only });
const withheld = (parts: Answered[], alone = false): (string | null)[] => [...withheldParts(parts, alone)];

test('What is one person’s is withheld, and the smallest other part with it, so that neither is the whole less the rest', () => {
  const others = [part(null, 40), part('day', 12), part('dusk', 12), part('empty', 0)];
  assert.deepEqual(withheld(others), []);
  assert.deepEqual(withheld([part('night', 20, 'ada'), ...others]), ['night', 'day']);
  assert.deepEqual(withheld([...others.toReversed(), part('night', 20, 'ada')]), ['night', 'day'], 'in any order');
  assert.deepEqual(withheld([part('night', 20, 'ada'), part('late', 3, 'ada'), ...others]), ['night', 'late', 'day']);
  assert.deepEqual(
    withheld([part('night', 20, 'ada'), part('late', 3, 'ben'), ...others]),
    ['night', 'late', 'day'],
    'Ada would take her own and the rest from the whole, and have Ben’s',
  );
  assert.deepEqual(
    withheld([part('night', 20, 'ada')]),
    ['night'],
    'all that was answered is hers, and others could have',
  );
  assert.deepEqual(withheld([part('night', 20, 'ada')], true), [], 'who works alone is the whole desk');
  assert.deepEqual(withheld([]), []);
});

test('Of weeks each window has one that is withheld with a person’s, so that no window less a smaller one tells it', () => {
  const weeks = Array.from({ length: 26 }, (_, ago) => `week ${ago}`).reverse();
  const desk = (only: Record<number, string>): Answered[] =>
    weeks.map((id, n) => part(id, 20 + n, only[25 - n] ?? null));
  const of = (parts: Answered[], n: number) => [...withheldWeeks(parts.slice(-n), false, weeks.slice(-n))];
  const one = desk({ 1: 'ada' });
  // Of the last four the smallest other is that of three weeks ago; of all it would be another, and the first would stand in the open.
  for (const n of [4, 12, 26]) assert.deepEqual(of(one, n), ['week 1', 'week 3'], String(n));
  assert.deepEqual(of(desk({ 6: 'ada' }), 12), ['week 6', 'week 11']);
  assert.deepEqual(of(desk({ 6: 'ada', 20: 'ben' }), 26).toSorted(), ['week 11', 'week 20', 'week 25', 'week 6']);
  const alone = Object.fromEntries([4, 5, 6, 7, 8, 9, 10, 11].map((ago) => [ago, 'ada']));
  assert.ok(of(desk(alone), 12).includes('week 3'), 'where all of them are hers, another is withheld');
  assert.deepEqual(withheldWeeks(one, true, weeks).size, 0);
});
