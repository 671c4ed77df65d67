import assert from 'node:assert/strict';
import { test } from 'node:test';

type Words = { dated: { value: boolean }; locale: { value: string }; speak: (wanted: string) => Promise<void> } & {
  timeOf: (at: string) => string;
  t: (key: string) => string;
};
const words = async (): Promise<Words> => (await import(new URL('src/words/index.ts', import.meta.url).href)) as Words;

test('Hours are said a few seconds later also where the thread that looks up dates never answers, as when its script hangs', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = '';
  const hanging = class {
    constructor(url: string) {
      asked = url;
    }
  };
  Object.assign(globalThis, { document: { body: { dataset: { dates: '/dates.js' } } }, window: {}, Worker: hanging });
  const { dated } = await words();
  assert.equal(asked, '/dates.js');
  assert.equal(dated.value, false);
  t.mock.timers.tick(3_000);
  assert.equal(dated.value, true);
});

test('A language is known however a site writes it, and what is no name of one can be drawn with all the same', async () => {
  const root = { lang: '', dir: '' };
  Object.assign(globalThis, { document: { documentElement: root } });
  const { locale, speak, t, timeOf } = await words();
  const cases: [wanted: string, locale: string, dir: string, back: string][] = [
    ['de_DE', 'de-DE', 'ltr', 'Zurück'],
    ['pt-br', 'pt-BR', 'ltr', 'Voltar'],
    ['ar_EG', 'ar-EG', 'rtl', 'رجوع'],
    ['en-', 'en', 'ltr', 'Back'],
    ['de-at.utf8', 'de', 'ltr', 'Zurück'],
    ['tlh', 'en', 'ltr', 'Back'],
    ['', 'en', 'ltr', 'Back'],
  ];
  for (const [wanted, ...is] of cases) {
    await speak(wanted);
    assert.deepEqual([locale.value, root.dir, t('back')], is, wanted);
    assert.match(timeOf('2026-01-01T09:00:00Z'), /\S/, wanted);
  }
});
