import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { parse, partContent } from '../../src/channels/email/parse/index.ts';
import { type Dovecot, dovecot, hasDovecot, letter, type Sink, smtpSink } from '../mail.ts';
import { axe } from './axe.ts';
import { chromiumPath, holds, listened, type Stage, setUp, stage, wordsIn } from './browser.ts';

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
  const settings = {
    imap: { host: '127.0.0.1', port: imap.port, security: 'none', user: 'support', password: imap.password },
    smtp: { host: '127.0.0.1', port: smtp.port, security: 'none', user: '' },
    undoSeconds: 0,
    signature: 'Northwind Lamps',
  };
  await page.evaluate(
    async (body) => {
      const { csrf } = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
      await fetch('/api/v1/inboxes', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body,
      });
    },
    JSON.stringify({ name: 'Support', address: 'support@northwind.example', settings }),
  );
  await listened(page);
});
after(async () => {
  if (skip) return;
  await s.end();
  await imap.stop();
  await smtp.stop();
});

const reply = () => page.getByLabel('Reply text');
const note = () => page.getByLabel('Note text, only your team sees it');
const composer = () => page.locator('.composer');
async function open(subject: string): Promise<void> {
  const mail = letter({
    from: 'Claire Dubois <claire@atelier.example>',
    to: 'support@northwind.example',
    subject,
    text: `About ${subject}.`,
  });
  const row = page.getByRole('link', { name: new RegExp(subject) }).first();
  await page.goto(`${s.base}/inbox/open`);
  // What is put there before the mailbox is listened to is old mail, and not fetched: then once more.
  for (let tries = 0; tries < 3 && !(await row.isVisible()); tries++) {
    await imap.append('support', [mail]);
    await row.waitFor({ timeout: 12_000 }).catch(() => undefined);
  }
  await row.click();
  await composer().waitFor();
  await page.locator('.msg').getByText(`About ${subject}.`).first().waitFor();
  smtp.ledger.length = 0;
}
/** The editor has taken the plain field's place: it does as soon as somebody writes. */
const edits = () => composer().locator('.rich.writing').waitFor();
const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHElEQVQI12P4//8/w38GIAXDIBKE0DHxgljNBAAO9TXL0Y4OHwAAAABJRU5ErkJggg==';
/** Calls one function of in-writing.mjs in the page. */
const source = readFileSync(new URL('in-writing.mjs', import.meta.url), 'utf8').replace(/^export /gm, '');
const inPage = <T>(name: string, given: unknown = null): Promise<T> =>
  page.evaluate<T>(`(() => { ${source}\nreturn ${name}(${JSON.stringify(given)}); })()`);
const paste = (given: { text?: string; html?: string; files?: { name: string; type: string; base64: string }[] }) =>
  inPage<void>('paste', given);
const drawn = async (where: string): Promise<void> => {
  const end = Date.now() + 10_000;
  while (!(await inPage<number>('drawn', where))) {
    if (Date.now() > end) throw new Error(`no picture is drawn in ${where}`);
    await page.waitForTimeout(50);
  }
};
const stumbles = async (): Promise<string[]> =>
  (await axe(page, { within: ['.composer'] })).map((v) => `${v.id}: ${v.nodes.map((n) => n.html).join(' ')}`);
const shot = async (name: string): Promise<void> => {
  if (process.env.SCREENS) await page.screenshot({ path: `${process.env.SCREENS}/${name}.png` });
};

