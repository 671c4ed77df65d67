import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { ChatInbox, Frame } from '@hearten/contract';
import { SignJWT } from 'jose';
import WebSocket from 'ws';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';
import { asksWith, settingsOf } from './asks.ts';

let house: ChatHouse;
before(async () => {
  house = await chatHouse();
});
after(async () => house?.end());

const set = async (settings: Record<string, unknown>): Promise<ChatInbox['settings']> => {
  const { status, body } = await house.ask<ChatInbox>('PATCH', `/chats/${house.chat.id}`, { settings });
  assert.equal(status, 200, JSON.stringify(body));
  return body.settings;
};
const nothing = { name: 'no', email: 'no', question: '', answer: 'optional' } as const;
const askAll = (more: { new?: object; returning?: object; signedIn?: object } = {}) =>
  set({
    asks: {
      new: { ...nothing, ...more.new },
      returning: { ...nothing, ...more.returning },
      signedIn: { ...nothing, ...more.signedIn },
    },
    emailWhenClosed: false,
  });
type Told = { chat: string; detail?: string };
const begin = (token: string, answer: string | null = null, text = 'My lamp hums.') =>
  house.as<Told>(token, 'POST', '/messages', { chat: null, clientId: randomUUID(), text, answer });
const audience = async (more: Parameters<ChatHouse['visit']>[0]): Promise<string> =>
  ((await house.visit(more)).body.visitor as unknown as { audience: string }).audience;

test('What was said before each audience had its own holds for new and returning visitors, as it was kept and as programs say it', async () => {
  const old = settingsOf({ askName: 'required', askEmail: 'no', greeting: 'Hello' });
  const once = { name: 'required', email: 'no', question: '', answer: 'optional' };
  assert.deepEqual(old.asks, { new: once, returning: once, signedIn: nothing });
  assert.deepEqual([old.greeting, 'askName' in old], ['Hello', false]);
  assert.deepEqual(asksWith(old.asks, { asks: { returning: { email: 'required' } } }), {
    ...old.asks,
    returning: { ...once, email: 'required' },
  });
  assert.deepEqual(settingsOf({}).asks.new, { ...nothing, email: 'optional' });

  await askAll({ signedIn: { question: 'Which order?' } });
  const { asks } = await set({ askName: 'optional' });
  assert.deepEqual([asks.new.name, asks.returning.name, asks.signedIn.name], ['optional', 'optional', 'no']);
  assert.equal(asks.signedIn.question, 'Which order?');
});

test('A new visitor begins with what is asked of new ones, and from then on comes back: that is asked anew, by either way of sending', async () => {
  await askAll({
    new: { name: 'required', question: 'Which lamp?', answer: 'required' },
    returning: { email: 'required', question: 'Is it about the same lamp?' },
  });
  const { token } = (await house.visit()).body;
  assert.equal(await audience({ token }), 'new');
  const refused = async (what: RegExp, answer: string | null = null) => {
    const { status, body } = await begin(token, answer);
    assert.deepEqual([status, what.test(String(body.detail))], [400, true], JSON.stringify(body));
  };
  await refused(/^Your name is asked for before you write. Nothing was sent/, 'Fjord');
  await house.as(token, 'POST', '/about', { name: 'Lena' });
  await refused(/^There is a question to answer/);
  await refused(/^There is a question to answer/, '  \0 ');
  const begun = await begin(token, ' Fjord ');
  assert.equal(begun.status, 201, JSON.stringify(begun.body));
  assert.equal(await audience({ token }), 'returning');
  const { id } = await house.conversationOf(begun.body.chat);
  const { items } = (await house.ask<{ items: { name?: string; data?: object }[] }>('GET', `/conversations/${id}`))
    .body;
  const asked = items.filter((item) => item.name === 'conversation.asked_first');
  assert.deepEqual(
    asked.map((item) => item.data),
    [{ question: 'Which lamp?', answer: 'Fjord' }],
  );

  // What has begun goes on; what begins anew is asked anew.
  assert.equal((await house.say(token, 'And it flickers.', begun.body.chat)).status, 201);
  const line = widget(house, token);
  line.send({ type: 'say', chat: null, clientId: randomUUID(), text: 'Another thing' });
  const told = await line.until((w) => w.frames.find((frame) => frame.type === 'refused'));
  assert.match(told.type === 'refused' ? told.text : '', /^Your e-mail address is asked for/);
  // Whoever of the team has it open sees at once who they say they are.
  const { id: home } = await house.conversationOf(begun.body.chat);
  const team = new WebSocket(`${house.url.replace('http', 'ws')}/live`, {
    origin: house.url,
    headers: { cookie: house.cookie() },
  });
  await new Promise((open) => team.once('message', open));
  const seen = new Promise<unknown>((heard, never) => {
    const timer = setTimeout(() => never(new Error('the team was not told')), 5_000);
    team.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      if (frame.type !== 'visitor' || !frame.moved) return;
      clearTimeout(timer);
      heard(frame.conversationId);
    });
  });
  await house.as(token, 'POST', '/about', { email: 'lena@customer.example' });
  assert.equal(await seen, home);
  team.terminate();
  const clientId = randomUUID();
  line.send({ type: 'say', chat: null, clientId, text: 'Another thing' });
  await line.until((w) => w.frames.find((frame) => frame.type === 'said' && frame.clientId === clientId));
  line.close();
  // Said again it is the one that is there, whatever is asked by now.
  await askAll({ returning: { question: 'Why?', answer: 'required' } });
  assert.equal((await house.say(token, 'Another thing', null, clientId)).status, 201);
});

