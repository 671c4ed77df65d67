import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Frame, Role } from '@hearten/contract';
import { type Desk, desk } from '../../test/desk.ts';
import { sql } from '../base/db.ts';
import type { EventRow } from '../base/events.ts';
import { conversationAudience } from './audience.ts';
import { note } from './change.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('What many are told alike is one frame for all of them; who has read further, and who did it, have their own', async () => {
  const [received] = await w.receive({});
  const conversationId = received?.conversationId as string;
  await w.tx((t) => note(t, w.people.lead, conversationId, { text: 'A note.' }));
  await w.tx((t) =>
    t.run(
      sql`insert into seen (workspace_id, conversation_id, person_id, up_to) values (${w.workspaceId}, ${conversationId}, ${w.people.manager.id}, now() + interval '1 hour')`,
    ),
  );
  const events = await w.tx((t) =>
    t.many<EventRow>(
      sql`select e.*, e.xid::text as xid from event e where e.workspace_id = ${w.workspaceId} and e.name = 'message.noted'`,
    ),
  );
  const told = new Map<string, Frame[]>();
  const roles: Role[] = ['owner', 'manager', 'lead', 'representative'];
  const seats = roles.map((role) => ({
    who: w.people[role],
    send: (frame: Frame) => told.set(role, [...(told.get(role) ?? []), frame]),
  }));
  await conversationAudience(w.hearten.db)(w.workspaceId, events, seats);
  const change = (role: Role) => told.get(role)?.find((frame) => frame.type === 'change');
  assert.equal(change('owner'), change('representative'), 'the very same');
  assert.notEqual(change('owner'), change('manager'));
  assert.deepEqual(
    roles.map((role) => {
      const frame = change(role);
      return frame?.type === 'change' && frame.conversation.unread;
    }),
    [true, false, true, true],
  );
  assert.ok(told.get('owner')?.some((frame) => frame.type === 'draft'));
  assert.ok(!told.get('lead')?.some((frame) => frame.type === 'draft'), 'of their own draft they know');
});
