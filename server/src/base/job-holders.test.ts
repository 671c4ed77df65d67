import assert from 'node:assert/strict';
import { it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { eventually, type TestRoom, testRoom } from '../../test/room.ts';
import type { Db } from './db.ts';
import { watchHolders } from './job-holders.ts';

const age = `update graphile_worker._private_jobs set locked_at = now() - interval '1 minute' where locked_at is not null`;

const quick = { every: 100, settle: 300, again: 300, late: 300 };
type Locked = { id: string; locked_by: string; attempts: number };
const lockedIn = async (on: pg.Client): Promise<Locked[]> =>
  (
    await on.query<Locked>(
      'select id::text, locked_by, attempts from graphile_worker._private_jobs where locked_at is not null order by id',
    )
  ).rows;
/** A job that a worker of this name took a minute ago. */
const taken = async (room: TestRoom, on: pg.Client, by: string, queue?: string): Promise<void> => {
  const at = new Date(Date.now() + 3_600_000);
  await room.db.tx(room.workspaceId, (tx) => room.jobs.add(tx, 'try', {}, { at, ...(queue ? { queue } : {}) }));
  await on.query(
    `update graphile_worker._private_jobs set locked_by = $1, locked_at = now() - interval '1 minute' where locked_by is null`,
    [by],
  );
};
const holderOf = async (on: pg.Client, name: string): Promise<number | undefined> =>
  (
    await on.query<{ pid: number }>(
      `select pid from pg_locks where locktype = 'advisory' and classid = 7221844 and granted and objid = (hashtext($1)::bigint & 4294967295)::oid`,
      [name],
    )
  ).rows[0]?.pid;

it('a job of a process that was killed runs again within seconds, one that is still being worked on does not', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  const ran: unknown[] = [];
  const long = Promise.withResolvers<void>();
  const work = async ({ name }: Record<string, unknown>): Promise<void> => {
    ran.push(name);
    if (name === 'long') await long.promise;
  };
  const stop = await room.jobs.start(room.db, room.log, { try: work }, quick);
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
    await sleep(quick.late + 3 * quick.every);
    const held = (await lockedIn(other)).filter(({ locked_by }) => locked_by !== 'pool-alive');
    assert.deepEqual(
      held.map(({ attempts }) => attempts),
      [1],
      'the long one is still held, for its first try',
    );
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
  const locked = async (): Promise<string[]> => (await lockedIn(other)).map(({ id }) => id);
  const holders = watchHolders(room.db, room.log, quick);
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
  const holder = (): Promise<number | undefined> => holderOf(other, 'pool-ours');
  const holders = watchHolders(room.db, room.log, { every: 60_000 });
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

it('after the database was away, one that is back first does not take for dead who comes later', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  let away = false;
  const connect = (): Promise<pg.Client> =>
    away ? Promise.reject(new Error('The database starts.')) : room.db.connect();
  const later: Db = { ...room.db, connect };
  const one = watchHolders(room.db, room.log, { every: 100, again: 300, settle: 6_000 });
  const two = watchHolders(later, room.log, { every: 60_000 });
  try {
    one.began('pool-one');
    two.began('pool-two');
    await eventually(async () => Boolean((await holderOf(other, 'pool-one')) && (await holderOf(other, 'pool-two'))));
    await taken(room, other, 'pool-two');
    const before = await holderOf(other, 'pool-one');
    away = true;
    await other.query(
      `select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and classid = 7221844`,
    );
    await eventually(async () => ![undefined, before].includes(await holderOf(other, 'pool-one')), 2_000);
    const back = Date.now();
    await sleep(3_000);
    assert.equal(await holderOf(other, 'pool-two'), undefined);
    assert.equal((await lockedIn(other)).length, 1, 'left alone while its process is away');
    away = false;
    // At once, and not when it looks the next time.
    await eventually(async () => (await holderOf(other, 'pool-two')) !== undefined, 1_500);
    await sleep(back + 6_000 + 1_000 - Date.now());
    assert.equal((await lockedIn(other)).length, 1, 'and when it is back');
    await two.stop();
    await eventually(async () => (await lockedIn(other)).length === 0, 5_000);
  } finally {
    await one.stop();
    await two.stop();
    await other.end();
    await room.close();
  }
});

it('what is written late about a job that was taken up again changes nothing of it', async () => {
  const room = await testRoom();
  const other = new pg.Client(room.db.url);
  await other.connect();
  const holders = watchHolders(room.db, room.log, { ...quick, late: 1_500 });
  try {
    holders.began('pool-ours');
    await taken(room, other, 'pool-ours', 'one');
    const [first] = await lockedIn(other);
    assert.ok(first);
    holders.took(first.id);
    await sleep(500);
    holders.gave(first.id);
    await sleep(1_000);
    assert.deepEqual(await lockedIn(other), [first], 'its end has time to be written');
    await eventually(async () => (await lockedIn(other)).length === 0);
    await other.query(
      `update graphile_worker._private_jobs set locked_by = 'pool-ours', locked_at = now(), attempts = attempts + 1`,
    );
    await other.query(`update graphile_worker._private_job_queues set locked_by = 'pool-ours', locked_at = now()`);
    const [again] = await lockedIn(other);
    assert.ok(again);
    holders.took(again.id);
    // As the worker writes that a job failed, and that it is done.
    const line = `update graphile_worker._private_job_queues q set locked_by = null, locked_at = null from j where q.id = j.job_queue_id and q.locked_by = $2`;
    const late = [first.id, 'pool-ours'];
    await other.query(
      `with j as (update graphile_worker._private_jobs set locked_by = null, locked_at = null where id = $1 and locked_by = $2 returning *) ${line}`,
      late,
    );
    await other.query(`with j as (delete from graphile_worker._private_jobs where id = $1 returning *) ${line}`, late);
    assert.deepEqual(await lockedIn(other), [again]);
    const { rows } = await other.query('select 1 from graphile_worker._private_job_queues where not is_available');
    assert.equal(rows.length, 1, 'nor may whatever stands in line behind it go on');
  } finally {
    await holders.stop();
    await other.end();
    await room.close();
  }
});
