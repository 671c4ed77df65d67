import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { setStatus, snooze } from './change.ts';
import { reply } from './reply.ts';
import { today } from './today.ts';
import { undo } from './undo.ts';

let w: Desk;
const channel = keepingChannel(10);
before(async () => {
  w = await desk();
});
after(() => w.end());

const make = async () => (await w.receive({}))[0]?.conversationId as string;
const now = () => w.tx((t) => today(t, w.people.lead));
const answer = async (id: string): Promise<string> =>
  JSON.parse((await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'Here.', insist: true }))).json)
    .message.id;

test('An empty list says what was answered and resolved today: each conversation once, nothing that was taken back, nothing of yesterday', async () => {
  const [a, b, c] = [await make(), await make(), await make()];
  assert.deepEqual(await now(), { answered: 0, resolved: 0, wakes: null });
  await answer(a);
  await answer(a);
  const withdrawn = await answer(b);
  await w.tx((t) => undo(t, w.people.lead, withdrawn));
  await w.tx((t) => setStatus(t, w.people.lead, a, 'resolved'));
  await w.tx((t) => setStatus(t, w.people.lead, b, 'resolved'));
  await w.tx((t) => setStatus(t, w.people.lead, b, 'open'));
  await w.tx((t) => setStatus(t, w.people.lead, c, 'closed'));
  // Resolved days ago, and only touched today.
  await w.tx((t) =>
    t.run(
      sql`update conversation set resolved_at = now() - interval '3 days' where workspace_id = ${w.workspaceId} and id = ${c}`,
    ),
  );
  const until = new Date(Date.now() + 7_200_000).toISOString();
  await w.tx((t) => snooze(t, w.people.lead, b, until));
  const { answered, resolved, wakes } = await now();
  assert.deepEqual([answered, resolved, Date.parse(wakes ?? '')], [1, 1, Date.parse(until)]);
});
