import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
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
type Look = NonNullable<Parameters<Stage['page']>[0]>;
/** One page for all looks that differ in colour or width alone: the app is read and compiled anew for each new one. */
let usual: ReturnType<Stage['page']> | undefined;
async function pageAs({ colorScheme = 'light', viewport, locale }: Look): Promise<Page & { troubles: string[] }> {
  if (locale) {
    const page = await s.page({ locale, storageState: f.state });
    await page.addInitScript(
      "document.addEventListener('DOMContentLoaded', () => document.documentElement.setAttribute('dir', 'rtl'))",
    );
    return page;
  }
  usual ??= s.page({ storageState: f.state });
  const page = await usual;
  await page.emulateMedia({ colorScheme });
  await page.setViewportSize(viewport ?? { width: 1440, height: 900 });
  return page;
}
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
    const looking = async (page: Page & { troubles: string[] }): Promise<void> => {
      for (let path = paths.shift(); path; path = paths.shift()) found.push(...(await look(page, s.base, path, where)));
      assert.deepEqual(page.troubles.splice(0), []);
    };
    // Where there are many, two beside each other: while one waits until its screen has settled, the other is looked at.
    const own = where === 'light' ? [1, 2].map(() => s.page({ ...options, storageState: f.state })) : [];
    const pages = await Promise.all(own.length > 0 ? own : [pageAs(options)]);
    await Promise.all(pages.map(looking));
    for (const page of own) await (await page).close();
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
