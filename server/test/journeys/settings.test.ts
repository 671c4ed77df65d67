import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { sql } from '../../src/base/db.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = !chromiumPath && 'no Chromium';
let s: Stage;
let page: Page & { troubles: string[] };
before(async () => {
  if (skip) return;
  s = await stage({ DNS_SERVERS: '127.0.0.1:9' });
  page = await s.page();
  await setUp(page, s.setup);
});
after(async () => {
  if (!skip) await s.end();
});
type Me = { person: { name: string; signature: string; timeZone: string }; workspace: { name: string } };
const ask = <T>(path: string): Promise<T> => page.evaluate<T>(`fetch('/api/v1${path}').then((r) => r.json())`);
const me = () => ask<Me>('/me');
const undo = () => page.getByRole('button', { name: 'Undo' }).last().click();

test('what is typed in the settings is kept when one leaves the field, and undo brings the former value back', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.goto(`${s.base}/settings/workspace`);
  const name = page.getByLabel('Name', { exact: true });
  await name.fill('Northwind & Sons');
  await name.press('Enter');
  await page.getByText('Saved: Name').waitFor();
  assert.equal((await me()).workspace.name, 'Northwind & Sons');
  await undo();
  await page.getByText('Back to what it was: Name').waitFor();
  assert.equal((await me()).workspace.name, 'Northwind Lamps');
  assert.equal(await name.inputValue(), 'Northwind Lamps');

  // Nothing is no name: said under the field, and nothing is changed. Escape puts it back.
  await name.fill('');
  await page.getByRole('heading', { name: 'Workspace' }).click();
  await page.getByText('A workspace needs a name.').waitFor();
  assert.equal((await me()).workspace.name, 'Northwind Lamps');
  await name.press('Escape');
  assert.equal(await name.inputValue(), 'Northwind Lamps');
  assert.deepEqual(page.troubles, []);
});

test('a signature shows in the preview while it is typed, and is kept; a list is kept when it is chosen', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.goto(`${s.base}/settings/you`);
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await page.getByLabel('Your signature').fill('Ana, Northwind Lamps');
  await preview.getByText('Ana, Northwind Lamps').waitFor();
  assert.equal((await me()).person.signature, '');
  await page.getByLabel('Your signature').press('Tab');
  await page.getByText('Saved: Your signature').waitFor();
  await page.getByLabel('Time zone').selectOption('Asia/Tokyo');
  await page.getByText('Saved: Time zone').waitFor();
  const { person } = await me();
  assert.deepEqual([person.signature, person.timeZone], ['Ana, Northwind Lamps', 'Asia/Tokyo']);
  await undo();
  await page.getByText('Back to what it was: Time zone').waitFor();
  assert.notEqual((await me()).person.timeZone, 'Asia/Tokyo');
  assert.deepEqual(page.troubles, []);
});

