import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { emit, system } from '../../src/base/events.ts';
import { newId } from '../../src/base/ids.ts';
import { jobs } from '../../src/base/jobs.ts';
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

const said = [
  ['The lamp stays dark after I changed the bulb', 'My lamp stays dark although the bulb is new'],
  ['Lamp stays dark, new bulb does not light up', 'Why does the lamp stay dark with a new bulb?'],
  ['Bulb changed, and the lamp stays dark', 'The lamp stays dark since yesterday, bulb looks fine'],
  ['Wo bleibt mein Paket? Die Sendungsverfolgung steht still', 'Mein Paket steht in der Sendungsverfolgung still'],
  ['Paket verloren? Die Sendungsverfolgung steht still', 'Sendungsverfolgung meines Pakets steht still seit Montag'],
  ['Paket kommt nicht an, Sendungsverfolgung steht still', 'Is your shop open on Sunday?'],
  ['متى يصل طلبي؟ تتبع الشحنة متوقف', 'تتبع الشحنة متوقف وطلبي لم يصل'],
  ['طلبي متأخر وتتبع الشحنة متوقف', 'الشحنة متأخرة وتتبع الشحنة متوقف', 'تتبع الشحنة متوقف منذ أسبوع'],
].flat();

/** What customers wrote, as it stands in the tables, and the job that looks at it. */
async function written(inboxId: string, some: string[], first: number, question = false): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = workspace?.id as string;
  await db.tx(w, async (tx) => {
    const rows = some.map((text, i) => ({ text, n: first + i, customer: newId(), id: newId() }));
    const given = JSON.stringify(rows);
    await tx.run(
      sql`insert into customer (workspace_id, id, name) select ${w}, r.customer, 'Writer ' || r.n from jsonb_to_recordset(${given}::jsonb) as r (customer uuid, n int)`,
    );
    await tx.run(sql`
      insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject)
      select ${w}, r.id, r.n, ${inboxId}, 'email', r.customer, 'Writer ' || r.n, 'writer@atelier.example', r.text from jsonb_to_recordset(${given}::jsonb) as r (id uuid, n int, customer uuid, text text)`);
    await tx.run(sql`
      insert into message (workspace_id, id, conversation_id, inbox_id, type, customer_id, text)
      select ${w}, gen_random_uuid(), r.id, ${inboxId}, 'in', r.customer, r.text from jsonb_to_recordset(${given}::jsonb) as r (id uuid, customer uuid, text text)`);
    if (question)
      await tx.run(sql`
        insert into conversation_problem (workspace_id, conversation_id, place, kind, provisional) select ${w}, r.id, 0, 'question', false from jsonb_to_recordset(${given}::jsonb) as r (id uuid)`);
    if (question)
      await tx.run(sql`
        insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, state)
        select ${w}, gen_random_uuid(), r.id, ${inboxId}, 'out', p.id, 'Hello Writer, we ship to Norway for 29 euros.', 'sent' from jsonb_to_recordset(${given}::jsonb) as r (id uuid) cross join (select id from person where workspace_id = ${w} limit 1) p`);
    const job = question ? 'find-questions' : 'find-clusters';
    await jobs.add(tx, job, {}, { key: job });
  });
}
const norway = [
  'Do you ship to Norway?',
  'What does shipping to Norway cost?',
  'Shipping to Norway, is it possible?',
].concat(['Could you ship a lamp to Norway?', 'How long does shipping to Norway take?']);
/** A rise as the job flags it, with what it tells. */
async function risen(problem: string): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const [w, rise] = [workspace?.id as string, newId()];
  await db.tx(w, async (tx) => {
    await tx.run(
      sql`insert into rise (workspace_id, id, problem_id, customers, minutes, usual, chance, began_at) values (${w}, ${rise}, ${problem}, 7, 40, 0.4, 1e-8, now() - interval '40 minutes')`,
    );
    await tx.run(sql`
      insert into rise_conversation (workspace_id, rise_id, conversation_id) select ${w}, ${rise}, id from conversation where workspace_id = ${w} and number >= 500 order by number limit 7`);
    await emit(tx, [{ name: 'problem.rising', actor: system, data: { riseId: rise } }]);
  });
}

