import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { eventually, testRoom } from '../room.ts';

const POISON = 12; // more than there are slots in one process
test('O05: jobs that always throw are parked after eight tries, each try apart, and hold nobody up meanwhile', async (t) => {
  const room = await testRoom();
  const client = await room.db.connect();
  const tries = new Map<number, { numbers: number[]; last: boolean[] }>();
  const good = new Map<number, () => void>();
  const stop = await room.jobs.start(room.db, room.log, {
    poison: async ({ n }, { number, last }) => {
      const mine = tries.get(n as number) ?? { numbers: [], last: [] };
      tries.set(n as number, { numbers: [...mine.numbers, number], last: [...mine.last, last] });
      throw new TypeError('Nobody foresaw this.');
    },
    good: async ({ n }) => good.get(n as number)?.(),
  });
  /** ms from the commit of a good job until it ran. */
  const one = async (n: number): Promise<number> => {
    const ran = Promise.withResolvers<void>();
    good.set(n, ran.resolve);
    await room.db.tx(room.workspaceId, (tx) => room.jobs.add(tx, 'good', { n }));
    const began = Date.now();
    await ran.promise;
    return Date.now() - began;
  };
  const series = async (from: number): Promise<number[]> => {
    const took: number[] = [];
    for (let n = from; n < from + 30; n++) took.push(await one(n));
    return took.sort((a, b) => a - b);
  };
  const waiting = async () =>
    (
      await client.query<{ attempts: number; max_attempts: number; ahead: number; running: boolean }>(
        `select attempts, max_attempts, extract(epoch from run_at - j.updated_at)::float as ahead, locked_at is not null as running from graphile_worker._private_jobs j join graphile_worker._private_tasks k on k.id = j.task_id where k.identifier = 'poison'`,
      )
    ).rows;
  try {
    await one(0);
    const alone = await series(100);
    for (let n = 0; n < POISON; n++)
      await room.db.tx(room.workspaceId, (tx) => room.jobs.add(tx, 'poison', { n }, { key: `poison-${n}` }));
    const beside = await series(200);
    for (let round = 1; round <= 8; round++) {
      await eventually(
        async () => [...tries.values()].filter(({ numbers }) => numbers.length >= round).length === POISON,
        20_000,
      );
      await eventually(
        async () => (await waiting()).every(({ attempts, running }) => attempts === round && !running),
        10_000,
      );
      const next = await waiting();
      assert.equal(next.length, POISON);
      if (round < 8)
        assert.ok(
          next.every(({ ahead }) => ahead > Math.exp(round) - 0.1),
          'the next try is further away each time',
        );
      // As if its time had come.
      await client.query(
        `update graphile_worker._private_jobs set run_at = now() where attempts < max_attempts and run_at > now()`,
      );
      await client.query(`select pg_notify('jobs:insert', '{"count":12}')`);
    }
    await sleep(300);
    for (const { numbers, last } of tries.values()) {
      assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8]);
      assert.deepEqual(
        last,
        [...Array<boolean>(7).fill(false), true],
        'whoever handles it knows which try is the last',
      );
    }
    assert.deepEqual(
      [...new Set((await waiting()).map(({ attempts, max_attempts }) => `${attempts}/${max_attempts}`))],
      ['8/8'],
    );
    const p95 = (all: number[]): number => all[Math.floor(all.length * 0.95)] as number;
    t.diagnostic(
      `a good job waits ${p95(alone)} ms alone, ${p95(beside)} ms beside ${POISON} that throw (the 95th of a hundred)`,
    );
    assert.ok(p95(beside) <= Math.max(p95(alone) * 1.2, p95(alone) + 50), `${p95(alone)} and ${p95(beside)} ms`);
  } finally {
    await stop();
    await client.end();
    await room.close();
  }
});
