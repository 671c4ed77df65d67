import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumPath, type Stage, stage } from './browser.ts';
import { addresses, ask, type Furnished, furnish, look, violations } from './every-screen.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let f: Furnished;
const looked = { screens: 0, states: 0 };
before(async () => {
  if (skip) return;
  s = await stage();
  f = await furnish(s);
});
after(async () => {
  if (!skip) await s.end();
});

type Look = NonNullable<Parameters<Stage['page']>[0]>;
/** Whoever is signed in reads this language from now on; said beside the app, for an open page begins anew when it changes. */
async function speak(language: string): Promise<void> {
  const context = await s.browser.newContext({ storageState: f.state });
  const me = (await (await context.request.get(`${s.base}/api/v1/me`)).json()) as { csrf: string };
  const headers = { 'x-csrf-token': me.csrf };
  const answer = await context.request.patch(`${s.base}/api/v1/me`, { headers, data: { language } });
  assert.equal(answer.status(), 200);
  await context.close();
}
async function everyScreen(where: string, language: string, options: Look): Promise<string[]> {
  const { inside, outside } = await addresses(f);
  await speak(language);
  const page = await s.page({ ...options, locale: language, storageState: f.state });
  const found: string[] = [];
  // The first page learns the language, and begins anew with it.
  await page.goto(`${s.base}/inbox/open`);
  await page.locator(`html[lang=${language}]`).waitFor();
  await page.waitForLoadState('networkidle');
  for (const path of inside) found.push(...(await look(page, s.base, path, where)));
  assert.equal(await page.evaluate('document.documentElement.dir'), language === 'ar' ? 'rtl' : 'ltr');
  await page.close();
  const visitor = await s.page({ ...options, locale: language });
  for (const path of outside) found.push(...(await look(visitor, s.base, path, where)));
  await visitor.close();
  assert.deepEqual([...page.troubles, ...visitor.troubles], []);
  looked.screens += inside.length + outside.length;
  return found;
}

const widths = { wide: { width: 1440, height: 900 }, narrow: { width: 320, height: 700 } };
for (const language of ['en', 'ar'] as const)
  for (const scheme of ['light', 'dark'] as const)
    for (const [width, viewport] of Object.entries(widths)) {
      const where = `${scheme}, ${language === 'ar' ? 'right to left' : 'left to right'}, ${width}`;
      test(`every screen is free of what axe finds: ${where}`, { skip, timeout: 900_000 }, async () => {
        assert.deepEqual(await everyScreen(where, language, { colorScheme: scheme, viewport }), []);
      });
    }

test('every screen is free of what axe finds: high contrast', { skip, timeout: 900_000 }, async () => {
  assert.deepEqual(await everyScreen('high contrast', 'en', { contrast: 'more' }), []);
});

const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
/** A note with a picture, so that there is one to look at. */
async function pin(page: Page): Promise<void> {
  const id = await page.evaluate(async (pixel) => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const answer = await fetch('/api/v1/uploads?filename=lamp.png', {
      method: 'POST',
      headers: { 'x-csrf-token': me.csrf, 'content-type': 'image/png' },
      body: Uint8Array.from(atob(pixel), (c) => c.charCodeAt(0)),
    });
    return ((await answer.json()) as { id: string }).id;
  }, PIXEL);
  await ask(page, 'POST', `/conversations/${f.conversation}/notes`, { text: 'The lamp', attachments: [id] });
}

/** Everything that opens over the conversation, and how. */
const states: Record<string, (page: Page) => Promise<void>> = {
  'answer being written': async (page) => {
    await page.keyboard.press('r');
    await page.locator('[data-keys=writing] [contenteditable=true]').waitFor();
    await page.keyboard.type('Hello @Ana, ');
  },
  'note being written': async (page) => {
    await page.keyboard.press('n');
    await page.locator('[data-keys=writing] [contenteditable=true]').waitFor();
    await page.keyboard.type('For us');
  },
  palette: async (page) => {
    await page.keyboard.press('ControlOrMeta+k');
    await page.getByRole('combobox').fill('a');
    await page.getByRole('option').first().waitFor();
  },
  'sheet of keys': async (page) => {
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  },
  'menu of actions': async (page) => {
    await page.locator('.conv .bar [aria-haspopup=menu]').last().click();
    await page.getByRole('menu').waitFor();
  },
  'choice of a person': async (page) => {
    await page.keyboard.press('a');
    await page.getByRole('option').first().waitFor();
  },
  'snooze menu': async (page) => {
    await page.keyboard.press('s');
    await page.getByRole('menu').waitFor();
  },
  'dialog to merge': async (page) => {
    await page.keyboard.press('l');
    await page.keyboard.press('m');
    await page.getByRole('dialog').waitFor();
  },
  lightbox: async (page) => {
    await page.locator('.file.picture .it').first().click();
    await page.locator('dialog.viewer img').waitFor();
  },
  'many selected': async (page) => {
    await page.keyboard.press('Shift+X');
    await page.getByRole('toolbar').first().waitFor();
  },
};
for (const [where, language, options] of [
  ['dark, right to left', 'ar', { colorScheme: 'dark' }],
  ['light', 'en', { colorScheme: 'light' }],
  ['forced colours', 'en', { forcedColors: 'active' }],
] as const)
  test(`whatever opens over a conversation is free of what axe finds: ${where}`, {
    skip,
    timeout: 300_000,
  }, async () => {
    await speak(language);
    const page = await s.page({ ...options, locale: language, storageState: f.state });
    await page.goto(`${s.base}/inbox/open`);
    await page.locator(`html[lang=${language}]`).waitFor();
    await page.waitForLoadState('networkidle');
    await pin(page);
    const found: string[] = [];
    for (const [state, open] of Object.entries(states)) {
      await page.goto(`${s.base}/inbox/open/1`);
      await page.locator('.file.picture img').first().waitFor();
      await page.waitForLoadState('networkidle');
      await open(page);
      found.push(...(await violations(page)).map((one) => `${where}, ${state}: ${one}`));
      looked.states++;
      if (process.env.SHOTS)
        await page.screenshot({ path: `${process.env.SHOTS}/${where}-${state}.png`.replaceAll(/[ ,]+/g, '-') });
    }
    assert.deepEqual(found, []);
    assert.deepEqual(page.troubles, []);
    await page.close();
  });

test('so many screens and states were looked at', { skip }, async (t) => {
  const { inside, outside } = await addresses(f);
  const routes = inside.length + outside.length;
  t.diagnostic(`${routes} routes × 9 looks = ${looked.screens} screens, ${looked.states} open states, 0 violations`);
  assert.equal(looked.screens, routes * 9);
  assert.equal(looked.states, Object.keys(states).length * 3);
});
