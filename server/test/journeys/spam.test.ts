import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { NOWHERE, sql } from '../../src/base/db.ts';
import { newId } from '../../src/base/ids.ts';
import { arrive } from '../../src/channels/email/arrive.ts';
import { letter } from '../mail.ts';
import { chromiumPath, type Stage, setUp, stage } from './browser.ts';

const skip = chromiumPath ? false : 'no Chromium';
let s: Stage;
let page: Page & { troubles: string[] };
let inboxId = '';
let workspaceId = '';
before(async () => {
  if (skip) return;
  s = await stage();
  page = await s.page();
  await setUp(page, s.setup);
  const made = await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    const answer = await fetch('/api/v1/inboxes', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({ name: 'Support', address: 'support@northwind.example', settings: {} }),
    });
    return (await answer.json()) as { id: string };
  });
  inboxId = made.id;
  const [workspace] = await s.running.hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  workspaceId = workspace?.id as string;
});
after(async () => {
  if (!skip) await s.end();
});

const comes = async (more: Parameters<typeof letter>[0]): Promise<void> => {
  const bytes = Buffer.from(letter({ to: 'support@northwind.example', ...more }));
  await arrive(s.running.hearten, workspaceId, [
    {
      id: newId(),
      inboxId,
      source: 'http',
      bytes,
      size: bytes.length,
      receivedAt: new Date().toISOString(),
      historic: false,
      folder: '',
      uidvalidity: null,
      uid: null,
      envelope: {},
      stub: null,
    },
  ]);
};
const flagged = ['X-Spam-Flag: YES', 'Reply-To: cash@elsewhere.example'];

test('the spam folder says why; by one key a mail is in the inbox, by one choice its sender is let in for good, and undo takes both back', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/inbox/spam`);
  await comes({
    from: 'Prize Desk <desk@prizes.example>',
    subject: 'You have won',
    id: '1@prizes.example',
    headers: flagged,
  });
  const row = page.getByRole('link', { name: /You have won.*Your mail host marked it as spam/ });
  await row.click();
  const why = page.getByRole('region', { name: 'Why this is spam' });
  await why.getByText('Your mail host marked it as spam (X-Spam-Flag: YES)').waitFor();
  await why.getByText('Answers would go elsewhere, to cash@elsewhere.example').waitFor();
  await why.getByRole('img', { name: /^\d+(\.\d)? points; from 5 on it is spam\.$/ }).waitFor();

  await page.keyboard.press('!');
  await page.getByText('Back in the inbox').waitFor();
  await row.waitFor({ state: 'detached' });
  await page.keyboard.press('z');
  await row.click();

  await why.getByRole('button', { name: 'Not spam, and allow the sender' }).click();
  // The screen shows it at once; the next mail must come after it is so.
  const done = page.waitForResponse((answer) => answer.url().endsWith('/folder') && answer.ok());
  await page.getByRole('menuitem', { name: 'Not spam, and always allow everyone at prizes.example' }).click();
  await done;
  await row.waitFor({ state: 'detached' });
  await comes({ from: 'Other <other@prizes.example>', subject: 'Won again', id: '2@prizes.example', headers: flagged });
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('link', { name: /Won again/ }).click();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Why is this not spam?' }).click();
  await page
    .getByRole('dialog')
    .getByText(/Everyone at prizes\.example was allowed by Ana Novak on/)
    .waitFor();
  await page.keyboard.press('Escape');
  assert.deepEqual(page.troubles, []);
});

test('how strict the filter is and who is on the lists is one page, where everything can be taken back', {
  skip,
  timeout: 120_000,
}, async () => {
  await page.goto(`${s.base}/settings/spam`);
  await page.getByRole('radio', { name: /Strict/ }).click();
  await page.getByText('It counts from the next mail on').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.locator('input[value="5"]:checked').waitFor();

  const allowed = page.getByRole('region', { name: 'Allowed senders' });
  await allowed.getByText('@prizes.example').waitFor();
  const blocked = page.getByRole('region', { name: 'Blocked senders' });
  await blocked.getByLabel('Address or whole domain').fill('no such thing');
  await blocked.getByRole('button', { name: 'Block', exact: true }).click();
  await blocked.getByText(/neither an address/).waitFor();
  await blocked.getByLabel('Address or whole domain').fill('prizes.example');
  await blocked.getByRole('button', { name: 'Block', exact: true }).click();
  await blocked.getByRole('button', { name: 'Unblock @prizes.example' }).click();
  await allowed.getByText('Nobody is on this list').waitFor();
  await blocked.getByText('Nobody is blocked').waitFor();
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await blocked.getByRole('button', { name: 'Unblock @prizes.example' }).waitFor();
  // A refused address is an answer, not a trouble.
  assert.deepEqual(
    page.troubles.filter((one) => !/400.*blocked-senders/.test(one)),
    [],
  );
});
