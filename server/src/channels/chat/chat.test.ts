import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { SignJWT } from 'jose';
import WebSocket, { WebSocketServer } from 'ws';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';
import { waited } from '../../../test/sending-desk.ts';
import { NOWHERE, sql } from '../../base/db.ts';
import { eraseVisitors, forgetOld } from './forget.ts';
import { type Peer, tell } from './line-out.ts';

let house: ChatHouse;
const logged: string[] = [];
before(async () => {
  house = await chatHouse({ log: (line) => logged.push(line) });
});
after(async () => house?.end());

const begun = async (text = 'My lamp hums.'): Promise<{ token: string; chat: string; id: string }> => {
  const { body } = await house.visit();
  const said = await house.say(body.token, text);
  assert.equal(said.status, 201, JSON.stringify(said.body));
  return { token: body.token, chat: said.body.chat, id: said.body.id };
};
const answer = async (conversationId: string, text: string) => {
  const made = await house.ask<{ message: { id: string } }>('POST', `/conversations/${conversationId}/replies`, {
    text,
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  return made.body.message.id;
};

test('A visitor writes without saying who they are, the team answers, and each reads the other at once', async () => {
  const { token, chat } = await begun('Does the Fjord pendant dim?');
  const open = widget(house, token, [chat]);
  await open.until((w) => w.lines.length === 1);
  const conversation = await house.conversationOf(chat);
  const seen = await house.ask<{ conversation: { channel: string; status: string; subject: string } }>(
    'GET',
    `/conversations/${conversation.id}`,
  );
  assert.deepEqual(
    [seen.body.conversation.channel, seen.body.conversation.status, seen.body.conversation.subject],
    ['chat', 'open', 'Does the Fjord pendant dim?'],
  );
  await answer(conversation.id, 'It does, with any LED dimmer.');
  const line = await open.until((w) => w.lines.find((one) => one.from === 'team'));
  assert.deepEqual([line.text, line.name, line.seq], ['It does, with any LED dimmer.', 'Ana Novak', 2]);
  open.send({ type: 'say', chat, clientId: randomUUID(), text: 'Thank you!' });
  await open.until((w) => w.lines.some((one) => one.text === 'Thank you!'));
  open.close();
});

test('Who asks for a person rises in the list with a mark, once however often they ask, until a person answers', async () => {
  const { token, chat } = await begun('Where is my parcel?');
  const { id } = await house.conversationOf(chat);
  await begun('Somebody else, later');
  const ask = (on: string | null = chat) =>
    house.as<{ chat: string }>(token, 'POST', '/person', {
      chat: on,
      clientId: randomUUID(),
      text: 'A person, please',
    });
  // From the first page first: it is about what waits for an answer, not another conversation.
  const all = [await ask(null), ...(await Promise.all([ask(), ask(null), ask()]))];
  assert.deepEqual(
    all.map((one) => one.body.chat),
    [chat, chat, chat, chat],
  );
  const seen = async () =>
    (
      await house.ask<{ conversation: { asksPerson: boolean }; items: { name?: string; text?: string }[] }>(
        'GET',
        `/conversations/${id}`,
      )
    ).body;
  const { conversation, items } = await seen();
  assert.equal(conversation.asksPerson, true);
  assert.equal(items.filter((one) => one.name === 'conversation.person').length, 1);
  assert.equal(items.filter((one) => one.text === 'A person, please').length, 1);
  const list = await house.ask<{ items: { id: string; asksPerson: boolean }[] }>('GET', '/conversations?view=all');
  assert.deepEqual([list.body.items[0]?.id, list.body.items[0]?.asksPerson], [id, true], 'above what came after it');
  const asked = async () =>
    (await house.as<{ items: { asked: boolean }[] }>(token, 'GET', '/chats')).body.items.map((one) => one.asked);
  assert.deepEqual(await asked(), [true]);
  await answer(id, 'Here I am.');
  assert.deepEqual([(await seen()).conversation.asksPerson, ...(await asked())], [false, false]);
  await house.say(token, 'Thank you', chat);
  assert.equal((await seen()).conversation.asksPerson, false);
  await ask();
  assert.equal((await seen()).conversation.asksPerson, true, 'and asked for anew');
});

test('Signing out ends that visit and no other of the same person; who never wrote leaves nothing behind, and who is silent for a month neither', async () => {
  const { body } = await house.ask<{ secret: string }>('POST', `/chats/${house.chat.id}/keys`, {
    algorithm: 'HS256',
    name: 'One more',
  });
  const jwt = await new SignJWT({ user_id: 'two-browsers' })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(body.secret));
  const [here, there] = [(await house.visit({ jwt })).body.token, (await house.visit({ jwt })).body.token];
  const [left, stays] = [widget(house, here), widget(house, there)];
  await Promise.all([left, stays].map((one) => one.until((w) => w.frames.some((frame) => frame.type === 'ready'))));
  await house.as(here, 'POST', '/end', {});
  await left.until((w) => w.frames.some((frame) => frame.type === 'ended'));
  left.close();
  assert.equal((await house.as(here, 'GET', '/chats')).status, 401);
  assert.equal((await house.as(there, 'GET', '/chats')).status, 200);
  assert.ok(!stays.frames.some((frame) => frame.type === 'ended'));
  stays.close();

  const { hearten } = house.running();
  const [home] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = home?.id as string;
  const known = async (email: string): Promise<number> =>
    (await hearten.db.read(w, sql`select 1 from visitor where workspace_id = ${w} and email = ${email}`)).length;
  const silent = async (email: string): Promise<string> => {
    const { token } = (await house.visit()).body;
    await house.as(token, 'POST', '/about', { email });
    await house.as(token, 'POST', `/files?filename=me.txt`, Buffer.from('something of mine'));
    assert.equal(await known(email), 1);
    return token;
  };
  const token = await silent('ida@nobody.example');
  await house.as(token, 'POST', '/end', {});
  assert.equal(await known('ida@nobody.example'), 0);
  await silent('ivo@nobody.example');
  await hearten.db.tx(w, (tx) =>
    tx.run(
      sql`update visitor set seen_at = now() - interval '31 days' where workspace_id = ${w} and email = 'ivo@nobody.example'`,
    ),
  );
  await silent('eve@nobody.example');
  await silent('una@nobody.example');
  await forgetOld(hearten);
  await hearten.db.tx(w, (tx) => eraseVisitors(tx, ['eve@nobody.example']));
  assert.deepEqual(await Promise.all(['ivo', 'eve', 'una'].map((name) => known(`${name}@nobody.example`))), [0, 0, 1]);
  const files = await hearten.db.read(w, sql`select 1 from upload where workspace_id = ${w} and filename = 'me.txt'`);
  assert.equal(files.length, 1, 'their files went with them');

  // By hand, whoever asks for it: all of it, and what is open of theirs ends.
  const una = (await house.visit()).body.token;
  await house.as(una, 'POST', '/about', { email: 'Una@nobody.example' });
  await house.as(una, 'POST', '/events', { events: [{ name: 'Ordered', meta: { lamp: 'Fjord' } }] });
  const open = widget(house, una);
  await open.until((one) => one.frames.some((frame) => frame.type === 'ready'));
  const erase = () => house.ask<{ visitors: number }>('POST', '/visitors/erasure', { who: ' una@nobody.example ' });
  assert.deepEqual((await erase()).body, { visitors: 2 });
  await open.until((one) => one.frames.some((frame) => frame.type === 'ended'));
  open.close();
  assert.equal((await house.as(una, 'GET', '/chats')).status, 401);
  const held = await hearten.db.read<{ rows: string }>(
    w,
    sql`select (select count(*) from visitor where workspace_id = ${w} and email ilike 'una@%') || ' ' || (select count(*) from visitor_event where workspace_id = ${w} and name = 'Ordered') || ' '
      || (select count(*) from upload where workspace_id = ${w} and filename = 'me.txt') || ' ' || (select count(*) from erased_mark where workspace_id = ${w}) || ' '
      || (select count(*) from audit where workspace_id = ${w} and what = 'visitor.erased' and facts = '{"visitors": 2}') as rows`,
  );
  assert.equal(held[0]?.rows, '0 0 0 1 1');
  assert.equal((await erase()).status, 400, 'nobody is left to erase');
});

test('The same message sent twice, by either way, is one; two tabs that begin with it begin one conversation', async () => {
  const { body } = await house.visit();
  const clientId = randomUUID();
  const twice = await Promise.all([
    house.say(body.token, 'Hello', null, clientId),
    house.say(body.token, 'Hello', null, clientId),
  ]);
  assert.deepEqual(twice[0].body, twice[1].body);
  const open = widget(house, body.token, [twice[0].body.chat]);
  open.send({ type: 'say', chat: twice[0].body.chat, clientId, text: 'Hello' });
  await open.until((w) => w.frames.some((frame) => frame.type === 'said' && frame.id === twice[0].body.id));
  assert.equal((await house.as<{ items: unknown[] }>(body.token, 'GET', '/chats')).body.items.length, 1);
  assert.equal(
    (await house.as<{ items: unknown[] }>(body.token, 'GET', `/chats/${twice[0].body.chat}/lines`)).body.items.length,
    1,
  );
  open.close();
});

test('A visitor sees nothing of another: neither list, lines, files nor the way to write into it', async () => {
  const mine = await begun('Mine.');
  const { body: other } = await house.visit();
  assert.deepEqual((await house.as<{ items: unknown[] }>(other.token, 'GET', '/chats')).body.items, []);
  assert.equal((await house.as(other.token, 'GET', `/chats/${mine.chat}/lines`)).status, 404);
  assert.equal((await house.say(other.token, 'Let me in', mine.chat)).status, 404);
  assert.equal((await house.as(other.token, 'GET', `/files/${mine.id}/0`)).status, 404);
  const open = widget(house, other.token, [mine.chat]);
  await open.until((w) => w.frames.some((frame) => frame.type === 'ready'));
  await answer((await house.conversationOf(mine.chat)).id, 'For you alone.');
  const own = widget(house, mine.token, [mine.chat]);
  await own.until((w) => w.lines.some((line) => line.text === 'For you alone.'));
  assert.equal(open.lines.length, 0);
  open.close();
  own.close();
});

test('Where chats go to whoever has room, who opens the app gets the one that waits, and the visitor is told who is here now', async () => {
  const set = (assign: 'room' | 'off') => house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { assign } });
  assert.equal((await set('room')).status, 200);
  // She has answered all the chats of this file, and each still counts.
  assert.equal((await house.ask('PATCH', '/workspace', { chatsEach: 100 })).status, 200);
  const { token, chat } = await begun('Is somebody there?');
  const open = widget(house, token, [chat]);
  const queued = await open.until((w) => w.frames.find((frame) => frame.type === 'lines' && frame.chat.queued));
  assert.ok(queued, 'it is said that nobody has room');
  const screen = new WebSocket(`${house.url.replace('http', 'ws')}/live`, {
    headers: { cookie: house.cookie() },
    origin: house.url,
  });
  const line = await open.until((w) => w.lines.find((one) => one.from === 'joined'), 30_000);
  assert.equal(line.name, 'Ana Novak');
  const last = open.frames.findLast((frame) => frame.type === 'lines');
  assert.equal(last?.type === 'lines' && last.chat.queued, false);
  const conversation = await house.conversationOf(chat);
  await answer(conversation.id, 'I am.');
  await open.until((w) => w.lines.some((one) => one.text === 'I am.'));
  assert.equal(open.lines.filter((one) => one.from === 'joined').length, 1);
  screen.terminate();
  open.close();
  await set('off');
});

