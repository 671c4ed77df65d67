import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { eventually, testRoom } from '../../test/room.ts';

it('a job of a process that was killed runs again within seconds, one that is still being worked on does not', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  try {
    for (const name of ['dead', 'alive']) {
      await room.db.tx(room.workspaceId, (tx) => room.jobs.add(tx, 'try', { name }));
      await other.query(
        `update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - interval '1 minute' where locked_by is null`,
        [`worker-${name}`],
      );
    }
    await other.query(`select pg_advisory_lock(7221844, hashtext('worker-alive'))`);
    const ran: unknown[] = [];
    const stop = await room.jobs.start(room.db, room.log, {
      try: async ({ name }) => {
        ran.push(name);
      },
    });
    await eventually(async () => ran.includes('dead'), 20_000);
    await sleep(300);
    assert.deepEqual(ran, ['dead']);
    await stop();
  } finally {
    await other.end();
    await room.close();
  }
});
