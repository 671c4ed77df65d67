import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumPath, type Stage, stage } from './browser.ts';
import { type Furnished, furnish } from './every-screen.ts';

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

/** Each text on the page that no translation went through: outside the brackets that the pseudo-language puts around what did. */
const untranslated = (page: Page): Promise<string[]> =>
  page.evaluate<string[]>(`(() => {
    const found = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let depth = 0;
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const element = node.parentElement;
      // What people wrote, keys, times, names of zones and what is to be typed as it stands is nobody's to translate.
      if (!element || element.closest('bdi, kbd, code, pre, time, script, style, svg, [lang]:not(html), [contenteditable]')) continue;
      if (element.closest('select[name=timeZone], select[name=language], iframe, .av, .keys, .count')) continue;
      for (const part of (node.textContent ?? '').split(/(?=[⟦⟧])|(?<=[⟦⟧])/)) {
        if (part === '⟦') depth += 1;
        else if (part === '⟧') depth -= 1;
        else if (depth === 0 && /\\p{L}{3}/u.test(part) && element.checkVisibility()) found.add(part.trim());
      }
    }
    return [...found];
  })()`);

// Proper names, what people wrote, names of keys, and what the browser writes of days stand as they are.
const names =
  /^(Hearten|Ana Novak|Northwind Lamps|Claire.*|Support|Label comes out blank.*|.*@.*|Gmail|Help Scout|Google|Microsoft|I printed the label.*|Let us send a new one\.|Print it again\.|Prefers brass\.|[A-Z][a-z]{2}( \d+, \d{4})?|(Shift|Control|Command) .*|ARROW\w+|ENTER|ESCAPE|DELETE)$/;

test('in a language nobody speaks, every text of the main screens is translated and nothing runs over', {
  skip,
  timeout: 240_000,
}, async () => {
  const page = await s.page({ storageState: f.state });
  await page.addInitScript("localStorage.setItem('hearten.language', 'pseudo')");
  const found: string[] = [];
  for (const path of [
    '/inbox/open/1',
    '/inbox/waiting',
    '/customers',
    '/notifications',
    '/settings/you',
    '/settings/notifications',
    '/settings/inboxes/new',
    '/settings/people',
    '/settings/spam',
    '/settings/keyboard',
    '/quarantine',
  ]) {
    await page.goto(s.base + path);
    await page.getByText('⟦').first().waitFor();
    await page.waitForLoadState('networkidle');
    for (const text of await untranslated(page)) if (!names.test(text)) found.push(`${path}: ${text}`);
    const wide = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (wide > 1) found.push(`${path} scrolls sideways by ${wide} px`);
  }
  assert.deepEqual(found, []);
  await page.close();
});

test('the main job is done in Arabic, from right to left, and what goes wrong is said in it', {
  skip,
  timeout: 180_000,
}, async () => {
  const page = await s.page({ storageState: f.state });
  await page.goto(`${s.base}/settings/you`);
  const language = page.locator('select').filter({ hasText: 'العربية' }).first();
  await language.selectOption('ar');
  // Another language starts the page anew.
  await page.locator('html[lang=ar][dir=rtl]').waitFor();
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('heading', { name: 'مفتوحة' }).waitFor();
  await page
    .getByRole('link', { name: /Label comes out blank/ })
    .first()
    .click();
  const conversation = page.locator('.thread');
  await conversation.waitFor();
  await page.keyboard.press('n');
  await page.getByLabel('نص الملاحظة، يراه فريقك فقط').fill('راجعت الطلب.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('راجعت الطلب.').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await page
    .getByText(/^حُلّت|محلولة/)
    .first()
    .waitFor();
  // The rail stands on the right, and dates are written as Arabic writes them.
  const [rail, thread] = await Promise.all([page.locator('.rail').boundingBox(), page.getByRole('main').boundingBox()]);
  assert.ok((rail?.x ?? 0) > (thread?.x ?? 0), 'the rail stands on the right');
  const problem = await page.evaluate<{ detail: string }>(
    "fetch('/api/v1/conversations/00000000-0000-7000-8000-000000000000', { headers: { 'accept-language': document.documentElement.lang } }).then((a) => a.json())",
  );
  assert.match(problem.detail, /\p{Script=Arabic}/u);
  assert.deepEqual(
    page.troubles.filter((one) => !one.includes('404')),
    [],
  );
  await page.close();
});

test('before anybody signed in, the page speaks as the browser does; German writes numbers and times its own way', {
  skip,
  timeout: 120_000,
}, async () => {
  const stranger = await s.page({ locale: 'de-AT' });
  await stranger.goto(`${s.base}/sign-in`);
  await stranger.getByRole('button', { name: 'Anmelden', exact: true }).waitFor();
  assert.equal(await stranger.evaluate('document.documentElement.lang'), 'de');
  await stranger.getByLabel('E-Mail').fill('ana@northwind.example');
  await stranger.getByLabel('Passwort', { exact: true }).fill('not the password');
  await stranger.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await stranger.getByRole('alert').first().waitFor();
  await stranger.close();
});
