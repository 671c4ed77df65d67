import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import type { WholeWebhookDelivery } from '@hearten/contract';
import { Webhook as Standard } from 'standardwebhooks';
import { type Desk, desk } from '../../test/desk.ts';
import { type Receiver, receiver } from '../../test/receiver.ts';
import { sql } from '../base/db.ts';
import { ring } from '../base/events.ts';
import { jobs } from '../base/jobs.ts';
import type { Module } from '../base/module.ts';
import { makeOutbound } from '../base/outbound.ts';
import { reactionsOf, startReactions } from '../base/relay.ts';
import { assign, note, setStatus, tag } from '../conversations/change.ts';
import { deleteForGood } from '../conversations/delete-for-good.ts';
import { merge } from '../conversations/merge.ts';
import { deliveryById } from './deliveries.ts';
import { webhooks } from './index.ts';
import { changeWebhook, makeWebhook, rotate } from './keep.ts';
import { resend, resendFailed } from './resend.ts';
import { signed } from './sign.ts';
import { sweepDeliveries } from './sweep.ts';
import { tryWebhook } from './try.ts';

let w: Desk;
let to: Receiver;
let module: Module;
const stops: (() => Promise<unknown>)[] = [];
const outbound = makeOutbound(['127.0.0.1']);
before(async () => {
  w = await desk({ BASE_URL: 'https://desk.example' });
  to = await receiver();
  module = webhooks(w.hearten, outbound);
  stops.push(
    startReactions(w.hearten.db, w.hearten.log, reactionsOf([module])),
    await jobs.start(w.hearten.db, w.hearten.log, module.jobs ?? {}),
    ((await module.start?.()) as () => Promise<void>) ?? (async () => undefined),
  );
});
after(async () => {
  for (const stop of stops.reverse()) await stop();
  await to.stop();
  await w.end();
});
beforeEach(async () => {
  await w.tx((t) => t.run(sql`delete from webhook where workspace_id = ${t.workspaceId}`));
  to.arrived = [];
  to.answer = (_one, response) => void response.writeHead(204).end();
});

const make = (types: string[] = [], more: Record<string, unknown> = {}) =>
  w.tx((t) =>
    makeWebhook(t, w.hearten, { address: `${to.url}/in`, types, ...more } as Parameters<typeof makeWebhook>[2]),
  );
type Row = { id: string; state: string; tries: number; message_id: string; type: string };
const rows = (webhookId: string): Promise<Row[]> =>
  w.tx((t) =>
    t.many<Row>(
      sql`select id, state, tries, message_id, type from webhook_delivery where workspace_id = ${t.workspaceId} and webhook_id = ${webhookId} order by created_at, id`,
    ),
  );
async function until<T>(look: () => Promise<T | undefined | false | null>, what: string): Promise<T> {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((go) => setTimeout(go, 30))) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what}: it did not happen`);
}
const stateOf = (webhookId: string, state: string): Promise<Row> =>
  until(async () => (await rows(webhookId)).find((row) => row.state === state), `a delivery that is ${state}`);
/** As if its time had come: what waits for hours is due now. */
const hurry = (deliveryId: string): Promise<void> =>
  w.tx(async (t) => {
    await t.run(
      sql`update webhook_delivery set next_at = now() where workspace_id = ${t.workspaceId} and id = ${deliveryId}`,
    );
    await t.run(sql`update webhook set held_until = null where workspace_id = ${t.workspaceId}`);
    const row = await t.first<{ webhook_id: string }>(
      sql`select webhook_id from webhook_delivery where workspace_id = ${t.workspaceId} and id = ${deliveryId}`,
    );
    await jobs.add(t, 'webhook', { deliveryId, webhookId: row?.webhook_id }, { key: `webhook:${deliveryId}` });
  });
const open = async (mail = {}): Promise<string> => {
  const [one] = await w.receive(mail);
  ring();
  return one?.conversationId as string;
};

test('A mail comes in: whoever wants to hear of it has it, signed as Standard Webhooks say', async () => {
  const hook = await make(['message.received']);
  const id = await open({ subject: 'A broken lamp', text: 'It does not light up.' });
  const [one] = await to.until(1);
  assert.ok(one);
  const said = new Standard(hook.secret as string).verify(one.body, one.headers as Record<string, string>) as {
    type: string;
    timestamp: string;
    data: { conversation: Record<string, unknown>; message: Record<string, unknown> };
  };
  assert.equal(said.type, 'message.received');
  assert.ok(Math.abs(Date.parse(said.timestamp) - Date.now()) < 60_000);
  assert.equal(said.data.conversation.id, id);
  assert.equal(said.data.conversation.url, `https://desk.example/conversations/${id}`);
  assert.equal(said.data.message.text, 'It does not light up.');
  assert.equal(one.headers['content-type'], 'application/json');
  await stateOf(hook.id, 'delivered');
  // And the other way: what the library of others signs is what we sign.
  const now = new Date(Number(one.headers['webhook-timestamp']) * 1000);
  const theirs = new Standard(hook.secret as string).sign(one.headers['webhook-id'] as string, now, one.body);
  assert.equal(theirs, one.headers['webhook-signature']);
  assert.throws(() =>
    new Standard(hook.secret as string).verify(`${one.body} `, one.headers as Record<string, string>),
  );
});