test('What a program answered with somebody’s key is not that they came: the visitor is told when they do, once', async () => {
  const { token, chat } = await begun('Is anybody there?');
  const { id } = await house.conversationOf(chat);
  const key = await house.ask<{ token: string }>('POST', '/api-keys', { name: 'robot', scopes: ['read', 'write'] });
  const said = await fetch(`${house.url}/api/v1/conversations/${id}/replies`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key.body.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ text: 'I am a program.' }),
  });
  assert.equal(said.status, 201, await said.text());
  const open = widget(house, token, [chat]);
  await open.until((w) => w.lines.find((one) => one.from === 'bot'));
  const { person } = (await house.ask<{ person: { id: string } }>('GET', '/me')).body;
  const take = (assigneeId: string | null) => house.ask('POST', `/conversations/${id}/assign`, { assigneeId });
  assert.equal((await take(person.id)).status, 200);
  const line = await open.until((w) => w.lines.find((one) => one.from === 'joined'), 30_000);
  assert.equal(line.name, 'Ana Novak');
  await take(null);
  await take(person.id);
  await answer(id, 'I am Ana.');
  await open.until((w) => w.lines.some((one) => one.text === 'I am Ana.'));
  assert.equal(open.lines.filter((one) => one.from === 'joined').length, 1);
  open.close();
});

