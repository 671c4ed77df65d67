import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumPath, type Stage, stage } from './browser.ts';
import { addresses, type Furnished, furnish, look } from './every-screen.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let f: Furnished;
before(async () => {
  if (skip) return;
  s = await stage();
  f = await furnish(s);
});
after(async () => {
  if (!skip) await s.end();
});

// What differs by colour, width or direction shows on these; the rest is the same markup. accessible.full.test.ts looks at all in all.
const few = [
  '/inbox/open/1',
  '/search?q=label',
  '/notifications',
  '/settings/brand',
  '/settings/sample',
  '/welcome',
  '/settings/inboxes/new',
  '/settings/people',
  '/quarantine',
];
for (const [where, options] of [
  ['light', { colorScheme: 'light' }],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 } }],
  ['right-to-left', { locale: 'ar' }],
  ['narrow', { viewport: { width: 320, height: 700 } }],
] as const)
  test(`every screen is free of what axe finds: ${where}`, { skip, timeout: 240_000 }, async () => {
    const paths = where === 'light' ? (await addresses(f)).inside : [...few];
    const found: string[] = [];
    // Two beside each other: while one waits until its screen has settled, the other is looked at.
    const looking = async (): Promise<void> => {
      const page = await s.page({ ...options, storageState: f.state });
      if (where === 'right-to-left')
        await page.addInitScript(
          "document.addEventListener('DOMContentLoaded', () => document.documentElement.setAttribute('dir', 'rtl'))",
        );
      for (let path = paths.shift(); path; path = paths.shift()) found.push(...(await look(page, s.base, path, where)));
      assert.deepEqual(page.troubles, []);
      await page.close();
    };
    await Promise.all([looking(), looking()]);
    assert.deepEqual(found, []);
  });

test('the way in is free of what axe finds', { skip, timeout: 60_000 }, async () => {
  const page = await s.page();
  const found: string[] = [];
  for (const path of ['/', '/reset', '/join#token=none', f.felt])
    found.push(...(await look(page, s.base, path, 'signed out')));
  assert.deepEqual(found, []);
});

test('reading, answering and resolving work with the keyboard alone', { skip, timeout: 90_000 }, async () => {
  const page = await s.page({ storageState: f.state });
  await page.goto(`${s.base}/inbox/open`);
  await page.getByText('Label comes out blank').first().waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/inbox\/open\/\d+/);
  await page.keyboard.press('n');
  await page.keyboard.type('A note by keyboard');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('A note by keyboard').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page
    .getByText(/resolved/i)
    .first()
    .waitFor();
  // No key with Alt does anything: people in many languages write letters with it.
  const before = page.url();
  for (const key of ['e', 'j', 'r', 's']) await page.keyboard.press(`Alt+${key}`);
  assert.equal(page.url(), before);
  assert.deepEqual(page.troubles, []);
});