test('F02: What is not taken comes again under the same id, freshly signed; redirects are not followed and are a failure', async () => {
  let tries = 0;
  to.answer = (_one, response) => {
    tries++;
    if (tries === 1) response.writeHead(500, { 'x-why': 'broken' }).end('not today');
    else if (tries === 2) response.writeHead(302, { location: `${to.url}/elsewhere` }).end();
    else response.writeHead(200).end('ok');
  };
  const hook = await make(['message.received']);
  await open();
  await to.until(1);
  const first = await until(async () => (await rows(hook.id)).find((row) => row.tries === 1), 'the first try');
  assert.equal(first.state, 'waiting');
  const at = Date.parse((await w.jobAt(`webhook:${first.id}`)) ?? '') - Date.now();
  assert.ok(at > 3000 && at < 6000, `the second try is in ${at} ms`);
  await hurry(first.id);
  await until(async () => (await rows(hook.id)).find((row) => row.tries === 2), 'the second try');
  await hurry(first.id);
  await stateOf(hook.id, 'delivered');
  assert.equal(new Set(to.arrived.map((one) => one.headers['webhook-id'])).size, 1);
  assert.deepEqual(
    to.arrived.map((one) => one.path),
    ['/in', '/in', '/in'],
  );
  for (const one of to.arrived)
    new Standard(hook.secret as string).verify(one.body, one.headers as Record<string, string>);
  const seen: WholeWebhookDelivery = await w.tx((t) => deliveryById(t, first.id));
  assert.deepEqual(
    seen.attempts.map((one) => one.status),
    [200, 302, 500],
  );
  assert.equal(seen.attempts[2]?.answer, 'not today');
  assert.equal(seen.attempts[2]?.headers['x-why'], 'broken');
  assert.equal(seen.attempts[2]?.request['webhook-id'], first.message_id);
});

test('A secret that is changed signs beside the former one until the overlap ends', async () => {
  const hook = await make(['message.received']);
  const next = await w.tx((t) => rotate(t, w.hearten, hook.id, 24));
  await open();
  const [one] = await to.until(1);
  assert.ok(one);
  assert.equal(String(one.headers['webhook-signature']).split(' ').length, 2);
  for (const secret of [hook.secret as string, next.secret])
    new Standard(secret).verify(one.body, one.headers as Record<string, string>);
  await w.tx((t) =>
    t.run(sql`update webhook set former_until = now() - interval '1 second' where workspace_id = ${t.workspaceId}`),
  );
  await open();
  const [, later] = await to.until(2);
  assert.ok(later);
  new Standard(next.secret).verify(later.body, later.headers as Record<string, string>);
  assert.throws(() => new Standard(hook.secret as string).verify(later.body, later.headers as Record<string, string>));
});

