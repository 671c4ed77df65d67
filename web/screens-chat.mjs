// What the pictures of hours, web forms and live chat are of: made where a desk has none. And the chat as a visitor sees it, on a page of a shop.
import { createServer } from 'node:http';

// A week begins on Monday.
const office = [0, 1, 2, 3, 4, 5, 6].map((day) =>
  day === 6
    ? []
    : day === 5
      ? [[600, 840]]
      : [
          [540, 750],
          [810, 1080],
        ],
);
const closed = [[], [], [], [], [], [], []];

/** A name of its own each, so that it is made once: hours with a holiday, a chat that is open and one that is not, a form. */
export async function openChannels(page, ask) {
  const once = async (path, name, body) =>
    (await ask(page, 'GET', path)).items.find((one) => one.name === name) ??
    (await ask(page, 'POST', path, { name, ...body }));
  const hours = await once('/hours', 'Workshop', { timeZone: 'Europe/Copenhagen', week: office });
  const { holidays } = await ask(page, 'GET', `/hours/${hours.id}`);
  if (!holidays?.length) {
    await ask(page, 'POST', `/hours/${hours.id}/holidays`, {
      name: 'Whit Monday',
      rule: { kind: 'easter', church: 'western', days: 50 },
    });
    await ask(page, 'PUT', `/hours/${hours.id}/exceptions/2099-12-24`, { name: 'Christmas Eve', open: [[540, 720]] });
  }
  const always = await once('/hours', 'Round the clock', {
    timeZone: 'Europe/Copenhagen',
    week: closed.map(() => [[0, 1440]]),
  });
  const night = await once('/hours', 'Fair days', {
    timeZone: 'Europe/Copenhagen',
    week: closed.map((_, day) => (day === (new Date().getUTCDay() + 3) % 7 ? [[540, 1020]] : [])),
  });
  const { items: inboxes } = await ask(page, 'GET', '/inboxes');
  const mail = inboxes.find((one) => one.channel === 'email' || one.address?.includes('@'));
  const chat = await once('/chats', 'Shop', {
    settings: {
      colour: '#0e6b5c',
      mailInboxId: mail?.id ?? null,
      triggers: [
        {
          ...{ id: '5f0f6b1e-0000-4000-8000-000000000001', text: 'Shall we help you choose?', seconds: 20, visits: 1 },
          ...{ page: { how: 'starts', value: '/lamps' }, openOnly: true, enabled: true },
        },
      ],
    },
  });
  const fair = await once('/chats', 'Fair', { settings: { mailInboxId: mail?.id ?? null } });
  await ask(page, 'PUT', `/hours/places/inbox/${chat.id}`, { scheduleId: always.id });
  await ask(page, 'PUT', `/hours/places/inbox/${fair.id}`, { scheduleId: night.id });
  const form = await once('/forms', 'Spare parts', {
    inboxId: mail?.id,
    settings: {
      fields: [{ name: 'lamp', kind: 'choice', label: 'Which lamp?', choices: ['Fjord', 'Tind', 'Another'] }],
    },
  });
  return { hours: hours.id, chat: chat.id, fair: fair.id, form: form.id };
}

/** The newest conversation that came by chat. */
export async function lastChat(page, ask) {
  const { items } = await ask(page, 'GET', '/conversations?view=all&limit=50');
  const chat = items.find((one) => one.channel === 'chat');
  if (!chat) throw new Error('no chat is there: take the picture of one first');
  return chat;
}
/** Answers it, as a representative would. */
export const answerChat = (page, ask) => async () =>
  ask(page, 'POST', `/conversations/${(await lastChat(page, ask)).id}/replies`, {
    text: 'It does, with any trailing-edge dimmer: https://northwind.example/dimmers',
  });

const shop = (base, appId, dark) => `<!doctype html><meta charset="utf-8"><title>Fjord pendant</title>
<meta name="viewport" content="width=device-width">
<style>body{margin:0;font:16px/1.6 system-ui;background:${dark ? '#16191b' : '#f6f4ef'};color:${dark ? '#e7e5e0' : '#2b2a27'}}
main{max-width:860px;margin:0 auto;padding:48px 28px}.lamp{height:300px;border-radius:16px;background:linear-gradient(160deg,#dfe8e4,#b9c8c1)}</style>
<main><div class="lamp"></div><h1>Fjord pendant</h1><p>Spun by hand in two sizes, dimmable, with three metres of cable.</p></main>
<script async src="${base}/chat/${appId}.js" data-app-id="${appId}"></script>`;

/** It is over: the visitor is asked how they feel now. */
export const endChat = (page, ask) => async () => {
  await ask(page, 'PATCH', '/workspace', { asksMood: true });
  await ask(page, 'POST', `/conversations/${(await lastChat(page, ask)).id}/status`, { status: 'resolved' });
};

/** The bubble, the first screen, a conversation, its end and a chat that is closed, in one look. The answer in it is written as the team would. */
export async function takeChat({ base, ids, look, contextOf, save, answer, end, shown }) {
  const dark = look.scheme === 'dark';
  const server = createServer((request, response) =>
    response
      .setHeader('content-type', 'text/html; charset=utf-8')
      .end(shop(base, request.url === '/fair' ? ids.fair : ids.chat, dark)),
  );
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address();
  const context = await contextOf(look);
  try {
    const page = await context.newPage();
    const open = async (path) => {
      await page.goto(`http://127.0.0.1:${port}${path}`);
      const bubble = page.locator('#hearten-chat [aria-expanded]');
      await bubble.waitFor();
      return bubble;
    };
    const frame = page.frameLocator('#hearten-chat iframe');
    const bubble = await open('/');
    if (shown('chat-bubble')) await save(page, `chat-bubble-${look.name}`);
    await bubble.click();
    await frame.locator('.card .button').first().waitFor();
    await page.waitForTimeout(500);
    if (shown('chat-home')) await save(page, `chat-home-${look.name}`);
    if (shown('chat')) {
      await frame.locator('.card .button').first().click();
      await frame.locator('.composer textarea').fill(look.words ?? 'Does the Fjord pendant dim?');
      await frame.locator('.composer textarea').press('Enter');
      await frame.locator('.unsent').waitFor({ state: 'detached' });
      await answer();
      await frame.locator('.line:not(.mine) .words').first().waitFor();
      await page.waitForTimeout(600);
      await save(page, `chat-${look.name}`);
      if (shown('chat-end')) {
        await end();
        await frame.locator('.ask fieldset button').first().click();
        await frame.locator('.ask fieldset').nth(1).locator('button').nth(3).click();
        await frame.locator('.ask fieldset').nth(1).locator('[aria-pressed=true]').waitFor();
        await page.waitForTimeout(600);
        await save(page, `chat-end-${look.name}`);
      }
    }
    if (shown('chat-closed')) {
      await (await open('/fair')).click();
      await frame.locator('.card .button').first().waitFor();
      await page.waitForTimeout(500);
      await save(page, `chat-closed-${look.name}`);
    }
  } finally {
    await context.close();
    server.close();
    server.closeAllConnections();
  }
}
