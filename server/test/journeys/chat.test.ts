import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import { type ChatHouse, chatHouse } from '../chat.ts';
import { reactPage } from '../react-page.ts';
import { type Shop, shop } from '../shop.ts';
import { holds } from './browser.ts';

let house: ChatHouse;
let site: Shop;
/** All the desk wrote into its log, at its most talkative. */
const log: string[] = [];
before(async () => {
  house = await chatHouse({ log: (line) => log.push(line) });
  site = await shop(house.url, house.chat.id, {
    '/own.js': await reactPage(house.url, house.chat.id),
    // What stands on a page that comes from another chat, with its names.
    '/shop.js': `if (location.pathname === '/named') {
      window.heartenSettings = { language_override: 'fr', alignment: 'left', horizontal_padding: 33, vertical_padding: 44, custom_launcher_selector: 'h1' };
      window.Hearten = window.Hearten || function () { (Hearten.q = Hearten.q || []).push(arguments); };
      Hearten('onShow', function () { document.title = 'shown'; });
    }`,
  });
});
after(async () => {
  await site?.end();
  await house?.end();
});
/** The newest conversation of the desk. */
const newest = async (): Promise<{ id: string; subject: string; channel: string }> => {
  const { body } = await house.ask<{ items: { id: string; subject: string; channel: string }[] }>(
    'GET',
    '/conversations?view=all',
  );
  return body.items[0] as { id: string; subject: string; channel: string };
};
const answer = (id: string, text: string) => house.ask('POST', `/conversations/${id}/replies`, { text });

test('Under the strictest policy of a page the script is the one request, and nothing is stored before the chat is opened', async () => {
  const { page, asked, complaints, bubble } = await site.visit();
  assert.deepEqual(asked, [`/chat/${house.chat.id}.js`]);
  assert.deepEqual(await page.context().cookies(), []);
  assert.deepEqual(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, '']);
  assert.equal(await bubble.getAttribute('aria-label'), 'Chat with us');
  assert.equal(page.frames().length, 1, 'no frame yet');
  assert.deepEqual(complaints, []);
  // On the way it is as small as it is said to be, with this chat's own settings in it.
  const sent = await fetch(`${house.url}/chat/${house.chat.id}.js`, { headers: { 'accept-encoding': 'br' } });
  assert.equal(sent.headers.get('content-encoding'), 'br');
  const bytes = Number(sent.headers.get('content-length'));
  assert.ok(bytes > 1000 && bytes <= 4_500, `${bytes} bytes`);
  await page.context().close();
});

