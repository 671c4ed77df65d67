import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomFrom } from '../../sample/random.ts';
import { agentText, matterOf } from '../../sample/text.ts';
import { languages } from '../../sample/texts/index.ts';
import { sentences } from './sentences.ts';
import { toneOf } from './tone.ts';

test('In seven languages what stings is marked, and what is plain, firm or sad is left alone', () => {
  for (const [language, { stings, plain }] of Object.entries(sentences)) {
    const missed = stings.filter((text) => toneOf(text).length === 0);
    const wrong = plain.filter((text) => toneOf(text).length > 0);
    assert.ok(missed.length <= stings.length * 0.15, `${language} leaves out: ${missed.join(' | ')}`);
    assert.ok(wrong.length <= plain.length * 0.1, `${language} marks: ${wrong.join(' | ')}`);
  }
});

test('A mark says where it stands and why, also behind typographic quotes and in a long letter', () => {
  const text = 'Hello Ida,\n\nit’s clearly stated on our page. You didn’t send the photo!!\n\nBest,\nBen';
  assert.deepEqual(
    toneOf(text).map(({ kind, words, from, to }) => [kind, words, text.slice(from, to)]),
    [
      ['small', 'clearly stated', 'clearly stated'],
      ['blame', 'You didn’t send', 'You didn’t send'],
      ['loud', '!!', '!!'],
    ],
  );
  assert.deepEqual(
    toneOf('PLEASE READ THIS before you write, and greetings from NASA.').map((one) => one.kind),
    ['loud'],
  );
});

test('Of two hundred ordinary answers in five languages hardly one is marked, and each takes less than three milliseconds', () => {
  const answers = languages.flatMap(([language]) =>
    Array.from({ length: 40 }, (_, i) => {
      const random = randomFrom(`tone ${language.code} ${i}`);
      return agentText(random, language, matterOf(random, language, 'Ida'), 'Ben');
    }),
  );
  const began = process.cpuUsage();
  const marked = answers.filter((text) => toneOf(text).length > 0);
  const { user } = process.cpuUsage(began);
  assert.ok(marked.length <= 2, marked.map((text) => JSON.stringify(toneOf(text))).join('\n'));
  assert.ok(user / 1000 / answers.length < 3, `${user / 1000 / answers.length} ms`);
});
