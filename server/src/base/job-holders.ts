import type pg from 'pg';
import type { Db } from './db.ts';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';

const LOCKS = 7_221_844; // our class of advisory locks
const LOOK_EVERY = 5_000;

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
export function watchHolders(db: Db, log: Log, every = LOOK_EVERY): Holders {
  const mine = new Set<string>();
  const hand = new Set<string>();
  let suspected = new Set<string>();
  let client: pg.Client | null = null;
  let stopped = false;

  const connected = async (): Promise<pg.Client> => {
    if (client) return client;
    const made = await db.connect();
    made.on('error', (error) => log.warn('The connection that holds the jobs broke', { error: textOf(error) }));
    made.on('end', () => {
      if (client !== made) return;
      client = null;
      // Until it is held again, others take this process for dead: at once, not at the next look.
      inTurn(async () => void (await connected()));
    });
    client = made;
    for (const id of mine) await made.query('select pg_advisory_lock($1, hashtext($2))', [LOCKS, id]);
    return made;
  };
  const hold = async (id: string): Promise<void> => {
    const before = client;
    const held = await connected();
    if (before) await held.query('select pg_advisory_lock($1, hashtext($2))', [LOCKS, id]);
  };
  const release = async (): Promise<void> => {
    const held = await connected();
    // Older than ten seconds, so that a process that has only just begun had time to take its lock.
    const { rows } = await held.query<{ dead: string[]; lost: string[] }>(
      `with old as materialized (select id, locked_by from graphile_worker._private_jobs where locked_at < now() - interval '10 seconds'),
       holders as materialized (select distinct locked_by from old where not locked_by = any ($2::text[])),
       dead as materialized (select locked_by from holders where pg_try_advisory_lock($1, hashtext(locked_by)))
       select (select coalesce(array_agg(locked_by), '{}') from dead) as dead,
         (select coalesce(array_agg(id::text), '{}') from old where locked_by = any ($2::text[]) and not id = any ($3::bigint[])) as lost`,
      [LOCKS, [...mine], [...hand]],
    );
    const { dead, lost } = rows[0] as { dead: string[]; lost: string[] };
    await freeLost(held, lost);
    if (dead.length === 0) return;
    await held.query('select graphile_worker.force_unlock_workers($1)', [dead]);
    for (const id of dead) await held.query('select pg_advisory_unlock($1, hashtext($2))', [LOCKS, id]);
    log.warn('Jobs of a process that died are taken up again', { processes: dead.length });
  };
  /** At the second look only: one that was just handed out, or is just being written off, is nobody's for a moment. */
  const freeLost = async (held: pg.Client, lost: string[]): Promise<void> => {
    const again = lost.filter((id) => suspected.has(id) && !hand.has(id));
    suspected = new Set(lost);
    if (again.length === 0) return;
    await held.query(
      `with free as (update graphile_worker._private_jobs set locked_at = null, locked_by = null where id = any ($1::bigint[]) and locked_by = any ($2::text[]) returning job_queue_id)
       update graphile_worker._private_job_queues q set locked_at = null, locked_by = null from free where q.id = free.job_queue_id and q.locked_by = any ($2::text[])`,
      [again, [...mine]],
    );
    log.warn('Jobs whose end could not be written are taken up again', { jobs: again.length });
  };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn
      .then(() => (stopped ? undefined : work()))
      .catch((error) => log.warn('Who holds which job could not be read; trying again', { error: textOf(error) }));
  };
  const timer = setInterval(() => inTurn(release), every);
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
      await turn;
      await client?.end();
    },
  };
}
