import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { changeCustomer } from '../customers/change.ts';
import { changePerson } from '../team/people.ts';
import { createTeam, deleteTeam } from '../team/teams.ts';
import { assign, setStatus } from './change.ts';
import { letGo, letGoOfPerson, rename } from './let-go.ts';

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

const newest = async (name: string): Promise<EventRow> =>
  (await office.tx((tx) =>
    tx.first<EventRow>(
      sql`select * from event where workspace_id = ${tx.workspaceId} and name = ${name} order by id desc limit 1`,
    ),
  )) as EventRow;

test('When a person leaves, what they had still to do is everyone’s again; what is done stays theirs', async () => {
  const { owner, representative } = office.people;
  const [todo, done] = await office.receive({}, {});
  for (const one of [todo, done])
    await office.tx((tx) => assign(tx, owner, one?.conversationId as string, { assigneeId: representative.id }));
  await office.tx((tx) => setStatus(tx, owner, done?.conversationId as string, 'resolved'));
  await office.tx((tx) => changePerson(tx, owner, representative.id, { active: false }));
  const event = await newest('person.changed');
  for (let i = 0; i < 2; i++) await office.tx((tx) => letGoOfPerson(tx, event));
  const rows = await office.tx((tx) =>
    tx.many<{ id: string; assignee_id: string | null }>(
      sql`select id, assignee_id from conversation where workspace_id = ${tx.workspaceId} and id = any (${[todo?.conversationId, done?.conversationId]}::uuid[])`,
    ),
  );
  const of = (id: string | null | undefined) => rows.find((row) => row.id === id)?.assignee_id;
  assert.deepEqual([of(todo?.conversationId), of(done?.conversationId)], [null, representative.id]);
  assert.equal((await newest('conversation.assigned')).conversation_id, todo?.conversationId);
});

test('A customer’s new name stands on all their conversations, and screens are told when it does', async () => {
  const from = { address: 'maiden@names.example', name: 'Ms Before' };
  const [one, two, other] = await office.receive({ from }, { from }, {});
  const nameOf = async (id: string | null | undefined): Promise<string | undefined> =>
    (
      await office.tx((tx) =>
        tx.first<{ name: string }>(
          sql`select customer_name as name from conversation where workspace_id = ${tx.workspaceId} and id = ${id}`,
        ),
      )
    )?.name;
  const before = await nameOf(other?.conversationId);
  const customer = await office.tx((tx) =>
    tx.first<{ id: string }>(
      sql`select customer_id as id from handle where workspace_id = ${tx.workspaceId} and value = ${from.address}`,
    ),
  );
  await office.tx((tx) =>
    changeCustomer(tx, { kind: 'system', id: null }, customer?.id as string, { name: 'Ms After' }),
  );
  const event = await newest('customer.changed');
  await office.tx((tx) => rename(tx, event));
  assert.deepEqual(
    [await nameOf(one?.conversationId), await nameOf(two?.conversationId), await nameOf(other?.conversationId)],
    ['Ms After', 'Ms After', before],
  );
  assert.equal((await newest('customer.renamed')).data.customerId, customer?.id);
});
