import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type TestDatabase, testDatabase } from '../../test/database.ts';
import { type Allowances, makeAllowances } from './allowance.ts';
import { type Db, openDb } from './db.ts';
import { makeLog } from './log.ts';
import { startWire } from './wire.ts';

let database: TestDatabase;
let db: Db;
before(async () => {
  database = await testDatabase();
  db = openDb(database.url, { max: 2 });
});
after(async () => {
  await db.close();
  await database.drop();
});

test('A bucket holds a minute of requests and refills evenly; what was refused costs nothing', () => {
  let now = 0;
  const { take } = makeAllowances(() => now);
  for (let i = 0; i < 60; i++) assert.equal(take('a', 60).ok, true);
  assert.deepEqual(take('a', 60), { ok: false, left: 0, full: 60, wait: 1 });
  for (let i = 0; i < 1000; i++) take('a', 60);
  now = 999;
  assert.equal(take('a', 60).ok, false);
  now = 1000;
  assert.equal(take('a', 60).ok, true);
  assert.equal(take('a', 60).ok, false);
  now = 3_600_000;
  assert.equal(take('a', 60).left, 59);
  assert.equal(take('b', 60).left, 59);
});

test('Three processes let through one allowance together: a tenth more in a burst at most, and that is owed afterwards', async () => {
  const PER_MINUTE = 600;
  let now = Date.now();
  const stops: (() => Promise<void>)[] = [];
  const three: Allowances[] = [];
  for (let i = 0; i < 3; i++) {
    const wire = await startWire(
      db,
      makeLog('error', {}, () => undefined),
    );
    const allowances = makeAllowances(() => now);
    const unshare = await allowances.share(wire);
    stops.push(async () => {
      await unshare();
      await wire.stop();
    });
    three.push(allowances);
  }
  const burst = async (): Promise<number> => {
    let through = 0;
    // As requests come: some in each process, then others have their turn.
    for (let round = 0; round < 150; round++) {
      for (const { take } of three) for (let i = 0; i < 3; i++) if (take('key', PER_MINUTE).ok) through += 1;
      await sleep(4);
    }
    return through;
  };
  try {
    const first = await burst();
    assert.ok(first >= PER_MINUTE * 0.99 && first <= PER_MINUTE * 1.1, `${first} of ${PER_MINUTE} in the first minute`);
    await sleep(300);
    now += 60_000;
    const second = await burst();
    assert.ok(first + second <= PER_MINUTE * 2.1, `${first} + ${second} in two minutes`);
    assert.ok(second >= PER_MINUTE * 0.85, `${second} in the second minute`);
  } finally {
    for (const stop of stops) await stop();
  }
});
