import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NOWHERE, sql, type Tx } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { learnWords } from '../../src/problems/index.ts';
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
  [
    'Tracking stands still',
    'Where is my parcel? The tracking has not moved since Monday, and I leave on Friday.\n\nMaria',
  ],
  ['New bulb, still dark', 'I changed the bulb twice. The lamp stays dark.'],
  ['Card refused', 'Your shop refuses both of my cards at the last step.'],
] as const;
async function wrote(tx: Tx, inboxId: string, number: number, subject: string, text: string): Promise<string> {
  const [w, id, customer, message] = [tx.workspaceId, newId(), newId(), newId()];
  await tx.run(sql`insert into customer (workspace_id, id, name) values (${w}, ${customer}, 'A writer')`);
  await tx.run(sql`
    insert into conversation (workspace_id, id, number, inbox_id, channel, customer_id, customer_name, customer_address, subject)
    values (${w}, ${id}, ${number}, ${inboxId}, 'email', ${customer}, 'A writer', 'writer@atelier.example', ${subject})`);
  await tx.run(sql`
    insert into message (workspace_id, id, conversation_id, inbox_id, type, customer_id, text) values (${w}, ${message}, ${id}, ${inboxId}, 'in', ${customer}, ${text})`);
  await tx.run(sql`
    insert into search_row (workspace_id, message_id, conversation_id, bucket, words) values (${w}, ${message}, ${id}, 0, to_tsvector('hearten', ${text}))`);
  return id;
}
/** What another person filed and a colleague drew no say in: as it stands in the tables. */
async function drawn(inboxId: string, problems: string[]): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const [w, colleague] = [workspace?.id as string, newId()];
  await db.tx(w, async (tx) => {
    for (const [n, [subject, text]] of said.entries()) {
      const id = await wrote(tx, inboxId, 700 + n, subject, text);
      await tx.run(sql`
        insert into conversation_problem (workspace_id, conversation_id, place, kind, problem_id, filed_by) values (${w}, ${id}, 0, 'problem', ${problems[n]}, ${colleague})`);
      await tx.run(sql`
        insert into filing_audit (workspace_id, conversation_id, hands, drawn_at) values (${w}, ${id}, ${[colleague]}::uuid[], now() - make_interval(secs => ${n}))`);
    }
  });
}
/** One that nobody filed, and what it resembles is known. */
async function another(inboxId: string, problems: string[]): Promise<string> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  return db.tx(workspace?.id as string, async (tx) => {
    for (const id of problems) await learnWords(tx, id);
    return wrote(tx, inboxId, 710, 'Parcel', 'The tracking of my parcel has not moved since Monday.');
  });
}
/** The time to take an answer back is over. */
async function later(): Promise<void> {
  const { db } = s.running.hearten;
  const [workspace] = await db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = workspace?.id as string;
  await db.tx(w, (tx) =>
    tx.run(sql`update filing_audit set answered_at = now() - interval '3 minutes' where workspace_id = ${w}`),
  );
}

test('A second person says by keyboard what a conversation is about, takes it back, and finds it behind the figure', {
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
  const problems: string[] = [];
  for (const name of ['The parcel does not come', 'The lamp stays dark', 'Cannot pay by card'])
    problems.push((await ask<{ id: string }>(page, 'POST', '/problems', { name })).id);
  await drawn(inbox.id, problems);
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto(`${s.base}/problems`);
  await page.getByRole('link', { name: /once 10 are looked at; 0 are/ }).waitFor();
  await shot(page, 'audit-problems');
  await page.getByRole('link', { name: '3 wait for a second look' }).click();
  const field = page.getByRole('combobox', { name: 'Which problem is this?' });
  await page.getByText('The tracking has not moved since Monday').waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'audit-light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot(page, 'audit-dark');
  await page.emulateMedia({ colorScheme: 'light' });

  await field.fill('card');
  await page.keyboard.press('Enter');
  await page.getByText('Noted: Cannot pay by card').waitFor();
  await page.getByText('The lamp stays dark.').waitFor();
  await page.keyboard.press('Control+z');
  await page.getByText('The tracking has not moved since Monday').waitFor();
  await field.fill('parcel');
  await page.keyboard.press('Enter');
  await page.getByText('The lamp stays dark.').waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.getByText('refuses both of my cards').waitFor();
  await field.fill('tell');
  await page.keyboard.press('Enter');
  await page.getByText('Nothing waits for your look').waitFor();
  assert.deepEqual(await violations(page), []);
  await shot(page, 'audit-none');

  // None of them can be taken back any more.
  await later();
  await page.reload();
  await page.getByRole('link', { name: 'What was looked at' }).click();
  await page.getByRole('link', { name: 'All 3' }).waitFor();
  assert.equal(await page.locator('.rowsof > a').count(), 3);
  await shot(page, 'audited-light');
  await page.getByRole('link', { name: 'Said alike 2' }).click();
  await page.getByRole('link', { name: /Card refused/ }).waitFor({ state: 'detached' });
  await page.getByRole('link', { name: /Tracking stands still/ }).waitFor();
  assert.equal(await page.locator('.rowsof > a').count(), 2, 'as many as the number says');
  assert.deepEqual(await violations(page), []);

  // One key files as suggested, another chooses.
  const id = await another(inbox.id, problems);
  const filedAs = async () =>
    (await ask<{ items: { problem: { name: string } }[] }>(page, 'GET', `/conversations/${id}/filing`)).items.map(
      (one) => one.problem.name,
    );
  await page.goto(`${s.base}/c/710`);
  await page.getByRole('button', { name: /File as suggested/ }).waitFor();
  await page.keyboard.press('d');
  await page.getByText('Filed: The parcel does not come').waitFor();
  assert.deepEqual(await filedAs(), ['The parcel does not come']);
  await page.keyboard.press('Shift+D');
  await page.getByRole('combobox', { name: 'What was it about?' }).fill('card');
  await page.keyboard.press('Enter');
  await page.getByText('Filed: Cannot pay by card').waitFor();
  assert.deepEqual(await filedAs(), ['Cannot pay by card']);

  await ask(page, 'PATCH', '/me', { language: 'ar' });
  await page.setViewportSize({ width: 390, height: 844 });
  // The app loads itself anew, in the other language.
  await page.locator('html[dir=rtl]').waitFor();
  await page.goto(`${s.base}/problems/audited`);
  await page.locator('.rowsof > a').first().waitFor();
  assert.ok((await wide(page)) <= 0, 'nothing is wider than a phone');
  await shot(page, 'audited-arabic-phone');
  assert.deepEqual(page.troubles, []);
});
