import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import type { Db } from './db.ts';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';

const LOCKS = 7_221_844; // our class of advisory locks
const RETRY = 250; // ms
const lock = 'select pg_advisory_lock($1, hashtext($2))';
const unlock = 'select pg_advisory_unlock($1, hashtext($2))';

/**
 * In ms. What a process had in hand when it was killed runs again within 30 seconds: 10 of age, `every`, `again` and 2 until a worker
 * looks are 20, and 22 with `settle` instead of the age. Where a host is unplugged, the database holds its locks for 17 of them: 27.
 */
export type Pace = {
  every: number;
  /** Since our own connection stands: all locks end with the database together, and others come back later than we. */
  settle: number;
  /** Since a name was first found without a holder, which may just be connecting again. */
  again: number;
  /** Since a job of ours was first found in nobody's hand. */
  late: number;
};
const PACE: Pace = { every: 5_000, settle: 12_000, again: 3_000, late: 12_000 };

export type Holders = {
  /** Jobs are locked under the name of their pool of workers. */
  began: (poolId: string) => void;
  ended: (poolId: string) => void;
  /** What of it is in hand. */
  took: (jobId: string) => void;
  gave: (jobId: string) => void;
  stop: () => Promise<void>;
};

/**
 * A job that a process had in hand when it was killed would stay locked for four hours. So each process holds an advisory lock under the
 * name its jobs are locked by, which ends with it however it dies; jobs locked by a name that nobody holds any more are free again in
 * seconds. And so are those that are locked by our own and that nobody has in hand: what came of them could not be written, because the
 * database was away just then. One that is still worked on is left alone, however long it takes.
 */
