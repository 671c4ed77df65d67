import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Desk, desk } from '../../test/desk.ts';
import { eventually } from '../../test/room.ts';
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