test('A visitor and the team talk; after a reload the conversation is there, and a server that restarts in between loses nothing', async (t) => {
  const { page, chat, bubble, complaints, printed } = await site.visit({ stays: true });
  const thread = page.waitForEvent('worker');
  await bubble.click();
  assert.match((await thread).url(), /\/chat\/app\/dates-/, 'dates are looked up where nobody waits for it');
  await chat.getByRole('button', { name: 'Write to us' }).click();
  await chat.getByLabel('Your message').fill('Does the Fjord pendant dim?');
  await page.keyboard.press('Enter');
  await chat.getByText('Does the Fjord pendant dim?').first().waitFor();
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  const conversation = await newest();
  assert.deepEqual([conversation.channel, conversation.subject], ['chat', 'Does the Fjord pendant dim?']);
  await answer(conversation.id, 'It does: https://northwind.example/dimmers');
  await chat.getByRole('link', { name: 'https://northwind.example/dimmers' }).waitFor();
  assert.equal(await chat.getByRole('heading', { name: 'Ana Novak' }).count(), 1);

  // Somebody who wrote before is known again, and told on the bubble of what they missed.
  await page.keyboard.press('Escape');
  assert.equal(await page.evaluate('document.activeElement?.id'), 'hearten-chat', 'back at the bubble');
  await page.reload();
  await bubble.waitFor();
  await answer(conversation.id, 'Anything else?');
  await page.getByRole('button', { name: 'Chat with us, 1 unread' }).waitFor();
  await bubble.click();
  await chat.getByRole('button', { name: /Does the Fjord pendant dim/ }).click();
  await chat.getByText('Anything else?').last().waitFor();
  // Opened, written, answered, closed, loaded anew: what the page's console says of all that, for whoever runs this to see it.
  t.diagnostic(`Content-Security-Policy: ${site.policy}`);
  t.diagnostic([`Console: ${printed.length} lines`, ...printed].join('\n'));
  assert.deepEqual(printed, []);

  // Written while nobody answers: it waits, in its order, and needs no hand; what is begun is there on the site's next page.
  await house.restart(async () => {
    for (const text of ['Written while you were away', 'And once more']) {
      await chat.getByLabel('Your message').fill(text);
      await page.keyboard.press('Enter');
      await chat.locator('.mine .words').getByText(text).waitFor();
    }
    await chat.getByText('No connection.').waitFor();
    assert.deepEqual(await chat.locator('.mine .state').allTextContents(), ['Sending…', 'Sending…']);
  });
  await chat.locator('.unsent').first().waitFor({ state: 'detached', timeout: 40_000 });
  await answer(conversation.id, 'Back again.');
  await chat.getByText('Back again.').last().waitFor();
  const lines = await chat.locator('.log .words').allTextContents();
  assert.deepEqual(lines, [
    'Does the Fjord pendant dim?',
    'It does: https://northwind.example/dimmers',
    'Anything else?',
    'Written while you were away',
    'And once more',
    'Back again.',
  ]);
  assert.deepEqual(
    complaints.filter((one) => !/WebSocket|ERR_CONNECTION|50\d/.test(one)),
    [],
    'but for the server that was away',
  );
  await chat.getByLabel('Your message').fill('Half a sent');
  await page.reload();
  await bubble.click();
  await chat.getByRole('button', { name: /Does the Fjord pendant dim/ }).click();
  await chat.getByText('Back again.').last().waitFor();
  assert.equal(await chat.getByLabel('Your message').inputValue(), 'Half a sent');
  await page.context().close();
});

test('C08 C12: Two visitors at one computer, one after the other, see nothing of each other; and a foreign frame is not heard', async () => {
  const { page, chat, bubble } = await site.visit({ stays: true });
  await page.evaluate("window.postMessage({ hearten: 1, do: 'unread', value: 9 }, '*')");
  await bubble.click();
  await chat.getByRole('button', { name: 'Write to us' }).click();
  await chat.getByLabel('Your message').fill('A secret of the first');
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  assert.doesNotMatch((await bubble.getAttribute('aria-label')) ?? '', /9/);
  const write = async (text: string): Promise<void> => {
    await bubble.click();
    await chat.getByRole('button', { name: 'Write to us' }).click();
    await chat.getByLabel('Your message').fill(text);
    await page.keyboard.press('Enter');
    await chat.locator('.unsent').waitFor({ state: 'detached' });
  };
  /** Nothing of anybody, and nothing kept by the page when the frame has said that all is forgotten. */
  const nobody = async (): Promise<void> => {
    await bubble.click();
    await chat.getByRole('button', { name: 'Write to us' }).waitFor();
    await holds(page, "localStorage.getItem('hearten:' + Hearten.id) === null");
    assert.equal(await chat.getByText('A secret').count(), 0);
    assert.equal(await chat.locator('.list').count(), 0);
  };
  // Signed out where the page is left in the same moment.
  await page.evaluate("Hearten('shutdown'), location.reload()");
  await page.waitForLoadState();
  await nobody();
  await page.reload();
  await write('A secret of the second');
  // Signed out on the page that is shown next, before the chat is there; the site's own settings stay.
  await page.reload({ waitUntil: 'commit' });
  await holds(page, 'window.Hearten?.id');
  await page.evaluate("Hearten('update', { hide_default_launcher: true }), Hearten('shutdown')");
  assert.equal(await bubble.isVisible(), false);
  await page.evaluate("Hearten('update', { hide_default_launcher: false })");
  await nobody();
  await page.context().close();
});

