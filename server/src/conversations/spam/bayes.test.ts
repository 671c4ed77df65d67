import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { count, empty, isEnough, type Model, resemblance } from './bayes.ts';
import { featuresOf, SIZE } from './features.ts';
import { bytesOf, countsOf } from './filter.ts';
import { idsOf, packed } from './learn.ts';

const words = (text: string): string[] => {
  const { text: whole, starts, ends } = featuresOf('', text, 'example.org');
  return [...starts].map((start, i) => whole.slice(start, ends[i])).filter((word) => word !== 'example.org');
};

test('words are told in every script: with accents or without, in pairs where there are no spaces', () => {
  assert.deepEqual(words('Grüße aus Köln'), ['Grüße', 'aus', 'Köln']);
  assert.deepEqual(words('выигрыш приз'), ['выигрыш', 'приз']);
  assert.deepEqual(words('무료 쿠폰'), ['무료', '쿠폰']);
  assert.deepEqual(words('当選です'), ['当選', '選で', 'です']);
  assert.deepEqual(words('مجانا الآن'), ['مجانا', 'الآن']);
  const ids = (text: string): number[] => [...featuresOf('', text, 'a.example').ids].sort();
  assert.deepEqual(ids('CRÈME brûlée'), ids('creme Brulee'));
  assert.notDeepEqual(ids('무료'), ids('무로'));
});

test('whose domain it is from and where its links lead count as words of their own', () => {
  const { text, starts, ends } = featuresOf('Hi', 'see https://shop.win.example/a?b and go', 'mail.example');
  const all = [...starts].map((start, i) => text.slice(start, ends[i]));
  assert.ok(all.includes('mail.example'));
  assert.ok(all.some((word) => word.endsWith('shop.win.example')));
});

const mail = fc.record({ text: fc.string({ unit: 'grapheme', maxLength: 300 }), spam: fc.boolean() });
const taught = (mails: { text: string; spam: boolean }[]): Model => {
  const model = empty();
  for (const { text, spam } of mails) count(model, featuresOf('', text, 'x.example').ids, spam, 1);
  return model;
};

test('any text has few features, each once and each in the text; the same text always the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6_000 }), fc.string({ maxLength: 40 }), (text, domain) => {
      const one = featuresOf(text.slice(0, 50), text, domain);
      assert.ok(one.ids.length <= 400);
      assert.equal(new Set(one.ids).size, one.ids.length);
      for (let i = 0; i < one.ids.length; i++) {
        assert.ok((one.ids[i] as number) < SIZE);
        assert.ok((one.ends[i] as number) > (one.starts[i] as number) && (one.ends[i] as number) <= one.text.length);
      }
      assert.deepEqual(featuresOf(text.slice(0, 50), text, domain).ids, one.ids);
    }),
  );
});

test('what is taken back leaves no trace, in whatever order it was learned', () => {
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 12 }), fc.array(mail, { maxLength: 12 }), (kept, gone) => {
      const model = taught([...kept, ...gone]);
      for (const { text, spam } of [...gone].reverse()) count(model, featuresOf('', text, 'x.example').ids, spam, -1);
      assert.deepEqual(model, taught(kept));
    }),
    { numRuns: 60 },
  );
});

test('a resemblance is a chance, and stays a half until enough was learned of both kinds', () => {
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 60 }), fc.string({ maxLength: 400 }), (mails, text) => {
      const model = taught(mails);
      const { p, words: shown } = resemblance(model, featuresOf('', text, 'x.example'));
      assert.ok(p >= 0 && p <= 1);
      if (!isEnough(model)) assert.deepEqual([p, shown], [0.5, []]);
    }),
    { numRuns: 60 },
  );
});

test('counts and lessons survive being kept', () => {
  fc.assert(
    fc.property(fc.array(mail, { maxLength: 8 }), (mails) => {
      const { counts } = taught(mails);
      assert.deepEqual(countsOf(bytesOf(counts)), counts);
      for (const { text } of mails) {
        const { ids } = featuresOf('', text, 'x.example');
        assert.deepEqual(idsOf(packed(ids)), ids);
      }
    }),
    { numRuns: 30 },
  );
});

test('after twenty of each, new mails of both kinds are told apart, and what was never seen is not guessed at', () => {
  const bad = 'claim your free casino bonus and spins today dear winner'.split(' ');
  const good = 'my order with the brass lamp has not arrived please help'.split(' ');
  const some = (list: string[], i: number): string => list.filter((_, n) => (n * 7 + i) % 3 !== 0).join(' ');
  const model = taught(
    Array.from({ length: 20 }, (_, i) => [
      { text: some(bad, i), spam: true },
      { text: some(good, i), spam: false },
    ]).flat(),
  );
  const like = (text: string): number => resemblance(model, featuresOf('', text, 'new.example')).p;
  assert.ok(like('free bonus for a winner: claim your spins') > 0.95);
  assert.ok(like('the lamp of my order arrived, please help with brass') < 0.05);
  assert.equal(like('Пожалуйста, пришлите счёт'), 0.5);
  assert.deepEqual(resemblance(model, featuresOf('', 'free casino', 'new.example')).words.sort(), ['casino', 'free']);
});