export function watchHolders(db: Db, log: Log, pace: Partial<Pace> = {}): Holders {
  const { every, settle, again, late } = { ...PACE, ...pace };
  const mine = new Set<string>();
  const hand = new Set<string>();
  /** What each look has found since, and when it was found first; what the last one didn't find is forgotten. */
  let doubts = new Map<string, number>();
  let client: pg.Client | null = null;
  let stands = 0;
  let stopped = false;

  const connect = async (): Promise<pg.Client> => {
    const made = await db.connect();
    made.on('error', (error) => log.warn('The connection that holds the jobs broke', { error: textOf(error) }));
    made.on('end', () => {
      if (client !== made) return;
      client = null;
      // Until it is held again, others take this process for dead: at once, not at the next look.
      inTurn(async () => void (await connected()));
    });
    try {
      for (const id of mine) await made.query(lock, [LOCKS, id]);
    } catch (error) {
      await made.end().catch(() => undefined); // it holds too little to be of use
      throw error;
    }
    client = made;
    stands = performance.now();
    doubts.clear(); // nobody was seen meanwhile
    return made;
  };
  const connected = async (): Promise<pg.Client> => {
    for (let told = false; ; told = true) {
      if (client) return client;
      if (stopped) throw new Error('No jobs are held any more.');
      try {
        return await connect();
      } catch (error) {
        if (!told) log.warn('The connection that holds the jobs is down; trying again', { error: textOf(error) });
        await sleep(RETRY);
      }
    }
  };
  const hold = async (id: string): Promise<void> => {
    const before = client;
    const held = await connected();
    if (before === held) await held.query(lock, [LOCKS, id]);
  };
  const look = async (): Promise<void> => {
    const held = await connected();
    // Older than ten seconds, so that a process that has only just begun had time to take its lock.
    const { rows } = await held.query<{ dead: string[]; lost: string[] }>(
      `with taken as materialized (select id, locked_by, locked_at, id || ' ' || extract(epoch from locked_at) as what from graphile_worker._private_jobs where locked_at is not null),
       names as (select locked_by as name from taken group by 1 having min(locked_at) < now() - interval '10 seconds' and not locked_by = any ($2::text[])),
       held as materialized (select objid from pg_locks where locktype = 'advisory' and classid = $1::oid and objsubid = 2 and pid <> pg_backend_pid()
         and database = (select oid from pg_database where datname = current_database()))
       select (select coalesce(array_agg(name), '{}') from names where not (hashtext(name)::bigint & 4294967295)::oid in (select objid from held)) as dead,
         (select coalesce(array_agg(what), '{}') from taken where locked_by = any ($2::text[]) and not id = any ($3::bigint[])) as lost`,
      [LOCKS, [...mine], [...hand]],
    );
    const { dead, lost } = rows[0] as { dead: string[]; lost: string[] };
    const now = performance.now();
    doubts = new Map([...dead, ...lost].map((what) => [what, doubts.get(what) ?? now]));
    const since = (what: string, ms: number): boolean => now - (doubts.get(what) ?? now) >= ms;
    await freeLost(
      held,
      lost.filter((what) => since(what, late) && !hand.has(idOf(what))),
    );
    if (now - stands < settle) return;
    await freeDead(
      held,
      dead.filter((name) => since(name, again)),
    );
    if (dead.some((name) => !since(name, again))) sooner ??= setTimeout(lookInTurn, again + 50).unref();
  };
  const freeDead = async (held: pg.Client, names: string[]): Promise<void> => {
    if (names.length === 0) return;
    // Not those that were back a moment ago, or that another process is freeing.
    const { rows } = await held.query<{ name: string }>(
      'select name from unnest($2::text[]) name where pg_try_advisory_lock($1, hashtext(name))',
      [LOCKS, names],
    );
    const dead = rows.map(({ name }) => name);
    if (dead.length === 0) return;
    try {
      await held.query('select graphile_worker.force_unlock_workers($1)', [dead]);
    } finally {
      for (const name of dead) await held.query(unlock, [LOCKS, name]);
    }
    log.warn('Jobs of a process that died are taken up again', { processes: dead.length });
  };
  /**
   * Nobody is told what comes of a job's last write: the worker says that the job is over as it begins to write, and where the database is
   * away it tries a hundred times, with pauses of up to three minutes. So no age tells that nothing comes any more, and one that waited for
   * the row to change would wait for ever where it was given up. It has the time of two more tries; then the job goes on under a new id, and
   * a write that comes later still finds nothing: it neither ends what is done again nor frees it for a third.
   */
  const freeLost = async (held: pg.Client, lost: string[]): Promise<void> => {
    if (lost.length === 0) return;
    await held.query(
      `with free as (update graphile_worker._private_jobs set id = default, locked_at = null, locked_by = null
         where id = any ($1::bigint[]) and locked_by = any ($2::text[]) and id || ' ' || extract(epoch from locked_at) = any ($3::text[]) returning job_queue_id)
       update graphile_worker._private_job_queues q set locked_at = null, locked_by = null from free where q.id = free.job_queue_id and q.locked_by = any ($2::text[])`,
      [lost.map(idOf), [...mine], lost],
    );
    log.warn('Jobs whose end could not be written are taken up again', { jobs: lost.length });
  };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn
      .then(() => (stopped ? undefined : work()))
      .catch((error) => {
        if (!stopped) log.warn('Who holds which job could not be read; trying again', { error: textOf(error) });
      });
  };
  let waiting = false;
  let sooner: NodeJS.Timeout | undefined;
  /** One waits at most, however long the database is away. */
  const lookInTurn = (): void => {
    clearTimeout(sooner);
    sooner = undefined;
    if (waiting) return;
    waiting = true;
    inTurn(() => {
      waiting = false;
      return look();
    });
  };
  const timer = setInterval(lookInTurn, every);
  timer.unref();
  return {
    began: (poolId) => {
      mine.add(poolId);
      inTurn(() => hold(poolId));
    },
    ended: (poolId) => mine.delete(poolId),
    took: (jobId) => hand.add(jobId),
    gave: (jobId) => hand.delete(jobId),
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      clearTimeout(sooner);
      await turn;
      await client?.end();
    },
  };
}

/** A job as it was taken once: its id and when. */
const idOf = (what: string): string => what.split(' ', 1)[0] ?? '';