test('A chat goes on by mail and comes back, in the same conversation; where nobody would be reached it says why', async () => {
  const { token, chat } = await begun('This takes longer.');
  const { id } = await house.conversationOf(chat);
  const move = (inboxId: string) =>
    house.ask<{ conversation: { channel: string; inboxId: string }; detail: string }>(
      'POST',
      `/conversations/${id}/inbox`,
      { inboxId },
    );
  const refused = await move(house.mailInboxId);
  assert.equal(refused.status, 400);
  assert.match(refused.body.detail, /No e-mail address .* ask for it in the chat/);
  await house.as(token, 'POST', '/about', { email: 'lena@customer.example', name: 'Lena' });
  const moved = await move(house.mailInboxId);
  assert.deepEqual([moved.body.conversation.channel, moved.body.conversation.inboxId], ['email', house.mailInboxId]);
  const sent = await answer(id, 'By mail, then.');
  const { body } = await house.ask<{ items: { id: string; to: { address: string }[] }[] }>(
    'GET',
    `/conversations/${id}`,
  );
  assert.equal(body.items.find((item) => item.id === sent)?.to[0]?.address, 'lena@customer.example');
  assert.equal((await move(house.chat.id)).body.conversation.channel, 'chat');
  const open = widget(house, token, [chat]);
  await answer(id, 'And here again.');
  await open.until((w) => w.lines.some((line) => line.text === 'And here again.'));
  open.close();
  const mail = await house.ask<{ conversation: { id: string } }>('POST', '/conversations', {
    inboxId: house.mailInboxId,
    to: 'never@there.example',
    subject: 'Hello',
    text: 'Hello',
  });
  assert.equal(mail.status, 201, JSON.stringify(mail.body));
  const never = await house.ask<{ detail: string }>('POST', `/conversations/${mail.body.conversation.id}/inbox`, {
    inboxId: house.chat.id,
  });
  assert.equal(never.status, 400);
  assert.match(never.body.detail, /never in this chat/);
});

