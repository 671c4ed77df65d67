import assert from 'node:assert/strict';
import { test } from 'node:test';
import { smallLink, smallPrint, tapOf, tapsOf } from './taps.ts';

const look = { colour: '#0f5c44', on: '#ffffff' };
const to = (words: string[]) => words.map((word) => ({ word, url: `https://desk.example/felt/T/${word}` }));
const styleOf = (html: string): Record<string, string> =>
  Object.fromEntries((/<a [^>]*style="([^"]*)"/.exec(html)?.[1] ?? '').split(';').map((one) => one.split(':')));
const px = (text = ''): number[] => text.split(' ').map((part) => Number.parseInt(part, 10));
const bright = (colour: string): number => {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const v = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
};

test('Answers in a mail are as high as a thumb, and their words are read on the ground they bring along', () => {
  for (const html of [tapsOf(to(['Better']), look), tapOf({ word: 'Answer', url: 'https://desk.example' }, look)]) {
    const style = styleOf(html);
    const [around] = px(style.padding);
    assert.ok(2 * (around ?? 0) + (px(style['line-height'])[0] ?? 0) + 2 * (px(style.border)[0] || 0) >= 44, html);
    const [light, dark] = [bright(style.background ?? ''), bright(style.color ?? '')].toSorted((a, b) => b - a);
    assert.ok((light ?? 0) / (dark ?? 1) >= 4.5, html);
  }
  assert.match(
    tapsOf(to(['Better']), { colour: '#fff7c0', on: '#000000' }),
    /solid #8b9a94/,
    'a pale colour is no edge',
  );
});

test('Where a mail program takes all looks away, what is left are links with room between their words', () => {
  const numbers = Array.from({ length: 11 }, (_, n) => String(n));
  for (const words of [['Better', 'The same', 'Worse'], numbers]) {
    const bare = tapsOf(to(words), look).replace(/ style="[^"]*"/g, '');
    assert.equal(bare.replace(/<[^>]*>/g, '').replace(/\s+/g, ' '), words.join(' '));
    assert.equal(bare.match(/<a href="https:/g)?.length, words.length);
  }
  const small = smallPrint(['Why it came.', smallLink({ word: 'No more', url: 'https://desk.example/no' })]);
  assert.doesNotMatch(small, /[^-]color:#/, 'small words take the colour the mail program gives');
});

test('Nothing in a mail is fetched, and a word from the company’s settings stays a word', () => {
  const html = tapsOf([{ word: '<img src=x>"', url: 'https://desk.example/"><img src=y>' }], look);
  assert.doesNotMatch(html, /<img|url\(/);
  assert.match(html, /&lt;img src=x&gt;/);
});
