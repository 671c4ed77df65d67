import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { Tx } from './db.ts';
import { givingWay, hurry } from './hurry.ts';
import { sql } from './sql.ts';

/** What was asked, in its order; each statement takes a turn of the loop. */
function noting(): { tx: Tx; asked: string[] } {
  const asked: string[] = [];
  const ask = async ({ texts }: { texts: readonly string[] }): Promise<number> => {
    const place = asked.push(texts.join());
    await turn();
    return place;
  };
  return { tx: { workspaceId: '', run: ask, many: ask, first: ask, last: ask } as unknown as Tx, asked };
}

test('What nobody waits for stands aside while somebody is in a hurry, keeps its order, and not for longer than it may', async () => {
  const { tx: plain, asked } = noting();
  const { tx, waited } = givingWay(plain, 30);
  const first = tx.run(sql`one`);
  assert.deepEqual(asked, ['one'], 'at once where nobody is');
  await first;
  hurry();
  const all = Promise.all([tx.run(sql`two`), tx.many(sql`three`), tx.first(sql`four`)]);
  assert.deepEqual(asked, ['one']);
  await all;
  assert.deepEqual(asked, ['one', 'two', 'three', 'four']);
  assert.ok(waited() >= 5, `${waited()} ms`);
  // Words that never end: a round still ends.
  const words = setInterval(hurry, 1);
  for (let n = 0; n < 100_000 && waited() < 30; n++) await tx.run(sql`more`);
  clearInterval(words);
  assert.ok(waited() >= 30, `${waited()} ms`);
  hurry();
  void tx.run(sql`last`);
  assert.equal(asked.at(-1), 'last', 'what it had is used up');
});
