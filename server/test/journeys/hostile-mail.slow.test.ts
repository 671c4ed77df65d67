import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumPath } from './browser.ts';
import { arriving, type Desk, hostileDesk, htmlMail, openFrames, runsBare, sanitised } from './hostile.ts';
import { payloads } from './payloads.ts';

const skip = chromiumPath ? false : 'no Chromium';
let desk: Desk;
before(async () => {
  if (!skip) desk = await hostileDesk();
});
after(() => desk?.end());

test('the payloads are sharp, and nothing of them runs once they are sanitised, even without a frame', {
  skip,
}, async () => {
  const page = await desk.page();
  const sharp = await runsBare(page, payloads);
  assert.ok(sharp.length >= 15, `only ${sharp.length} of ${payloads.length} do anything in this browser`);
  assert.deepEqual(
    (await runsBare(page, sanitised(payloads))).map((n) => payloads[n]),
    [],
  );
});

test('should the sanitiser ever fail: the frame alone lets nothing run and nothing out', { skip }, async () => {
  const ids = await arriving(
    desk,
    payloads.map((html, n) => htmlMail(html, n + 1000)),
  );
  const raw = new Map(ids.map((id, n) => [id, payloads[n] ?? '']));
  await desk.page1.context().route('**/frames/messages/*', async (route) => {
    const answer = await route.fetch();
    const id = new URL(route.request().url()).pathname.slice('/frames/messages/'.length);
    await route.fulfill({ response: answer, body: `<!doctype html><body>before${raw.get(id) ?? ''}</body>` });
  });
  const wrong = await openFrames(desk, ids);
  await desk.page1.context().unroute('**/frames/messages/*');
  // Its own pictures it may ask for, and finds none.
  const escaped = wrong.filter(
    (w) =>
      /dialog|asked for|window was opened|was led|app was changed|was added/.test(w) &&
      !w.includes(`asked for ${desk.base}/frames/messages/`),
  );
  assert.deepEqual(escaped, []);
});
