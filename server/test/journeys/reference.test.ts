import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { endpoints } from '@hearten/contract';
import fastify, { type FastifyInstance } from 'fastify';
import { type Browser, chromium } from 'playwright-core';
import { referenceRoutes } from '../../src/reference/index.ts';
import { axe } from './axe.ts';
import { chromiumPath } from './browser.ts';

const skip = chromiumPath ? false : 'no Chromium';
let app: FastifyInstance;
let browser: Browser;
let base: string;
before(async () => {
  app = fastify({ forceCloseConnections: true });
  referenceRoutes(app, () => 'https://desk.example', '1.2.3');
  base = await app.listen({ port: 0, host: '127.0.0.1' });
  if (!skip) browser = await chromium.launch({ executablePath: chromiumPath as string, args: ['--no-sandbox'] });
});
after(async () => {
  if (!skip) await browser.close();
  await app.close();
});

test('The reference names every endpoint with an example, comes without a sign-in, and runs nothing but its own script', async () => {
  const reply = await fetch(`${base}/docs/api`);
  const html = await reply.text();
  assert.equal(html.match(/<article /g)?.length, html.match(/data-for=/g)?.length);
  assert.ok(
    (html.match(/<figcaption>Answered/g)?.length ?? 0) >= Object.keys(endpoints).length,
    'examples are missing',
  );
  assert.match(reply.headers.get('content-security-policy') ?? '', /default-src 'none'; script-src 'self'/);
  assert.doesNotMatch(html, /<script(?! src="\/docs\/reference\.js")|<style| style=| on\w+=/);
  const again = await fetch(`${base}/docs/api`, { headers: { 'if-none-match': reply.headers.get('etag') ?? '' } });
  assert.equal(again.status, 304);
});

for (const [where, options] of [
  ['light', {}],
  ['dark', { colorScheme: 'dark' }],
  ['phone', { viewport: { width: 390, height: 844 } }],
] as const)
  test(`The reference is free of what axe finds, and as wide as its window: ${where}`, { skip }, async () => {
    const page = await (await browser.newContext(options)).newPage();
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    await page.goto(`${base}/docs/api#postConversationsByIdReplies`);
    await page.getByLabel('Search the API').fill('replies');
    await page.getByText(/^\d+ found$/).waitFor();
    // All endpoints are of the same make: axe looks at one, and at what stands around them.
    const violations = await axe(page, { within: ['header', '#nav', '#postConversationsByIdReplies'] });
    assert.deepEqual(
      violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 120))}`),
      [],
    );
    assert.ok(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'));
    assert.deepEqual(
      troubles.filter((text) => !/404/.test(text)),
      [],
    );
    await page.context().close();
  });

test('One finds an endpoint and goes from one to the next with the keyboard alone', { skip }, async () => {
  const page = await browser.newPage();
  await page.goto(`${base}/docs/api`);
  await page.keyboard.press('/');
  await page.keyboard.type('undo message');
  await page.getByText(/^\d+ found$/).waitFor();
  assert.ok(await page.locator('#postMessagesByIdUndo').isVisible());
  assert.ok(!(await page.locator('#getConversations').isVisible()));
  await page.keyboard.press('Enter');
  assert.match(await page.evaluate('document.activeElement.textContent'), /Take a reply back/);
  await page.keyboard.press('/');
  await page.keyboard.press('Escape');
  assert.ok(await page.locator('#getConversations').isVisible());
  await page.keyboard.press('j');
  const first = await page.evaluate('document.activeElement.textContent');
  await page.keyboard.press('j');
  const second = await page.evaluate('document.activeElement.textContent');
  assert.notEqual(first, second);
  await page.keyboard.press('k');
  assert.equal(await page.evaluate('document.activeElement.textContent'), first);
  await page.keyboard.press('/');
  await page.keyboard.type('nothing like this');
  await page.getByText('Nothing found.').waitFor();
});