test('On a phone it fills the screen, in Arabic it runs from right to left', async () => {
  const { page, chat, bubble, complaints } = await site.visit(
    { viewport: { width: 390, height: 844 }, locale: 'ar' },
    '/ar',
  );
  await bubble.click();
  await chat.getByRole('button', { name: 'راسلنا' }).waitFor();
  assert.equal(await chat.locator('html').getAttribute('dir'), 'rtl');
  const box = await page.locator('#hearten-chat iframe').boundingBox();
  assert.deepEqual([box?.width, box?.height], [390, 844]);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('A greeting shows itself on its page, once and without a request; answered, it stands first, and what the page told is with the team', async () => {
  const greeting = (n: number, text: string, value: string) => ({
    ...{ id: `5f0f6b1e-0000-4000-8000-00000000000${n}`, text, page: { how: 'starts', value }, seconds: 0, visits: 1 },
    ...{ openOnly: true, enabled: true },
  });
  const triggers = [greeting(1, 'Questions about the Fjord?', '/fjord'), greeting(2, 'Shall we help you pay?', '/pay')];
  await house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { triggers } });
  const { page, chat, asked, bubble, complaints } = await site.visit({ stays: true });
  const card = page.locator('#hearten-chat [role=status]');
  const go = (path: string) => page.evaluate(`history.pushState({}, '', '${path}')`);
  assert.equal(await card.isVisible(), false);
  await go('/fjord/red');
  await card.getByText('Questions about the Fjord?').waitFor();
  await card.getByRole('button', { name: 'Close' }).click();
  await card.waitFor({ state: 'hidden' });
  await go('/');
  await go('/fjord/red');
  await go('/pay');
  await card.getByText('Shall we help you pay?').waitFor();
  await page.evaluate("Hearten('trackEvent', 'Added to cart', { lamp: 'Fjord' })");
  assert.deepEqual(asked, [`/chat/${house.chat.id}.js`], 'all of it in the memory of the page');
  assert.deepEqual(await page.evaluate('[localStorage.length, sessionStorage.length, document.cookie]'), [0, 0, '']);

  await card.getByText('Shall we help you pay?').click();
  await chat.locator('.log .words').getByText('Shall we help you pay?').waitFor();
  await page.evaluate("Hearten('show', { context: { order: '1042', error: '<b>E42</b>' } })");
  await chat.getByLabel('Your message').fill('My card is refused');
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  await chat.locator('.mine .words').getByText('My card is refused').waitFor();
  assert.deepEqual(await chat.locator('.log .words').allTextContents(), [
    'Shall we help you pay?',
    'My card is refused',
  ]);
  const { id } = await newest();
  const opened = await house.ask<{ customer: { id: string }; items: { name?: string; data?: object }[] }>(
    'GET',
    `/conversations/${id}`,
  );
  assert.deepEqual(opened.body.items.find((item) => item.name === 'conversation.context')?.data, {
    values: { order: '1042', error: '<b>E42</b>' },
  });
  const events = await house.ask<{ items: { name: string; meta: object }[] }>(
    'GET',
    `/customers/${opened.body.customer.id}/events`,
  );
  assert.deepEqual(
    events.body.items.filter((one) => one.name === 'Added to cart').map((one) => one.meta),
    [{ lamp: 'Fjord' }],
  );
  // Once opened, the site's other pages know what was said already; signed out, nothing of it is left.
  await page.goto(`${site.url}/pay`);
  await bubble.waitFor();
  await page.waitForTimeout(200);
  assert.equal(await card.isVisible(), false);
  await page.evaluate("Hearten('shutdown')");
  await holds(page, 'localStorage.length === 0');
  await page.goto(`${site.url}/fjord`);
  await card.getByText('Questions about the Fjord?').waitFor();
  assert.deepEqual(complaints, []);
  await page.context().close();
  await house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { triggers: [] } });
});

