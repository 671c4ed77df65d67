import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { room } from './room.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

/** A finger on a row, so many pixels to the side. */
async function swipe(page: Page, row: string, by: number): Promise<void> {
  const box = await page.locator('a.rowi', { hasText: row }).boundingBox();
  if (!box) throw new Error(`no row ${row}`);
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const line = await page.context().newCDPSession(page);
  await line.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] });
  for (let i = 1; i <= 10; i++)
    await line.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: x + (by * i) / 10, y }] });
  await line.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await line.detach();
}

test('on a phone one swipes or presses to resolve and snooze, takes it back, and finds everything from the tabs', {
  skip,
  timeout: 240_000,
}, async () => {
  const owner = await s.page();
  await setUp(owner, s.setup);
  const desk = await room(s);
  await desk.arrive(6, (n) => ({ subject: ['Alpha', 'Bravo', 'Chair', 'Dimmer', 'Ember', 'Fjord'][n] ?? '' }));
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const page = await desk.colleague('Ben Osei', 'representative', phone);
  await page.goto(`${s.base}/inbox/open`);
  const row = (words: string) => page.locator('a.rowi', { hasText: words });
  await row('Alpha').waitFor();

  // A short push does nothing; a far one resolves, and is taken back.
  await swipe(page, 'Bravo', 50);
  await row('Bravo').waitFor();
  await swipe(page, 'Bravo', 160);
  await page.getByText(/^Resolved · #/).waitFor();
  await row('Bravo').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await row('Bravo').waitFor();
  await swipe(page, 'Chair', -160);
  await page.getByText(/Snoozed until/).waitFor();
  await row('Chair').waitFor({ state: 'detached' });

  // The same by buttons.
  await page
    .getByRole('button', { name: /Resolve or snooze/ })
    .first()
    .click();
  await page.getByRole('button', { name: 'Resolve', exact: true }).click();
  await row('Alpha').waitFor({ state: 'detached' });

  // One pane at a time; back leads to the list.
  await row('Dimmer').click();
  await page.getByRole('heading', { name: 'Dimmer' }).waitFor();
  assert.equal(await page.locator('.list').isVisible(), false);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await row('Dimmer').waitFor();
  const tabs = page.getByRole('navigation', { name: 'Main' });
  for (const [tab, path] of [
    ['Mine', /inbox\/mine/],
    ['Search', /search/],
    ['Me', /settings/],
    ['Inbox', /inbox\/open/],
  ] as const) {
    await tabs.getByRole('link', { name: tab }).click();
    await page.waitForURL(path);
  }
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);

  // What one chooses about the look is there on every device.
  await owner.goto(`${s.base}/settings/appearance`);
  await owner.getByRole('radio', { name: /Compact/ }).check();
  await owner.getByRole('radio', { name: /High/ }).check();
  await owner.locator('html[data-density="compact"]').waitFor();
  await owner.evaluate('localStorage.clear()');
  await owner.goto(`${s.base}/inbox/open`);
  await owner.locator('html[data-density="compact"][data-contrast="high"]').waitFor();
  assert.equal((await owner.locator('.rows li').first().boundingBox())?.height, 44);

  // Zones step aside by key, and stay aside on this device.
  await owner.keyboard.press('j');
  await owner.locator('.sheet.inbox > .who').waitFor();
  await owner.keyboard.press('.');
  await owner.locator('.sheet.inbox > .who').waitFor({ state: 'detached' });
  await owner.keyboard.press('>');
  await owner.locator('.list').waitFor({ state: 'hidden' });
  await owner.keyboard.press('<');
  await owner.locator('.app.slim').waitFor();
  await owner.reload();
  await owner.locator('.conv h1').waitFor();
  assert.equal(await owner.locator('.list').isVisible(), false);
  assert.equal(await owner.locator('.app.slim').count(), 1);
  await owner.keyboard.press('u');
  await owner.locator('.list').waitFor();
  assert.deepEqual([...page.troubles, ...owner.troubles], []);
});
