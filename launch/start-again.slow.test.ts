import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { cleanUp, firstLife, freePort, gone, start } from './world.ts';

after(cleanUp);

test('On a folder that is there already it is ready within 3 seconds', {
  skip: process.platform === 'linux' ? false : 'finds processes in /proc, which only Linux has',
}, async (t) => {
  const [dataDir, port] = [await firstLife(), await freePort()];
  const took: number[] = [];
  for (let i = 0; i < 3; i++) {
    const again = start({ dataDir, port });
    took.push(await again.ready());
    again.child.kill('SIGINT');
    assert.equal(await again.ended, 0);
    await gone(dataDir, 0);
  }
  const [quickest] = took.sort((a, b) => a - b) as [number];
  t.diagnostic(`ready after ${took.map(Math.round).join(', ')} ms`);
  assert.ok(quickest < 3000, `it took ${Math.round(quickest)} ms`);
});
