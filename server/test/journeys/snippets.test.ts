import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { chromiumPath, listened, type Stage, setUp, stage } from './browser.ts';
import { ask } from './every-screen.ts';

const skip = !chromiumPath ? 'no Chromium' : !hasDovecot ? 'no dovecot' : false;
let s: Stage;
let imap: Dovecot;
let smtp: Sink;
let page: Page & { troubles: string[] };
before(async () => {
  if (skip) return;
  [s, imap, smtp] = await Promise.all([stage(), dovecot(), smtpSink()]);
  page = await s.page();
  await setUp(page, s.setup);
  const settings = {
    imap: { host: '127.0.0.1', port: imap.port, security: 'none', user: 'support', password: imap.password },
    smtp: { host: '127.0.0.1', port: smtp.port, security: 'none', user: '' },
    undoSeconds: 0,
  };
  await ask(page, 'POST', '/inboxes', { name: 'Support', address: 'support@northwind.example', settings });
  await listened(page);
  await imap.append('support', [
    letter({ from: 'Claire Dubois <claire@atelier.example>', to: 'support@northwind.example', subject: 'It flickers' }),
    letter({ from: 'nobody@atelier.example', to: 'support@northwind.example', subject: 'A broken lamp' }),
  ]);
});
after(async () => {
  if (skip) return;
  await s.end();
  await imap.stop();
  await smtp.stop();
});
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const saved = () => page.getByText('Saved', { exact: true }).first().waitFor();

test('a snippet with a variable and a picture is made, put into an answer by /, and arrives by mail', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/settings/snippets`);
  await page.getByRole('button', { name: 'New snippet' }).click();
  await page.waitForURL(/snippets\/[0-9a-f-]{36}/, { timeout: 30_000 });
  await page.getByLabel('Name').fill('Reset the lamp');
  await page.getByLabel('Shortcut (optional)').fill('reset');
  const words = page.getByRole('textbox', { name: 'Words' });
  await words.click();
  await page.keyboard.type('Hello ');
  await page.getByRole('button', { name: 'Variable' }).click();
  await page.getByRole('menuitem', { name: /First name of the customer/ }).click();
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await words.focus();
  await page.keyboard.press('End');
  await page.keyboard.type(', hold this switch: ');
  await page
    .locator('input[type=file][accept*=png]')
    .setInputFiles({ name: 'switch.png', mimeType: 'image/png', buffer: dot });
  await words.locator('.picture img').waitFor();
  await page.getByLabel('Preview').getByText('hold this switch').waitFor();
  await saved();
  await page.reload();
  await page.getByRole('textbox', { name: 'Words' }).locator('.picture img').waitFor();

  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /It flickers/ }).click();
  await page.getByLabel('Reply text').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('/res');
  await page.getByRole('option', { name: /Reset the lamp/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Hello Claire, hold this switch').first().waitFor();
  await page.locator('.composer .picture img').waitFor();
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('Hello Claire, hold this switch').first().waitFor();
  await smtp.until(1, 20_000);
  const raw = String(smtp.ledger[0]?.raw);
  assert.match(raw, /Hello Claire, hold this switch/);
  assert.match(raw, /Content-Type: image\/png/i);
  assert.match(raw, /cid:/);
  assert.doesNotMatch(raw, /\{\{/);
  const { items } = await ask<{ items: { uses: number }[] }>(page, 'GET', '/snippets');
  assert.equal(items[0]?.uses, 1);
});

test('what is not known of a customer is marked, and the answer does not leave before it was seen', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /A broken lamp/ }).click();
  await page.getByLabel('Reply text').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('/reset');
  await page.getByRole('option', { name: /Reset the lamp/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.locator('.composer .blank').first().waitFor();
  const before = smtp.ledger.length;
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('Not filled in yet: {{customer.first_name}}').waitFor();
  assert.equal(smtp.ledger.length, before);
  await page.getByRole('button', { name: 'Throw this draft away' }).click();
});

test('who wants the tone looked at is shown what might sting, once; the same key again sends it as it stands', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.goto(`${s.base}/settings/you`);
  const choice = page.getByLabel('Look at the tone before an answer is sent');
  assert.equal(await choice.isChecked(), false);
  await choice.click();
  await page.getByText('Saved: Look at the tone before an answer is sent').waitFor();
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /A broken lamp/ }).click();
  await page.getByLabel('Reply text').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.type('As I already told you, a new lamp is on its way.');
  const before = smtp.ledger.length;
  // Long enough for the field to be held meanwhile: it keeps the focus all the same.
  const held = Promise.withResolvers<void>();
  await page.route('**/tone', (route) => held.promise.then(() => route.continue()));
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.locator('[role=textbox][contenteditable=false]').waitFor();
  held.resolve();
  await page.locator('.hint.tone').getByText('says they did not listen').waitFor();
  assert.equal(await page.locator('.hint.tone mark').textContent(), 'As I already told');
  assert.equal(smtp.ledger.length, before);
  const sent = page.waitForResponse((answer) => answer.url().endsWith('/replies'));
  await page.keyboard.press('ControlOrMeta+Enter');
  assert.equal((await sent).status(), 201);
  await page.locator('.hint.tone').waitFor({ state: 'detached' });
  await ask(page, 'PATCH', '/me', { checksTone: false });
});

test('a macro tags, assigns, writes a note and resolves by the key m; undo takes all of it back', {
  skip,
  timeout: 90_000,
}, async () => {
  await ask(page, 'POST', '/macros', {
    name: 'A new lamp',
    for: 'everyone',
    steps: [
      { do: 'tag', add: ['broken'] },
      { do: 'assign', assigneeId: 'me' },
      { do: 'note', text: 'Ordered at the warehouse.' },
      { do: 'status', status: 'resolved' },
    ],
  });
  await page.goto(`${s.base}/inbox/all`);
  await page.getByRole('link', { name: /A broken lamp/ }).click();
  await page.getByLabel('Reply text').waitFor();
  await page.keyboard.press('Escape');
  const { items } = await ask<{ items: { id: string; subject: string }[] }>(page, 'GET', '/conversations?view=all');
  const id = items.find((one) => one.subject === 'A broken lamp')?.id;
  const now = async () => {
    const { conversation: c, items: all } = await ask<{
      conversation: { status: string; tags: string[]; assigneeId: string | null };
      items: { type: string }[];
    }>(page, 'GET', `/conversations/${id}`);
    return [c.status, c.tags.join(), c.assigneeId !== null, all.filter((item) => item.type === 'note').length];
  };
  const was = await now();
  await page.keyboard.press('m');
  await page.getByRole('combobox', { name: 'Which macro?' }).fill('lamp');
  await page.getByRole('option', { name: /A new lamp/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('“A new lamp”: 1 conversation').waitFor();
  assert.deepEqual(await now(), ['resolved', 'broken', true, 1]);
  await page.keyboard.press('z');
  await page.getByText('Taken back: 1 conversation').waitFor();
  assert.deepEqual(await now(), was);
  assert.deepEqual(page.troubles, []);
});
