import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { chromiumPath } from './browser.ts';
import { arriving, type Desk, hostileDesk } from './hostile.ts';

const skip = chromiumPath ? false : 'no Chromium';
let desk: Desk;
let page: Page;
before(async () => {
  if (skip) return;
  desk = await hostileDesk();
  page = desk.page1;
});
after(() => desk?.end());

const claire = 'Claire Dubois <claire@atelier.example>';
let count = 0;
const mail = (subject: string, text: string, more: { re?: string; parts?: string[] } = {}): string =>
  [
    `From: ${claire}`,
    'To: support@northwind.example',
    `Subject: ${subject}`,
    `Message-ID: <reading-${++count}@atelier.example>`,
    ...(more.re ? [`In-Reply-To: ${more.re}`, `References: ${more.re}`] : []),
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    ...(more.parts ?? []),
    '--b--',
    '',
  ].join('\r\n');
const part = (type: string, name: string, data: Buffer): string =>
  `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment; filename="${name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n${data.toString('base64').replace(/(.{76})/g, '$1\r\n')}`;

/** A picture of one colour that a browser really draws. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const out = Buffer.alloc(12 + data.length);
    out.writeUInt32BE(data.length, 0);
    out.write(type, 4);
    data.copy(out, 8);
    out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
    return out;
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 2], 8);
  const lines = Buffer.alloc((width * 3 + 1) * height, 120);
  for (let y = 0; y < height; y++) lines[y * (width * 3 + 1)] = 0;
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}
const ask = <T>(method: string, path: string, body?: unknown): Promise<T> =>
  page.evaluate(
    async ([method, path, body]) => {
      const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
      const answer = await fetch(`/api/v1${path}`, {
        method: method as string,
        headers: { 'x-csrf-token': me.csrf, ...(body === null ? {} : { 'content-type': 'application/json' }) },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
      });
      if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
      return (await answer.json()) as never;
    },
    [method, path, body ?? null],
  );
const placeOf = (message: string) => ask<{ conversationId: string; number: number }>('GET', `/messages/${message}`);
const openIt = async (subject: string): Promise<void> => {
  await page.goto(`${desk.base}/inbox/all`);
  await page.locator('.rowi', { hasText: subject }).first().click();
  await page.locator('article[data-item]').first().waitFor();
};

test('files are looked at one after the other by keyboard, and the focus returns where it was', { skip }, async () => {
  await arriving(desk, [
    mail('The broken shade', 'See the pictures.', {
      parts: [
        part('image/png', 'shade.png', png(900, 600)),
        part('image/png', 'box.png', png(300, 500)),
        part('text/csv', 'missing.csv', Buffer.from('article;pieces\r\n<b>Shade</b>;1\r\n')),
        part('application/zip', 'all.zip', Buffer.from('PK')),
      ],
    }),
  ]);
  await openIt('The broken shade');
  const first = page.getByRole('button', { name: 'Look at shade.png, PNG' });
  await first.locator('img').evaluate((image) => (image as unknown as { decode: () => Promise<void> }).decode());
  await first.press('Enter');
  const viewer = page.getByRole('dialog', { name: 'shade.png, 1 of 3' });
  const picture = viewer.locator('.picture img');
  await picture.waitFor();
  const width = async () => (await picture.boundingBox())?.width ?? 0;
  const fitting = await width();
  await page.keyboard.press('+');
  for (let n = 0; n < 40 && (await width()) < fitting * 1.3; n++) await page.waitForTimeout(50);
  assert.ok((await width()) > fitting * 1.3, 'larger');
  await page.keyboard.press('0');
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog', { name: 'box.png, 2 of 3' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Save box.png' }).last().getAttribute('download'), 'box.png');
  await page.keyboard.press('ArrowRight');
  const table = page.getByRole('dialog', { name: 'missing.csv, 3 of 3' }).frameLocator('iframe');
  await table.getByRole('cell', { name: '<b>Shade</b>' }).waitFor();
  await page.keyboard.press('ArrowRight');
  await page.getByRole('dialog', { name: 'missing.csv, 3 of 3' }).waitFor();
  await page.keyboard.press('Escape');
  await page.locator('dialog.viewer').waitFor({ state: 'detached' });
  assert.match(
    (await page.locator(':focus').getAttribute('aria-label')) ?? '',
    /^Look at shade\.png/,
    'the focus is back',
  );
  await page
    .getByRole('link', { name: /^Save all\.zip/ })
    .first()
    .waitFor();
  assert.equal(await page.getByRole('button', { name: /all\.zip/ }).count(), 0, 'what cannot be shown is only saved');
});

test('the link of a message opens it, however old and folded it is, also after its conversation was merged', {
  skip,
}, async () => {
  const ids = await arriving(desk, [mail('Old and long', 'The very first words.')]);
  const re = `<reading-${count}@atelier.example>`;
  for (let n = 2; n <= 9; n++)
    ids.push(...(await arriving(desk, [mail('Re: Old and long', `Words number ${n}.`, { re })])));
  const old = ids[0] as string;
  await openIt('Old and long');
  const folded = page.locator('.fold');
  await folded.waitFor();
  assert.equal(await page.locator(`[data-item="${old}"]`).count(), 0, 'it is folded away');
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.keyboard.press(']');
  await page.keyboard.press('Enter');
  const line = page.locator(`[data-folded="${old}"]`);
  await line.focus();
  await page.keyboard.press('y');
  await page.getByText('The link to this message is copied').waitFor();
  await page.goto(`${desk.base}/search`);
  await page.getByRole('searchbox').press('ControlOrMeta+v');
  const link = await page.getByRole('searchbox').inputValue();
  assert.equal(link, `${desk.base}/m/${old}`);

  const [other] = await arriving(desk, [mail('Where it goes on', 'Another matter.')]);
  const [from, into] = [await placeOf(old), await placeOf(other as string)];
  await ask('POST', `/conversations/${from.conversationId}/merge`, { into: into.conversationId });
  await page.goto(link);
  const article = page.locator(`article[data-item="${old}"][data-linked]`);
  await article.waitFor();
  await page.locator(`[data-item="${old}"]:focus`).waitFor();
  assert.match(new URL(page.url()).pathname, new RegExp(`/inbox/all/${into.number}$`));
  assert.ok(await article.getByText('The very first words.').isVisible());
});

test('what came since one was here has a line, a key leads to it, and it is said to who cannot see it', {
  skip,
}, async () => {
  const [first] = await arriving(desk, [mail('Comes and goes', 'Here it begins.')]);
  const re = `<reading-${count}@atelier.example>`;
  await openIt('Comes and goes');
  const { conversationId } = await placeOf(first as string);
  const unread = async () =>
    (await ask<{ conversation: { unread: boolean } }>('GET', `/conversations/${conversationId}`)).conversation.unread;
  for (let n = 0; n < 100 && (await unread()); n++) await page.waitForTimeout(50);
  await page.goto(`${desk.base}/search`);
  const long = Array.from({ length: 60 }, (_, n) => `Line ${n} of a long story.`).join('\r\n');
  const [second] = await arriving(desk, [mail('Re: Comes and goes', long, { re })]);
  await openIt('Comes and goes');
  const fresh = page.locator('.fresh');
  await fresh.waitFor();
  assert.equal(await fresh.evaluate((el) => el.nextElementSibling?.getAttribute('data-item')), second);
  await page.locator('.thread').hover();
  await page.mouse.wheel(0, 20_000);
  await page.getByRole('button', { name: 'New since you were here' }).waitFor();
  await page.locator('.thread').focus();
  await page.keyboard.press('Shift+N');
  await page.locator(`[data-item="${second}"]:focus`).waitFor();

  const [third] = await arriving(desk, [mail('Re: Comes and goes', 'And one more thing.', { re })]);
  await page.locator(`[data-item="${third}"]`).waitFor();
  await page
    .locator('.thread [role=status]', { hasText: 'New message from Claire Dubois: And one more thing.' })
    .waitFor();
  await page.locator(`[data-item="${second}"]:focus`).waitFor();
});

test('a conversation is printed whole, with notes only when asked', { skip }, async () => {
  const [id] = await arriving(desk, [mail('For paper', 'Words that are printed.')]);
  const { conversationId } = await placeOf(id as string);
  await ask('POST', `/conversations/${conversationId}/notes`, { text: 'Not for paper.' });
  await openIt('For paper');
  await page.locator('.thread').focus();
  await page.keyboard.press('Shift+P');
  await page.getByLabel('With notes').waitFor();
  assert.equal(await page.getByText('Not for paper.').count(), 0);
  await page.getByLabel('With notes').check();
  await page.getByText('Not for paper.').waitFor();
  await page.emulateMedia({ media: 'print' });
  assert.equal(await page.locator('.tools').isVisible(), false);
  assert.equal(await page.locator('nav').count(), 0);
  assert.ok((await page.pdf()).length > 1000);
  await page.emulateMedia({ media: 'screen' });
});

test('a mail is printed as its sender designed it, safe and at its full height; without pictures when one wants none', {
  skip,
}, async () => {
  const rows = Array.from({ length: 60 }, (_, n) => `<tr><td>Line ${n}</td></tr>`).join('');
  const html = `<h1 style="color:#c00">Order 77</h1><script>document.title='evil'</script><table>${rows}</table><p>The end.</p>`;
  await arriving(desk, [mail('Designed for paper', html).replace('text/plain', 'text/html')]);
  await openIt('Designed for paper');
  await page.locator('.thread').focus();
  await page.keyboard.press('Shift+P');
  const frame = page.locator('.printed iframe');
  await frame.contentFrame().getByRole('heading', { name: 'Order 77' }).waitFor();
  await page.getByRole('button', { name: 'Print', exact: true }).waitFor();
  const tall = await page.evaluate<{ frame: number; page: number }>(`(() => {
    const frame = document.querySelector('.printed iframe');
    return { frame: frame.clientHeight, page: frame.contentDocument.body.scrollHeight };
  })()`);
  assert.ok(tall.page > 1000 && tall.frame >= tall.page, JSON.stringify(tall));
  assert.notEqual(await page.title(), 'evil');
});

test('a conversation deleted under one’s eyes says so and gives the words back', { skip }, async () => {
  const [id] = await arriving(desk, [mail('Soon gone', 'Please delete me.')]);
  const { conversationId } = await placeOf(id as string);
  await openIt('Soon gone');
  await page.locator('.thread').focus();
  await page.keyboard.press('r');
  await page.locator('textarea:focus, [contenteditable=true]:focus').waitFor();
  await page.keyboard.type('Dear Claire, nothing of this is lost.');
  await ask('POST', `/conversations/${conversationId}/folder`, { folder: 'trash' });
  await ask('DELETE', `/conversations/${conversationId}`);
  await page.getByText('was deleted for good').waitFor();
  assert.match(await page.getByLabel('What you were writing').inputValue(), /nothing of this is lost/);
  await page.getByRole('button', { name: 'Back to the list' }).click();
  await page.waitForURL(/\/inbox\/all$/);
  assert.deepEqual(desk.dialogs, []);
});

test('a picture that says no size and comes late does not move what is being read, nor does anybody wait for it', {
  skip,
}, async () => {
  const html = [
    '<p>Here is the shade.</p><img src="cid:shade@atelier" alt="">',
    ...Array.from({ length: 60 }, (_, n) => `<p>Sentence ${n} of a long letter about a lamp.</p>`),
    '<p>Regards</p>',
  ].join('');
  await arriving(desk, [
    [
      `From: ${claire}`,
      'To: support@northwind.example',
      'Subject: A late picture',
      `Message-ID: <reading-${++count}@atelier.example>`,
      'MIME-Version: 1.0',
      'Content-Type: multipart/related; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      html,
      '--b',
      'Content-Type: image/png; name="shade.png"',
      'Content-ID: <shade@atelier>',
      'Content-Disposition: inline; filename="shade.png"',
      'Content-Transfer-Encoding: base64',
      '',
      png(600, 700)
        .toString('base64')
        .replace(/(.{76})/g, '$1\r\n'),
      '--b--',
      '',
    ].join('\r\n'),
  ]);
  let release = (): void => undefined;
  const held = new Promise<void>((done) => {
    release = done;
  });
  await page.route('**/files/messages/**', async (route) => {
    await held;
    await route.continue();
  });
  await openIt('A late picture');
  const frame = page.locator('.paper iframe').last();
  const height = async (): Promise<number> => (await frame.boundingBox())?.height ?? 0;
  for (let n = 0; n < 100 && (await height()) < 1500; n++) await page.waitForTimeout(50);
  const before = await height();
  assert.ok(before >= 1500, `the words are there before the picture: ${before}`);

  // Somewhere in the middle: the picture is above, and out of sight.
  const box = await page.locator('.thread').boundingBox();
  assert.ok(box);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const line = page.frameLocator('.paper iframe').last().getByText('Sentence 20 of');
  const place = async (): Promise<number> => (await line.boundingBox())?.y ?? Number.NaN;
  await page.mouse.wheel(0, -5000);
  await page.waitForTimeout(200);
  // It opened at its start and has never scrolled: nothing that changes its size takes one to its end.
  const size = page.viewportSize();
  assert.ok(size);
  await page.setViewportSize({ ...size, height: size.height - 40 });
  await page.waitForTimeout(200);
  assert.equal(await page.locator('.thread').evaluate((el) => (el as unknown as { scrollTop: number }).scrollTop), 0);
  await page.setViewportSize(size);
  await page.waitForTimeout(200);
  await page.mouse.wheel(0, (await place()) - box.y - box.height / 2);
  await page.waitForTimeout(300);
  const at = await place();
  assert.ok(at > box.y && at < box.y + box.height, `it is in sight: ${at}`);
  release();
  for (let n = 0; n < 100 && (await height()) < before + 300; n++) await page.waitForTimeout(50);
  const grown = (await height()) - before;
  assert.ok(grown >= 300, `the picture is there: ${grown} of ${before}`);
  await page.waitForTimeout(200);
  const after = await place();
  assert.ok(Math.abs(after - at) <= 2, `from ${at} to ${after}`);
  await page.unroute('**/files/messages/**');
});
