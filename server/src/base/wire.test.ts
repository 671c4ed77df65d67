import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { type Desk, desk } from '../../test/desk.ts';
import { eventually, testRoom } from '../../test/room.ts';
import { startWire, type Wire } from './wire.ts';

let w: Desk;
const wires: Wire[] = [];
before(async () => {
  w = await desk();
});
after(async () => {
  for (const wire of wires) await wire.stop();
  await w.end();
});
const joined = async (): Promise<{ wire: Wire; heard: string[] }> => {
  const wire = await startWire(w.hearten.db, w.hearten.log);
  wires.push(wire);
  const heard: string[] = [];
  await wire.listen(
    'wire_test',
    (text) => heard.push(text),
    () => undefined,
  );
  return { wire, heard };
};

test('A process that is alone says nothing to anybody; whoever joins hears it from then on, and is heard', async () => {
  const said: string[] = [];
  const ear = await w.hearten.db.connect();
  ear.on('notification', ({ payload = '' }) => said.push(payload.split(' ').slice(1).join(' ')));
  await ear.query('listen wire_test');
  const first = await joined();
  first.wire.say('wire_test', 'is somebody there');
  await eventually(async () => said.includes('is somebody there'));
  await sleep(3_200); // as long as an answer may take
  assert.equal(first.wire.say('wire_test', 'alone'), true);
  const second = await joined();
  await eventually(async () => {
    first.wire.say('wire_test', 'now');
    return second.heard.includes('now');
  });
  second.wire.say('wire_test', 'me too');
  await eventually(async () => first.heard.includes('me too'));
  assert.deepEqual([...new Set(said)], ['is somebody there', 'now', 'me too']);
  assert.ok(!second.heard.includes('alone'));
  // One that was alone for longer than that is heard by the other all the same.
  await sleep(3_200);
  second.wire.say('wire_test', 'later');
  await eventually(async () => first.heard.includes('later'));
  await ear.end();
});

test('A process of an earlier version, which never says that it is there, is told all that is said', async () => {
  const room = await testRoom();
  const heard: string[] = [];
  const listening = async (channel: string): Promise<pg.Client> => {
    const ear = await room.db.connect();
    ear.on('notification', ({ payload = '' }) => heard.push(`${channel} ${payload.split(' ').slice(1).join(' ')}`));
    await ear.query(`listen ${channel}`);
    return ear;
  };
  // Not a channel of processes: who listens there is none of them.
  const ear = await listening('wire_test');
  const wire = await startWire(room.db, room.log, 200);
  let old: pg.Client | undefined;
  let beside: Wire | undefined;
  try {
    await sleep(3_200);
    wire.say('wire_test', 'alone');
    old = await listening('hearten_event');
    await eventually(async () => {
      wire.say('hearten_event', 'rings');
      return heard.includes('hearten_event rings');
    }, 2_000);
    await wire.stop();
    beside = await startWire(room.db, room.log, 60_000);
    await sleep(3_200);
    beside.say('hearten_event', 'seen by who joins');
    await eventually(async () => heard.includes('hearten_event seen by who joins'), 2_000);
    assert.ok(!heard.includes('wire_test alone'));
  } finally {
    await wire.stop();
    await beside?.stop();
    await old?.end();
    await ear.end();
    await room.close();
  }
});