test('Handed over with a note it is nobody’s until somebody there takes it, and whoever takes it second is told', async () => {
  const { chat } = await begun('For the lamps team.');
  const { id } = await house.conversationOf(chat);
  const team = await house.ask<{ id: string }>('POST', '/teams', { name: 'Lamps' });
  const done = await house.ask<{ conversation: { assigneeId: string | null; teamId: string } }>(
    'POST',
    `/conversations/${id}/transfer`,
    { teamId: team.body.id, note: 'Knows the dimmers best.' },
  );
  assert.deepEqual([done.body.conversation.assigneeId, done.body.conversation.teamId], [null, team.body.id]);
  const { body } = await house.ask<{ items: { type: string; text?: string }[] }>('GET', `/conversations/${id}`);
  assert.ok(body.items.some((item) => item.type === 'note' && item.text === 'Knows the dimmers best.'));
});

test('A paused visitor is told until when, a blocked one plainly; they read what is there, and may write again when let', async () => {
  const { token, chat } = await begun('You are all idiots.');
  const { id, number } = await house.conversationOf(chat);
  const against = (body: object) => house.ask('POST', `/conversations/${id}/abuse`, body);
  assert.equal((await against({ do: 'pause', minutes: 10, reason: 'Insults' })).status, 200);
  const paused = await house.say(token, 'And you!', chat);
  assert.equal(paused.status, 403);
  assert.match(JSON.stringify(paused.body), /write again in 10 minutes/);
  assert.equal((await against({ do: 'pause', minutes: 1 })).status, 409, 'a shorter pause shortens nothing');
  assert.equal((await against({ do: 'block', reason: 'Insults again' })).status, 200);
  const less = await house.ask<{ detail: string }>('POST', `/conversations/${id}/abuse`, { do: 'pause', minutes: 30 });
  assert.equal(less.status, 409);
  assert.match(less.body.detail, /for longer than that already\. Nothing was changed/);
  assert.match(JSON.stringify((await house.say(token, 'Hello?')).body), /cannot write in this chat any more/);
  assert.equal((await house.as(token, 'POST', '/about', { email: 'any@one.example' })).status, 403);
  assert.equal(
    (await house.as(token, 'PUT', `/chats/${chat}/felt`, { compared: 'worse', words: 'Idiots' })).status,
    403,
  );
  assert.equal((await house.as(token, 'POST', `/chats/${chat}/mail`, { email: 'any@one.example' })).status, 403);
  assert.equal((await house.as<{ items: unknown[] }>(token, 'GET', `/chats/${chat}/lines`)).body.items.length, 1);
  const { body } = await house.ask<{ items: { id: string; number: number; reason: string; until: string | null }[] }>(
    'GET',
    '/blocked-visitors',
  );
  const [blocked] = body.items.filter((one) => one.number === number);
  assert.deepEqual([blocked?.reason, blocked?.until], ['Insults again', null]);
  assert.equal((await house.ask('DELETE', `/blocked-visitors/${blocked?.id}`)).status, 200);
  assert.equal((await house.say(token, 'Sorry.', chat)).status, 201);
});