test('Secrets are sealed where they lie', async () => {
  const hook = await make([], { headers: { authorization: 'Bearer canary-of-the-gate' } });
  const kept = await w.tx((t) =>
    t.first<{ text: string }>(
      sql`select (to_jsonb(h) #>> '{}') || encode(h.sealed, 'escape') as text from webhook h where h.workspace_id = ${t.workspaceId}`,
    ),
  );
  assert.ok(!kept?.text.includes((hook.secret as string).slice(6)) && !kept?.text.includes('canary-of-the-gate'));
  const seen = await tryWebhook(w.hearten, outbound, w.people.owner, hook.id);
  assert.equal(to.arrived[0]?.headers.authorization, 'Bearer canary-of-the-gate');
  assert.equal(seen.attempts[0]?.request.authorization, '•••');
});

test('F02: 410 switches a webhook off at once, and its owners hear of it', async () => {
  to.answer = (_one, response) => void response.writeHead(410).end();
  const hook = await make(['message.received']);
  await open();
  await stateOf(hook.id, 'failed');
  const told = await w.tx((t) =>
    t.many<{ disabled: string; told: number }>(sql`
      select h.disabled, (select count(*)::int from event e where e.workspace_id = h.workspace_id and e.name = 'webhook.disabled' and e.data->>'webhookId' = h.id::text) as told
      from webhook h where h.workspace_id = ${t.workspaceId} and h.id = ${hook.id}`),
  );
  assert.deepEqual(told, [{ disabled: 'gone', told: 1 }]);
  await open();
  await new Promise((go) => setTimeout(go, 300));
  assert.equal(to.arrived.length, 1);
  // Back again: switched on by a person, what failed is sent once more under its id.
  to.answer = (_one, response) => void response.writeHead(204).end();
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: true }));
  assert.deepEqual(await w.tx((t) => resendFailed(t, jobs, hook.id, undefined)), { count: 1 });
  await to.until(2);
  await stateOf(hook.id, 'delivered');
  assert.equal(to.arrived[0]?.headers['webhook-id'], to.arrived[1]?.headers['webhook-id']);
});

test('What failed and waits for its next try is sent at once when all that failed is', async () => {
  to.answer = (_one, response) => void response.writeHead(500).end();
  const hook = await make(['message.received']);
  await open();
  await until(async () => (await rows(hook.id)).find((row) => row.tries === 1 && row.state === 'waiting'), 'a try');
  to.answer = (_one, response) => void response.writeHead(204).end();
  assert.deepEqual(await w.tx((t) => resendFailed(t, jobs, hook.id, undefined)), { count: 1 });
  await stateOf(hook.id, 'delivered');
  assert.equal(to.arrived.length, 2);
});

test('F02: After ten tries without an answer a webhook is switched off, unless something else reached it meanwhile', async () => {
  to.answer = (_one, response) => void response.writeHead(500).end();
  const hook = await make(['message.received']);
  await open();
  const { id } = await until(async () => (await rows(hook.id))[0], 'a delivery');
  for (let tries = 1; tries <= 10; tries++) {
    await until(async () => (await rows(hook.id)).find((row) => row.tries === tries), `try ${tries}`);
    if (tries < 10) await hurry(id);
  }
  assert.equal((await rows(hook.id))[0]?.state, 'failed');
  const disabled = () =>
    w.tx((t) => t.first(sql`select disabled from webhook where workspace_id = ${t.workspaceId} and id = ${hook.id}`));
  assert.deepEqual(await disabled(), { disabled: 'failing' });
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: true }));
  await w.tx((t) => resend(t, jobs, id));
  await until(async () => (await rows(hook.id)).find((row) => row.tries === 1), 'the first try anew');
  await w.tx((t) =>
    t.run(
      sql`update webhook_delivery set tries = 9, first_at = now() - interval '3 days' where workspace_id = ${t.workspaceId} and id = ${id}`,
    ),
  );
  await hurry(id);
  await stateOf(hook.id, 'failed');
  assert.deepEqual(await disabled(), { disabled: null }, 'it failed for the first time only now');
});

