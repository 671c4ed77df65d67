import type pg from 'pg';
import type { Db } from './db.ts';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';

const LOCKS = 7_221_844; // our class of advisory locks
const LOOK_EVERY = 5_000;

export type Holders = {
  began: (workerId: string) => void;
  ended: (workerId: string) => void;
  stop: () => Promise<void>;
};

/**
 * A job that a process had in hand when it was killed would stay locked for four hours. So each worker holds an advisory lock under its
 * name, which ends with its process however that dies; jobs locked by a name that nobody holds any more are free again in seconds.
 */
export function watchHolders(db: Db, log: Log): Holders {
  const mine = new Set<string>();
  let client: pg.Client | null = null;
  let stopped = false;

  const connected = async (): Promise<pg.Client> => {
    if (client) return client;
    const made = await db.connect();
    made.on('error', (error) => log.warn('The connection that holds the jobs broke', { error: textOf(error) }));
    made.on('end', () => {
      if (client === made) client = null;
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
    // Older than ten seconds, so that a worker that has only just begun had time to take its lock.
    const { rows } = await held.query<{ dead: string[] }>(
      `with holders as materialized (select distinct locked_by from graphile_worker._private_jobs where locked_at < now() - interval '10 seconds' and not locked_by = any ($2::text[])),
       dead as materialized (select locked_by from holders where pg_try_advisory_lock($1, hashtext(locked_by)))
       select coalesce(array_agg(locked_by), '{}') as dead from dead`,
      [LOCKS, [...mine]],
    );
    const dead = rows[0]?.dead ?? [];
    if (dead.length === 0) return;
    await held.query('select graphile_worker.force_unlock_workers($1)', [dead]);
    for (const id of dead) await held.query('select pg_advisory_unlock($1, hashtext($2))', [LOCKS, id]);
    log.warn('Jobs of a process that died are taken up again', { workers: dead.length });
  };
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): void => {
    turn = turn
      .then(() => (stopped ? undefined : work()))
      .catch((error) => log.warn('Who holds which job could not be read; trying again', { error: textOf(error) }));
  };
  const timer = setInterval(() => inTurn(release), LOOK_EVERY);
  timer.unref();
  return {
    began: (workerId) => {
      mine.add(workerId);
      inTurn(() => hold(workerId));
    },
    ended: (workerId) => mine.delete(workerId),
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await turn;
      await client?.end();
    },
  };
}
