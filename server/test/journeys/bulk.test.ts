import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { hash } from '../../src/base/seal.ts';
import { type Incoming, receive } from '../../src/conversations/index.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

const letterTo = (inboxId: string, n: number): Incoming => ({
  id: newId(),
  inboxId,
  channel: 'email',
  externalId: `<bulk-${n}@example.org>`,
  inReplyTo: null,
  references: [],
  token: null,
  from: { address: `customer${n}@example.org`, name: `Customer ${n}` },
  forwarded: null,
  replyTo: null,
  to: [{ address: 'support@northwind.example', name: '' }],
  cc: [],
  subject: `Lamp ${n}`,
  text: `Letter ${n}`,
  quote: '',
  hasHtml: false,
  attachments: [],
  kind: 'message',
  automatic: false,
  language: null,
  bounce: null,
  awayUntil: null,
  thanks: false,
  signs: [],
  authentication: null,
  parsed: null,
  rawHash: null,
  dedupe: hash(`bulk ${n}`),
  receivedAt: new Date(Date.now() - n * 1000).toISOString(),
  historic: false,
});

async function rows(page: Page, wanted: number): Promise<void> {
  const found = page.locator('a.rowi');
  for (let tries = 0; tries < 150 && (await found.count()) !== wanted; tries++) await sleep(100);
  assert.equal(await found.count(), wanted);
}

test('a filter is a link; what is selected is resolved together, all that match by the server, and undo brings them back', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  const workspaceId = workspace?.id ?? '';
  await db.tx(workspaceId, async (t) => {
    const inboxId = newId();
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${t.workspaceId}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${t.workspaceId}`);
    await receive(
      t,
      Array.from({ length: 220 }, (_, n) => letterTo(inboxId, n)),
    );
  });

  // By keyboard: the filter box, an operator, Enter.
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /Lamp 0/ }).waitFor();
  await page.keyboard.press('Shift+F');
  await page.getByRole('combobox', { name: 'Add a filter' }).fill('from:customer11');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /Lamp 119/ }).waitFor();
  assert.match(page.url(), /from=customer11/);
  assert.equal(await page.locator('a.rowi').count(), 11);

  // Three of them, at once.
  await page.locator('a.rowi').first().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('3 selected').waitFor();
  await page.keyboard.press('e');
  await page.getByText('Resolved: 3 conversations').waitFor();
  await rows(page, 8);
  await page.keyboard.press('z');
  await page.getByText('Taken back: 3 conversations').waitFor();
  await rows(page, 11);

  // All of the view, by a job.
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('checkbox', { name: /Customer 0$/ }).check({ force: true });
  await page.getByRole('button', { name: 'Select all shown' }).click();
  await page.getByRole('button', { name: 'Select all 220 that match' }).click();
  await page.getByText('All 220 that match').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/bulk.png` });
  await page.getByRole('toolbar').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('Resolved: 220 conversations').waitFor();
  await page.getByText('Everyone has an answer').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('Taken back: 220 conversations').waitFor();
  await page.getByRole('link', { name: /Lamp 0/ }).waitFor();

  // What one looks at becomes a view of one's own.
  await page.goto(`${s.base}/inbox/open?from=customer11`);
  await page.getByRole('button', { name: 'Save as a view' }).click();
  await page.getByLabel('Name').fill('Elevens');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const saved = page.getByRole('navigation', { name: 'Workspace' }).getByRole('link', { name: /Elevens/ });
  await saved.waitFor();
  await rows(page, 11);
  assert.match(page.url(), /v=/);
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/view.png` });
  assert.deepEqual(page.troubles, []);
});
