import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOST_BYTES, within } from './useFiles.ts';

const file = (name: string, size: number) => Object.defineProperty(new File([], name), 'size', { value: size });

test('fifty files go along; the one beyond is named before anything goes up', () => {
  const many = Array.from({ length: 51 }, (_, n) => file(`photo-${n}.jpg`, 10));
  const { taken, refused } = within(many, 0, 0);
  assert.equal(taken.length, 50);
  assert.match(String(refused), /50 files .*photo-50\.jpg/);
  assert.equal(within(many.slice(0, 50), 0, 0).refused, null);
});

test('files that come to too much are named, those that fit are taken', () => {
  const { taken, refused } = within([file('a', MOST_BYTES - 10), file('big', 20), file('c', 5)], 0, 0);
  assert.deepEqual(
    taken.map((f) => f.name),
    ['a', 'c'],
  );
  assert.match(String(refused), /25.MB.*big/);
});
