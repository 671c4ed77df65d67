import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from './db.ts';
import { emit, system } from './events.ts';
import { dropOutdated } from './outdated.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('answers kept for repeated requests go after two days, passing events after thirty, what happened never', async () => {
  const actor = w.people.lead.id;
  await w.tx(async (t) => {
    for (const [key, age] of [
      ['old key', 3],
      ['new key', 1],
    ] as const)
      await t.run(sql`insert into idempotency (workspace_id, actor_id, key, request_hash, created_at)
        values (${w.workspaceId}, ${actor}, ${key}, ${Buffer.from('x')}, now() - make_interval(days => ${age}::int))`);
    await emit(t, [
      { name: 'draft.saved', actor: system },
      { name: 'conversation.assigned', actor: system },
    ]);
    await t.run(sql`update event set at = now() - interval '40 days' where workspace_id = ${w.workspaceId}`);
    await emit(t, [{ name: 'draft.saved', actor: system, data: { fresh: true } }]);
  });
  await dropOutdated(w.hearten.db);
  const keys = await w.tx((t) =>
    t.many<{ key: string }>(sql`select key from idempotency where workspace_id = ${w.workspaceId}`),
  );
  assert.deepEqual(
    keys.map((row) => row.key),
    ['new key'],
  );
  const left = await w.tx((t) =>
    t.many<{ name: string; data: object }>(
      sql`select name, data from event where workspace_id = ${w.workspaceId} order by name`,
    ),
  );
  assert.deepEqual(
    left.map((row) => [row.name, row.data]),
    [
      ['conversation.assigned', {}],
      ['draft.saved', { fresh: true }],
    ],
  );
});
