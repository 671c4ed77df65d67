import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Removed, Restored } from '@hearten/contract';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { judgeProblems } from '../../src/problems/life.ts';
import { dayOf, reported } from '../reported.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';
import { ask, violations } from './every-screen.ts';
import { pictures } from './looks.ts';

const skip = !chromiumPath && 'no Chromium was found';
let s: Stage;
before(async () => {
  if (!skip) s = await stage({});
});
after(async () => {
  if (!skip) await s.end();
});

/** Twelve weeks of a desk: one conversation every six hours, half answered, of those four in five better, the same, or happy. */
async function lived(inboxId: string): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = workspace?.id as string;
  const [customer, team] = [newId(), newId()];
  await db.tx(w, async (tx) => {
    await tx.run(sql`insert into customer (workspace_id, id, name) values (${w}, ${customer}, 'Claire Dubois')`);
    await tx.run(sql`insert into team (workspace_id, id, name) values (${w}, ${team}, 'Repairs')`);
    await tx.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject, status, created_at, last_at)
      select ${w}, gen_random_uuid(), n + 1000, ${inboxId}, (array['email', 'chat', 'email', 'form'])[1 + n % 4], ${customer}, 'Claire Dubois', 'claire@atelier.example', 'Lamp ' || n, 'resolved', now() - n * interval '6 hours', now() - n * interval '6 hours'
      from generate_series(1, 300) n`);
    await tx.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at, sent_at)
      select ${w}, gen_random_uuid(), c.id, ${inboxId}, t, case when t = 'out' then p.id end, case when t = 'out' then 'sent' end, 'Lamp', c.created_at + case when t = 'out' then c.number % 40 * interval '7 minutes' else interval '0' end, case when t = 'out' then c.created_at + c.number % 40 * interval '7 minutes' end
      from conversation c cross join unnest(array['in', 'out']) t cross join (select id from person where workspace_id = ${w} limit 1) p where c.workspace_id = ${w} and c.number > 1000`);
    await tx.run(sql`
      insert into mood_ask (workspace_id, id, conversation_id, message_id, channel, team_id, author_id, at, excluded, compared, value, words, answered_at)
      select c.workspace_id, gen_random_uuid(), c.id, gen_random_uuid(), c.channel, case when c.number % 3 = 0 then ${team}::uuid end, p.id, c.created_at, case when c.number % 10 = 1 then 'asked lately' end,
        case when c.number % 2 = 0 then (array['better', 'better', 'same', 'better', 'worse'])[1 + (c.number / 2 % 5)] end, case when c.number % 2 = 0 then (array[5, 4, 3, 4, 2])[1 + (c.number / 2 % 5)] end, case when c.number % 22 = 0 then 'It shines again.' else '' end, case when c.number % 2 = 0 then c.created_at end
      from conversation c cross join (select id from person where workspace_id = ${w} limit 1) p where c.workspace_id = ${w} and c.number > 1000`);
    await tx.run(sql`
      insert into mood (workspace_id, conversation_id, stage, source, value, confidence)
      select c.workspace_id, c.id, v.stage, 'text', v.value, 0.7 from conversation c cross join (values ('start', 2), ('latest', 4)) v (stage, value) where c.workspace_id = ${w} and c.number > 1000 and c.number % 4 = 0`);
  });
}
/** How many lines the list behind a number has, to its end. */
async function lines(page: Page): Promise<number> {
  const list = page.locator('.endedrow');
  await list.first().waitFor();
  const more = page.getByRole('button', { name: 'Show more' });
  for (let before = -1; await more.isVisible(); ) {
    const now = await list.count();
    if (now !== before) await more.click();
    before = now;
    await page.waitForTimeout(50);
  }
  return list.count();
}

