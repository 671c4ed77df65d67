import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { axe } from './axe.ts';
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
    undoSeconds: 4,
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

/** Nothing that a screen reader or a keyboard stumbles over; and a picture, for whoever wants to see it (SCREENS names a folder). */
const shot = async (name: string): Promise<void> => {
  // What moves in is seen as it will stand.
  await page.waitForTimeout(400);
  if (process.env.SCREENS) await page.screenshot({ path: `${process.env.SCREENS}/${name}.png` });
  const violations = await axe(page, { tags: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] });
  assert.deepEqual(
    violations.map((v) => `${v.id}: ${v.nodes[0]?.html.slice(0, 200)}`),
    [],
    name,
  );
};
type Letter = Parameters<typeof letter>[0];
const dana = 'Dana Reyes <dana@reyes.example>';
const arrive = async (subject: string, more: Letter = {}): Promise<void> => {
  await imap.append('support', [letter({ from: dana, to: 'support@northwind.example', subject, ...more })]);
};
const row = (subject: RegExp) => page.locator('a.rowi', { hasText: subject });
const open = async (subject: RegExp): Promise<void> => {
  await page.goto(`${s.base}/inbox/all`);
  await row(subject).first().click();
  await page.getByRole('heading', { level: 1, name: subject }).waitFor();
  await page.locator('article[data-item]').first().waitFor();
  // Out of the field, if it has the focus: keys are keys.
  await page.getByRole('heading', { level: 1 }).click();
};
const keys = async (...strokes: string[]): Promise<void> => {
  for (const stroke of strokes) await page.keyboard.press(stroke);
};
const dialog = (name: RegExp) => page.getByRole('dialog', { name });

