import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { sql } from '../../src/base/db.ts';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { chromiumPath, listened, type Stage, setUp, stage, wordsIn } from './browser.ts';

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
  const me = (await page.evaluate(async () => (await fetch('/api/v1/me')).json())) as { csrf: string };
  const settings = {
    imap: { host: '127.0.0.1', port: imap.port, security: 'none', user: 'support', password: imap.password },
    smtp: { host: '127.0.0.1', port: smtp.port, security: 'none', user: '' },
    undoSeconds: 3,
  };
  const status = await page.evaluate(
    async ([csrf, body]) =>
      (
        await fetch('/api/v1/inboxes', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-csrf-token': csrf, 'idempotency-key': crypto.randomUUID() },
          body,
        })
      ).status,
    [me.csrf, JSON.stringify({ name: 'Support', address: 'support@northwind.example', settings })] as const,
  );
  assert.equal(status, 201);
  await listened(page);
});
after(async () => {
  if (skip) return;
  await s.end();
  await imap.stop();
  await smtp.stop();
});

/** Pictures of what is on screen, for whoever wants to see it (SCREENS names a folder). */
const shot = async (name: string): Promise<void> => {
  if (process.env.SCREENS) await page.screenshot({ path: `${process.env.SCREENS}/${name}.png` });
};
const write = (subject: string, more: Parameters<typeof letter>[0] = {}) =>
  imap.append('support', [
    letter({ from: 'Claire Dubois <claire@atelier.example>', to: 'support@northwind.example', subject, ...more }),
  ]);
const open = async (subject: RegExp): Promise<void> => {
  const row = page.getByRole('link', { name: subject });
  await row.first().click();
  await page.getByLabel('Reply text').waitFor();
};