test('words typed while the editor loads are all there; formatting by keys, a list, and a pasted picture arrive as proper mail', {
  skip,
  timeout: 120_000,
}, async () => {
  await open('Blank label');
  await page.keyboard.press('r');
  await page.keyboard.type('Hello Claire, this was typed at once', { delay: 2 });
  await edits();
  assert.equal(await wordsIn(reply()), 'Hello Claire, this was typed at once');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+b');
  await page.keyboard.type('Scan it');
  await page.keyboard.press('ControlOrMeta+b');
  await page.keyboard.type(' at the counter:');
  await page.keyboard.press('Enter');
  await page.keyboard.press('ControlOrMeta+Shift+Digit7');
  await page.keyboard.type('open the code');
  await page.keyboard.press('Enter');
  await page.keyboard.type('show it :thum');
  await page.getByRole('option', { name: /thumbsup/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  const up = page.waitForResponse((r) => r.url().includes('/uploads?') && r.status() === 201);
  await paste({ files: [{ name: 'image.png', type: 'image/png', base64: PNG }] });
  await up;
  await page.getByRole('button', { name: 'Formatting' }).click();
  await shot('compose-rich');
  assert.deepEqual(await stumbles(), []);
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 20_000);

  const raw = Buffer.from(smtp.ledger[0]?.raw ?? '', 'latin1');
  const mail = await parse(raw);
  assert.match(raw.toString('latin1'), /multipart\/alternative[\s\S]*multipart\/related/);
  assert.match(
    mail.text,
    /Hello Claire, this was typed at once\nScan it at the counter:\n1\. open the code\n2\. show it 👍 \n\[image\]/,
  );
  assert.match(String(mail.html), /<strong>Scan it<\/strong> at the counter/);
  assert.match(String(mail.html), /<ol[^>]*>\s*<li>open the code<\/li>\s*<li>show it 👍/);
  const picture = mail.attachments.find((file) => file.contentType === 'image/png');
  assert.equal(picture?.inline, true);
  assert.ok(String(mail.html).includes(`src="cid:${picture?.contentId}"`));
  assert.ok(picture && partContent(raw, picture).toString('base64') === PNG);
  assert.match(mail.text, /-- \nNorthwind Lamps/);

  // In the thread it looks as it was written.
  const ours = page.locator('.msg.ours').last();
  await ours.locator('strong', { hasText: 'Scan it' }).waitFor();
  await drawn('.msg.ours');
  assert.deepEqual(page.troubles, []);
});

test('a name in an answer warns that mentions are for the team, and the words become a note with their formatting', {
  skip,
  timeout: 60_000,
}, async () => {
  await open('Second lamp');
  await page.keyboard.press('r');
  await page.keyboard.type('Please ');
  await edits();
  await page.keyboard.press('ControlOrMeta+i');
  await page.keyboard.type('look');
  await page.keyboard.press('ControlOrMeta+i');
  await page.keyboard.type(' @Ana');
  await page.getByText(/Mentions are for the team only/).waitFor();
  await shot('compose-mention');
  assert.deepEqual(await stumbles(), []);
  await page.getByRole('button', { name: 'Switch to a note' }).click();
  await note().waitFor();
  await edits();
  await composer().locator('em', { hasText: 'look' }).waitFor();
  await note().press('End');
  await page.keyboard.type(' and @an');
  await page.getByRole('option', { name: 'Ana Novak' }).waitFor();
  await shot('compose-note-names');
  assert.deepEqual(await stumbles(), []);
  await page.keyboard.press('Escape');
  await page.getByRole('option', { name: 'Ana Novak' }).waitFor({ state: 'hidden' });
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.locator('article.note em', { hasText: 'look' }).waitFor();
  assert.equal(smtp.ledger.length, 0);
  assert.deepEqual(page.troubles, []);
});

test('formatting, recipients and pictures of a draft are there after a reload, and Escape keeps them', {
  skip,
  timeout: 60_000,
}, async () => {
  await open('Third lamp');
  await page.keyboard.press('r');
  await page.keyboard.type('Dear ');
  await edits();
  await page.keyboard.press('ControlOrMeta+u');
  await page.keyboard.type('Claire');
  await paste({ files: [{ name: 'lamp.png', type: 'image/png', base64: PNG }] });
  await composer().locator('button.to').click();
  await page.getByLabel('To', { exact: true }).fill('workshop@atelier.example,');
  const kept = page.waitForResponse(
    (r) =>
      r.url().endsWith('/draft') &&
      r.ok() &&
      /workshop[\s\S]*cid:|cid:[\s\S]*workshop/.test(r.request().postData() ?? ''),
  );
  await kept;
  await reply().focus();
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate("document.activeElement.closest('.composer') === null"), true);
  await page.reload();
  await composer().locator('u', { hasText: 'Claire' }).waitFor();
  await composer().getByText('workshop@atelier.example').first().waitFor();
  await drawn('.composer');
  assert.deepEqual(page.troubles, []);
});