test('two conversations become one by two keys: what comes to mind is offered, which one stays is chosen, and z takes it back', {
  skip,
  timeout: 120_000,
}, async () => {
  await arrive('My parcel did not come', { text: 'I wait since Monday.', id: 'parcel-1@reyes.example' });
  await arrive('My parcel did not come', { text: 'I wrote twice, sorry.', id: 'parcel-2@reyes.example' });
  await page.goto(`${s.base}/inbox/open`);
  // The mailbox was connected a moment ago: what it is told of late comes with its next look.
  await row(/parcel/)
    .nth(1)
    .waitFor({ timeout: 60_000 });
  await open(/parcel/);
  await keys('l', 'm');
  const merging = dialog(/Merge #\d+ with another/);
  await merging.getByText('same customer, same subject').waitFor();
  await keys('ArrowDown', 'Enter');
  await merging.getByRole('heading', { name: /So it will read: 2 messages/ }).waitFor();
  assert.equal(await merging.getByRole('radio').count(), 2);
  await shot('merge');
  const merge = async (): Promise<void> => {
    // Without going to the button first.
    await keys('ControlOrMeta+Enter');
    await page.getByText(/^Merged · #/).waitFor();
    await page.locator('.thread').getByText('I wrote twice, sorry.').first().waitFor();
    await page.locator('.thread').getByText('I wait since Monday.').first().waitFor();
  };
  await merge();
  await page.getByRole('heading', { level: 1 }).click();
  await keys('z');
  await row(/parcel/)
    .nth(1)
    .waitFor();
  await page.goto(`${s.base}/inbox/all`);
  await row(/parcel/)
    .nth(1)
    .waitFor();

  // By words as well, for what does not come to mind; and from the list, where nothing is open.
  await keys('j', 'l', 'm');
  await merging.getByRole('textbox').fill('parcel');
  await merging.getByRole('button', { name: /My parcel did not come/ }).click();
  await merging.getByRole('heading', { name: /So it will read/ }).waitFor();
  await merging.getByRole('button', { name: 'Merge' }).click();
  await page.getByText(/^Merged · #/).waitFor();
  await row(/parcel/)
    .nth(1)
    .waitFor({ state: 'detached' });
});

test('a conversation is split where one says, with a preview, and put together again by Undo', {
  skip,
  timeout: 120_000,
}, async () => {
  await open(/parcel/);
  await keys('l', 's');
  const splitting = dialog(/Split #\d+/);
  await splitting.getByText('1 message becomes a conversation of its own.', { exact: false }).waitFor();
  assert.equal(await splitting.getByText('stays', { exact: true }).count(), 1);
  await shot('split');
  await splitting.getByRole('button', { name: 'Split', exact: true }).click();
  await page.getByText(/^Split off as #/).waitFor();
  await page.getByText(/was split off this/).waitFor();
  await keys('z');
  await page.getByText(/is together again/).waitFor();
  await page.getByText('I wrote twice, sorry.').first().waitFor();
});

test('conversations are linked, and have children that say how they stand; each is taken back by z', {
  skip,
  timeout: 120_000,
}, async () => {
  await arrive('The lamp hums', { from: 'Erik <erik@hum.example>' });
  await page.goto(`${s.base}/inbox/open`);
  await row(/lamp hums/).waitFor();
  await open(/parcel/);
  await keys('l', 'l');
  await dialog(/Link #\d+/)
    .getByRole('textbox')
    .fill('hums');
  await dialog(/Link #\d+/)
    .getByRole('button', { name: /The lamp hums/ })
    .click();
  await dialog(/Link #\d+/)
    .getByRole('button', { name: /^Link with #/ })
    .click();
  await page
    .locator('.links')
    .getByText(/See also/)
    .waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await keys('z');
  await page
    .locator('.links')
    .getByText(/See also/)
    .waitFor({ state: 'detached' });

  await keys('l', 't');
  const beginning = dialog(/A child of #/);
  await beginning.getByLabel('Subject').fill('Send it again');
  await beginning.getByLabel(/What is to be done/).fill('By express, please.');
  await beginning.getByRole('button', { name: 'Begin' }).click();
  await page.getByText('0 of 1 resolved').waitFor();
  await page.getByRole('button', { name: /Children/ }).click();
  await page.getByRole('region', { name: 'Children' }).getByText('Send it again').waitFor();
  await shot('children');
  await page.getByRole('button', { name: /Resolve the one that is left/ }).click();
  await page.getByText('1 of 1 resolved').waitFor();
  await page.getByRole('heading', { level: 1 }).click();
  await keys('z');
  await page.getByText('0 of 1 resolved').waitFor();
  // "It works again": the customers of all children that are open get an answer of their own.
  const answering = dialog(/Answer the child that is open/);
  const answerAll = async (words: string): Promise<void> => {
    await page.getByRole('button', { name: 'Answer the one that is left' }).click();
    await answering.getByLabel('Your answer').click();
    await answering.locator('[contenteditable=true]').waitFor();
    await page.keyboard.type(words);
    await answering.getByRole('button', { name: 'Send 1 answer' }).click();
    await page.getByText('1 answer leaves in a moment').waitFor();
    await page.getByText('1 of 1 resolved').waitFor();
  };
  await answerAll('It leaves this morning.');
  await page.locator('.toast', { hasText: 'leaves in a moment' }).getByRole('button', { name: 'Undo' }).click();
  await page.getByText('0 of 1 resolved').waitFor();
  await answerAll('It left this morning.');
  const left = (): boolean => smtp.ledger.some(({ raw }) => raw.includes('It left this morning.'));
  for (let n = 0; n < 300 && !left(); n++) await page.waitForTimeout(100);
  assert.ok(left(), 'it has left');
  assert.ok(!smtp.ledger.some(({ raw }) => raw.includes('It leaves this morning.')), 'what was taken back has not');
});

test('a courier is asked beside the customer, answers all with the customer in copy, and is answered alone', {
  skip,
  timeout: 180_000,
}, async () => {
  await page.evaluate(async () => {
    const me = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
    await fetch('/api/v1/snippets', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-csrf-token': me.csrf },
      body: JSON.stringify({
        name: 'van-thanks',
        shortcut: 'van',
        for: 'everyone',
        text: 'Thank you, {{agent.name}}.',
      }),
    });
  });
  smtp.ledger.length = 0;
  await open(/parcel/);
  await keys('l', 'a');
  const writing = dialog(/Write to someone about #/);
  await writing.getByLabel('To', { exact: true }).fill('desk@courier.example,');
  await writing.getByLabel('Subject').fill('Parcel 77');
  await writing.getByLabel('Your words').fill('Where is it?');
  await writing.getByText('What they read of this conversation: nothing').waitFor();
  await writing.getByRole('checkbox').first().check();
  await writing.getByText('They read 1 message of this conversation').waitFor();
  await shot('aside');
  await writing.getByRole('button', { name: 'Send' }).click();
  // Taken back in time, everything is there to go on with, and nothing left.
  await page.getByText(/It leaves in a moment, to desk@courier.example alone/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await writing.getByLabel('Your words').waitFor();
  assert.equal(await wordsIn(writing.getByLabel('Your words')), 'Where is it?');
  await writing.getByRole('button', { name: 'Send' }).click();
  await smtp.until(1, 20_000);
  assert.equal(smtp.ledger.length, 1);
  const out = smtp.ledger[0]?.raw ?? '';
  assert.match(out, /^To:.*desk@courier\.example/m);
  assert.match(out, /Where is it\?/);
  assert.match(out, /^Subject: Parcel 77/m);
  assert.doesNotMatch(out, /^(To|Cc|In-Reply-To|References):.*reyes/m);
  const id = /^Message-ID:\s*(<[^>]+>)/im.exec(out)?.[1] ?? '';
  const side = page.getByRole('region', { name: /Side conversation with/ });
  await side.getByText('Waiting for them').waitFor();

  await arrive('Re: Parcel 77', {
    from: 'Courier Desk <desk@courier.example>',
    text: 'It is on the van.',
    id: 'van@courier.example',
    headers: [`In-Reply-To: ${id}`, 'Cc: dana@reyes.example'],
  });
  await side.getByText('They answered').waitFor();
  await side.getByLabel('Unread').waitFor();
  await shot('side-folded');
  assert.equal(await page.locator('.thread').getByText('It is on the van.').count(), 0, 'not in the customer’s thread');
  await side.locator('.fold').click();
  await side.getByText('It is on the van.').first().waitFor();
  await side.getByText(/They put the customer in copy/).waitFor();
  await side.getByLabel('Unread').waitFor({ state: 'detached' });
  await shot('side-open');
  await page.emulateMedia({ colorScheme: 'dark' });
  await shot('side-open-dark');
  await page.setViewportSize({ width: 390, height: 844 });
  await shot('side-open-phone');
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.emulateMedia({ colorScheme: 'light' });
  // The field of a conversation: prepared answers, formatting, files; what is taken back stands in it again.
  const field = side.getByLabel(/^Answer .*, beside the customer$/);
  const rich = side.locator('[contenteditable=true]');
  await field.click();
  await rich.waitFor();
  await page.keyboard.type('/van');
  await page.getByRole('option', { name: /van-thanks/ }).click();
  await side.getByText('Thank you, Ana Novak.').waitFor();
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('button', { name: 'Undo' }).last().click();
  await rich.getByText('Thank you, Ana Novak.').waitFor();
  await shot('side-writing');
  await rich.press('ControlOrMeta+Enter');
  await smtp.until(2, 20_000);
  const back = smtp.ledger[1]?.raw ?? '';
  assert.match(back, /Thank you, Ana Novak\./);
  assert.equal(smtp.ledger.length, 2);
  assert.doesNotMatch(back.split('\r\n\r\n')[0] ?? '', /dana@reyes/);

  // And the customer's answer to the copy is the customer's.
  await arrive('Re: Parcel 77', { text: 'I am at home.', headers: ['In-Reply-To: <van@courier.example>'] });
  await page.locator('.thread').getByText('I am at home.').first().waitFor();
  assert.equal(await side.getByText('I am at home.').count(), 0);
});

test('what is closed is followed up by two keys, in a conversation that names it', {
  skip,
  timeout: 60_000,
}, async () => {
  await open(/lamp hums/);
  await keys('l', 'f');
  await page.getByText(/follows #\d+; nothing is sent yet/).waitFor();
  await page
    .locator('.links')
    .getByText(/Follows up/)
    .waitFor();
});

test('a conversation is thrown away, deleted for good, and nowhere any more', { skip, timeout: 120_000 }, async () => {
  await arrive('Delete me', { from: 'Gone <gone@away.example>' });
  await page.goto(`${s.base}/inbox/open`);
  await row(/Delete me/).waitFor();
  await open(/Delete me/);
  await keys('#');
  await page.getByText('Moved to trash').waitFor();
  await page.goto(`${s.base}/inbox/trash`);
  await row(/Delete me/).click();
  await page.getByRole('heading', { level: 1, name: /Delete me/ }).waitFor();
  await page.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete for good' }).click();
  const sure = page.getByRole('dialog', { name: /Delete #\d+ for good/ });
  await shot('delete');
  await sure.getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText(/^#\d+ is deleted for good/).waitFor();
  await row(/Delete me/).waitFor({ state: 'detached' });
  const left = await page.evaluate(
    async () =>
      ((await (await fetch('/api/v1/search?q=%22Delete%20me%22')).json()) as { items: unknown[] }).items.length,
  );
  assert.equal(left, 0);
  assert.deepEqual(page.troubles, []);
});
