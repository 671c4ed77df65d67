import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import nodemailer from 'nodemailer';
import type { FrameLocator, Locator, Page } from 'playwright-core';
import { type ChatHouse, chatHouse } from '../chat.ts';
import { freePort, type Sink, smtpSink } from '../mail.ts';
import { type Shop, shop } from '../shop.ts';
import { violations } from './every-screen.ts';
import { dropInto, linesOf, moving, pasteInto } from './in-chat.mjs';

let house: ChatHouse;
let site: Shop;
let sink: Sink;
let intake: number;
before(async () => {
  sink = await smtpSink();
  intake = await freePort();
  house = await chatHouse({ config: { SMTP_LISTEN: `127.0.0.1:${intake}` }, smtpPort: sink.port, mailAfter: 2 });
  site = await shop(house.url, house.chat.id);
});
after(async () => {
  await site?.end();
  await house?.end();
  await sink?.stop();
});
type Row = { id: string; subject: string; channel: string; asksPerson: boolean };
/** The newest conversation of the desk. */
const newest = async (): Promise<Row> => {
  const { body } = await house.ask<{ items: Row[] }>('GET', '/conversations?view=all');
  return body.items[0] as Row;
};
const answer = (id: string, text: string, more: Record<string, unknown> = {}) =>
  house.ask('POST', `/conversations/${id}/replies`, { text, ...more });
