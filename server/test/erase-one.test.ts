import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply } from '@hearten/contract';
import { SignJWT } from 'jose';
import pg from 'pg';
import { sql } from '../src/base/db.ts';
import { newId } from '../src/base/ids.ts';
import type { Job } from '../src/base/module.ts';
import { receive } from '../src/conversations/index.ts';
import { founding, makeModules } from '../src/modules.ts';
import { customerExport } from '../src/privacy/customer-export.ts';
import { zipped } from '../src/privacy/exports.ts';
import { entriesOf } from './exported.ts';
import { incoming } from './incoming.ts';
import { type Browser, makeWorld, type Place, type World } from './world.ts';

// One is erased, and of everybody else each row of each table stands as it stood.

let world: World;
let place: Place;
let owner: Browser;
let client: pg.Client;
let chat = '';
let inbox = '';
let erase: Job;
before(async () => {
  world = await makeWorld({
    modules: (hearten) => {
      const modules = makeModules(hearten);
      erase = modules.flatMap((one) => one.jobs?.['erase-customer'] ?? [])[0] as Job;
      return modules;
    },
    founding,
    settings: { DNS_SERVERS: '127.0.0.1:9' },
  });
  place = await world.workspace('northwind');
  owner = await world.as(place, 'owner');
  client = new pg.Client(world.hearten.db.url);
  await client.connect();
  await client.query(`select set_config('app.workspace_id', $1, false)`, [place.id]);
  inbox = (
    await ask<{ id: string }>('POST', '/inboxes', {
      name: 'Support',
      address: 'support@northwind.example',
      settings: {},
    })
  ).id;
  chat = (await ask<{ id: string }>('POST', '/chats', { name: 'Shop', settings: {} })).id;
  await everybodyElse();
});
after(async () => {
  await client.end();
  await world.end();
});

const ask = async <T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> => {
  const answer = await owner.send<T>(method, path, body, headers);
  assert.ok(answer.status < 300, `${method} ${path}: ${answer.status} ${answer.text}`);
  return answer.body;
};
type One = { conversation: string; customer: string };
/** Somebody in the chat, who gave no address; known to the site by an id when it vouches for them. */
async function visitor(text: string, userId?: string): Promise<One> {
  const post = async <T>(path: string, payload: object, headers: Record<string, string> = {}): Promise<T> => {
    const answer = await world.app.inject({
      method: 'POST',
      url: `/chat/${chat}${path}`,
      payload,
      headers: { host: 'localhost', ...headers },
    });
    assert.ok(answer.statusCode < 300, answer.body);
    return answer.json<T>();
  };
  const jwt = userId && (await vouched(userId));
  const { token } = await post<{ token: string }>('/visit', {
    page: 'https://shop.example/lamps',
    ...(jwt ? { jwt } : {}),
  });
  const said = await post<{ chat: string }>(
    '/messages',
    { chat: null, clientId: newId(), text },
    { authorization: `Bearer ${token}` },
  );
  const [row] = await world.hearten.db.read<One>(
    place.id,
    sql`select v.id as conversation, v.customer_id as customer from chat c join conversation v on v.workspace_id = c.workspace_id and v.id = c.conversation_id where c.workspace_id = ${place.id} and c.id = ${said.chat}`,
  );
  assert.ok(row);
  return row;
}
let secret = '';
async function vouched(userId: string): Promise<string> {
  secret ||= (await ask<{ secret: string }>('POST', `/chats/${chat}/keys`, { algorithm: 'HS256', name: 'Site' }))
    .secret;
  return new SignJWT({ user_id: userId })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(secret));
}
let letters = 0;
async function writer(address: string, text: string): Promise<One> {
  const [kept] = await world.inside(place, (tx) =>
    receive(tx, [incoming(inbox, ++letters, { from: { address, name: '' }, text, subject: text })]),
  );
  assert.ok(kept?.conversationId);
  const { customer } = await ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${kept.conversationId}`);
  return { conversation: kept.conversationId, customer: customer.id };
}

/** Those who are not erased, with all that an erasure may take away. */
async function everybodyElse(): Promise<void> {
  await visitor('Does the lamp 1 dim?');
  const jim = await writer('jimbo@x.example', 'Where is lamp 1?');
  await ask(
    'POST',
    `/conversations/${jim.conversation}/replies`,
    {
      text: 'It comes tomorrow, at 1.',
      after: 'open',
      sendAt: new Date(Date.now() + 3_600_000).toISOString(),
    },
    { 'idempotency-key': 'a-key-of-the-answer' },
  );
  await ask('POST', '/saved-views', { name: 'Jim', icon: 'star', filter: { from: 'jimbo@x.example' }, for: 'me' });
  await ask('POST', '/blocked-senders', { pattern: 'spam@x.example' });
  await world.inside(place, async (tx) => {
    const w = place.id;
    const hook = newId();
    await tx.run(
      sql`insert into webhook (workspace_id, id, address, sealed, active) values (${w}, ${hook}, 'https://hooks.example/', '\\x00', false)`,
    );
    await tx.run(
      sql`insert into webhook_delivery (workspace_id, id, webhook_id, message_id, type, body, customer_id, state) values (${w}, ${newId()}, ${hook}, 'm', 'customer.changed', '{"address":"jimbo@x.example","n":1}', ${jim.customer}, 'failed')`,
    );
    await tx.run(
      sql`insert into practice_mail (workspace_id, id, external_id, subject, sender, text) values (${w}, ${newId()}, '<p>', 'Practice 1', 'jimbo@x.example', 'to jimbo@x.example')`,
    );
    await tx.run(
      sql`insert into inbound_mail (workspace_id, id, inbox_id, source, state, sender, subject) values (${w}, ${newId()}, ${inbox}, 'imap', 'quarantined', '', 'Of nobody')`,
    );
    await tx.run(
      sql`insert into visitor (workspace_id, id, inbox_id, name, claims) values (${w}, ${newId()}, ${chat}, 'Ida', '{name}')`,
    );
    await tx.run(
      sql`insert into acknowledged (workspace_id, address, day) values (${w}, 'jimbo@x.example', current_date)`,
    );
    await tx.run(
      sql`update conversation set participants = '[{"address":"jimbo@x.example","name":"Jim"}]' where workspace_id = ${w} and id = ${jim.conversation}`,
    );
    await world.hearten.jobs.add(
      tx,
      'tell',
      { notifications: [{ text: 'Lamp 1 for jimbo@x.example' }] },
      { at: new Date(Date.now() + 3_600_000) },
    );
  });
}

/** Every row of every table and of the queue, as text. */
async function rows(): Promise<Set<string>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')`,
  );
  const out = new Set<string>();
  for (const name of [...tables.map((one) => one.name), 'graphile_worker._private_jobs']) {
    const found = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    for (const { row } of found.rows) out.add(`${name} ${row}`);
  }
  return out;
}
/** What names one: their customer, and whatever hangs on them. */
async function idsOf({ customer, conversation }: One): Promise<string[]> {
  const { rows: found } = await client.query<{ id: string }>(
    `select id from message where conversation_id = $2 union select id from visitor where customer_id = $1 union select id from chat where conversation_id = $2 union select id from erasure where customer_id = $1`,
    [customer, conversation],
  );
  return [customer, conversation, ...found.map((one) => one.id)];
}
async function eraseAlone(one: One, confirm: string): Promise<void> {
  const asked = await ask<{ id: string }>('POST', `/customers/${one.customer}/erasure`, { confirm, now: true });
  const [theirs, before_] = [await idsOf(one), await rows()];
  await erase({ workspaceId: place.id, erasureId: asked.id }, { number: 1, last: false });
  const now = await rows();
  const gone = [...before_].filter((row) => !now.has(row));
  assert.ok(gone.some((row) => row.startsWith('customer ')) && gone.some((row) => row.startsWith('message ')));
  assert.deepEqual(
    gone.filter((row) => !theirs.some((id) => row.includes(id))),
    [],
    'somebody else’s',
  );
}
const preview = (one: One) => ask<Reply<'GET /customers/:id/erasure'>>('GET', `/customers/${one.customer}/erasure`);

