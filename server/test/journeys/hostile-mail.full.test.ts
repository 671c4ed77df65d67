import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromiumPath } from './browser.ts';
import { arriving, type Desk, hostileDesk, htmlMail, openFrames, runsBare, sanitised } from './hostile.ts';

/** A collection of payloads with a licence of its own is not in this repository; HEARTEN_CORPORA names where it lies. */
const file = join(process.env.HEARTEN_CORPORA ?? '/nowhere', 'html', 'cases.json');
const skip = !chromiumPath
  ? 'no Chromium'
  : existsSync(file)
    ? false
    : 'HEARTEN_CORPORA names no collection of payloads';
const cases = skip ? [] : (JSON.parse(readFileSync(file, 'utf8')) as { id: string; payload: string }[]);
let desk: Desk;
before(async () => {
  if (!skip) desk = await hostileDesk();
});
after(() => desk?.end());

test('every payload of the collection, opened as a mail by a signed-in person: nothing runs, asks or leaves its frame', {
  skip,
}, async (t) => {
  const ids = await arriving(
    desk,
    cases.map((one, n) => htmlMail(one.payload, n)),
  );
  const wrong = await openFrames(desk, ids);
  assert.deepEqual(
    wrong.map((w) => `${w} · ${cases[ids.findIndex((id) => w.startsWith(id))]?.id ?? ''}`),
    [],
  );
  t.diagnostic(`${cases.length} payloads`);
});

test('and sanitised they run nothing even without a frame', { skip }, async (t) => {
  const page = await desk.page();
  const all = cases.map((one) => one.payload);
  const sharp = await runsBare(page, all);
  assert.deepEqual(
    (await runsBare(page, sanitised(all))).map((n) => cases[n]?.id),
    [],
  );
  t.diagnostic(`${sharp.length} of ${all.length} run in this browser as they are`);
});
