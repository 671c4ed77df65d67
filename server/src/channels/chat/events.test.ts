import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Reply, VisitorSeen } from '@hearten/contract';
import { type ChatHouse, chatHouse, widget } from '../../../test/chat.ts';
import { sql } from '../../base/db.ts';
import { removeOldVisits } from './events.ts';

let house: ChatHouse;
before(async () => {
  house = await chatHouse({ config: { TRUST_PROXY: '1' } });
});
after(async () => house?.end());

type Events = Reply<'GET /customers/:id/events'>;
const query = async <T>(text: ReturnType<typeof sql>): Promise<T[]> => {
  const { workspace } = (await house.ask<{ workspace: { id: string } }>('GET', '/me')).body;
  return house.running().hearten.db.read<T>(workspace.id, sql`${text} and workspace_id = ${workspace.id}`);
};
/** A visitor who wrote, and the customer they became. */
const begun = async (more: { consent?: boolean } = {}, headers: Record<string, string> = {}) => {
  const { token } = (await house.visit(more as object, headers)).body;
  const { chat } = (await house.say(token, 'My lamp hums.')).body;
  const conversation = await house.conversationOf(chat);
  const opened = await house.ask<{ customer: { id: string } }>('GET', `/conversations/${conversation.id}`);
  return { token, chat, conversation: conversation.id, customer: opened.body.customer.id };
};
const tell = (token: string, events: unknown[]) =>
  house.as<{ kept: number; detail?: string }>(token, 'POST', '/events', { events });
const eventsOf = async (customer: string, more = ''): Promise<Events> =>
  (await house.ask<Events>('GET', `/customers/${customer}/events${more}`)).body;
const seen = async (conversation: string): Promise<VisitorSeen> =>
  (await house.ask<{ visitor: VisitorSeen }>('GET', `/conversations/${conversation}/visitor`)).body.visitor;

test('What a page and the API tell of somebody stands among what is known of them, each once, the newest first', async () => {
  const one = await begun();
  const ordered = {
    id: '5f0f6b1e-0000-4000-8000-000000000001',
    name: 'Ordered',
    meta: { order: '1042', total: 189.5 },
  };
  assert.deepEqual((await tell(one.token, [ordered])).body, { kept: 1 });
  assert.deepEqual((await tell(one.token, [ordered, { name: 'Paid' }])).body, { kept: 1 }, 'told again it is there');
  const told = { events: [{ id: 'parcel-7', name: 'Sent', at: '2026-01-02T03:04:05.678Z' }] };
  for (const kept of [1, 0])
    assert.deepEqual((await house.ask('POST', `/customers/${one.customer}/events`, told)).body, { kept });
  const { items, next, visits } = await eventsOf(one.customer);
  assert.deepEqual(
    items.map((event) => [event.kind, event.name, event.by]),
    [
      ['event', 'Paid', 'visitor'],
      ['event', 'Ordered', 'visitor'],
      ['page', '', 'visitor'],
      ['event', 'Sent', 'api'],
    ],
  );
  assert.deepEqual([items[1]?.meta, items[2]?.meta.url], [ordered.meta, 'https://shop.example/lamps']);
  assert.deepEqual([next, visits?.count], [null, 1]);
  const first = await eventsOf(one.customer, '?limit=2');
  const second = await eventsOf(one.customer, `?limit=2&cursor=${first.next}`);
  assert.deepEqual([...first.items, ...second.items], items, 'page by page the same');
});

test('Merged customers show what was told of either; taken back, each has its own again', async () => {
  const [one, other] = [await begun(), await begun()];
  await tell(other.token, [{ name: 'Of the other' }]);
  await house.ask('POST', `/customers/${other.customer}/merge`, { into: one.customer });
  const names = async (id: string): Promise<string[]> => (await eventsOf(id)).items.map((event) => event.name);
  assert.ok((await names(one.customer)).includes('Of the other'));
  assert.equal((await eventsOf(one.customer)).visits?.count, 2);
  await house.ask('POST', `/customers/${other.customer}/unmerge`);
  assert.ok(!(await names(one.customer)).includes('Of the other'));
});