test('F02: A receiver that says it is overloaded is left in peace, and so is all that waits for it', async () => {
  to.answer = (_one, response) => void response.writeHead(429, { 'retry-after': '120' }).end();
  const hook = await make(['message.received']);
  await open();
  const first = await until(async () => (await rows(hook.id)).find((row) => row.tries === 1), 'the first try');
  const wait = Date.parse((await w.jobAt(`webhook:${first.id}`)) ?? '') - Date.now();
  assert.ok(wait > 115_000 && wait < 130_000, `${wait} ms`);
  await open();
  const second = await until(async () => (await rows(hook.id))[1], 'the second delivery');
  const held = await until(async () => {
    const at = await w.jobAt(`webhook:${second.id}`);
    return at && Date.parse(at) - Date.now() > 100_000;
  }, 'the pause');
  assert.ok(held);
  assert.equal(to.arrived.length, 1);
});

test('Each kind of thing is told under its name; what stands in a note is told to nobody', async () => {
  const hook = await make();
  const { owner } = w.people;
  const id = await open({ text: 'Hello there.' });
  await w.tx((t) => note(t, owner, id, { text: 'A canary that must not fly' }));
  await w.tx((t) => assign(t, owner, id, { assigneeId: owner.id }));
  await w.tx((t) => tag(t, owner, id, { add: ['vip'] }));
  await w.tx((t) => setStatus(t, owner, id, 'resolved'));
  ring();
  await to.until(6);
  const types = to.arrived.map((one) => (JSON.parse(one.body) as { type: string }).type);
  assert.deepEqual(types.toSorted(), [
    'conversation.assigned',
    'conversation.created',
    'conversation.status_changed',
    'conversation.tagged',
    'message.received',
    'note.added',
  ]);
  assert.ok(!to.arrived.some((one) => one.body.includes('canary')));
  assert.equal(new Set(to.arrived.map((one) => one.headers['webhook-id'])).size, 6);
  await until(async () => (await rows(hook.id)).every((row) => row.state === 'delivered'), 'all delivered');
  await w.tx((t) => t.run(sql`update conversation set folder = 'trash' where workspace_id = ${t.workspaceId}`));
  await w.tx((t) => deleteForGood(t, { kind: 'person', id: owner.id }, id));
  ring();
  await to.until(7);
  await until(
    async () => (await rows(hook.id)).map((row) => row.type).join() === 'conversation.deleted',
    'what was told of it is gone',
  );
});

test('Imported mail and spam are told to nobody', async () => {
  await make();
  await w.receive({ historic: true });
  await w.receive({ signs: [{ rule: 'test', points: 50, words: 'Looks like spam' }] } as Parameters<
    Desk['receive']
  >[0]);
  await open({ subject: 'The real one' });
  await to.until(2);
  await new Promise((go) => setTimeout(go, 200));
  assert.deepEqual(
    to.arrived.map(
      (one) => (JSON.parse(one.body) as { data: { conversation: { subject: string } } }).data.conversation.subject,
    ),
    ['The real one', 'The real one'],
  );
});

test('A mail whose sender is still being looked up is told, also when its conversation is merged into another meanwhile', async () => {
  const hook = await make(['message.received', 'conversation.created']);
  const nothing = { spf: null, dkim: null, dmarc: null, arc: null, domain: 'customer.example' };
  const authentication = { ...nothing, verdict: 'unknown', by: 'us', checking: true };
  const [stays, goes] = [await open({ authentication }), await open({ authentication })];
  const client = await w.hearten.db.connect();
  const waiting = async (): Promise<Record<string, string[]>[]> =>
    (
      await client.query(
        `select payload from graphile_worker._private_jobs where key like '${w.workspaceId}:webhook-held:%'`,
      )
    ).rows.map(({ payload }) => payload);
  await until(async () => (await waiting()).flatMap((held) => held.messageIds).length === 2, 'both wait');
  await w.tx((t) => merge(t, w.people.owner, goes, stays));
  for (const held of await waiting()) await module.jobs?.['webhook-held']?.(held, { number: 1, last: false });
  await client.end();
  await until(async () => (await rows(hook.id)).every((row) => row.state === 'delivered'), 'what was told has arrived');
  assert.deepEqual((await rows(hook.id)).map((row) => row.type).toSorted(), [
    'conversation.created',
    'conversation.created',
    'message.received',
    'message.received',
  ]);
});