test('what is typed before this device has told what it held stands once, below what it held', {
  skip,
  timeout: 60_000,
}, async () => {
  // The server has none of it: the words are on this device alone when the page comes again.
  await page.route('**/draft', (route) => route.abort());
  await reply().click();
  await page.keyboard.press('ControlOrMeta+End');
  await page.keyboard.type(' Held here.');
  await page.getByText('Draft not kept yet').waitFor();
  await page.waitForTimeout(700);
  await page.goto('about:blank');
  // The editor comes late: what is typed meanwhile is told, and told again, while the plain field stands there.
  const late = Promise.withResolvers<void>();
  const held: string[] = [];
  await page.route(/\/assets\/Editor-[^/]*\.js/, async (route) => {
    held.push(route.request().url());
    await late.promise;
    await route.continue();
  });
  try {
    await page.goBack();
    await composer().waitFor();
    await page.keyboard.press('r');
    await page.keyboard.type('Typed at once.', { delay: 60 });
    await page.waitForTimeout(700);
    await page.keyboard.type(' And this.');
    await page.waitForTimeout(700);
  } finally {
    late.resolve();
    await page.unroute(/\/assets\/Editor-[^/]*\.js/);
    await page.unroute('**/draft');
    page.troubles.length = 0;
  }
  assert.ok(held.length > 0, 'the editor was asked for');
  await composer().locator('[contenteditable="true"]').waitFor();
  await page.waitForTimeout(1500);
  const words = await wordsIn(reply());
  for (const said of ['Held here.', 'Typed at once. And this.']) assert.equal(words.split(said).length, 2, words);
  page.troubles.length = 0;
});

test('two megabytes of pasted text go as a file, and a long letter goes into the text without holding anything up', {
  skip,
  timeout: 90_000,
}, async () => {
  await open('Fourth lamp');
  await page.keyboard.press('r');
  await page.keyboard.type('The log is below.');
  await edits();
  await inPage('watchTasks');
  await paste({ text: 'A line of a log, 32 characters.\n'.repeat(65_536) });
  await page.getByText(/2\.1 MB of text was pasted/).waitFor();
  await composer().getByText('Pasted text.txt').waitFor();
  await shot('compose-2mb');
  assert.equal(await wordsIn(reply()), 'The log is below.');
  assert.equal(await page.getByRole('button', { name: 'Put it into the text' }).count(), 0);

  // Less than that may stand in the text, when somebody wants it so.
  await paste({ text: 'A line of a log, 32 characters.\n'.repeat(4000) });
  await page.getByRole('button', { name: 'Put it into the text' }).click();
  await composer().locator('.rich.writing p').nth(3000).waitFor();
  const ms = await inPage<number>('longestTask');
  assert.ok(ms < 4000, `${ms} ms`);
  await page.keyboard.type('!');
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 30_000);
  const mail = await parse(Buffer.from(smtp.ledger[0]?.raw ?? '', 'latin1'));
  assert.equal(mail.attachments.find((file) => file.filename === 'Pasted text.txt')?.size, 2_097_152);
  assert.equal(mail.attachments.length, 1);
  assert.match(mail.text, /^The log is below\.A line of a log/);
  assert.deepEqual(page.troubles, []);
});

test('fifty files go up a few at a time and all arrive; the fifty-first and what is too large are named before; one that fails is tried again', {
  skip,
  timeout: 120_000,
}, async () => {
  await open('Fifth lamp');
  await page.keyboard.press('r');
  await page.keyboard.type('All the photos.');
  await edits();
  const picker = composer().locator('input[type=file]');
  let failed = 0;
  await page.route('**/uploads?filename=photo-7.txt', (route) =>
    failed++ === 0 ? route.fulfill({ status: 500, body: '' }) : route.continue(),
  );
  await picker.setInputFiles(
    Array.from({ length: 51 }, (_, n) => ({
      name: `photo-${n}.txt`,
      mimeType: 'text/plain',
      buffer: Buffer.from(`Photo ${n}`),
    })),
  );
  await page.getByText(/50 files can go in one message\. Not attached: photo-50\.txt/).waitFor();
  await page.getByText(/1 did not arrive/).waitFor();
  await shot('compose-50-files');
  assert.deepEqual(await stumbles(), []);
  await page.keyboard.press('ControlOrMeta+Enter');
  await page.getByRole('button', { name: 'Try photo-7.txt again' }).click();
  await page.getByText(/50 files, .* of 25 MB/).waitFor({ timeout: 60_000 });
  await page.getByRole('button', { name: 'All right' }).click();
  await reply().click();
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 30_000);
  const mail = await parse(Buffer.from(smtp.ledger[0]?.raw ?? '', 'latin1'));
  assert.deepEqual(
    mail.attachments.map((file) => file.filename).sort(),
    Array.from({ length: 50 }, (_, n) => `photo-${n}.txt`).sort(),
  );
  // The one refused request is what the test did itself.
  assert.deepEqual(
    page.troubles.filter((line) => !/500.*photo-7/.test(line)),
    [],
  );
  page.troubles.length = 0;
});

