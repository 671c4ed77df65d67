import assert from 'node:assert/strict';
import { test } from 'node:test';
import { groupApart } from './apart.ts';
import { wordsOf } from './terms.ts';

const took = (text: string): number => {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 5; turn++) {
    const began = performance.now();
    for (let i = 0; i < 10; i++) wordsOf(text);
    best = Math.min(best, performance.now() - began);
  }
  return best;
};

test('A text without spaces is read about as fast as one with, and its addresses are no words', () => {
  const japanese = 'ランプの電球を新しいものに交換しましたが、まだ点灯しません。'.repeat(60).slice(0, 1_200);
  const english = 'the lamp stays dark although the bulb is new. '.repeat(40).slice(0, 1_200);
  const [unspaced, spaced] = [took(japanese), took(english)];
  assert.ok(unspaced < 60 * spaced, `${unspaced} ms, and ${spaced} ms`);
  const written = wordsOf('Write to ana.maria@people.example or see https://people.example/lamp about order #A-1').map(
    (word) => word.written,
  );
  assert.deepEqual(written, ['Write', 'to', 'or', 'see', 'about', 'order']);
});

test('Who asks a thread that has ended is told, and waits for nothing', async () => {
  const apart = groupApart();
  await apart.add([{ id: '1', text: 'The lamp stays dark' }]);
  await apart.end();
  await assert.rejects(apart.add([{ id: '2', text: 'The lamp stays dark' }]), /ended/);
});