test('Taken back before it was read, an answer leaves the widget too', async () => {
  const { token, chat } = await begun();
  const open = widget(house, token, [chat]);
  const id = await answer((await house.conversationOf(chat)).id, 'Wrong window.');
  await open.until((w) => w.lines.some((line) => line.id === id && line.from === 'team'));
  assert.equal((await house.ask('POST', `/messages/${id}/undo`)).status, 200);
  await open.until((w) => w.lines.some((line) => line.id === id && line.from === 'gone'));
  open.close();
});

test('C06 C07: Who says they are a known customer, without proof, stays a stranger to their history; who is vouched for is that customer', async () => {
  const known = await begun('I am Jane, and I wrote before.');
  await house.as(known.token, 'POST', '/about', { email: 'jane@shop.example', name: 'Jane' });
  const made = await house.ask<{ key: { id: string }; secret: string }>('POST', `/chats/${house.chat.id}/keys`, {
    name: 'Shop',
    algorithm: 'HS256',
  });
  assert.equal(made.status, 201, JSON.stringify(made.body));
  const sign = (claims: Record<string, unknown>, secret = made.body.secret, end: string | null = '5m') => {
    const jwt = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' });
    if (end) jwt.setExpirationTime(end);
    return jwt.sign(Buffer.from(secret));
  };
  const jane = await house.visit({ jwt: await sign({ user_id: 'u-1', email: 'jane@shop.example', name: 'Jane' }) });
  assert.equal(jane.status, 200);
  assert.deepEqual([jane.body.visitor.vouched, jane.body.chats], [true, []], 'nothing of the one who only said so');
  const said = await house.say(jane.body.token, 'It is really me.');
  const customers = await Promise.all(
    [known.chat, said.body.chat].map(async (chat) => {
      const { id } = await house.conversationOf(chat);
      return (await house.ask<{ conversation: { customer: { id: string } } }>('GET', `/conversations/${id}`)).body
        .conversation.customer.id;
    }),
  );
  assert.notEqual(customers[0], customers[1]);
  const again = await house.visit({ jwt: await sign({ user_id: 'u-1' }) });
  assert.equal(again.body.chats.length, 1, 'the same person in another browser');

  for (const [what, jwt] of Object.entries({
    'signed with another secret': await sign({ user_id: 'u-1' }, 'another secret of the same length as the one'),
    'no longer good': await sign({ user_id: 'u-1' }, undefined, '-10m'),
    'without an end': await sign({ user_id: 'u-1' }, undefined, null),
    'about nobody': await sign({ email: 'jane@shop.example' }),
    'about an array': await sign({ user_id: ['u-1'] }),
    'of no algorithm': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"user_id":"u-1","exp":99999999999}').toString('base64url')}.`,
    'no token at all': 'hello',
  }))
    assert.equal((await house.visit({ jwt })).status, 401, what);

  // A second key stands beside the first, so that one can be changed without a gap; with a key go the visits it vouched for.
  const second = await house.ask<{ secret: string }>('POST', `/chats/${house.chat.id}/keys`, {
    name: 'New',
    algorithm: 'HS256',
  });
  assert.equal((await house.visit({ jwt: await sign({ user_id: 'u-1' }, second.body.secret) })).status, 200);
  assert.equal((await house.visit({ jwt: await sign({ user_id: 'u-1' }) })).status, 200);
  const open = widget(house, jane.body.token, [said.body.chat]);
  await open.until((w) => w.lines.length === 1);
  assert.equal((await house.ask('DELETE', `/chat-keys/${made.body.key.id}`)).status, 200);
  await open.until((w) => w.frames.some((frame) => frame.type === 'ended'), 5_000); // C06
  open.close();
  assert.equal((await house.visit({ jwt: await sign({ user_id: 'u-1' }) })).status, 401);
  assert.equal((await house.as(jane.body.token, 'GET', '/chats')).status, 401);
});