test('a key is drawn within a frame, also in a long draft', { skip, timeout: 60_000 }, async (t) => {
  await open('Sixth lamp');
  await page.keyboard.press('r');
  await edits();
  await paste({ text: 'A sentence of a letter that has become rather long by now.\n'.repeat(800) });
  const spent = await inPage<number>('keystroke');
  t.diagnostic(`keystroke p75 in a draft of 47,000 characters: ${spent.toFixed(1)} ms`);
  assert.ok(spent < 50, `${spent} ms`);
});

test('a reply leaves from another inbox that was chosen under From; the choice is kept with the draft and shown on the message', {
  skip,
  timeout: 90_000,
}, async () => {
  await page.evaluate(
    async (body) => {
      const { csrf } = (await (await fetch('/api/v1/me')).json()) as { csrf: string };
      await fetch('/api/v1/inboxes', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
        body,
      });
    },
    JSON.stringify({
      name: 'Billing',
      address: 'billing@northwind.example',
      settings: { smtp: { host: '127.0.0.1', port: smtp.port, security: 'none', user: '' }, undoSeconds: 0 },
    }),
  );
  await open('Seventh lamp');
  await page.keyboard.press('r');
  await page.keyboard.type('Your invoice.');
  const kept = page.waitForResponse(
    (r) => r.url().endsWith('/draft') && r.ok() && /"inboxId":"/.test(r.request().postData() ?? ''),
  );
  await composer().locator('button.to').click();
  await page.getByLabel('From', { exact: true }).selectOption({ label: 'Billing (billing@northwind.example)' });
  await composer().locator('button.to').getByText('from billing@northwind.example').waitFor();
  await shot('compose-from');
  assert.deepEqual(await stumbles(), []);
  await kept;
  await page.reload();
  await composer().locator('button.to').getByText('from billing@northwind.example').waitFor();
  await page.keyboard.press('r');
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 20_000);
  assert.match(smtp.ledger[0]?.raw ?? '', /^From: Billing <billing@northwind\.example>/m);
  await page.locator('.msg.ours').getByText('Sent from billing@northwind.example').waitFor();
  // The next one leaves from where the conversation is.
  assert.equal(await composer().getByText('from billing@northwind.example').count(), 0);
  assert.deepEqual(page.troubles, []);
});

test('a forward and a first mail are written like an answer: formatting by keys, emoji, pictures; closed unsent, the words are there again', {
  skip,
  timeout: 120_000,
}, async () => {
  await open('Eighth lamp');
  await page.keyboard.press('f');
  const forward = page.getByRole('dialog', { name: 'Forward' });
  await forward.getByLabel('To', { exact: true }).fill('carol@workshop.example,');
  await forward.getByLabel('Your words').click();
  await forward.locator('.rich.writing').waitFor();
  await page.keyboard.type('Please ');
  await page.keyboard.press('ControlOrMeta+b');
  await page.keyboard.type('look');
  await page.keyboard.press('ControlOrMeta+b');
  await page.keyboard.type(' :thum');
  await page.getByRole('option', { name: /thumbsup/ }).waitFor();
  await shot('forward-emoji');
  // Escape closes the list first, and the dialog only then.
  await page.keyboard.press('Escape');
  await page.getByRole('option', { name: /thumbsup/ }).waitFor({ state: 'hidden' });
  await forward.locator('strong', { hasText: 'look' }).waitFor();
  await page.keyboard.press('Escape');
  await forward.waitFor({ state: 'hidden' });
  await page.keyboard.press('f');
  await forward.locator('strong', { hasText: 'look' }).waitFor();
  await forward.getByText('carol@workshop.example').waitFor();
  await forward.locator('.rich.writing').click();
  const up = page.waitForResponse((r) => r.url().includes('/uploads?') && r.status() === 201);
  await paste({ files: [{ name: 'image.png', type: 'image/png', base64: PNG }] });
  await up;
  await shot('forward-rich');
  const found = (await axe(page, { within: ['[role=dialog]'] })).map((v) => v.id);
  assert.deepEqual(found, []);
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 20_000);
  const passed = await parse(Buffer.from(smtp.ledger[0]?.raw ?? '', 'latin1'));
  assert.match(String(passed.html), /Please <strong>look<\/strong> :thum/);
  assert.ok(passed.attachments.some((file) => file.contentType === 'image/png' && file.inline));
  assert.match(passed.text, /Forwarded message[\s\S]*About Eighth lamp/);

  smtp.ledger.length = 0;
  await page.goto(`${s.base}/inbox/open`);
  await page.getByRole('button', { name: 'Write to someone' }).first().click();
  const write = page.getByRole('dialog', { name: 'Write to someone' });
  await write.getByLabel('To').fill('dan@example.org');
  await write.getByLabel('Subject').fill('Your lamp is ready');
  await write.getByLabel('Text').click();
  await write.locator('.rich.writing').waitFor();
  await page.keyboard.type('Come ');
  await page.keyboard.press('ControlOrMeta+i');
  await page.keyboard.type('soon');
  await shot('write-rich');
  await page.keyboard.press('Escape');
  await write.waitFor({ state: 'hidden' });
  await page.getByRole('button', { name: 'Write to someone' }).first().click();
  await write.locator('em', { hasText: 'soon' }).waitFor();
  assert.equal(await write.getByLabel('Subject').inputValue(), 'Your lamp is ready');
  await write.getByRole('button', { name: 'Send' }).click();
  await smtp.until(1, 20_000);
  const first = await parse(Buffer.from(smtp.ledger[0]?.raw ?? '', 'latin1'));
  assert.match(String(first.html), /Come <em>soon<\/em>/);
  assert.deepEqual(page.troubles, []);
});

