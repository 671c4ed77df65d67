import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { createTeam, deleteTeam } from '../team/teams.ts';
import { assign } from './change.ts';
import { letGo } from './let-go.ts';

let office: Desk;
before(async () => {
  office = await desk();
});
after(() => office.end());

test('When a team is deleted its conversations belong to no team, keep their person, and say so once', async () => {
  const { owner, lead } = office.people;
  const [first, second, other] = await office.receive({}, {}, {});
  const team = await office.tx((tx) => createTeam(tx, owner, { name: 'Night' }));
  const ids = [first?.conversationId as string, second?.conversationId as string];
  for (const id of ids) await office.tx((tx) => assign(tx, owner, id, { teamId: team.id, assigneeId: lead.id }));
  await office.tx((tx) => deleteTeam(tx, owner, team.id));
  const [event] = await office.tx((tx) => tx.many<EventRow>(sql`select * from event where name = 'team.deleted'`));
  for (let i = 0; i < 2; i++) await office.tx((tx) => letGo(tx, event as EventRow));

  const rows = await office.tx((tx) =>
    tx.many<{ id: string; team_id: string | null; assignee_id: string | null }>(
      sql`select id, team_id, assignee_id from conversation where workspace_id = ${tx.workspaceId}`,
    ),
  );
  for (const row of rows) {
    assert.equal(row.team_id, null);
    assert.equal(row.assignee_id, ids.includes(row.id) ? lead.id : null);
  }
  const told = await office.tx((tx) =>
    tx.many<{ id: string }>(
      sql`select conversation_id as id from event where name = 'conversation.assigned' and because = ${event?.id ?? null} order by 1`,
    ),
  );
  assert.deepEqual(
    told.map((row) => row.id),
    [...ids].sort(),
  );
  assert.ok(!told.some((row) => row.id === other?.conversationId));
});