test('C12: Signed out, the browser is a stranger’s: its secret opens nothing, and a new visit is empty', async () => {
  const { token, chat } = await begun();
  const open = widget(house, token, [chat]);
  await open.until((w) => w.lines.length === 1);
  assert.equal((await house.as(token, 'POST', '/end')).status, 200);
  await open.until((w) => w.frames.some((frame) => frame.type === 'ended'));
  open.close();
  assert.equal((await house.as(token, 'GET', `/chats/${chat}/lines`)).status, 401);
  const next = await house.visit({ token });
  assert.notEqual(next.body.token, token);
  assert.deepEqual(next.body.chats, []);
});

test('C04: A line is opened by our own frame only, and only with the secret of a visit', async () => {
  const { body } = await house.visit();
  const opened = (origin: string | undefined, protocols: string[]) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(
        `${house.url.replace('http', 'ws')}/chat/socket`,
        protocols,
        origin === undefined ? {} : { origin },
      );
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
      socket.on('open', () => {
        socket.terminate();
        resolve(101);
      });
      socket.on('error', () => undefined); // told by the response
    });
  const right = ['hearten.chat.1', house.chat.id, body.token];
  assert.equal(await opened(house.url, right), 101);
  for (const origin of ['https://evil.example', 'null', undefined]) {
    const from = logged.length;
    assert.equal(await opened(origin, right), 403, String(origin));
    const said = logged.slice(from).filter((line) => line.includes('A socket from another site was refused'));
    assert.equal(said.length, 1, `of ${origin} it is logged`);
    assert.ok(said[0]?.includes(origin ?? '(none)') && !said[0].includes(body.token), said[0]);
  }
  assert.equal(await opened(house.url, ['hearten.chat.1', house.chat.id, 'x'.repeat(43)]), 401);
  assert.equal(await opened(house.url, ['hearten.chat.1', randomUUID(), body.token]), 404);
  assert.equal((await house.visit({}, { 'sec-fetch-site': 'cross-site' })).status, 403);
});