test('What is too large, has no name or lies ahead is refused plainly; who floods waits, and a day holds so much', async () => {
  const one = await begun();
  const wrong: [unknown, RegExp][] = [
    [{ name: 'x', meta: { note: 'x'.repeat(501) } }, /500 characters/],
    [{ name: 'x', meta: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, n])) }, /20 values/],
    [{ name: 'x', meta: Object.fromEntries(Array.from({ length: 5 }, (_, n) => [`k${n}`, 'x'.repeat(480)])) }, /2000/],
    [{ name: 'x', meta: { deep: { er: 1 } } }, /not kept/],
    [{ name: '' }, /not kept: name/],
    [{ name: 'half a pair \ud800' }, /cannot be stored/],
  ];
  for (const [event, why] of wrong) {
    const { status, body } = await tell(one.token, [event]);
    assert.deepEqual([status, why.test(body.detail ?? '')], [400, true], `${why} ${JSON.stringify(body)}`);
  }
  const ahead = await house.ask<{ detail: string }>('POST', `/customers/${one.customer}/events`, {
    events: [{ name: 'x', meta: {}, at: new Date(Date.now() + 3_600_000).toISOString() }],
  });
  assert.deepEqual([ahead.status, /future/.test(ahead.body.detail)], [400, true]);
  const flood = await Promise.all(Array.from({ length: 60 }, (_, n) => tell(one.token, [{ name: `Event ${n}` }])));
  assert.ok(flood.some((answer) => answer.status === 429 && Number(answer.headers.get('retry-after')) >= 1));
  const [{ n } = { n: 0 }] = await query<{ n: number }>(
    sql`select count(*)::int as n from visitor_event where name like 'Event %'`,
  );
  assert.equal(n, flood.filter((answer) => answer.status === 201).length);
  const many = Array.from({ length: 100 }, (_, at) => ({ name: `Many ${at}` }));
  const answers = [];
  for (let times = 0; times < 51; times++)
    answers.push((await house.ask('POST', `/customers/${one.customer}/events`, { events: many })).status);
  assert.deepEqual(answers.slice(-2), [200, 429], 'five thousand a day of one customer');
});

test('A browser whose clock is wrong loses no event; what it dates back counts to the day on which it was told, and stands in it', async () => {
  const one = await begun();
  const hours = (n: number): string => new Date(Date.now() + n * 3_600_000).toISOString();
  const events = [
    { name: 'Ahead', at: hours(0.1) },
    { name: 'Long ago', at: hours(-48) },
  ];
  assert.deepEqual((await tell(one.token, events)).body, { kept: 2 });
  const kept = await query<{ name: string; hours: number }>(
    sql`select name, round(extract(epoch from now() - at) / 3600)::int as hours from visitor_event where name in ('Ahead', 'Long ago')`,
  );
  assert.deepEqual(
    kept.toSorted((a, b) => a.hours - b.hours).map(({ name, hours }) => [name, hours]),
    [
      ['Ahead', 0],
      ['Long ago', 24],
    ],
  );
  const { workspace } = (await house.ask<{ workspace: { id: string } }>('GET', '/me')).body;
  await house.running().hearten.db.tx(workspace.id, (tx) =>
    tx.run(sql`
      insert into visitor_event (workspace_id, id, visitor_id, kind, name, at)
      select ${workspace.id}, gen_random_uuid(), v.visitor_id, 'event', 'Dated back', now() - interval '25 hours'
      from (select visitor_id from visitor_event where workspace_id = ${workspace.id} and name = 'Ahead') v, generate_series(1, 500)`),
  );
  assert.equal((await tell(one.token, [{ name: 'Once more' }])).status, 429);
});

test('Who refuses to be counted leaves nothing behind but what they wrote; who only looked goes altogether', async () => {
  const one = await begun();
  await tell(one.token, [{ name: 'Ordered' }]);
  assert.deepEqual((await house.as(one.token, 'POST', '/consent', { yes: false })).body, { gone: false });
  assert.deepEqual((await eventsOf(one.customer)).items, []);
  assert.deepEqual((await tell(one.token, [{ name: 'Ordered' }])).body, { kept: 0 });
  const line = widget(house, one.token, [one.chat]);
  await line.until((w) => w.lines.length === 1);
  line.send({ type: 'page', url: 'https://shop.example/secret', title: 'x' });
  line.send({ type: 'typing', chat: one.chat, on: false });
  await house.visit({ token: one.token });
  assert.deepEqual([(await seen(one.conversation)).page, (await eventsOf(one.customer)).items], ['', []]);
  line.close();
  await house.as(one.token, 'POST', '/consent', { yes: true });
  assert.deepEqual((await tell(one.token, [{ name: 'Ordered' }])).body, { kept: 1 });

  // Whichever way they say so: while the chat is open, or with the next visit; what they gave and did not send goes, too.
  for (const refuse of [
    async (token: string) =>
      assert.deepEqual((await house.as(token, 'POST', '/consent', { yes: false })).body, { gone: true }),
    async (token: string) => {
      const again = (await house.visit({ token, consent: false } as object)).body.token;
      assert.notEqual(again, token);
      assert.equal((await house.visit({ token: again, consent: false } as object)).body.token, again, 'only once');
    },
  ]) {
    const looked = (await house.visit()).body.token;
    await house.as(looked, 'POST', '/files?filename=mine.txt', Buffer.from('something of mine'));
    await refuse(looked);
    assert.equal((await house.as(looked, 'GET', '/chats')).status, 401);
    assert.deepEqual(await query(sql`select id from upload where filename = 'mine.txt'`), []);
  }
  const old = (await house.visit()).body.token;
  await house.as(old, 'POST', '/files?filename=mine.txt', Buffer.from('something of mine'));
  const { workspace } = (await house.ask<{ workspace: { id: string } }>('GET', '/me')).body;
  await house.running().hearten.db.tx(workspace.id, async (tx) => {
    await tx.run(sql`
      update visitor set seen_at = now() - interval '100 days' where workspace_id = ${tx.workspaceId} and id in (select visitor_id from upload where workspace_id = ${tx.workspaceId} and filename = 'mine.txt')`);
    await removeOldVisits(tx, 90);
  });
  assert.deepEqual(await query(sql`select id from upload where filename = 'mine.txt'`), []);
});

