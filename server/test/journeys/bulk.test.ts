import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { receive } from '../../src/conversations/index.ts';
import { incoming } from '../incoming.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = !chromiumPath ? 'no Chromium' : false;
let s: Stage;
before(async () => {
  if (!skip) s = await stage();
});
after(async () => {
  if (!skip) await s.end();
});

async function rows(page: Page, wanted: number): Promise<void> {
  const found = page.locator('a.rowi');
  for (let tries = 0; tries < 150 && (await found.count()) !== wanted; tries++) await sleep(100);
  assert.equal(await found.count(), wanted);
}

test('a filter is a link; what is selected is resolved together, all that match by the server, and undo brings them back', {
  skip,
  timeout: 240_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace limit 1`);
  const workspaceId = workspace?.id ?? '';
  const inboxId = newId();
  await db.tx(workspaceId, async (t) => {
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select ${t.workspaceId}, ${inboxId}, id, 'email', 'Support', 'support@northwind.example', '{"imap":null,"smtp":null,"signature":"","undoSeconds":10,"quoteHistory":false,"acknowledge":false}' from brand where workspace_id = ${t.workspaceId}`);
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select workspace_id, ${newId()}, brand_id, channel, 'Returns', 'returns@northwind.example', settings from inbox where workspace_id = ${t.workspaceId} and id = ${inboxId}`);
    await receive(
      t,
      Array.from({ length: 520 }, (_, n) => incoming(inboxId, n)),
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
  // A wave of news meanwhile takes nobody's way back.
  await db.tx(workspaceId, (t) =>
    receive(
      t,
      Array.from({ length: 4 }, (_, n) => incoming(inboxId, 600 + n)),
    ),
  );
  await page.locator('.toast', { hasText: 'Lamp 603' }).waitFor();
  await page.keyboard.press('z');
  await page.getByText('Taken back: 3 conversations').waitFor();
  await rows(page, 11);

  // The palette acts on what is selected, as one action with one way back.
  await page.locator('a.rowi').first().focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('2 selected').waitFor();
  await page.keyboard.press('v');
  await page.getByRole('combobox', { name: 'Which inbox or team?' }).fill('retu');
  await page.getByRole('option', { name: /Returns/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Moved: 2 conversations').waitFor();
  const moved = () =>
    db.read(
      workspaceId,
      sql`select 1 from conversation c join inbox i on i.workspace_id = c.workspace_id and i.id = c.inbox_id where c.workspace_id = ${workspaceId} and i.name = 'Returns'`,
    );
  assert.equal((await moved()).length, 2);
  await page.keyboard.press('z');
  await page.getByText('Taken back: 2 conversations').waitFor();
  assert.equal((await moved()).length, 0);
  // Also where nothing in the list has the focus.
  await page.evaluate('document.activeElement.blur()');
  await page.keyboard.press('x');
  await page.getByText('1 selected').waitFor();
  await page.keyboard.press('Shift+ArrowDown');
  await page.getByText('2 selected').waitFor();
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('combobox', { name: 'Do or find anything' }).fill('assign ana');
  await page.getByRole('option', { name: /Assign to Ana/, selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByText('Assigned: 2 conversations').waitFor();
  await page.keyboard.press('z');
  await page.getByText('Taken back: 2 conversations').last().waitFor();

  // All of the view, by a job.
  await page.getByRole('link', { name: 'Clear' }).click();
  await page.getByRole('checkbox', { name: /Customer 0$/ }).check({ force: true });
  await page.getByRole('button', { name: 'Select all shown' }).click();
  await page.getByRole('button', { name: 'Select all 524 that match' }).click();
  await page.getByText('All 524 that match').waitFor();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/bulk.png` });
  await page.getByRole('toolbar').getByRole('button', { name: 'Resolve' }).click();
  await page.getByText('Resolved: 524 conversations').waitFor({ timeout: 60_000 });
  await page.getByText('Everyone has an answer').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await page.getByText('Taken back: 524 conversations').waitFor({ timeout: 60_000 });
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
