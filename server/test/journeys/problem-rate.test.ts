import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { until } from '../real.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask } from './every-screen.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let page: Page & { troubles: string[] };
let problem: string;
before(async () => {
  if (skip) return;
  s = await stage();
  page = await s.page();
  await setUp(page, s.setup);
  const { id } = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'Cannot pay by card' });
  const { id: other } = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'Cannot find the invoice' });
  problem = id;
  await plant(id, other);
});
after(async () => {
  if (!skip) await s.end();
});

const DAY = 86_400_000;
const today = new Date();
const monday = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate() - ((today.getDay() + 6) % 7));
const on = (ago: number, days: number): string => new Date(monday + (days - ago * 7) * DAY).toISOString().slice(0, 10);

/** Forty weeks in which some report the problem, few since ten weeks ago, and others another one. */
async function plant(id: string, other: string): Promise<void> {
  const { hearten } = s.running;
  const { id: workspaceId } = await ask<{ id: string }>(page, 'GET', '/workspace');
  const people = Array.from({ length: 40 }, newId);
  const rows = Array.from({ length: 40 }, (_, i) => 40 - i).flatMap((ago) => {
    const some = people.slice(0, ago > 10 ? 13 + ((ago * 7) % 6) : 2 + (ago % 2)).map((by) => ({ by, problem: id }));
    const rest = people.slice(20, 32 + ((ago * 5) % 7)).map((by) => ({ by, problem: other }));
    return [...some, ...rest].map((one) => ({ ...one, id: newId(), at: `${on(ago, 2)}T10:00:00Z` }));
  });
  const given = JSON.stringify(rows.map((one, i) => ({ ...one, number: 1000 + i })));
  const inbox = newId();
  await hearten.db.tx(workspaceId, async (t) => {
    await t.run(sql`
      insert into inbox (workspace_id, id, brand_id, channel, name, address)
      select ${workspaceId}, ${inbox}, id, 'other', 'Support', 'support@northwind.example' from brand where workspace_id = ${workspaceId} limit 1`);
    await t.run(
      sql`insert into customer (workspace_id, id, name) select ${workspaceId}, c, 'A writer' from unnest(${people}::uuid[]) c`,
    );
    await t.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
      select ${workspaceId}, r.id, r.number, ${inbox}, 'other', r.by, 'A writer', 'a@atelier.example', 'Card refused', 'closed', r.at, r.at
      from jsonb_to_recordset(${given}::jsonb) as r (id uuid, number bigint, by uuid, at timestamptz)`);
    await t.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional)
      select ${workspaceId}, r.id, 0, 'problem', r.problem, false from jsonb_to_recordset(${given}::jsonb) as r (id uuid, problem uuid)`);
  });
}
/** Where `PICTURES` names a folder, what the page looks like is left there. */
const picture = async (name: string): Promise<void> => {
  if (process.env.PICTURES)
    await page.locator('.sheet').screenshot({ path: join(process.env.PICTURES, `${name}.png`) });
};

test('a problem shows its rate, says why nothing can be said, and once it can, what its fix changed', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/problems/${problem}`);
  await page.getByRole('heading', { name: 'Contact rate' }).waitFor();
  await page.getByText('Nothing can be said yet: no fix has shipped.').waitFor();
  await page.getByText('there is no rate').first().waitFor();

  await ask(page, 'PATCH', `/problems/${problem}`, { state: 'fixed', shippedOn: on(11, 3) });
  await page.getByText(/Nothing can be said: for some of these weeks/).waitFor();
  await page.getByText('Enter how many customers are active').click();
  await page.getByLabel('Active customers a week').fill('2400');
  await page.getByLabel('From the week of').fill(on(60, 0));
  await page.locator('.rate').getByRole('button', { name: 'Save' }).click();
  await page.getByText(/The fall goes beyond that of other problems/).waitFor();

  const chart = page.getByRole('img', { name: /Customers a week.*The fall goes beyond/ });
  await chart.waitFor();
  for (const part of ['path.rate', 'path.band', 'path.without', 'line.fix'])
    assert.equal(await chart.locator(part).count(), 1, part);
  const fixAt = Number(await chart.locator('line.fix').getAttribute('x1'));
  const wide = (await chart.boundingBox())?.width ?? 0;
  assert.ok(fixAt > wide * 0.6 && fixAt < wide * 0.9, `the fix stands at ${fixAt} of ${wide}`);
  await page.getByText('As a table').click();
  const rows = page.locator('.ratetable tbody tr');
  assert.equal(await rows.count(), 39, 'whole weeks since the one in which the desk began');
  assert.match((await rows.last().textContent()) ?? '', /%/);
  await page.getByText('As a table').click();
  await picture('problem-rate-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('problem-rate-dark');
  await page.emulateMedia({ colorScheme: 'light' });
  assert.deepEqual(page.troubles, []);
});

test('read from right to left, time runs so too, and on a phone nothing is wider than it', {
  skip,
  timeout: 120_000,
}, async () => {
  await ask(page, 'PATCH', '/me', { language: 'ar' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto(`${s.base}/problems/${problem}`);
  const fix = page.locator('.ratechart line.fix');
  await fix.waitFor({ state: 'attached' });
  const chart = page.locator('.ratechart svg');
  await until(async () => ((await chart.boundingBox())?.width ?? 999) < 390, 10_000);
  const { x: left = 0, width: wide = 0 } = (await chart.boundingBox()) ?? {};
  const at = Number(await fix.getAttribute('x1'));
  assert.ok(at < wide * 0.4, `the fix stands at ${at} of ${wide}`);
  for (const words of await chart.locator('text').all()) {
    const box = await words.boundingBox();
    assert.ok(box && box.x >= left - 1 && box.x + box.width <= left + wide + 1, 'words that stand out of the chart');
  }
  assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true);
  await picture('problem-rate-arabic-phone');
  assert.deepEqual(page.troubles, []);
});
