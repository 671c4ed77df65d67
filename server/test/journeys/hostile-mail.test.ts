import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromiumPath } from './browser.ts';
import { arriving, type Desk, hostileDesk, htmlMail, openFrames } from './hostile.ts';
import { payloads } from './payloads.ts';

const skip = chromiumPath ? false : 'no Chromium';
let desk: Desk;
before(async () => {
  if (!skip) desk = await hostileDesk();
});
after(() => desk?.end());

test('as mails, opened by a signed-in person: nothing runs, asks for anything or leaves its frame', {
  skip,
}, async () => {
  const ids = await arriving(desk, payloads.map(htmlMail));
  const wrong = await openFrames(desk, ids);
  assert.deepEqual(
    wrong.map((w) => `${w} · ${payloads[ids.findIndex((id) => w.startsWith(id))] ?? ''}`),
    [],
  );
});

test('subjects, names, file names and content types are words, wherever they stand', { skip }, async () => {
  const evil = '"><img src=x onerror=alert(1)><svg onload=alert(2)>';
  const word = `=?utf-8?B?${Buffer.from(evil).toString('base64')}?=`;
  const [id] = await arriving(desk, [
    `Message-ID: <sinks@evil.example>\r\nFrom: ${word} <sinks@evil.example>\r\nTo: ${word} <support@northwind.example>\r\nCc: ${word} <other@evil.example>\r\nSubject: ${word}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n${evil} javascript:alert(3) https://evil.example/"onmouseover=alert(4)\r\n--b\r\nContent-Type: ${evil.replace(/[ "]/g, '')}/x; name="a"\r\nContent-Disposition: attachment; filename*=utf-8''${encodeURIComponent(evil)}\r\n\r\nx\r\n--b\r\nContent-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VEVENT\r\nSUMMARY:${evil}\r\nLOCATION:${evil}\r\nDTSTART:20260105T080000Z\r\nORGANIZER;CN='${evil.replaceAll('"', '')}':mailto:x@evil.example\r\nEND:VEVENT\r\n--b--\r\n`,
  ]);
  const page = desk.page1;
  await page.goto(`${desk.base}/inbox/all`);
  await page.locator('.rowi', { hasText: 'onerror' }).first().click();
  await page.locator(`[data-item="${id}"]`).waitFor();
  await page.getByRole('region', { name: /Invitation/ }).waitFor();
  assert.equal(await page.locator('img[src="x"], svg[onload]').count(), 0);
  for (const link of await page.locator('.msg a[href]').all())
    assert.match((await link.getAttribute('href')) ?? '', /^(https?:|mailto:|\/files\/)/);
  await page.goto(`${desk.base}/search`);
  await page.getByRole('searchbox').fill('onerror');
  await page.locator('mark, .rowi, .past').first().waitFor();
  await page.goto(`${desk.base}/customers`);
  await page.getByText('onerror').first().waitFor();
  assert.equal(await page.locator('img[src="x"], svg[onload]').count(), 0);
  assert.deepEqual(desk.dialogs, []);
});

test('a link shows where it leads while one is on it, by mouse and by keyboard, and is marked when its words lie', {
  skip,
}, async () => {
  const [id] = await arriving(desk, [
    htmlMail('<p>Your account: <a href="https://evil.example/login?a=1">https://bank.example</a></p>', 5000),
  ]);
  const page = desk.page1;
  await page.goto(`${desk.base}/inbox/all`);
  await page.locator('.rowi', { hasText: 'Payload 5000' }).click();
  const article = page.locator(`[data-item="${id}"]`);
  await article.waitFor();
  if (await article.getByRole('button', { name: 'Show as designed' }).count())
    await article.getByRole('button', { name: 'Show as designed' }).click();
  const link = article.frameLocator('iframe').getByRole('link');
  await article.frameLocator('iframe').getByText('leads to evil.example').waitFor();
  await link.hover();
  await article.getByText('evil.example/login?a=1').waitFor();
  await page.mouse.move(0, 0);
  await link.focus();
  await article.getByText('evil.example/login?a=1').waitFor();
});

test('pictures from elsewhere wait for consent, are remembered for a sender, and never come from the browser itself', {
  skip,
}, async () => {
  const [first, second] = await arriving(
    desk,
    [6000, 6001].map((n) =>
      htmlMail(
        '<p>News</p><img src="https://pictures.evil.example/a.png" alt="a lamp"><img src="https://t.evil.example/p.gif" width=1 height=1>',
        n,
      ).replace(
        /From: Eve <eve\d+@/,
        'Authentication-Results: mx.northwind.example; dmarc=pass header.from=evil.example\r\nFrom: Eve <news@',
      ),
    ),
  );
  const page = desk.page1;
  const began = desk.asked.length;
  await page.goto(`${desk.base}/inbox/all`);
  const open = async (id: string | undefined, words: string) => {
    await page.locator('.rowi', { hasText: words }).click();
    const article = page.locator(`[data-item="${id}"]`);
    await article.waitFor();
    const button = article.getByRole('button', { name: 'Show as designed' });
    if (await button.count()) await button.click();
    await article.frameLocator('iframe').getByText('News').waitFor();
    return article;
  };
  const one = await open(first, 'Payload 6000');
  await one.getByText('A hidden picture that reports reading was taken out').waitFor();
  assert.ok(!desk.asked.slice(began).some((url) => url.includes('/files/images')));
  await one.getByRole('button', { name: 'Always for this sender' }).click();
  await one.getByText('are always loaded').waitFor();
  const other = await open(second, 'Payload 6001');
  await other.getByText('are always loaded').waitFor();
  assert.ok(desk.asked.slice(began).some((url) => url.startsWith(`${desk.base}/files/images?u=`)));
  assert.deepEqual(
    desk.asked.slice(began).filter((url) => url.includes('evil.example') && !url.startsWith(desk.base)),
    [],
  );
  await other.getByRole('button', { name: 'Ask again' }).click();
  await other.getByRole('button', { name: 'Load pictures' }).waitFor();
});