test('F03: A receiver that never answers holds up itself alone', async () => {
  const hung: (() => void)[] = [];
  to.answer = (one, response) => {
    if (one.path === '/slow') hung.push(() => response.writeHead(204).end());
    else response.writeHead(204).end();
  };
  const slow = await make(['message.received'], { address: `${to.url}/slow` });
  await make(['message.received']);
  for (let i = 0; i < 12; i++) await w.receive({});
  ring();
  await until(async () => to.arrived.filter((one) => one.path === '/in').length === 12, 'all but the slow one');
  assert.equal(to.arrived.filter((one) => one.path === '/slow').length, 3, 'three at a time');
  // Let go, it gets the rest, the oldest first.
  to.answer = (_one, response) => void response.writeHead(204).end();
  for (const go of hung) go();
  await until(async () => (await rows(slow.id)).every((row) => row.state === 'delivered'), 'the rest');
  assert.equal(
    new Set(to.arrived.filter((one) => one.path === '/slow').map((one) => one.headers['webhook-id'])).size,
    12,
  );
});

test('F03: Of a receiver that fails one is tried at a time, and when several are due at the same moment none is left behind', async () => {
  let [open, most] = [0, 0];
  to.answer = (_one, response) => void response.writeHead(500).end();
  const hook = await make(['message.received']);
  await w.receive({}, {}, {});
  ring();
  await until(async () => (await rows(hook.id)).filter((row) => row.tries === 1).length === 3, 'three first tries');
  to.answer = (_one, response) => {
    most = Math.max(most, ++open);
    setTimeout(() => open-- && response.writeHead(500).end(), 50);
  };
  const due = await rows(hook.id);
  const client = await w.hearten.db.connect();
  const held = `select 1 from graphile_worker.jobs where task_identifier = 'webhook' and locked_at is not null`;
  // All three are asked for before the first knows that it may.
  await w.tx(async (t) => {
    await t.run(
      sql`update webhook_delivery set next_at = now() where workspace_id = ${t.workspaceId} and webhook_id = ${hook.id}`,
    );
    await w.tx(async (other) => {
      for (const { id } of due)
        await jobs.add(other, 'webhook', { deliveryId: id, webhookId: hook.id }, { key: `webhook:${id}` });
    });
    await until(async () => (await client.query(held)).rowCount === 3, 'three jobs at once');
  });
  await client.end();
  await until(async () => (await rows(hook.id)).every((row) => row.tries >= 2), 'a second try of each');
  assert.equal(most, 1);
});

test('Switched off nothing is sent and nothing is lost: what waited goes out when it is on again', async () => {
  to.answer = (_one, response) => void response.writeHead(500).end();
  const hook = await make(['message.received']);
  await open();
  const first = await until(async () => (await rows(hook.id)).find((row) => row.tries === 1), 'the first try');
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: false }));
  to.answer = (_one, response) => void response.writeHead(204).end();
  await hurry(first.id);
  await new Promise((go) => setTimeout(go, 300));
  assert.equal(to.arrived.length, 1);
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: true }));
  await stateOf(hook.id, 'delivered');
});

test('F05: A delivery whose sender died is sent again under its id when its lease has ended, and is seen as broken off', async () => {
  const failing = await receiver();
  let hung = true;
  failing.answer = (_one, response) => (hung ? undefined : void response.writeHead(204).end());
  const hook = await make(['message.received'], { address: `${failing.url}/in` });
  await open();
  await failing.until(1);
  const first = await stateOf(hook.id, 'sending');
  // As a killed process leaves it: under way, its lease over, nobody there.
  await w.tx((t) =>
    t.run(
      sql`update webhook_delivery set lease_until = now() where workspace_id = ${t.workspaceId} and id = ${first.id}`,
    ),
  );
  const left = Date.parse((await w.jobAt(`webhook:${first.id}`)) ?? '') - Date.now();
  assert.ok(left > 15_000 && left <= 29_000, `its job stands at the end of the lease, in ${left} ms`);
  hung = false;
  await hurry(first.id);
  await stateOf(hook.id, 'delivered');
  assert.equal(new Set(failing.arrived.map((one) => one.headers['webhook-id'])).size, 1);
  assert.equal(failing.arrived.length, 2);
  const seen = await w.tx((t) => deliveryById(t, first.id));
  assert.deepEqual(
    seen.attempts.map((one) => one.error),
    ['', 'broken-off'],
  );
  await failing.stop();
  // Whoever held it before has no say any more.
  await new Promise((go) => setTimeout(go, 100));
  assert.equal((await rows(hook.id))[0]?.state, 'delivered');
});

