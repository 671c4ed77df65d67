import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { after, before, test } from 'node:test';
import { makeWorld, type World } from '../../test/world.ts';
import { NOWHERE, sql } from '../base/db.ts';

let world: World;
before(async () => {
  world = await makeWorld();
  await world.workspace('first');
});
after(() => world.end());

const forgetTries = () => world.hearten.db.tx(NOWHERE, (tx) => tx.run(sql`delete from attempt`));
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] as number;

test('Neither the words nor the time of a refusal tell whether an address is known', async () => {
  const known: number[] = [];
  const unknown: number[] = [];
  const texts = new Set<string>();
  const apart = () => Math.abs(median(known) - median(unknown));
  // Busy cores make single times swing by more than 10 ms, so more are taken while medians still differ; a missing hash (150 ms) never passes.
  for (let i = 0; i < 20 || (i < 120 && apart() > 10); i++) {
    if (i % 8 === 0) await forgetTries();
    const pair = [[known, 'owner@first.example'] as const, [unknown, `nobody${i}@first.example`] as const];
    for (const [list, email] of i % 2 ? pair : pair.reverse()) {
      const began = performance.now();
      const answer = await world.browser(`10.2.0.${i}`).signIn(email, 'not the password');
      list.push(performance.now() - began);
      assert.equal(answer.status, 401, answer.text);
      texts.add(answer.text);
    }
  }
  assert.equal(texts.size, 1, [...texts].join('\n'));
  assert.ok(apart() <= 10, `known ${median(known)} ms, unknown ${median(unknown)} ms`);
});
