import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { refusals } from '../../test/refusals.ts';
import { makeWorld, type World } from '../../test/world.ts';

let world: World;
before(async () => {
  world = await makeWorld();
  await world.workspace('first');
});
after(() => world.end());

test('G03: Of 500 refusals at a known and at an unknown address neither words nor time tell which is which', async (t) => {
  // A missing hash (150 ms) never passes.
  const got = await refusals(world, 500, 500);
  t.diagnostic(JSON.stringify(got));
  assert.equal(got.texts.length, 1, got.texts.join('\n'));
  assert.ok(got.apart <= 10, `known ${got.known} ms, unknown ${got.unknown} ms`);
});