test('F05: A delivery whose sender died and whose job found no room when the lease ended goes on with the next that ends', async () => {
  const hung: (() => void)[] = [];
  to.answer = (_one, response) => void hung.push(() => response.writeHead(204).end());
  const hook = await make(['message.received']);
  await open();
  await to.until(1);
  const first = await stateOf(hook.id, 'sending');
  await w.tx(async (t) => {
    await t.run(
      sql`update webhook_delivery set lease_until = now() where workspace_id = ${t.workspaceId} and id = ${first.id}`,
    );
    await jobs.cancel(t, `webhook:${first.id}`);
  });
  to.answer = (_one, response) => void response.writeHead(204).end();
  await open();
  await until(async () => (await rows(hook.id)).every((row) => row.state === 'delivered'), 'both');
  assert.deepEqual(
    [(await rows(hook.id)).length, new Set(to.arrived.map((one) => one.headers['webhook-id'])).size],
    [2, 2],
  );
  for (const go of hung) go();
});

test('What was sent is kept for two weeks; so is what waits for a webhook that is off, and for one that is on it stays until it is sent', async () => {
  const hook = await make(['message.received']);
  await open();
  await open();
  await until(async () => (await rows(hook.id)).filter((row) => row.state === 'delivered').length === 2, 'two');
  const [old, waits] = await rows(hook.id);
  const age = (id: string | undefined) =>
    w.tx((t) =>
      t.run(
        sql`update webhook_delivery set created_at = now() - interval '15 days' where workspace_id = ${t.workspaceId} and id = ${id}`,
      ),
    );
  await age(old?.id);
  await sweepDeliveries(w.hearten);
  assert.deepEqual(await rows(hook.id), [waits]);
  await age(waits?.id);
  await w.tx((t) =>
    t.run(
      sql`update webhook_delivery set state = 'waiting', next_at = now() + interval '1 hour' where workspace_id = ${t.workspaceId} and id = ${waits?.id}`,
    ),
  );
  await sweepDeliveries(w.hearten);
  assert.equal((await rows(hook.id)).length, 1, 'it is still to be sent');
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: false }));
  await sweepDeliveries(w.hearten);
  assert.equal((await rows(hook.id)).length, 0);
});

test('What a killed process was sending goes after two weeks when its webhook is off, and stays while it is on or being sent', async () => {
  const hook = await make(['message.received']);
  await open();
  const { id } = await stateOf(hook.id, 'delivered');
  const leave = (lease: string) =>
    w.tx((t) =>
      t.run(
        sql`update webhook_delivery set state = 'sending', lease_until = now() + ${lease}::interval, created_at = now() - interval '15 days' where workspace_id = ${t.workspaceId} and id = ${id}`,
      ),
    );
  const left = async (): Promise<number> => {
    await sweepDeliveries(w.hearten);
    return (await rows(hook.id)).length;
  };
  await leave('-1 minute');
  assert.equal(await left(), 1, 'it is still to be sent');
  await w.tx((t) => changeWebhook(t, w.hearten, w.people.owner, hook.id, { active: false }));
  await leave('1 minute');
  assert.equal(await left(), 1, 'somebody is just sending it');
  await leave('-1 minute');
  assert.equal(await left(), 0);
});

test('Any length of secret that the standard allows signs as others do', () => {
  const now = new Date(1_700_000_000_000);
  for (const bytes of [24, 32, 64]) {
    const secret = `whsec_${Buffer.alloc(bytes, bytes).toString('base64')}`;
    const ours = signed([secret], 'msg_1', '{"a":"ü"}', now);
    assert.equal(ours['webhook-signature'], new Standard(secret).sign('msg_1', now, '{"a":"ü"}'));
  }
});