test('C11: What a widget missed comes in pages, in order; while it does not read, no megabyte waits for it', async () => {
  const { token, chat, id } = await begun();
  const { hearten } = house.running();
  const [home] = await hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  const w = home?.id as string;
  // As long as they may be, in letters of three bytes.
  await hearten.db.tx(w, async (tx) => {
    await tx.run(sql`
      with said as (insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, text, state, at)
        select workspace_id, gen_random_uuid(), conversation_id, inbox_id, 'out', (select id from person where workspace_id = ${w} limit 1), repeat('語', 20000), 'sent', now() from message, generate_series(1, 250) where workspace_id = ${w} and id = ${id} returning id)
      insert into chat_line (workspace_id, chat_id, message_id, seq) select ${w}, ${chat}, id, 1 + row_number() over () from said`);
    await tx.run(sql`update chat set last_seq = 251 where workspace_id = ${w} and id = ${chat}`);
  });
  let most = 0;
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (this: WebSocket, ...given: unknown[]) {
    (send as (...all: unknown[]) => void).apply(this, given);
    most = Math.max(most, this.bufferedAmount);
  };
  try {
    const socket = new WebSocket(
      `${house.url.replace('http', 'ws')}/chat/socket`,
      ['hearten.chat.1', house.chat.id, token],
      { origin: house.url, perMessageDeflate: false },
    );
    const pages: number[] = [];
    const seqs: number[] = [];
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as { type: string; lines?: { seq: number }[] };
      if (!frame.lines) return;
      pages.push(String(data).length);
      seqs.push(...frame.lines.map((line) => line.seq));
    });
    await new Promise((done) => socket.once('open', done));
    socket.send(JSON.stringify({ type: 'resume', at: { [chat]: 0 } }));
    socket.pause();
    await new Promise((done) => setTimeout(done, 1_000));
    assert.ok(most > 0 && most <= 1_000_000, `${most} bytes waited`);
    socket.resume();
    await waited(() => seqs.length >= 251, 30_000);
    assert.deepEqual(
      seqs,
      Array.from({ length: 251 }, (_, n) => n + 1),
    );
    assert.ok(pages.length > 100, `${pages.length} pages`);
    socket.terminate();
  } finally {
    WebSocket.prototype.send = send;
  }
  assert.ok(most <= 1_000_000, `${most} bytes waited`);
});