test('Who is signed in is asked only what their site did not say; what they say themselves is a claim, opens nothing, and goes when the site says it', async () => {
  await askAll({ signedIn: { name: 'required', email: 'required' } });
  const mine = await begin((await house.visit()).body.token);
  const key = await house.ask<{ secret: string }>('POST', `/chats/${house.chat.id}/keys`, {
    name: 'Shop',
    algorithm: 'HS256',
  });
  const jwt = (claims: object): Promise<string> =>
    new SignJWT({ user_id: 'u-asks', ...claims })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(key.body.secret));
  const customerOf = async (chat: string): Promise<string> => {
    const { id } = await house.conversationOf(chat);
    return (await house.ask<{ conversation: { customer: { id: string } } }>('GET', `/conversations/${id}`)).body
      .conversation.customer.id;
  };
  // Somebody else has this address, and their site vouched for it.
  const other = await house.visit({ jwt: await jwt({ user_id: 'u-owner', name: 'Una', email: 'una@shop.example' }) });
  const theirs = await begin(other.body.token);
  assert.equal(theirs.status, 201, 'their site said both');

  const bare = await house.visit({ jwt: await jwt({ name: 'Ida' }) });
  assert.match(String((await begin(bare.body.token)).body.detail), /^Your e-mail address/);
  await house.as(bare.body.token, 'POST', '/about', { name: 'Somebody', email: 'una@shop.example' });
  const begun = await begin(bare.body.token);
  assert.equal(begun.status, 201, JSON.stringify(begun.body));
  const seen = async () =>
    (
      await house.ask<{ visitor: { name: string; email: string; claims: string[] } }>(
        'GET',
        `/conversations/${(await house.conversationOf(begun.body.chat)).id}/visitor`,
      )
    ).body.visitor;
  const { name, email, claims } = await seen();
  assert.deepEqual([name, email, claims], ['Ida', 'una@shop.example', ['email']], 'the name was said for them');
  const customers = await Promise.all([mine, theirs, begun].map((one) => customerOf(one.body.chat)));
  assert.equal(new Set(customers).size, 3, 'nobody became somebody else');

  // It stays over the next visit, and goes when the site says which it is.
  const again = await house.visit({ jwt: await jwt({ name: 'Ida' }) });
  assert.equal(again.body.visitor.email, 'una@shop.example');
  await house.visit({ jwt: await jwt({ name: 'Ida', email: 'ida@shop.example' }) });
  const proven = await seen();
  assert.deepEqual([proven.email, proven.claims], ['ida@shop.example', []]);
  await house.as(again.body.token, 'POST', '/about', { email: 'una@shop.example' });
  assert.equal((await seen()).email, 'ida@shop.example');
});

test('Outside the hours an address is asked of everybody, where a chat says so', async () => {
  await askAll();
  const { body: hours } = await house.ask<{ id: string }>('POST', '/hours', {
    name: 'Never',
    week: [[], [], [], [], [], [], []],
  });
  await house.ask('PUT', `/hours/places/inbox/${house.chat.id}`, { scheduleId: hours.id });
  const { token } = (await house.visit()).body;
  const before = await begin(token);
  assert.equal(before.status, 201);
  await set({ emailWhenClosed: true });
  assert.match(String((await begin(token)).body.detail), /^Your e-mail address/);
  const settings = (await house.visit({ token })).body as unknown as { settings: { asks: { returning: object } } };
  assert.deepEqual(settings.settings.asks.returning, { ...nothing, email: 'required' }, 'and the widget is told');
  assert.equal((await house.say(token, 'Still there?', before.body.chat)).status, 201, 'what has begun goes on');
  await house.as(token, 'POST', '/about', { email: 'night@customer.example' });
  assert.equal((await begin(token)).status, 201);
});
