import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask, violations } from './every-screen.ts';
import { shot, wide } from './looks.ts';

const skip = !chromiumPath && 'no Chromium was found';
let s: Stage;
before(async () => {
  if (!skip) s = await stage({});
});
after(async () => {
  if (!skip) await s.end();
});

const wishes = [
  { name: 'A dark mode of the app', asks: [400, 80, 1200, 30, 220], moods: [2, 4, 3, 4, 1] },
  { name: 'Pay by invoice', asks: [9000, 5200], moods: [3, 2] },
  { name: 'A lamp that dims with the sun', asks: [60, 45, 20, 95], moods: [4, 4, 5, 3] },
  { name: 'Choose the day of delivery', asks: [310], moods: [1] },
];
/** Who asked for what, what they are worth and how they felt: as it stands in the tables. */
async function asked(inboxId: string, ids: string[]): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = workspace?.id as string;
  const rows = wishes.flatMap(({ name, asks, moods }, n) =>
    asks.map((orders, i) => ({
      ...{
        id: newId(),
        customer: newId(),
        n: 700 + 10 * n + i,
        subject: name,
        problem: ids[n],
        orders,
        mood: moods[i],
      },
    })),
  );
  const given = sql`jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, customer uuid, n int, subject text, problem uuid, orders int, mood int)`;
  await db.tx(w, async (tx) => {
    await tx.run(sql`
      insert into customer (workspace_id, id, name, fields) select ${w}, r.customer, 'Customer ' || r.n, jsonb_build_object('orders', r.orders) from ${given}`);
    await tx.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject)
      select ${w}, r.id, r.n, ${inboxId}, 'email', r.customer, 'Customer ' || r.n, 'c' || r.n || '@atelier.example', r.subject from ${given}`);
    await tx.run(sql`
      insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, provisional) select ${w}, r.id, 0, 'problem', r.problem, false from ${given}`);
    await tx.run(
      sql`insert into mood (workspace_id, conversation_id, stage, source, value) select ${w}, r.id, 'start', 'person', r.mood from ${given}`,
    );
  });
}

test('Wishes stand by weight, each number leads to its customers, and what is shipped is told to who asked', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const inbox = await ask<{ id: string }>(page, 'POST', '/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  await ask(page, 'POST', '/customer-fields', { about: 'customer', label: 'Orders', kind: 'number' });
  const ids: string[] = [];
  for (const { name } of wishes)
    ids.push((await ask<{ id: string }>(page, 'POST', '/problems', { name, wish: true })).id);
  await asked(inbox.id, ids);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/problems`);
  await page.getByRole('link', { name: 'Wishes', exact: true }).click();
  const first = page.locator('.wish').first();
  await first.getByRole('link', { name: 'Pay by invoice' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'wishes-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'wishes-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await first.getByRole('link', { name: '2 customers' }).click();
  await page.getByRole('link', { name: 'Customer 710' }).waitFor();
  assert.equal(await page.locator('.rowsof > div').count(), 2, 'as many as the number says');
  assert.deepEqual(await violations(page), []);
  await shot(page, 'wish-customers');
  await page.goBack();

  const what = first.getByRole('button', { name: 'What becomes of Pay by invoice' });
  const choose = async (state: string): Promise<void> => {
    await what.click();
    await page.getByRole('menuitem', { name: state, exact: true }).click();
  };
  const news = first.getByRole('link', { name: 'Tell who asked' });
  await choose('Shipped');
  await news.waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await news.waitFor({ state: 'detached' });
  // What was shipped on a day of its own is shipped on that day again.
  const wish = `/problems/${ids[1]}`;
  await ask(page, 'PATCH', wish, { state: 'fixed', shippedOn: '2026-01-05' });
  await page.reload();
  await news.waitFor();
  // Arrows only go through the choices.
  await what.press('ArrowDown');
  await page.getByRole('menuitem', { name: 'No', exact: true }).waitFor();
  await shot(page, 'wishes-menu');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Escape');
  assert.equal((await ask<{ state: string }>(page, 'GET', wish)).state, 'fixed');
  await choose('Planned');
  await news.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await news.waitFor();
  const { state, shippedOn } = await ask<{ state: string; shippedOn: string }>(page, 'GET', wish);
  assert.deepEqual([state, shippedOn], ['fixed', '2026-01-05']);

  await ask(page, 'PATCH', '/me', { language: 'ar' });
  await page.setViewportSize({ width: 390, height: 844 });
  // The app loads itself anew, in the other language.
  await page.locator('html[dir=rtl]').waitFor();
  await first.waitFor();
  assert.ok((await wide(page)) <= 0, 'nothing is wider than a phone');
  await shot(page, 'wishes-arabic-phone');
  assert.deepEqual(page.troubles, []);

  // A kept link that names a field which went leads to the board all the same.
  await page.goto(`${s.base}/problems/wishes?field=${newId()}`);
  await page.locator('main [role=alert] a').waitFor();
  await shot(page, 'wishes-refused');
  await page.locator('main [role=alert] a').click();
  await first.waitFor();
});