test('C09: Whoever opens visits or writes without end is told to wait, and for how long', async () => {
  const { token, chat } = await begun();
  const others = await Promise.all(Array.from({ length: 5 }, () => begun('Flood')));
  let over = false;
  const started = performance.now();
  const statuses: number[] = [];
  let after = 0;
  const flood = Promise.all(
    [{ token, chat }, ...others].flatMap((one) =>
      Array.from({ length: 4 }, async () => {
        while (!over) {
          const { status, headers } = await house.say(one.token, 'Flood', one.chat);
          statuses.push(status);
          if (status === 429) after = Math.max(after, Number(headers.get('retry-after')));
        }
      }),
    ),
  );
  const line = widget(house, token, [chat], 'de-AT, en;q=0.5');
  for (let n = 0; n < 100; n++) line.send({ type: 'say', chat, clientId: randomUUID(), text: `Flood ${n}` });
  // Once the flood is refused the team has its turn among them: how many of it are answered before the team is says more than a clock does.
  await waited(() => statuses.filter((status) => status === 429).length > 50, 60_000);
  const { db } = house.running().hearten;
  const [asked, refused] = [db.statements(), statuses.length];
  const passed: number[] = [];
  for (let n = 0; n < 20; n++) {
    const before = statuses.length;
    assert.equal((await house.ask('GET', '/conversations?view=all')).status, 200);
    passed.push(statuses.length - before);
  }
  const looks = (db.statements() - asked) / (statuses.length - refused);
  over = true;
  await flood;
  const kept = statuses.filter((status) => status === 201).length;
  // Twenty at once for each visitor, and forty a minute: all else waits.
  const most = 6 * (20 + (40 * (performance.now() - started)) / 60_000 + 1);
  assert.ok(kept <= most && statuses.length - kept >= 20, `${kept} of ${statuses.length}, at most ${most}`);
  assert.ok(statuses.every((status) => status === 201 || status === 429) && after >= 1, [...new Set(statuses)].join());
  // What is refused looks up its visitor at most, so the team waits for no more than some refusals of each who floods.
  const usual = passed.toSorted((one, other) => one - other)[10] as number;
  assert.ok(usual <= 24 * 4, `the team waits while ${usual} of the flood are answered`);
  assert.ok(looks <= 6, `${looks} statements for each of the flood`);
  await line.until((w) => w.frames.some((frame) => frame.type === 'refused' && (frame.again ?? 0) >= 1));
  const told = line.frames.find((frame) => frame.type === 'refused');
  assert.match(told?.type === 'refused' ? told.text : '', /warte|Moment|Sekunde/i, 'in the language of their browser');
  line.close();
  const visits = await Promise.all(Array.from({ length: 80 }, () => house.visit()));
  assert.ok(visits.some((one) => one.status === 429 && Number(one.headers.get('retry-after')) >= 1));

  // Whoever comes back is no new visitor: an office has as many of them as it likes.
  const [, other] = others as [unknown, { token: string; chat: string; id: string }];
  for (const one of [other, { token }]) {
    const back = await Promise.all(Array.from({ length: 40 }, () => house.visit({ token: one.token })));
    assert.deepEqual([...new Set(back.map(({ status }) => status))], [200]);
  }
  // Looking is bounded too, for each by themselves.
  for (const [method, path] of [
    ['GET', '/chats'],
    ['GET', `/chats/${other.chat}/lines`],
    ['POST', `/chats/${other.chat}/read`],
    ['GET', `/files/${other.id}/0`],
  ] as const) {
    const seen = await Promise.all(
      Array.from({ length: 120 }, () =>
        house.as(other.token, method, path, method === 'POST' ? { seq: 1 } : undefined),
      ),
    );
    const refused = seen.filter((one) => one.status === 429);
    assert.ok(path === '/chats' || (refused.length > 0 && Number(refused[0]?.headers.get('retry-after')) >= 1), path);
  }
  assert.equal((await house.as(token, 'GET', '/chats')).status, 200, 'others look as before');
  assert.equal((await house.as(other.token, 'POST', '/end', {})).status, 200, 'and whoever signs out is out');
});

test('C11: A widget that stops reading is let go when a megabyte waits for it', async () => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await new Promise((done) => server.once('listening', done));
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as { port: number }).port}`);
  const [socket] = await Promise.all([
    new Promise<WebSocket>((done) => server.once('connection', done)),
    new Promise((done) => client.once('open', done)),
  ]);
  client.pause();
  const peer = { socket } as Peer;
  const name = 'x'.repeat(20_000);
  let most = 0;
  for (let n = 0; n < 2_000 && socket.readyState === WebSocket.OPEN; n++) {
    tell(peer, { type: 'typing', chat: '', name, on: true });
    most = Math.max(most, socket.bufferedAmount);
    if (n % 50 === 0) await new Promise((done) => setImmediate(done));
  }
  assert.notEqual(socket.readyState, WebSocket.OPEN, 'it was let go');
  assert.ok(most <= 1_100_000, `${most} bytes waited`);
  client.terminate();
  server.close();
});