/** Opens a conversation and writes the first words of it. */
const write = async (page: Page, chat: FrameLocator, text: string): Promise<Row> => {
  await chat.getByRole('button', { name: 'Write to us' }).click();
  await chat.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
  await chat.locator('.mine .words').getByText(text).waitFor();
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  return newest();
};
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
test('Two tabs of one visitor are one: both show the same, count the same as unread and read, and what both write at once stands in each once', async () => {
  const { page, chat, bubble, complaints } = await site.visit({ stays: true });
  await bubble.click();
  const { id } = await write(page, chat, 'Which bulb fits?');
  const second = await page.context().newPage();
  await second.goto(site.url);
  const there = second.frameLocator('#hearten-chat iframe');
  const called = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).waitFor();
  await called(second, 'Chat with us');
  await page.bringToFront();
  await page.keyboard.press('Escape');
  await called(page, 'Chat with us');
  await answer(id, 'An E27.');
  await Promise.all([page, second].map((tab) => called(tab, 'Chat with us, 1 unread')));

  // Read in one, it is read in the other.
  await bubble.click();
  await chat.getByText('An E27.').last().waitFor();
  await called(second, 'Chat with us');
  await second.bringToFront();
  await second.locator('#hearten-chat [aria-expanded]').click();
  await there.getByRole('button', { name: /Which bulb fits/ }).click();
  await there.getByText('An E27.').last().waitFor();

  await chat.getByLabel('Your message').fill('From the first');
  await there.getByLabel('Your message').fill('From the second');
  await Promise.all([chat, there].map((tab) => tab.getByLabel('Your message').press('Enter')));
  for (const tab of [chat, there])
    for (const text of ['From the first', 'From the second'])
      await tab.locator('.mine .words').getByText(text).waitFor();
  await Promise.all([chat, there].map((tab) => tab.locator('.unsent').first().waitFor({ state: 'detached' })));
  const [one, other] = await Promise.all([chat, there].map((tab) => tab.locator('.log .words').allTextContents()));
  assert.deepEqual(one, other);
  await house.ask('POST', `/conversations/${id}/seen`, { unread: false });
  await Promise.all([chat, there].map((tab) => tab.getByText(/^Read /).waitFor()));
  assert.deepEqual(one?.toSorted(), ['An E27.', 'From the first', 'From the second', 'Which bulb fits?']);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('Files go both ways: chosen, pasted, dropped, and from the team, and an emoji is put in by the picker; a script that is called a picture is none, and ten megabytes of pasted words are a file', async () => {
  const { page, chat, bubble, complaints } = await site.visit();
  await bubble.click();
  const { id } = await write(page, chat, 'Look at this');
  await chat.locator('input[type=file]').setInputFiles([
    { name: 'lamp.png', mimeType: 'image/png', buffer: PIXEL },
    { name: 'script.png', mimeType: 'image/png', buffer: Buffer.from('<script>alert(1)</script>') },
  ]);
  await chat.getByRole('button', { name: 'Remove script.png' }).waitFor();
  const frame = page.frames().find((one) => one.url().includes('/chat/'));
  const field = chat.getByLabel('Your message');
  await field.evaluate(pasteInto, { text: 'x'.repeat(10_000_000) });
  await chat.getByRole('button', { name: 'Remove text.txt' }).waitFor();
  await field.evaluate(pasteInto, { file: 'note.txt' });
  await chat.getByRole('button', { name: 'Remove note.txt' }).waitFor();
  // Cells of a table come with a picture of themselves: their words are let in. A file may come with its name.
  assert.equal(await field.evaluate(pasteInto, { text: '1\t2', file: 'image.txt' }), false);
  assert.equal(await field.evaluate(pasteInto, { text: 'named.txt', file: 'named.txt' }), true);
  await chat.getByRole('button', { name: 'Remove named.txt' }).click();
  assert.ok(await field.evaluate(dropInto, 'dropped.txt'), 'else the browser would open the file instead of the chat');
  await chat.getByRole('button', { name: 'Remove dropped.txt' }).waitFor();
  // More than one message carries is said, and is not attached; what is attached is there when one comes back to it.
  const more = Array.from({ length: 6 }, (_, n) => ({ name: `more-${n}.txt`, mimeType: 'text/plain', buffer: PIXEL }));
  await chat.locator('input[type=file]').setInputFiles(more);
  await chat.getByText('Ten files go with one message').waitFor();
  await chat.getByRole('button', { name: 'Back' }).click();
  await chat.locator('.card .button:focus').waitFor(); // and not nowhere
  await chat.getByRole('button', { name: /Look at this/ }).click();
  const removes = chat.getByRole('button', { name: /^Remove / });
  assert.equal(await removes.count(), 10);
  for (let n = 0; n < 5; n++) await chat.getByRole('button', { name: `Remove more-${n}.txt` }).click();
  await field.fill('x'.repeat(20_001));
  await field.press('Enter');
  await chat.getByText('This is more than the 20,000 letters').waitFor();
  const log = chat.locator('.log');
  assert.ok((await log.evaluate((e) => e.scrollHeight - e.clientHeight - e.scrollTop)) < 2, 'the end stays in sight');
  assert.equal((await field.inputValue()).length, 20_001, 'nothing is lost');
  // An emoji is put in where one writes on; the picker stays open for the next.
  await field.fill('Here ');
  await chat.getByRole('button', { name: 'Add an emoji', expanded: false }).click();
  for (const one of ['🎉', '👍']) await chat.getByRole('group', { name: 'Add an emoji' }).getByText(one).click();
  assert.equal(await field.inputValue(), 'Here 🎉👍');
  const writes = () => field.evaluate((e) => e === e.ownerDocument.activeElement);
  assert.equal(await writes(), true);
  await chat.getByRole('group', { name: 'Add an emoji' }).getByText('👍').press('Escape');
  await chat.getByRole('button', { name: 'Add an emoji', expanded: false }).waitFor();
  assert.equal(await writes(), true, 'the emojis are closed, and not the chat');
  await chat.getByRole('button', { name: 'Send', exact: true }).click();
  await chat.locator('.mine .words').getByText('Here 🎉👍').waitFor();
  await chat.getByRole('img', { name: 'lamp.png' }).waitFor();
  for (const name of ['script.png', 'text.txt', 'note.txt', 'dropped.txt'])
    await chat.locator('.log').getByRole('button', { name }).waitFor();
  assert.equal(await chat.getByRole('img', { name: 'script.png' }).count(), 0);
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    chat.locator('.log').getByRole('button', { name: 'script.png' }).click(),
  ]);
  assert.equal(download.suggestedFilename(), 'script.png');
  assert.equal(await frame?.evaluate('document.querySelectorAll("script").length'), 1, 'nothing of it is in the page');

  const sent = await fetch(`${house.url}/api/v1/uploads?filename=plan.png`, {
    method: 'POST',
    headers: { ...house.signed(), 'content-type': 'image/png' },
    body: PIXEL,
  });
  assert.equal(sent.status, 201);
  await answer(id, 'Here is the plan', { attachments: [((await sent.json()) as { id: string }).id] });
  await chat.getByRole('img', { name: 'plan.png' }).waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('Whom the page vouches for is asked nothing, and is the same one in another browser; an expired word is told, and opens nothing', async () => {
  const { secret } = (
    await house.ask<{ secret: string }>('POST', `/chats/${house.chat.id}/keys`, { algorithm: 'HS256', name: 'Shop' })
  ).body;
  const vouch = (until: string): Promise<string> =>
    new SignJWT({ user_id: 'u-7', name: 'Nina Berg', email: 'nina@customer.example' })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(until)
      .sign(new TextEncoder().encode(secret));
  const token = await vouch('5m');
  const one = await site.visit();
  await one.page.evaluate(`Hearten('boot', { user_jwt: '${token}' })`);
  await one.bubble.click();
  const { id } = await write(one.page, one.chat, 'Where is my order?');
  assert.equal(await one.chat.getByText('Where may we write if you leave?').count(), 0);
  const { body } = await house.ask<{ visitor: { vouched: boolean; name: string } }>(
    'GET',
    `/conversations/${id}/visitor`,
  );
  assert.deepEqual([body.visitor.vouched, body.visitor.name], [true, 'Nina Berg']);

  const two = await site.visit();
  await two.page.evaluate(`Hearten('boot', { user_jwt: '${await vouch('10m ago')}' })`);
  await two.bubble.click();
  await two.chat.getByText(/could not be checked/).waitFor();
  assert.equal(await two.chat.getByText('Where is my order').count(), 0);
  await two.page.evaluate(`Hearten('update', { user_jwt: '${token}' })`);
  await two.chat.getByRole('button', { name: /Where is my order/ }).waitFor();
  // Signed out there, here it goes on.
  await two.page.evaluate("Hearten('shutdown')");
  await answer(id, 'It left today.');
  await one.chat.getByText('It left today.').last().waitFor();
  for (const { page } of [one, two]) await page.context().close();
});

test('A visitor who leaves gets the answer by mail and goes on by mail, in the widget, and by the link in any browser', async () => {
  const { page, chat, bubble } = await site.visit({ stays: true });
  await bubble.click();
  const { id } = await write(page, chat, 'When do you ship?');
  await chat.getByPlaceholder('E-mail').fill('claire@customer.example');
  await chat.getByRole('button', { name: 'Save' }).click();
  await chat.getByText('We write to claire@customer.example').waitFor();
  await page.goto('about:blank');
  const before = sink.ledger.length;
  await answer(id, 'Tomorrow.');
  await answer(id, 'If you order by four.');
  await sink.until(before + 1, 20_000);
  const mail = sink.ledger.at(-1);
  const words = (mail?.raw ?? '').replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  assert.match(words, /Tomorrow\.\s+If you order by four\./);
  const out = nodemailer.createTransport({ host: '127.0.0.1', port: intake, secure: false, ignoreTLS: true });
  await out.sendMail({
    from: 'Claire <claire@customer.example>',
    to: 'support@northwind.example',
    subject: 'Re: When do you ship?',
    text: 'Then I order today.',
    inReplyTo: mail?.messageId,
    references: mail?.messageId,
  });
  out.close();
  await page.goto(site.url);
  await bubble.click();
  await chat.getByRole('button', { name: /When do you ship/ }).click();
  await chat.locator('.mine .words').getByText('Then I order today.').waitFor();
  assert.equal(sink.ledger.length, before + 1, 'one mail');

  const link = (/https?:\/\/\S+\/continue#[\w-]{43}/.exec(words)?.[0] ?? '').replace(/^https?:\/\/[^/]+/, house.url);
  const elsewhere = await site.browser.newPage();
  await elsewhere.goto(link);
  assert.ok(!elsewhere.url().includes('#'), 'nobody copies it from the address');
  await elsewhere.getByRole('button', { name: 'Go on with the chat' }).press('Enter');
  await elsewhere.getByText('If you order by four.').last().waitFor();
  await elsewhere.getByLabel('Your message').fill('I am on my phone now');
  await elsewhere.keyboard.press('Enter');
  await chat.locator('.mine .words').getByText('I am on my phone now').waitFor();
  await elsewhere.goto(link);
  await elsewhere.reload();
  await elsewhere.getByRole('button', { name: 'Go on with the chat' }).click();
  await elsewhere.getByText('I am on my phone now').first().waitFor();
  // Left, the next at that computer sees nothing of it, whatever link they hold.
  await elsewhere.getByRole('button', { name: 'Leave this chat' }).click();
  await elsewhere.getByRole('button', { name: 'Go on with the chat' }).click();
  await elsewhere.getByText('This link was used already').waitFor();
  const stranger = await (await site.browser.newContext()).newPage();
  await stranger.goto(link);
  await stranger.getByRole('button', { name: 'Go on with the chat' }).click();
  await stranger.getByText('This link was used already').waitFor();
  await Promise.all([page.context().close(), elsewhere.close(), stranger.context().close()]);
});

test('Where the words of a language do not come, the chat is there in English', async () => {
  const { page, chat, bubble } = await site.visit({ locale: 'de-DE' });
  await page.route('**/chat/app/de-*', (route) => route.abort());
  await bubble.click();
  await chat.getByRole('button', { name: 'Write to us' }).waitFor();
  assert.equal(await chat.locator('html').getAttribute('lang'), 'en');
  await page.context().close();
});

test('A chat of which something did not come is begun anew, as often as its browser keeps that it failed; what it was opened with is there, and sent once', async () => {
  const { page, chat } = await site.visit();
  let anew = false;
  await page.route(/\/chat\/[\w-]+\?1/, (route) => {
    anew = true;
    return route.continue();
  });
  await page.route('**/chat/app/en-*', (route) => (anew ? route.continue() : route.abort()));
  await page.evaluate("Hearten('showNewMessage', 'Does it dim?')");
  await chat.getByLabel('Your message').waitFor();
  assert.deepEqual([anew, await chat.getByLabel('Your message').inputValue()], [true, 'Does it dim?']);
  await chat.getByLabel('Your message').press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  assert.equal(await chat.locator('.mine .words').getByText('Does it dim?').count(), 1);
  assert.equal((await newest()).subject, 'Does it dim?');
  await page.context().close();
});

test('A long address goes on in the next line after a sign that parts it, and leaves no letter behind', async () => {
  const { page, chat, bubble, complaints } = await site.visit();
  await bubble.click();
  const { id } = await write(page, chat, 'Where do I read about it?');
  const paths = Array.from({ length: 15 }, (_, n) => 'fjordpendantlampshade'.slice(0, n + 6));
  await answer(id, paths.map((path) => `https://lamps.example/${path}`).join('\n'));
  const links = chat.locator('.bubble a');
  await links.nth(14).waitFor();
  const broken = [];
  for (const link of await links.all()) broken.push(await link.evaluate(linesOf));
  assert.deepEqual(
    broken.filter((one) => Math.min(...one) < 6),
    [],
  );
  assert.ok(
    broken.some((one) => one.length > 1),
    'the longest is longer than a line',
  );
  assert.equal(await links.nth(14).innerText(), `https://lamps.example/${paths[14]}`, 'copied, it is whole');
  // Who reads above reads on, whoever writes; that there is more is said, and leads there. At the end it is followed.
  const log = chat.locator('.log');
  const toEnd = () => log.evaluate((e) => e.scrollHeight - e.clientHeight - e.scrollTop);
  await answer(id, Array.from({ length: 30 }, (_, n) => `Line ${n}`).join('\n'));
  await log.getByText('Line 29').waitFor();
  assert.ok((await toEnd()) < 2);
  // Whoever scrolls has seen where they are before anybody writes.
  await log.evaluate(
    (e) =>
      new Promise((seen) => {
        e.addEventListener('scroll', () => setTimeout(seen), { once: true });
        e.scrollTo(0, 5);
      }),
  );
  await answer(id, 'And one more.');
  const below = chat.getByRole('button', { name: 'New words below' });
  await below.waitFor();
  assert.ok((await toEnd()) > 100);
  await below.click();
  await below.waitFor({ state: 'detached' });
  assert.ok((await toEnd()) < 2);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('By keyboard alone: a person is asked for with one tap, what a program writes is called so, and the chat is sent by mail', async () => {
  const { page, chat, bubble, complaints } = await site.visit({ reducedMotion: 'reduce' });
  await bubble.focus();
  await page.keyboard.press('Enter');
  const tabTo = async (name: string): Promise<void> => {
    for (let n = 0; n < 15; n++) {
      if (await chat.getByRole('button', { name, exact: true }).evaluate((e) => e === e.ownerDocument.activeElement))
        return;
      await page.keyboard.press('Tab');
    }
    assert.fail(`${name} is not reached by the keyboard`);
  };
  await chat.getByRole('button', { name: 'Write to us' }).waitFor();
  await tabTo('A person, please');
  await page.keyboard.press('Enter');
  await chat.getByText('A person will answer you.').waitFor();
  const { id, asksPerson } = await newest();
  assert.equal(asksPerson, true);
  await answer(id, 'Here I am.');
  await chat.getByText('Here I am.').last().waitFor();
  await chat.getByRole('button', { name: 'A person, please' }).waitFor();
  // A program that writes with a key of Ana's does not write as Ana.
  const { token } = (await house.ask<{ token: string }>('POST', '/api-keys', { name: 'Shop', scopes: ['write'] })).body;
  const sent = await fetch(`${house.url}/api/v1/conversations/${id}/replies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'Order 1042 has left.' }),
  });
  assert.equal(sent.status, 201, await sent.text());
  const told = chat.locator('.line').filter({ hasText: 'Order 1042 has left.' });
  await told.locator('.by').getByText('Automatic', { exact: true }).waitFor();
  assert.doesNotMatch(await told.innerText(), /Ana/);
  await chat.getByRole('status').getByText('Automatic: Order 1042 has left.').waitFor();
  assert.equal(await chat.getByRole('heading', { name: 'Ana Novak' }).count(), 1, 'still the person one talks with');
  // Who asked for little motion has none, inside and outside; everyone else has some.
  const moves = () =>
    Promise.all([chat.locator('body'), page.locator('#hearten-chat')].map((one) => one.evaluate(moving)));
  assert.deepEqual(await moves(), [[], []]);
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  assert.ok((await moves()).every((found) => found.length > 0));
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await tabTo('Send this chat to me by e-mail');
  await page.keyboard.press('Enter');
  await chat.getByLabel('Where shall this chat go?').fill('kim@customer.example');
  await page.keyboard.press('Enter');
  await chat.getByText('Sent to kim@customer.example.').waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate('document.activeElement?.id'), 'hearten-chat');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('Everything inside is free of what axe finds: open, closed, talking and over; light, dark and from right to left; and nothing waits for the browser to know its dates', async () => {
  await house.ask('PATCH', '/workspace', { asksMood: true });
  const week = (open: (day: number) => boolean) =>
    Array.from({ length: 7 }, (_, day) => (open(day) ? [[540, 1020]] : []));
  await house.ask('POST', '/hours', { name: 'Always', week: Array.from({ length: 7 }, () => [[0, 1440]]) });
  const later = (new Date().getUTCDay() + 2) % 7;
  const hours = await house.ask<{ id: string }>('POST', '/hours', {
    name: 'Rarely',
    week: week((day) => day === later),
  });
  assert.ok(hours.body.id, JSON.stringify(hours.body));
  const closed = await house.ask<{ id: string }>('POST', '/chats', { name: 'Closed' });
  await house.ask('PUT', `/hours/places/inbox/${closed.body.id}`, { scheduleId: hours.body.id });
  const found: string[] = [];
  for (const options of [{}, { colorScheme: 'dark' }, { locale: 'ar' }] as const) {
    const context = await site.browser.newContext({ viewport: { width: 384, height: 684 }, ...options });
    const page = await context.newPage();
    const look = async (what: string): Promise<void> => {
      found.push(...(await violations(page)).map((one) => `${JSON.stringify(options)} ${what}: ${one}`));
    };
    let tell = (): void => undefined;
    const told = new Promise<void>((done) => {
      tell = done;
    });
    await page.route('**/chat/app/dates-*', (route) => told.then(() => route.continue()));
    await page.goto(`${house.url}/chat/${closed.body.id}`);
    await page.locator('.card .button').waitFor();
    const place = () => page.locator('.hours').boundingBox();
    const kept = await place();
    assert.equal(await page.locator('.hours').isVisible(), false, 'no time can be said yet');
    tell();
    await page.locator('.hours').waitFor();
    assert.deepEqual(await place(), kept, 'nothing moved');
    await look('closed');
    // By itself, and told by itself what the page around would: that it is before somebody's eyes.
    await page.goto(`${house.url}/chat/${house.chat.id}#${house.url}`);
    await page.locator('.card .button').waitFor();
    const body = page.locator('body');
    await body.evaluate((e, to) => e.ownerDocument.defaultView?.postMessage({ hearten: 1, do: 'show' }, to), house.url);
    await page.locator('.card .button').click();
    await page.locator('textarea').fill('Good morning');
    await page.keyboard.press('Enter');
    await page.locator('.unsent').waitFor({ state: 'detached' });
    await page.locator('.ask').waitFor();
    await answer((await newest()).id, 'Good morning, https://northwind.example');
    await page.locator('.bubble a').waitFor();
    await page.locator('.composer .icon').first().click();
    await look('talking');
    await house.ask('POST', `/conversations/${(await newest()).id}/status`, { status: 'resolved' });
    // The last screen, by keyboard alone: from the question to the faces, to the words, to what sends them.
    const question = page.locator('.ask fieldset').first();
    const reach = async (what: Locator): Promise<void> => {
      for (let n = 0; n < 30; n++) {
        if (await what.evaluate((e) => e === e.ownerDocument.activeElement)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail('not reached by the keyboard');
    };
    await question.waitFor();
    await reach(question.locator('button').first());
    await page.keyboard.press('Enter');
    const faces = page.locator('.ask fieldset').nth(1).locator('button');
    await faces.first().waitFor();
    await reach(faces.nth(3));
    await page.keyboard.press('Space');
    await page.locator('.ask fieldset').nth(1).locator('[aria-pressed=true]').waitFor();
    await look('over');
    await reach(page.locator('.ask textarea'));
    await page.keyboard.type('Thanks');
    await reach(page.locator('.ask .button'));
    await page.keyboard.press('Enter');
    await page.locator('.ask .link').waitFor();
    assert.equal(await page.locator('.row textarea:focus').count(), 1, 'no focus is lost');
    await page.locator('.head .icon').first().click();
    await page.locator('.list button').waitFor();
    await look('home');
    await context.close();
  }
  await house.ask('PATCH', '/workspace', { asksMood: false });
  assert.deepEqual(found, []);
});