test('A page that is not among the allowed hosts gets no chat', async () => {
  await house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { domains: ['shop.example'] } });
  await new Promise((done) => setTimeout(done, 100));
  const { page, chat, bubble } = await site.visit();
  await bubble.click();
  await page.waitForTimeout(1500);
  assert.equal(await chat.getByRole('button', { name: 'Write to us' }).count(), 0);
  await house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { domains: [] } });
  await page.context().close();
});

test('A site that changes its address, exchanges its body and runs our line again, or takes the bubble out, has one chat, and the desk knows where the visitor is', async () => {
  const { page, chat, bubble, complaints } = await site.visit({ stays: true });
  const hosts = () => page.locator('[id=hearten-chat]').count();
  await bubble.click();
  await chat.getByRole('button', { name: 'Write to us' }).click();
  await chat.getByLabel('Your message').fill('Which lamp for the hall?');
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  const { id } = await newest();
  const where = async (): Promise<string> =>
    (await house.ask<{ visitor: { page: string } }>('GET', `/conversations/${id}/visitor`)).body.visitor.page;
  const isAt = async (path: string): Promise<void> => {
    for (const end = Date.now() + 5_000; (await where()) !== site.url + path; await page.waitForTimeout(50))
      assert.ok(Date.now() < end, `${await where()} and not ${path}`);
  };
  await page.evaluate("history.pushState({}, '', '/lamps/fjord')");
  await isAt('/lamps/fjord');
  await page.evaluate(
    "navigation.addEventListener('navigate', (event) => event.intercept()), navigation.navigate('/lamps/hall').finished",
  );
  await isAt('/lamps/hall');
  await page.evaluate('history.back()');
  await isAt('/lamps/fjord');

  // As Turbo and Astro do it: another body, in which our line stands and runs once more.
  const line = `(() => {
    const body = document.createElement('body');
    const script = document.createElement('script');
    script.src = trustedTypes.createPolicy('site', { createScriptURL: (text) => text }).createScriptURL(${JSON.stringify(`${house.url}/chat/${house.chat.id}.js`)});
    script.dataset.appId = ${JSON.stringify(house.chat.id)};
    body.append(script);
    return new Promise((done) => { script.onload = done; document.body.replaceWith(body); });
  })()`;
  await page.evaluate(line);
  assert.equal(await hosts(), 1);
  await chat.getByText('Which lamp for the hall?').first().waitFor();
  await page.evaluate("history.pushState({}, '', '/lamps/again')");
  await isAt('/lamps/again');

  // All of the document exchanged, and the bubble taken out by itself: it comes back, with its conversation.
  for (const change of [
    "document.replaceChild(document.createElement('html'), document.documentElement)",
    "document.querySelector('#hearten-chat').remove()",
  ]) {
    await page.evaluate(change);
    await chat.getByText('Which lamp for the hall?').first().waitFor();
    assert.equal(await hosts(), 1, change);
  }
  await answer(id, 'The Fjord pendant.');
  await chat.getByText('The Fjord pendant.').last().waitFor();
  // Whoever takes it out for good may.
  await page.evaluate(`(async () => {
    for (let n = 0; n < 40; n++) {
      document.querySelector('#hearten-chat')?.remove();
      await new Promise((done) => setTimeout(done));
    }
  })()`);
  assert.equal(await hosts(), 0);
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('A page that names its settings as it did for another chat has its language, its place and its own button', async () => {
  const { page, chat, bubble, complaints } = await site.visit({}, '/named');
  assert.equal(await bubble.getAttribute('aria-label'), 'Discuter avec nous');
  const box = await bubble.boundingBox();
  assert.deepEqual([box?.x, 860 - (box?.y ?? 0) - (box?.height ?? 0)], [33, 44]);
  await page.locator('h1').click();
  await chat.getByRole('button', { name: 'Écrivez-nous' }).waitFor();
  assert.equal(await page.title(), 'shown');
  assert.deepEqual(complaints, []);
  await page.context().close();
});

test('As a package under React, also where everything is mounted twice, it is one chat: it follows its settings, counts, goes with its component and comes back', async () => {
  const { page, chat, bubble, complaints } = await site.visit({ stays: true }, '/own');
  const scripts = () => page.locator('script[src*="/chat/"]').count();
  await page.getByRole('button', { name: 'Mit uns chatten' }).waitFor();
  await page.locator('#help').click();
  await chat.getByRole('button', { name: 'Schreiben Sie uns' }).click();
  await page.locator('#help[aria-expanded=true]').waitFor();
  await chat.getByRole('textbox').fill('Aus React');
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  const { id } = await newest();
  await page.evaluate("speak('fr')");
  await page.getByRole('button', { name: 'Fermer', exact: true }).waitFor();
  await page.evaluate('toggle()');
  await bubble.waitFor({ state: 'hidden' });
  await page.locator('#hearten-chat iframe').waitFor({ state: 'hidden' });
  await answer(id, 'Gern.');
  await page.evaluate('toggle()');
  await bubble.waitFor();
  await page.getByText('Help 1').waitFor();
  assert.deepEqual([await scripts(), await page.locator('[id=hearten-chat]').count()], [1, 1]);
  await page.evaluate('signOut()');
  await page.getByText('Help 0').waitFor();
  assert.deepEqual(
    complaints.filter((one) => !/React DevTools/.test(one)),
    [],
  );
  await page.context().close();
});

test('C05: The secret of a visitor and what vouches for one are in no address, no Referer, no history, no log, and nothing of the page around', async () => {
  const made = await house.ask<{ secret: string }>('POST', `/chats/${house.chat.id}/keys`, {
    name: 'Shop',
    algorithm: 'HS256',
  });
  const jwt = await new SignJWT({ user_id: 'u-5', name: 'Jane' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(Buffer.from(made.body.secret));
  const { page, chat, bubble } = await site.visit({ stays: true });
  const said: string[] = [];
  const carried: string[] = [];
  page.context().on('request', (request) => {
    const { referer = '', authorization = '', cookie = '' } = request.headers();
    said.push(request.url(), referer, cookie);
    carried.push(authorization);
  });
  page.on('websocket', (socket) => said.push(socket.url()));
  await page.evaluate(
    "addEventListener('message', ({ data }) => (window.heard = [...(window.heard ?? []), JSON.stringify(data)]))",
  );
  const talk = async (text: string): Promise<void> => {
    await chat.getByRole('button', { name: 'Write to us' }).click();
    await chat.getByLabel('Your message').fill(text);
    await page.keyboard.press('Enter');
    await chat.locator('.unsent').waitFor({ state: 'detached' });
    await chat.getByText(text).first().waitFor();
  };
  await bubble.click();
  await talk('Nobody knows me.');
  await page.evaluate("history.pushState({}, '', '/lamps')");
  const frame = page.frames().find((one) => one.url().startsWith(house.url));
  const token = String(await frame?.evaluate('Object.values(localStorage).find((text) => text.length > 20)'));
  await page.evaluate(`Hearten('update', { user_jwt: ${JSON.stringify(jwt)} })`);
  await talk('It is me.');
  const seen = await Promise.all(
    page
      .frames()
      .map((one) =>
        one.evaluate(
          '[location.href, document.referrer, document.cookie, ...performance.getEntries().map(({ name }) => name)]',
        ),
      ),
  );
  const around = await page.evaluate(
    '[JSON.stringify(localStorage), JSON.stringify(sessionStorage), JSON.stringify(history.state), ...(window.heard ?? [])]',
  );
  await page.reload(); // and once more from the beginning, with what was kept
  await page.getByRole('button', { name: /Chat with us/ }).click();
  await chat.getByRole('button', { name: 'Write to us' }).waitFor();
  const everything = [...said, ...seen.flat(), ...(around as string[]), ...log].map(String);
  assert.ok(token.length > 20 && carried.some((one) => one === `Bearer ${token}`), 'it was used all the while');
  assert.ok(
    said.some((one) => one.includes('/chat/socket')) && log.some((one) => one.includes('/chat/:app/visit')),
    'all was looked at',
  );
  for (const secret of [token, jwt, jwt.split('.')[2] as string, made.body.secret])
    assert.deepEqual(
      everything.filter((one) => one.includes(secret)),
      [],
    );
  await page.context().close();
});

test('When a conversation is over its visitor says how it felt in the widget, by keyboard alone, changes it, and the team sees it', async () => {
  await house.ask('PATCH', '/workspace', { asksMood: true });
  const { page, chat, bubble, complaints } = await site.visit({ viewport: { width: 390, height: 780 } });
  await bubble.click();
  await chat.getByRole('button', { name: 'Write to us' }).click();
  await chat.getByLabel('Your message').fill('The shade of my lamp came cracked.');
  await page.keyboard.press('Enter');
  await chat.locator('.unsent').waitFor({ state: 'detached' });
  const { id } = await newest();
  await answer(id, 'A new one leaves today, and you need not send the old one back.');
  await chat.getByText('A new one leaves today').last().waitFor();
  await house.ask('POST', `/conversations/${id}/status`, { status: 'resolved' });
  const question = chat.getByRole('group', { name: 'Compared with before this happened, how do you feel now?' });
  await question.waitFor();
  assert.match(await chat.getByRole('status').first().innerText(), /how do you feel now/, 'said aloud');
  await question.getByRole('button', { name: 'Better' }).focus();
  await page.keyboard.press('Enter');
  await chat.getByRole('group', { name: 'And which face is it?' }).waitFor();
  assert.equal(await question.getByRole('button', { name: 'Better' }).getAttribute('aria-pressed'), 'true');
  await chat.getByRole('button', { name: 'Heartened' }).focus();
  await page.keyboard.press('Space');
  await chat.getByLabel('Anything you would like to tell us? (if you like)').fill('So quick, thank you.');
  await chat.getByRole('button', { name: 'Send', exact: true }).first().click();
  await chat.getByRole('log').getByText('Thank you. It is noted.').waitFor();
  assert.equal(await chat.locator(':focus').getAttribute('placeholder'), 'Write to Ana Novak', 'no focus is lost');
  const end = async () =>
    (await house.ask<{ end: { compared: string; value: number; words: string } }>('GET', `/conversations/${id}/mood`))
      .body.end;
  const { compared, value, words } = await end();
  assert.deepEqual([compared, value, words], ['better', 5, 'So quick, thank you.']);
  await chat.getByRole('button', { name: 'Change it' }).click();
  await chat.locator('[aria-pressed]:focus').waitFor();
  await question.getByRole('button', { name: 'The same' }).click();
  await chat.getByRole('button', { name: 'Send', exact: true }).first().click();
  await chat.getByRole('log').getByText('Thank you. It is noted.').waitFor();
  assert.equal((await end()).compared, 'same');
  // They write on: the question is gone, and the field they write in is the one it was.
  await chat.getByLabel('Your message').fill('One more thing: which bulb?');
  await page.keyboard.press('Enter');
  await chat.getByRole('log').getByText('Thank you. It is noted.').waitFor({ state: 'detached' });
  assert.deepEqual(complaints, []);
  await page.context().close();
  await house.ask('PATCH', '/workspace', { asksMood: false });
});