test('an answer is scheduled by keyboard, stands there with its time, is held when the customer writes, and leaves when told to', {
  skip,
  timeout: 120_000,
}, async () => {
  await write('When do you open?', { id: 'when@atelier.example' });
  await page.goto(`${s.base}/inbox/open`);
  await open(/When do you open/);
  await page.keyboard.press('r');
  await page.keyboard.type('We open at nine.');
  await page.keyboard.press('ControlOrMeta+Shift+l');
  await page.getByRole('menuitem', { name: /Tomorrow at nine/ }).waitFor();
  await shot('later-menu');
  await page.getByRole('menuitem', { name: /In an hour/ }).click();
  await page
    .getByText(/^Leaves (tomorrow )?\d{1,2}:\d\d/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Back to draft' }).waitFor();
  await shot('scheduled');

  await page.getByRole('button', { name: 'Change time', exact: true }).click();
  await page.getByRole('menuitem', { name: /Tomorrow at nine/ }).click();
  await page
    .getByText(/^Leaves tomorrow 0?9:00/)
    .first()
    .waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('link', { name: /^Scheduled/ }).click();
  await page.getByRole('link', { name: /When do you open/ }).waitFor();

  await open(/When do you open/);
  await write('Re: When do you open?', { text: 'And on Sunday?', headers: ['In-Reply-To: <when@atelier.example>'] });
  await page.getByText(/Held, not sent/).waitFor();
  await shot('held');
  assert.equal(smtp.ledger.length, 0);
  await page.getByRole('button', { name: 'Send anyway' }).click();
  await page.getByRole('button', { name: 'Take back' }).waitFor();
  await smtp.until(1, 20_000);
  assert.match(smtp.ledger[0]?.raw ?? '', /We open at nine/);
  await page.getByText('Handed to the mail server').waitFor();
  assert.deepEqual(page.troubles, []);
});

test('a scheduled answer becomes a draft again, in the field it was written in', {
  skip,
  timeout: 60_000,
}, async () => {
  await page.getByLabel('Reply text').fill('On Sunday we are closed.');
  await page.getByRole('button', { name: 'Send later' }).click();
  await page.getByRole('menuitem', { name: /In an hour/ }).click();
  await page.getByRole('button', { name: 'Back to draft' }).click();
  await page.getByText('It is your draft again; nothing was sent').waitFor();
  assert.equal(await wordsIn(page.getByLabel('Reply text')), 'On Sunday we are closed.');
  assert.equal(await page.getByRole('button', { name: 'Change time', exact: true }).count(), 0);
  assert.deepEqual(page.troubles, []);
});

test('a message is forwarded with its file; the answer comes back beside the customer, and the next reply is the customer’s', {
  skip,
  timeout: 120_000,
}, async () => {
  smtp.ledger.length = 0;
  const boundary = 'part';
  await imap.append('support', [
    [
      'From: Claire Dubois <claire@atelier.example>',
      'To: support@northwind.example',
      'Subject: My lamp flickers',
      'Message-ID: <lamp@atelier.example>',
      `Content-Type: multipart/mixed; boundary=${boundary}`,
      '',
      `--${boundary}`,
      'Content-Type: text/plain',
      '',
      'It flickers since Monday.',
      `--${boundary}`,
      'Content-Type: text/plain; name="log.txt"',
      'Content-Disposition: attachment; filename="log.txt"',
      '',
      'voltage 11.2',
      `--${boundary}--`,
      '',
    ].join('\r\n'),
  ]);
  await page.goto(`${s.base}/inbox/open`);
  await open(/My lamp flickers/);
  await page.getByText('It flickers since Monday.').first().waitFor();
  await page.keyboard.press('f');
  const dialog = page.getByRole('dialog', { name: 'Forward' });
  await dialog.getByLabel('To').fill('Carol Stone <carol@workshop.example>,');
  await dialog.getByLabel(/Your words/).fill('Do you know this one?');
  await dialog.getByText('log.txt').waitFor();
  await shot('forward');
  await dialog.getByRole('button', { name: 'Forward', exact: true }).click();
  await page.getByRole('button', { name: 'Take back' }).click();
  await page.getByRole('dialog', { name: 'Forward' }).getByText('Carol Stone').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Forward', exact: true }).click();
  await smtp.until(1, 20_000);
  const sent = smtp.ledger[0];
  assert.deepEqual(sent?.to, ['carol@workshop.example']);
  assert.match(sent?.raw ?? '', /From: Claire Dubois <claire@atelier\.example>/);
  assert.match(sent?.raw ?? '', /filename=log\.txt/);

  const messageId = /^Message-ID: (<[^>]+>)/im.exec(sent?.raw ?? '')?.[1] ?? '';
  await imap.append('support', [
    letter({
      from: 'Carol Stone <carol@workshop.example>',
      to: 'support@northwind.example',
      subject: 'Re: Fwd: My lamp flickers',
      text: 'That is the driver.',
      headers: [`In-Reply-To: ${messageId}`],
    }),
  ]);
  await page.getByText('Not from the customer, and not seen by them').waitFor();
  await page.getByRole('button', { name: 'Answer Carol' }).waitFor();
  await shot('aside');
  await page.keyboard.press('r');
  await page.keyboard.type('It is the driver; a new one is on its way.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(2, 20_000);
  assert.deepEqual(smtp.ledger[1]?.to, ['claire@atelier.example']);
  assert.doesNotMatch(smtp.ledger[1]?.raw ?? '', /carol|That is the driver/i);
  assert.deepEqual(page.troubles, []);
});

test('one recipient is refused: it is said at once, with why and what to do; corrected, it arrives', {
  skip,
  timeout: 120_000,
}, async () => {
  smtp.ledger.length = 0;
  smtp.atRcpt = (address) => (address.startsWith('bo@') ? 550 : undefined);
  await write('Two of us ask', {
    headers: ['Cc: bo@atelier.example'],
    text: 'Please answer both of us.',
  });
  await page.goto(`${s.base}/inbox/open`);
  await open(/Two of us ask/);
  await page.getByLabel('Reply text').fill('To both of you.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('Not delivered to bo@atelier.example').waitFor();
  await page.getByRole('button', { name: 'Correct the address and resend' }).waitFor();
  await shot('refused');
  await page.getByRole('button', { name: 'Correct the address and resend' }).click();
  await page.getByLabel(/Send it here instead/).fill('bob@atelier.example');
  await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
  await smtp.until(2, 20_000);
  assert.deepEqual(smtp.ledger[1]?.to, ['bob@atelier.example']);
  assert.equal(smtp.ledger[0]?.messageId, smtp.ledger[1]?.messageId);

  // A line that breaks after the last dot: nobody knows, and it is explained.
  smtp.atRcpt = () => undefined;
  smtp.atData = () => 'close';
  await page.getByLabel('Reply text').fill('One more word.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByText('Nobody knows whether this arrived').waitFor({ timeout: 30_000 });
  await page.getByText(/Hearten never sends it a second time by itself/).waitFor();
  await shot('unknown');
  for (const [name, options] of [
    ['dark', { colorScheme: 'dark' as const }],
    ['light', { colorScheme: 'light' as const }],
  ] as const) {
    await page.emulateMedia(options);
    await shot(`unknown-${name}`);
  }
  await page.evaluate(`document.documentElement.setAttribute('dir', 'rtl')`);
  await shot('unknown-rtl');
  await page.evaluate(`document.documentElement.removeAttribute('dir')`);
  await page.setViewportSize({ width: 390, height: 844 });
  await shot('unknown-phone');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.getByRole('button', { name: 'It arrived' }).click();
  await page.getByText('Nobody knows whether this arrived').waitFor({ state: 'detached' });
  const rows = await s.running.hearten.db.read<{ n: number }>(
    (
      await s.running.hearten.db.read<{ id: string }>(
        '00000000-0000-0000-0000-000000000000',
        sql`select id from workspace`,
      )
    )[0]?.id ?? '',
    sql`select count(*)::int as n from message where workspace_id is not null and state = 'unknown'`,
  );
  assert.equal(rows[0]?.n, 0);
  assert.deepEqual(page.troubles, []);
});

test('nothing is written in the trash: one click puts the conversation back, and then there is room for an answer', {
  skip,
  timeout: 60_000,
}, async () => {
  await write('Thrown away');
  await page.goto(`${s.base}/inbox/open`);
  await open(/Thrown away/);
  const address = page.url();
  await page.keyboard.press('#');
  await page.goto(address.replace('/open/', '/trash/'));
  await page.getByText('This conversation is in the trash. Nothing is sent from here.').waitFor();
  assert.equal(await page.getByLabel('Reply text').count(), 0);
  await shot('in-the-trash');
  await page.getByRole('button', { name: 'Put it back to answer' }).click();
  await page.getByLabel('Reply text').waitFor();
  assert.deepEqual(page.troubles, []);
});
