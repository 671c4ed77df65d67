import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { chromiumPath, type Stage, setUpByHand, stage, wordsIn } from './browser.ts';

const skip = !chromiumPath ? 'no Chromium' : !hasDovecot ? 'no dovecot' : false;
let s: Stage;
let imap: Dovecot;
let smtp: Sink;
before(async () => {
  if (skip) return;
  [s, imap, smtp] = await Promise.all([stage(), dovecot(), smtpSink()]);
});
after(async () => {
  if (skip) return;
  await s.end();
  await imap.stop();
  await smtp.stop();
});

async function connect(page: Page): Promise<void> {
  await page.getByLabel('Address customers write to').fill('support@northwind.example');
  const receiving = page.getByRole('group', { name: 'Receiving' });
  await receiving.getByLabel('Server').fill('127.0.0.1');
  await receiving.getByLabel('Security').selectOption('none');
  await receiving.getByLabel('Port').fill(String(imap.port));
  await receiving.getByLabel('User').fill('support');
  await receiving.getByLabel('Password').fill(imap.password);
  const sending = page.getByRole('group', { name: 'Sending' });
  await sending.getByLabel('Server').fill('127.0.0.1');
  await sending.getByLabel('Security').selectOption('none');
  await sending.getByLabel('Port').fill(String(smtp.port));
  await page.getByLabel('Same user and password as for receiving').uncheck();
  // What does not work is not kept; it says what is wrong, and is mended in place.
  await receiving.getByLabel('Password').fill('mistyped');
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.getByText('Nothing was connected').waitFor();
  await page.getByText('refused the user name or password').waitFor();
  const insist = page.getByRole('button', { name: 'Connect all the same' });
  await insist.waitFor();
  // Pressed while the form is not whole it does nothing, and is not remembered.
  await sending.getByLabel('Port').fill('70000');
  await insist.click();
  await sending.getByLabel('Port').fill(String(smtp.port));
  await receiving.getByLabel('Password').fill(imap.password);
  const tried = page.waitForRequest(/\/inboxes\/test$/);
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await tried;
  await page.getByText('Working').first().waitFor();
}

test('a customer writes, a person sees it at once and answers, the answer comes into the customer’s thread', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  await setUpByHand(page, s.setup);
  await connect(page);
  await page.goto(`${s.base}/inbox/open`);

  await imap.append('support', [
    letter({
      from: 'Claire Dubois <claire@atelier.example>',
      to: 'support@northwind.example',
      subject: 'Return label comes out blank',
      id: 'first@atelier.example',
      text: 'I printed it three times.',
    }),
  ]);
  const row = page.getByRole('link', { name: /Return label comes out blank/ });
  await row.waitFor();
  await row.click();
  await page.getByText('I printed it three times.').first().waitFor();

  await page.keyboard.press('r');
  await page.getByLabel('Reply text').fill('You don’t need the paper: show this code at the counter.');
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 30_000);
  const sent = smtp.ledger[0]?.raw ?? '';
  assert.match(sent, /^In-Reply-To: <first@atelier\.example>/im);
  assert.match(sent, /^To: .*claire@atelier\.example/im);
  assert.deepEqual(smtp.ledger[0]?.to, ['claire@atelier.example']);

  const messageId = /^Message-ID: (<[^>]+>)/im.exec(sent)?.[1] ?? '';
  await imap.append('support', [
    letter({
      from: 'Claire Dubois <claire@atelier.example>',
      to: 'support@northwind.example',
      subject: 'Re: Return label comes out blank',
      text: 'The code worked, thank you for answering like a person. When does the refund start?',
      headers: [`In-Reply-To: ${messageId}`],
    }),
  ]);
  await page.getByText('When does the refund start?').first().waitFor();
  assert.equal(await page.getByRole('link', { name: /Return label comes out blank/ }).count(), 1);
  assert.deepEqual(page.troubles, []);
});