test('Home teaches before there is a figure; then it opens with Restored, and each number leads to as many conversations', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  await setUp(page, s.setup);
  const { id: inboxId } = await ask<{ id: string }>(page, 'POST', '/inboxes', {
    name: 'Support',
    address: 'support@northwind.example',
    settings: {},
  });
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('h');
  await page.getByRole('heading', { name: 'How do your customers leave?' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await page.getByRole('link', { name: 'Ask in the answer that resolves' }).click();
  await page.getByRole('checkbox', { name: /Ask in the answer that resolves/ }).click();
  await page.getByRole('checkbox', { name: /Ask in the answer that resolves/, checked: true }).waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await lived(inboxId);
  const problem = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'The lamp hums' });
  const { items } = await ask<{ items: { id: string }[] }>(page, 'GET', '/restored/conversations?limit=30');
  for (const { id } of items.slice(0, 12))
    await ask(page, 'PUT', `/conversations/${id}/filing`, { kind: 'problem', problems: [{ id: problem.id }] });

  const fixed = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'Cannot pay by card' });
  const late = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'The parcel is late' });
  await ask(page, 'PUT', '/active-customers', { from: dayOf(40), customers: 800 });
  await ask(page, 'PATCH', `/problems/${fixed.id}`, { state: 'fixed', shippedOn: dayOf(10, 2) });
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  await db.tx(workspace?.id as string, async (tx) => {
    await reported(tx, { problem: fixed.id, inbox: inboxId, was: 12, is: 2, fixed: 10 });
    await reported(tx, { problem: late.id, inbox: inboxId, was: 40, is: 40, fixed: 31 });
    await judgeProblems(tx);
  });

  await page.goto(`${s.base}/home`);
  await page.getByRole('heading', { name: 'Restored', exact: true }).waitFor();
  const figures = await ask<Restored>(page, 'GET', '/restored?weeks=12');
  assert.equal(
    await page.locator('.bigfigure').innerText(),
    `${Math.round((figures.whole.restored?.share ?? 0) * 100)}%`,
  );
  await page.getByRole('link', { name: 'The lamp hums' }).first().waitFor();
  await page.getByRole('rowheader', { name: 'Live chat' }).waitFor();
  // First how they left, then what was removed and what that does, then speed.
  const effect = await ask<Removed>(page, 'GET', '/removed?weeks=12');
  assert.ok(effect.fewer > 8 && effect.items[0]?.state === 'verified', JSON.stringify(effect));
  await page.getByText(`about ${Math.round(effect.fewer)} customers a week fewer have to write`).waitFor();
  await page.getByText(/About .* customers a week fewer than without the fix/).waitFor();
  const titles = await page.locator('main h2').allInnerTexts();
  assert.deepEqual(
    [titles[0], titles[1], titles.at(-1)],
    ['Restored', 'Problems removed', 'How long they waited for the first answer'],
  );
  await pictures(page, 'home');
  // A small effect is an effect; and what cannot be loaded says so.
  const asked = /\/api\/v1\/removed\?/;
  await page.route(asked, (route) => route.fulfill({ json: { ...effect, fewer: 0.6 } }));
  await page.reload();
  await page.getByText('about 0.6 customers a week fewer have to write').waitFor();
  await page.unroute(asked);
  await page.route(asked, (route) => route.fulfill({ status: 500, json: {} }));
  await page.reload();
  await page.locator('main [role=alert]').waitFor();
  await page.unroute(asked);
  assert.ok(page.troubles.splice(0).every((one) => asked.test(one)));
  await page.reload();
  await page.getByText(/About .* customers a week fewer than without the fix/).waitFor();
  const reporters = page.locator('.parts li').filter({ hasText: 'The parcel is late' }).first();
  assert.match(await reporters.innerText(), /440 customers\s+440 conversations/);
  await page.getByRole('combobox', { name: 'Weeks that count' }).selectOption('4');
  await page.waitForURL(/weeks=4/);
  await reporters.getByText('120 customers').waitFor();
  await reporters.getByRole('link').click();
  await page.getByText('In the last 4 weeks').waitFor();
  await page.locator('.problemconvs li').nth(49).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.locator('.problemconvs li').nth(99).waitFor();
  await page.getByRole('button', { name: 'Show more' }).click();
  await page.locator('.problemconvs li').nth(119).waitFor();
  assert.equal(await page.locator('.problemconvs li').count(), 120);
  await page.goBack();
  await page.getByRole('combobox', { name: 'Weeks that count' }).selectOption('12');
  await page.waitForURL(/\/home$/);
  assert.deepEqual(await violations(page), []);
  await page.getByText('Show the table').click();
  assert.equal(await page.locator('details .weektable tbody tr').count(), 12);

  const facts = page.locator('.restoredfacts div').filter({ hasText: 'Silent' }).getByRole('link');
  await facts.click();
  await page.getByRole('heading', { name: 'Silent' }).waitFor();
  assert.equal(await lines(page), figures.whole.silent);
  assert.deepEqual(await violations(page), []);
  // On a phone a tab leads back, and each line of the list is there.
  await page.setViewportSize({ width: 390, height: 844 });
  assert.ok(await page.locator('.endedrow').first().isVisible());
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }).click();
  await page.getByRole('heading', { name: 'Restored', exact: true }).waitFor();
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 390);
  await page.setViewportSize({ width: 1440, height: 900 });
  // By keyboard to a week of the chart.
  const week = figures.byWeek.at(-3);
  const mark = page.locator(`.weekchart a[href*="${week?.week}"]`);
  assert.match((await mark.getAttribute('aria-label')) ?? '', new RegExp(`${week?.answered} answered`));
  await mark.focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'They answered' }).waitFor();
  assert.equal(await lines(page), week?.answered);
  await page.locator('.endedrow').first().click();
  await page.getByRole('heading', { name: /Lamp/ }).first().waitFor();
  assert.deepEqual(page.troubles, []);
});
