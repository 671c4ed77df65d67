import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Message } from '@hearten/contract';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql, type Tx } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { deliver } from './deliver.ts';
import { merge } from './merge.ts';
import { receive } from './receive.ts';
import { reply } from './reply.ts';
import { lock } from './rows.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const channel = keepingChannel();
async function answered() {
  const [one] = await w.receive({});
  const id = one?.conversationId as string;
  const out = JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'Here.' }))).json) as {
    message: Message;
  };
  await deliver(w.hearten, () => channel, w.workspaceId, out.message.id);
  return { id, external: channel.sent.at(-1)?.externalId as string, message: out.message.id };
}
/** Until somebody in this database waits for a lock. */
async function waits(t: Tx): Promise<void> {
  for (;;) {
    const one = await t.first(
      sql`select 1 from pg_locks l join pg_stat_activity a on a.pid = l.pid where not l.granted and a.datname = current_database()`,
    );
    if (one) return;
    await new Promise((done) => setTimeout(done, 5));
  }
}

test('an answer to two of our inboxes that comes to both at the same moment is one message', async () => {
  const home = (await w.receive({ externalId: '<both@x.example>' }))[0];
  const from = (
    await w.tx((t) =>
      t.first<{ sender: { address: string; name: string } }>(
        sql`select sender from message where workspace_id = ${w.workspaceId} and id = ${home?.id as string}`,
      ),
    )
  )?.sender;
  const sales = newId();
  await w.tx((t) =>
    t.run(sql`insert into inbox (workspace_id, id, brand_id, channel, name, address, settings)
      select workspace_id, ${sales}, brand_id, channel, 'Sales', 'sales@northwind.example', settings from inbox where workspace_id = ${w.workspaceId} and id = ${w.inboxId}`),
  );
  const mail = w.mail({ ...(from ? { from } : {}), inReplyTo: '<both@x.example>', text: 'To both of you.' });
  let second: ReturnType<Desk['receive']> | undefined;
  await w.tx(async (t) => {
    await receive(t, [mail]);
    second = w.receive({ ...mail, id: newId(), inboxId: sales });
    await waits(t);
  });
  const [again] = (await second) ?? [];
  assert.deepEqual([again?.outcome, again?.of], ['duplicate', mail.id]);
});

test('a batch of bounces locks its conversations in order of id, so that two batches never wait for each other', async () => {
  const [low, high] = [await answered(), await answered()].sort((a, b) => (a.id < b.id ? -1 : 1));
  assert.ok(low && high);
  const bounce = (of: string) => ({
    kind: 'bounce' as const,
    automatic: true,
    bounce: { messageExternalId: of, recipients: [], hard: true, reason: 'No such mailbox.' },
  });
  let batch: ReturnType<Desk['receive']> | undefined;
  await w.tx(async (t) => {
    await lock(t, low.id);
    batch = w.receive(bounce(high.external), bounce(low.external));
    batch.catch(() => undefined); // looked at below; here it may only not be nobody's
    await waits(t);
    await lock(t, high.id);
  });
  assert.deepEqual(
    (await batch)?.map((one) => one.conversationId),
    [high.id, low.id],
  );
});

test('words that name their conversation alone, as those of a chat do, go where it was merged while they waited', async () => {
  const from = { address: 'mina@locks.example', name: 'Mina' };
  const [one] = await w.receive({ from });
  const [other] = await w.receive({ from, subject: 'Something else' });
  const [was, left] = [one?.conversationId as string, other?.conversationId as string];
  assert.notEqual(was, left);
  let word: ReturnType<Desk['receive']> | undefined;
  await w.tx(async (t) => {
    await merge(t, w.people.lead, was, left);
    word = w.receive({ from, externalId: null, token: was });
    word.catch(() => undefined); // looked at below; here it may only not be nobody's
    await waits(t);
  });
  assert.deepEqual(
    (await word)?.map(({ conversationId }) => conversationId),
    [left],
  );
});
