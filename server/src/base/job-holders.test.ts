import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { eventually, testRoom } from '../../test/room.ts';
import { watchHolders } from './job-holders.ts';

const age = `update graphile_worker._private_jobs set locked_at = now() - interval '1 minute' where locked_at is not null`;

it('a job of a process that was killed runs again within seconds, one that is still being worked on does not', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  const ran: unknown[] = [];
  const long = Promise.withResolvers<void>();
  const stop = await room.jobs.start(room.db, room.log, {
    try: async ({ name }) => {
      ran.push(name);
      if (name === 'long') await long.promise;
    },
  });
  try {
    await room.db.tx(room.workspaceId, (tx) => room.jobs.add(tx, 'try', { name: 'long' }));
    await eventually(async () => ran.includes('long'), 20_000);
    // It takes longer than any that was handed out a moment ago.
    await other.query(age);
    for (const name of ['dead', 'alive']) {
      await room.db.tx(room.workspaceId, async (tx) => {
        await room.jobs.add(tx, 'try', { name }, { at: new Date(Date.now() + 3_600_000) });
      });
      await other.query(
        `update graphile_worker._private_jobs set run_at = now(), locked_by = $1, locked_at = now() - interval '1 minute' where locked_by is null`,
        [`pool-${name}`],
      );
    }
    await other.query(`select pg_advisory_lock(7221844, hashtext('pool-alive'))`);
    await eventually(async () => ran.includes('dead'), 20_000);
    await sleep(300);
    assert.deepEqual(ran, ['long', 'dead']);
  } finally {
    long.resolve();
    await stop();
    await other.end();
    await room.close();
  }
});

it('a job whose end could not be written runs again, one that is in hand does not', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  const locked = async (): Promise<string[]> =>
    (
      await other.query<{ id: string }>(
        'select id::text from graphile_worker._private_jobs where locked_at is not null order by id',
      )
    ).rows.map(({ id }) => id);
  const holders = watchHolders(room.db, room.log, 100);
  try {
    await room.db.tx(room.workspaceId, async (tx) => {
      await room.jobs.add(tx, 'try', {});
      await room.jobs.add(tx, 'try', {}, { queue: 'one' });
    });
    await other.query(
      `update graphile_worker._private_jobs set locked_by = 'pool-ours', locked_at = now() - interval '1 minute'`,
    );
    await other.query(
      `update graphile_worker._private_job_queues set locked_by = 'pool-ours', locked_at = now() - interval '1 minute'`,
    );
    const [inHand = '', lost = ''] = await locked();
    assert.ok(lost, 'both are locked');
    holders.took(inHand);
    holders.began('pool-ours');
    await eventually(async () => !(await locked()).includes(lost));
    assert.deepEqual(await locked(), [inHand]);
    const { rows } = await other.query('select 1 from graphile_worker._private_job_queues where not is_available');
    assert.deepEqual(rows, [], 'and whatever stood in line behind it can go on');
    holders.gave(inHand);
    await eventually(async () => (await locked()).length === 0);
  } finally {
    await holders.stop();
    await other.end();
    await room.close();
  }
});

it('a process whose connection breaks holds its jobs again at once, before others look', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  const holder = async (): Promise<number | undefined> =>
    (
      await other.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and classid = 7221844 and objid = (hashtext('pool-ours')::bigint & 4294967295)::oid`,
      )
    ).rows[0]?.pid;
  const holders = watchHolders(room.db, room.log, 60_000);
  try {
    holders.began('pool-ours');
    await eventually(async () => (await holder()) !== undefined);
    const before = await holder();
    await other.query('select pg_terminate_backend($1)', [before]);
    await eventually(async () => ![undefined, before].includes(await holder()), 5_000);
  } finally {
    await holders.stop();
    await other.end();
    await room.close();
  }
});