test('Beside a chat stands where the visitor is: page, place as the trusted proxy wrote it, and how often they came', async () => {
  const one = await begun({}, { 'cf-ipcountry': 'de', 'x-vercel-ip-city': 'K%C3%B6ln' });
  const now = await seen(one.conversation);
  assert.deepEqual([now.country, now.city, now.visits, now.page], ['DE', 'Köln', 1, 'https://shop.example/lamps']);
  await query(
    sql`with gone as (update visitor set seen_at = now() - interval '31 minutes' where true returning 1) select 1 from visitor where true`,
  );
  await house.visit({ token: one.token }, { 'cf-ipcountry': 'T1' });
  const later = await seen(one.conversation);
  assert.deepEqual([later.visits, later.country, later.firstAt], [2, '', now.firstAt]);
  const line = widget(house, one.token, [one.chat]);
  await line.until((w) => w.lines.length === 1);
  line.send({ type: 'page', url: 'https://shop.example/cart?session=s3cret&utm_source=news#s3cret', title: 'Cart' });
  for (let n = 0; n < 50 && (await seen(one.conversation)).page !== 'https://shop.example/cart?utm_source=news'; n++)
    await new Promise((done) => setTimeout(done, 40));
  assert.equal((await eventsOf(one.customer)).items[0]?.name, 'Cart');
  line.close();
  // Neither of where they came from is kept what may be a secret.
  const came = { page: 'https://shop.example/reset?token=s3cret#x', referrer: 'https://mail.example/m?id=s3cret' };
  assert.equal((await house.as('', 'POST', '/visit', came)).status, 200);
  const kept = await query(
    sql`select v.page || ' ' || v.referrer || ' ' || (select string_agg(e.meta->>'url', ' ') from visitor_event e where e.visitor_id = v.id) as all from visitor v where true`,
  );
  assert.ok(JSON.stringify(kept).includes('https://shop.example/reset') && !JSON.stringify(kept).includes('s3cret'));
});

test('The greeting that was answered stands first for the visitor, in our words; it and what the page told stand in the conversation', async () => {
  const id = '5f0f6b1e-0000-4000-8000-00000000000a';
  const trigger = {
    ...{ id, text: 'Questions about the Fjord?', page: { how: 'contains', value: 'fjord' }, seconds: 3, visits: 1 },
    ...{ openOnly: false, enabled: true },
  };
  const kept = await house.ask('PATCH', `/chats/${house.chat.id}`, { settings: { triggers: [trigger] } });
  assert.equal(kept.status, 200, JSON.stringify(kept.body));
  const script = await (await fetch(`${house.url}/chat/${house.chat.id}.js`)).text();
  assert.ok(script.includes('"t":"Questions about the Fjord?","p":"fjord","s":3'), 'it travels in the script');
  const { token } = (await house.visit()).body;
  const said = await house.as<{ chat: string }>(token, 'POST', '/messages', {
    ...{ chat: null, clientId: '5f0f6b1e-0000-4000-8000-00000000000b', text: 'Does it dim?', greeting: id },
    context: { order: '1042', error: '<script>E42</script>', cart: { lamps: 2 } },
  });
  const { items } = (await house.as<{ items: { greeting: string }[] }>(token, 'GET', '/chats')).body;
  assert.equal(items[0]?.greeting, trigger.text);
  const conversation = await house.conversationOf(said.body.chat);
  const opened = await house.ask<Reply<'GET /conversations/:id'>>('GET', `/conversations/${conversation.id}`);
  const told = opened.body.items.flatMap((item) => (item.type === 'event' ? [[item.name, item.data] as const] : []));
  assert.deepEqual(Object.fromEntries(told), {
    'conversation.greeted': { text: trigger.text },
    'conversation.context': { values: { order: '1042', error: '<script>E42</script>', cart: '{"lamps":2}' } },
  });
});