test('how a chat will look shows in the preview while it is typed and as it is chosen, before any of it is kept', {
  skip,
  timeout: 60_000,
}, async () => {
  type Chat = { id: string; settings: { greeting: string; colour: string; side: string } };
  const call = <T>(method: string, path: string, body: object) =>
    page.evaluate<T>(
      `fetch('/api/v1/me').then((me) => me.json()).then(({ csrf }) => fetch('/api/v1${path}', { method: '${method}', headers: { 'content-type': 'application/json', 'x-csrf-token': csrf }, body: ${JSON.stringify(JSON.stringify(body))} })).then((done) => done.json())`,
    );
  const { id } = await call<Chat>('POST', '/chats', { name: 'Shop' });
  const kept = async () => (await ask<{ items: Chat[] }>('/chats')).items.find((one) => one.id === id)?.settings;
  const preview = page.getByRole('complementary', { name: 'Preview' });
  const face = page.locator('.chatface');
  const top = () => face.locator('.top').evaluate((e) => e.getAttribute('style') ?? '');
  await page.goto(`${s.base}/settings/chats/${id}`);
  await preview.getByText('Hello. How can we help?').waitFor();
  await preview.getByText((await me()).workspace.name, { exact: true }).waitFor();
  const before = await top();

  const greeting = page.getByLabel(/^Greeting/);
  await greeting.fill('Ask us about a lamp');
  await preview.getByText('Ask us about a lamp').waitFor();
  assert.equal((await kept())?.greeting, '');
  await greeting.press('Escape');
  await preview.getByText('Hello. How can we help?').waitFor();
  await greeting.fill('Ask us about a lamp');
  await greeting.press('Enter');
  await page.getByText('Saved: Greeting').waitFor();
  await preview.getByText('Ask us about a lamp').waitFor();

  // Half a colour is none yet; on a bright one stand dark words.
  const colour = page.getByLabel(/^Colour/);
  await colour.fill('#ffcc0');
  assert.equal(await top(), before);
  await colour.fill('#ffcc00');
  assert.equal(await top(), 'background: rgb(255, 204, 0); color: rgb(0, 0, 0);');
  assert.equal((await kept())?.colour, '');
  await colour.press('Enter');
  await page.getByText('Saved: Colour').waitFor();
  await page.getByLabel('Light or dark').selectOption('dark');
  await page.locator('.chatface[data-theme=dark]').waitFor();
  const bubble = async () => (await face.locator('.bubble').boundingBox())?.x ?? 0;
  const end = await bubble();
  await page.getByLabel('Corner').selectOption('start');
  await page.locator('.chatface[data-side=start]').waitFor();
  assert.ok((await bubble()) < end - 40);
  assert.deepEqual(
    [await kept()].map((one) => [one?.greeting, one?.colour, one?.side]),
    [['Ask us about a lamp', '#ffcc00', 'start']],
  );
  // What nobody typed it says in the language of who looks.
  await call('PATCH', `/chats/${id}`, { settings: { greeting: '' } });
  await call('PATCH', '/me', { language: 'de' });
  await page.reload();
  for (const words of ['Schreiben Sie uns', 'Guten Tag. Wie können wir helfen?'])
    await face.getByText(words, { exact: true }).waitFor();
  await call('PATCH', '/me', { language: 'en' });
  await page.reload();
  await face.getByText('Write to us', { exact: true }).waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a system mail is read as it will be, kept when one leaves it, and its first text comes back', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.goto(`${s.base}/settings/mails`);
  await page.getByRole('button', { name: /Acknowledgement to a customer/ }).click();
  const preview = page.getByRole('complementary', { name: /Preview of Acknowledgement/ });
  await page.getByLabel('Subject').fill('Hello from {{workspace.name}}');
  await preview.getByText('Hello from Northwind Lamps').waitFor();
  await page.getByLabel('Text', { exact: true }).focus();
  await page.getByText('Saved: Subject').waitFor();
  await page.getByRole('button', { name: 'Back to the first text' }).click();
  await preview.getByText('We have your message').waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a setting is found by another word for it, and its page says how it works', {
  skip,
  timeout: 60_000,
}, async () => {
  const find = page.getByRole('searchbox', { name: 'Find a setting' });
  await find.fill('dkim');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Domains' }).waitFor();
  assert.equal(await page.getByRole('navigation', { name: 'Settings' }).getByRole('link').count(), 1);
  await find.press('Enter');
  await page.getByRole('heading', { name: 'Domains' }).waitFor();
  await page.getByRole('button', { name: 'How this works' }).click();
  await page.getByText('SPF names the servers').waitFor();
  await find.fill('no such setting');
  await page.getByText('No setting is called “no such setting”').waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a number that deletes something at once asks first, and no changes nothing', {
  skip,
  timeout: 60_000,
}, async () => {
  // Something has lain in the trash for twenty days.
  const { db } = s.running.hearten;
  await page.goto(`${s.base}/welcome`);
  await page.getByRole('button', { name: 'Send as a customer' }).click();
  await page.getByText(/^It arrived in/).waitFor();
  const { workspace } = await ask<{ workspace: { id: string } }>('/me');
  await db.tx(workspace.id, (tx) =>
    tx.run(
      sql`update conversation set folder = 'trash', trashed_at = now() - interval '20 days' where workspace_id = ${workspace.id}`,
    ),
  );
  await page.goto(`${s.base}/settings/workspace`);
  const days = page.getByLabel('The trash is emptied after (days)');
  await days.fill('10');
  await days.press('Enter');
  const asked = page.getByRole('alertdialog').or(page.getByRole('dialog'));
  await asked.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('The trash is emptied after 30 days, as before.').waitFor();
  assert.equal((await ask<{ emptiesTrashAfterDays: number }>('/workspace/ages')).emptiesTrashAfterDays, 30);
  await days.press('Enter');
  await asked.getByRole('button', { name: 'Delete them' }).click();
  await page.getByText('Saved: The trash is emptied after (days)').waitFor();
  assert.equal((await ask<{ emptiesTrashAfterDays: number }>('/workspace/ages')).emptiesTrashAfterDays, 10);
  assert.deepEqual(page.troubles, []);
});

test('a part of the app that did not come is asked for again under another address, and with a new page where that does not help: a browser keeps that what it shares with others failed', {
  skip,
  timeout: 60_000,
}, async () => {
  const own = await page.context().newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  let pages = 0;
  own.on('load', () => pages++);
  own.on('console', (message) => {
    if (/Content Security Policy|TrustedScript/.test(message.text())) complaints.push(message.text());
  });
  await own.route(/\/assets\/floating-[^/]*\.js/, (route) => {
    asked.push(new URL(route.request().url()).search);
    return asked.length < 3 ? route.abort() : route.continue();
  });
  await own.goto(`${s.base}/settings/inboxes`);
  const retry = own.getByRole('button', { name: 'Try again' });
  await retry.waitFor();
  assert.deepEqual([asked, pages], [[''], 1]);
  await Promise.all([own.waitForEvent('load'), retry.click()]);
  await own.getByRole('button', { name: 'Open a live chat' }).click();
  await own.getByRole('dialog').waitFor();
  assert.deepEqual([asked, pages], [['', '?again=1', ''], 2]);
  assert.deepEqual(complaints, []);
  await own.close();
});