test('A visitor who gave no address is erased, and nobody else: no event, job, answer, view, delivery or mail of others goes', async () => {
  const one = await visitor('Nobody knows me.');
  const { name, addresses, elsewhere } = await preview(one);
  assert.deepEqual([addresses, elsewhere], [[], 0]);
  const refused = await owner.post(`/customers/${one.customer}/erasure`, { confirm: ' ', now: true });
  assert.equal(refused.status, 400);
  const parts: Buffer[] = [];
  for await (const part of zipped(customerExport(world.hearten, place.id, one.customer))) parts.push(part);
  const mails = (await entriesOf(Buffer.concat(parts))).get('data/mails.jsonl');
  assert.equal(mails, '', 'mail of no sender is nobody’s, and stands in no export');
  await eraseAlone(one, name);
  const marks = await client.query(
    `select 1 from erased_mark m join erasure_key k on true where m.mark = erased_as(k, 'address', '')`,
  );
  assert.equal(marks.rowCount, 0);
});

test('Whoever has neither name nor address is confirmed by what stands there, never by nothing', async () => {
  const one = await visitor('I have no name.');
  await client.query(`update customer set name = ' ' where id = $1`, [one.customer]);
  const { name } = await preview(one);
  assert.equal(name, one.customer);
  for (const confirm of ['', ' '])
    assert.equal((await owner.post(`/customers/${one.customer}/erasure`, { confirm, now: true })).status, 400);
  await eraseAlone(one, name);
});

test('The id by which a site knows somebody is looked for nowhere: user 1 is erased, and the ones of all others stand', async () => {
  const one = await visitor('I am the first.', '1');
  const { addresses } = await preview(one);
  assert.deepEqual(addresses, ['1']);
  await eraseAlone(one, '1');
  const two = await visitor('And I have a phone.', '2');
  await ask('POST', `/customers/${two.customer}/handles`, { kind: 'other', value: 'lamp' });
  await ask('POST', `/customers/${two.customer}/handles`, { kind: 'phone', value: '7000' });
  await eraseAlone(two, 'LAMP');
});

test('An address is a whole one: bo@x.example is erased, jimbo@x.example stands', async () => {
  await eraseAlone(await writer('bo@x.example', 'My lamp hums.'), 'bo@x.example');
});

test('Nobody erases all visitors by asking for none', async () => {
  const { status } = await owner.post('/visitors/erasure', { who: '   ' });
  assert.equal(status, 400);
  const left = await client.query(`select 1 from visitor where name = 'Ida'`);
  assert.equal(left.rowCount, 1);
});
