import type pg from 'pg';
import { type Db, NOWHERE, sql, type Tx } from './db.ts';
import { textOf } from './errors.ts';
import type { Log } from './log.ts';
import type { Wire } from './wire.ts';

const CHANNEL = 'hearten_release';
const LOOK_EVERY = 3_000;

/** Whether this desk was restored from a backup and nobody has let it work yet. */
export async function isHeld(db: Db): Promise<boolean> {
  const [row] = await db.read<{ held: boolean }>(NOWHERE, sql`select held_since is not null as held from installation`);
  return row?.held ?? false;
}

/**
 * Begins the work of this process: jobs, reactions, mailboxes and all that leaves the machine. Of a held desk nothing of it begins, in
 * whatever process, until it is released: so nothing has to ask whether it may send.
 */
export async function beginUnlessHeld(
  db: Db,
  log: Log,
  wire: Wire,
  begin: () => Promise<() => Promise<void>>,
  every = LOOK_EVERY,
): Promise<() => Promise<void>> {
  if (!(await isHeld(db))) return begin();
  log.warn('This desk was restored from a backup and is held: it sends and fetches nothing until it is released');
  let end: (() => Promise<void>) | null = null;
  let stopped = false;
  let turn: Promise<void> = Promise.resolve();
  const look = (): void => {
    turn = turn.then(async () => {
      if (stopped || end || (await isHeld(db))) return;
      log.info('Released: the work begins');
      // When it can't begin, as while the database is away for a moment, it is tried again.
      end = await begin();
      clearInterval(timer);
    });
    turn = turn.catch((error) =>
      log.warn('Whether this desk is released could not be read, or its work did not begin; trying again', {
        error: textOf(error),
      }),
    );
  };
  const timer = setInterval(look, every);
  await wire.listen(CHANNEL, look, look);
  return async () => {
    stopped = true;
    clearInterval(timer);
    await turn;
    await end?.();
  };
}

/** Tells every process that waits. */
export const tellReleased = async (db: Db): Promise<void> => {
  await db.read(NOWHERE, sql`select pg_notify(${CHANNEL}, 'someone released')`);
};

/**
 * Says of a database that was just restored that it is held, which key sealed what is in it, and which installation it is a copy of. Until
 * it is released it is another one: its backups are not those of the desk that may still run. Ids of its stream of events end here.
 */
export const hold = (
  client: pg.Client,
  from: string,
  keyCheck: string | null,
  installation: string | null,
): Promise<unknown> =>
  client.query(
    `update installation set held_since = now(), held_from = $1, released_at = null, released_by = '', key_check = decode($2, 'hex'),
      id = gen_random_uuid(), came_from = $3, mark = substr(replace(gen_random_uuid()::text, '-', ''), 1, 8)`,
    [from, keyCheck, installation],
  );

export const letGo = (tx: Tx, by: string): Promise<number> =>
  tx.run(
    sql`update installation set held_since = null, released_at = now(), released_by = ${by},
        id = case when came_from is null then id else came_from end, came_from = null`,
  );
