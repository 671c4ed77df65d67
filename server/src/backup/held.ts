import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { told } from '../base/reasons.ts';

const EVERY = 5_000; // ms between two looks
const TRIES = 10;
const LOCKS = 3;
const PATIENCE = 60_000; // ms for the database to answer: a line that was cut says nothing

/**
 * Only one backup at a time, with nothing taken away that it may still copy: for as long as this connection lasts. Whoever looks whether one
 * runs has the lock for a moment, which is waited for.
 */
export async function holdAlone(client: pg.Client): Promise<void> {
  for (let n = 0; ; n++) {
    const { rows } = await client.query(`select pg_try_advisory_lock(hashtext('hearten backup run')) as mine`);
    if (rows[0].mine) break;
    if (n === TRIES) throw told({ code: 'another-runs' });
    await sleep(50);
  }
  await client.query(`select pg_advisory_lock(hashtext('hearten backup'))`);
  // What an older run no longer keeps is taken away in peace, or what this one writes would look like something left behind.
  await client.query(`select pg_advisory_lock(hashtext('hearten backup expire'))`);
}

/**
 * Fails when the connection is not there any more: its locks went with it, bytes may have been erased or swept before they were copied, and
 * another backup may have begun. Files are copied for long while nothing is asked of the database, so it asks now and then, which also
 * keeps firewalls from forgetting the connection.
 */
export function heldBy(client: pg.Client): (now?: boolean) => Promise<void> {
  let asked = Date.now();
  return async (now = false) => {
    if (!now && Date.now() - asked < EVERY) return;
    asked = Date.now();
    const answer = client
      .query<{ n: number }>(
        `select count(*)::int as n from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted`,
      )
      .then(
        ({ rows }) => rows[0]?.n === LOCKS,
        () => false, // said below
      );
    const late = new AbortController();
    const held = await Promise.race([answer, sleep(PATIENCE, false, { signal: late.signal })]);
    late.abort();
    if (!held) throw told({ code: 'backup-unheld' });
  };
}
