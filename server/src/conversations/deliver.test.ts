import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { quoted } from '../base/reasons.ts';
import { Declined, Later, Unsure } from './channel.ts';
import { deliver } from './deliver.ts';
import { openConversation } from './open.ts';
import { addForgotten, recoverLost } from './recover.ts';
import { reply } from './reply.ts';
import { retry } from './retry.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type State = { state: string; state_reason: string | null; attempts: number };
async function queued(channel = keepingChannel()) {
  const [one] = await w.receive({});
  const id = one?.conversationId as string;
  const out = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'An answer.' }))).json,
  ) as { message: { id: string } };
  const messageId = out.message.id;
  return {
    id,
    messageId,
    channel,
    send: () => deliver(w.hearten, () => channel, w.workspaceId, messageId),
    state: async () =>
      (await w.tx((t) =>
        t.first<State>(
          sql`select state, state_reason, attempts from message where workspace_id = ${w.workspaceId} and id = ${messageId}`,
        ),
      )) as State,
    status: async () =>
      (
        JSON.parse((await w.tx((t) => openConversation(t, w.people.lead, id))).json) as {
          conversation: { status: string };
        }
      ).conversation.status,
  };
}

test('a message is handed over once, however many senders try at once', async () => {
  const m = await queued();
  await Promise.all(Array.from({ length: 8 }, () => m.send()));
  assert.equal(m.channel.sent.length, 1);
  assert.equal((await m.state()).state, 'sent');
  await m.send();
  assert.equal(m.channel.sent.length, 1);
});
test('not now means later: deferred, with the reason, and tried again', async () => {
  const m = await queued();
  m.channel.answer = () => Promise.reject(Later(quoted('450 greylisted'), 60));
  await m.send();
  assert.deepEqual([(await m.state()).state, (await m.state()).state_reason], ['deferred', '450 greylisted']);
  await w.tx((t) =>
    t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${m.messageId}`),
  );
  m.channel.answer = async () => ({ response: '250 ok' });
  await m.send();
  assert.deepEqual([(await m.state()).state, m.channel.sent.length], ['sent', 1]);
});
test('refused means failed, said in words, and the conversation is ours again', async () => {
  const m = await queued();
  m.channel.answer = () => Promise.reject(Declined(quoted('550 no such user')));
  await m.send();
  assert.deepEqual(
    [(await m.state()).state, (await m.state()).state_reason, await m.status()],
    ['failed', '550 no such user', 'open'],
  );
});
test('no answer after the last dot means unknown: shown, never sent again by itself, again only when a person says so', async () => {
  const m = await queued();
  m.channel.answer = () => Promise.reject(Unsure(quoted('The line broke after the message was handed over.')));
  await m.send();
  assert.equal((await m.state()).state, 'unknown');
  await m.send();
  assert.equal((await m.state()).state, 'unknown');
  const first = (
    await w.tx((t) =>
      t.first<{ external_id: string }>(
        sql`select external_id from message where workspace_id = ${w.workspaceId} and id = ${m.messageId}`,
      ),
    )
  )?.external_id;
  m.channel.answer = async () => ({ response: '250 ok' });
  await w.tx((t) => retry(t, () => m.channel, w.people.lead, m.messageId));
  await m.send();
  assert.deepEqual([(await m.state()).state, m.channel.sent[0]?.externalId], ['sent', first]);
});
test('B04: an error nobody foresaw ends as failed after the last try, with its reason, and can be sent again', async () => {
  const m = await queued();
  const { send } = m.channel;
  m.channel.send = () => Promise.reject(new TypeError('x is not a function'));
  for (let i = 0; i < 10; i++) {
    await w.tx((t) =>
      t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${m.messageId}`),
    );
    await m.send();
  }
  assert.equal((await m.state()).state, 'failed');
  assert.match((await m.state()).state_reason ?? '', /Given up after 10 tries: x is not a function/);
  assert.equal(await m.status(), 'open', 'the team has it again');
  m.channel.send = send;
  await w.tx((t) => retry(t, () => m.channel, w.people.lead, m.messageId));
  await m.send();
  assert.deepEqual([(await m.state()).state, m.channel.sent.length], ['sent', 1], 'and sends it when it is mended');
});
test('B04: what keeps it from being sent at all is counted and seen, and ends as failed, told to its writer, with the way to send it again', async () => {
  const m = await queued();
  const owner = new pg.Client(w.hearten.db.url);
  await owner.connect();
  try {
    await owner.query(`
      create function never() returns trigger language plpgsql as $$ begin raise exception 'the lease always breaks'; end $$;
      create trigger never before update on message for each row when (new.state = 'sending' and new.id = '${m.messageId}') execute function never()`);
    const due = () =>
      w.tx((t) =>
        t.run(sql`update message set send_at = now() where workspace_id = ${w.workspaceId} and id = ${m.messageId}`),
      );
    await due();
    await assert.rejects(
      deliver(w.hearten, () => m.channel, w.workspaceId, m.messageId, 1),
      /always breaks/,
    );
    assert.equal((await m.state()).state, 'queued', 'the first trouble may pass in seconds');
    await m.send();
    assert.equal((await m.state()).state, 'deferred', 'what stays is seen at the message');
    assert.match((await m.state()).state_reason ?? '', /could not be made ready for sending: .*always breaks/);
    for (let i = 1; i < 10; i++) {
      await due();
      await m.send();
    }
    assert.deepEqual([(await m.state()).state, await m.status(), m.channel.sent.length], ['failed', 'open', 0]);
    assert.match((await m.state()).state_reason ?? '', /Given up after 10 tries/);
    const told = await w.hearten.db.read<{ name: string }>(
      w.workspaceId,
      sql`select name from event where workspace_id = ${w.workspaceId} and message_id = ${m.messageId} and name = 'message.failed'`,
    );
    assert.equal(told.length, 1);
    await owner.query('drop trigger never on message');
  } finally {
    await owner.query('drop function if exists never cascade');
    await owner.end();
  }
  await w.tx((t) => retry(t, () => m.channel, w.people.lead, m.messageId));
  await m.send();
  assert.deepEqual([(await m.state()).state, m.channel.sent.length], ['sent', 1]);
});
test('a sender that died while sending leaves unknown, not a second copy', async () => {
  const m = await queued();
  await w.tx((t) =>
    t.run(
      sql`update message set state = 'sending', fence = 7, attempts = 1, lease_until = now() - interval '1 second' where workspace_id = ${w.workspaceId} and id = ${m.messageId}`,
    ),
  );
  await recoverLost(w.hearten);
  assert.deepEqual([(await m.state()).state, await m.status()], ['unknown', 'open']);
});
test('a sender whose lease was taken over stops before it hands anything over', async () => {
  const m = await queued();
  const send = m.channel.send;
  m.channel.send = async (message, inbox, check) => {
    await w.tx((t) =>
      t.run(sql`update message set fence = fence + 1 where workspace_id = ${w.workspaceId} and id = ${m.messageId}`),
    );
    return send(message, inbox, check);
  };
  await m.send();
  assert.equal(m.channel.sent.length, 0);
});
test('an answer whose job was given up while the database was away is sent all the same', async () => {
  const m = await queued();
  const waiting = async () =>
    (
      await w.hearten.db.read<{ n: number }>(
        w.workspaceId,
        sql`select count(*)::int as n from deliveries_due(100) where message_id = ${m.messageId}`,
      )
    )[0]?.n;
  assert.equal(await waiting(), 0, 'not while its own job is at it');
  await w.tx((t) =>
    t.run(
      sql`update message set send_at = now() - interval '4 minutes' where workspace_id = ${w.workspaceId} and id = ${m.messageId}`,
    ),
  );
  assert.equal(await waiting(), 1);
  await addForgotten(w.hearten);
  await m.send();
  assert.deepEqual([m.channel.sent.length, await waiting()], [1, 0]);
});
