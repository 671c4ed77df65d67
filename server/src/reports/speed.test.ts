import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { practised } from '../../test/practised.ts';
import { sql } from '../base/db.ts';
import { newId } from '../base/ids.ts';
import { speed } from './speed.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

type Answer = { after?: number; by?: string | null; automatic?: boolean; sent?: boolean; many?: boolean };
/** Somebody wrote two days ago, and was answered so many minutes later. */
async function waited(answers: Answer[], status = answers.length ? 'waiting' : 'open'): Promise<string> {
  const [made] = await w.receive({});
  const id = made?.conversationId as string;
  await w.tx(async (t) => {
    await t.run(
      sql`update message set at = now() - interval '2 days' where workspace_id = ${w.workspaceId} and conversation_id = ${id}`,
    );
    await t.run(
      sql`update conversation set created_at = now() - interval '2 days', status = ${status} where workspace_id = ${w.workspaceId} and id = ${id}`,
    );
    for (const { after: minutes = 1, by = w.people.lead.id, automatic = false, sent = true, many = false } of answers)
      await t.run(sql`
        insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, automatic, recipients, state, text, at, sent_at)
        select ${w.workspaceId}, ${newId()}, ${id}, ${w.inboxId}, 'out', ${by}, ${automatic}, ${JSON.stringify({ to: [], cc: [], ...(many ? { many: 4 } : {}) })}::jsonb, ${sent ? 'sent' : 'queued'}, 'x', d.at, case when ${sent} then d.at end
        from (select now() - interval '2 days' + make_interval(mins => ${minutes}) as at) d`);
  });
  return id;
}

test('The first answer by a person counts, half and nine in ten; who still waits waits longer than any that was answered', async () => {
  assert.deepEqual((await w.tx((t) => speed(t))).whole, { answered: 0, waiting: 0, median: null, ninetieth: null });
  for (let minutes = 1; minutes <= 9; minutes++)
    await waited([{ after: 0, by: null, automatic: true }, { after: minutes * 10 }, { after: 600 }]);
  assert.equal((await w.tx((t) => speed(t))).whole.median, null, 'nine are too few');
  await waited([]); // waits
  await waited([{ sent: false }], 'open'); // was written and never left
  await waited([], 'resolved'); // needed no answer
  await waited([{ after: 3, many: true }], 'resolved'); // was told what everybody was told
  const spam = await waited([{ after: 1 }]);
  await w.tx((t) =>
    t.run(sql`update conversation set folder = 'spam' where workspace_id = ${w.workspaceId} and id = ${spam}`),
  );
  const { whole, byChannel } = await w.tx((t) => speed(t));
  // 10, 20 … 90 minutes and two without an end: the sixth of eleven is an hour, the tenth waits still.
  assert.deepEqual(whole, { answered: 9, waiting: 2, median: 3600, ninetieth: null });
  assert.deepEqual(byChannel, [{ channel: 'email', ...whole }]);
});

test('Who is snoozed, or set to waiting without an answer, still waits: no desk looks faster for it; practice is in no figure', async () => {
  const before = (await w.tx((t) => speed(t))).whole;
  await waited([], 'snoozed');
  await waited([], 'waiting');
  await waited([{ after: 5, by: null, automatic: true }], 'waiting');
  const now = (await w.tx((t) => speed(t))).whole;
  assert.deepEqual([now.answered, now.waiting], [before.answered, before.waiting + 3]);
  await practised(w, await waited([{ after: 5 }]));
  await practised(w, await waited([]));
  assert.deepEqual((await w.tx((t) => speed(t))).whole, now);
});

test('What we began ourselves is no wait, and a sample workspace says that its waits are invented', async () => {
  const before = (await w.tx((t) => speed(t))).whole;
  const id = await waited([]);
  await w.tx((t) =>
    t.run(sql`insert into message (workspace_id, id, conversation_id, inbox_id, type, author_id, state, text, at, sent_at)
      values (${w.workspaceId}, ${newId()}, ${id}, ${w.inboxId}, 'out', ${w.people.lead.id}, 'sent', 'x', now() - interval '3 days', now() - interval '3 days')`),
  );
  assert.deepEqual((await w.tx((t) => speed(t))).whole, before);
  const home = await w.another();
  await w.tx((t) => t.run(sql`update workspace set sample_of = ${home.workspaceId} where id = ${w.workspaceId}`));
  const invented = await w.tx((t) => speed(t));
  assert.deepEqual([invented.sample, invented.whole], [true, before]);
});
