import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Opened, Practice } from '@hearten/contract';
import { type Browser, makeWorld, type Place, type World } from '../../../../test/world.ts';
import { sql } from '../../../base/db.ts';
import { COOKIE } from '../../../base/http.ts';
import { deliver } from '../../../conversations/deliver.ts';
import { founding, makeModules } from '../../../modules.ts';
import { email } from '../index.ts';

let world: World;
let place: Place;
let owner: Browser;
let mail: ReturnType<typeof email>;
before(async () => {
  // No name server answers: whoever asks one would wait, and be seen.
  world = await makeWorld({ modules: makeModules, founding, settings: { DNS_SERVERS: '127.0.0.1:9' } });
  place = await world.workspace('practising');
  owner = await world.as(place, 'owner');
  mail = email(world.hearten);
});
after(async () => {
  const stop = await mail.start?.();
  await stop?.();
  await world.end();
});

const write = async (text: string) => {
  const { status, body } = await owner.post<{ practice: Practice; took: number }>('/practice/mails', {
    text,
    name: 'Ada as a customer',
    inbox: 'Practice',
  });
  assert.equal(status, 201, JSON.stringify(body));
  return body;
};
const practice = async () => (await owner.get<{ practice: Practice | null }>('/practice')).body.practice;
/** Answers, and sends what was answered as the job would. */
async function answer(conversationId: string, body: object): Promise<{ state: string; reason: string | null }> {
  const replied = await owner.post<{ message: { id: string } }>(`/conversations/${conversationId}/replies`, body);
  assert.equal(replied.status, 201, replied.text);
  const { id } = replied.body.message;
  await world.inside(place, (tx) =>
    tx.run(sql`update message set send_at = now() where workspace_id = ${place.id} and id = ${id}`),
  );
  await deliver(world.hearten, () => mail.channel, place.id, id);
  const rows = await world.inside(place, (tx) =>
    tx.many<{ state: string; reason: string | null }>(
      sql`select state, state_reason as reason from message where workspace_id = ${place.id} and id = ${id}`,
    ),
  );
  return rows[0] as { state: string; reason: string | null };
}

test('A mail to oneself comes in as a real one; the answer is handed over by SMTP and comes back to the customer; both go on in one conversation', async () => {
  assert.equal(await practice(), null);
  const first = await write('Does the Fjord come with a bulb?\n\nI would like to hang it tonight.');
  const id = first.practice.conversationId as string;
  assert.match(first.practice.customer, /^you@practice-[0-9a-f]{12}\.invalid$/);
  const opened = await owner.get<Opened>(`/conversations/${id}`);
  assert.equal(opened.body.conversation.subject, 'Does the Fjord come with a bulb?');
  assert.equal(opened.body.conversation.customer.name, 'Ada as a customer');

  const { state } = await answer(id, { html: '<p>Yes, a <strong>warm</strong> one is in the box.</p>' });
  assert.equal(state, 'sent');
  const after1 = await practice();
  assert.deepEqual(
    after1?.mails.map((one) => one.from),
    ['you', 'desk'],
  );
  assert.match(after1?.mails[1]?.text ?? '', /Yes, a warm one is in the box\./);
  assert.equal(after1?.mails[1]?.subject, 'Re: Does the Fjord come with a bulb?');

  // It is shown as a customer's mail program draws it, and safe.
  assert.deepEqual(
    after1?.mails.map((one) => one.hasHtml),
    [false, true],
  );
  const look = (cookie: string, id = after1?.mails[1]?.id ?? '') =>
    world.app.inject({ method: 'GET', url: `/frames/practice/${id}`, headers: { cookie: `${COOKIE}=${cookie}` } });
  const drawn = await look(owner.cookie);
  assert.match(drawn.body, /Yes, a <strong>warm<\/strong> one is in the box\./);
  assert.match(String(drawn.headers['content-security-policy']), /default-src 'none'.*sandbox/);
  assert.equal((await look('')).statusCode, 401);
  const elsewhere = await world.as(await world.workspace('elsewhere'), 'owner');
  assert.equal((await look(elsewhere.cookie)).statusCode, 404);
  assert.equal((await look(owner.cookie, first.practice.mails[0]?.id)).statusCode, 404);
  const second = await write('Thank you. Can I dim it?');
  assert.equal(second.practice.conversationId, id);
  assert.equal(second.practice.mails.length, 3);
  const domains = await owner.get<{ items: unknown[] }>('/domains');
  assert.deepEqual(domains.body.items, [], 'no name server is asked about a place that exists nowhere');
});

test('The practice inbox reaches nobody else, whoever is added to an answer, and no other inbox reaches its customer', async () => {
  const now = await practice();
  const opened = await owner.get<Opened>(`/conversations/${now?.conversationId}`);
  const last = opened.body.items.findLast((item) => item.type === 'in');
  const { state, reason } = await answer(now?.conversationId as string, {
    text: 'With a copy to a stranger.',
    cc: [{ address: 'stranger@example.org', name: '' }],
    ...(last ? { seenUpTo: last.id } : {}),
  });
  assert.equal(state, 'failed');
  assert.match(reason ?? '', /writes to nobody but you/);
  assert.equal((await practice())?.mails.length, 3, 'nothing came back either');

  const real = await owner.post<{ id: string }>('/inboxes', {
    name: 'Real',
    address: 'support@practising.example',
    settings: { smtp: { host: '127.0.0.1', port: 9, security: 'none' } },
    untested: true,
  });
  const begun = await owner.post<{ conversation: { id: string }; message: { id: string } }>('/conversations', {
    inboxId: real.body.id,
    to: now?.customer,
    subject: 'From a real inbox',
    text: 'Hello',
  });
  assert.equal(begun.status, 201, begun.text);
  await world.inside(place, (tx) =>
    tx.run(sql`update message set send_at = now() where workspace_id = ${place.id} and id = ${begun.body.message.id}`),
  );
  await deliver(world.hearten, () => mail.channel, place.id, begun.body.message.id);
  const message = (await owner.get<Opened>(`/conversations/${begun.body.conversation.id}`)).body.items.find(
    (item) => item.type === 'out',
  );
  assert.equal(message?.type === 'out' ? message.state : '', 'failed');
});

test('Ended, the practice conversation leaves nothing behind, and may begin anew', async () => {
  const id = (await practice())?.conversationId as string;
  assert.equal((await owner.send('DELETE', '/practice')).status, 200);
  assert.equal(await practice(), null);
  assert.equal((await owner.get(`/conversations/${id}`)).status, 404);
  const inboxes = await owner.get<{ items: { address: string }[] }>('/inboxes');
  assert.deepEqual(
    inboxes.body.items.map((one) => one.address),
    ['support@practising.example'],
  );
  assert.equal((await owner.send('DELETE', '/practice')).status, 404);
  const again = await write('Once more.');
  assert.equal(again.practice.mails.length, 1);
});