test('two people see each other’s work without loading anything', { skip, timeout: 120_000 }, async () => {
  const [one, two] = await Promise.all([s.page(), s.page()]);
  for (const page of [one, two]) {
    await page.goto(s.base);
    await page.getByLabel('E-mail').fill('ana@northwind.example');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('link', { name: /Return label/ }).click();
  }
  await one.keyboard.press('n');
  await one.getByLabel('Note text, only your team sees it').pressSequentially('Done, @an');
  await one.getByRole('option', { name: 'Ana Novak' }).waitFor();
  await one.keyboard.press('Enter');
  await one.keyboard.type('Refund started this morning.');
  assert.equal(
    await wordsIn(one.getByLabel('Note text, only your team sees it')),
    'Done, @Ana Novak Refund started this morning.',
  );
  await one.keyboard.press('ControlOrMeta+Enter');
  await two.getByText('Refund started this morning.').first().waitFor();
  await one.keyboard.press('Escape');
  await one.keyboard.press('e');
  await two
    .getByText(/resolved/i)
    .first()
    .waitFor();
  assert.deepEqual([...one.troubles, ...two.troubles], []);
});

test('what was sent is no draft, also where keeping it took longer than sending it', {
  skip,
  timeout: 60_000,
}, async () => {
  const page = await s.page();
  await page.goto(`${s.base}/inbox/all`);
  await page.getByLabel('E-mail').fill('ana@northwind.example');
  await page.getByLabel('Password').fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('link', { name: /Return label/ }).click();
  await page.getByLabel('Reply text').waitFor();
  let arrive = (): void => undefined;
  const late = new Promise<void>((done) => {
    arrive = done;
  });
  await page.route('**/draft', async (route) => {
    if (route.request().method() === 'PUT') await late;
    await route.continue();
  });
  const keeping = page.waitForRequest((r) => r.url().endsWith('/draft') && r.method() === 'PUT');
  await page.keyboard.press('n');
  await page.getByLabel('Note text, only your team sees it').fill('The label printer is out of ink.');
  await keeping;
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.locator('.thread .note').getByText('The label printer is out of ink.').waitFor();
  const taken = page.waitForResponse((r) => r.url().includes('/draft') && r.request().method() === 'DELETE' && r.ok());
  arrive();
  await taken;
  await page.reload();
  await page.getByLabel('Reply text').waitFor();
  await page.waitForTimeout(1_500); // what the device held would be kept again by then
  assert.equal(await page.getByText('Draft', { exact: true }).count(), 0);
});

test('words that were not kept yet are there again after the session ended and one signed in anew', {
  skip,
  timeout: 120_000,
}, async () => {
  const page = await s.page();
  const signIn = async () => {
    await page.getByLabel('E-mail').fill('ana@northwind.example');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  };
  await page.goto(`${s.base}/inbox/all`);
  await signIn();
  await page.getByRole('link', { name: /Return label/ }).click();
  await page.route('**/draft', (route) => route.abort());
  await page.getByLabel('Reply text').fill('Half a sentence');
  await page.getByText('Draft not kept yet').waitFor();
  // The same browser signs out in another tab.
  await page.context().clearCookies();
  await page.unroute('**/draft');
  await page.getByRole('heading', { name: 'You were signed out' }).waitFor();
  await signIn();
  await page.getByRole('heading', { name: 'You were signed out' }).waitFor({ state: 'hidden' });
  await page.getByLabel('Reply text').waitFor();
  assert.equal(await wordsIn(page.getByLabel('Reply text')), 'Half a sentence');
  const kept = page.waitForResponse(
    (r) => r.url().endsWith('/draft') && r.ok() && /sentence\./.test(r.request().postData() ?? ''),
  );
  await page.getByLabel('Reply text').press('End');
  await page.getByLabel('Reply text').pressSequentially('.');
  await kept;
  await page.reload();
  await page.getByText('Half a sentence.').first().waitFor();
});
