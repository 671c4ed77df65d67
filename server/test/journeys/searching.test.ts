import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { chromiumPath } from './browser.ts';
import { arriving, type Desk, hostileDesk } from './hostile.ts';

const skip = chromiumPath ? false : 'no Chromium';
let desk: Desk;
let page: Page;
let ids: string[];
const mail = (n: number, from: string, subject: string, text: string): string =>
  `From: ${from}\r\nTo: support@northwind.example\r\nSubject: ${subject}\r\nMessage-ID: <found-${n}@kunde.example>\r\n\r\n${text}\r\n`;
before(async () => {
  if (skip) return;
  desk = await hostileDesk();
  page = desk.page1;
  ids = await arriving(desk, [
    mail(1, 'Mara Whitfield <mara@whitfield.example>', 'Broken shade', 'The lamp arrived with a broken shade.'),
    mail(2, 'Ben Okoro <ben@okoro.example>', 'Order 4711', 'When does my brass lamp arrive?'),
    mail(3, 'Ida Quell <ida@quell.example>', 'Lamp for the hall', 'Which one would you take?'),
  ]);
});
after(() => desk?.end());

test('everything is found by keyboard: words, operators, a name with a typo; the address keeps it, and it is remembered', {
  skip,
}, async () => {
  await page.goto(`${desk.base}/inbox/open`);
  await page.locator('.rowi').first().waitFor();
  await page.keyboard.press('/');
  const field = page.getByRole('searchbox');
  await field.waitFor();
  await page.keyboard.type('lamp');
  const group = (name: string) => page.getByRole('region', { name, exact: true });
  await group('Conversations')
    .getByRole('link', { name: /Lamp for the hall/ })
    .waitFor();
  await group('Messages')
    .getByRole('link', { name: /Order 4711/ })
    .waitFor();
  assert.equal(await group('Messages').locator('mark').first().innerText(), 'lamp');

  await page.keyboard.type(' from:whitfeild');
  await page.getByText('Nobody is called “whitfeild”. Did you mean Mara Whitfield?').waitFor();
  await group('Messages')
    .getByRole('link', { name: /Order 4711/ })
    .waitFor({ state: 'detached' });
  await page.waitForURL(/q=lamp(%20|\+)from/);
  await page.keyboard.press('Enter');
  const hit = page.getByRole('link', { name: /Broken shade/ });
  await hit.waitFor();
  const focused = page.locator('.hit:focus', { hasText: 'Broken shade' });
  for (let n = 0; n < 6 && (await focused.count()) === 0; n++) await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.locator(`article[data-item="${ids[0]}"][data-linked]`).waitFor();
  await page.goBack();
  await hit.waitFor();
  assert.equal(await field.inputValue(), 'lamp from:whitfeild');

  await field.fill('');
  const recent = page.getByRole('region', { name: 'Recent searches' });
  await recent.getByRole('button', { name: 'lamp from:whitfeild', exact: true }).waitFor();
  await recent.getByRole('button', { name: 'Forget “lamp from:whitfeild”' }).click();
  await recent.waitFor({ state: 'detached' });
});

test('operators explain themselves, are completed, and say what makes no sense; nothing found leads on', {
  skip,
}, async () => {
  await page.goto(`${desk.base}/search`);
  const field = page.getByRole('searchbox');
  await page.getByRole('region', { name: 'What can be asked' }).getByRole('button', { name: 'is:waiting' }).click();
  assert.equal(await field.inputValue(), 'is:');
  await page.keyboard.type('un');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await field.inputValue(), 'is:unread ');
  await page.getByRole('link', { name: /Order 4711/ }).waitFor();
  await field.fill('is:blue lamp');
  await page.getByText('“is:” knows unread').waitFor();
  await field.fill('zeppelin is:open');
  await page.getByRole('heading', { name: 'Nothing found for “zeppelin is:open”' }).waitFor();
  await page.getByRole('button', { name: 'Search for “zeppelin” alone' }).click();
  assert.equal(await field.inputValue(), 'zeppelin');
  await page.getByRole('button', { name: 'Write to someone' }).click();
  await page.getByRole('dialog', { name: 'Write to someone' }).waitFor();
});