/** As the one who set it up. */
async function signIn(at: Page): Promise<void> {
  await at.getByLabel('E-mail').fill('ana@northwind.example');
  await at.getByLabel('Password').fill('correct horse battery');
  await at.getByRole('button', { name: 'Sign in', exact: true }).click();
  await at.waitForURL(/inbox/);
}

test('words that this device kept while the page was left and came back are not offered again once they were sent', {
  skip,
  timeout: 90_000,
}, async () => {
  await open('Ninth lamp');
  await page.route('**/draft', (route) => route.fulfill({ status: 500, body: '{}' }));
  await page.keyboard.press('r');
  await page.keyboard.type('Only once, please.');
  await page.getByText('Draft not kept yet').waitFor();
  // As a browser does that keeps the page to come back to.
  await page.evaluate(`dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))`);
  await page.evaluate(`dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))`);
  await page.unroute('**/draft');
  await page.keyboard.press('ControlOrMeta+Enter');
  await smtp.until(1, 20_000);
  await page.waitForTimeout(700);
  assert.deepEqual(await page.evaluate(`Object.keys(sessionStorage).filter((key) => key.startsWith('unkept:'))`), []);
  await page.reload();
  await composer().waitFor();
  await page.locator('.msg.ours').getByText('Only once, please.').waitFor();
  await page.waitForTimeout(500);
  assert.equal(await wordsIn(reply()), '');
  page.troubles.length = 0;
});

