import assert from 'node:assert/strict';
import { test } from 'node:test';

test('Hours are said a few seconds later also where the thread that looks up dates never answers, as when its script hangs', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let asked = '';
  const hanging = class {
    constructor(url: string) {
      asked = url;
    }
  };
  Object.assign(globalThis, { document: { body: { dataset: { dates: '/dates.js' } } }, window: {}, Worker: hanging });
  const { dated } = (await import(new URL('src/words/index.ts', import.meta.url).href)) as {
    dated: { value: boolean };
  };
  assert.equal(asked, '/dates.js');
  assert.equal(dated.value, false);
  t.mock.timers.tick(3_000);
  assert.equal(dated.value, true);
});
