import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ChatInbox } from '@hearten/contract';
import { SignJWT } from 'jose';
import { type ChatHouse, chatHouse, type Visit } from '../../../test/chat.ts';
import { NOWHERE, sql, type Tx } from '../../base/db.ts';
import { makeLink } from './links.ts';

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

  const { generateKeyPairSync } = await import('node:crypto');
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
