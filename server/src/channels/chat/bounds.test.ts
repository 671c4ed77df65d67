import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import type { ChatInbox } from '@hearten/contract';
import { SignJWT } from 'jose';
import WebSocket from 'ws';
import { type ChatHouse, chatHouse, type Visit, type Widget, widget } from '../../../test/chat.ts';
import { waited } from '../../../test/sending-desk.ts';
import { NOWHERE, sql, type Tx } from '../../base/db.ts';
import { ancestors, askedOf, makeLimits } from './allowed.ts';
import { makeLink } from './links.ts';
import type { Chat } from './settings.ts';
import { sayType } from './take-files.ts';

let house: ChatHouse;
let w = '';
before(async () => {
  house = await chatHouse();
  const [home] = await house.running().hearten.db.read<{ id: string }>(NOWHERE, sql`select id from workspace`);
  w = home?.id as string;
});
after(async () => house?.end());
const inside = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => house.running().hearten.db.tx(w, work);

type Key = { id: string; sign: (claims: Record<string, unknown>) => Promise<string> };
const keyOf = async (chatId: string): Promise<Key> => {
  const { status, body } = await house.ask<{ key: { id: string }; secret: string }>('POST', `/chats/${chatId}/keys`, {
    ...{ name: 'Shop', algorithm: 'HS256' },
  });
  assert.equal(status, 201, JSON.stringify(body));
  const sign: Key['sign'] = (claims) =>
    new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('5m').sign(Buffer.from(body.secret));
  return { id: body.key.id, sign };
};
const post = async <T>(
  chatId: string,
  path: string,
  body: unknown,
  token = '',
): Promise<{ status: number; body: T }> => {
  const reply = await fetch(`${house.url}/chat/${chatId}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
  return { status: reply.status, body: (await reply.json()) as T };
};
const customerOf = async (chat: string) => {
  const { id } = await house.conversationOf(chat);
  const { body } = await house.ask<{ conversation: { customer: { id: string } } }>('GET', `/conversations/${id}`);
  return body.conversation.customer.id;
};
const wrote = async (chatId: string, jwt: string, text: string): Promise<{ token: string; chat: string }> => {
  const { token } = (await post<Visit>(chatId, '/visit', { jwt })).body;
  const said = await post<{ chat: string }>(
    ...([chatId, '/messages', { chat: null, clientId: crypto.randomUUID(), text }, token] as const),
  );
  assert.equal(said.status, 201, JSON.stringify(said.body));
  return { token, chat: said.body.chat };
};

test('User 57 of one site is not user 57 of another: two customers, each with that id; where one key stands at both they are one', async () => {
  const made = await house.ask<ChatInbox>('POST', '/chats', { name: 'The other shop' });
  const [here, there] = [house.chat.id, made.body.id];
  const [one, two] = [await keyOf(here), await keyOf(there)];
  const ida = await wrote(here, await one.sign({ user_id: 57, name: 'Ida', email: 'ida@one.example' }), 'My lamp hums');
  const ole = await wrote(there, await two.sign({ user_id: 57, name: 'Ole' }), 'My order is late');
  const [first, second] = [await customerOf(ida.chat), await customerOf(ole.chat)];
  assert.notEqual(first, second);
  for (const id of [first, second]) {
    const { body } = await house.ask<{ handles: { kind: string; value: string }[] }>('GET', `/customers/${id}`);
    assert.deepEqual(
      body.handles.filter((each) => each.kind === 'account').map((each) => each.value),
      ['57'],
    );
  }
  // Merged and taken back, each has their own again.
  const merged = await house.ask('POST', `/customers/${second}/merge`, { into: first });
  assert.equal(merged.status, 200, JSON.stringify(merged.body));
  assert.equal((await house.ask('POST', `/customers/${second}/unmerge`)).status, 200);
  const scopes = await inside((tx) =>
    tx.many<{ scope: string; id: string }>(
      sql`select scope, customer_id as id from handle where workspace_id = ${w} and kind = 'account' and value = '57' order by created_at`,
    ),
  );
  assert.deepEqual(scopes, [
    { scope: here, id: first },
    { scope: there, id: second },
  ]);

  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const publicKey = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  for (const id of [here, there])
    await house.ask('POST', `/chats/${id}/keys`, { name: 'Shared', algorithm: 'ES256', publicKey });
  const jwt = await new SignJWT({ user_id: 'u-58' })
    .setProtectedHeader({ alg: 'ES256' })
    .setExpirationTime('5m')
    .sign(pair.privateKey);
  const [a, b] = [await wrote(here, jwt, 'Hello'), await wrote(there, jwt, 'Hello again')];
  assert.equal(await customerOf(a.chat), await customerOf(b.chat));
});

test('With a key ends all it gave: links that went where it said too, used or not, long after its visits were over', async () => {
  const [stolen, next] = [await keyOf(house.chat.id), await keyOf(house.chat.id)];
  const { chat } = await wrote(
    house.chat.id,
    await stolen.sign({ user_id: 'u-9', email: 'm@evil.example' }),
    'Send it',
  );
  const link = () =>
    inside((tx) => makeLink(tx, house.running().hearten.config, house.chat.id, chat)).then((at) => at.split('#')[1]);
  const open = async (token: string | undefined) =>
    await house.as<{ token: string }>('', 'POST', '/continue', { token });
  const [used, unused] = [await link(), await link()];
  const there = (await open(used)).body.token;
  // Its own visits end by themselves, and the owner is vouched for by another key since.
  await inside((tx) =>
    tx.run(sql`delete from visitor_session where workspace_id = ${w} and key_id = ${stolen.id} and chat_id is null`),
  );
  const owner = (await house.visit({ jwt: await next.sign({ user_id: 'u-9', email: 'real@shop.example' }) })).body
    .token;
  const theirs = await link();
  assert.equal((await house.as(there, 'GET', '/chats')).status, 200);
  assert.equal((await house.ask('DELETE', `/chat-keys/${stolen.id}`)).status, 200);
  assert.equal((await house.as(there, 'GET', '/chats')).status, 401);
  assert.equal((await open(unused)).status, 404);
  assert.equal((await house.as(owner, 'GET', '/chats')).status, 200, 'what the other key gave goes on');
  assert.equal((await open(theirs)).status, 200);
});

const put = (token: string, bytes: number, name = 'a.bin'): Promise<{ status: number; body: { detail?: string } }> =>
  house.as(token, 'POST', `/files?filename=${name}`, Buffer.alloc(bytes, 1), {
    'content-type': 'application/octet-stream',
  });
/** Begins to send a file and tells what is answered, before any of it is on its way. */
const knock = (token: string, length: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
    socket.on('error', reject).once('data', (data) => {
      socket.destroy();
      resolve(String(data).split(' ')[1] ?? '');
    });
    socket.write(
      `POST /chat/${house.chat.id}/files?filename=a.bin HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/octet-stream\r\ncontent-length: ${length}\r\n\r\n`,
    );
  });

test('Before a byte of a file is read it is asked whose it is and whether they may: a stranger, who is blocked, and who sent nothing of much', async () => {
  assert.equal(await knock('x'.repeat(43), 9_000_000), '401');
  const { token } = (await house.visit()).body;
  const { chat } = (await house.say(token, 'You are all idiots')).body;
  assert.equal((await put(token, 10)).status, 201);
  const { id } = await house.conversationOf(chat);
  await house.ask('POST', `/conversations/${id}/abuse`, { do: 'pause', minutes: 10, reason: 'Insults' });
  assert.equal(await knock(token, 9_000_000), '403');

  const much = (await house.visit()).body.token;
  const visitor = await inside((tx) =>
    tx.first<{ id: string }>(sql`select id from visitor where workspace_id = ${w} order by created_at desc limit 1`),
  );
  const [file] = await inside((tx) =>
    tx.many<{ hash: Buffer }>(sql`select hash from upload where workspace_id = ${w} limit 1`),
  );
  await inside((tx) =>
    tx.run(sql`insert into upload (workspace_id, id, visitor_id, hash, filename, content_type, size, waiting_since)
      values (${w}, gen_random_uuid(), ${visitor?.id}, ${file?.hash}, 'film', 'video/mp4', 100000000, now())`),
  );
  assert.equal(await knock(much, 9_000_000), '400', 'what waits is as much as one message takes');
  assert.equal((await put(much, 1000)).status, 201);
  // Sent, it waits no more.
  await inside((tx) =>
    tx.run(sql`update upload set waiting_since = null where workspace_id = ${w} and visitor_id = ${visitor?.id}`),
  );
  assert.equal((await put(much, 9_000_000)).status, 201);
});

test('A visitor gives so many bytes in an hour, a machine more, and all addresses of one IPv6 network are one machine', () => {
  const MB = 1024 * 1024;
  const limits = makeLimits();
  const many = (give: (n: number) => void): number => {
    for (let n = 0; ; n++) {
      try {
        give(n);
      } catch {
        return n;
      }
      if (n > 10_000) return n;
    }
  };
  assert.equal(
    many(() => limits.bytes('192.0.2.1', 'one', 10 * MB)),
    10,
  );
  assert.equal(
    many((n) => limits.bytes('192.0.2.1', `v${n}`, 10 * MB)),
    40,
    'the rest of what the machine may',
  );
  limits.bytes('192.0.2.2', 'other', 10 * MB);
  const net = (n: number): string => `2001:db8:1:2:${n.toString(16)}::1`;
  for (const [limit, most] of [
    [limits.visits, 60],
    [limits.lines, 300],
    [limits.writes, 240],
    [limits.begins, 60],
  ] as const) {
    assert.equal(
      many((n) => limit(net(n))),
      most,
    );
    limit('2001:db8:1:3::1');
  }
});

test('A visitor has twenty lines open at a time, and a machine five hundred', async () => {
  const { token } = (await house.visit()).body;
  const opened = (): Promise<[number, WebSocket]> =>
    new Promise((resolve) => {
      const socket = new WebSocket(
        `${house.url.replace('http', 'ws')}/chat/socket`,
        ['hearten.chat.1', house.chat.id, token],
        { origin: house.url },
      );
      socket.on('unexpected-response', (_request, response) => resolve([response.statusCode ?? 0, socket]));
      socket.on('open', () => resolve([101, socket]));
      socket.on('error', () => undefined); // told by the response
    });
  const all = await Promise.all(Array.from({ length: 22 }, opened));
  assert.deepEqual(all.map(([status]) => status).sort(), [...Array(20).fill(101), 429, 429]);
  const [, one] = all.find(([status]) => status === 101) as [number, WebSocket];
  one.close();
  await waited(async () => (await opened())[0] === 101, 5_000);
  for (const [, socket] of all) socket.terminate();
});

test('Where a chat goes to a team the hours of that team are told; of a deleted team no word is left', async () => {
  const hours = async (week: [number, number][]): Promise<string> =>
    (
      await house.ask<{ id: string }>('POST', '/hours', {
        ...{ name: `Hours ${week.length}`, week: Array.from({ length: 7 }, () => week), timeZone: 'UTC' },
      })
    ).body.id;
  await hours([[0, 1440]]);
  const never = await hours([]);
  const team = (await house.ask<{ id: string }>('POST', '/teams', { name: 'Lamps' })).body.id;
  assert.equal((await house.ask('PUT', `/hours/places/team/${team}`, { scheduleId: never })).status, 200);
  const isOpen = async (settings: object): Promise<[boolean | undefined, string]> => {
    const { body } = await house.ask<ChatInbox>('POST', '/chats', { name: 'Hours', settings });
    const seen = await post<{ settings: { hours: { open: boolean } | null } }>(body.id, '/visit', {});
    return [seen.body.settings.hours?.open, body.id];
  };
  assert.equal((await isOpen({ assign: 'room' }))[0], true);
  assert.equal((await isOpen({ teamId: team }))[0], true, 'whoever takes it');
  const [open, id] = await isOpen({ assign: 'room', teamId: team });
  assert.equal(open, false);
  assert.equal((await house.ask('DELETE', `/teams/${team}`)).status, 200);
  const { body } = await house.ask<{ items: ChatInbox[] }>('GET', '/chats');
  assert.equal(body.items.find((one) => one.id === id)?.settings.teamId, null);
});

test('Only what begins like a picture is called one, and only their own chats follow the address that a visitor gives', async () => {
  const riff = (what: string): Buffer => Buffer.from(`RIFF\n\0\0\0${what}VP8 `, 'latin1');
  assert.deepEqual(
    [sayType('image/webp', riff('WEBP')), sayType('image/webp', riff('WAVE')), sayType('audio/wav', riff('WAVE'))],
    ['image/webp', 'application/octet-stream', 'audio/wav'],
  );
  const addressAt = async (id: string): Promise<string | undefined> =>
    (
      await inside((tx) =>
        tx.first<{ address: string }>(
          sql`select customer_address as address from conversation where workspace_id = ${w} and id = ${id}`,
        ),
      )
    )?.address;
  const [mine, theirs] = [(await house.visit()).body.token, (await house.visit()).body.token];
  const [own, merged] = [(await house.say(mine, 'My own')).body.chat, (await house.say(mine, 'Merged')).body.chat];
  const other = (await house.say(theirs, 'Of somebody else')).body.chat;
  const [{ id: first }, { id: second }] = [await house.conversationOf(own), await house.conversationOf(other)];
  // As a merge leaves it: their chat stands at the conversation of somebody else.
  await inside((tx) =>
    tx.run(sql`update chat set conversation_id = ${second} where workspace_id = ${w} and id = ${merged}`),
  );
  assert.equal((await house.as(mine, 'POST', '/about', { email: 'mallory@evil.example' })).status, 200);
  assert.deepEqual([await addressAt(first), await addressAt(second)], ['mallory@evil.example', '']);
});

test('Hosts that may show a chat hold as they are written: with the port that https has anyway, and all below a domain at a port', async () => {
  const domains = ['shop.example:443', '*.shop.example:8443', 'shop.example:8080', 'localhost:3000'];
  const chat = { settings: { domains } } as Chat;
  assert.deepEqual(askedOf(chat), ['shop.example', '*.shop.example', 'shop.example:8080', 'localhost:3000']);
  assert.match(ancestors(chat), /https:\/\/\*\.shop\.example:8443/);
});

// Last: nothing is left to this machine after it.
test('Over a line a machine says as much as over HTTP, however often it comes as somebody new; words that make us look cost too', async () => {
  const { token } = (await house.visit()).body;
  const first = widget(house, token);
  await first.until((one) => one.frames.some((frame) => frame.type === 'ready'));
  // As many visitors as there are beginnings left to this machine, each with a few.
  const others = await Promise.all(
    Array.from({ length: 6 }, async () => widget(house, (await house.visit()).body.token)),
  );
  for (const other of others)
    for (let n = 0; n < 15; n++)
      other.send({ type: 'say', chat: null, clientId: crypto.randomUUID(), text: `Flood ${n}` });
  const told = (one: Widget) => one.frames.filter((frame) => frame.type === 'said' || frame.type === 'refused');
  await Promise.all(others.map((other) => other.until((one) => told(one).length === 15, 60_000)));
  const begun = others.flatMap((other) => other.frames.filter((frame) => frame.type === 'said')).length;
  assert.ok(begun <= 62, `${begun} conversations begun`);
  assert.ok(others.some((other) => other.frames.some((frame) => frame.type === 'refused' && (frame.again ?? 0) >= 1)));
  for (const other of others) other.close();

  const readies = () => first.frames.filter((frame) => frame.type === 'ready').length;
  const before = readies();
  for (let n = 0; n < 150; n++) first.send({ type: 'resume', at: {} });
  await new Promise((done) => setTimeout(done, 1_000));
  first.close();
  assert.ok(readies() - before < 120, `${readies() - before} looks at all chats`);
});
