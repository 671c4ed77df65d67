import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Desk, desk } from '../../test/desk.ts';
import { eventually } from '../../test/room.ts';
import { emit, system } from './events.ts';
import { newId } from './ids.ts';
import { type Reacting, startReactions } from './relay.ts';

let w: Desk;
before(async () => {
  w = await desk();
});
after(() => w.end());

test('What happened before any process reacted is reacted to when one does, and only once', async () => {
  const told = (name: string) =>
    w.tx((t) => emit(t, [{ name: 'customer.changed', actor: system, data: { customerId: newId(), fields: [name] } }]));
  const heard: string[] = [];
  const reactions: Reacting[] = [
    {
      name: 'listener',
      events: ['customer.changed'],
      react: async (_tx, events) => {
        for (const { data } of events) heard.push(...((data as { fields: string[] }).fields ?? []));
      },
    },
  ];
  await told('before');
  await startReactions(w.hearten.db, w.hearten.log, reactions)();
  const stop = startReactions(w.hearten.db, w.hearten.log, reactions);
  await told('meanwhile');
  await eventually(async () => heard.includes('meanwhile'));
  await stop();
  assert.deepEqual(heard, ['before', 'meanwhile']);
});