test('What nobody filed is found by itself: looked at, made a problem with one press, taken back, or dismissed', {
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
  const problem = await ask<{ id: string }>(page, 'POST', '/problems', { name: 'The invoice is missing' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/problems`);
  await page.getByRole('link', { name: /The invoice is missing/ }).waitFor();
  await written(inboxId, said, 500);
  const found = page.getByRole('region', { name: 'Found by themselves' });
  await found.waitFor({ timeout: 30_000 });
  assert.equal(await found.getByRole('button', { name: 'Not a problem' }).count(), 3);
  assert.deepEqual(await violations(page), []);
  await shot(page, 'found-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'found-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await found.getByRole('link', { name: /lamp/i }).click();
  await page.getByRole('heading', { level: 1, name: /lamp/i }).waitFor();
  await page.getByText('6 customers · 6 conversations').waitFor();
  assert.equal(await page.locator('.problemconvs li').count(), 6, 'as many as the number says');
  assert.deepEqual(await violations(page), []);
  await shot(page, 'found-behind');
  await page.getByRole('button', { name: 'Make a problem of it' }).click();
  const name = page.getByRole('textbox', { name: 'What could the customer not do?' });
  await name.fill('The lamp stays dark with a new bulb');
  await shot(page, 'found-naming');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: /The lamp stays dark with a new bulb.*6 to confirm/ }).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await found.getByRole('link', { name: /lamp/i }).waitFor();
  await page.getByRole('link', { name: /with a new bulb.*to confirm/ }).waitFor({ state: 'detached' });

  await found
    .getByRole('listitem')
    .filter({ hasText: /lamp/i })
    .getByRole('button', { name: 'Not a problem' })
    .first()
    .click();
  await page.getByText('Not shown again unless it grows to twice its size').waitFor();
  await found.getByRole('link', { name: /lamp/i }).waitFor({ state: 'detached' });
  // The keyboard goes on with the next of them.
  await found.getByRole('button', { name: 'Not a problem' }).and(page.locator(':focus')).waitFor();

  await risen(problem.id);
  const rising = page.getByRole('region', { name: 'Rising now and lately' });
  await rising.getByText('7 customers in 40 minutes, usually 0.4.').waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'rising-light');
  await rising.getByRole('link', { name: '7 conversations' }).click();
  await page.getByRole('heading', { level: 1, name: 'The invoice is missing' }).waitFor();
  assert.equal(await page.locator('.problemconvs li').count(), 7, 'as many as the number says');
  assert.deepEqual(await violations(page), []);
  await page.goto(`${s.base}/notifications`);
  await page.getByText('This is starting: The invoice is missing').waitFor();
  await page.getByText('7 customers in 40 minutes, usually 0.4.').waitFor();
  await page.getByRole('link', { name: /This is starting: The invoice is missing/ }).click();
  await rising.waitFor();

  await written(inboxId, [...norway, ...said.slice(0, 6)], 600, true);
  const asked = page.getByRole('region', { name: 'Asked again and again' });
  const abroad = asked
    .getByRole('listitem')
    .filter({ hasText: /norway/i })
    .first();
  await abroad.getByText('No saved answer yet').waitFor({ timeout: 30_000 });
  await abroad.getByRole('link', { name: '5 written by hand' }).click();
  await page.getByRole('heading', { level: 2, name: 'Answered by hand' }).waitFor();
  assert.equal(await page.locator('.problemconvs li').count(), 5, 'as many as the number says');
  await page.getByRole('button', { name: 'Write an answer' }).click();
  await page.getByRole('textbox', { name: 'The answer' }).getByText('we ship to Norway for 29 euros.').waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'asked-answer');
  await page.getByRole('textbox', { name: 'Name' }).fill('Shipping to Norway');
  await page.getByRole('button', { name: 'Save it' }).click();
  await page.getByRole('link', { name: 'Saved answer Shipping to Norway' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await page.getByRole('link', { name: '1 question was dismissed' }).click();
  await page.getByRole('button', { name: 'Take it back' }).last().click();
  await page.getByText('It stands among what is asked again and again').waitFor();
  await page.goto(`${s.base}/problems`);
  await asked.waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'asked-light');

  await ask(page, 'PATCH', '/me', { language: 'ar' });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.locator('html[dir=rtl]').waitFor();
  await page.locator('.found').last().waitFor();
  assert.ok((await wide(page)) <= 0, 'nothing is wider than a phone');
  await shot(page, 'found-arabic-phone');
  assert.deepEqual(page.troubles, []);
});
