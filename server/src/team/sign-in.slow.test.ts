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

test('G03: Neither the words nor the time of a refusal tell whether an address is known', async (t) => {
  // A missing hash (150 ms) never passes.
  const got = await refusals(world, 20, 120);
  t.diagnostic(JSON.stringify(got));
  assert.equal(got.texts.length, 1, got.texts.join('\n'));
  assert.ok(got.apart <= 10, `known ${got.known} ms, unknown ${got.unknown} ms`);
});
