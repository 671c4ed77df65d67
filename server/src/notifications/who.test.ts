import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { assign, note } from '../conversations/change.ts';
import { listNotifications, notify } from './who.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

/** What the newest event makes each person hear. */
async function heard(id: string): Promise<Record<string, string>> {
  const event = (await w.tx((t) =>
    t.first<EventRow>(
      sql`select * from event where workspace_id = ${w.workspaceId} and conversation_id = ${id} and name not like 'notification%' order by id desc limit 1`,
    ),
  )) as EventRow;
  for (let i = 0; i < 2; i++) await w.tx((t) => notify(t, [event]));
  const rows = await w.tx((t) =>
    t.many<{ person_id: string; kind: string }>(
      sql`select person_id, kind from notification where workspace_id = ${w.workspaceId} and event_id = ${event.id}`,
    ),
  );
  const roleOf = (personId: string) => Object.entries(w.people).find(([, who]) => who.id === personId)?.[0] ?? '';
  return Object.fromEntries(rows.map((row) => [roleOf(row.person_id), row.kind]));
}
const fresh = async (): Promise<string> => (await w.receive({}))[0]?.conversationId as string;

test('a new conversation is told to everyone who can answer, once, and an emoji in it is no harm', async () => {
  const [one] = await w.receive({ text: `${'t'.repeat(139)}😀` });
  const told = await heard(one?.conversationId as string);
  assert.deepEqual(Object.keys(told).sort(), ['lead', 'manager', 'owner', 'representative', 'specialist']);
  const { items, unseen } = await w.tx((t) => listNotifications(t, w.people.lead.id, undefined));
  assert.deepEqual([items.length, unseen], [1, 1]);
});

test('who is named in a note hears of it; who only has a name that begins so does not', async () => {
  const id = await fresh();
  await w.tx((t) =>
    t.run(sql`update person set name = 'An Lee' where workspace_id = ${w.workspaceId} and id = ${w.people.lead.id}`),
  );
  await w.tx((t) =>
    t.run(
      sql`update person set name = 'Anna Ray' where workspace_id = ${w.workspaceId} and id = ${w.people.manager.id}`,
    ),
  );
  await w.tx((t) => note(t, w.people.owner, id, { text: 'Could you look, @anna?' }));
  assert.deepEqual(await heard(id), { manager: 'mentioned' });
  await w.tx((t) => note(t, w.people.owner, id, { text: '@An Lee: and you' }));
  assert.deepEqual(await heard(id), { lead: 'mentioned' });
});

test('who does not work here any more hears of nothing', async () => {
  const id = await fresh();
  await w.tx((t) => assign(t, w.people.owner, id, { assigneeId: w.people.specialist.id }));
  await w.tx((t) =>
    t.run(
      sql`update person set active = false where workspace_id = ${w.workspaceId} and id = ${w.people.specialist.id}`,
    ),
  );
  assert.deepEqual(await heard(id), {});
});