test('what was written on another device is neither overwritten nor missed; who leaves while it is sent is not taken away, and told when it was not sent', {
  skip,
  timeout: 120_000,
}, async () => {
  await open('Tenth lamp');
  const address = new URL(page.url()).pathname;
  await page.keyboard.press('r');
  await page.keyboard.type('At the desk.');
  const kept = () => page.waitForResponse((r) => r.url().endsWith('/draft') && r.ok());
  await kept();
  const id = await page.evaluate<string>(`(async () => {
    const number = location.pathname.split('/').at(-1);
    return (await (await fetch('/api/v1/conversations/number/' + number)).json()).id;
  })()`);
  // As the phone does, which knows nothing of this page.
  await page.evaluate(`(async () => {
    const { csrf } = await (await fetch('/api/v1/me')).json();
    await fetch('/api/v1/conversations/${id}/draft', {
      method: 'PUT',
      headers: { 'content-type': 'application/json', 'x-csrf-token': csrf },
      body: JSON.stringify({ kind: 'reply', text: 'On the phone.' }),
    });
  })()`);
  const both = kept();
  await page.keyboard.type(' And more.');
  await both;
  await page.waitForTimeout(600);
  const once = async (...texts: string[]): Promise<void> => {
    const words = await wordsIn(reply());
    for (const text of texts) assert.equal(words.split(text).length, 2, words);
  };
  await once('On the phone.', 'At the desk. And more.');
  await page.keyboard.type(' The end.');
  await kept();
  await page.reload();
  await composer().waitFor();
  await page.waitForTimeout(300);
  await once('On the phone.', 'At the desk. And more. The end.');

  // An address that was typed, and not yet taken, gets it, too.
  await composer().locator('button.to').click();
  await page.getByLabel('Cc', { exact: true }).fill('workshop@atelier.example');
  let answered = Promise.withResolvers<void>();
  const bodies: string[] = [];
  let refuse = true;
  await page.route('**/replies', async (route) => {
    bodies.push(route.request().postData() ?? '');
    await answered.promise;
    if (refuse) await route.fulfill({ status: 422, contentType: 'application/problem+json', body: '{"detail":"No."}' });
    else await route.continue();
  });
  const others = page.locator('.rowi:not([aria-current])').first();
  const sendAndLeave = async (): Promise<string> => {
    await page.keyboard.press('ControlOrMeta+Shift+Enter');
    await until(() => bodies.length > 0);
    await others.click();
    await holds(page, `location.pathname !== ${JSON.stringify(address)}`);
    return new URL(page.url()).pathname;
  };
  const until = async (holds: () => boolean): Promise<void> => {
    for (let n = 0; n < 100 && !holds(); n++) await page.waitForTimeout(50);
    assert.ok(holds());
  };
  const elsewhere = await sendAndLeave();
  answered.resolve();
  await page.locator('.toast').getByText('was not sent. No.').waitFor();
  assert.match(bodies[0] ?? '', /workshop@atelier\.example/);
  assert.equal(new URL(page.url()).pathname, elsewhere);
  await page.locator('.toast', { hasText: 'was not sent' }).getByRole('button', { name: 'Show' }).click();
  await composer().waitFor();
  await page.locator('.msg').getByText('About Tenth lamp.').first().waitFor();
  await page.waitForTimeout(300);
  await once('On the phone.', 'At the desk. And more. The end.');

  // Sent again, left, and come back before it has arrived: it is not there to be sent twice.
  answered = Promise.withResolvers<void>();
  refuse = false;
  bodies.length = 0;
  const sentFrom = new URL(page.url()).pathname;
  await reply().click();
  await sendAndLeave();
  await page.goBack();
  await holds(page, `location.pathname === ${JSON.stringify(sentFrom)}`);
  await page.locator('.msg').getByText('About Tenth lamp.').first().waitFor();
  answered.resolve();
  await page.locator('.msg.ours').getByText('At the desk. And more. The end.').waitFor();
  await page.waitForTimeout(1500);
  assert.equal(await wordsIn(reply()), '');
  assert.equal(new URL(page.url()).pathname, sentFrom);
  await page.unroute('**/replies');
  await smtp.until(1, 20_000);
  await page.reload();
  await composer().waitFor();
  await page.waitForTimeout(300);
  assert.equal(await wordsIn(reply()), '');
  assert.equal(bodies.length, 1);
  page.troubles.length = 0;
});

test('signing out loses no word that the server could not take: one may stay, keep it on this device, or lose it', {
  skip,
  timeout: 90_000,
}, async () => {
  await open('Tenth lamp');
  await page.route('**/draft', async (route) => {
    const mine = /A letter nobody took/.test(route.request().postData() ?? '');
    await (mine ? route.fulfill({ status: 413, body: '{}' }) : route.continue());
  });
  await page.keyboard.press('r');
  // At once: of a text typed slowly the server may have taken the beginning.
  await page.keyboard.insertText('A letter nobody took.');
  await page.getByText('Draft not kept yet').waitFor();
  const out = async () => {
    await page.getByRole('button', { name: /You:/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('dialog', { name: 'Not everything you wrote is kept' }).waitFor();
  };
  await out();
  // Those of other conversations, which the server can take, are no part of the question.
  await page.getByText(/One draft is on this device alone/).waitFor();
  await shot('leaving');
  const found = (await axe(page, { within: ['[role=dialog]'] })).map((v) => v.id);
  assert.deepEqual(found, []);
  await page.getByRole('button', { name: 'Stay' }).click();
  assert.equal(await wordsIn(reply()), 'A letter nobody took.');
  const address = page.url();
  await out();
  await page.getByRole('button', { name: 'Keep on this device and sign out' }).click();
  await page.waitForURL(/sign-in/);
  await signIn(page);
  await page.goto(address);
  await composer().getByText('A letter nobody took.').waitFor();
  await page.getByText('Draft not kept yet').waitFor();
  await out();
  await page.getByRole('button', { name: 'Sign out and lose them' }).click();
  await page.waitForURL(/sign-in/);
  await signIn(page);
  await page.goto(address);
  await composer().waitFor();
  await page.waitForTimeout(700);
  assert.equal(await wordsIn(reply()), '');
  await page.unroute('**/draft');
  page.troubles.length = 0;
});
