import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk, keepingChannel } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import { changeWorkspace } from '../team/workspace.ts';
import { age, ages } from './age.ts';
import { move, setStatus } from './change.ts';
import { deleteForGood } from './delete-for-good.ts';
import { reply } from './reply.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

const ada = { address: 'ada@lovelace.example', name: 'Ada' };
const statusOf = async (id: string): Promise<string | undefined> =>
  (
    await w.tx((t) =>
      t.first<{ status: string }>(
        sql`select status from conversation where workspace_id = ${w.workspaceId} and id = ${id}`,
      ),
    )
  )?.status;
const ago = (column: 'resolved_at' | 'trashed_at', id: string, days: number) =>
  w.tx((t) =>
    t.run(
      column === 'resolved_at'
        ? sql`update conversation set resolved_at = now() - make_interval(days => ${days}) where workspace_id = ${w.workspaceId} and id = ${id}`
        : sql`update conversation set trashed_at = now() - make_interval(days => ${days}) where workspace_id = ${w.workspaceId} and id = ${id}`,
    ),
  );

test('a workspace says after how many days conversations close, sees what that would close, and an answer after it follows up', async () => {
  const [a] = await w.receive({ from: ada, externalId: '<age@x.example>' });
  const id = a?.conversationId as string;
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  await ago('resolved_at', id, 5);
  await age(w.hearten, w.workspaceId);
  assert.equal(await statusOf(id), 'resolved');
  const seen = await w.tx((t) => ages(t, { closesAfterDays: 3 }));
  assert.deepEqual([seen.closesAfterDays, seen.closing], [14, 1]);
  await w.tx((t) => changeWorkspace(t, w.people.owner, { closesAfterDays: 3 }));
  await age(w.hearten, w.workspaceId);
  assert.equal(await statusOf(id), 'closed');
  const told = await w.tx((t) =>
    t.first<{ data: { days: number } }>(
      sql`select data from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and data->>'status' = 'closed'`,
    ),
  );
  assert.equal(told?.data.days, 3);
  const [b] = await w.receive({ from: ada, inReplyTo: '<age@x.example>' });
  assert.equal(b?.outcome, 'created');
});

test('the next close is set by the workspace’s days', async () => {
  const [a] = await w.receive({});
  const id = a?.conversationId as string;
  await w.tx((t) => setStatus(t, w.people.lead, id, 'resolved'));
  const at = Date.parse(String(await w.jobAt(`close:${id}`)));
  assert.ok(Math.abs(at - Date.now() - 3 * 86_400_000) < 60_000);
});

test('the trash empties itself after the days a workspace says; what was put back stays', async () => {
  const made = await w.receive({}, {}, {});
  const [old, back, young] = made.map((one) => one.conversationId as string) as [string, string, string];
  for (const id of [old, back, young]) await w.tx((t) => move(t, w.people.lead, id, 'trash'));
  for (const id of [old, back]) await ago('trashed_at', id, 40);
  await w.tx((t) => move(t, w.people.lead, back, 'inbox'));
  assert.equal((await w.tx((t) => ages(t, { emptiesTrashAfterDays: 35 }))).deleting, 1);
  await age(w.hearten, w.workspaceId);
  assert.deepEqual([await statusOf(old), await statusOf(back), await statusOf(young)], [undefined, 'open', 'open']);
  const graves = await w.tx((t) => t.many(sql`select 1 from tombstone where workspace_id = ${w.workspaceId}`));
  assert.equal(graves.length, 1);
});

test('an answer that waits for its time goes with its conversation; one that is leaving keeps it, and nobody else', async () => {
  const channel = keepingChannel(10);
  const waiting = (await w.receive({}))[0]?.conversationId as string;
  const sendAt = new Date(Date.now() + 3_600_000).toISOString();
  const planned = JSON.parse(
    (await w.tx((t) => reply(t, () => channel, w.people.lead, waiting, { text: 'Later.', sendAt }))).json,
  ).message.id as string;
  await w.tx((t) => move(t, w.people.lead, waiting, 'trash'));
  const leaving = (await w.receive(...Array.from({ length: 100 }, () => ({})))).map(
    (one) => one.conversationId as string,
  );
  for (const id of leaving) {
    await w.tx((t) => reply(t, () => channel, w.people.lead, id, { text: 'On its way.' }));
    await w.tx((t) => move(t, w.people.lead, id, 'trash'));
    await ago('trashed_at', id, 50);
  }
  await ago('trashed_at', waiting, 40);
  await age(w.hearten, w.workspaceId);
  assert.equal(await statusOf(waiting), undefined);
  assert.equal(await w.jobAt(`deliver:${planned}`), undefined);
  const kept = leaving[0] as string;
  assert.ok(await statusOf(kept));
  await assert.rejects(
    w.tx((t) => deleteForGood(t, { kind: 'system', id: null }, kept)),
    /has not left yet/,
  );
});
